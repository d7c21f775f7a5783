//! `alinea import`: sends documents to a server.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alinea_client::{Client, DocumentName, Outcome, Upload};
use anyhow::{Context, bail};
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::files::{self, Found};
use super::output::counted;
use super::remote::Remote;
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
fn found(arguments: &Arguments) -> anyhow::Result<Vec<Found>> {
    let Some(id) = &arguments.id else { return files::find(&arguments.files) };
    match arguments.files.as_slice() {
        [path] if path.is_file() => Ok(vec![Found { path: path.clone(), id: DocumentId::try_new(id)? }]),
        [path] if !path.exists() => bail!("cannot find {}", path.display()),
        _ => bail!("--id is for one file: leave it out, or name one file"),
    }
}

async fn import(client: Client, found: Vec<Found>) -> anyhow::Result<()> {
    let total = found.len();
    let bar = bar(total);
    let unread = Arc::new(AtomicUsize::new(0));
    // One document waits while one is sent: memory holds no more.
    let (sender, receiver) = mpsc::channel(1);
    let reading = tokio::task::spawn_blocking({
        let (bar, unread) = (bar.clone(), unread.clone());
        move || read(found, &sender, &bar, &unread)
    });
    let uploads = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let mut import = client.import_stream(uploads);
    let mut refused = 0;
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
                refused += 1;
                eprintln!("refused {}: {message} ({reason})", name.id());
            }
            _ => {}
        });
        bar.inc(1);
    }
    reading.await.context("reading the files")?;
    bar.finish_and_clear();
    match refused + unread.load(Ordering::Relaxed) {
        0 => Ok(()),
        failed => bail!("{failed} of {} could not be stored", counted(total, "document")),
    }
}

/// Reads the files one after the other, as fast as they are taken.
fn read(found: Vec<Found>, sender: &mpsc::Sender<Upload>, bar: &ProgressBar, unread: &AtomicUsize) {
    for Found { path, id } in found {
        let upload = std::fs::read(&path).map_err(anyhow::Error::from).and_then(|bytes| {
            let name: DocumentName = id.as_str().parse()?;
            Ok(Upload::new(name, bytes).media_type(files::media_type(&path)))
        });
        match upload {
            // It is refused when the import has failed, and then there is nothing more to do.
            Ok(upload) => {
                if sender.blocking_send(upload).is_err() {
                    return;
                }
            }
            Err(error) => {
                unread.fetch_add(1, Ordering::Relaxed);
                bar.suspend(|| eprintln!("cannot read {}: {error}", path.display()));
                bar.inc(1);
            }
        }
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
