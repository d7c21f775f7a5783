//! `alinea reread`: kept documents are read again.

use alinea_client::{Client, DocumentName, Rereading};
use anyhow::bail;

use super::output::counted;
use super::remote::Remote;

/// What to read again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea reread cica-almaty-2006-fr
  alinea reread --all

The server reads the bytes that came in once more, as after it was replaced by a newer one, and stores what comes out
differently. It goes on serving meanwhile.")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The documents.
    #[arg(required_unless_present = "all", value_name = "NAME")]
    names: Vec<DocumentName>,
    /// All documents.
    #[arg(long, conflicts_with = "names")]
    all: bool,
}

/// What became of the documents, counted.
#[derive(Debug, Default)]
struct Counts {
    read: usize,
    changed: usize,
    refused: usize,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| reread(arguments, client).await)
}

async fn reread(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let mut counts = Counts::default();
    if arguments.all {
        counts.tell(client.reread_all()).await?;
    }
    for name in &arguments.names {
        counts.tell(client.reread_document(name.clone())).await?;
    }
    let Counts { read, changed, refused } = counts;
    eprintln!("{} read, {changed} changed", counted(read, "document"));
    match refused {
        0 => Ok(()),
        _ => bail!("{refused} of {} could not be read and stayed as they were", counted(read, "document")),
    }
}

impl Counts {
    /// Counts answers, and tells of those that changed something or failed.
    async fn tell(&mut self, mut answers: alinea_client::Answers<Rereading>) -> anyhow::Result<()> {
        while let Some(answer) = answers.try_next().await? {
            self.read += 1;
            match answer {
                Rereading::Changed { document, .. } => {
                    self.changed += 1;
                    eprintln!("changed {}", document.name.id());
                }
                Rereading::Refused { name, reason, message } => {
                    self.refused += 1;
                    eprintln!("refused {}: {message} ({reason})", name.id());
                }
                _ => {}
            }
        }
        Ok(())
    }
}
