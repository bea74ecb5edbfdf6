//! `response_mode=form_post`: the answer to a client as a form. OAuth 2.0 Form Post Response Mode §2.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::shell::Shell;

/// A page that sends itself on; without script, by its Continue button.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "pages/form_post.html")]
pub struct FormPostPage {
    /// What is around the card.
    pub shell: Shell,
    /// The client's name.
    pub client_name: String,
    /// The proved redirect URI.
    pub action: String,
    /// The parameters of the answer.
    pub fields: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::pages::samples;

    fn samples(locale: Locale) -> Vec<FormPostPage> {
        vec![FormPostPage {
            shell: samples::door(locale),
            client_name: "Ledger".to_owned(),
            action: "https://ledger.example/cb?a=1&b=2".to_owned(),
            fields: vec![("code".to_owned(), "abc".to_owned()), ("state".to_owned(), "\"><b>".to_owned())],
        }]
    }

    #[test]
    fn every_sample_is_a_sound_page() {
        samples::check("form_post", samples);
    }

    #[test]
    fn the_form_carries_only_the_answer() {
        let html = samples(Locale::English).remove(0).render().expect("renders");
        let form = html.split("id=\"form-post\"").nth(1).and_then(|rest| rest.split("</form>").next()).expect("the form");
        assert_eq!(form.matches("<input").count(), 2);
        assert!(!form.contains("csrf"));
    }
}
