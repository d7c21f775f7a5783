//! `alinea train`: labelled paragraphs in, a model out.

use std::{fs, io, path::PathBuf};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::{lines, schemes};
use crate::theming::{self, Example};

/// How many themes that were not learnt are named.
const MOST_LEFT: usize = 5;

/// What to learn.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea train --themes scheme.ttl --out scheme.model < labelled.jsonl
  alinea tag --themes scheme.ttl --model scheme.model < paragraphs.jsonl

A line of the input is a paragraph, in the order of its document:
  {\"id\": \"1\", \"document\": \"d\", \"language\": \"en\", \"text\": \"…\", \"labels\": [\"IRI of a theme\", …]}
A paragraph that is about no theme has no labels in its list, and is learnt from too.")]
pub(super) struct Arguments {
    /// The SKOS scheme of the labels. The built-in scheme unless given.
    #[arg(long, value_name = "SCHEME.ttl")]
    themes: Option<PathBuf>,
    /// Where to write the model.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// How documents are dealt into the parts that are held out: the same number gives the same model.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let scheme = match &arguments.themes {
        Some(file) => schemes::read(file)?,
        None => theming::Scheme::built_in(),
    };
    let mut documents = Vec::new();
    lines::documents(io::stdin().lock(), |document| {
        if let Some(line) = document.iter().find(|line| line.labels.is_none()) {
            bail!("paragraph {} has no labels: write \"labels\": [] when it is about no theme", line.id);
        }
        documents.push(document);
        Ok(())
    })?;
    let examples: Vec<Example<'_>> = documents
        .iter()
        .map(|document| Example {
            passages: document.iter().map(lines::Line::passage).collect(),
            labels: document.iter().map(|line| line.labels.clone().unwrap_or_default()).collect(),
        })
        .collect();
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("Learning {bar:30} {pos}/{len} {eta}")?);
    let trained = theming::train(&scheme, &examples, arguments.seed, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    let bytes = trained.model.to_bytes();
    fs::write(&arguments.out, &bytes).with_context(|| format!("cannot write {}", arguments.out.display()))?;
    let (alone, around) = trained.held_out;
    eprintln!("Learnt {} themes of {}: {} bytes.", trained.model.themes().len(), scheme.name(), bytes.len());
    eprintln!("Held-out paragraphs are tagged with an F1 of {alone:.3} by their own words alone.");
    if let Some(around) = around {
        let used = if around > alone { "so it is used" } else { "so it is not used" };
        eprintln!("With what stands around them it is {around:.3}, {used}.");
    }
    if !trained.left.is_empty() {
        let some: Vec<&str> = trained.left.iter().take(MOST_LEFT).map(String::as_str).collect();
        let more = if trained.left.len() > MOST_LEFT { ", …" } else { "" };
        let (count, some) = (trained.left.len(), some.join(", "));
        eprintln!(
            "{count} themes have too few paragraphs, or their labels tell them better, and are left to those: {some}{more}"
        );
    }
    Ok(())
}
