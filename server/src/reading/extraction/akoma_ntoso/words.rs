//! The words of an element, and what stands among them without being part of them: footnotes and other texts.

use super::xml::{Element, Node};
use crate::reading::extraction::text::is_blank;

/// Elements whose words are not in force, or none of the document.
const SILENT: &[&str] = &["del", "meta", "proprietary", "componentRef", "documentRef", "img", "mref"];
/// Elements of another text, which stand apart from the words around them.
pub(super) const QUOTES: &[&str] = &["quotedStructure", "embeddedStructure"];
/// Elements that part the words before them from those after.
const PARTING: &[&str] = &[
    "p",
    "block",
    "br",
    "eol",
    "eop",
    "li",
    "item",
    "num",
    "heading",
    "subheading",
    "content",
    "intro",
    "wrapUp",
    "listIntroduction",
    "listWrapUp",
    "td",
    "th",
    "tr",
    "caption",
    "tblock",
    "div",
    "foreign",
];

/// Words in one line.
#[derive(Debug, Default)]
pub(super) struct Words<'a> {
    /// The words, parted by single spaces.
    pub(super) text: String,
    /// The same with the marks of footnotes.
    pub(super) printed: String,
    /// The number that stands in an element of its own.
    pub(super) number: String,
    /// The marks of footnotes, each with the byte of the text before which it stands.
    pub(super) marks: Vec<(Mark<'a>, usize)>,
    /// The texts quoted among them.
    pub(super) quotes: Vec<&'a Element>,
    gap: Option<char>,
}

/// The mark of a footnote.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark<'a> {
    /// The footnote stands here.
    Note(&'a Element),
    /// The footnote stands elsewhere.
    Reference(&'a Element),
}

impl<'a> Mark<'a> {
    fn element(self) -> &'a Element {
        match self {
            Self::Note(element) | Self::Reference(element) => element,
        }
    }
}

impl<'a> Words<'a> {
    /// The words of an element.
    pub(super) fn of(element: &'a Element) -> Self {
        let mut words = Self::default();
        words.add(element);
        words
    }

    /// The words of several elements, one behind the other.
    pub(super) fn of_all(elements: impl IntoIterator<Item = &'a Element>) -> Self {
        let mut words = Self::default();
        for element in elements {
            words.part(' ');
            words.add(element);
        }
        words
    }

    /// The words of several elements between two signs.
    pub(super) fn between(
        opening: &str,
        elements: impl IntoIterator<Item = &'a Element>,
        closing: &str,
    ) -> Self {
        let mut words = Self::default();
        words.push(opening);
        for (place, element) in elements.into_iter().enumerate() {
            if place > 0 {
                words.part(' ');
            }
            words.add(element);
        }
        words.push(closing);
        words
    }

    /// The words of a row, its cells parted by tabs. Cells with nothing in them are left out.
    pub(super) fn of_row(row: &'a Element) -> Self {
        let mut words = Self::default();
        for cell in row.children() {
            words.part('\t');
            words.add(cell);
        }
        words
    }

    fn add(&mut self, element: &'a Element) {
        for node in &element.nodes {
            match node {
                Node::Words(words) => self.push(words),
                Node::Element(inner) => self.add_element(inner),
            }
        }
    }

    fn add_element(&mut self, element: &'a Element) {
        let name = element.name.as_str();
        match name {
            "authorialNote" => self.mark(Mark::Note(element)),
            "noteRef" => self.mark(Mark::Reference(element)),
            _ if QUOTES.contains(&name) => self.quotes.push(element),
            _ if SILENT.contains(&name) => {}
            "inline" if element.get("name") == "num" && self.text.is_empty() && self.number.is_empty() => {
                self.number = Words::of(element).text;
            }
            _ => {
                let parting = PARTING.contains(&name);
                if parting {
                    self.part(' ');
                }
                self.add(element);
                if parting {
                    self.part(' ');
                }
            }
        }
    }

    fn mark(&mut self, mark: Mark<'a>) {
        self.marks.push((mark, self.text.len()));
        let printed = label(mark.element().get("marker"));
        for part in ["[^", &printed, "]"] {
            self.printed.push_str(part);
        }
    }

