//! A question before something disruptive: one value, shown as a dialog on a page and as a page of its own.

use askama::Template;
use askama_web::WebTemplate;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::error::PageError;
use crate::web::params::Params;
use crate::web::shell::Shell;

/// The question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Id of the dialog.
    pub id: &'static str,
    /// What the button that asks says: "Delete user…".
    pub opener: &'static str,
    /// The question itself.
    pub title: String,
    /// What will happen, in numbers.
    pub text: String,
    /// Where the answer goes; the same address by GET is the page.
    pub action: String,
    /// The verb on the button.
    pub verb: &'static str,
    /// What must be typed first, for what can't be undone; empty for nothing.
    pub type_this: String,
    /// Whether nothing is lost.
    pub harmless: bool,
    /// Fields that go along.
    pub hidden: Vec<(&'static str, String)>,
    /// A choice to make: value and text; the first is set. Its name is `choice`.
    pub choices: &'static [(&'static str, &'static str)],
}

impl Question {
    /// The look of the button that does it.
    pub fn class(&self) -> &'static str {
        if self.harmless { "primary" } else { "danger" }
    }

    /// The look of the button that asks.
    pub fn opener_class(&self) -> &'static str {
        if self.harmless { "" } else { "danger-line" }
    }

    /// The question as a page, with the way back.
    pub async fn page(self, admin: &mut Admin, back: (&'static str, String)) -> Result<Response, PageError> {
        self.render(admin, back, StatusCode::OK).await
    }

    /// Whether what had to be typed was typed; the page with a hint if not.
    pub async fn check(
        self,
        admin: &mut Admin,
        form: &Params,
        back: (&'static str, String),
    ) -> Result<Option<Response>, PageError> {
        if self.type_this.is_empty() || form.text("confirm") == self.type_this {
            return Ok(None);
        }
        self.render(admin, back, StatusCode::UNPROCESSABLE_ENTITY)
            .await
            .map(Some)
    }

    async fn render(
        self,
        admin: &mut Admin,
        (back_label, back_href): (&'static str, String),
        status: StatusCode,
    ) -> Result<Response, PageError> {
        let refused = status != StatusCode::OK;
        let page = ConfirmPage {
            shell: admin.shell(self.title.clone()).await?,
            q: self,
            back_label,
            back_href,
            refused,
        };
        Ok((status, page).into_response())
    }
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    q: Question,
    back_label: &'static str,
    back_href: String,
    refused: bool,
}
