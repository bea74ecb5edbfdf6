//! `/admin/search`: an id leads to its page, a name to everything that is called so.

use askama::Template;
use askama_web::WebTemplate;
use axum::response::IntoResponse as _;
use axum::response::Response;

use crate::admin::guard::Admin;
use crate::admin::link;
use crate::domain::id::ClientId;
use crate::domain::page::PageRequest;
use crate::domain::permission::Area;
use crate::error::PageError;
use crate::store;
use crate::store::users::UserFilter;
use crate::web::redirect;
use crate::web::shell::Shell;

#[derive(Template, WebTemplate)]
#[template(path = "admin/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    users: Vec<Hit>,
    clients: Vec<Hit>,
}

struct Hit {
    href: String,
    name: String,
    detail: String,
}

/// `GET /admin/search`.
pub(super) async fn results(mut admin: Admin) -> Result<Response, PageError> {
    let q = admin.query().text("q");
    if let Some(href) = link::of_id(&q) {
        return Ok(redirect::to_own_page(&href));
    }
    let db = admin.ops().db.clone();
    if let Ok(id) = q.parse::<ClientId>()
        && admin.may_read(Area::Clients)
        && store::clients::find(&db, &id).await?.is_some()
    {
        return Ok(redirect::to_own_page(&link::client(&id)));
    }
    let shell = admin.shell("Search").await?;
    let request = PageRequest {
        sort: "name".to_owned(),
        size: 25,
        ..PageRequest::default()
    };
    let (mut users, mut clients) = (Vec::new(), Vec::new());
    if !q.is_empty() && admin.may_read(Area::Users) {
        let filter = UserFilter {
            text: q.clone(),
            ..UserFilter::default()
        };
        for user in store::users::list(&db, &filter, &request).await?.rows {
            let detail = user.email.clone().unwrap_or_else(|| user.username.clone());
            users.push(Hit {
                href: link::user(&user.id),
                name: user.display_name().to_owned(),
                detail,
            });
        }
    }
    if !q.is_empty() && admin.may_read(Area::Clients) {
        for client in store::clients::list(&db, &q, &request).await?.rows {
            let detail = client.id.to_string();
            clients.push(Hit {
                href: link::client(&client.id),
                name: client.name().to_owned(),
                detail,
            });
        }
    }
    Ok(SearchPage {
        shell,
        q,
        users,
        clients,
    }
    .into_response())
}
