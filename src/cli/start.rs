//! From the arguments to the exit code.

use std::process::ExitCode;

use clap::Parser as _;

use crate::app::build;
use crate::cli::Cli;
use crate::cli::Command;
use crate::cli::answer::Answer;
use crate::cli::answer::Out;
use crate::cli::apis;
use crate::cli::clients;
use crate::cli::config_check;
use crate::cli::db;
use crate::cli::dev;
use crate::cli::error::CliError;
use crate::cli::groups;
use crate::cli::healthcheck;
use crate::cli::issuers;
use crate::cli::keys;
use crate::cli::registration_tokens;
use crate::cli::roles;
use crate::cli::serve;
use crate::cli::sessions;
use crate::cli::setup_link;
use crate::cli::tokens;
use crate::cli::users;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::Sources;
use crate::ops::Ops;

/// Reads the arguments, runs the command, and says what came of it.
pub fn start() -> ExitCode {
    let cli = Cli::parse();
    let out = Out::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return out.error(&CliError::new(format!("The system gives no threads: {error}."))),
    };
    let result = runtime.block_on(run(&cli, &out));
    // a job that hangs in the system must not keep the process
    runtime.shutdown_background();
    match result {
        Ok(answer) => out.answer(&answer),
        Err(error) => out.error(&error),
    }
}

async fn run(cli: &Cli, out: &Out) -> Result<Answer, CliError> {
    let config = || Config::load(&Sources::from_process(cli.config.as_deref()));
    match &cli.command {
        Command::Dev(args) => Box::pin(dev::run(args, cli.config.as_deref(), out)).await,
        Command::Serve => serve::run(config()?, out).await,
        Command::Config(command) => Ok(config_check::run(command, &config()?)),
        Command::Db(command) => db::run(command, &config()?).await,
        Command::Healthcheck => healthcheck::run(&config()?),
        Command::Users(_)
        | Command::Roles(_)
        | Command::Groups(_)
        | Command::Clients(_)
        | Command::Issuers(_)
        | Command::RegistrationTokens(_)
        | Command::Apis(_)
        | Command::Tokens(_)
        | Command::Sessions(_)
        | Command::Keys(_)
        | Command::SetupLink => {
            let ops = build::open(config()?, Clock::System).await?;
            let answer = on_database(&cli.command, &ops).await;
            ops.db.close().await;
            answer
        }
    }
}

/// The commands that work on the opened database.
async fn on_database(command: &Command, ops: &Ops) -> Result<Answer, CliError> {
    match command {
        Command::Users(command) => users::run(command, ops).await,
        Command::Roles(command) => roles::run(command, ops).await,
        Command::Groups(command) => groups::run(command, ops).await,
        Command::Clients(command) => clients::run(command, ops).await,
        Command::Issuers(command) => issuers::run(command, ops).await,
        Command::RegistrationTokens(command) => registration_tokens::run(command, ops).await,
        Command::Apis(command) => apis::run(command, ops).await,
        Command::Tokens(command) => tokens::run(command, ops).await,
        Command::Sessions(command) => sessions::run(command, ops).await,
        Command::Keys(command) => keys::run(command, ops).await,
        Command::SetupLink => setup_link::run(ops).await,
        Command::Serve | Command::Dev(_) | Command::Config(_) | Command::Db(_) | Command::Healthcheck => {
            Ok(Answer::default())
        }
    }
}
