//! `alinea export`: a document in another form.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use alinea_client::{Client, DocumentName, ExportFormat};
use anyhow::{Context, bail};

use super::remote::Remote;

/// What to export, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea export cica-almaty-2006-fr
  alinea export --format akn -o almaty.xml cica-almaty-2006-fr
  alinea export --format original -o almaty.pdf cica-almaty-2006-fr")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The document.
    name: DocumentName,
    /// What to write it as: Akoma Ntoso XML, Markdown, a page of HTML, JSON, the text that was read, or the very bytes that
    /// were imported.
    #[arg(long, value_enum, default_value = "markdown", env = "ALINEA_EXPORT_FORMAT")]
    format: Format,
    /// The file to write; standard output when not said.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Akn,
    Markdown,
    Html,
    Json,
    Text,
    Original,
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Akn => Self::AkomaNtoso,
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
            Format::Json => Self::Json,
            Format::Text => Self::Text,
            Format::Original => Self::Original,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| export(arguments, client).await)
}

async fn export(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let export = client.export_document(arguments.name.clone(), arguments.format.into());
    // All of it first, so that what fails in the middle leaves no half of a file behind.
    let bytes = export.bytes().await?;
    match &arguments.output {
        Some(path) => std::fs::write(path, bytes).with_context(|| {
            format!("cannot write {}: check the folder and that it can be written", path.display())
        }),
        None if io::stdout().is_terminal() && std::str::from_utf8(&bytes).is_err() => {
            bail!("this is no text, which a terminal cannot show: name a file with -o FILE")
        }
        None => Ok(io::stdout().lock().write_all(&bytes)?),
    }
}
