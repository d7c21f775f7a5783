//! The words that name a part of a document before its number: article, chapter, annex.

use crate::reading::layout::evidence::is_note_mark;
use crate::reading::numbering::numeral;
use crate::reading::wording::lexicon::folded;

/// No word of a unit takes more bytes.
const LONGEST: usize = 32;
/// From how many letters on a word is known with one of them misread.
const SURE: usize = 6;

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

/// The words of each unit, folded, in the languages documents are read in.
const WORDS: &[(Unit, &[&str])] = &[
    (
        Unit::Annex,
        &[
            "annex",
            "annexe",
            "anexo",
            "schedule",
            "appendix",
            "appendice",
            "allegato",
            "приложение",
            "anlage",
            "anhang",
            "bijlage",
            "bilaga",
            "liite",
            "παραρτημα",
            "zalacznik",
            "priloha",
            "المرفق",
        ],
    ),
    (Unit::Book, &["book", "livre", "libro", "livro", "buch", "книга", "βιβλιο", "الكتاب"]),
    (Unit::Part, &["part", "partie", "parte", "часть", "teil", "deel", "μεροσ", "μερος", "czesc", "الجزء"]),
    (Unit::Title, &["title", "titre", "titulo", "titolo", "titel", "раздел", "τιτλος", "τιτλοσ", "الباب"]),
    (
        Unit::Chapter,
        &[
            "chapter",
            "chapitre",
            "capitulo",
            "capo",
            "capitolo",
            "глава",
            "kapitel",
            "hoofdstuk",
            "κεφαλαιο",
            "rozdzial",
            "hlava",
            "capitolul",
            "الفصل",
        ],
    ),
    (
        Unit::Section,
        &[
            "section",
            "sec.",
            "seccion",
            "seccao",
            "secao",
            "sezione",
            "секция",
            "abschnitt",
            "afdeling",
            "τμημα",
            "oddzial",
            "القسم",
        ],
    ),
    (Unit::Subsection, &["subsection", "sous-section", "subseccion", "unterabschnitt"]),
    (
        Unit::Article,
        &[
            "article",
            "articulo",
            "artigo",
            "articolo",
            "artikel",
            "artikla",
            "articolul",
            "art.",
            "статья",
            "стаття",
            "член",
            "чл.",
            "αρθρο",
            "clanek",
            "clanak",
            "clen",
            "المادة",
            "مادة",
            "ماده",
        ],
    ),
    (Unit::Paragraph, &["§"]),
];

/// Words and signs that stand behind the number of their unit, folded: `1 luku`, `3 a §`.
const BEHIND: &[(Unit, &[&str])] = &[
    (Unit::Part, &["osa", "osasto"]),
    (Unit::Chapter, &["luku", "kap.", "kapitlet", "peatukk"]),
    (Unit::Article, &["artikla", "straipsnis", "pants", "cikk", "clen"]),
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

/// Words for the first of a row, folded; `ler` is `1er` as machines misread it.
const FIRSTS: &[&str] = &[
    "premier",
    "premiere",
    "1er",
    "1ere",
    "1re",
    "ler",
    "ier",
    "preliminar",
    "unico",
    "unica",
    "primero",
    "primera",
    "primeiro",
    "primeira",
    "first",
    "первая",
    "πρωτο",
    "πρωτη",
    "الاولى",
];

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
    let rest = text[word_len..].trim_start();
    if text.starts_with(|c: char| numeral::digit(c).is_some() || matches!(c, 'I' | 'V' | 'X' | 'L' | 'C'))
        && let Some(named) = behind(text)
    {
        return Some(named);
    }
    // Nearly all lines go on with a small letter, which begins no number but these.
    let begins =
        |c: char| !c.is_lowercase() || matches!(c, 'i' | 'v' | 'x' | 'l' | 'c' | 'p' | 'f' | 'п' | 'π');
    if !rest.is_empty() && !rest.starts_with(begins) {
        return None;
    }
    let unit = named(&text[..word_len])?;
    let at = text.len() - rest.len();
    if rest.is_empty() {
        return (unit == Unit::Annex).then_some(Named { unit, number: "", len: text.len() });
    }
    let token_len = rest
        .char_indices()
        .find(|&(_, c)| !((c.is_alphanumeric() && !is_note_mark(c)) || matches!(c, '-' | '.' | '\'' | '’')))
        .map_or(rest.len(), |(at, _)| at);
    let token = rest[..token_len].trim_end_matches(['.', '-', '\'', '’', 'º']);
    is_number(token).then_some(Named { unit, number: token, len: at + token.len() })
}

