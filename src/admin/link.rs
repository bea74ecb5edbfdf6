//! Addresses of console pages.

use std::fmt::Display;

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use crate::domain::id::ApiId;
use crate::domain::id::FamilyId;
use crate::domain::id::GroupId;
use crate::domain::id::RoleId;
use crate::domain::id::SessionId;
use crate::domain::id::UserId;

const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A text as one segment of a path or one value of a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A person.
pub fn user(id: &UserId) -> String {
    format!("/admin/users/{id}")
}

/// A client; its id may hold any visible character.
pub fn client(id: impl Display) -> String {
    format!("/admin/clients/{}", encode(&id.to_string()))
}

/// A role.
pub fn role(id: &RoleId) -> String {
    format!("/admin/roles/{id}")
}

/// A group.
pub fn group(id: &GroupId) -> String {
    format!("/admin/groups/{id}")
}

/// A registered API.
pub fn api(id: &ApiId) -> String {
    format!("/admin/apis/{id}")
}

/// A refresh-token family.
pub fn family(id: &FamilyId) -> String {
    format!("/admin/families/{id}")
}

/// A session.
pub fn session(id: &SessionId) -> String {
    format!("/admin/sessions/{id}")
}

/// The page of whatever an id names, as far as its prefix tells.
pub fn of_id(id: &str) -> Option<String> {
    let pages = [
        (UserId::PREFIX, "users"),
        (SessionId::PREFIX, "sessions"),
        (FamilyId::PREFIX, "families"),
        (RoleId::PREFIX, "roles"),
        (GroupId::PREFIX, "groups"),
        (ApiId::PREFIX, "apis"),
        (crate::domain::id::AuditId::PREFIX, "audit"),
    ];
    let whole = id.len() == 30 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let (_, section) = pages
        .into_iter()
        .find(|(prefix, _)| whole && id.starts_with(prefix))?;
    Some(format!("/admin/{section}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_one_segment_whatever_it_holds() {
        assert_eq!(client("a/b?c#d"), "/admin/clients/a%2Fb%3Fc%23d");
        assert_eq!(client("ledger-web"), "/admin/clients/ledger-web");
    }

    #[test]
    fn a_whole_id_leads_to_its_page() {
        let id = UserId::from_bits(7);
        assert_eq!(of_id(id.as_str()), Some(format!("/admin/users/{id}")));
        assert_eq!(of_id("usr_"), None);
        assert_eq!(of_id("ledger-web"), None);
    }
}
