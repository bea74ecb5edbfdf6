//! One model per table. Private to the store: its functions take and return domain types.
#![expect(
    unreachable_pub,
    reason = "the derive makes its types public; the module is not"
)]

macro_rules! entity {
    ($module:ident, $table:literal, { $( $(#[$attr:meta])* $field:ident: $ty:ty ),* $(,)? }) => {
        pub(in crate::store) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $( $(#[$attr])* pub $field: $ty ),* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(users, "users", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    username: String, username_lower: String, email: Option<String>, email_lower: Option<String>,
    email_verified: bool, name: Option<String>, name_lower: String, profile: String, status: String,
    password_hash: Option<String>, password_changed_at: Option<i64>,
    created_at: i64, updated_at: i64, last_sign_in_at: i64,
});
entity!(clients, "clients", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    name: String, name_lower: String, metadata: String, enabled: bool, created_at: i64, updated_at: i64,
    origin: String, registration_hash: Option<String>, used_at: Option<i64>, fresh_until: Option<i64>,
});
entity!(client_secrets, "client_secrets", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    client_id: String, hash: String, hint: String, created_at: i64, expires_at: Option<i64>,
    sealed: Option<String>,
});
entity!(roles, "roles", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    client_id: Option<String>, name: String, description: String, created_at: i64,
});
entity!(groups, "groups", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    name: String, description: String, created_at: i64,
});
entity!(account_sessions, "account_sessions", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    browser_id: String, user_id: String, auth_time: i64, amr: String, remembered: bool, ip: String,
    user_agent: String, created_at: i64, last_seen_at: i64, idle_expires_at: i64, expires_at: i64,
    ended_at: Option<i64>, end_reason: Option<String>,
});
entity!(transactions, "authorization_transactions", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    client_id: String, request: String, progress: String, created_at: i64, expires_at: i64,
});
entity!(families, "token_families", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    code_hash: Option<String>, client_id: String, user_id: String, session_id: Option<String>,
    grant_json: String, offline: bool, created_at: i64, expires_at: i64, ended_at: Option<i64>,
    end_reason: Option<String>, bound_to: Option<String>,
});
entity!(refresh_tokens, "refresh_tokens", {
    #[sea_orm(primary_key, auto_increment = false)] hash: String,
    family_id: String, generation: i64, sealed: Option<String>, created_at: i64, expires_at: i64,
    ip: String, user_agent: String,
});
entity!(repeats, "refresh_token_repeats", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    family_id: String, generation: i64, outcome: String, presented_at: i64, ip: String, user_agent: String,
});
entity!(signing_keys, "signing_keys", {
    #[sea_orm(primary_key, auto_increment = false)] kid: String,
    alg: String, public_jwk: String, private_sealed: String, created_at: i64, active_from: i64,
    retired_at: Option<i64>, expires_at: Option<i64>,
});
entity!(audit_log, "audit_log", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    at: i64, actor_kind: String, actor_id: Option<String>, action: String, subject_kind: String,
    subject_id: String, client_id: Option<String>, ip: Option<String>, user_agent: Option<String>,
    request_id: Option<String>, reason: Option<String>, before_json: Option<String>,
    after_json: Option<String>, expires_at: Option<i64>,
});
entity!(outbox, "outbox", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    kind: String, payload_sealed: String, target: String, attempts: i64, next_attempt_at: i64,
    delivered_at: Option<i64>, last_error: Option<String>, created_at: i64, expires_at: i64,
});
entity!(one_time_links, "one_time_links", {
    #[sea_orm(primary_key, auto_increment = false)] hash: String,
    purpose: String, user_id: Option<String>, created_at: i64, expires_at: i64, used_at: Option<i64>,
});
entity!(registration_tokens, "registration_tokens", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    hash: String, hint: String, name: String, uses_left: Option<i64>, created_at: i64,
    last_used_at: Option<i64>, expires_at: Option<i64>,
});