    fn part(&mut self, sign: char) {
        self.gap = match (self.gap, sign) {
            (Some('\t'), _) | (_, '\t') => Some('\t'),
            _ => Some(' '),
        };
    }

    fn push(&mut self, words: &str) {
        for character in words.chars() {
            if is_blank(character) {
                if character.is_whitespace() {
                    self.part(' ');
                }
                continue;
            }
            let gap = self.gap.take().filter(|_| !self.text.is_empty());
            for character in gap.into_iter().chain([character]) {
                self.text.push(character);
                self.printed.push(character);
            }
        }
    }
}

/// How a footnote is marked in the text.
pub(super) fn label(marker: &str) -> String {
    let marker: String =
        marker.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '[' | ']')).collect();
    if marker.is_empty() { "*".to_owned() } else { marker }
}

/// A number as it is kept: without the word for what it counts, and without the signs around it.
pub(super) fn number(printed: &str) -> String {
    use crate::reading::numbering::unit;
    let named = unit::unit(printed).filter(|named| {
        let rest = printed.get(named.len..).unwrap_or_default();
        !named.number.is_empty() && !rest.contains(char::is_alphanumeric)
    });
    let mut number = named.map_or(printed, |named| named.number).trim();
    number = number.trim_start_matches('§').trim_start();
    loop {
        let before = number;
        number = number.trim_end_matches(['.', ':', ';', ',', '–', '—', '-', '°', '。', '、', '．']).trim();
        number = number.trim_matches(['"', '“', '”', '«', '»', '„', '\'', '‘', '’', '*']).trim();
        for (open, close) in [('(', ')'), ('[', ']'), ('（', '）')] {
            number = match (number.strip_prefix(open), number.strip_suffix(close)) {
                (Some(inner), Some(_)) if !inner.trim_end_matches(close).contains([open, close]) => {
                    inner.trim_end_matches(close).trim()
                }
                (None, Some(inner)) if !inner.contains(open) => inner.trim(),
                (Some(inner), None) if !inner.contains(close) => inner.trim(),
                _ => number,
            };
        }
        if number == before {
            return number.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml::parse;
    use super::*;

    #[test]
    fn numbers_lose_their_words_and_their_signs() {
        for (printed, expected) in [
            ("Article 5", "5"),
            ("Art. 2-bis.", "2-bis"),
            ("CHAPTER IV", "IV"),
            ("(a)", "a"),
            ("a)", "a"),
            ("1.", "1"),
            ("7 (1)", "7 (1)"),
            ("(1)(a)", "(1)(a)"),
            ("12.1", "12.1"),
            ("第一条", "一"),
            ("§ 6", "6"),
            ("—", ""),
            ("Schedule", "Schedule"),
            ("4 bis", "4 bis"),
            ("“3.", "3"),
        ] {
            assert_eq!(number(printed), expected, "{printed}");
        }
    }

    #[test]
    fn words_come_in_one_line_without_what_is_not_in_force() {
        let root = parse(
            "<p>The <ref href='x'>Act</ref>\n of <del>1990</del><ins>1991</ins>,<eol/>as<b> am</b>ended\
             <authorialNote marker='1'><p>Note.</p></authorialNote> <remark>[see]</remark>\
             <quotedStructure><p>Q</p></quotedStructure>.</p>",
        )
        .unwrap();
        let words = Words::of(&root);
        assert_eq!(words.text, "The Act of 1991, as amended [see].");
        assert_eq!(words.printed, "The Act of 1991, as amended[^1] [see].");
        assert_eq!(words.marks[0].1, "The Act of 1991, as amended".len());
        assert_eq!(words.quotes.len(), 1);
    }

    #[test]
    fn cells_are_parted_by_tabs() {
        let root =
            parse("<tr><td><p><inline name='num'>3</inline> a  b</p><p>c</p></td><td/><td>d</td></tr>")
                .unwrap();
        let words = Words::of_row(&root);
        assert_eq!((words.text.as_str(), words.number.as_str()), ("a b c\td", "3"));
    }
}
