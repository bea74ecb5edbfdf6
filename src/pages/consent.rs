//! `/consent`: whether a client may use the account, in words people understand.

use askama::Template;
use askama_web::WebTemplate;
use axum::Extension;
use axum::Router;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::get;

use crate::app::state::AppState;
use crate::domain::interaction;
use crate::domain::interaction::Account;
use crate::domain::scope::ScopeSet;
use crate::domain::session::AccountSession;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::ops;
use crate::pages::client_badge::ClientBadge;
use crate::pages::parked::Parked;
use crate::pages::scope_line;
use crate::pages::scope_line::ScopeLine;
use crate::pages::scope_line::Words;
use crate::pages::select_account::KnownAccount;
use crate::store;
use crate::web::csrf::CheckedForm;
use crate::web::redirect;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// The consent page: two forms, Allow (`decision=allow`, `remember`) and Don't allow (`decision=deny`).
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/consent.html")]
pub struct ConsentPage {
    /// What is around the card.
    pub shell: Shell,
    /// The transaction to go on with.
    pub tx: String,
    /// The client that asks.
    pub client: ClientBadge,
    /// Who runs the client, where it is known.
    pub operator: Option<String>,
    /// Whether the client belongs to this installation, so that "not run by" would be untrue.
    pub first_party: bool,
    /// The host of the redirect URI.
    pub return_host: String,
    /// Who is signed in.
    pub account: KnownAccount,
    /// Where "Change" leads.
    pub change_href: String,
    /// What is asked now.
    pub asked: Vec<ScopeLine>,
    /// What was allowed before, shown folded.
    pub already: Vec<ScopeLine>,
    /// Whether the answer may be remembered.
    pub may_remember: bool,
}

impl ConsentPage {
    fn heading(&self) -> String {
        self.shell.locale.text_with(
            "consent-title",
            &[("client", &self.client.name), ("product", &self.shell.product)],
        )
    }

    /// The sentence around the host, which stands out.
    fn go_back(&self) -> (String, String) {
        const HOST: char = '\u{1}';
        let sentence = self.shell.tv("consent-go-back", "host", &HOST);
        let (before, after) = sentence.split_once(HOST).unwrap_or((&sentence, ""));
        (before.to_owned(), after.to_owned())
    }

    fn run_by(&self) -> String {
        let client = &self.client.name;
        let product = &self.shell.product;
        match &self.operator {
            _ if self.first_party => String::new(),
            Some(operator) => self.shell.locale.text_with(
                "consent-run-by",
                &[("client", client), ("operator", operator), ("product", product)],
            ),
            None => self
                .shell
                .locale
                .text_with("consent-not-ours", &[("client", client), ("product", product)]),
        }
    }
}

/// `GET` and `POST /consent`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/consent", get(show).post(decide))
}

/// The parked request and the account that is asked; without an account there is a step before this one.
async fn asked(visit: &mut Visit, tx: Option<&str>) -> Result<(Parked, Option<AccountSession>), PageError> {
    let parked = Parked::find(visit, tx).await?;
    let parked =
        parked.ok_or_else(|| PageError::new(PageErrorKind::Expired).because("no such transaction"))?;
    let accounts = visit.accounts().await?;
    let account = match interaction::choose_account(&parked.facts(&visit.state.ops, &accounts)) {
        Account::Ready(account) => Some(account.clone()),
        Account::Needs(_) => None,
    };
    Ok((parked, account))
}

async fn show(mut visit: Visit) -> Result<Response, PageError> {
    let tx = visit.query.text("tx");
    let (parked, Some(account)) = asked(&mut visit, Some(&tx)).await? else {
        return Ok(redirect::to_own_page(&format!("/authorize/{tx}")));
    };
    let ops = visit.state.ops.clone();
    let user = store::users::find(&ops.db, &account.user_id).await?;
    let before = ops::consent::remembered(&ops, &account.user_id, &parked.client.id)
        .await?
        .unwrap_or_default();
    let request = &parked.transaction.request;
    let (apis, details) = (ops.apis.current(), &request.authorization_details);
    let words = Words {
        apis: &apis,
        resource: &request.resource,
    };
    let lines =
        |scope: &ScopeSet| scope_line::describe(scope, user.as_ref(), &parked.client, &ops.config, words);
    let already = if request.prompt.consent {
        ScopeSet::default()
    } else {
        request.scope.intersection(&before)
    };
    let new = request
        .scope
        .iter()
        .filter(|s| !already.contains(s))
        .collect::<Vec<_>>()
        .join(" ");
    let mut asked = lines(&new.parse().unwrap_or_default());
    asked.extend(scope_line::describe_details(details, &apis));
    let page = ConsentPage {
        shell: visit.shell(String::new(), None).await?,
        tx,
        client: parked.badge(),
        operator: parked.client.run_by(),
        first_party: parked.client.metadata.skip_consent,
        return_host: request.return_to.redirect_uri().display_host(),
        account: KnownAccount::from(&account),
        change_href: format!("/login/accounts?tx={}", parked.transaction.id),
        asked,
        already: lines(&already),
        // details are asked for each time
        may_remember: details.is_empty(),
    };
    Ok((Extension(parked.allow()), page).into_response())
}

