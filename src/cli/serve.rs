//! `gatepost serve`: the server, until SIGTERM.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;
use tokio_rustls::TlsAcceptor;

use crate::app::build::App;
use crate::app::build::BuildError;
use crate::app::tls;
use crate::cli::answer::Answer;
use crate::cli::answer::Out;
use crate::cli::bootstrap;
use crate::cli::error::CliError;
use crate::cli::listener;
use crate::cli::listener::Bound;
use crate::cli::signals;
use crate::clock::Clock;
use crate::config::Config;
use crate::jobs;
use crate::jobs::Work;
use crate::mail::Mailer;
use crate::telemetry;

/// How long jobs and database connections may take to stop once no request is left.
pub(super) const TIDYING: Duration = Duration::from_secs(3);

/// Serves until the process is asked to stop.
pub(super) async fn run(config: Config, out: &Out) -> Result<Answer, CliError> {
    let started = Instant::now();
    telemetry::start(&config.log);
    let stop = signals::watch()?;
    let bound = listener::bind(config.http.listen)?;
    let config = config.bound_to(bound.address);
    let (config, secure) = bind_tls(config)?;
    let (address, secure_address) = (bound.address, secure.as_ref().map(|(bound, _)| bound.address));
    if config.ciba.automated_approval {
        tracing::warn!(
            "ciba.automated_approval is on: ANYBODY who reaches this server can sign in as ANYBODY. For tests only"
        );
    }
    let grace = config.http.shutdown_grace.as_duration();

    let App { state, router } = App::build(config, Clock::System).await?;
    let ops = state.ops;
    if let Some(answer) = bootstrap::run(&ops).await? {
        out.answer(&answer);
    }
    let work = Work {
        mailer: Mailer::new(&ops.config.mail),
        ops: ops.clone(),
    };
    let jobs = jobs::spawn(&work, &stop);
    let serving = bound.serve(router.clone(), stop.clone(), grace)?;
    let serving_tls = match secure {
        Some((bound, acceptor)) => Some(bound.serve_tls(acceptor, router, stop, grace)?),
        None => None,
    };
    out.answer(&ready(address, secure_address, ops.issuer(), started.elapsed()));

    let tls = async {
        match serving_tls {
            Some(serving) => serving.await,
            None => Ok(()),
        }
    };
    let result = tokio::try_join!(serving, tls).map(|_| ());
    jobs.stopped(TIDYING).await;
    let _ = tokio::time::timeout(TIDYING, ops.db.close()).await;
    tracing::info!("stopped");
    result.map(|()| Answer::default())
}

/// The TLS listener, if there is one, and the configuration with its real address.
fn bind_tls(config: Config) -> Result<(Config, Option<(Bound, TlsAcceptor)>), CliError> {
    let Some(server) = &config.tls.server else {
        return Ok((config, None));
    };
    let acceptor = tls::acceptor(server).map_err(BuildError::from)?;
    let bound = listener::bind(server.listen)?;
    let config = config.tls_bound_to(bound.address);
    Ok((config, Some((bound, acceptor))))
}

fn ready(address: SocketAddr, tls: Option<SocketAddr>, issuer: &str, took: Duration) -> Answer {
    let millis = took.as_millis();
    let also = tls.map_or_else(String::new, |tls| format!(" and https://{tls}"));
    let text = format!("Gatepost serves {issuer} at http://{address}{also} (started in {millis} ms).");
    let mut json = json!({ "listening": address.to_string(), "issuer": issuer, "started_in_ms": millis });
    if let Some(tls) = tls {
        json["listening_tls"] = tls.to_string().into();
    }
    Answer::new(text, json)
}
