//! The few words that reading knows, in the languages of the United Nations and some more. Position and punctuation
//! decide first; these words only settle what they leave open.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Words in lower case and without accents, so that `REAFFIRMANT`, `Réaffirmant` and `réaffirmant` are one.
pub(crate) fn folded(words: &str) -> String {
    let mut folded = String::with_capacity(words.len());
    words.chars().for_each(|character| fold(character, &mut folded));
    folded
}

/// The first characters of words, folded.
fn folded_head(words: &str, characters: usize) -> String {
    let mut folded = String::with_capacity(characters * 2);
    words.chars().take(characters).for_each(|character| fold(character, &mut folded));
    folded
}

fn fold(character: char, folded: &mut String) {
    match character {
        '’' => folded.push('\''),
        _ if character.is_ascii() => folded.push(character.to_ascii_lowercase()),
        _ => decompose_canonical(character, |part| {
            if !is_combining_mark(part) {
                folded.extend(part.to_lowercase());
            }
        }),
    }
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
    "(firmato)",
    "(l. s.)",
    "(l.s.)",
    "[l. s.]",
    "[l.s.]",
    "/s/",
];

/// Whether words are a signature.
pub(crate) fn is_signature(words: &str) -> bool {
    // Every sign of a signature has one of these.
    if !words.contains(['(', '/', '（', '[']) {
        return false;
    }
    let words = folded(words);
    SIGNED.iter().any(|signed| words.contains(signed))
}

/// What those who sign a treaty write above their names.
const ATTESTATIONS: &[&str] = &[
    "in witness whereof",
    "in faith whereof",
    "in testimony whereof",
    "en foi de quoi",
    "en fe de lo cual",
    "en testimonio de lo cual",
    "em fe do que",
    "em testemunho do que",
    "in fede di che",
    "zu urkund dessen",
    "в удостоверение",
    "в подтверждение чего",
    "为此",
    "واثباتا",
    "واشهادا",
    "εις πιστωση",
    "taman vakuudeksi",
];

/// What stands before the place and the day of a signature.
const DONE: &[&str] = &[
    "done at ",
    "done in ",
    "signed at ",
    "made at ",
    "fait a ",
    "fait en ",
    "hecho en ",
    "dado en ",
    "dada en ",
    "dado em ",
    "feito em ",
    "fatto a ",
    "data a roma",
    "gegeven te ",
    "gedaan te ",
    "utfardad i ",
    "sporzadzono w ",
    "geschehen zu ",
    "совершено в ",
    "совершен в ",
    "订于",
    "حرر",
    "εγινε ",
    "tehty ",
];

/// How a meeting is named that adopted a text.
const ADOPTIONS: &[&str] = &[
    "adopted at the ",
    "adopted unanimously at ",
    "adopted without a vote",
    "adopted by ",
    "adoptee a la ",
    "adoptee a l'unanimite",
    "adoptee par ",
    "aprobada en la ",
    "aprobada por ",
    "aprobada sin ",
    "принята на ",
    "принята единогласно",
];

/// The name of a meeting that stands alone under what it adopted.
const MEETINGS: &[&str] = &[
    "plenary meeting",
    "seance pleniere",
    "sesion plenaria",
    "пленарное заседание",
    "全体会议",
    "الجلسة العامة",
];

/// What words say that close a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// That those who sign may sign.
    Attestation,
    /// Where and when it was signed.
    Done,
    /// At which meeting it was adopted, and no more.
    Adoption,
}

/// What words say, if they close a text.
pub(crate) fn closing(words: &str) -> Option<Closing> {
    let head = folded_head(words, 32);
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| head.starts_with(beginning));
    if begins(ATTESTATIONS) {
        return Some(Closing::Attestation);
    }
    if words.len() > LONGEST_DONE {
        return None;
    }
    if begins(DONE) {
        return Some(Closing::Done);
    }
    let unopened = head.trim_start_matches(['(', '[']);
    let adopted = ADOPTIONS.iter().any(|adopted| unopened.starts_with(adopted));
    let meeting = || {
        let words = folded(words);
        MEETINGS.iter().any(|meeting| words.contains(meeting))
    };
    (adopted || (words.len() <= LONGEST_MEETING && meeting())).then_some(Closing::Adoption)
}

/// A place and a day of signature are no longer than this, in bytes: the languages of the text can follow them.
const LONGEST_DONE: usize = 400;
/// The name of a meeting is no longer than this.
const LONGEST_MEETING: usize = 80;

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
pub(crate) fn is_preamble(heading: &str) -> bool {
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
    "in erwagung",
    "gestutzt auf",
    "gelet op",
    "ottaa huomioon",
    "ottavat huomioon",
    "εχοντας υποψη",
    "εκτιμωντας",
    "uwzgledniajac",
    "tendo em conta",
    "vista la",
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
pub(crate) fn begins_with_reason(words: &str) -> bool {
    let head = folded_head(words, 32);
    REASONS.iter().any(|reason| head.starts_with(reason))
}

/// Whether words begin as a recital does: with `whereas` or the like, or with a participle.
pub(crate) fn begins_as_recital(words: &str) -> bool {
    // The first words decide; the rest may be long.
    let head = folded_head(words.trim_start_matches(['●', '•', '-', '—', ' ', '(', '"', '«', '“']), 64);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_closes_a_text_is_known() {
        for (words, expected) in [
            ("IN WITNESS WHEREOF, the undersigned", Some(Closing::Attestation)),
            ("En foi de quoi, les soussignés", Some(Closing::Attestation)),
            ("В УДОСТОВЕРЕНИЕ ЧЕГО", Some(Closing::Attestation)),
            ("DONE in duplicate at Mexico City", Some(Closing::Done)),
            ("Fait à Genève", Some(Closing::Done)),
            ("Geschehen zu Wien am", Some(Closing::Done)),
            ("Adopted at the 39th meeting by 10 votes", Some(Closing::Adoption)),
            ("107e séance plénière", Some(Closing::Adoption)),
            ("61st plenary meeting", Some(Closing::Adoption)),
            (
                "The General Assembly adopted at its plenary meeting a resolution on the law of the sea which calls",
                None,
            ),
        ] {
            assert_eq!(closing(words), expected, "{words}");
        }
    }

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
}
