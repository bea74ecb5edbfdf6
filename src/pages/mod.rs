//! What people see: the hosted pages and their own account. One file per page: what it prints, and its handlers.

pub mod account;
pub mod client_badge;
pub mod consent;
pub mod forgot_password;
pub mod form_post;
pub mod logged_out;
pub mod login;
pub mod logout;
pub mod new_password;
pub mod reset_password;
pub mod scope_line;
pub mod select_account;
pub mod setup;

#[cfg(test)]
mod kit;
#[cfg(test)]
mod samples;
