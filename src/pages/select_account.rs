//! `/login/accounts`: which of the accounts known to this browser, for `prompt=select_account`.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::session::AccountSession;
use crate::domain::user::initials;
use crate::error::PageError;
use crate::pages::client_badge::ClientBadge;
use crate::pages::parked::Parked;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The list of accounts. Its form sends `account`: an id, or `other`.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/select_account.html")]
pub struct SelectAccountPage {
    /// What is around the card.
    pub shell: Shell,
    /// The transaction to go on with.
    pub tx: Option<String>,
    /// The client that asks, if one does.
    pub client: Option<ClientBadge>,
    /// The accounts this browser knows.
    pub accounts: Vec<KnownAccount>,
}

/// An account in the list, and on the consent page.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// What the form sends back.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Email address, or the username where there is none.
    pub email: String,
    /// One or two letters.
    pub initials: String,
    /// Whether it is signed in now.
    pub signed_in: bool,
}

impl From<&AccountSession> for KnownAccount {
    fn from(account: &AccountSession) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            email: account.address.clone(),
            initials: initials(&account.name),
            signed_in: true,
        }
    }
}

/// `GET` and `POST /login/accounts`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/login/accounts", get(show).post(choose))
}

async fn show(mut visit: Visit) -> Result<Response, PageError> {
    let tx = visit.query.text("tx");
    let parked = Parked::find(&mut visit, Some(&tx)).await?;
    let accounts = visit.accounts().await?;
    if accounts.is_empty() {
        return Ok(redirect::to_own_page(&format!("/login?tx={tx}")));
    }
    let shell = visit.shell(String::new(), None).await?;
    let allow = parked.as_ref().map(Parked::allow).unwrap_or_default();
    let page = SelectAccountPage {
        shell,
        tx: parked.as_ref().map(|p| p.transaction.id.to_string()),
        client: parked.as_ref().map(Parked::badge),
        accounts: accounts.iter().map(KnownAccount::from).collect(),
    };
    Ok((Extension(allow), page).into_response())
}

async fn choose(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let parked = Parked::find(&mut visit, form.get("tx")).await?;
    let accounts = visit.accounts().await?;
    let chosen = accounts
        .iter()
        .find(|a| form.get("account") == Some(a.id.as_str()));
    match (parked, chosen) {
        (Some(mut parked), Some(account)) => {
            parked.transaction.progress.session = Some(account.id.clone());
            parked.save(&visit.state.ops).await?;
            Ok(redirect::to_own_page(&parked.resume_path()))
        }
        // "another account", or one that has signed out meanwhile
        (Some(parked), None) => Ok(redirect::to_own_page(&format!(
            "/login?tx={}&other=1",
            parked.transaction.id
        ))),
        (None, _) => Ok(redirect::to_own_page("/account")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<SelectAccountPage> {
        let both = SelectAccountPage {
            shell: samples::door(locale),
            tx: Some("tx_0000".to_owned()),
            client: Some(samples::ledger()),
            accounts: vec![
                samples::amara(),
                KnownAccount {
                    id: "usr_2".to_owned(),
                    signed_in: false,
                    ..samples::amara()
                },
            ],
        };
        vec![
            both.clone(),
            SelectAccountPage {
                tx: None,
                client: None,
                accounts: vec![samples::amara()],
                ..both
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("select_account", samples);
    }
}
