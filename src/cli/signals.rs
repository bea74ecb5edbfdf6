//! When to stop.

use tokio::sync::watch;

use crate::cli::error::CliError;

/// Says `true` once the process is asked to stop, by SIGTERM or SIGINT.
pub(super) fn watch() -> Result<watch::Receiver<bool>, CliError> {
    let (sender, receiver) = watch::channel(false);
    let mut signals =
        Signals::new().map_err(|e| CliError::new(format!("Signals cannot be received: {e}.")))?;
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping");
        let _ = sender.send(true);
        // a second signal does not wait for anybody
        signals.next().await;
        std::process::exit(1);
    });
    Ok(receiver)
}

/// Resolves once `stop` says so.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopping| *stopping).await;
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::SignalKind;
        use tokio::signal::unix::signal;
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
