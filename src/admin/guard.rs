//! Who may come in: signed in, and with the permission that the section asks for.

use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::SECTIONS;
use crate::admin::Section;
use crate::admin::link;
use crate::app::state::AppState;
use crate::domain::audit::Context;
use crate::domain::id::RoleId;
use crate::domain::id::UserId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::domain::permission::Permissions;
use crate::domain::session::AccountSession;
use crate::domain::time::Timestamp;
use crate::error::PageError;
use crate::error::PageErrorKind;
use crate::i18n::Locale;
use crate::ops::Ops;
use crate::store;
use crate::web::params::Params;
use crate::web::redirect;
use crate::web::shell::NavGroup;
use crate::web::shell::NavItem;
use crate::web::shell::Shell;
use crate::web::visit::Visit;

/// A visit of somebody who may be here. Only [`layer`] makes one.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The visit.
    pub visit: Visit,
    /// Who it is.
    pub account: AccountSession,
    /// What they may do.
    pub permissions: Permissions,
    /// The id of the one block that the script asks for instead of a whole page.
    pub partial: Option<String>,
    section: &'static Section,
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, PageError> {
        let admin = parts.extensions.get::<Self>().cloned();
        admin.ok_or_else(|| {
            PageError::new(PageErrorKind::Internal).because("the guard is missing on this route")
        })
    }
}

/// The layer: lets through who may read the section, with an [`Admin`] for the handlers.
pub async fn layer(
    State((state, section)): State<(AppState, &'static Section)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match enter(&state, section, &mut parts).await {
        Ok(Ok(admin)) => {
            parts.extensions.insert(admin);
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(Err(to_login)) => to_login,
        Err(refusal) => refusal.into_response(),
    }
}

async fn enter(
    state: &AppState,
    section: &'static Section,
    parts: &mut Parts,
) -> Result<Result<Admin, Response>, PageError> {
    let mut visit = Visit::from_request_parts(parts, state).await?;
    // the console speaks English
    visit.locale = Locale::English;
    let Some(account) = visit.account().await? else {
        let back = if parts.method == Method::GET {
            visit.path.as_str()
        } else {
            "/admin"
        };
        return Ok(Err(redirect::to_own_page(&format!(
            "/login?return={}",
            link::encode(back)
        ))));
    };
    let permissions = store::roles::permissions(&state.ops.db, &account.user_id).await?;
    let wanted = Permission::read(section.area.unwrap_or(Area::Users));
    let allowed = match section.area {
        Some(_) => permissions.allow(wanted),
        None => !permissions.is_empty(),
    };
    if !allowed {
        return Err(forbidden(wanted));
    }
    let partial = parts
        .headers
        .get("x-partial")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    Ok(Ok(Admin {
        visit,
        account,
        permissions,
        partial,
        section,
    }))
}

fn forbidden(missing: Permission) -> PageError {
    PageError::new(PageErrorKind::Forbidden(Some(missing.to_string()))).because("the permission is missing")
}

impl Admin {
    /// What the product does.
    pub fn ops(&self) -> &Ops {
        &self.visit.state.ops
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.ops().now()
    }

    /// The query's parameters.
    pub fn query(&self) -> &Params {
        &self.visit.query
    }

    /// The shell of a page, with the menu that this admin gets.
    pub async fn shell(&mut self, title: impl Into<String>) -> Result<Shell, PageError> {
        let mut shell = self.visit.shell(title.into(), Some(&self.account)).await?;
        shell.nav = self.menu();
        Ok(shell)
    }

    fn menu(&self) -> Vec<NavGroup> {
        let locale = self.visit.locale;
        let text = |key: &str| {
            if key.is_empty() {
                String::new()
            } else {
                locale.text(key)
            }
        };
        let shown = |section: &&&Section| section.area.is_none_or(|area| self.may(Permission::read(area)));
        let item = |section: &&Section| NavItem {
            href: section.path.to_owned(),
            icon: section.icon,
            label: text(section.label),
            current: section.path == self.section.path,
        };
        let items = |group| {
            SECTIONS
                .iter()
                .filter(shown)
                .filter(|s| s.group == group)
                .map(item)
                .collect::<Vec<_>>()
        };
        super::Group::ALL
            .iter()
            .map(|group| NavGroup {
                title: text(group.key()),
                items: items(*group),
            })
            .filter(|group| !group.items.is_empty())
            .collect()
    }

    /// The audit context of this visit.
    pub fn context(&self) -> Context {
        self.visit.acting(&self.account)
    }

    /// Whether the admin may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.allow(permission)
    }

    /// Whether the admin may change an area.
    pub fn may_write(&self, area: Area) -> bool {
        self.may(Permission::write(area))
    }

    /// Whether the admin may look at an area.
    pub fn may_read(&self, area: Area) -> bool {
        self.may(Permission::read(area))
    }

    /// Refuses who may not do this.
    pub fn require(&self, permission: Permission) -> Result<(), PageError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(forbidden(permission))
        }
    }

    /// The first permission of `others` that the admin lacks. Nobody hands out, or takes over, more than they have.
    pub fn lacks(&self, others: &Permissions) -> Option<Permission> {
        let every = Area::ALL
            .iter()
            .flat_map(|area| [Permission::read(*area), Permission::write(*area)]);
        every.into_iter().find(|p| others.allow(*p) && !self.may(*p))
    }

    /// Whether somebody may do no more than the admin.
    pub async fn is_over(&self, user: &UserId) -> Result<bool, PageError> {
        let theirs = store::roles::permissions(&self.ops().db, user).await?;
        Ok(self.lacks(&theirs).is_none())
    }

    /// Refuses to act on somebody who may do more than the admin.
    pub async fn require_over(&self, user: &UserId) -> Result<(), PageError> {
        let theirs = store::roles::permissions(&self.ops().db, user).await?;
        self.lacks(&theirs)
            .map_or(Ok(()), |missing| Err(forbidden(missing)))
    }

    /// Refuses to hand out a role that allows more than the admin may do.
    pub async fn require_role(&self, role: &RoleId) -> Result<(), PageError> {
        let role = store::roles::find(&self.ops().db, role)
            .await?
            .ok_or_else(PageError::not_found)?;
        let brings = Permissions::from_words(role.permissions.iter().map(String::as_str));
        self.lacks(&brings)
            .map_or(Ok(()), |missing| Err(forbidden(missing)))
    }

    /// Keeps a message for the next page.
    pub async fn flash(&mut self, level: &str, text: impl Into<String>) -> Result<(), PageError> {
        self.visit.flash(level, text).await
    }

    /// Says how an action went and leads to the page that shows it.
    pub async fn done(
        &mut self,
        level: &str,
        text: impl Into<String>,
        to: &str,
    ) -> Result<Response, PageError> {
        self.flash(level, text).await?;
        Ok(redirect::to_own_page(to))
    }
}
