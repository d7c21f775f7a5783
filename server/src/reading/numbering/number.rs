//! The number that a line begins with: its words, how it is written, what it can count.

use crate::reading::extraction::text::is_blank;
use crate::reading::numbering::numeral::{self, Reading, Scale};
use crate::reading::numbering::unit::{self, Unit};

/// How a number is written. Numbers of one sequence are written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// After the word for its unit: `Article 5`.
    Named(Unit),
    /// `5.`, `a.`, `5.-`, `5、`.
    Dotted,
    /// `5)`, `a)`, `5°`.
    Closed,
    /// `II -`.
    Dashed,
    /// `(5)`, `(a)`.
    Parenthesis,
    /// `[5]`.
    Bracket,
    /// `5` and a space.
    Bare,
    /// `•`, `-`: no number at all, but a point.
    Bullet,
}

/// A number that a line begins with, or seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// How many bytes of the line it takes, its punctuation included.
    pub(crate) len: usize,
    /// The number as printed, without punctuation and the word for its unit.
    pub(crate) number: String,
    /// How it is written.
    pub(crate) form: Form,
    /// Every way to read it, of its first part where it has several.
    pub(crate) readings: Vec<Reading>,
    /// What comes after the first part of `16.1`.
    pub(crate) minor: Option<u32>,
    /// The second level of `7 (1)` or `1 (a)`: its number and what it can be.
    pub(crate) second: Option<(String, Vec<Reading>)>,
}

impl Label {
    /// Whether the line is a point of a list and no paragraph, by its number alone.
    pub(crate) fn is_point(&self) -> bool {
        match self.form {
            Form::Bullet | Form::Dashed => true,
            Form::Named(_) => false,
            _ => self
                .readings
                .iter()
                .all(|reading| reading.scale != Scale::Digits && reading.scale != Scale::UpperRoman),
        }
    }
}

const BULLETS: &[char] = &['•', '●', '▪', '■', '◦', '‣', '·', '–', '—', '-', '*', '−', '○', '□'];

/// The label that a line begins with. Whether it is one is for the sequence it stands in to say.
pub(crate) fn label(line: &str) -> Option<Label> {
    let first = line.chars().next()?;
    if first == '*' && line[1..].starts_with(|c| numeral::digit(c).is_some()) {
        // A star before a number points to a note on when it came into force.
        return open(&line[1..]).map(|label| Label { len: label.len + 1, ..label });
    }
    if BULLETS.contains(&first) {
        let len = first.len_utf8();
        return line[len..]
            .starts_with(is_blank)
            .then(|| plain(len, String::new(), Form::Bullet, Vec::new()));
    }
    if let Some(value) = numeral::enclosed(first) {
        let readings = vec![Reading { scale: Scale::Digits, value }];
        return Some(plain(first.len_utf8(), first.to_string(), Form::Parenthesis, readings));
    }
    if let Some(named) = unit::unit(line) {
        return Some(of_unit(&named, line));
    }
    match first {
        '(' | '（' => enclosed(line, &[')', '）'], Form::Parenthesis),
        '[' => enclosed(line, &[']'], Form::Bracket),
        _ => open(line),
    }
}

fn plain(len: usize, number: String, form: Form, readings: Vec<Reading>) -> Label {
    Label { len, number, form, readings, minor: None, second: None }
}

/// A label with a unit: the punctuation behind it is part of the label.
fn of_unit(named: &unit::Named<'_>, line: &str) -> Label {
    let rest = &line[named.len..];
    let signs = rest.trim_start_matches(['.', ':', ')', ' ', 'º', '°', 'ª']);
    let len = line.len() - signs.len();
    let len = line[..len].trim_end().len().max(named.len);
    let readings = match unit::is_first(named.number) {
        true => vec![Reading { scale: Scale::Digits, value: 1 }],
        false => {
            let head = named.number.split(['-', '.']).next().unwrap_or_default();
            let digits = head.trim_end_matches(char::is_alphabetic);
            numeral::readings(if digits.is_empty() { head } else { digits })
        }
    };
    plain(len, named.number.to_owned(), Form::Named(named.unit), readings)
}

/// `(a)`, `(12)`, `[3]`, `（一）`, `(a bis)`.
fn enclosed(line: &str, close: &[char], form: Form) -> Option<Label> {
    let open = line.chars().next()?.len_utf8();
    let (end, closing) = line.char_indices().take(16).find(|(_, c)| close.contains(c))?;
    let number = line.get(open..end)?.trim();
    // `(L. S.)` is the place of a seal.
    if number.contains(". ") {
        return None;
    }
    let (readings, minor) = parts(number)?;
    let mut label = plain(end + closing.len_utf8(), number.to_owned(), form, readings);
    label.minor = minor;
    if form == Form::Parenthesis && open == 1 {
        letter_inside(&mut label, line);
    }
    Some(label)
}

