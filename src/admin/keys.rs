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
use crate::domain::signing_alg::SigningAlg;
use crate::error::PageError;
use crate::ops;
use crate::ops::keys::KeyView;
use crate::web::csrf::CheckedForm;
use crate::web::path::Path;
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
        .route("/admin/keys/{alg}/rotate", get(ask_rotate).post(rotate))
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/keys.html")]
struct KeysPage {
    shell: Shell,
    keys: Vec<KeyRow>,
    questions: Vec<Question>,
    publish_before: Lifetime,
    rotation_interval: Option<Lifetime>,
    may_write: bool,
}

struct KeyRow {
    kid: String,
    alg: SigningAlg,
    state: KeyState,
    created: When,
    active_from: When,
    retired: Option<When>,
    expires: Option<When>,
    rotates: Option<When>,
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
            rotates: key.rotates_at.map(When::exact),
        }
    }
}

fn question(admin: &Admin, alg: SigningAlg) -> Question {
    let from = admin.now() + admin.ops().config.keys.publish_before;
    let (id, opener) = match alg {
        SigningAlg::RS256 => ("rotate-rs256", "Rotate RS256…"),
        SigningAlg::PS256 => ("rotate-ps256", "Rotate PS256…"),
        SigningAlg::ES256 => ("rotate-es256", "Rotate ES256…"),
        SigningAlg::EdDSA => ("rotate-eddsa", "Rotate EdDSA…"),
    };
    Question {
        id,
        opener,
        title: format!("Rotate the {alg} key?"),
        text: format!(
            "A new key is published at once and signs from {from}. The present key signs until then and stays \
             published until its last token has expired. Nobody is signed out."
        ),
        action: format!("/admin/keys/{alg}/rotate"),
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
    let waiting = |alg| keys.iter().any(|k| k.alg == alg && k.state == KeyState::Next);
    let config = &admin.ops().config.keys;
    Ok(KeysPage {
        shell,
        questions: config
            .algorithms
            .iter()
            .filter(|alg| may_write && !waiting(**alg))
            .map(|alg| question(&admin, *alg))
            .collect(),
        publish_before: config.publish_before,
        rotation_interval: config.rotation_interval,
        keys: keys.into_iter().map(KeyRow::from).collect(),
        may_write,
    })
}

/// An algorithm that there are keys for.
fn configured(admin: &Admin, alg: SigningAlg) -> Result<(), PageError> {
    if admin.ops().config.keys.algorithms.contains(&alg) {
        Ok(())
    } else {
        Err(PageError::not_found())
    }
}

/// `GET /admin/keys/{alg}/rotate`.
async fn ask_rotate(mut admin: Admin, Path(alg): Path<SigningAlg>) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    configured(&admin, alg)?;
    question(&admin, alg)
        .page(&mut admin, ("Signing keys", SECTION.path.to_owned()))
        .await
}

/// `POST /admin/keys/{alg}/rotate`.
async fn rotate(
    mut admin: Admin,
    Path(alg): Path<SigningAlg>,
    _form: CheckedForm,
) -> Result<Response, PageError> {
    admin.require(WRITE)?;
    configured(&admin, alg)?;
    let done = ops::keys::rotate(admin.ops(), &admin.context(), &[alg]).await?;
    let (level, text) = match done.first() {
        Some(key) if key.created => {
            let from = key.active_from;
            ("ok", format!("New {alg} key published. It signs from {from}."))
        }
        Some(key) => {
            let from = key.active_from;
            (
                "info",
                format!("An {alg} key is waiting already. It signs from {from}."),
            )
        }
        None => ("info", "Nothing was changed.".to_owned()),
    };
    admin.done(level, text, SECTION.path).await
}
