//! `alinea tag`: paragraphs as JSON lines in, their tags out.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::Serialize;

use super::{
    lines::{self, Line},
    schemes,
};
use crate::theming::{Model, Passage, Scheme, Tag, TagOrigin, Tagger};

/// How many tags of a paragraph are printed.
const MOST_TAGS: usize = 10;

/// How to tag.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  echo '{\"id\": \"1\", \"language\": \"en\", \"text\": \"We condemn terrorism.\"}' | alinea tag"
)]
pub(super) struct Arguments {
    /// A SKOS scheme in Turtle; may be given several times. The built-in scheme unless given.
    #[arg(long, value_name = "SCHEME.ttl")]
    themes: Vec<PathBuf>,
    /// A model that `alinea train` made with one of the schemes.
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
}

/// A line that goes out.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: &'a str,
    tags: Vec<AnswerTag<'a>>,
}

#[derive(Debug, Serialize)]
struct AnswerTag<'a> {
    theme: &'a str,
    score: f32,
    evidence: Vec<[usize; 2]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    inherited: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let schemes = schemes::read_all(&arguments.themes)?;
    let mut tagger = Tagger::new(&schemes);
    if let Some(file) = &arguments.model {
        let model = read_model(file)?;
        tagger =
            tagger.with_model(&schemes, model).with_context(|| format!("cannot use {}", file.display()))?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    lines::documents(io::stdin().lock(), |document| answer(&tagger, &schemes, &document, &mut out))?;
    out.flush().context("writing the tags")
}

/// The model of a file.
pub(super) fn read_model(file: &Path) -> anyhow::Result<Model> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Model::from_bytes(&bytes).with_context(|| format!("cannot use {}", file.display()))
}

fn answer(tagger: &Tagger, schemes: &[Scheme], lines: &[Line], out: &mut impl Write) -> anyhow::Result<()> {
    let passages: Vec<Passage<'_>> = lines.iter().map(Line::passage).collect();
    for (at, (line, tags)) in lines.iter().zip(tagger.tag(&passages)).enumerate() {
        let tags = tags.iter().take(MOST_TAGS).filter_map(|tag| answer_tag(schemes, at, tag)).collect();
        serde_json::to_writer(&mut *out, &Answer { id: &line.id, tags }).context("writing the tags")?;
        writeln!(out).context("writing the tags")?;
    }
    Ok(())
}

fn answer_tag<'a>(schemes: &'a [Scheme], at: usize, tag: &Tag) -> Option<AnswerTag<'a>> {
    let own = tag.evidence.iter().filter(|evidence| evidence.passage == at);
    let theme = schemes.iter().find_map(|scheme| scheme.get(tag.theme.as_str()))?;
    Some(AnswerTag {
        theme: &theme.uri,
        score: tag.score,
        evidence: own.map(|evidence| [evidence.span.start, evidence.span.end]).collect(),
        inherited: tag.rule.origin() == TagOrigin::Context,
    })
}
