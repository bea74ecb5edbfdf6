//! What an authorization request still needs before it can be answered. Pure.

use crate::domain::authorization::AuthorizeRequest;
use crate::domain::authorization::Progress;
use crate::domain::error_code::ErrorCode;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;
use crate::domain::scope::ScopeSet;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;

/// What the person has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Choose among the accounts signed in to this browser.
    SelectAccount,
    /// Sign in; with the session to confirm when it is a re-authentication.
    Login(Option<SessionId>),
    /// Allow the client, on behalf of this session's person.
    Consent(SessionId),
}

impl Step {
    /// What `prompt=none` answers instead of showing the page. OIDC Core §3.1.2.6.
    pub fn error_code(&self) -> ErrorCode {
        match self {
            Self::SelectAccount => ErrorCode::AccountSelectionRequired,
            Self::Login(_) => ErrorCode::LoginRequired,
            Self::Consent(_) => ErrorCode::ConsentRequired,
        }
    }
}

/// Gives the `sub` of a person at the client that asks.
pub type SubjectOf<'a> = Box<dyn Fn(&UserId) -> String + Send + Sync + 'a>;

/// Everything the decision looks at.
pub struct Facts<'a> {
    /// The request.
    pub request: &'a AuthorizeRequest,
    /// What has been settled for it.
    pub progress: &'a Progress,
    /// When it was parked; a request that is answered at once is parked now.
    pub parked_at: Timestamp,
    /// Live accounts of this browser, most recently used first.
    pub accounts: &'a [AccountSession],
    /// The `sub` of a person at the client.
    pub subject_of: SubjectOf<'a>,
    /// The time of the decision.
    pub now: Timestamp,
}

/// Who would answer the request, before consent is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account<'a> {
    /// A page has to come first.
    Needs(Step),
    /// This session may answer.
    Ready(&'a AccountSession),
}

/// Chooses the account session, or the page that leads to one.
pub fn choose_account<'a>(facts: &Facts<'a>) -> Account<'a> {
    let request = facts.request;
    let chosen = facts
        .progress
        .session
        .as_ref()
        .and_then(|id| facts.accounts.iter().find(|a| a.id == *id));
    let expected = |account: &AccountSession| {
        let wanted = request.expected_subject.as_deref();
        wanted.is_none_or(|sub| (facts.subject_of)(&account.user_id) == sub)
    };
    let account = match chosen {
        Some(account) if expected(account) => account,
        Some(_) => return Account::Needs(Step::Login(None)),
        None if request.prompt.select_account && !facts.accounts.is_empty() => {
            return Account::Needs(Step::SelectAccount);
        }
        None => {
            let mut fitting = facts.accounts.iter().filter(|a| expected(a));
            match (fitting.next(), fitting.next()) {
                (None, _) => return Account::Needs(Step::Login(None)),
                (Some(only), None) => only,
                // several accounts: with prompt=none the most recent one answers, else the person chooses
                (Some(recent), Some(_)) if request.prompt.none => recent,
                (Some(_), Some(_)) => return Account::Needs(Step::SelectAccount),
            }
        }
    };
    if needs_fresh_login(facts, account) {
        return Account::Needs(Step::Login(Some(account.id.clone())));
    }
    Account::Ready(account)
}

fn needs_fresh_login(facts: &Facts<'_>, account: &AccountSession) -> bool {
    // a sign-in that happened for this request satisfies prompt=login and max_age, or they would ask for ever
    if account.auth_time >= facts.parked_at {
        return false;
    }
    let too_old = facts
        .request
        .max_age
        // 0 asks for the password like prompt=login does, also within the same second
        .is_some_and(|max_age| max_age == 0 || facts.now.secs_since(account.auth_time) > i64::from(max_age));
    facts.request.prompt.login || too_old
}

