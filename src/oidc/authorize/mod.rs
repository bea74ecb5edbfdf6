//! The authorization endpoint: take in → validate → next step → respond. OIDC Core §3.1.2.

mod checks;
mod intake;
mod request;
mod request_object;
mod request_uri;
mod respond;
mod targets;

pub(super) use checks::Way;

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
use crate::oidc::authorize::intake::Intake;
use crate::oidc::authorize::request::NoPlace;
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
    let (client, request) = match intake::take_in(&visit.state.ops, params).await? {
        Intake::Checked(client, request) => (client, request),
        Intake::Refused(client, to, refusal) => return respond::refuse(&visit, &client, &to, *refusal),
    };
    if cookies == Cookies::PerhapsWithheld {
        // the browser comes back by GET, and then with its cookie
        let tx = park(&visit.state.ops, &request).await?;
        return Ok(redirect::to_own_page(&format!("/authorize/{tx}")));
    }
    let now = visit.state.ops.now();
    let settled = Progress::default();
    advance(&visit, &client, &request, &settled, now, None).await
}

/// The parameters in a request object that a client pushes. RFC 9126 §3.
pub(super) async fn read_request_object(
    ops: &Ops,
    client: &Client,
    token: &str,
) -> Result<Result<Params, ProtocolError>, Failure> {
    request_object::read(ops, client, token).await
}

/// Checks a pushed request as if a browser had brought it. RFC 9126 §2.1.
pub(super) fn pushed_request(
    ops: &Ops,
    client: &Client,
    params: &Params,
    way: Way,
) -> Result<AuthorizeRequest, ProtocolError> {
    let identified = request::identify(client, params).map_err(|problem| {
        ProtocolError::invalid_request(match problem {
            NoPlace::Missing => "The parameter redirect_uri is missing.",
            NoPlace::Mismatch => "The redirect_uri is not registered for the client.",
        })
    })?;
    checks::run(ops, client, &identified, params, way)
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
        return finish(&visit, &client, &parked.request, Err(refusal)).await;
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
                return finish(visit, client, request, Ok(account)).await;
            }
            Step::Consent(account.id.clone())
        }
    };
    if request.prompt.none {
        let refusal = ProtocolError::new(
            step.error_code(),
            "The request needs the person, and prompt=none forbids it.",
        );
        return finish(visit, client, request, Err(refusal)).await;
    }
    let parked = match tx {
        Some(tx) => tx.clone(),
        None => park(ops, request).await?,
    };
    Ok(redirect::to_own_page(&page_of(&step, &parked)))
}

/// Answers a request. A pushed one is used up by that, and of several tabs only one gets the answer. RFC 9126 §4.
async fn finish(
    visit: &Visit,
    client: &Client,
    request: &AuthorizeRequest,
    answer: Result<&AccountSession, ProtocolError>,
) -> Result<Response, PageError> {
    let (ops, to) = (&visit.state.ops, &request.return_to);
    if !ops::pushed_requests::answer(ops, request).await? {
        let refusal = request_uri::refused("the pushed request has been answered before");
        return respond::refuse(visit, client, to, refusal);
    }
    match answer {
        Ok(account) => {
            ops::sessions::touch(ops, account).await?;
            let granted = ops::tokens::front_channel(ops, client, request, account).await?;
            ops::registration::note_use(ops, client).await?;
            respond::grant(visit, client, to, granted).await
        }
        Err(refusal) => respond::refuse(visit, client, to, refusal),
    }
}

async fn asks_consent(
    ops: &Ops,
    client: &Client,
    request: &AuthorizeRequest,
    progress: &Progress,
    account: &AccountSession,
) -> Result<bool, Failure> {
    let skip = client.metadata.skip_consent;
    // RFC 8252 §8.6: anybody on the same machine can pose as a client that has no secret and no address of its own
    let poses =
        client.metadata.is_public() && !request.return_to.redirect_uri().as_str().starts_with("https:");
    let remembered = if (skip && !request.prompt.consent) || poses {
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
