//! `alinea tag`: paragraphs as JSON lines in, their tags out.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::PathBuf,
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::theming::{Passage, Role, Scheme, Tag, TagOrigin, Tagger};

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
}

/// A line that comes in.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    text: String,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    document: String,
    #[serde(default)]
    kind: String,
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
    let schemes = schemes(&arguments.themes)?;
    let tagger = Tagger::new(&schemes);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut document: Vec<Line> = Vec::new();
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let line = line.with_context(|| format!("line {} of the input", number + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).with_context(|| {
            format!(
                "line {} of the input is no paragraph: write {{\"id\": …, \"language\": …, \"text\": …}}",
                number + 1
            )
        })?;
        // Lines of one document are tagged together; a line of none stands alone.
        if document.last().is_some_and(|last| last.document.is_empty() || last.document != line.document) {
            answer(&tagger, &schemes, &std::mem::take(&mut document), &mut out)?;
        }
        document.push(line);
    }
    answer(&tagger, &schemes, &document, &mut out)?;
    out.flush().context("writing the tags")
}

fn schemes(files: &[PathBuf]) -> anyhow::Result<Vec<Scheme>> {
    if files.is_empty() {
        return Ok(vec![Scheme::built_in()]);
    }
    let mut schemes: Vec<Scheme> = Vec::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if schemes.iter().any(|scheme| scheme.name() == name) {
            bail!("two schemes are named {name}: rename a file");
        }
        let scheme =
            Scheme::from_turtle(&name, &bytes).with_context(|| format!("cannot use {}", file.display()))?;
        schemes.push(scheme);
    }
    Ok(schemes)
}

fn answer(tagger: &Tagger, schemes: &[Scheme], lines: &[Line], out: &mut impl Write) -> anyhow::Result<()> {
    let passages: Vec<Passage<'_>> = lines
        .iter()
        .map(|line| Passage {
            text: &line.text,
            language_code: line.language.as_deref().unwrap_or_default(),
            role: Role::from_name(&line.kind),
        })
        .collect();
    for (line, tags) in lines.iter().zip(tagger.tag(&passages)) {
        let tags = tags.iter().take(MOST_TAGS).filter_map(|tag| answer_tag(schemes, tag)).collect();
        serde_json::to_writer(&mut *out, &Answer { id: &line.id, tags }).context("writing the tags")?;
        writeln!(out).context("writing the tags")?;
    }
    Ok(())
}

fn answer_tag<'a>(schemes: &'a [Scheme], tag: &Tag) -> Option<AnswerTag<'a>> {
    let theme = schemes.iter().find_map(|scheme| scheme.get(tag.theme.as_str()))?;
    Some(AnswerTag {
        theme: &theme.uri,
        score: tag.score,
        evidence: tag.evidence.iter().map(|evidence| [evidence.span.start, evidence.span.end]).collect(),
        inherited: tag.origin == TagOrigin::Context,
    })
}
