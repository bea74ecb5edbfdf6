//! The list of clients.

use askama::Template;
use askama_web::WebTemplate;
use askama_web::WebTemplateExt as _;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::clients::SECTION;
use crate::admin::clients::WRITE;
use crate::admin::clients::frame;
use crate::admin::guard::Admin;
use crate::admin::link;
use crate::admin::listing::Listing;
use crate::admin::listing::Pager;
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use crate::error::PageError;
use crate::store;
use crate::web::shell::Shell;
use crate::web::when::When;

#[derive(Template, WebTemplate)]
#[template(path = "admin/clients/list.html", blocks = ["results"])]
struct ClientsPage {
    shell: Shell,
    list: Listing,
    rows: Vec<Row>,
    pager: Pager,
    total: u64,
    chips: Vec<(&'static str, String)>,
    may_write: bool,
}

struct Row {
    href: String,
    name: String,
    id: String,
    kind: &'static str,
    enabled: bool,
    created: When,
}

impl Row {
    fn new(client: &Client, now: Timestamp) -> Self {
        Self {
            href: link::client(&client.id),
            name: client.name().to_owned(),
            id: client.id.to_string(),
            kind: frame::kind(&client.metadata),
            enabled: client.enabled,
            created: When::ago(client.created_at, now),
        }
    }
}

/// `GET /admin/clients`.
pub(super) async fn page(mut admin: Admin) -> Result<Response, PageError> {
    let shell = admin.shell("Clients").await?;
    let list = Listing::read(admin.query(), SECTION.path, &["q"], "name");
    let db = &admin.ops().db;
    let found = store::clients::list(db, list.filter("q"), &list.request).await?;
    let total = store::clients::count(db).await?;
    let q = list.filter("q");
    let now = admin.now();
    let page = ClientsPage {
        rows: found.rows.iter().map(|client| Row::new(client, now)).collect(),
        pager: list.pager(&found, Some(total)),
        chips: (!q.is_empty())
            .then(|| ("q", format!("Search: {q}")))
            .into_iter()
            .collect(),
        total,
        may_write: admin.may(WRITE),
        list,
        shell,
    };
    Ok(if admin.partial.is_some() {
        page.as_results().into_web_template().into_response()
    } else {
        page.into_response()
    })
}
