//! `alinea parse`: what is understood of a document, without a server.

mod jsonl;
mod outline;
mod page;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::document::DocumentId;
use crate::exporting::{self, ExportForm};
use crate::reading;

/// What to parse.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea parse declaration.md\n  alinea parse --format html declaration.md > checked.html\n  alinea parse --format jsonl declaration.md | jq .id"
)]
pub(super) struct Arguments {
    /// How to print it: `text` for people, `html` as one page with the source and the structure side by side, `jsonl`
    /// with one JSON line a block for programs, `akn` as Akoma Ntoso XML.
    #[arg(long, value_enum, default_value = "text", env = "ALINEA_PARSE_FORMAT")]
    format: Format,
    /// The document: plain text or Markdown in UTF-8.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Html,
    Jsonl,
    Akn,
}

/// How wide lines for people are where no terminal says it.
const WIDTH: usize = 120;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = arguments.file.display();
    let bytes = std::fs::read(&arguments.file)
        .with_context(|| format!("cannot open {file}: check its name and that it can be read"))?;
    let reading = reading::read(&bytes, None).with_context(|| format!("cannot read {file}"))?;
    let out: Box<dyn Write> = match arguments.format {
        Format::Text => Box::new(anstream::stdout().lock()),
        Format::Html | Format::Jsonl | Format::Akn => Box::new(io::stdout().lock()),
    };
    let mut out = io::BufWriter::new(out);
    let name = arguments.file.file_name().unwrap_or_default();
    let printed = match arguments.format {
        Format::Text => {
            let width = if io::stdout().is_terminal() { textwrap::termwidth().max(60) } else { WIDTH };
            outline::print(&reading, width, &mut out)
        }
        Format::Html => page::print(&reading, &name.to_string_lossy(), &mut out),
        Format::Jsonl => jsonl::print(&reading, &mut out),
        Format::Akn => {
            let (id, tree) = (document_id(&arguments.file)?, &reading.tree);
            let exported = exporting::export(&id, &tree.metadata, tree, ExportForm::AkomaNtoso);
            out.write_all(exported.as_bytes())
        }
    };
    match printed.and_then(|()| out.flush()) {
        // Who reads the first lines of a long document closes the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot print"),
    }
}

/// The id that a document of this file has when it is imported.
fn document_id(file: &Path) -> anyhow::Result<DocumentId> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    match DocumentId::from_words(&stem) {
        Some(id) => Ok(id),
        None => Ok(DocumentId::try_new("document")?),
    }
}