/// Takes in the `(i)` of `(a) (i)`, the `(a)` of `(2) (a)`.
fn letter_inside(label: &mut Label, line: &str) {
    let lettered = label.readings.iter().all(|reading| reading.scale != Scale::Digits);
    let first = if lettered { "(i)" } else { "(a)" };
    if line[label.len..].trim_start().starts_with(first) {
        second_level(label, line);
    }
}

/// `5.`, `5)`, `a)`, `IV.`, `16.1`, `7 (1)`, `一、`, `15`.
fn open(line: &str) -> Option<Label> {
    let end = line
        .char_indices()
        .take(16)
        .find(|&(at, c)| !(c.is_alphanumeric() || (c == '.' && dot_is_inside(&line[at..]))))
        .map_or(line.len(), |(at, _)| at);
    let mut number = &line[..end];
    if number.is_empty() || number.chars().count() > 15 {
        return None;
    }
    let mut rest = &line[end..];
    if let Some(latin) = numeral::latin(rest).filter(|_| number.ends_with(|c: char| c.is_ascii_digit())) {
        number = &line[..end + latin];
        rest = &line[number.len()..];
    }
    if let Some(latin) = [" bis)", " ter)", " quater)"].iter().find(|latin| rest.starts_with(**latin)) {
        number = &line[..end + latin.len() - 1];
        rest = &line[number.len()..];
    }
    let sign = rest.chars().next();
    let (form, sign_len) = match sign {
        None => (Form::Bare, 0),
        Some('.' | '、' | '．') => {
            (Form::Dotted, rest.len() - rest.trim_start_matches(['.', '、', '．']).len())
        }
        Some(c @ (')' | '）' | '°' | 'º')) => (Form::Closed, c.len_utf8()),
        Some(c) if is_blank(c) => (Form::Bare, 0),
        Some(_) => return None,
    };
    let (readings, minor) = parts(number)?;
    let digits = readings.iter().any(|reading| reading.scale == Scale::Digits);
    let after = &rest[sign_len..];
    match form {
        Form::Bare if digits => return bare(line, number, readings, minor),
        // Roman numerals without a sign are numbers only where nothing follows: `I` is a word.
        Form::Bare => {
            let upper = readings.iter().any(|reading| reading.scale == Scale::UpperRoman);
            // `II - a autodeterminação;` in the laws of Brazil.
            let dash = [" - ", " – ", " — "].iter().find(|dash| after.starts_with(**dash));
            if let Some(dash) = dash.filter(|_| upper) {
                return Some(plain(number.len() + dash.len() - 1, number.to_owned(), Form::Dashed, readings));
            }
            return (upper && after.is_empty()).then(|| plain(end, number.to_owned(), form, readings));
        }
        // `e.g.`, `U.N.` and `12.5`: a full stop in a word.
        Form::Dotted if sign == Some('.') && !after.is_empty() && !after.starts_with(is_blank) => {
            let next = after.chars().next()?;
            if !digits
                || !(next.is_alphabetic() || matches!(next, '(' | '[' | '"' | '«' | '“' | '-' | '–' | '—'))
            {
                return None;
            }
        }
        _ => {}
    }
    let mut label = plain(number.len() + sign_len, number.to_owned(), form, readings);
    label.minor = minor;
    // `5.-`, `1.—(1)`.
    if let Some(dash) = after.chars().next().filter(|c| form == Form::Dotted && matches!(c, '-' | '–' | '—'))
    {
        label.len += dash.len_utf8();
    }
    if digits {
        second_level(&mut label, line);
    }
    Some(label)
}

/// Whether a full stop stands between two digits.
fn dot_is_inside(from_dot: &str) -> bool {
    from_dot.chars().nth(1).is_some_and(|c| numeral::digit(c).is_some())
}

