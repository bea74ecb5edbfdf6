//! A real browser: Chromium through the hosted pages and the console, driven by chromedriver.
//!
//! `CHROMIUM` and `CHROMEDRIVER` say where they are. Every page that a test visits must be without console errors
//! and without violations of its own content security policy.

mod application;
mod chromium;
mod driver;
mod every_page;
mod keyboard;
mod logout;
mod main_job;
mod page_weight;
mod response_modes;
mod scene;
mod script_off;

pub(crate) use driver::variable;
