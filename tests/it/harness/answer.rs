//! An authorization response, however it travelled.

use std::collections::BTreeMap;

use crate::harness::Reply;

/// How a response reached the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrived {
    Query,
    Fragment,
    Form,
}

/// A response at the client.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) arrived: Arrived,
    pub(crate) params: BTreeMap<String, String>,
}

impl Answer {
    /// A parameter, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The names of its parameters, sorted.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.params.keys().map(String::as_str).collect()
    }
}

impl Reply {
    /// What a client at `target` receives with this: a redirect there, or a form that the browser posts there.
    #[track_caller]
    pub(crate) fn answer(&self, target: &str) -> Answer {
        if self.status == 200 {
            let page = self.page();
            let form = page.forms.iter().find(|form| form.action == target);
            let form = form.expect("a form that leads to the client");
            assert_eq!(form.method, "post", "{self}");
            let params: BTreeMap<_, _> = form.fields.iter().cloned().collect();
            assert_eq!(params.len(), form.fields.len(), "a parameter came twice: {self}");
            return Answer {
                arrived: Arrived::Form,
                params,
            };
        }
        let params = self.sent_to(target);
        let rest = self.location().strip_prefix(target).unwrap_or_default();
        let arrived = if rest.starts_with('#') {
            Arrived::Fragment
        } else {
            // at most an empty one, so that none is inherited
            assert!(rest.find('#').is_none_or(|at| at + 1 == rest.len()), "{self}");
            Arrived::Query
        };
        Answer { arrived, params }
    }
}
