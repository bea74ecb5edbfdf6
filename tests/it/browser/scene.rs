//! A provider that has been in use for a while: people, roles, groups, clients, sign-ins of some weeks, a stolen token.

use gatepost::domain::signing_alg::SigningAlg;
use gatepost::ops;

use crate::harness::Person;
use crate::harness::Rp;
use crate::harness::TestApp;
use crate::harness::api_settings;

const DAY: u64 = 86_400;

/// What there is.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    pub(crate) admin: Person,
    pub(crate) amara: Person,
    pub(crate) ledger: Rp,
}

/// User name and name.
const PEOPLE: &[(&str, &str)] = &[
    ("amara.okafor", "Amara Okafor"),
    ("jonas.weber", "Jonas Weber"),
    ("li.wei", "Li Wei"),
    ("sofia.rossi", "Sofia Rossi"),
    ("tomas.novak", "Tomáš Novák"),
    ("priya.natarajan", "Priya Natarajan"),
    ("mateo.garcia", "Mateo García"),
    ("ingrid.solberg", "Ingrid Solberg"),
    ("yusuf.demir", "Yusuf Demir"),
    ("chloe.martin", "Chloé Martin"),
    (
        "a-rather-long-user-name-that-nobody-would-choose",
        "Wolfgang Theodor von und zu Hohenstein-Waldburg",
    ),
];

impl Scene {
    pub(crate) async fn set() -> Self {
        let app = TestApp::serve_with(&[
            ("branding.privacy_url", "https://gatepost.test/privacy"),
            ("branding.terms_url", "https://gatepost.test/terms"),
        ])
        .await;
        let admin = app
            .admin()
            .but(|i| i.name = Some("Ada Brandt".to_owned()))
            .create()
            .await;
        let ledger = client(&app, "Ledger").await;
        let board = client(&app, "Board").await;
        let wiki = app.client().named("Team wiki").create().await;
        let machine = app.client().named("Nightly export").scope("reports:read");
        machine.grants(&["client_credentials"]).create().await;
        app.api(api_settings(
            "https://api.ledger.test",
            &["entries:read", "entries:write"],
            &[],
        ))
        .await;
        let mut people = Vec::new();
        for (username, name) in PEOPLE {
            let person = app.user(username).but(|i| i.name = Some((*name).to_owned()));
            people.push(person.create().await);
        }
        people[0].give_role("accountant", Some(&ledger)).await;
        people[0].give_role("editor", None).await;
        people[1].give_role("auditor", None).await;
        people[0].join("finance").await;
        people[2].join("engineering").await;

        // some weeks of sign-ins; the 1st family of all ends with a stolen token
        let scope = "openid profile email offline_access";
        for day in 0..20_usize {
            for turn in 0..=(day % 4) {
                let who = &people[(day + turn) % 8];
                let mut browser = app.browser().at([203, 0, 113, 24]);
                if turn == 2 {
                    let page = browser.get("/login").await;
                    let mut confused = who.clone();
                    "not the one".clone_into(&mut confused.password);
                    browser.fill_in(&page, &confused).await;
                }
                browser.sign_in(who).await;
                let rp = [&ledger, &board, &wiki][(day + turn) % 3];
                let first = browser.tokens(rp, scope).await;
                app.advance(1_300);
                let second = rp.refresh(first.refresh()).await.expect_tokens();
                if day == 0 || day == 17 {
                    app.advance(1_300);
                    rp.refresh(second.refresh()).await.expect_tokens();
                    rp.refresh(first.refresh()).await.expect_error("invalid_grant");
                }
            }
            app.advance(if day < 19 { DAY - 8_000 } else { 1_000 });
        }
        people[8].disable().await;
        let done = ops::keys::rotate(app.ops(), &app.operator(), SigningAlg::ALL).await;
        done.expect("the database answers");
        // the newest family: a few rotations, alive
        let amara = people.swap_remove(0);
        let mut browser = app.browser().at([203, 0, 113, 24]);
        browser.sign_in(&amara).await;
        let mut tokens = browser.tokens(&ledger, scope).await;
        for _ in 0..3 {
            app.advance(700);
            tokens = ledger.refresh(tokens.refresh()).await.expect_tokens();
        }
        Self {
            app,
            admin,
            amara,
            ledger,
        }
    }
}

async fn client(app: &TestApp, name: &str) -> Rp {
    let home = format!("https://{}.test", name.to_lowercase());
    app.client()
        .named(name)
        .asks_consent()
        .but(|m| {
            m.policy_uri = Some(format!("{home}/privacy"));
            m.tos_uri = Some(format!("{home}/terms"));
        })
        .create()
        .await
}
