//! What a PDF says of itself as a whole: its title and its language.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, String as PdfString};

use super::strings::decoded;
use crate::document::Metadata;
use crate::document::language_of;

/// The endings of file names, which programs put where the title should be.
const FILES: [&str; 12] =
    [".doc", ".docx", ".rtf", ".odt", ".pdf", ".tex", ".dvi", ".html", ".htm", ".txt", ".indd", ".qxd"];
/// The longest title, in bytes.
const LONGEST: usize = 500;
/// Within how many letters and figures a document gives its title.
const BEGINNING: usize = 4000;

/// The title, where the document begins with it; the language, where the words do not tell. Programs put in both what
/// they were last set to.
pub(super) fn metadata(pdf: &Pdf, text: &str) -> Metadata {
    let title = pdf.metadata().title.as_deref().map(decoded);
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let language = catalog.and_then(|catalog| catalog.get::<PdfString<'_>>(b"Lang"));
    let language = language.map(|language| decoded(language.as_bytes()));
    Metadata {
        title: title
            .and_then(|title| believed(&title))
            .filter(|title| begins(text, title))
            .unwrap_or_default(),
        language_code: language.filter(|code| is_code(code) && untold(text)).unwrap_or_default(),
        ..Metadata::default()
    }
}

/// A title, when somebody wrote it: several words, not the name of a file.
fn believed(title: &str) -> Option<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = title.to_lowercase();
    let is_file = FILES.iter().any(|end| lower.ends_with(end))
        || lower.starts_with("microsoft ")
        || lower.starts_with("untitled")
        || title.contains(['\\', '_', '\u{fffd}']);
    let words =
        title.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).count();
    let is_wide = title.chars().filter(|&c| c > '\u{2e80}').count() > 3;
    (!is_file && title.len() <= LONGEST && (words > 1 || is_wide)).then_some(title)
}

/// Whether the words of a title stand at the beginning of a text, however they are written there.
fn begins(text: &str, title: &str) -> bool {
    let letters = |words: &str, most: usize| -> String {
        words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(most).collect()
    };
    let title = letters(title, LONGEST);
    !title.is_empty() && letters(text, BEGINNING).contains(&title)
}

/// Whether the words of a text do not tell its language.
fn untold(text: &str) -> bool {
    language_of(text).is_empty()
}

/// Whether it looks like a BCP 47 code.
fn is_code(code: &str) -> bool {
    let mut parts = code.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_believed_when_somebody_wrote_it() {
        for (title, expected) in [
            ("Déclaration  d’Almaty", Some("Déclaration d’Almaty")),
            ("Microsoft Word - N0648342.doc", None),
            ("N0648342", None),
            ("A/60/910", None),
            ("final_version 2", None),
            ("Untitled document", None),
            ("Decision of the Council.docx", None),
            ("中华人民共和国宪法", Some("中华人民共和国宪法")),
            ("", None),
        ] {
            assert_eq!(believed(title).as_deref(), expected, "{title}");
        }
    }

    #[test]
    fn a_language_is_a_code() {
        for (code, expected) in [
            ("fr", true),
            ("en-GB", true),
            ("zh-Hans-CN", true),
            ("", false),
            ("x-unknown", false),
            ("français", false),
        ] {
            assert_eq!(is_code(code), expected, "{code}");
        }
    }
}
