//! Dates in words.

use crate::reading::numbering::numeral;
use crate::reading::wording::lexicon::folded;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The names of the months, folded: en, fr, es, ru (genitive), ar (two sets), pt, it, de, nl, fi (partitive), sv, el
/// (genitive), pl (genitive).
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "janvier",
        "enero",
        "января",
        "يناير",
        "janeiro",
        "gennaio",
        "januar",
        "januari",
        "tammikuuta",
        "ιανουαριου",
        "stycznia",
    ],
    &[
        "february",
        "fevrier",
        "febrero",
        "февраля",
        "فبراير",
        "fevereiro",
        "febbraio",
        "februar",
        "februari",
        "helmikuuta",
        "φεβρουαριου",
        "lutego",
    ],
    &["march", "mars", "marzo", "марта", "مارس", "marco", "marz", "maart", "maaliskuuta", "μαρτιου", "marca"],
    &["april", "avril", "abril", "апреля", "ابريل", "نيسان", "aprile", "huhtikuuta", "απριλιου", "kwietnia"],
    &["may", "mai", "mayo", "мая", "مايو", "maio", "maggio", "mei", "maj", "toukokuuta", "μαιου", "maja"],
    &["june", "juin", "junio", "июня", "يونيو", "junho", "giugno", "juni", "kesakuuta", "ιουνιου", "czerwca"],
    &[
        "july",
        "juillet",
        "julio",
        "июля",
        "يوليو",
        "julho",
        "luglio",
        "juli",
        "heinakuuta",
        "ιουλιου",
        "lipca",
    ],
    &[
        "august",
        "aout",
        "agosto",
        "августа",
        "اغسطس",
        "augustus",
        "augusti",
        "elokuuta",
        "αυγουστου",
        "sierpnia",
    ],
    &[
        "september",
        "septembre",
        "septiembre",
        "сентября",
        "سبتمبر",
        "setembro",
        "settembre",
        "syyskuuta",
        "σεπτεμβριου",
        "wrzesnia",
    ],
    &[
        "october",
        "octobre",
        "octubre",
        "октября",
        "اكتوبر",
        "outubro",
        "ottobre",
        "oktober",
        "lokakuuta",
        "οκτωβριου",
        "pazdziernika",
    ],
    &[
        "november",
        "novembre",
        "noviembre",
        "ноября",
        "نوفمبر",
        "novembro",
        "marraskuuta",
        "νοεμβριου",
        "listopada",
    ],
    &[
        "december",
        "decembre",
        "diciembre",
        "декабря",
        "ديسمبر",
        "dezembro",
        "dicembre",
        "dezember",
        "joulukuuta",
        "δεκεμβριου",
        "grudnia",
    ],
];

/// Whether a word is the name of a month.
pub(crate) fn is_month(word: &str) -> bool {
    let word = folded(word);
    MONTHS.iter().any(|names| names.contains(&word.as_str()))
}

/// Words that may stand in a date beside day, month and year.
const JOINTS: &[&str] = &["de", "of", "le", "del", "the", "day", "year", "paivana", "addi", "den"];

/// The first date in the words, and how many words it takes.
pub(crate) fn first_date(words: &str) -> Option<(Date, usize)> {
    let spaced: String = folded(words).replace(['年', '月', '日'], " ");
    let chinese = words.contains('年') && words.contains('月');
    let tokens: Vec<&str> =
        spaced.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |token: &str| {
        let ordinal = ["st", "nd", "rd", "th", "er", "º"].iter().find_map(|end| token.strip_suffix(end));
        numeral::digits(ordinal.unwrap_or(token))
            .or_else(|| chinese.then(|| numeral::chinese(token)).flatten())
    };
    let is_year = |value: &u32| (1800..2100).contains(value);
    let is_day = |value: &u32| (1..=31).contains(value);
    for (at, token) in tokens.iter().enumerate() {
        if chinese && let Some(year) = number(token).filter(is_year) {
            let month =
                tokens.get(at + 1).and_then(|token| number(token)).filter(|month| (1..=12).contains(month));
            let day = tokens.get(at + 2).and_then(|token| number(token)).filter(is_day);
            if let (Some(month), Some(day)) = (month, day) {
                return Some((Date { year, month, day }, 3));
            }
        }
        let Some(month) = MONTHS.iter().position(|names| names.contains(token)) else { continue };
        let month = u32::try_from(month + 1).ok()?;
        let significant = |token: &&&str| !JOINTS.contains(*token);
        let before = tokens[..at].iter().rev().take(3).filter(significant).find_map(|token| number(token));
        let mut after = tokens[at + 1..].iter().take(4).filter(significant).map(|token| number(token));
        let (next, then) = (after.next().flatten(), after.next().flatten());
        let found =
            match (before.filter(is_day), next.filter(is_year), next.filter(is_day), then.filter(is_year)) {
                (Some(day), Some(year), ..) => Some((day, year)),
                (_, _, Some(day), Some(year)) => Some((day, year)),
                _ => None,
            };
        if let Some((day, year)) = found {
            return Some((Date { year, month, day }, 3));
        }
    }
    None
}

/// Whether the words are a place and a date, or a date, and little else.
pub(crate) fn is_dateline(words: &str) -> bool {
    if words.len() > 240 {
        return false;
    }
    let count = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    // What stops is a sentence, unless there is next to nothing but the date.
    let beside = if words.ends_with('.') { 3 } else { 7 };
    first_date(words).is_some_and(|(_, taken)| count <= taken + beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_languages_of_the_united_nations() {
        for (words, date) in [
            ("Almaty, le 17 juin 2006", Some("2006-06-17")),
            ("New York, 10 December 1948", Some("1948-12-10")),
            ("December 10, 1948", Some("1948-12-10")),
            ("1er août 2003", Some("2003-08-01")),
            ("5 de junio de 1992", Some("1992-06-05")),
            ("17 июня 2006 года", Some("2006-06-17")),
            ("2006年6月17日", Some("2006-06-17")),
            ("17 حزيران/يونيو 2006", Some("2006-06-17")),
            ("Helsingissä 29 päivänä joulukuuta 2016", Some("2016-12-29")),
            ("Αθήνα, 5 Αυγούστου 2016", Some("2016-08-05")),
            ("Berlin, den 24. Februar 2012", Some("2012-02-24")),
            ("in 2002", None),
            ("may 2006", None),
        ] {
            assert_eq!(first_date(words).map(|(date, _)| date.to_string()).as_deref(), date, "{words}");
        }
    }
}
