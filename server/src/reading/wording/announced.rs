//! What sort of document a heading announces.

use crate::document::DocumentKind;
use crate::reading::wording::lexicon::folded;

/// The word that says what sort of document a heading announces.
const KINDS: &[(DocumentKind, &[&str])] = &[
    (
        DocumentKind::Letter,
        &[
            "lettre",
            "letter",
            "note verbale",
            "carta",
            "nota verbal",
            "письмо",
            "вербальная нота",
            "信",
            "普通照会",
            "رسالة",
            "مذكرة شفوية",
        ],
    ),
    (
        DocumentKind::Declaration,
        &[
            "declaration",
            "declaracion",
            "declaracao",
            "dichiarazione",
            "декларация",
            "宣言",
            "اعلان",
            "الاعلان",
            "erklarung",
        ],
    ),
    (DocumentKind::Resolution, &["resolution", "resolucion", "резолюция", "决议", "قرار", "resolutions"]),
    (DocumentKind::Decision, &["decision", "решение", "决定", "مقرر"]),
    (
        DocumentKind::Treaty,
        &[
            "treaty",
            "convention",
            "covenant",
            "protocol",
            "charter",
            "agreement",
            "traite",
            "pacte",
            "protocole",
            "charte",
            "accord",
            "tratado",
            "convencion",
            "convenio",
            "pacto",
            "protocolo",
            "acuerdo",
            "договор",
            "конвенция",
            "пакт",
            "протокол",
            "устав",
            "соглашение",
            "条约",
            "公约",
            "议定书",
            "宪章",
            "协定",
            "معاهدة",
            "اتفاقية",
            "ميثاق",
            "بروتوكول",
        ],
    ),
    (
        DocumentKind::Regulation,
        &[
            "by-law",
            "bylaw",
            "bylaws",
            "regulation",
            "regulations",
            "reglement",
            "directive",
            "decree",
            "decret",
            "arrete",
            "reglamento",
            "decreto",
            "постановление",
            "verordnung",
            "richtlinie",
            "regolamento",
            "direttiva",
            "asetus",
            "verordening",
            "richtlijn",
            "κανονισμος",
            "规章",
            "条例",
        ],
    ),
    (
        DocumentKind::Statute,
        &[
            "act",
            "loi",
            "ley",
            "statute",
            "code",
            "закон",
            "法",
            "قانون",
            "gesetz",
            "legge",
            "lei",
            "laki",
            "lag",
            "wet",
            "νομος",
            "νομοσ",
            "ustawa",
            "zakon",
        ],
    ),
    (DocumentKind::Report, &["report", "rapport", "informe", "доклад", "报告", "تقرير", "bericht"]),
];

/// The sort of document that a heading announces: the first word in it that names one.
pub(crate) fn kind_of(heading: &str) -> Option<DocumentKind> {
    let words = folded(heading);
    let place = |word: &str| {
        words.match_indices(word).find_map(|(at, _)| {
            let open = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() && c.is_ascii());
            let whole =
                open(words[..at].chars().next_back()) && open(words[at + word.len()..].chars().next());
            whole.then_some((at, usize::MAX - word.len()))
        })
    };
    let places =
        KINDS.iter().flat_map(|(kind, names)| names.iter().filter_map(|name| Some((place(name)?, *kind))));
    places.min_by_key(|(place, _)| *place).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_what_sort_of_document_they_announce() {
        for (heading, kind) in [
            (
                "LETTRE DATÉE DU 3 JUILLET 2006, TRANSMETTANT LE TEXTE DE LA DÉCLARATION",
                Some(DocumentKind::Letter),
            ),
            ("DÉCLARATION adoptée à l'issue", Some(DocumentKind::Declaration)),
            ("Universal Declaration of Human Rights", Some(DocumentKind::Declaration)),
            ("世界人权宣言", Some(DocumentKind::Declaration)),
            ("An Act relating to", Some(DocumentKind::Statute)),
            ("Actual facts", None),
        ] {
            assert_eq!(kind_of(heading), kind, "{heading}");
        }
    }
}
