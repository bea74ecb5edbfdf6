//! Acting on several people at once.

use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::listing::counted;
use crate::admin::question::Question;
use crate::admin::users::SECTION;
use crate::admin::users::WRITE;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::user::UserStatus;
use crate::error::PageError;
use crate::ops;
use crate::ops::roles::Assigned;
use crate::ops::users::Changed;
use crate::web::csrf::CheckedForm;
use crate::web::params::Params;
use crate::web::redirect;

/// Largest page of the list: more cannot be chosen at once.
const MOST: usize = 100;

/// What can be done to several.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    Disable,
    Enable,
    SignOut,
    AddRole(RoleId),
}

impl Action {
    fn read(params: &Params) -> Option<Self> {
        match params.get("action")? {
            "disable" => Some(Self::Disable),
            "enable" => Some(Self::Enable),
            "sign_out" => Some(Self::SignOut),
            "add_role" => params.get("role")?.parse().ok().map(Self::AddRole),
            _ => None,
        }
    }

    fn question(&self, ids: &[UserId]) -> Option<Question> {
        let people = counted(ids.len() as u64, "user");
        let (word, title, text, verb) = match self {
            Self::Disable => (
                "disable",
                format!("Disable {people}?"),
                "They are signed out everywhere and cannot sign in until they are enabled again.",
                "Disable users",
            ),
            Self::SignOut => (
                "sign_out",
                format!("Sign {people} out?"),
                "All of their sessions end, and every token that came from them stops working.",
                "Sign out",
            ),
            Self::Enable | Self::AddRole(_) => return None,
        };
        let mut hidden = vec![("action", word.to_owned()), ("sure", "yes".to_owned())];
        hidden.extend(ids.iter().map(|id| ("id", id.to_string())));
        let action = "/admin/users/bulk".to_owned();
        Some(Question {
            id: "bulk",
            title,
            text: text.to_owned(),
            action,
            verb,
            hidden,
            ..Question::default()
        })
    }
}

fn chosen(params: &Params) -> Result<Vec<UserId>, PageError> {
    let ids: Vec<UserId> = params.all("id").filter_map(|id| id.parse().ok()).collect();
    let fits = ids.len() <= MOST;
    if fits {
        Ok(ids)
    } else {
        Err(PageError::bad_request(
            "At most 100 users can be changed at once.",
        ))
    }
}

/// `GET /admin/users/bulk`: asks.
pub(super) async fn ask(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let ids = chosen(admin.query())?;
    let question = Action::read(admin.query()).and_then(|action| action.question(&ids));
    match question.filter(|_| !ids.is_empty()) {
        Some(question) => {
            question
                .page(&mut admin, ("Users", SECTION.path.to_owned()))
                .await
        }
        None => Ok(redirect::to_own_page(SECTION.path)),
    }
}

/// `POST /admin/users/bulk`.
pub(super) async fn act(mut admin: Admin, CheckedForm(form): CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let ids = chosen(&form)?;
    let Some(action) = Action::read(&form).filter(|_| !ids.is_empty()) else {
        return admin
            .done("info", "Choose users and an action.", SECTION.path)
            .await;
    };
    if form.get("sure").is_none() && action.question(&ids).is_some() {
        let word = form.get("action").unwrap_or("");
        let mut question = format!("/admin/users/bulk?action={word}");
        for id in &ids {
            question.push_str("&id=");
            question.push_str(id.as_str());
        }
        return Ok(redirect::to_own_page(&question));
    }
    if let Action::AddRole(role) = &action {
        admin.require_role(role).await?;
    }
    let (mut done, mut refused) = (0, 0);
    for id in &ids {
        match one(&admin, &action, id).await? {
            Some(true) => done += 1,
            Some(false) => {}
            None => refused += 1,
        }
    }
    let what = match &action {
        Action::Disable => "disabled",
        Action::Enable => "enabled",
        Action::SignOut => "signed out",
        Action::AddRole(_) => "given the role",
    };
    let mut text = format!("{} {what}.", counted(done, "user"));
    if refused > 0 {
        text = format!(
            "{text} {refused} left as they were: you may not change them, or nobody could manage users."
        );
    }
    admin
        .done(if refused > 0 { "warn" } else { "ok" }, text, SECTION.path)
        .await
}

/// `Some(true)`: changed. `Some(false)`: it was so already. `None`: refused.
async fn one(admin: &Admin, action: &Action, id: &UserId) -> Result<Option<bool>, PageError> {
    if !admin.is_over(id).await? {
        return Ok(None);
    }
    let (ops, context) = (admin.ops(), admin.context());
    let status = |changed| match changed {
        Changed::Done => Some(true),
        Changed::Unchanged => Some(false),
        Changed::LastAdmin => None,
    };
    Ok(match action {
        Action::Disable => status(ops::users::set_status(ops, &context, id, UserStatus::Disabled).await?),
        Action::Enable => status(ops::users::set_status(ops, &context, id, UserStatus::Active).await?),
        Action::SignOut => Some(ops::sessions::end_all(ops, &context, id, None).await? > 0),
        Action::AddRole(role) => Some(ops::roles::assign(ops, &context, id, role).await? == Assigned::Done),
    })
}
