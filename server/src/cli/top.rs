//! `alinea top`: what a server is doing, from two looks at its metrics.

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}
pub(super) fn run(_: &Arguments) -> anyhow::Result<()> {
    Ok(())
}