/// The unit of a text that begins with a number and has the word for it behind: `1 luku`, `3 a §`.
fn behind(text: &str) -> Option<Named<'_>> {
    let first = text.split(' ').next()?;
    let number = first.strip_suffix('.').unwrap_or(first);
    if number.len() > 8 || (numeral::digits(number).is_none() && numeral::roman(number).is_none()) {
        return None;
    }
    let rest = text.get(first.len() + 1..)?;
    let mut words = rest.split([' ', '\n']);
    let (second, third) = (words.next()?, words.next());
    let after_first = first.len() + 1;
    let letter = second.len() == 1 && second.starts_with(|c: char| c.is_ascii_lowercase());
    let (word, number_len, at) = match (letter, third) {
        (true, Some(third)) => (third, after_first + 1, after_first + 2),
        _ => (second, number.len(), after_first),
    };
    let folded = folded(word);
    let &(unit, _) = BEHIND.iter().find(|(_, words)| words.contains(&folded.as_str()))?;
    Some(Named { unit, number: &text[..number_len], len: at + word.len() })
}

/// Whether a token can be the number of a unit: `5`, `2-bis`, `IV`, `A`, `premier`, `12.1`.
fn is_number(token: &str) -> bool {
    let head: &str = token.split(['-', '.']).next().unwrap_or_default();
    is_first(token)
        || (numeral::digits(head).is_some() && token.chars().count() <= 12)
        || numeral::roman(token).is_some()
        || (token.chars().count() == 1 && token.chars().all(char::is_uppercase))
        || (head.starts_with(|c| numeral::digit(c).is_some()) && token.chars().count() <= 6)
}

/// Whether a word names a unit, and takes a number.
pub(crate) fn is_unit(word: &str) -> bool {
    named(word).is_some()
}

/// The unit that a word names. Machines that read print take one letter of a long word for another: `Artiele`.
fn named(word: &str) -> Option<Unit> {
    if word.len() > LONGEST || !word.starts_with(|c: char| c.is_alphabetic() || c == '§') {
        return None;
    }
    let folded = folded(word);
    let known = WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|&(unit, _)| unit);
    known.or_else(|| {
        let misread = |name: &&str| {
            name.len() >= SURE
                && name.len() == folded.len()
                && name.is_ascii()
                && folded.is_ascii()
                && name.bytes().zip(folded.bytes()).filter(|(a, b)| a != b).count() == 1
                && name.as_bytes()[0] == folded.as_bytes()[0]
        };
        WORDS.iter().find(|(_, words)| words.iter().any(misread)).map(|&(unit, _)| unit)
    })
}

/// Whether a word stands for the first of a row.
pub(crate) fn is_first(token: &str) -> bool {
    FIRSTS.contains(&folded(token).as_str())
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
            ("Article 6⁵", Some((Unit::Article, "6", 9))),
            ("Άρθρο 1", Some((Unit::Article, "1", 12))),
            ("ΑΡΘΡΟ 12", Some((Unit::Article, "12", 13))),
            ("Artigo 1.º", Some((Unit::Article, "1", 8))),
            ("Artiele 2", Some((Unit::Article, "2", 9))),
            ("Article ler", Some((Unit::Article, "ler", 11))),
            ("1 luku", Some((Unit::Chapter, "1", 6))),
            ("3 a § Periaatteet", Some((Unit::Paragraph, "3 a", 6))),
            ("II OSA", Some((Unit::Part, "II", 6))),
            ("1 of the", None),
            ("Part of the", None),
            ("Section", None),
            ("第一次会议", None),
        ] {
            let found = unit(text).map(|named| (named.unit, named.number, named.len));
            assert_eq!(found, expected, "{text}");
        }
    }
}
