//! What every test starts from: the real application, in this process, over a fresh database, with a clock to move.

mod apis;
mod app;
mod browser;
mod certificates;
mod database;
mod html;
mod people;
mod reply;
mod rp;
mod tls;
mod tokens;

pub(crate) use apis::api_settings;
pub(crate) use app::TestApp;
pub(crate) use browser::Browser;
pub(crate) use certificates::Authority;
pub(crate) use certificates::Credential;
pub(crate) use database::Database;
pub(crate) use database::Kind;
pub(crate) use people::Person;
pub(crate) use reply::Reply;
pub(crate) use rp::AuthRequest;
pub(crate) use rp::Code;
pub(crate) use rp::Rp;
pub(crate) use rp::basic;
pub(crate) use rp::challenge;
pub(crate) use rp::fresh;
pub(crate) use tls::TlsApp;
pub(crate) use tokens::Tokens;
pub(crate) use tokens::decode;
