//! Whatever ends a session, its clients are told.

use gatepost::domain::secret::Secret;
use gatepost::ops;
use gatepost::ops::sessions::Ending;

use crate::certification::logout::deliver;
use crate::harness::Documents;
use crate::harness::TestApp;

/// What can end a session, besides its person's own sign-out.
const CAUSES: &[&str] = &[
    "ended from a list",
    "all ended",
    "password changed",
    "disabled",
    "deleted",
];

#[tokio::test]
async fn every_end_of_a_session_is_told_to_its_clients_whatever_they_were_given() {
    let app = TestApp::with(&[("fetch.allowed_private", "127.0.0.0/8")]).await;
    let relying = Documents::plain().await;
    for (number, cause) in CAUSES.iter().enumerate() {
        let person = app.user(&format!("person{number}")).create().await;
        let path = format!("/told/{number}");
        let uri = relying.put_raw(&path, "200 OK", "", "");
        let client = app
            .client()
            .every_response_type()
            .but(|m| m.backchannel_logout_uri = Some(uri));
        let rp = client.create().await;
        let mut browser = app.browser();
        browser.sign_in(&person).await;
        // an ID token alone: there is no token family that would remember the client
        let request = rp.request("openid").kind("id_token");
        let answer = browser.open(&request).await.answer(&rp.redirect_uri);
        assert!(!answer.get("id_token").is_empty(), "{cause}");

        let (ops, by) = (app.ops(), app.operator());
        match *cause {
            "ended from a list" => {
                let sid = crate::harness::decode(answer.get("id_token"), 1)["sid"].clone();
                let sid = sid.as_str().expect("a sid").parse().expect("a session id");
                let ended = ops::sessions::end(ops, &by, &sid, Ending::Terminated).await;
                assert!(ended.expect("answers"));
            }
            "all ended" => {
                let ended = ops::sessions::end_all(ops, &by, &person.id, None).await;
                assert_eq!(ended.expect("answers"), 1);
            }
            "password changed" => {
                let new = Secret::new("another long pass phrase 42".to_owned());
                ops::users::set_password(ops, &by, &person.id, new)
                    .await
                    .expect("answers");
            }
            "disabled" => person.disable().await,
            _ => {
                ops::users::delete(ops, &by, &person.id).await.expect("answers");
            }
        }
        deliver(&app).await;
        assert_eq!(relying.posted(&path).len(), 1, "{cause}");
    }
}
