//! Paragraphs as JSON lines: what `tag` and `train` read.

use std::io::BufRead;

use anyhow::Context;
use serde::Deserialize;

use crate::theming::{Passage, Role};

/// A paragraph, or a heading.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) text: String,
    /// BCP 47.
    #[serde(default, alias = "lang")]
    language: Option<String>,
    /// Lines with one document in a row belong together; a line of none stands alone.
    #[serde(default, alias = "doc")]
    document: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    heading: bool,
    /// The IRIs of the themes it is about, where it is labelled.
    pub(super) labels: Option<Vec<String>>,
}

impl Line {
    /// The line as it is tagged.
    pub(super) fn passage(&self) -> Passage<'_> {
        let role = if self.heading { Role::Heading } else { Role::from_name(&self.kind) };
        Passage { text: &self.text, language_code: self.language.as_deref().unwrap_or_default(), role }
    }
}

/// Gives the lines of each document in turn.
pub(super) fn documents(
    input: impl BufRead,
    mut give: impl FnMut(Vec<Line>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut document: Vec<Line> = Vec::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.with_context(|| format!("line {number} of the input"))?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).with_context(|| {
            format!("line {number} of the input is no paragraph: write {{\"id\": …, \"language\": …, \"text\": …}}")
        })?;
        if document.last().is_some_and(|last| last.document.is_empty() || last.document != line.document) {
            give(std::mem::take(&mut document))?;
        }
        document.push(line);
    }
    match document.is_empty() {
        true => Ok(()),
        false => give(document),
    }
}
