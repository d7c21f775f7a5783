//! What commands print: for people on a terminal, for programs as JSON lines.

use std::fmt::{Display, Write as _};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

/// Who the output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON object a line, as the proto3 JSON mapping has it.
    Jsonl,
}

/// How a command prints.
#[derive(Debug, clap::Args)]
pub(super) struct FormatArgument {
    /// How to print: `text` for people, `jsonl` with one JSON object a line for programs.
    #[arg(long, value_enum, default_value = "text", env = "ALINEA_FORMAT")]
    pub(super) format: Format,
}

pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const THEME: Style = AnsiColor::Cyan.on_default();
const UNDERLINED: Style = Style::new().underline();

/// Standard output: what is styled loses its style where there is no terminal or `NO_COLOR` is set.
pub(super) struct Output {
    out: BufWriter<Box<dyn Write>>,
    /// How wide lines may be; none where nobody looks at them.
    width: Option<usize>,
}

impl Output {
    pub(super) fn new(format: Format) -> Self {
        let out: Box<dyn Write> = match format {
            Format::Text => Box::new(anstream::stdout().lock()),
            Format::Jsonl => Box::new(io::stdout().lock()),
        };
        let width = io::stdout().is_terminal().then(|| textwrap::termwidth().max(20));
        Self { out: BufWriter::new(out), width }
    }

    /// A message as a line of JSON.
    pub(super) fn json(&mut self, message: &impl Serialize) -> anyhow::Result<()> {
        // Turned into text first, so that a closed pipe stays the I/O error that it is.
        let line = serde_json::to_string(message)?;
        Ok(writeln!(self.out, "{line}")?)
    }

    /// A line in a style.
    pub(super) fn line(&mut self, style: Style, words: impl Display) -> io::Result<()> {
        let words = printable(&words.to_string());
        self.wrapped(&words, |out, line| writeln!(out, "{style}{line}{style:#}"))
    }

    /// A line of plain text.
    pub(super) fn text(&mut self, words: impl Display) -> io::Result<()> {
        self.line(Style::new(), words)
    }

    /// A line of plain text with the words at some places underlined.
    pub(super) fn underlined(&mut self, text: &str, places: Vec<Range<usize>>) -> io::Result<()> {
        let words = underlined(text, places);
        self.wrapped(&words, |out, line| writeln!(out, "{line}"))
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Lets what was printed be seen.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn wrapped(
        &mut self,
        words: &str,
        print: impl Fn(&mut dyn Write, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.width {
            Some(width) => {
                textwrap::wrap(words, width).iter().try_for_each(|line| print(&mut self.out, line))
            }
            None => print(&mut self.out, words),
        }
    }
}

/// Prints what was made as a whole. Who reads the first lines of it closes the pipe, and that is no fault.
pub(super) fn whole(bytes: &[u8]) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Text of a document without anything that a terminal would obey.
pub(super) fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\t', " ")
}

/// Printable text with each word at some places underlined. A word at a time, so that a line can end between two.
fn underlined(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_by_key(|place| (place.start, place.end));
    let (mut styled, mut at) = (String::with_capacity(text.len()), 0);
    for place in places {
        let (start, end) = (place.start.max(at), place.end.max(at));
        let (Some(before), Some(there)) = (text.get(at..start), text.get(start..end)) else { continue };
        styled.push_str(&printable(before));
        for (nth, word) in there.split(' ').enumerate() {
            if nth > 0 {
                styled.push(' ');
            }
            if !word.is_empty() {
                let _ = write!(styled, "{UNDERLINED}{}{UNDERLINED:#}", printable(word));
            }
        }
        at = end;
    }
    styled.push_str(&printable(text.get(at..).unwrap_or_default()));
    styled
}

/// A number and its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_cannot_command_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\rc\tété"), "a [2Jb c\tété");
    }

    #[test]
    fn words_are_underlined_one_by_one_where_places_overlap_too() {
        let line = |text: &str, places: &[Range<usize>]| {
            underlined(text, places.to_vec()).replace("\u{1b}[4m", "<").replace("\u{1b}[0m", ">")
        };
        assert_eq!(line("le trafic de drogues", &[13..20, 3..9]), "le <trafic> de <drogues>");
        assert_eq!(line("l’énergie et l’eau", &[4..12, 4..23]), "l’<énergie> <et> <l’eau>");
        // A document commands nothing here either, and a place that is none is passed over.
        assert_eq!(line("a\u{1b}[1mb", &[0..1, 1..99]), "<a> [1mb");
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "section")),
            ["0 sections", "1 section", "2 sections"]
        );
    }
}
