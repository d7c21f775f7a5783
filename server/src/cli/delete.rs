//! `alinea delete`: removes a document.

use alinea_client::DocumentName;

use super::remote::Remote;

/// What to remove.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  alinea delete cica-almaty-2006-fr")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The document.
    name: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| {
        let name: DocumentName = arguments.name.parse()?;
        let revision = client.delete_document(&name).await?;
        eprintln!("removed {name} (revision {revision})");
        Ok(())
    })
}
