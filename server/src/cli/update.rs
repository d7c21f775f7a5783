//! `alinea update`: changes what is said of a document, or its text.

use std::path::PathBuf;

use alinea_client::{Client, DocumentKind, DocumentName, Update};
use anyhow::{Context, bail};

use super::files;
use super::output::counted;
use super::remote::Remote;

/// What to change.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea update cica-almaty-2006-fr --symbol A/60/910 --symbol S/2006/444
  alinea update cica-almaty-2006-fr --title ''
  alinea update cica-almaty-2006-fr corrected.md

An empty value is again what the text says.")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The document.
    name: DocumentName,
    /// Its new text: a file.
    file: Option<PathBuf>,
    /// The title, in the language of the document.
    #[arg(long)]
    title: Option<String>,
    /// What sort of document it is, such as `declaration`, `resolution` or `treaty`.
    #[arg(long)]
    kind: Option<DocumentKind>,
    /// The language of the text, such as `fr` or `zh-Hant`.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// What its language versions share.
    #[arg(long)]
    work: Option<String>,
    /// The body that adopted it.
    #[arg(long)]
    issuer: Option<String>,
    /// A symbol it is cited by, or another one; they replace those it has.
    #[arg(long)]
    symbol: Option<Vec<String>>,
    /// The day it was adopted.
    #[arg(long, value_name = "YYYY-MM-DD")]
    adopted: Option<String>,
    /// Where it was fetched from.
    #[arg(long, value_name = "URI")]
    source_uri: Option<String>,
    /// Only while it has this etag, which `alinea get --format jsonl` shows.
    #[arg(long)]
    etag: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let update = update(arguments)?;
    arguments.remote.ask(async |client| send(update, client).await)
}

/// The largest text that goes with an update: a message has at most 4 MiB.
const LARGEST: usize = 4_000_000;

/// How a field is said.
type Say = fn(Update, String) -> Update;

/// The change that the arguments ask for.
fn update(arguments: &Arguments) -> anyhow::Result<Update> {
    let Arguments {
        name, file, title, kind, language, work, issuer, symbol, adopted, source_uri, etag, ..
    } = arguments;
    let mut update = Update::new(name.clone());
    let mut said = file.is_some() || kind.is_some() || symbol.is_some();
    let fields: [(&Option<String>, Say); 6] = [
        (title, Update::title),
        (language, Update::language),
        (work, Update::work),
        (issuer, Update::issuer),
        (adopted, Update::adopted),
        (source_uri, Update::source_uri),
    ];
    for (value, say) in fields {
        if let Some(value) = value {
            update = say(update, value.clone());
            said = true;
        }
    }
    if let Some(kind) = kind {
        update = update.kind(*kind);
    }
    if let Some(symbols) = symbol {
        update = update.symbols(symbols.iter().filter(|symbol| !symbol.is_empty()));
    }
    if let Some(path) = file {
        let bytes = std::fs::read(path).with_context(|| {
            format!("cannot open {}: check its name and that it can be read", path.display())
        })?;
        if bytes.len() > LARGEST {
            bail!(
                "{} has {} bytes, more than the {LARGEST} of one update: send it with `alinea import --id {}`, which \
                 replaces the document",
                path.display(),
                bytes.len(),
                name.id()
            );
        }
        update = update.text(bytes, files::media_type(path));
    }
    if let Some(etag) = etag {
        update = update.etag(etag);
    }
    match said {
        true => Ok(update),
        false => {
            bail!("there is nothing to change: say what with --title, --symbol and the like, or name a file")
        }
    }
}

async fn send(update: Update, client: Client) -> anyhow::Result<()> {
    let document = client.update_document(update).await?;
    eprintln!(
        "stored {}: {}, {}",
        document.name.id(),
        counted(document.section_count as usize, "section"),
        counted(document.paragraph_count as usize, "paragraph"),
    );
    Ok(())
}
