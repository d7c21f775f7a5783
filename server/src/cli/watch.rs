//! `alinea watch`: paragraphs, and what becomes of them.

use std::io;

use alinea_client::{Change, Client, Paragraph, ParagraphName, ParagraphWatch, Revision};
use serde::Serialize;

use super::filter::FilterArguments;
use super::output::{DIM, Format, FormatArgument, Output, STRONG};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// Which paragraphs to watch.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints what is there, then every change as it is committed, each once, until it is stopped.

Examples:
  alinea watch --theme energy
  alinea watch --theme terrorism --language fr --from now
  alinea watch --document cica-almaty-2006-fr --from 12 --format jsonl"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    #[command(flatten)]
    filter: FilterArguments,
    /// Print only changes: those after this revision, or from `now` on.
    #[arg(long, value_name = "REVISION")]
    from: Option<String>,
    /// Stop after so many paragraphs and changes.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    #[command(flatten)]
    format: FormatArgument,
}

/// A line of the output for programs: a `ParagraphChange`, or the revision that is whole.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a ParagraphName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    put: Option<&'a Paragraph>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removal: Option<Removal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a Revision>,
}

#[derive(Serialize)]
struct Removal {}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| watch(arguments, client).await)
}

async fn watch(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let mut titles = Titles::new(client.clone());
    let mut changes = begin(arguments, &client);
    let mut left = arguments.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let Some(change) = changes.try_next().await? else { return Ok(()) };
        left -= usize::from(!matches!(change, Change::Reached(_)));
        match format {
            Format::Jsonl => output.json(&line(&change))?,
            Format::Text => print(&mut output, &mut titles, &change).await?,
        }
        output.flush()?;
    }
    Ok(())
}

fn begin(arguments: &Arguments, client: &Client) -> ParagraphWatch {
    let query = arguments.filter.query(client);
    match arguments.from.as_deref() {
        None => query.watch_from_snapshot(),
        Some("now") => query.watch(),
        Some(revision) => query.watch_from(Revision::new(revision)),
    }
}

async fn print(output: &mut Output, titles: &mut Titles, change: &Change) -> io::Result<()> {
    match change {
        Change::Put(paragraph) => {
            let title = titles.of(paragraph.name.document()).await;
            paragraph::print(output, title, paragraph)
        }
        Change::Removed(name) => {
            output.line(STRONG, format!("gone: {}/{}", name.document().id(), name.id()))?;
            output.blank()
        }
        Change::Reached(revision) => {
            output.line(DIM, format!("— revision {revision} —"))?;
            output.blank()
        }
        _ => Ok(()),
    }
}

fn line(change: &Change) -> Line<'_> {
    let nothing = Line { name: None, put: None, removal: None, revision: None };
    match change {
        Change::Put(paragraph) => Line { name: Some(&paragraph.name), put: Some(paragraph), ..nothing },
        Change::Removed(name) => Line { name: Some(name), removal: Some(Removal {}), ..nothing },
        Change::Reached(revision) => Line { revision: Some(revision), ..nothing },
        _ => nothing,
    }
}
