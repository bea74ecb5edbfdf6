//! `gatepost serve`: the server, until SIGTERM.

use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::app::build::App;
use crate::cli::answer::Answer;
use crate::cli::answer::Out;
use crate::cli::bootstrap;
use crate::cli::error::CliError;
use crate::cli::listener;
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
    let address = bound.address;
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
    let serving = bound.serve(router, stop, grace)?;
    out.answer(&ready(address, ops.issuer(), started.elapsed()));

    let result = serving.await;
    jobs.stopped(TIDYING).await;
    let _ = tokio::time::timeout(TIDYING, ops.db.close()).await;
    tracing::info!("stopped");
    result.map(|()| Answer::default())
}

fn ready(address: std::net::SocketAddr, issuer: &str, took: Duration) -> Answer {
    let millis = took.as_millis();
    let text = format!("Gatepost serves {issuer} at http://{address} (started in {millis} ms).");
    let json = json!({ "listening": address.to_string(), "issuer": issuer, "started_in_ms": millis });
    Answer::new(text, json)
}
