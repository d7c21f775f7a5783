//! Markdown, as GitHub reads it: headings, lists that keep their numbers, tables, quotations, footnotes.

use std::collections::HashMap;

use super::parts::{Part, Parts, Run, printed, runs};
use crate::document::{Metadata, NoteReference, Paragraph, ParagraphKind, Section, Tree};

/// A document as Markdown. The title stands above it where no heading says it.
pub(super) fn markdown(known: &Metadata, tree: &Tree) -> String {
    let mut page =
        Page { tree, parts: Parts::of(tree), labels: labels(tree), out: String::new(), in_table: false };
    let titled = known.title.is_empty() || tree.sections.iter().any(|section| section.heading == known.title);
    if !titled {
        page.block("", &format!("# {}", escaped(&known.title)));
    }
    let mut headed: Vec<bool> = Vec::new();
    for (part, depth) in page.parts.in_order() {
        match part {
            Part::Section(at) => {
                let Some(section) = tree.sections.get(at) else { continue };
                headed.truncate(depth);
                let above = headed.iter().filter(|&&headed| headed).count() + usize::from(!titled);
                page.heading(section, above + 1);
                headed.push(!(section.heading.is_empty() && section.number.is_empty()));
            }
            Part::Paragraph(at) => page.paragraphs(at),
        }
    }
    page.out
}

/// How each footnote is referred to: by its number where no other has it and it can be a label, else by its id.
fn labels(tree: &Tree) -> HashMap<usize, String> {
    let footnotes =
        || tree.paragraphs.iter().enumerate().filter(|(_, part)| part.kind == ParagraphKind::Footnote);
    let mut times: HashMap<&str, u32> = HashMap::new();
    for (_, note) in footnotes() {
        *times.entry(note.number.as_str()).or_default() += 1;
    }
    let label = |note: &Paragraph| {
        let plain = !note.number.is_empty() && note.number.chars().all(char::is_alphanumeric);
        match plain && times.get(note.number.as_str()) == Some(&1) {
            true => note.number.clone(),
            false => {
                note.id.as_str().replace(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '^'), "-")
            }
        }
    };
    footnotes().map(|(at, note)| (at, label(note))).collect()
}

/// A page that is being written.
struct Page<'a> {
    tree: &'a Tree,
    parts: Parts,
    labels: HashMap<usize, String>,
    out: String,
    /// Whether the last block is a row of a table, so that another may follow.
    in_table: bool,
}

impl Page<'_> {
    /// A block, parted from the one before by a blank line, its lines behind an indent.
    fn block(&mut self, indent: &str, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(indent, text);
        self.in_table = false;
    }

    fn line(&mut self, indent: &str, text: &str) {
        self.out.push_str(indent);
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, section: &Section, level: usize) {
        let words = self.words(&section.heading, &section.notes);
        let words = [escaped(&section.number), words].join(" ");
        if !words.trim().is_empty() {
            self.block("", &format!("{} {}", "#".repeat(level.min(6)), words.trim()));
        }
    }

    /// A paragraph and those that stand in it, which are indented by as much as its mark takes where that opens a list.
    fn paragraphs(&mut self, first: usize) {
        let mut open = vec![(first, String::new())];
        while let Some((at, indent)) = open.pop() {
            let Some(paragraph) = self.tree.paragraphs.get(at) else { continue };
            let inner = self.paragraph(paragraph, at, &indent);
            let owned = self.parts.owned.get(at).into_iter().flatten().rev();
            open.extend(owned.map(|&owned| (owned, inner.clone())));
        }
    }

    /// Writes a paragraph. The answer is how far those in it are indented.
    fn paragraph(&mut self, paragraph: &Paragraph, at: usize, indent: &str) -> String {
        let words = self.words(&paragraph.text, &paragraph.notes);
        let number = printed(paragraph.kind, &paragraph.number);
        match paragraph.kind {
            ParagraphKind::TableRow => self.row(paragraph, indent),
            ParagraphKind::Footnote => {
                let label = self.labels.get(&at).cloned().unwrap_or_default();
                self.block("", &format!("[^{label}]: {words}"));
            }
            ParagraphKind::Quote => {
                let text = [escaped(&number), words].join(" ");
                self.block(indent, &format!("> {}", text.trim()));
            }
            ParagraphKind::Point if number.is_empty() => {
                self.block(indent, &format!("- {words}"));
                return format!("{indent}  ");
            }
            _ if opens_list(&number) => {
                self.block(indent, format!("{number} {words}").trim_end());
                return format!("{indent}{}", " ".repeat(number.len() + 1));
            }
            _ if number.is_empty() => self.block(indent, &guarded(&words)),
            _ => self.block(indent, format!("{} {words}", guarded(&escaped(&number))).trim_end()),
        }
        indent.to_owned()
    }

    /// A row of a table; the first of a table is its head, since Markdown knows no table without.
    fn row(&mut self, paragraph: &Paragraph, indent: &str) {
        let words = self.words(&paragraph.text, &paragraph.notes).replace('|', "\\|");
        let number = match paragraph.number.as_str() {
            "" => String::new(),
            number => format!("{} ", escaped(number)),
        };
        let cells: Vec<&str> = words.split('\t').collect();
        let row = format!("| {number}{} |", cells.join(" | "));
        if self.in_table {
            self.line(indent, &row);
            return;
        }
        self.block(indent, &row);
        self.line(indent, &format!("|{}", " --- |".repeat(cells.len())));
        self.in_table = true;
    }

    fn words(&self, text: &str, notes: &[NoteReference]) -> String {
        let run = |run: Run<'_>| match run {
            Run::Words(words) => escaped(words),
            Run::Note(note) => self.labels.get(&note).map_or_else(String::new, |label| format!("[^{label}]")),
        };
        runs(text, notes).into_iter().map(run).collect()
    }
}

/// Whether a printed number is one that Markdown takes for the start of a list: `4.`
fn opens_list(number: &str) -> bool {
    number.strip_suffix('.').is_some_and(|digits| {
        (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Words of which no sign is mark-up, in one line.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '\\' | '*' | '_' | '`' | '<' | '[' | ']' | '~' | '&' => escaped.extend(['\\', character]),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Words whose beginning is no mark-up: neither a heading nor a list, a quotation, a rule.
fn guarded(words: &str) -> String {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    match words.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => {
            let (number, rest) = words.split_at(digits);
            format!("{number}\\{rest}")
        }
        Some(b'#' | b'-' | b'+' | b'=' | b'>' | b'|') if digits == 0 => format!("\\{words}"),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_the_words_is_mark_up() {
        for (words, expected) in [
            ("A_b *c* [d] <e> `f`", "A\\_b \\*c\\* \\[d\\] \\<e> \\`f\\`"),
            ("# no heading", "\\# no heading"),
            ("- no point", "\\- no point"),
            ("1946. A year", "1946\\. A year"),
            ("1946 was", "1946 was"),
            ("AT&amp;T", "AT\\&amp;T"),
        ] {
            assert_eq!(guarded(&escaped(words)), expected);
        }
    }
}
