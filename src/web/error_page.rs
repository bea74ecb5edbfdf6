//! The error page: one sentence for the person, and details for the developer.

use askama::Template;
use askama_web::WebTemplate;

use crate::i18n::Locale;
use crate::web::shell::Shell;

/// The error page. The status belongs to whoever answers with it.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// What is around the card.
    pub shell: Shell,
    /// What went wrong.
    pub problem: Problem,
    /// The one step that helps.
    pub next: Next,
    /// What a developer or administrator needs.
    pub details: Details,
}

/// What went wrong, as a person needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 400.
    BadRequest,
    /// 403: the permission is missing.
    Forbidden,
    /// 403: the account may not use this client.
    NotAllowed {
        /// The client's name.
        client: String,
    },
    /// 403: the form has another CSRF token, or none.
    StaleForm,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 410: the transaction ran out.
    Expired,
    /// 413.
    TooLarge,
    /// 429.
    Throttled {
        /// How long to wait.
        minutes: u32,
    },
    /// 500.
    Internal,
    /// 503.
    Unavailable,
    /// 400: no client of that id.
    UnknownClient,
    /// 400: the client is switched off.
    ClientDisabled,
    /// 400: `redirect_uri` is not one of the client's.
    RedirectUriMismatch,
    /// 400: no `redirect_uri`.
    RedirectUriMissing,
    /// 400: `post_logout_redirect_uri` is not one of the client's.
    PostLogoutRedirectUriMismatch,
    /// 400: `id_token_hint` is not a token of ours, or missing where it is needed.
    InvalidIdTokenHint,
}

/// The one step that helps.
#[derive(Clone, Debug)]
pub enum Next {
    /// Send the original request again.
    StartAgain(String),
    /// Open the same address again.
    TryAgain(String),
    /// Go back to a client, at an address that is registered.
    BackTo {
        /// The client's name.
        name: String,
        /// The registered address.
        href: String,
    },
    /// Go to one's own account.
    Account,
    /// Nothing to offer.
    Nothing,
}

/// What a developer or administrator needs. Everything is shown escaped.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The error code of the protocol.
    pub code: Option<String>,
    /// One sentence of our own, such as "redirect_uri does not match".
    pub description: Option<String>,
    /// The client id received.
    pub client_id: Option<String>,
    /// The redirect URI received, shortened.
    pub redirect_uri: Option<String>,
    /// The id under which the log has this request.
    pub request_id: String,
    /// When, in UTC.
    pub at: String,
}

impl Problem {
    /// The title, which names the problem.
    pub fn title(&self, locale: &Locale) -> String {
        locale.text(match self {
            Self::BadRequest => "error-bad-request-title",
            Self::Forbidden => "error-forbidden-title",
            Self::NotAllowed { .. } => "error-not-allowed-title",
            Self::StaleForm => "error-stale-title",
            Self::NotFound => "error-not-found-title",
            Self::MethodNotAllowed => "error-method-title",
            Self::Expired => "error-expired-title",
            Self::TooLarge => "error-too-large-title",
            Self::Throttled { .. } => "error-throttled-title",
            Self::Internal => "error-internal-title",
            Self::Unavailable => "error-unavailable-title",
            Self::UnknownClient
            | Self::ClientDisabled
            | Self::RedirectUriMismatch
            | Self::RedirectUriMissing
            | Self::PostLogoutRedirectUriMismatch
            | Self::InvalidIdTokenHint => "error-client-title",
        })
    }

    /// What happened and what to do.
    pub fn text(&self, locale: &Locale) -> String {
        let key = match self {
            Self::NotAllowed { client } => return locale.text_with("error-not-allowed", &[("client", client)]),
            Self::Throttled { minutes } => return locale.text_with("error-throttled", &[("minutes", minutes)]),
            Self::BadRequest => "error-bad-request",
            Self::Forbidden => "error-forbidden",
            Self::StaleForm => "error-stale",
            Self::NotFound => "error-not-found",
            Self::MethodNotAllowed => "error-method",
            Self::Expired => "error-expired",
            Self::TooLarge => "error-too-large",
            Self::Internal => "error-internal",
            Self::Unavailable => "error-unavailable",
            Self::UnknownClient => "error-unknown-client",
            Self::ClientDisabled => "error-client-disabled",
            Self::RedirectUriMismatch => "error-redirect-uri-mismatch",
            Self::RedirectUriMissing => "error-redirect-uri-missing",
            Self::PostLogoutRedirectUriMismatch => "error-post-logout-redirect-uri-mismatch",
            Self::InvalidIdTokenHint => "error-id-token-hint",
        };
        locale.text(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<ErrorPage> {
        let problems = [
            Problem::RedirectUriMismatch,
            Problem::Expired,
            Problem::BadRequest,
            Problem::Forbidden,
            Problem::NotAllowed { client: "Ledger".to_owned() },
            Problem::StaleForm,
            Problem::NotFound,
            Problem::MethodNotAllowed,
            Problem::TooLarge,
            Problem::Throttled { minutes: 1 },
            Problem::Internal,
            Problem::Unavailable,
            Problem::UnknownClient,
            Problem::ClientDisabled,
            Problem::RedirectUriMissing,
            Problem::PostLogoutRedirectUriMismatch,
            Problem::InvalidIdTokenHint,
        ];
        let nexts = [
            Next::BackTo { name: "Ledger".to_owned(), href: "https://ledger.example/".to_owned() },
            Next::StartAgain("/authorize?client_id=ledger".to_owned()),
            Next::TryAgain("/account".to_owned()),
            Next::Account,
            Next::Nothing,
        ];
        problems
            .into_iter()
            .zip(nexts.iter().cloned().cycle())
            .map(|(problem, next)| ErrorPage {
                shell: samples::door(locale),
                problem,
                next,
                details: Details {
                    code: Some("invalid_request".to_owned()),
                    description: Some("redirect_uri is not registered".to_owned()),
                    client_id: Some("ledger-web".to_owned()),
                    redirect_uri: Some("https://evil.example/<script>".to_owned()),
                    request_id: "req_01JD8K".to_owned(),
                    at: "20 Nov 2026, 10:09 UTC".to_owned(),
                },
            })
            .collect()
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("error", samples);
    }
}
