//! The tabs that are lists: tokens and events.

use askama::Template;
use askama_web::WebTemplate;

use crate::admin::clients::frame;
use crate::admin::clients::frame::Frame;
use crate::admin::families;
use crate::admin::guard::Admin;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::admin::question::Question;
use crate::admin::view;
use crate::admin::view::EventRow;
use crate::admin::view::FamilyRow;
use crate::domain::id::ClientId;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::error::PageError;
use crate::store;
use crate::store::audit::AuditFilter;
use crate::store::families::FamilyFilter;
use crate::web::path::Path;
use crate::web::shell::Shell;

/// A list of one kind under the frame.
enum Rows {
    Families(Vec<FamilyRow>),
    Events(Vec<EventRow>),
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/tab.html")]
pub(super) struct TabPage {
    shell: Shell,
    frame: Frame,
    rows: Rows,
    pager: Pager,
    more: Vec<Question>,
}

/// `GET /admin/clients/{id}/tokens`.
pub(super) async fn tokens(mut admin: Admin, Path(id): Path<ClientId>) -> Result<TabPage, PageError> {
    admin.require(Permission::read(Area::Tokens))?;
    let frame = frame::frame(&admin, &id, "/tokens").await?;
    let shell = admin.shell(frame.client.name()).await?;
    let here = format!("{}/tokens", frame.here);
    let list = Listing::read(admin.query(), here.clone(), &[], "-created");
    let filter = FamilyFilter {
        client: Some(id.clone()),
        ..FamilyFilter::default()
    };
    let page = store::families::list(&admin.ops().db, &filter, &list.request, admin.now()).await?;
    let may_revoke = admin.may_write(Area::Tokens) && !page.rows.is_empty();
    let question = || families::question_client(&id, frame.client.name());
    let more = may_revoke.then(question).into_iter().collect();
    let rows = Rows::Families(
        page.rows
            .iter()
            .map(|row| view::family(&admin, row, &here))
            .collect(),
    );
    Ok(TabPage {
        shell,
        pager: list.pager(&page, None),
        rows,
        more,
        frame,
    })
}

/// `GET /admin/clients/{id}/events`.
pub(super) async fn events(mut admin: Admin, Path(id): Path<ClientId>) -> Result<TabPage, PageError> {
    admin.require(Permission::read(Area::Audit))?;
    let frame = frame::frame(&admin, &id, "/events").await?;
    let shell = admin.shell(frame.client.name()).await?;
    let list = Listing::read(admin.query(), format!("{}/events", frame.here), &[], "-at");
    let filter = AuditFilter {
        client: id.to_string(),
        ..AuditFilter::default()
    };
    let page = store::audit::list(&admin.ops().db, &filter, &list.request).await?;
    let now = admin.now();
    let rows = Rows::Events(page.rows.iter().map(|row| view::event(row, now)).collect());
    Ok(TabPage {
        shell,
        pager: list.pager(&page, None),
        rows,
        more: Vec::new(),
        frame,
    })
}
