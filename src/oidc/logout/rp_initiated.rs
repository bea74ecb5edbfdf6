//! A relying party, or the person, asks to sign out. RP-Initiated Logout §2, §3.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::error::page::ErrorDetails;
use crate::oidc::logout::confirm::LogoutPage;
use crate::oidc::logout::logged_out;
use crate::ops;
use crate::ops::logout::Frame;
use crate::ops::sessions::Ending;
use crate::ops::token_claims::IdClaims;
use crate::ops::tokens::read_id_token_hint;
use crate::store;
use crate::web::browser_state;
use crate::web::csrf;
use crate::web::page_body::PageBody;
use crate::web::params::Params;
use crate::web::redirect;
use crate::web::security_headers::Allow;
use crate::web::visit::Visit;

/// Parameters that go along through the confirm page.
const KEPT: &[&str] = &["id_token_hint", "post_logout_redirect_uri", "state", "client_id"];

/// The longest query that a posted request is turned into; browsers and proxies take more.
const MAX_QUERY_BYTES: usize = 8 * 1024;

/// A sign-out request, checked.
struct Request {
    hint: Option<IdClaims>,
    client: Option<Arc<Client>>,
    /// Proved against the client's registration.
    redirect: Option<RedirectUri>,
    state: Option<String>,
}

pub(super) async fn by_get(visit: Visit) -> Result<Response, PageError> {
    let params = visit.query.clone();
    start(visit, &params).await
}

pub(super) async fn by_post(
    visit: Visit,
    headers: HeaderMap,
    PageBody(body): PageBody,
) -> Result<Response, PageError> {
    let params = Params::from_form(&headers, &body)?;
    if visit.browser.id().is_none() {
        // a form of another site comes without the session cookie (SameSite=Lax); the browser comes back with it
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(params.iter())
            .finish();
        if query.len() <= MAX_QUERY_BYTES {
            return Ok(redirect::to_own_page(&format!("/logout?{query}")));
        }
    }
    start(visit, &params).await
}

/// The hint proves that the client knows the session it ends: no question is needed then. Otherwise the person decides.
async fn start(visit: Visit, params: &Params) -> Result<Response, PageError> {
    let request = check(&visit, params).await?;
    let accounts = visit.accounts().await?;
    let hinted = request
        .hint
        .as_ref()
        .and_then(|h| accounts.iter().find(|a| h.sid.as_deref() == Some(a.id.as_str())));
    match (&request.hint, hinted) {
        (Some(_), Some(account)) => {
            let frames = end(&visit, std::slice::from_ref(account)).await?;
            finish(visit, &request, frames).await
        }
        // the session of the hint is over, and nobody else is signed in
        (Some(_), None) if accounts.is_empty() => finish(visit, &request, Vec::new()).await,
        // without a hint nobody is sent anywhere unasked
        (None, _) if accounts.is_empty() => Ok(redirect::to_own_page("/logged-out")),
        _ => ask(visit, params, &request, &accounts).await,
    }
}

async fn check(visit: &Visit, params: &Params) -> Result<Request, PageError> {
    let ops = &visit.state.ops;
    let refuse = |kind| {
        PageError::new(kind).with_details(ErrorDetails {
            client_id: params.get("client_id").map(|c| c.chars().take(300).collect()),
            redirect_uri: params
                .get("post_logout_redirect_uri")
                .map(|u| u.chars().take(300).collect()),
            description: None,
        })
    };
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(text) => {
            let claims = read_id_token_hint(ops.issuer(), &ops.keys.current(), text);
            Some(claims.ok_or_else(|| refuse(PageErrorKind::InvalidIdTokenHint))?)
        }
    };
    let named = params.get("client_id");
    if let (Some(hint), Some(named)) = (&hint, named)
        && hint.aud != named
    {
        return Err(refuse(PageErrorKind::InvalidIdTokenHint));
    }
    let id: Option<ClientId> = hint
        .as_ref()
        .map(|h| h.aud.as_str())
        .or(named)
        .and_then(|id| id.parse().ok());
    let client = match id {
        Some(id) => ops.clients.find(&ops.db, &id).await?,
        None => None,
    };
    let redirect = match params.get("post_logout_redirect_uri") {
        None => None,
        Some(asked) => {
            let proved = client
                .as_ref()
                .and_then(|c| c.post_logout_redirect(asked))
                .cloned();
            Some(proved.ok_or_else(|| refuse(PageErrorKind::PostLogoutRedirectUriMismatch))?)
        }
    };
    Ok(Request {
        hint,
        client,
        redirect,
        state: params.get_raw("state").map(str::to_owned),
    })
}

