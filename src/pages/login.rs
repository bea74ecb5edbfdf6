//! `/login`: username and password, for a client's request or for our own pages.

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
use crate::domain::interaction;
use crate::domain::interaction::Account;
use crate::domain::interaction::Step;
use crate::domain::secret::Secret;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::i18n::Locale;
use crate::ops;
use crate::ops::sign_in::Attempt;
use crate::ops::sign_in::SignIn;
use crate::pages::client_badge::ClientBadge;
use crate::pages::parked::Parked;
use crate::web::browser_state;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::security_headers::Allow;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The sign-in page, also in its form for signing in again.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/login.html")]
pub struct LoginPage {
    /// What is around the card.
    pub shell: Shell,
    /// The transaction to go on with; none when somebody signs in to our own pages.
    pub tx: Option<String>,
    /// The client that asks, if one does.
    pub client: Option<ClientBadge>,
    /// Who signs in.
    pub who: Who,
    /// Why the last attempt failed.
    pub error: Option<LoginError>,
    /// For how long "keep me signed in" lasts; none hides the choice.
    pub remember_days: Option<u32>,
    /// Whether the choice was ticked before.
    pub remember: bool,
    /// Whether a forgotten password can be reset by mail.
    pub can_reset: bool,
    /// The page of our own to go on to, when no client asks.
    pub return_to: String,
    /// Somebody else than the account that has to confirm itself signs in.
    pub other: bool,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub enum Who {
    /// Whoever can.
    Anyone {
        /// What was typed before, or `login_hint`.
        username: String,
    },
    /// The person already signed in, asked again (`prompt=login`, `max_age`).
    Again {
        /// Their display name.
        name: String,
        /// What goes back in the form.
        username: String,
        /// Where "Not you?" leads.
        not_you: String,
    },
}

/// Why a sign-in failed, without telling whether the account exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// Unknown user, wrong password, or an account that is switched off.
    WrongPair,
    /// Too many attempts for this account or from this address.
    Throttled {
        /// Until the next attempt is allowed.
        minutes: u32,
    },
    /// The form was of another session, or too old.
    StaleForm,
}

impl LoginError {
    /// What happened and what to do.
    pub fn text(self, locale: &Locale) -> String {
        match self {
            Self::WrongPair => locale.text("login-error-wrong-pair"),
            Self::Throttled { minutes } => {
                locale.text_with("login-error-throttled", &[("minutes", &minutes)])
            }
            Self::StaleForm => locale.text("login-error-stale"),
        }
    }
}

impl LoginPage {
    fn heading(&self) -> String {
        match (&self.who, &self.client) {
            (Who::Again { name, .. }, _) => self.shell.tv("login-confirm-title", "name", name),
            (Who::Anyone { .. }, Some(client)) => self.shell.tv("login-title", "client", &client.name),
            (Who::Anyone { .. }, None) => self.shell.t("login-title-plain"),
        }
    }

    fn wrong_pair(&self) -> bool {
        self.error == Some(LoginError::WrongPair)
    }

    /// The first empty field has the focus, unless there is something to read first.
    fn focus_username(&self) -> bool {
        self.error.is_none() && matches!(&self.who, Who::Anyone { username } if username.is_empty())
    }

    fn focus_password(&self) -> bool {
        self.error.is_none() && !self.focus_username()
    }
}

/// `GET` and `POST /login`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/login", get(show).post(submit))
}

/// What the page knows before anything is typed.
struct Scene {
    parked: Option<Parked>,
    accounts: Vec<AccountSession>,
    /// The account that has to confirm itself.
    again: Option<AccountSession>,
    /// "Not you?" was chosen, or another account.
    other: bool,
}

async fn scene(visit: &mut Visit, tx: Option<&str>, other: bool) -> Result<Scene, PageError> {
    let parked = Parked::find(visit, tx).await?;
    let accounts = visit.accounts().await?;
    let again = match &parked {
        Some(parked) if !other => {
            match interaction::choose_account(&parked.facts(&visit.state.ops, &accounts)) {
                Account::Needs(Step::Login(Some(id))) => accounts.iter().find(|a| a.id == id).cloned(),
                Account::Needs(_) | Account::Ready(_) => None,
            }
        }
        Some(_) | None => None,
    };
    Ok(Scene {
        parked,
        accounts,
        again,
        other,
    })
}

async fn show(mut visit: Visit) -> Result<Response, PageError> {
    let query = visit.query.clone();
    let other = query.get("other").is_some();
    let scene = scene(&mut visit, query.get("tx"), other).await?;
    if scene.parked.is_none() && !scene.accounts.is_empty() && !other {
        return Ok(redirect::to_own_page(query.get("return").unwrap_or("/account")));
    }
    let hint = scene
        .parked
        .as_ref()
        .and_then(|p| p.transaction.request.login_hint.clone())
        .unwrap_or_default();
    let form = Typed {
        username: hint,
        remember: false,
        return_to: query.text("return"),
    };
    render(visit, &scene, form, None).await
}

/// What was typed, without the password.
struct Typed {
    username: String,
    remember: bool,
    return_to: String,
}

