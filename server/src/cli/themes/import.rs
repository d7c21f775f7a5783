//! `alinea themes import`: a SKOS file as a scheme.

use std::{fs, path::PathBuf};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::remote::Remote;

/// How many warnings are printed.
const MOST_WARNINGS: usize = 20;

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// A SKOS file: Turtle, RDF/XML, JSON-LD or N-Triples.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The name of the scheme; that of the file unless said.
    #[arg(long, value_name = "NAME")]
    scheme: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let file = &arguments.file;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let scheme = arguments.scheme.clone().unwrap_or(stem);
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("Tagging {bar:30} {pos}/{len} documents {eta}")?);
    arguments.remote.ask(async |client| {
        let mut answers = client.import_scheme(&scheme, bytes);
        while let Some(now) = answers.try_next().await? {
            bar.set_length(now.total_documents as u64);
            bar.set_position(now.document_count as u64);
            for warning in now.warnings.iter().take(MOST_WARNINGS) {
                bar.suspend(|| eprintln!("warning: {warning}"));
            }
            if now.warnings.len() > MOST_WARNINGS {
                let more = now.warnings.len() - MOST_WARNINGS;
                bar.suspend(|| eprintln!("warning: and {more} more"));
            }
            if now.done {
                bar.finish_and_clear();
                println!(
                    "{scheme} has {} themes; {} paragraphs in {} documents were tagged anew (revision {})",
                    now.theme_count, now.retagged, now.document_count, now.revision,
                );
            }
        }
        Ok(())
    })
}
