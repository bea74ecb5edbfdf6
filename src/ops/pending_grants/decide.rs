//! A person decides, in a session of theirs.

use crate::crypto::random;
use crate::domain::address::Origin;
use crate::domain::audit::AuditEvent;
use crate::domain::audit::Context;
use crate::domain::claims::ClaimsRequest;
use crate::domain::client::Client;
use crate::domain::grant::Granted;
use crate::domain::id::BrowserId;
use crate::domain::id::SessionId;
use crate::domain::pending_grant::PendingGrant;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingRequest;
use crate::domain::pending_grant::PendingState;
use crate::domain::secret::Secret;
use crate::domain::session::AccountSession;
use crate::error::Failure;
use crate::ops::Ops;
use crate::ops::pending_grants::hash;
use crate::ops::pending_grants::ping;
use crate::ops::tokens::ACR_SINGLE_FACTOR;
use crate::store;
use crate::store::sessions::NewSession;

/// Settles a request that belongs to this person. What is allowed is remembered as a consent, so that it can be taken
/// back like any other. `false` when it is settled already, has run out, or is somebody else's.
pub async fn decide(
    ops: &Ops,
    context: &Context,
    client: &Client,
    grant: &PendingGrant,
    account: &AccountSession,
    allow: bool,
) -> Result<bool, Failure> {
    let now = ops.now();
    let (state, action) = if allow {
        (PendingState::Allowed, "pending_grant.allowed")
    } else {
        (PendingState::Denied, "pending_grant.denied")
    };
    let user = &account.user_id;
    let tx = ops.db.begin().await?;
    let Some(sealed) = store::pending_grants::decide(&tx, &grant.id, user, state, now).await? else {
        return Ok(false);
    };
    if allow {
        let (granted, offline) = granted_by(client, &grant.request, account);
        store::pending_grants::keep_code(&tx, &grant.id, &account.id, offline, &granted, now).await?;
        store::consents::remember(&tx, user, &client.id, &grant.request.scope, now).await?;
    }
    let event = AuditEvent::new(action, "user", user.as_str())
        .at_client(&client.id)
        .because(grant.kind.as_str())
        .after(serde_json::json!({ "scope": grant.request.scope }));
    ops.audit(&tx, context, event, now).await?;
    if let Some(sealed) = sealed {
        ping::queue(&tx, client, &sealed, (now, grant.expires_at)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

fn granted_by(client: &Client, request: &PendingRequest, account: &AccountSession) -> (Granted, bool) {
    let offline = request.scope.contains("offline_access") && client.metadata.uses("refresh_token");
    let scope = if offline {
        request.scope.clone()
    } else {
        request.scope.without("offline_access")
    };
    let granted = Granted {
        scope,
        auth_time: account.auth_time,
        amr: account.amr.clone(),
        acr: ACR_SINGLE_FACTOR.to_owned(),
        nonce: None,
        claims: ClaimsRequest::default(),
        redirect_uri: String::new(),
        code_challenge: None,
        resource: request.resource.clone(),
        authorization_details: Vec::new(),
        dpop_jkt: None,
    };
    (granted, offline)
}

/// How a person is said to have authenticated who was never asked: "user presence", which is the least there is.
const TEST_AMR: &[&str] = &["user"];

/// Decides a CIBA request in its person's place. For conformance tests only: see `ciba.automated_approval`. `false`
/// when there is no such request to decide.
pub async fn decide_for_test(
    ops: &Ops,
    context: &Context,
    auth_req_id: &Secret<String>,
    allow: bool,
) -> Result<bool, Failure> {
    if !ops.config.ciba.automated_approval {
        return Ok(false);
    }
    let hash = hash(PendingKind::Ciba, auth_req_id);
    let Some(grant) = store::pending_grants::find_by_hash(&ops.db, &hash).await? else {
        return Ok(false);
    };
    let (Some(user), Some(client)) = (
        grant.user_id.clone(),
        ops.clients.find(&ops.db, &grant.client_id).await?,
    ) else {
        return Ok(false);
    };
    let now = ops.now();
    let account = AccountSession {
        id: SessionId::from_bits(random::id_bits(now)),
        user_id: user,
        name: String::new(),
        address: String::new(),
        auth_time: now,
        amr: TEST_AMR.iter().map(|method| (*method).to_owned()).collect(),
        last_seen_at: now,
    };
    let session = NewSession {
        id: &account.id,
        browser: &BrowserId::from_bits(random::id_bits(now)),
        user: &account.user_id,
        amr: TEST_AMR,
        remembered: false,
        origin: &Origin::default(),
        now,
        idle_expires_at: now + ops.config.login.session_idle_lifetime,
        expires_at: now + ops.config.login.session_absolute_lifetime,
    };
    let tx = ops.db.begin().await?;
    store::sessions::insert(&tx, &session).await?;
    tx.commit().await?;
    decide(ops, context, &client, &grant, &account, allow).await
}
