//! The browser's side of a scenario: the person signs in, allows, and goes back to the application.

use serde_json::Value;
use serde_json::json;

use crate::harness::Browser;
use crate::harness::Person;
use crate::harness::Reply;
use crate::node::Description;
use crate::node::Outcome;
use crate::node::play;

/// Plays `code.mjs`: the person signs in where that is asked, and allows everything.
pub(crate) async fn code(browser: &mut Browser, who: &Person, about: &Description) -> Outcome {
    code_with(browser, who, about, async |_| {}).await
}

/// As [`code`]; `meanwhile` is called by the step `wait:…` with what it names.
pub(crate) async fn code_with(
    browser: &mut Browser,
    who: &Person,
    about: &Description,
    mut meanwhile: impl AsyncFnMut(&str),
) -> Outcome {
    play("code", about.json(), async |question, value| {
        let value = value.as_str().expect("a text");
        if question == "authorize" {
            return visit(browser, who, value).await;
        }
        assert_eq!(question, "wait");
        meanwhile(value).await;
        json!({})
    })
    .await
}

/// Opens an authorization request, signs in and allows; gives what the application is told.
pub(crate) async fn visit(browser: &mut Browser, who: &Person, url: &str) -> Value {
    let mut shown = browser.get(url).await;
    if shown.status.is_success() && shown.page().has("password") {
        shown = browser.fill_in(&shown, who).await;
    }
    answer(&browser.allow(shown).await)
}

/// What the application is told: the redirect, or the form that the page posts.
fn answer(reply: &Reply) -> Value {
    if reply.status.is_redirection() {
        return json!({ "callback": reply.location() });
    }
    assert_eq!(reply.page().count("form#form-post"), 1, "{reply}");
    let form = reply.page().forms.first().expect("just counted").clone();
    let fields: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form.fields)
        .finish();
    json!({ "callback": form.action, "form": fields })
}
