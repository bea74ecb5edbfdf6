//! What is written to standard error while the server runs.

use std::io::IsTerminal as _;

use tracing::Level;
use tracing::Metadata;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogConfig;
use crate::config::LogFormat;

/// Starts the log. A second call does nothing.
pub fn start(config: &LogConfig) {
    let level = EnvFilter::new(&config.level);
    let layer = match config.format {
        LogFormat::Text => fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .boxed(),
        LogFormat::Json => fmt::layer()
            .with_writer(std::io::stderr)
            .json()
            .flatten_event(true)
            .boxed(),
    };
    let layer = layer.with_filter(filter_fn(may_be_logged));
    // fails only when a log was started before
    let _ = tracing_subscriber::registry().with(level).with(layer).try_init();
}

/// What no setting may ask for: at `debug` the mail library writes the whole conversation, with passwords and links.
/// And what nobody asks for: what PostgreSQL has to remark at every start.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let most = match metadata.target() {
        "sqlx::postgres::notice" => Level::WARN,
        target if target.starts_with("lettre") => Level::INFO,
        _ => return true,
    };
    *metadata.level() <= most
}
