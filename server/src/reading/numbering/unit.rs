//! The words that name a part of a document before its number: article, chapter, annex.

use crate::reading::numbering::numeral;

/// What sort of part a word names, the outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    /// An annex, appendix or schedule.
    Annex,
    /// A book.
    Book,
    /// A part.
    Part,
    /// A title.
    Title,
    /// A chapter.
    Chapter,
    /// A section.
    Section,
    /// A subsection.
    Subsection,
    /// An article.
    Article,
    /// A paragraph, named by its word or by `§`.
    Paragraph,
}

/// The words of each unit, lower-cased, in the languages documents are read in.
const WORDS: &[(Unit, &[&str])] = &[
    (
        Unit::Annex,
        &["annex", "annexe", "anexo", "schedule", "appendix", "appendice", "приложение", "anlage", "المرفق"],
    ),
    (Unit::Book, &["book", "livre", "libro", "книга", "الكتاب"]),
    (Unit::Part, &["part", "partie", "parte", "часть", "teil", "الجزء"]),
    (Unit::Title, &["title", "titre", "título", "titulo", "titolo", "раздел", "الباب"]),
    (Unit::Chapter, &["chapter", "chapitre", "capítulo", "capitulo", "capo", "глава", "kapitel", "الفصل"]),
    (Unit::Section, &["section", "sec.", "sección", "seccion", "sezione", "секция", "abschnitt", "القسم"]),
    (Unit::Subsection, &["subsection", "sous-section", "subsección"]),
    (
        Unit::Article,
        &[
            "article",
            "artículo",
            "articulo",
            "artigo",
            "articolo",
            "artikel",
            "art.",
            "статья",
            "المادة",
            "مادة",
        ],
    ),
    (Unit::Paragraph, &["§"]),
];

/// The signs that follow a Chinese number and say what it counts.
const CHINESE: &[(char, Unit)] = &[
    ('条', Unit::Article),
    ('條', Unit::Article),
    ('章', Unit::Chapter),
    ('节', Unit::Section),
    ('编', Unit::Part),
];

/// Words for the first of a row, in the gender and case they are printed with.
const FIRSTS: &[&str] =
    &["premier", "première", "1er", "1ère", "1re", "primero", "primera", "first", "первая", "الأولى"];

/// A unit with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    /// What it is.
    pub(crate) unit: Unit,
    /// Its number as printed; empty when it has none.
    pub(crate) number: &'a str,
    /// How many bytes the word and the number take.
    pub(crate) len: usize,
}

/// The unit that a text begins with, if it begins with one and its number. Only an annex goes without a number.
pub(crate) fn unit(text: &str) -> Option<Named<'_>> {
    if let Some(rest) = text.strip_prefix('第') {
        let end = rest.find(|c: char| {
            numeral::digit(c).is_none()
                && numeral::chinese(c.encode_utf8(&mut [0; 4])).is_none()
                && c != '零'
                && !c.is_whitespace()
        })?;
        let sign = rest[end..].chars().next()?;
        let &(_, unit) = CHINESE.iter().find(|(c, _)| *c == sign)?;
        return Some(Named { unit, number: rest[..end].trim(), len: 3 + end + sign.len_utf8() });
    }
    let word_len = text.find(char::is_whitespace).unwrap_or(text.len());
    // No word of a unit is longer, and a line without white space can be long.
    if word_len > 32 {
        return None;
    }
    let unit = named(&text[..word_len])?;
    let rest = text[word_len..].trim_start();
    let at = text.len() - rest.len();
    if rest.is_empty() {
        return (unit == Unit::Annex).then_some(Named { unit, number: "", len: text.len() });
    }
    let token_len = rest
        .char_indices()
        .find(|&(_, c)| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '\'' | '’')))
        .map_or(rest.len(), |(at, _)| at);
    let token = rest[..token_len].trim_end_matches(['.', '-', '\'', '’']);
    is_number(token).then_some(Named { unit, number: token, len: at + token.len() })
}

/// Whether a token can be the number of a unit: `5`, `2-bis`, `IV`, `A`, `premier`, `12.1`.
fn is_number(token: &str) -> bool {
    let lower = token.to_lowercase();
    let head: &str = token.split(['-', '.']).next().unwrap_or_default();
    FIRSTS.contains(&lower.as_str())
        || (numeral::digits(head).is_some() && token.chars().count() <= 12)
        || numeral::roman(token).is_some()
        || (token.chars().count() == 1 && token.chars().all(char::is_uppercase))
        || (head.starts_with(|c| numeral::digit(c).is_some()) && token.chars().count() <= 6)
}

/// Whether a word names a unit, and takes a number.
pub(crate) fn is_unit(word: &str) -> bool {
    named(word).is_some()
}

/// The unit that a word names.
fn named(word: &str) -> Option<Unit> {
    let lower;
    let word = match word.is_ascii() {
        true => word,
        false => {
            lower = word.to_lowercase();
            lower.as_str()
        }
    };
    let names = |words: &&[&str]| words.iter().any(|name| name.eq_ignore_ascii_case(word));
    WORDS.iter().find(|(_, words)| names(words)).map(|&(unit, _)| unit)
}

/// Whether a word stands for the first of a row.
pub(crate) fn is_first(token: &str) -> bool {
    FIRSTS.contains(&token.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_known_in_several_languages() {
        for (text, expected) in [
            ("Article 5", Some((Unit::Article, "5", 9))),
            ("ARTICLE PREMIER", Some((Unit::Article, "PREMIER", 15))),
            ("Art. 2-bis. Testo", Some((Unit::Article, "2-bis", 10))),
            ("Article 1er", Some((Unit::Article, "1er", 11))),
            ("第一条", Some((Unit::Article, "一", 9))),
            ("第 十二 章 总则", Some((Unit::Chapter, "十二", 14))),
            ("المادة 1", Some((Unit::Article, "1", 14))),
            ("Статья 7", Some((Unit::Article, "7", 14))),
            ("CHAPTER IV: Aims", Some((Unit::Chapter, "IV", 10))),
            ("SEC. 3 . PENALTY", Some((Unit::Section, "3", 6))),
            ("ANNEX", Some((Unit::Annex, "", 5))),
            ("Part of the", None),
            ("Section", None),
            ("第一次会议", None),
        ] {
            let found = unit(text).map(|named| (named.unit, named.number, named.len));
            assert_eq!(found, expected, "{text}");
        }
    }
}
