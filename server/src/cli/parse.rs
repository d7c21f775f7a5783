//! `alinea parse`: what is understood of a document.

/// What to parse.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments) -> anyhow::Result<()> {
    Ok(())
}
