//! What is logged, and how: to standard error, as `RUST_LOG` says.

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt::format::FmtSpan};

/// How log lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs: a JSON object a line.
    Json,
}

/// Logs from now on.
pub(super) fn start(format: LogFormat) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line when a call was answered, with its method and how long it took.
    let log = log.with_span_events(FmtSpan::CLOSE);
    // It fails only when somebody logs already.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
