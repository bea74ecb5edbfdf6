//! The authorization endpoint: identify → validate → next step → respond. OIDC Core §3.1.2.

mod checks;
mod request;
mod respond;
mod targets;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::crypto::random;
use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization::Progress;
use crate::domain::client::Client;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::TransactionId;
use crate::domain::interaction;
use crate::domain::interaction::Account;
use crate::domain::interaction::Facts;
use crate::domain::interaction::Step;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::error::Failure;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::error::ProtocolError;
use crate::oidc::Caller;
use crate::oidc::Endpoint;
use crate::ops;
use crate::ops::Ops;
use crate::store;
use crate::web::page_body::PageBody;
use crate::web::params::Params;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::visit::Visit;

/// `GET` and `POST /authorize`.
pub const ENDPOINT: Endpoint = Endpoint {
    path: "/authorize",
    metadata: Some("authorization_endpoint"),
    caller: Caller::Browser,
    router: || get(by_get).post(by_post),
};

/// `GET /authorize/{tx}`, where every page on the way leads back to.
pub fn resume_route() -> Router<AppState> {
    Router::new().route("/authorize/{tx}", get(resume))
}

async fn by_get(visit: Visit) -> Result<Response, PageError> {
    let params = visit.query.clone();
    start(visit, &params, Cookies::Sent).await
}

async fn by_post(visit: Visit, headers: HeaderMap, PageBody(body): PageBody) -> Result<Response, PageError> {
    let params = Params::from_form(&headers, &body)?;
    start(visit, &params, Cookies::PerhapsWithheld).await
}

/// Whether the browser has sent the session cookie. On a POST from another site it does not (`SameSite=Lax`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cookies {
    Sent,
    PerhapsWithheld,
}

async fn start(visit: Visit, params: &Params, cookies: Cookies) -> Result<Response, PageError> {
    let identified = request::identify(&visit.state.ops, params).await?;
    let request = match checks::run(&visit.state.ops, &identified, params) {
        Ok(request) => request,
        Err(refusal) => {
            return Ok(respond::refuse(
                &visit,
                &identified.client,
                &identified.to,
                refusal,
            ));
        }
    };
    if cookies == Cookies::PerhapsWithheld {
        // the browser comes back by GET, and then with its cookie
        let tx = park(&visit.state.ops, &request).await?;
        return Ok(redirect::to_own_page(&format!("/authorize/{tx}")));
    }
    let now = visit.state.ops.now();
    let settled = Progress::default();
    advance(&visit, &identified.client, &request, &settled, now, None).await
}

async fn resume(
    State(state): State<AppState>,
    Path(tx): Path<TransactionId>,
    visit: Visit,
) -> Result<Response, PageError> {
    let ops = &state.ops;
    let parked = store::transactions::find(&ops.db, &tx, ops.now()).await?;
    let parked =
        parked.ok_or_else(|| PageError::new(PageErrorKind::Expired).because("no such transaction"))?;
    let client = ops
        .clients
        .find(&ops.db, parked.request.return_to.client_id())
        .await?;
    let client = client.ok_or_else(|| PageError::new(PageErrorKind::ClientDisabled))?;
    if parked.progress.denied {
        let refusal = ProtocolError::new(ErrorCode::AccessDenied, "The person did not allow the request.");
        return Ok(respond::refuse(
            &visit,
            &client,
            &parked.request.return_to,
            refusal,
        ));
    }
    advance(
        &visit,
        &client,
        &parked.request,
        &parked.progress,
        parked.created_at,
        Some(&tx),
    )
    .await
}

/// What comes next for a request: an answer, or a page.
async fn advance(
    visit: &Visit,
    client: &Client,
    request: &AuthorizeRequest,
    progress: &Progress,
    parked_at: Timestamp,
    tx: Option<&TransactionId>,
) -> Result<Response, PageError> {
    let ops = &visit.state.ops;
    let accounts = visit.accounts().await?;
    let facts = Facts {
        request,
        progress,
        parked_at,
        accounts: &accounts,
        subject_of: Box::new(|user| ops.subject(client, user)),
        now: ops.now(),
    };
    let step = match interaction::choose_account(&facts) {
        Account::Needs(step) => step,
        Account::Ready(account) => {
            if !asks_consent(ops, client, request, progress, account).await? {
                ops::sessions::touch(ops, account).await?;
                let answer = ops::tokens::front_channel(ops, client, request, account).await?;
                return Ok(respond::grant(visit, client, &request.return_to, answer));
            }
            Step::Consent(account.id.clone())
        }
    };
    if request.prompt.none {
        let refusal = ProtocolError::new(
            step.error_code(),
            "The request needs the person, and prompt=none forbids it.",
        );
        return Ok(respond::refuse(visit, client, &request.return_to, refusal));
    }
    let parked = match tx {
        Some(tx) => tx.clone(),
        None => park(ops, request).await?,
    };
    Ok(redirect::to_own_page(&page_of(&step, &parked)))
}

async fn asks_consent(
    ops: &Ops,
    client: &Client,
    request: &AuthorizeRequest,
    progress: &Progress,
    account: &AccountSession,
) -> Result<bool, Failure> {
    let skip = client.metadata.skip_consent;
    let remembered = if skip && !request.prompt.consent {
        None
    } else {
        ops::consent::remembered(ops, &account.user_id, &client.id).await?
    };
    Ok(interaction::needs_consent(
        request,
        progress,
        account,
        remembered.as_ref(),
        skip,
    ))
}

async fn park(ops: &Ops, request: &AuthorizeRequest) -> Result<TransactionId, Failure> {
    let now = ops.now();
    let tx = TransactionId::from_bits(random::id_bits(now));
    let until = now + ops.config.login.transaction_lifetime;
    store::transactions::park(&ops.db, &tx, request, now, until).await?;
    Ok(tx)
}

fn page_of(step: &Step, tx: &TransactionId) -> String {
    match step {
        Step::SelectAccount => format!("/login/accounts?tx={tx}"),
        Step::Login(_) => format!("/login?tx={tx}"),
        Step::Consent(_) => format!("/consent?tx={tx}"),
    }
}
