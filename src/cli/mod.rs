//! The command line. One file per command; [`Command`] lists them.
//!
//! A command gives an [`Answer`](answer::Answer), as text and as JSON, or a [`CliError`](error::CliError). Nothing
//! else writes to standard output.

mod answer;
mod bootstrap;
mod clients;
mod config_check;
mod db;
mod dev;
mod error;
mod groups;
mod healthcheck;
mod keys;
mod listener;
mod lookup;
mod metadata;
mod password;
mod roles;
mod seed;
mod serve;
mod sessions;
mod setup_link;
mod signals;
pub mod start;
mod tokens;
mod users;
mod views;

use std::path::PathBuf;

use clap::Parser;
use clap::Subcommand;

/// An OpenID Connect identity provider in one binary.
#[derive(Debug, Parser)]
#[command(name = "gatepost", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// The configuration file; without it `gatepost.toml`, if there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Answer in JSON, errors too
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server
    Serve,
    /// Run a server to try things on, with a demo application and nothing to set up
    Dev(dev::DevArgs),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config_check::ConfigCommand),
    /// Look after the database schema
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Manage people
    #[command(subcommand)]
    Users(users::UsersCommand),
    /// Manage roles and who has them
    #[command(subcommand)]
    Roles(roles::RolesCommand),
    /// Manage groups and who is in them
    #[command(subcommand)]
    Groups(groups::GroupsCommand),
    /// Manage applications
    #[command(subcommand)]
    Clients(clients::ClientsCommand),
    /// End refresh-token families
    #[command(subcommand)]
    Tokens(tokens::TokensCommand),
    /// End sessions
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Manage signing keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print a new one-time link for creating the first administrator
    SetupLink,
    /// Ask the running server whether it can serve; for container health checks
    Healthcheck,
}
