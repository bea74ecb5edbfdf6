//! `gatepost dev`: a server and an application to try things on, with nothing to set up.

use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::json;

use crate::app::build::App;
use crate::cli::answer::Answer;
use crate::cli::answer::Out;
use crate::cli::error::CliError;
use crate::cli::listener;
use crate::cli::seed;
use crate::cli::seed::Account;
use crate::cli::serve::TIDYING;
use crate::cli::signals;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::Sources;
use crate::dev::DemoSettings;
use crate::dev::demo;
use crate::domain::secret::Secret;
use crate::jobs;
use crate::jobs::Work;
use crate::mail::Mailer;
use crate::telemetry;

/// Where to keep the data and where to listen.
#[derive(Debug, Args)]
pub struct DevArgs {
    /// Where the database is kept
    #[arg(long, value_name = "DIR", default_value = "gatepost-dev")]
    data: PathBuf,
    /// Delete the database first
    #[arg(long)]
    fresh: bool,
    /// Address of the server; of this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address of the demo application; of this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    demo_listen: SocketAddr,
}

/// Serves until the process is asked to stop.
pub(super) async fn run(args: &DevArgs, config_file: Option<&Path>, out: &Out) -> Result<Answer, CliError> {
    let started = Instant::now();
    args.check()?;
    args.prepare()?;
    let server = listener::bind(args.listen)?;
    let demo = listener::bind(args.demo_listen)?;
    let (issuer, demo_url) = (local_url(server.address), local_url(demo.address));
    let config = Config::load(&args.sources(config_file, server.address, &issuer))?;
    telemetry::start(&config.log);
    let stop = signals::watch()?;
    let grace = config.http.shutdown_grace.as_duration();

    let App { state, router } = App::build(config, Clock::System).await?;
    let ops = state.ops;
    seed::run(&ops, &demo_url).await?;
    let work = Work {
        mailer: Mailer::new(&ops.config.mail),
        ops: ops.clone(),
    };
    let jobs = jobs::spawn(&work, &stop);
    let application = demo::router(DemoSettings {
        issuer: issuer.clone(),
        own_url: demo_url.clone(),
        client_id: seed::CLIENT_ID.to_owned(),
        client_secret: Secret::new(seed::CLIENT_SECRET.to_owned()),
        clock: Clock::System,
    });
    let serving = server.serve(router, stop.clone(), grace)?;
    let demo_serving = demo.serve(application, stop, grace)?;
    out.answer(&guide(&issuer, &demo_url, started.elapsed().as_millis()));

    let result = tokio::try_join!(serving, demo_serving);
    jobs.stopped(TIDYING).await;
    let _ = tokio::time::timeout(TIDYING, ops.db.close()).await;
    result.map(|_| Answer::default())
}

/// Kept as they are in a database URL; a `?` or `%` in a path must not be.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

impl DevArgs {
    fn database(&self) -> PathBuf {
        self.data.join("gatepost.db")
    }

    /// The passwords are known to everybody.
    fn check(&self) -> Result<(), CliError> {
        for (option, address) in [("--listen", self.listen), ("--demo-listen", self.demo_listen)] {
            if !address.ip().is_loopback() {
                return Err(CliError::usage(format!(
                    "{option} {address} can be reached from other machines, and the passwords of `gatepost dev` are \
                     known to everybody. Use an address such as 127.0.0.1:{}, or `gatepost serve`.",
                    address.port()
                )));
            }
        }
        Ok(())
    }

    /// Makes the directory, and deletes the old database if asked to: its own files only.
    fn prepare(&self) -> Result<(), CliError> {
        let failed = |path: &Path, error: &std::io::Error| {
            CliError::new(format!("{} cannot be prepared: {error}.", path.display()))
        };
        std::fs::create_dir_all(&self.data).map_err(|error| failed(&self.data, &error))?;
        if !self.fresh {
            return Ok(());
        }
        for suffix in ["", "-wal", "-shm", "-journal", "-migrate.lock", ".master-key"] {
            let mut path = self.database().into_os_string();
            path.push(suffix);
            let path = PathBuf::from(path);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(failed(&path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Nothing from outside, unless a file is named: what is set for production must not reach in here.
    fn sources(&self, config_file: Option<&Path>, listen: SocketAddr, issuer: &str) -> Sources {
        let sources = match config_file {
            Some(path) => Sources::none().with_file(path),
            None => Sources::none(),
        };
        let path = self.database();
        let path = utf8_percent_encode(&path.to_string_lossy(), PATH).to_string();
        sources
            .with_override("http.listen", &listen.to_string())
            .with_override("issuer.url", issuer)
            .with_override("database.url", &format!("sqlite://{path}?mode=rwc"))
    }
}

/// Browsers give `localhost` to this machine, whatever the loopback address.
fn local_url(address: SocketAddr) -> String {
    if address.port() == 80 {
        "http://localhost".to_owned()
    } else {
        format!("http://localhost:{}", address.port())
    }
}

/// One address per thing to try.
fn guide(issuer: &str, demo_url: &str, millis: u128) -> Answer {
    let (admin, amara) = (seed::ADMIN, seed::AMARA);
    let line = |what: &str, url: String, account: Option<Account>| match account {
        Some(Account { username, password }) => format!("  {what:<18} {url:<58} {username} / {password}\n"),
        None => format!("  {what:<18} {url}\n"),
    };
    let mut text = format!(
        "\nGatepost is ready to try, after {millis} ms. FOR DEVELOPMENT ONLY: the passwords below are "
    );
    text.push_str("known to everybody.\n\n");
    text.push_str(&line("Demo application", format!("{demo_url}/"), Some(amara)));
    text.push_str(&line("Your account", format!("{issuer}/account"), Some(amara)));
    text.push_str(&line("Console", format!("{issuer}/admin"), Some(admin)));
    text.push_str(&line(
        "Discovery",
        format!("{issuer}/.well-known/openid-configuration"),
        None,
    ));
    text.push_str("\nCtrl-C stops it. `gatepost dev --fresh` starts again with an empty database.\n");
    let account = |account: Account| json!({ "username": account.username, "password": account.password });
    let json = json!({
        "development_only": true, "issuer": issuer, "demo": format!("{demo_url}/"),
        "account": format!("{issuer}/account"), "console": format!("{issuer}/admin"),
        "discovery": format!("{issuer}/.well-known/openid-configuration"),
        "user": account(amara), "admin": account(admin),
        "client": { "client_id": seed::CLIENT_ID, "client_secret": seed::CLIENT_SECRET },
        "started_in_ms": millis,
    });
    Answer::new(text, json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(listen: &str) -> DevArgs {
        DevArgs {
            data: PathBuf::from("some dir"),
            fresh: false,
            listen: listen.parse().unwrap(),
            demo_listen: "127.0.0.1:8081".parse().unwrap(),
        }
    }

    #[test]
    fn other_machines_are_kept_out() {
        assert!(args("127.0.0.1:8080").check().is_ok());
        assert!(args("[::1]:8080").check().is_ok());
        assert!(args("0.0.0.0:8080").check().is_err());
        assert!(args("192.0.2.1:8080").check().is_err());
    }

    #[test]
    fn the_configuration_is_complete_without_anything_from_outside() {
        let args = args("127.0.0.1:8080");
        let config = Config::load(&args.sources(None, args.listen, "http://localhost:8080")).unwrap();
        assert_eq!(config.issuer.url.as_str(), "http://localhost:8080");
        assert_eq!(
            config.database.url.sqlite_file(),
            Some(PathBuf::from("some dir/gatepost.db"))
        );
    }
}
