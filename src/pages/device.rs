//! `/device`: a person enters the code that a device shows, sees who asks for what, and decides. RFC 8628 §3.3.
//!
//! A link with the code in it only fills the field: whoever was sent one must still see and allow what it is about.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::Router;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::client::Client;
use crate::domain::id::PendingId;
use crate::domain::pending_grant::DEVICE_GRANT;
use crate::domain::pending_grant::PendingGrant;
use crate::domain::pending_grant::PendingKind;
use crate::domain::pending_grant::PendingState;
use crate::domain::pending_grant::normal_user_code;
use crate::domain::pending_grant::shown_user_code;
use crate::domain::redirect_uri::RedirectUri;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::i18n::Locale;
use crate::ops;
use crate::ops::pending_grants::Entered;
use crate::pages::account::owner::Owner;
use crate::pages::client_badge::ClientBadge;
use crate::pages::scope_line;
use crate::pages::scope_line::ScopeLine;
use crate::pages::scope_line::Words;
use crate::pages::select_account::KnownAccount;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
use crate::web::redirect;
use crate::web::security_headers::Allow;
use crate::web::shell::Shell;

/// The page in its three steps.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/device.html")]
pub struct DevicePage {
    /// What is around the card.
    pub shell: Shell,
    /// Who is signed in.
    pub account: KnownAccount,
    /// Which step.
    pub step: Step,
}

/// A step.
#[derive(Clone, Debug)]
pub enum Step {
    /// The code.
    Enter {
        /// What was typed, or came with the link.
        user_code: String,
        /// Why it is asked again.
        error: Option<CodeError>,
        /// Where "Use another account" leads.
        other_href: String,
    },
    /// Who asks for what. Two forms, `decision=allow` and `decision=deny`.
    Confirm {
        /// Where they go.
        action: String,
        /// Who asks.
        client: ClientBadge,
        /// For what.
        scopes: Vec<ScopeLine>,
    },
    /// Decided.
    Done {
        /// Who asked.
        client: ClientBadge,
        /// How.
        allowed: bool,
    },
}

/// Why a code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Wrong, run out or used: nobody is told which.
    Unknown,
    /// Too many wrong ones.
    Throttled {
        /// Until the next attempt is allowed.
        minutes: u32,
    },
}

impl CodeError {
    /// What happened and what to do.
    pub fn text(self, locale: &Locale) -> String {
        match self {
            Self::Unknown => locale.text("device-error-unknown"),
            Self::Throttled { minutes } => {
                locale.text_with("device-error-throttled", &[("minutes", &minutes)])
            }
        }
    }
}

/// `/device` and `/device/{id}`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/device", get(show).post(enter))
        .route("/device/{id}", get(confirm).post(decide))
}

async fn show(owner: Owner) -> Result<Response, PageError> {
    let code = normal_user_code(&owner.visit.query.text("user_code"));
    ask(owner, shown_user_code(&code), None).await
}

async fn ask(mut owner: Owner, user_code: String, error: Option<CodeError>) -> Result<Response, PageError> {
    let back = if user_code.is_empty() {
        "/device".to_owned()
    } else {
        format!("/device?user_code={user_code}")
    };
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    let page = DevicePage {
        shell: owner.visit.shell(String::new(), None).await?,
        account: KnownAccount::from(&owner.account),
        step: Step::Enter {
            user_code,
            error,
            other_href: format!("/login?other=1&return={back}"),
        },
    };
    let (status, retry) = match error {
        None => (StatusCode::OK, None),
        Some(CodeError::Unknown) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Some(CodeError::Throttled { minutes }) => {
            let secs = HeaderValue::from(u64::from(minutes) * 60);
            (StatusCode::TOO_MANY_REQUESTS, Some([(header::RETRY_AFTER, secs)]))
        }
    };
    Ok((status, retry, page).into_response())
}

async fn enter(owner: Owner, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = owner.visit.state.ops.clone();
    let typed = form.text("user_code");
    let (user, origin) = (&owner.account.user_id, &owner.visit.request.origin);
    let error = match ops::pending_grants::enter_user_code(&ops, user, origin, &typed).await? {
        Entered::Found(id) => return Ok(redirect::to_own_page(&format!("/device/{id}"))),
        Entered::Unknown => CodeError::Unknown,
        Entered::Throttled(until) => CodeError::Throttled {
            minutes: u32::try_from(until.secs_since(ops.now()) / 60 + 1).unwrap_or(1),
        },
    };
    let code = shown_user_code(&normal_user_code(&typed));
    ask(owner, code, Some(error)).await
}

