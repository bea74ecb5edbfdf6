//! HTTP plumbing without product knowledge: reading requests, sessions, CSRF, headers, static files.

pub mod browser;
pub mod browser_state;
pub mod certificate;
pub mod client_address;
pub mod cors;
pub mod csrf;
pub mod error_page;
pub mod json_error;
pub mod one_cookie;
pub mod page_body;
pub mod params;
pub mod path;
pub mod redirect;
pub mod request_context;
pub mod security_headers;
pub mod shell;
pub mod static_files;
pub mod visit;
pub mod when;