async fn render(
    mut visit: Visit,
    scene: &Scene,
    typed: Typed,
    error: Option<LoginError>,
) -> Result<Response, PageError> {
    let config = &visit.state.ops.config.clone();
    let shell = visit.shell(String::new(), None).await?;
    let tx = scene.parked.as_ref().map(|p| p.transaction.id.to_string());
    let who = match &scene.again {
        Some(account) => Who::Again {
            name: account.name.clone(),
            username: account.address.clone(),
            not_you: format!("/login?tx={}&other=1", tx.as_deref().unwrap_or("")),
        },
        None => Who::Anyone {
            username: typed.username,
        },
    };
    let allow = scene.parked.as_ref().map(Parked::allow).unwrap_or_default();
    let page = LoginPage {
        shell,
        tx,
        client: scene.parked.as_ref().map(Parked::badge),
        who,
        error,
        remember_days: scene
            .again
            .is_none()
            .then(|| u32::try_from(config.login.remember_lifetime.as_secs() / 86_400).unwrap_or(30)),
        remember: typed.remember,
        can_reset: config.mail.is_on(),
        return_to: typed.return_to,
        other: scene.other,
    };
    Ok((status(error), Extension::<Allow>(allow), retry_after(error), page).into_response())
}

fn status(error: Option<LoginError>) -> StatusCode {
    match error {
        None => StatusCode::OK,
        Some(LoginError::WrongPair | LoginError::StaleForm) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(LoginError::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn retry_after(error: Option<LoginError>) -> Option<[(header::HeaderName, HeaderValue); 1]> {
    match error {
        Some(LoginError::Throttled { minutes }) => {
            Some([(header::RETRY_AFTER, HeaderValue::from(u64::from(minutes) * 60))])
        }
        Some(LoginError::WrongPair | LoginError::StaleForm) | None => None,
    }
}

async fn submit(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let ops = visit.state.ops.clone();
    let scene = scene(&mut visit, form.get("tx"), form.get("other").is_some()).await?;
    let remember = form.get("remember").is_some();
    let typed = Typed {
        username: form.text("username"),
        remember,
        return_to: form.text("return"),
    };
    let browser = visit.browser.ensure(&ops).await?.clone();
    let attempt = Attempt {
        username: &typed.username,
        password: Secret::new(form.get_raw("password").unwrap_or("").to_owned()),
        remember,
        browser: &browser,
        accounts: &scene.accounts,
        origin: &visit.request.origin,
        request_id: Some(visit.request.id.clone()),
    };
    let session = match ops::sign_in::with_password(&ops, attempt).await? {
        SignIn::Done { session, .. } => session,
        SignIn::Wrong => return render(visit, &scene, typed, Some(LoginError::WrongPair)).await,
        SignIn::Throttled(until) => {
            let minutes = u32::try_from(until.secs_since(ops.now()) / 60 + 1).unwrap_or(1);
            return render(visit, &scene, typed, Some(LoginError::Throttled { minutes })).await;
        }
    };
    let remember_secs = i64::try_from(ops.config.login.remember_lifetime.as_secs()).unwrap_or(i64::MAX);
    visit.browser.renew(remember.then_some(remember_secs)).await?;
    let next = match scene.parked {
        Some(mut parked) => {
            parked.transaction.progress.session = Some(session);
            parked.save(&ops).await?;
            parked.resume_path()
        }
        None if typed.return_to.is_empty() => "/account".to_owned(),
        None => typed.return_to,
    };
    browser_state::changed(&visit, redirect::to_own_page(&next)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    pub(super) fn samples(locale: Locale) -> Vec<LoginPage> {
        let plain = LoginPage {
            shell: samples::door(locale),
            tx: Some("tx_0000".to_owned()),
            client: Some(samples::ledger()),
            who: Who::Anyone {
                username: String::new(),
            },
            error: None,
            remember_days: Some(30),
            remember: false,
            can_reset: true,
            return_to: String::new(),
            other: false,
        };
        let typed = Who::Anyone {
            username: "amara@northwind.example".to_owned(),
        };
        let again = Who::Again {
            name: "Amara Okafor".to_owned(),
            username: "amara@northwind.example".to_owned(),
            not_you: "/login/accounts?tx=tx_0000".to_owned(),
        };
        vec![
            plain.clone(),
            LoginPage {
                who: typed.clone(),
                error: Some(LoginError::WrongPair),
                ..plain.clone()
            },
            LoginPage {
                who: typed.clone(),
                error: Some(LoginError::Throttled { minutes: 4 }),
                ..plain.clone()
            },
            LoginPage {
                who: typed,
                error: Some(LoginError::StaleForm),
                client: None,
                tx: None,
                ..plain.clone()
            },
            LoginPage {
                who: again,
                remember_days: None,
                ..plain
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("login", samples);
    }

    #[test]
    fn the_ids_that_password_managers_and_tests_know_are_there() {
        for page in samples(Locale::English) {
            let html = page.render().expect("renders");
            for id in ["id=\"username\"", "id=\"password\"", "id=\"submit\""] {
                assert_eq!(html.matches(id).count(), 1, "{id}");
            }
        }
    }

    #[test]
    fn what_a_person_typed_is_escaped() {
        let mut page = samples(Locale::English).remove(0);
        page.who = Who::Anyone {
            username: "\"><script>alert(1)</script>".to_owned(),
        };
        assert!(!page.render().expect("renders").contains("<script>alert"));
    }
}