async fn decide(mut visit: Visit, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    let (mut parked, account) = asked(&mut visit, form.get("tx")).await?;
    let Some(account) = account else {
        return Ok(redirect::to_own_page(&parked.resume_path()));
    };
    let ops = visit.state.ops.clone();
    let decision = form.get("decision");
    if decision == Some("allow") {
        if form.get("remember").is_some() {
            let scope = &parked.transaction.request.scope;
            ops::consent::allow(
                &ops,
                &visit.acting(&account),
                &account.user_id,
                &parked.client,
                scope,
            )
            .await?;
        }
        parked.transaction.progress.consented = Some(account.user_id.clone());
        parked.transaction.progress.session = Some(account.id.clone());
    } else if decision == Some("deny") {
        parked.transaction.progress.denied = true;
    } else {
        // nothing was decided: the question stays
        return Ok(redirect::to_own_page(&format!(
            "/consent?tx={}",
            parked.transaction.id
        )));
    }
    parked.save(&ops).await?;
    Ok(redirect::to_own_page(&parked.resume_path()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ConsentPage> {
        let usual = ConsentPage {
            shell: samples::door(locale),
            tx: "tx_0000".to_owned(),
            client: samples::ledger(),
            operator: Some("Brightside Ltd".to_owned()),
            first_party: false,
            return_host: "ledger.brightside.example".to_owned(),
            account: samples::amara(),
            change_href: "/login/accounts?tx=tx_0000".to_owned(),
            asked: vec![
                ScopeLine::Profile,
                ScopeLine::Email {
                    address: Some("amara@northwind.example".to_owned()),
                },
                ScopeLine::Offline { days: 90 },
            ],
            already: Vec::new(),
            may_remember: true,
        };
        let everything = vec![
            ScopeLine::OpenId,
            ScopeLine::Address,
            ScopeLine::Phone {
                number: Some("+44 20 7946 0000".to_owned()),
            },
            ScopeLine::Phone { number: None },
            ScopeLine::Email { address: None },
            ScopeLine::Roles,
            ScopeLine::Groups,
            ScopeLine::Other {
                scope: "invoices:read".to_owned(),
                description: Some("See your invoices".to_owned()),
            },
            ScopeLine::Other {
                scope: "mystery".to_owned(),
                description: None,
            },
            ScopeLine::Details {
                kind: "payment".to_owned(),
                description: None,
                facts: vec![("actions".to_owned(), "initiate".to_owned())],
            },
        ];
        vec![
            usual.clone(),
            ConsentPage {
                asked: everything.clone(),
                operator: None,
                may_remember: false,
                ..usual.clone()
            },
            ConsentPage {
                already: everything,
                first_party: true,
                ..usual
            },
        ]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("consent", samples);
    }

    #[test]
    fn allowing_comes_first_and_only_it_can_be_remembered() {
        let html = samples(Locale::English).remove(0).render().expect("renders");
        let forms: Vec<&str> = html
            .split("<form")
            .filter(|form| form.contains("action=\"/consent\""))
            .collect();
        let [allow, deny] = forms[..] else {
            panic!("two forms expected, found {}", forms.len())
        };
        assert!(
            allow.contains("value=\"allow\"")
                && allow.contains("name=\"remember\"")
                && allow.contains(" checked")
        );
        assert!(allow.contains("id=\"approve\""));
        assert!(
            deny.contains("value=\"deny\"") && deny.contains("id=\"deny\"") && !deny.contains("remember")
        );
    }
}
