//! `alinea import`: sends documents to a server.

use std::{io::IsTerminal, path::PathBuf};

use alinea_client::{Client, DocumentName, Files, Outcome};
use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};

use super::{files, output::counted, remote::Remote};
use crate::document::DocumentId;

/// What to send.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea import declaration.md
  alinea import texts/
  alinea import --id cica-almaty-2006-fr declaration.md")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// Files, and folders, of which .txt, .md, .html, .docx, .pdf, .xml and .akn files are sent.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The id of the document, for one file: made from the file's name when not said.
    #[arg(long)]
    id: Option<String>,
}

/// From how many files on a bar shows how far it is.
const MANY: usize = 5;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let found = found(arguments)?;
    if found.is_empty() {
        bail!(
            "there is no document in what was named: name files, or folders with .txt, .md, .html, .docx, .pdf, .xml or .akn files"
        );
    }
    arguments.remote.ask(async |client| import(client, found).await)
}

/// The files to send, all of which have an id of their own before the first is sent.
fn found(arguments: &Arguments) -> anyhow::Result<Files> {
    let Some(id) = &arguments.id else { return files::files(&arguments.files) };
    match arguments.files.as_slice() {
        [path] if path.is_file() => {
            let name: DocumentName = DocumentId::try_new(id)?.as_str().parse()?;
            Ok(Files::from((name, path.clone())))
        }
        [path] if !path.exists() => bail!("cannot find {}", path.display()),
        _ => bail!("--id is for one file: leave it out, or name one file"),
    }
}

async fn import(client: Client, found: Files) -> anyhow::Result<()> {
    let total = found.len();
    let bar = bar(total);
    let mut import = client.import_files(found);
    let mut failed = 0;
    while let Some(outcome) = import.try_next().await? {
        bar.suspend(|| match outcome {
            Outcome::Stored { document, .. } => {
                let findings = document.report.as_ref().map_or(0, |report| report.findings.len());
                eprintln!(
                    "stored {}: {}, {}, {}",
                    document.name.id(),
                    counted(document.section_count as usize, "section"),
                    counted(document.paragraph_count as usize, "paragraph"),
                    counted(findings, "finding"),
                );
            }
            Outcome::Refused { name, reason, message } => {
                failed += 1;
                eprintln!("refused {}: {message} ({reason})", name.id());
            }
            Outcome::Unread { path, message, .. } => {
                failed += 1;
                eprintln!("cannot read {}: {message}", path.display());
            }
            _ => {}
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    match failed {
        0 => Ok(()),
        failed => bail!("{failed} of {} could not be stored", counted(total, "document")),
    }
}

fn bar(total: usize) -> ProgressBar {
    if total < MANY || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(total as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
