//! The few words that reading knows, in the languages of the United Nations and some more. Position and punctuation
//! decide first; these words only settle what they leave open.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::document::DocumentKind;

/// Words in lower case and without accents, so that `REAFFIRMANT`, `Réaffirmant` and `réaffirmant` are one.
pub(super) fn folded(words: &str) -> String {
    words
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == '’' { '\'' } else { c })
        .collect()
}

/// What stands in brackets before the name of one who has signed.
const SIGNED: &[&str] = &[
    "(signe)",
    "(signed)",
    "(firmado)",
    "(подпись)",
    "(signee)",
    "（签名）",
    "(签名)",
    "(توقيع)",
    "(gez.)",
    "(assinado)",
    "/s/",
];

/// Whether words are a signature.
pub(super) fn is_signature(words: &str) -> bool {
    let words = folded(words);
    SIGNED.iter().any(|signed| words.contains(signed))
}

/// Headings of preambles.
const PREAMBLES: &[&str] = &[
    "preamble",
    "preambule",
    "preambulo",
    "преамбула",
    "序言",
    "序 言",
    "الديباجة",
    "preambel",
    "preambolo",
];

/// Whether a heading announces the preamble.
pub(super) fn is_preamble(heading: &str) -> bool {
    PREAMBLES.contains(&folded(heading).trim_end_matches([':', '.', '-', '—', ' ']))
}

/// Words that begin a recital and are no participles.
const REASONS: &[&str] = &[
    "whereas",
    "and whereas",
    "considerant",
    "attendu",
    "vu ",
    "considerando",
    "visto",
    "vista",
    "having regard",
    "in view of",
    "eu egard",
    "teniendo",
    "учитывая",
    "принимая",
    "приняв",
    "поскольку",
    "считая",
    "اذ",
    "واذ",
    "ولما",
    "لما",
    "鉴于",
    "回顾",
    "铭记",
    "考虑到",
    "重申",
    "确认",
    "认识到",
    "深信",
    "注意到",
    "关切",
    "强调",
    "欢迎",
    "赞赏",
    "满意",
    "aware",
    "mindful",
    "conscious",
    "conscient",
    "soucieu",
    "desireu",
    "consciente",
    "in der erwagung",
    "eingedenk",
    "da ",
    "overwegende",
];

/// Adverbs that may stand before a participle.
const ADVERBS: &[&str] = &[
    "deeply",
    "gravely",
    "seriously",
    "fully",
    "further",
    "also",
    "profondement",
    "gravement",
    "vivement",
    "ayant",
    "having",
    "profundamente",
    "guided",
    "again",
    "once",
    "encore",
    "bearing",
];

/// Whether words begin with `whereas` or the like, which no heading does.
pub(super) fn begins_with_reason(words: &str) -> bool {
    let head: String = words.chars().take(32).collect();
    let head = folded(&head);
    REASONS.iter().any(|reason| head.starts_with(reason))
}

/// Whether words begin as a recital does: with `whereas` or the like, or with a participle.
pub(super) fn begins_as_recital(words: &str) -> bool {
    // The first words decide; the rest may be long.
    let head: String = words.chars().take(64).collect();
    let head = folded(head.trim_start_matches(['●', '•', '-', '—', ' ', '(', '"', '«', '“']));
    if REASONS.iter().any(|reason| head.starts_with(reason)) {
        return true;
    }
    let mut words = head.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return false };
    is_participle(first)
        || (ADVERBS.contains(&first)
            && words.next().is_some_and(|second| is_participle(second) || ADVERBS.contains(&first)))
}

/// Whether a folded word looks like a participle that begins a reason, present or past, in any gender and number.
fn is_participle(word: &str) -> bool {
    // `Nothing`, `King` and `During` are as long as some participles and are none.
    if word.chars().count() < 6
        || matches!(
            word,
            "nothing"
                | "during"
                | "anything"
                | "everything"
                | "pendant"
                | "cependant"
                | "durant"
                | "nonobstant"
                | "concernant"
        )
    {
        return false;
    }
    const PRESENT: &[&str] =
        &["ing", "ant", "ando", "iendo", "endo", "шая", "вая", "ая", "уя", "ив", "ав", "яя", "ясь"];
    const PAST: &[&str] = &[
        "cerned",
        "vinced",
        "guided",
        "lieving",
        "olved",
        "alarmed",
        "couraged",
        "preoccupe",
        "convaincu",
        "guide",
        "resolu",
        "inquiet",
        "determine",
        "anime",
        "reuni",
        "persuade",
        "encourage",
        "inspire",
        "alarme",
        "convencid",
        "preocupad",
        "guiad",
        "resuelt",
        "alentad",
        "alarmad",
        "decidid",
        "reunid",
        "inspirad",
        "убежден",
        "обеспокоен",
        "руководств",
        "будучи",
    ];
    PRESENT.iter().any(|ending| word.ends_with(ending)) || PAST.iter().any(|stem| word.contains(stem))
}

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
            "规章",
            "条例",
        ],
    ),
    (DocumentKind::Statute, &["act", "loi", "ley", "statute", "code", "закон", "法", "قانون", "gesetz"]),
    (DocumentKind::Report, &["report", "rapport", "informe", "доклад", "报告", "تقرير", "bericht"]),
];

/// The sort of document that a heading announces: the first word in it that names one.
pub(super) fn kind_of(heading: &str) -> Option<DocumentKind> {
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
    fn recitals_are_known_in_any_case_gender_and_language() {
        for words in [
            "REAFFIRMANT leur attachement",
            "Guidée par la Charte",
            "Whereas recognition",
            "Deeply concerned about",
            "Convaincus que",
            "Considérant que",
            "Recordando su resolución",
            "Подтверждая",
            "إذ تشير إلى",
            "回顾其",
            "Bearing in mind",
        ] {
            assert!(begins_as_recital(words), "{words}");
        }
        for words in [
            "Decides to",
            "Nous, chefs d'État",
            "The General Assembly,",
            "Décide",
            "King Charles",
            "Nothing in this",
        ] {
            assert!(!begins_as_recital(words), "{words}");
        }
    }

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