/// A number with nothing behind it: `15 All expenses`, `10 (1) The`, `3 to 9 [Repealed]`, `12 and 13 [Repealed]`.
fn bare(line: &str, number: &str, readings: Vec<Reading>, minor: Option<u32>) -> Option<Label> {
    let mut label = plain(number.len(), number.to_owned(), Form::Bare, readings);
    label.minor = minor;
    let rest = line[number.len()..].trim_start();
    // `1 000 mg` is one number.
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    if figures == 3 && !rest[figures..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let mut words = rest.splitn(3, ' ');
    if let (Some(joint), Some(second), Some(after)) = (words.next(), words.next(), words.next())
        && joint.chars().count() <= 3
        && joint.chars().all(char::is_alphabetic)
        && second.starts_with(|c| numeral::digit(c).is_some())
        && after.starts_with('[')
    {
        let len = number.len() + line[number.len()..].len() - rest.len() + joint.len() + 1 + second.len();
        label.number = line[..len].to_owned();
        label.len = len;
        let last = second.split('.').next().and_then(numeral::digits);
        label.readings = last.map(|value| Reading { scale: Scale::Digits, value }).into_iter().collect();
        return Some(label);
    }
    second_level(&mut label, line);
    Some(label)
}

/// Takes in the `(1)` of `7 (1)`.
fn second_level(label: &mut Label, line: &str) {
    let after = &line[label.len..];
    let rest = after.trim_start_matches(is_blank);
    if !rest.starts_with('(') {
        return;
    }
    let Some(inner) = enclosed(rest, &[')'], Form::Parenthesis) else { return };
    // Letters and Roman numerals are a second level where they begin one.
    let fits = |reading: &Reading| match reading.scale {
        Scale::Digits => reading.value < 100,
        _ => reading.value == 1,
    };
    if inner.readings.iter().any(fits) {
        label.len += after.len() - rest.len() + inner.len;
        label.number = format!("{} ({})", label.number, inner.number);
        label.second = Some((inner.number, inner.readings));
    }
}

/// The readings of the first part of a number, and the second part: `16.1`, `a.1`, `2-bis`, `3A`.
fn parts(number: &str) -> Option<(Vec<Reading>, Option<u32>)> {
    if number.is_empty() || number.starts_with(|c: char| !c.is_alphanumeric()) {
        return None;
    }
    let head = number.split(['.', '-', ' ']).next()?;
    let mut minor = number[head.len()..].get(1..).map(|rest| {
        let rest = rest.split(['.', '-', ' ']).next().unwrap_or_default();
        numeral::digits(rest).unwrap_or(match rest.chars().next() {
            Some('b' | 'B') => 2,
            _ => 3,
        })
    });
    let mut readings = numeral::readings(head);
    let first = unit::is_first(head) && head.starts_with('1');
    if readings.is_empty() && !first {
        // `3A` follows `3`.
        let tail = head.trim_start_matches(|c| numeral::digit(c).is_some());
        let front = &head[..head.len() - tail.len()];
        if front.is_empty() || tail.chars().count() > 2 || !tail.chars().all(char::is_alphabetic) {
            return None;
        }
        readings = numeral::readings(front);
        minor = tail.chars().next().map(|c| c as u32);
    } else if readings.is_empty() {
        readings = vec![Reading { scale: Scale::Digits, value: 1 }];
    }
    let long = |reading: &Reading| reading.scale == Scale::Digits && reading.value > 9999;
    (!readings.iter().any(long)).then_some((readings, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_start_of_a_line_are_labels() {
        use Form::*;
        for (line, expected) in [
            ("1. Decides", Some((2, "1", Dotted))),
            ("12) that", Some((3, "12", Closed))),
            ("(a) the", Some((3, "a", Parenthesis))),
            ("a bis) (nouveau)", Some((6, "a bis", Closed))),
            ("[12] The court", Some((4, "12", Bracket))),
            ("15 All expenses", Some((2, "15", Bare))),
            ("10 (1) The", Some((6, "10 (1)", Bare))),
            ("1 (a) The", Some((5, "1 (a)", Bare))),
            ("(a) (i) the", Some((7, "a (i)", Parenthesis))),
            ("*24 The", Some((3, "24", Bare))),
            ("㈡ 任何人", Some((3, "㈡", Parenthesis))),
            ("16.1 (2) On", Some((8, "16.1 (2)", Bare))),
            ("3 to 9 [Repealed]", Some((6, "3 to 9", Bare))),
            ("12 et 13 [Abrogés]", Some((8, "12 et 13", Bare))),
            ("II", Some((2, "II", Bare))),
            ("I am", None),
            ("一、 总则", Some((6, "一", Dotted))),
            ("（二）其他", Some((9, "二", Parenthesis))),
            ("• that", Some((3, "", Bullet))),
            ("-5 degrees", None),
            ("1 000 mg per litre", None),
            ("Article 5. Aims", Some((10, "5", Named(Unit::Article)))),
            ("62/13 of 5 December 2007", None),
            ("e.g. this", None),
            ("1.Text", Some((2, "1", Dotted))),
            ("II - a liberdade;", Some((4, "II", Dashed))),
            ("1.—(1) These", Some((8, "1 (1)", Dotted))),
            ("(L. S.) Sforza", None),
            ("2-bis. I livelli", Some((6, "2-bis", Dotted))),
            ("1° L'article", Some((3, "1", Closed))),
            ("5.2 million", Some((3, "5.2", Bare))),
            ("(c.1) a thing", Some((5, "c.1", Parenthesis))),
            ("Almaty, le 17", None),
            ("first nation means a band", None),
            ("", None),
        ] {
            let found = label(line).map(|label| (label.len, label.number, label.form));
            let expected = expected.map(|(len, number, form)| (len, number.to_owned(), form));
            assert_eq!(found, expected, "{line}");
        }
    }
}
