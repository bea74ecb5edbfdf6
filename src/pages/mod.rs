//! What people see: the hosted pages and their own account. One file per page: what it prints, and its handlers.

pub mod account;
pub mod client_badge;
pub mod consent;
pub mod device;
pub mod forgot_password;
pub mod locale;
pub mod login;
pub mod new_password;
pub mod parked;
pub mod reset_password;
pub mod scope_line;
pub mod select_account;
pub mod setup;

use axum::Router;
use axum::routing::get;

use crate::app::state::AppState;
use crate::web::redirect;

/// Every page that is not the protocol's or the console's.
pub fn routes() -> Router<AppState> {
    let tables = [
        login::routes(),
        select_account::routes(),
        consent::routes(),
        device::routes(),
        forgot_password::routes(),
        reset_password::routes(),
        setup::routes(),
        locale::routes(),
        account::routes(),
    ];
    let home = Router::new().route("/", get(async || redirect::to_own_page("/account")));
    tables.into_iter().fold(home, Router::merge)
}

#[cfg(test)]
mod kit;
#[cfg(test)]
mod samples;
