-- People, what they may do, and how they prove who they are.
-- Times are BIGINT microseconds since 1970 (UTC). JSON is TEXT. Ids are prefixed, sortable TEXT.

CREATE TABLE users (
    id                    TEXT PRIMARY KEY,
    username              TEXT NOT NULL,
    username_lower        TEXT NOT NULL UNIQUE,
    email                 TEXT,
    email_lower           TEXT UNIQUE,
    email_verified        BOOLEAN NOT NULL DEFAULT FALSE,
    name                  TEXT,
    -- the name people see, in lower case, for sorting and searching
    name_lower            TEXT NOT NULL,
    -- the other standard claims (OIDC Core 5.1) under their own names
    profile               TEXT NOT NULL DEFAULT '{}',
    status                TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    -- a self-describing hash: PHC string or another registered format
    password_hash         TEXT,
    password_changed_at   BIGINT,
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    last_sign_in_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX users_name ON users (name_lower, id);
CREATE INDEX users_created ON users (created_at, id);
CREATE INDEX users_last_sign_in ON users (last_sign_in_at, id);

-- second factors and passkeys; `data` is sealed under the master key
CREATE TABLE credentials (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('totp', 'passkey', 'recovery_code')),
    name         TEXT NOT NULL,
    data         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX credentials_user ON credentials (user_id, kind);

CREATE TABLE clients (
    -- the client_id
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    name_lower TEXT NOT NULL,
    -- client metadata under the names of RFC 7591
    metadata   TEXT NOT NULL,
    enabled    BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX clients_name ON clients (name_lower, id);
CREATE INDEX clients_created ON clients (created_at, id);

-- two may overlap while a client changes from one to the other
CREATE TABLE client_secrets (
    id         TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL,
    hint       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX client_secrets_client ON client_secrets (client_id);
CREATE INDEX client_secrets_expiry ON client_secrets (expires_at);

-- a role is global, or belongs to one client
CREATE TABLE roles (
    id          TEXT PRIMARY KEY,
    client_id   TEXT REFERENCES clients (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_global_name ON roles (name) WHERE client_id IS NULL;
CREATE UNIQUE INDEX roles_client_name ON roles (client_id, name) WHERE client_id IS NOT NULL;

CREATE TABLE groups (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL
);

-- what a role allows in the console and the admin API: "users:read", "clients:write" …;
-- with a group the permission reaches only that group's members
CREATE TABLE role_permissions (
    role_id    TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    group_id   TEXT REFERENCES groups (id) ON DELETE CASCADE
);
CREATE INDEX role_permissions_role ON role_permissions (role_id);

CREATE TABLE user_roles (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id    TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_role ON user_roles (role_id);

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (user_id);

CREATE TABLE group_roles (
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    role_id  TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, role_id)
);
CREATE INDEX group_roles_role ON group_roles (role_id);

CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    owner_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         TEXT NOT NULL UNIQUE,
    hint         TEXT NOT NULL,
    -- JSON array of permissions, the same words as role_permissions
    permissions  TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_tokens_owner ON api_tokens (owner_id);
CREATE INDEX api_tokens_expiry ON api_tokens (expires_at);

-- links that work once: password reset, mail verification, first set-up, invitation
CREATE TABLE one_time_links (
    hash       TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL CHECK (purpose IN ('password_reset', 'email_verification', 'setup', 'invitation')),
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX one_time_links_user ON one_time_links (user_id, purpose);
CREATE INDEX one_time_links_expiry ON one_time_links (expires_at);

-- failed sign-ins, counted per account and per address inside a window
CREATE TABLE throttle (
    bucket     TEXT PRIMARY KEY,
    failures   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX throttle_expiry ON throttle (expires_at);
