//! What is logged, and how: to standard error, as `--log` or `RUST_LOG` says.

use std::io::IsTerminal;

use anyhow::Context;
use clap::ValueEnum;
use tracing_subscriber::{
    EnvFilter,
    filter::{LevelFilter, ParseError},
};

/// What is logged whatever else is, unless it is named: who changed what.
const ALWAYS: &str = "audit=info";

/// How log lines are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs: a JSON object a line.
    Json,
}

/// Puts another filter in the place of the one in use.
pub(super) type Relog = Box<dyn Fn(Option<&str>) -> anyhow::Result<()> + Send>;

/// Logs from now on what a filter says, or else `RUST_LOG`. Returns what puts another one in its place.
pub(super) fn start(format: LogFormat, filter: Option<&str>) -> anyhow::Result<Relog> {
    let log = tracing_subscriber::fmt().with_env_filter(made(filter)?).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // Starting fails only when somebody logs already.
    Ok(match format {
        LogFormat::Text => {
            let log = log.with_filter_reloading();
            let handle = log.reload_handle();
            let _ = log.try_init();
            Box::new(move |filter| handle.reload(made(filter)?).context("putting the log filter in use"))
        }
        LogFormat::Json => {
            let log = log.json().with_filter_reloading();
            let handle = log.reload_handle();
            let _ = log.try_init();
            Box::new(move |filter| handle.reload(made(filter)?).context("putting the log filter in use"))
        }
    })
}

/// A filter as it is said, checked.
pub(super) fn parse(filter: &str) -> Result<String, ParseError> {
    EnvFilter::builder().parse(filter).map(|_| filter.to_owned())
}

fn made(filter: Option<&str>) -> anyhow::Result<EnvFilter> {
    let said = filter.map(str::to_owned).or_else(|| std::env::var("RUST_LOG").ok()).unwrap_or_default();
    let builder = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into());
    let filter = builder.parse(format!("{ALWAYS},{said}"));
    filter.with_context(|| {
        format!("'{said}' is no log filter: write such as `info` or `warn,alinea_server=debug`")
    })
}
