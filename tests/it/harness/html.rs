//! Pages as a browser without script sees them.

use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;

/// A form: where it goes and what it sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) fields: Vec<(String, String)>,
    /// Ids of its controls.
    pub(crate) ids: Vec<String>,
}

impl Form {
    /// Types into a field that is there.
    #[track_caller]
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        value.clone_into(&mut field.expect("the form has the field").1);
        self
    }

    /// Presses a button with a value, or sends what the form does not hold.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a field out.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// A field's value.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known == name)?;
        Some(&field.1)
    }
}

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) forms: Vec<Form>,
    pub(crate) title: String,
    /// `href` of every link.
    pub(crate) links: Vec<String>,
    html: String,
}

impl Page {
    pub(crate) fn parse(text: &str, url: &str) -> Self {
        let html = Html::parse_document(text);
        let own = url.split('?').next().unwrap_or(url);
        let forms = html.select(&selector("form")).map(|f| form(f, own)).collect();
        let title = html.select(&selector("title")).next();
        let with_href = selector("a[href]");
        let links = html.select(&with_href);
        Self {
            forms,
            title: title.map(|t| t.text().collect()).unwrap_or_default(),
            links: links.filter_map(|a| a.attr("href")).map(str::to_owned).collect(),
            html: text.to_owned(),
        }
    }

    /// The form with this control, by its id.
    #[track_caller]
    pub(crate) fn form_with(&self, id: &str) -> Form {
        let found = self.forms.iter().find(|f| f.ids.iter().any(|known| known == id));
        assert!(
            found.is_some(),
            "no form with #{id} on “{}”:\n{}",
            self.title,
            self.html
        );
        found.expect("just looked").clone()
    }

    /// Whether a control with this id is there.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.forms.iter().any(|f| f.ids.iter().any(|known| known == id))
    }

    /// What people read, in one line.
    pub(crate) fn text(&self) -> String {
        let html = Html::parse_document(&self.html);
        let body = html.select(&selector("body")).next();
        let words: String = body.map(|b| b.text().collect()).unwrap_or_default();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An attribute of every element that matches and has it.
    pub(crate) fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html);
        let wanted = selector(css);
        let all = html.select(&wanted);
        all.filter_map(|e| e.attr(name)).map(str::to_owned).collect()
    }

    /// How many elements match.
    pub(crate) fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.html).select(&selector(css)).count()
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a valid selector")
}

fn form(form: ElementRef<'_>, own: &str) -> Form {
    let attr = |e: &ElementRef<'_>, name: &str| e.attr(name).unwrap_or("").to_owned();
    let mut fields = Vec::new();
    let mut ids = Vec::new();
    for control in form.select(&selector("input, button, select, textarea")) {
        if let Some(id) = control.attr("id") {
            ids.push(id.to_owned());
        }
        let kind = control.value().name();
        let ticked = control.attr("checked").is_some();
        let unticked = matches!(control.attr("type"), Some("checkbox" | "radio")) && !ticked;
        let Some(name) = control.attr("name").filter(|_| kind != "button" && !unticked) else {
            continue;
        };
        let value = match kind {
            "textarea" => control
                .text()
                .collect::<String>()
                .trim_start_matches('\n')
                .to_owned(),
            "select" => {
                let chosen = control.select(&selector("option[selected]")).next();
                let first = control.select(&selector("option")).next();
                chosen.or(first).map(|o| attr(&o, "value")).unwrap_or_default()
            }
            _ => attr(&control, "value"),
        };
        fields.push((name.to_owned(), value));
    }
    let action = attr(&form, "action");
    Form {
        action: if action.is_empty() { own.to_owned() } else { action },
        method: attr(&form, "method").to_lowercase(),
        fields,
        ids,
    }
}
