//! What is logged, and how: to standard error, as `--log` or `RUST_LOG` says.

use std::io::IsTerminal;

use anyhow::Context;
use clap::ValueEnum;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{LevelFilter, ParseError},
    fmt,
    layer::SubscriberExt,
    reload,
    util::SubscriberInitExt,
};

use super::traces::SpanLayer;
use crate::traces::TARGET;

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

/// Logs from now on what a filter says, or else `RUST_LOG`, and shows spans to what sends them. Returns what puts another filter
/// in its place.
pub(super) fn start(
    format: LogFormat,
    filter: Option<&str>,
    spans: Option<SpanLayer>,
) -> anyhow::Result<Relog> {
    let log = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let log = match format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().boxed(),
    };
    let (filter, handle) = reload::Layer::new(made(filter)?);
    // Starting fails only when somebody logs already.
    let _ = tracing_subscriber::registry().with(spans).with(log.with_filter(filter)).try_init();
    Ok(Box::new(move |filter| handle.reload(made(filter)?).context("putting the log filter in use")))
}

/// A filter as it is said, checked.
pub(super) fn parse(filter: &str) -> Result<String, ParseError> {
    EnvFilter::builder().parse(filter).map(|_| filter.to_owned())
}

/// A filter as it is said, or else as `RUST_LOG` says it.
pub(super) fn made(filter: Option<&str>) -> anyhow::Result<EnvFilter> {
    let said = filter.map(str::to_owned).or_else(|| std::env::var("RUST_LOG").ok()).unwrap_or_default();
    let builder = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into());
    let filter = builder.parse(format!("{TARGET}=off,{ALWAYS},{said}"));
    filter.with_context(|| {
        format!("'{said}' is no log filter: write such as `info` or `warn,alinea_server=debug`")
    })
}