async fn ask(
    mut visit: Visit,
    params: &Params,
    request: &Request,
    accounts: &[AccountSession],
) -> Result<Response, PageError> {
    let shell = visit.shell(String::new(), None).await?;
    let mut clients: Vec<String> = Vec::new();
    for account in accounts {
        let session = store::sessions::find(&visit.state.ops.db, &account.id).await?;
        clients.extend(session.map(|s| s.clients).unwrap_or_default());
    }
    clients.sort();
    clients.dedup();
    let names: Vec<&str> = accounts.iter().map(|a| a.name.as_str()).collect();
    let page = LogoutPage {
        shell,
        name: names.join(", "),
        clients,
        fields: KEPT
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), params.get_raw(name)?.to_owned())))
            .collect(),
        stay_href: "/account".to_owned(),
    };
    let allow = Allow {
        form_action: request.redirect.as_ref().map(RedirectUri::origin),
        ..Allow::default()
    };
    Ok((axum::Extension(allow), page).into_response())
}

/// `POST /logout/confirm`: the person wants to.
pub(super) async fn confirmed(
    visit: Visit,
    headers: HeaderMap,
    PageBody(body): PageBody,
) -> Result<Response, PageError> {
    let params = csrf::checked(&visit.browser, &headers, &body)?;
    let request = check(&visit, &params).await?;
    let accounts = visit.accounts().await?;
    let frames = end(&visit, &accounts).await?;
    finish(visit, &request, frames).await
}

/// Ends the sessions; gives what tells their clients of it.
async fn end(visit: &Visit, accounts: &[AccountSession]) -> Result<Vec<Frame>, PageError> {
    let ops = &visit.state.ops;
    let mut frames = Vec::new();
    for account in accounts {
        ops::sessions::end(ops, &visit.acting(account), &account.id, Ending::SignOut).await?;
        frames.extend(ops::logout::frames(ops, &account.id).await?);
    }
    Ok(frames)
}

/// Back to the client where a proved URI was asked for, with `state` and nothing else; else our own page. Where clients
/// are told by frames, our own page comes first and goes on when they have loaded.
async fn finish(visit: Visit, request: &Request, frames: Vec<Frame>) -> Result<Response, PageError> {
    let state = browser_state::of(&visit, &visit.accounts().await?);
    let seen = visit.clone();
    let response = if frames.is_empty() {
        leave(request)
    } else {
        logged_out::page(visit, request.client.as_deref(), onward(request), frames).await?
    };
    Ok(browser_state::attach(&seen, state.as_ref(), response))
}

fn leave(request: &Request) -> Response {
    if let Some(target) = onward(request) {
        return redirect::to_client(&target);
    }
    let client = request
        .client
        .as_ref()
        .map_or(String::new(), |c| format!("?client={}", encoded(c.id.as_str())));
    redirect::to_own_page(&format!("/logged-out{client}"))
}

/// The proved URI, with `state` where it was sent.
fn onward(request: &Request) -> Option<String> {
    let uri = request.redirect.as_ref()?.as_str();
    Some(match &request.state {
        None => uri.to_owned(),
        Some(state) => format!(
            "{uri}{}state={}",
            if uri.contains('?') { '&' } else { '?' },
            encoded(state)
        ),
    })
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