/// A request that this person may see, and its client.
async fn found(
    owner: &Owner,
    id: &PendingId,
) -> Result<Option<(PendingGrant, std::sync::Arc<Client>)>, PageError> {
    let ops = &owner.visit.state.ops;
    let grant = store::pending_grants::find(&ops.db, id).await?;
    let mine = |grant: &PendingGrant| {
        grant.kind == PendingKind::Device
            && grant.user_id.as_ref() == Some(&owner.account.user_id)
            && grant.expires_at > ops.now()
    };
    let Some(grant) = grant.filter(mine) else {
        return Ok(None);
    };
    let client = ops.clients.find(&ops.db, &grant.client_id).await?;
    let client = client.filter(|client| client.metadata.uses(DEVICE_GRANT));
    Ok(client.map(|client| (grant, client)))
}

async fn confirm(mut owner: Owner, Path(id): Path<PendingId>) -> Result<Response, PageError> {
    let Some((grant, client)) = found(&owner, &id).await? else {
        return ask(owner, String::new(), Some(CodeError::Unknown)).await;
    };
    let ops = owner.visit.state.ops.clone();
    let badge = ClientBadge::from(&*client);
    let step = match grant.state {
        PendingState::Pending => {
            let user = store::users::find(&ops.db, &owner.account.user_id).await?;
            let apis = ops.apis.current();
            let words = Words {
                apis: &apis,
                resource: &grant.request.resource,
            };
            let scope = &grant.request.scope;
            Step::Confirm {
                action: format!("/device/{id}"),
                client: badge,
                scopes: scope_line::describe(scope, user.as_ref(), &client, &ops.config, words),
            }
        }
        PendingState::Allowed => Step::Done {
            client: badge,
            allowed: true,
        },
        PendingState::Denied => Step::Done {
            client: badge,
            allowed: false,
        },
    };
    let page = DevicePage {
        shell: owner.visit.shell(String::new(), None).await?,
        account: KnownAccount::from(&owner.account),
        step,
    };
    Ok((Extension(allow(&client)), page).into_response())
}

/// The client's logo.
fn allow(client: &Client) -> Allow {
    let logo = client.metadata.logo_uri.as_deref();
    Allow {
        image: logo
            .and_then(|uri| RedirectUri::parse(uri).ok())
            .map(|uri| uri.origin()),
        ..Allow::default()
    }
}

async fn decide(
    owner: Owner,
    Path(id): Path<PendingId>,
    CheckedForm(form): CheckedForm,
) -> Result<Response, PageError> {
    let Some((grant, client)) = found(&owner, &id).await? else {
        return ask(owner, String::new(), Some(CodeError::Unknown)).await;
    };
    let account: &AccountSession = &owner.account;
    let allow = form.get("decision") == Some("allow");
    let ops = &owner.visit.state.ops;
    ops::pending_grants::decide(ops, &owner.context(), &client, &grant, account, allow).await?;
    // decided twice, it stays as it was decided first; the page says how
    Ok(redirect::to_own_page(&format!("/device/{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<DevicePage> {
        let page = |step| DevicePage {
            shell: samples::door(locale),
            account: samples::amara(),
            step,
        };
        let enter = |user_code: &str, error| Step::Enter {
            user_code: user_code.to_owned(),
            error,
            other_href: "/login?other=1&return=%2Fdevice".to_owned(),
        };
        let done = |allowed| Step::Done {
            client: samples::ledger(),
            allowed,
        };
        vec![
            page(enter("", None)),
            page(enter("BCDF-GHJK", Some(CodeError::Unknown))),
            page(enter("BCDF-GHJK", Some(CodeError::Throttled { minutes: 4 }))),
            page(Step::Confirm {
                action: "/device/pgr_0".to_owned(),
                client: samples::ledger(),
                scopes: vec![ScopeLine::Profile, ScopeLine::Offline { days: 90 }],
            }),
            page(done(true)),
            page(done(false)),
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("device", samples);
    }
}
