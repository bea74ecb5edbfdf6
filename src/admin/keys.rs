//! `/admin/keys`: the keys that tokens are signed with.

use askama::Template;
use askama_web::WebTemplate;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::admin::Group;
use crate::admin::Section;
use crate::admin::guard::Admin;
use crate::admin::question::Question;
use crate::app::state::AppState;
use crate::crypto::keys::KeyState;
use crate::domain::lifetime::Lifetime;
use crate::domain::permission::Area;
use crate::domain::permission::Permission;
use crate::error::PageError;
use crate::ops;
use crate::ops::keys::KeyView;
use crate::ops::keys::Rotation;
use crate::web::csrf::CheckedForm;
use crate::web::shell::Shell;
use crate::web::when::When;

/// Signing keys.
pub const SECTION: Section = Section {
    path: "/admin/keys",
    label: "nav-keys",
    icon: "key-round",
    group: Group::System,
    area: Some(Area::Keys),
    router,
};

const WRITE: Permission = Permission::write(Area::Keys);

fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/keys", get(list))
        .route("/admin/keys/rotate", get(ask_rotate).post(rotate))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/keys.html")]
struct KeysPage {
    shell: Shell,
    keys: Vec<KeyRow>,
    questions: Vec<Question>,
    publish_before: Lifetime,
    may_write: bool,
}

struct KeyRow {
    kid: String,
    alg: String,
    state: KeyState,
    created: When,
    active_from: When,
    retired: Option<When>,
    expires: Option<When>,
}

impl From<KeyView> for KeyRow {
    fn from(key: KeyView) -> Self {
        Self {
            kid: key.kid,
            alg: key.alg,
            state: key.state,
            created: When::exact(key.created_at),
            active_from: When::exact(key.active_from),
            retired: key.retired_at.map(When::exact),
            expires: key.expires_at.map(When::exact),
        }
    }
}

fn question(admin: &Admin) -> Question {
    let from = admin.now() + admin.ops().config.keys.publish_before;
    Question {
        id: "rotate",
        opener: "Rotate…",
        title: "Rotate the signing key?".to_owned(),
        text: format!(
            "A new key is published at once and signs from {from}. The present key signs until then and stays \
             published until its last token has expired. Nobody is signed out."
        ),
        action: "/admin/keys/rotate".to_owned(),
        verb: "Rotate key",
        harmless: true,
        ..Question::default()
    }
}

/// `GET /admin/keys`.
async fn list(mut admin: Admin) -> Result<KeysPage, PageError> {
    let shell = admin.shell("Signing keys").await?;
    let keys = ops::keys::list(admin.ops()).await?;
    let may_write = admin.may(WRITE);
    let waiting = keys.iter().any(|k| k.state == KeyState::Next);
    Ok(KeysPage {
        shell,
        questions: (may_write && !waiting)
            .then(|| question(&admin))
            .into_iter()
            .collect(),
        keys: keys.into_iter().map(KeyRow::from).collect(),
        publish_before: admin.ops().config.keys.publish_before,
        may_write,
    })
}

/// `GET /admin/keys/rotate`.
async fn ask_rotate(mut admin: Admin) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    question(&admin)
        .page(&mut admin, ("Signing keys", SECTION.path.to_owned()))
        .await
}

/// `POST /admin/keys/rotate`.
async fn rotate(mut admin: Admin, _form: CheckedForm) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    let (level, text) = match ops::keys::rotate(admin.ops(), &admin.context()).await? {
        Rotation::Scheduled { active_from, .. } => {
            ("ok", format!("New key published. It signs from {active_from}."))
        }
        Rotation::AlreadyScheduled { active_from, .. } => (
            "info",
            format!("A key is waiting already. It signs from {active_from}."),
        ),
    };
    admin.done(level, text, SECTION.path).await
}
