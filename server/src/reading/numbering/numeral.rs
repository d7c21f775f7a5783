//! The values of printed numbers: digits of any script, Roman numerals, letters of an alphabet, Chinese numerals.

/// The row a number counts in. One printed number can be read in several: `i` is a letter and a Roman one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scale {
    /// 1, 2, 3, also as `一`, `二`.
    Digits,
    /// a, b, c; б, в; ب, ج.
    Lower,
    /// A, B, C.
    Upper,
    /// i, ii, iii.
    LowerRoman,
    /// I, II, III.
    UpperRoman,
}

/// What a number counts, as one reading of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The row it counts in.
    pub(crate) scale: Scale,
    /// Its place in the row, from 1.
    pub(crate) value: u32,
}

/// The alphabets that points are lettered with, each in its order.
const ALPHABETS: [&str; 4] = [
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзиклмнопрстуфхцчшщэюя",
    "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "αβγδεζηθικλμνξοπρστυφχψω",
];

/// The value of a digit of any script that official documents are written in.
pub(crate) fn digit(character: char) -> Option<u32> {
    let zero = match character {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{9e6}'..='\u{9ef}' => '\u{9e6}',
        '\u{e50}'..='\u{e59}' => '\u{e50}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(character as u32 - zero as u32)
}

/// The value of a run of digits.
pub(crate) fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 24 {
        return None;
    }
    text.chars().try_fold(0_u32, |value, character| value.checked_mul(10)?.checked_add(digit(character)?))
}

/// What stands behind the number of an article that was put in later.
const LATIN: &[&str] = &[
    "-bis",
    "-ter",
    "-quater",
    "-quinquies",
    "-sexies",
    "-septies",
    "-octies",
    "-novies",
    "-decies",
    "-undecies",
];

/// How many bytes the Latin number takes that a text begins with: `-bis. Testo`.
pub(crate) fn latin(text: &str) -> Option<usize> {
    let word = text.split(|c: char| c != '-' && !c.is_alphabetic()).next()?;
    LATIN.iter().any(|latin| latin.eq_ignore_ascii_case(word)).then_some(word.len())
}

/// The value of a Roman numeral, written as it should be, in one case.
pub(crate) fn roman(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    let one = |byte: u8| {
        Some(match byte.to_ascii_uppercase() {
            b'I' => 1,
            b'V' => 5,
            b'X' => 10,
            b'L' => 50,
            b'C' => 100,
            b'D' => 500,
            b'M' => 1000,
            _ => return None,
        })
    };
    let mut value = 0_u32;
    let mut highest = 0;
    for byte in text.bytes().rev() {
        let next = one(byte)?;
        match next < highest {
            true => value = value.checked_sub(next)?,
            false => (value, highest) = (value + next, next),
        }
    }
    let uniform =
        text.bytes().all(|byte| byte.is_ascii_uppercase()) || text.bytes().all(|b| b.is_ascii_lowercase());
    (uniform && in_roman(value).eq_ignore_ascii_case(text)).then_some(value)
}

/// A number in Roman numerals, which write those from 1 to 3999.
pub(crate) fn in_roman(mut value: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut text = String::new();
    for (step, letters) in STEPS {
        while value >= step {
            value -= step;
            text.push_str(letters);
        }
    }
    text
}

/// The value of a number in Chinese numerals below ten thousand, such as `二十三`.
pub(crate) fn chinese(text: &str) -> Option<u32> {
    const ONES: &str = "〇一二三四五六七八九";
    let (mut value, mut one, mut seen) = (0, 0, false);
    for character in text.chars() {
        let step = match character {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '零' => {
                seen = true;
                continue;
            }
            other => {
                one = one * 10 + u32::try_from(ONES.chars().position(|c| c == other)?).ok()?;
                seen = true;
                if one > 9999 {
                    return None;
                }
                continue;
            }
        };
        value += step * if one == 0 { 1 } else { one };
        (one, seen) = (0, true);
    }
    seen.then_some(value + one).filter(|&value| value > 0 && value < 10_000)
}

/// The place of a letter in its alphabet, from 1; `aa` follows `z`.
fn letter(text: &str) -> Option<Reading> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let doubled = match characters.next() {
        None => false,
        Some(second) if second == first && characters.next().is_none() => true,
        Some(_) => return None,
    };
    let scale = if first.is_uppercase() { Scale::Upper } else { Scale::Lower };
    let first = first.to_lowercase().next()?;
    ALPHABETS.iter().find_map(|alphabet| {
        let place = alphabet.chars().position(|c| c == first)?;
        let round = if doubled { alphabet.chars().count() } else { 0 };
        Some(Reading { scale, value: u32::try_from(place + round + 1).ok()? })
    })
}

/// The value of a number that is one sign with its brackets, circle or full stop: `㈠`, `①`, `⑴`, `⒈`.
pub(crate) fn enclosed(character: char) -> Option<u32> {
    [('㈠', '㈩'), ('①', '⑳'), ('⑴', '⒇'), ('⒈', '⒛')]
        .iter()
        .find(|&&(first, last)| (first..=last).contains(&character))
        .map(|&(first, _)| character as u32 - first as u32 + 1)
}

/// Every way a printed number can be read; none when it is no number.
pub(crate) fn readings(text: &str) -> Vec<Reading> {
    if let Some(value) = digits(text).or_else(|| chinese(text)) {
        return vec![Reading { scale: Scale::Digits, value }];
    }
    let roman = roman(text).map(|value| {
        let upper = text.bytes().all(|byte| byte.is_ascii_uppercase());
        Reading { scale: if upper { Scale::UpperRoman } else { Scale::LowerRoman }, value }
    });
    roman.into_iter().chain(letter(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_script_have_one_value() {
        for (text, value) in
            [("12", 12), ("١٢", 12), ("１２", 12), ("十二", 12), ("二十", 20), ("一百零三", 103)]
        {
            assert_eq!(readings(text), [Reading { scale: Scale::Digits, value }], "{text}");
        }
    }

    #[test]
    fn a_letter_can_be_roman() {
        use Scale::*;
        for (text, expected) in [
            ("i", vec![(LowerRoman, 1), (Lower, 9)]),
            ("XIV", vec![(UpperRoman, 14)]),
            ("b", vec![(Lower, 2)]),
            ("aa", vec![(Lower, 27)]),
            ("б", vec![(Lower, 2)]),
            ("IIII", vec![]),
            ("the", vec![]),
            ("ii", vec![(LowerRoman, 2), (Lower, 35)]),
        ] {
            let found: Vec<_> = readings(text).iter().map(|reading| (reading.scale, reading.value)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
