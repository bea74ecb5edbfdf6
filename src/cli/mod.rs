//! The command line. One file per command; [`Command`] lists them.
//!
//! A command gives an `Answer`, as text and as JSON, or a `CliError`. Nothing
//! else writes to standard output.

mod answer;
mod apis;
mod bootstrap;
mod clients;
mod config_check;
mod db;
mod dev;
mod error;
mod groups;
mod healthcheck;
mod issuers;
mod keys;
mod listener;
mod lookup;
mod metadata;
mod password;
mod protocol_args;
mod registration_tokens;
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
    /// Manage issuers of others whose tokens count here
    #[command(subcommand)]
    Issuers(issuers::IssuersCommand),
    /// Manage the tokens that let clients register themselves
    #[command(subcommand)]
    RegistrationTokens(registration_tokens::RegistrationTokensCommand),
    /// Manage APIs that tokens can be for
    #[command(subcommand)]
    Apis(apis::ApisCommand),
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::Parser as _;

    use super::*;

    fn accepts(line: &str) -> bool {
        Cli::try_parse_from(line.split(' ')).is_ok()
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_is_understood() {
        for line in [
            "gatepost serve",
            "gatepost --config x.toml serve",
            "gatepost serve --config x.toml --json",
            "gatepost dev --data d --fresh --listen 127.0.0.1:1 --demo-listen [::1]:2",
            "gatepost config check",
            "gatepost db migrate",
            "gatepost db status --json",
            "gatepost users create --username a --email a@b.test --email-verified --role x --role y --password-stdin",
            "gatepost users create --username a --profile - --no-password",
            "gatepost users list --search a --status disabled --limit 1",
            "gatepost users set-password a --password-stdin",
            "gatepost users disable a",
            "gatepost users enable a",
            "gatepost users delete a",
            "gatepost users reset-link a",
            "gatepost roles create a --client c --permission users:read --permission users:write",
            "gatepost roles assign u r --client c",
            "gatepost roles unassign u r",
            "gatepost roles list --user u",
            "gatepost groups create g",
            "gatepost groups add g u",
            "gatepost groups remove g u",
            "gatepost groups list",
            "gatepost clients create --name n --redirect-uri a --redirect-uri b --grant-type c --public",
            "gatepost clients create --client-name n --token-endpoint-auth-method none --scope openid",
            "gatepost clients create --metadata - --client-id a --client-secret b",
            "gatepost clients create --name n --profile fapi2 --jwks keys.json --dpop-bound-access-tokens",
            "gatepost clients update a --metadata - --tls-client-auth-san-dns a.test",
            "gatepost clients list",
            "gatepost registration-tokens create --name x --uses 3 --expires-in 7d",
            "gatepost registration-tokens list",
            "gatepost registration-tokens revoke rgt_1",
            "gatepost clients show a",
            "gatepost clients delete a",
            "gatepost clients rotate-secret a --overlap 1h",
            "gatepost issuers add https://a.test --jwks-uri https://a.test/jwks --subjects email",
            "gatepost issuers add https://a.test --jwks -",
            "gatepost issuers remove https://a.test",
            "gatepost issuers list",
            "gatepost apis create https://api.test --name n --scope a --scope b --details-type c --client d",
            "gatepost apis list",
            "gatepost apis update https://api.test --name n --no-client",
            "gatepost apis delete api_1",
            "gatepost apis metadata https://api.test",
            "gatepost tokens revoke fam_1",
            "gatepost tokens revoke --user u --client c",
            "gatepost sessions end --user u",
            "gatepost keys list",
            "gatepost keys rotate",
            "gatepost keys rotate --alg ES256",
            "gatepost setup-link",
            "gatepost healthcheck",
        ] {
            assert!(accepts(line), "{line}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        for line in [
            "gatepost",
            "gatepost users create",
            "gatepost users create --username a --no-password --password-stdin",
            "gatepost users list --limit 0",
            "gatepost clients create --public --token-endpoint-auth-method none",
            "gatepost clients rotate-secret a --overlap 90",
            "gatepost issuers add https://a.test",
            "gatepost issuers add https://a.test --jwks - --subjects sub",
            "gatepost tokens revoke",
            "gatepost tokens revoke fam_1 --user u",
            "gatepost sessions end",
            "gatepost dev --listen here",
        ] {
            assert!(!accepts(line), "{line}");
        }
    }
}