/// Whether consent has to be asked. `remembered` is what this person allowed this client before.
pub fn needs_consent(
    request: &AuthorizeRequest,
    progress: &Progress,
    account: &AccountSession,
    remembered: Option<&ScopeSet>,
    skip: bool,
) -> bool {
    if progress.consented.as_ref() == Some(&account.user_id) {
        return false;
    }
    if request.prompt.consent {
        return true;
    }
    // details are about one thing at one time: what was allowed before says nothing about them
    let remembered = remembered.filter(|_| request.authorization_details.is_empty());
    !skip && remembered.is_none_or(|scope| !request.scope.is_subset_of(scope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::authorization::Prompt;
    use crate::domain::authorization::ResponseMode;
    use crate::domain::authorization::ReturnTo;
    use crate::domain::claims::ClaimsRequest;
    use crate::domain::redirect_uri::RedirectUri;
    use crate::domain::response_type::ResponseType;

    const NOW: Timestamp = Timestamp::from_secs(10_000);

    fn request(prompt: &str) -> AuthorizeRequest {
        AuthorizeRequest {
            return_to: ReturnTo::proved(
                "c".parse().unwrap(),
                RedirectUri::parse("https://rp.test/cb").unwrap(),
                ResponseMode::Query,
                None,
            ),
            response_type: ResponseType::CODE,
            scope: "openid email".parse().unwrap(),
            nonce: None,
            code_challenge: None,
            prompt: Prompt::parse(prompt).unwrap(),
            max_age: None,
            login_hint: None,
            expected_subject: None,
            ui_locales: None,
            claims: ClaimsRequest::default(),
            acr_values: Vec::new(),
            resource: Vec::new(),
            authorization_details: Vec::new(),
            dpop_jkt: None,
            pushed: None,
        }
    }

    fn account(n: u128, auth_secs: i64) -> AccountSession {
        AccountSession {
            id: SessionId::from_bits(n),
            user_id: UserId::from_bits(n),
            name: "Amara".to_owned(),
            address: "amara@example.test".to_owned(),
            auth_time: Timestamp::from_secs(auth_secs),
            amr: vec!["pwd".to_owned()],
            last_seen_at: NOW,
        }
    }

    fn decide(
        request: &AuthorizeRequest,
        progress: &Progress,
        accounts: &[AccountSession],
    ) -> Result<SessionId, Step> {
        let facts = Facts {
            request,
            progress,
            parked_at: Timestamp::from_secs(9_000),
            accounts,
            subject_of: Box::new(ToString::to_string),
            now: NOW,
        };
        match choose_account(&facts) {
            Account::Needs(step) => Err(step),
            Account::Ready(account) => Ok(account.id.clone()),
        }
    }

    #[test]
    fn nobody_signed_in_must_sign_in() {
        assert_eq!(
            decide(&request(""), &Progress::default(), &[]),
            Err(Step::Login(None))
        );
        assert_eq!(
            decide(&request("select_account"), &Progress::default(), &[]),
            Err(Step::Login(None))
        );
        assert_eq!(Step::Login(None).error_code(), ErrorCode::LoginRequired);
    }

    #[test]
    fn one_account_answers_and_several_are_chosen_from() {
        let (one, two) = (account(1, 100), account(2, 100));
        assert_eq!(
            decide(&request(""), &Progress::default(), std::slice::from_ref(&one)),
            Ok(one.id.clone())
        );
        let both = [one.clone(), two.clone()];
        assert_eq!(
            decide(&request(""), &Progress::default(), &both),
            Err(Step::SelectAccount)
        );
        assert_eq!(decide(&request("none"), &Progress::default(), &both), Ok(one.id));
        let chosen = Progress {
            session: Some(two.id.clone()),
            ..Progress::default()
        };
        assert_eq!(decide(&request("select_account"), &chosen, &both), Ok(two.id));
    }

    #[test]
    fn prompt_login_asks_once_and_not_for_ever() {
        let old = account(1, 8_999);
        let confirm = Err(Step::Login(Some(old.id.clone())));
        assert_eq!(decide(&request("login"), &Progress::default(), &[old]), confirm);
        let fresh = account(1, 9_500);
        assert_eq!(
            decide(
                &request("login"),
                &Progress::default(),
                std::slice::from_ref(&fresh)
            ),
            Ok(fresh.id)
        );
    }

    #[test]
    fn max_age_counts_from_the_authentication() {
        let mut asked = request("");
        asked.max_age = Some(10_000);
        assert!(decide(&asked, &Progress::default(), &[account(1, 100)]).is_ok());
        asked.max_age = Some(1);
        assert!(matches!(
            decide(&asked, &Progress::default(), &[account(1, 100)]),
            Err(Step::Login(Some(_)))
        ));
    }

    #[test]
    fn a_hint_for_another_person_means_sign_in() {
        let mut asked = request("none");
        asked.expected_subject = Some(UserId::from_bits(9).to_string());
        assert_eq!(
            decide(&asked, &Progress::default(), &[account(1, 100)]),
            Err(Step::Login(None))
        );
    }

    #[test]
    fn consent_is_asked_for_what_is_new() {
        let (asked, who) = (request(""), account(1, 1));
        let scope = |text: &str| text.parse::<ScopeSet>().unwrap();
        let fresh = Progress::default();
        assert!(needs_consent(&asked, &fresh, &who, None, false));
        assert!(needs_consent(&asked, &fresh, &who, Some(&scope("openid")), false));
        assert!(!needs_consent(
            &asked,
            &fresh,
            &who,
            Some(&scope("email openid phone")),
            false
        ));
        assert!(!needs_consent(&asked, &fresh, &who, None, true));
        assert!(needs_consent(
            &request("consent"),
            &fresh,
            &who,
            Some(&scope("openid email")),
            true
        ));
        let given = Progress {
            consented: Some(who.user_id.clone()),
            ..Progress::default()
        };
        assert!(!needs_consent(&request("consent"), &given, &who, None, false));
    }
}
