//! Every kind of page on a phone: nothing sticks out, nothing complains. With `SCREENSHOTS=folder` a picture of each,
//! on a desk and on a phone, light and dark.

use std::path::PathBuf;

use crate::browser::chromium::Chromium;
use crate::browser::chromium::DESKTOP;
use crate::browser::chromium::PHONE;
use crate::browser::driver::variable;
use crate::browser::scene::Scene;

/// The narrowest screen there is.
const NARROW: (u32, u32) = (320, 640);

/// Looks at pages.
struct Walk {
    chromium: Chromium,
    issuer: String,
    pictures: Option<PathBuf>,
}

impl Walk {
    async fn start(scene: &Scene) -> Self {
        let chromium = Chromium::start()
            .await
            .tolerate("the server responded with a status of 400")
            .tolerate("the server responded with a status of 401")
            .tolerate("the server responded with a status of 422");
        chromium.resize(PHONE).await;
        let pictures = variable("SCREENSHOTS").map(PathBuf::from);
        if let Some(folder) = &pictures {
            std::fs::create_dir_all(folder).expect("SCREENSHOTS is a folder");
        }
        Self {
            chromium,
            issuer: scene.app.issuer().to_owned(),
            pictures,
        }
    }

    /// Opens a page and looks at it.
    async fn page(&self, name: &str, path: &str) {
        self.chromium.goto(&format!("{}{path}", self.issuer)).await;
        self.look(name).await;
    }

    /// A page of the door, which must fit on the narrowest screen too.
    async fn door(&self, name: &str, path: &str) {
        self.page(name, path).await;
        self.narrow().await;
    }

    async fn narrow(&self) {
        self.chromium.resize(NARROW).await;
        self.chromium.expect_no_overflow(NARROW.0).await;
        self.chromium.resize(PHONE).await;
    }

    /// Looks at the page that is open.
    async fn look(&self, name: &str) {
        self.chromium.find("main h1").await;
        self.chromium.expect_no_overflow(PHONE.0).await;
        let Some(folder) = &self.pictures else { return };
        for (width, size) in [("1280", DESKTOP), ("390", PHONE)] {
            self.chromium.resize(size).await;
            for scheme in ["light", "dark"] {
                self.chromium.scheme(scheme).await;
                let file = folder.join(format!("{name}-{width}-{scheme}.png"));
                let picture = self.chromium.picture().await;
                std::fs::write(file, picture).expect("the folder is writable");
            }
        }
        self.chromium.scheme("light").await;
    }

    /// Where a link leads, found on the page that is open.
    async fn href(&self, css: &str) -> String {
        let link = self.chromium.find(css).await;
        link.attr("href").await.expect("there").expect("a link")
    }
}

#[tokio::test]
async fn every_page_fits_on_a_phone() {
    let scene = Box::pin(Scene::set()).await;
    tokio::join!(person(&scene), console(&scene));
}

/// What a person sees.
async fn person(scene: &Scene) {
    let walk = Walk::start(scene).await;
    let chromium = &walk.chromium;
    let request = scene
        .ledger
        .request("openid profile email phone address offline_access");
    walk.door("login", &request.path()).await;
    chromium.fill("#username", &scene.amara.username).await;
    chromium.fill("#password", "not it").await;
    chromium.click("#submit").await;
    chromium.find("#problem").await;
    walk.look("login-error").await;
    walk.narrow().await;
    chromium.sign_in(&scene.amara).await;
    chromium.find("#approve").await;
    walk.look("consent").await;
    walk.narrow().await;
    let again = scene.ledger.request("openid").with("prompt", "select_account");
    walk.door("choose-account", &again.path()).await;
    let confirm = scene.ledger.request("openid").with("prompt", "login");
    walk.door("login-again", &confirm.path()).await;
    walk.door("error", "/authorize?client_id=nobody").await;
    walk.page("account", "/account").await;
    walk.page("account-password", "/account/password").await;
    walk.page("account-sessions", "/account/sessions").await;
    walk.page("account-applications", "/account/applications").await;
    walk.page("account-requests", "/account/requests").await;
    walk.door("device", "/device").await;
    walk.door("logout", "/logout").await;
    chromium.click("#logout").await;
    chromium.find("#again").await;
    walk.look("logged-out").await;
    walk.narrow().await;
    walk.chromium.close().await;
}

/// What an admin sees.
async fn console(scene: &Scene) {
    let walk = Walk::start(scene).await;
    let chromium = &walk.chromium;
    chromium.goto(&format!("{}/admin", walk.issuer)).await;
    chromium.sign_in(&scene.admin).await;
    chromium.find("nav.side").await;
    walk.page("overview", "/admin").await;
    chromium.click("button[popovertarget=drawer]").await;
    chromium.find("#drawer:popover-open").await;
    walk.look("menu").await;

    walk.page("users", "/admin/users").await;
    walk.page("users-none", "/admin/users?q=nobody-is-called-this")
        .await;
    walk.page("user-new", "/admin/users/new").await;
    let user = format!("/admin/users/{}", scene.amara.id);
    walk.page("user", &user).await;
    for tab in ["roles", "sessions", "tokens", "apps", "events"] {
        walk.page(&format!("user-{tab}"), &format!("{user}/{tab}")).await;
    }
    walk.page("user-delete", &format!("{user}/delete")).await;
    for section in ["roles", "groups", "apis"] {
        walk.page(section, &format!("/admin/{section}")).await;
        let first = walk.href("main tbody a").await;
        walk.page(&format!("{section}-one"), &first).await;
        walk.page(&format!("{section}-new"), &format!("/admin/{section}/new"))
            .await;
    }

    walk.page("clients", "/admin/clients").await;
    walk.page("client-new", "/admin/clients/new").await;
    let client = format!("/admin/clients/{}", scene.ledger.client_id);
    walk.page("client-settings", &client).await;
    for tab in ["credentials", "integrate", "tokens", "events"] {
        walk.page(&format!("client-{tab}"), &format!("{client}/{tab}"))
            .await;
    }

    walk.page("sessions", "/admin/sessions").await;
    let first = walk.href("main tbody a[href^='/admin/sessions/']").await;
    walk.page("session", &first).await;
    walk.page("families", "/admin/families").await;
    let first = walk.href("main tbody td:first-child a").await;
    walk.page("family", &first).await;
    chromium.click("a[data-dialog=revoke]").await;
    chromium.find("dialog[open]").await;
    walk.look("family-dialog").await;
    chromium
        .goto(&format!("{}/admin/families?state=reuse", walk.issuer))
        .await;
    let first = walk.href("main tbody td:first-child a").await;
    walk.page("family-reuse", &first).await;
    walk.page("keys", "/admin/keys").await;
    walk.page("audit", "/admin/audit").await;
    chromium
        .goto(&format!("{}/admin/audit?action=role", walk.issuer))
        .await;
    let first = walk.href("main tbody td:nth-child(2) a").await;
    walk.page("audit-entry", &first).await;
    walk.page("search", "/admin/search?q=amara").await;
    walk.chromium.close().await;
}
