//! The numbers that Word prints before paragraphs (ECMA-376, part 1, 17.9).

use std::collections::{HashMap, HashSet};

use super::xml::{self, Item};
use crate::reading::ReadError;
use crate::reading::extraction::flow::Figures;

/// How many levels a list has.
const LEVELS: usize = 9;

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    sorts: HashMap<i64, Sort>,
    lists: HashMap<i64, List>,
}

/// A sort of list, which lists that count together share.
#[derive(Debug, Default, Clone)]
struct Sort {
    levels: [Level; LEVELS],
    /// The style whose list this one is.
    link: Option<String>,
}

#[derive(Debug, Clone)]
struct Level {
    start: i64,
    format: String,
    text: String,
    restart: Option<i64>,
    style: Option<String>,
    plain: bool,
    glued: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            restart: None,
            style: None,
            plain: false,
            glued: false,
        }
    }
}

#[derive(Debug, Default)]
struct List {
    sort: i64,
    starts: [Option<i64>; LEVELS],
    levels: HashMap<usize, Level>,
}

/// Which element a level stands in.
enum Open {
    Nothing,
    Sort(i64),
    List(i64),
}

impl Numbering {
    pub(super) fn read(text: &str, part: &str) -> Result<Self, ReadError> {
        let mut found = Self::default();
        let (mut open, mut level, mut number) = (Open::Nothing, None, 0_usize);
        xml::read(text, part, |item| {
            let element = match item {
                Item::Open(element) => element,
                Item::Close("lvl") => {
                    found.put(&open, number, level.take());
                    return Ok(());
                }
                Item::Close("abstractNum" | "num") => {
                    open = Open::Nothing;
                    return Ok(());
                }
                Item::Close(_) | Item::Words(_) => return Ok(()),
            };
            let id = |name: &str| element.value(name).and_then(|id| id.parse::<i64>().ok());
            match element.name() {
                "abstractNum" => open = id("abstractNumId").map_or(Open::Nothing, Open::Sort),
                "num" => open = id("numId").map_or(Open::Nothing, Open::List),
                "lvl" => {
                    number = id("ilvl").and_then(|at| usize::try_from(at).ok()).unwrap_or(LEVELS);
                    level = Some(Level::default());
                }
                "lvlOverride" => {
                    number = id("ilvl").and_then(|at| usize::try_from(at).ok()).unwrap_or(LEVELS)
                }
                "abstractNumId" => {
                    if let (Open::List(list), Some(sort)) = (&open, element.number()) {
                        found.lists.entry(*list).or_default().sort = sort;
                    }
                }
                "startOverride" => {
                    if let Open::List(list) = open
                        && let Some(start) = found.lists.entry(list).or_default().starts.get_mut(number)
                    {
                        *start = element.number();
                    }
                }
                "numStyleLink" => {
                    if let Open::Sort(sort) = open {
                        found.sorts.entry(sort).or_default().link = element.val();
                    }
                }
                name => {
                    if let Some(level) = &mut level {
                        level.take(name, &element);
                    }
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn put(&mut self, open: &Open, number: usize, level: Option<Level>) {
        let Some(level) = level.filter(|_| number < LEVELS) else { return };
        match open {
            Open::Sort(sort) => {
                if let Some(place) = self.sorts.entry(*sort).or_default().levels.get_mut(number) {
                    *place = level;
                }
            }
            Open::List(list) => drop(self.lists.entry(*list).or_default().levels.insert(number, level)),
            Open::Nothing => {}
        }
    }

    /// The level of a list whose paragraphs have a style.
    pub(super) fn level_of_style(&self, list: i64, style: &str) -> Option<i64> {
        let sort = self.sorts.get(&self.lists.get(&list)?.sort)?;
        let at = sort.levels.iter().position(|level| level.style.as_deref() == Some(style))?;
        i64::try_from(at).ok()
    }

    /// The style that a list is the list of.
    pub(super) fn link(&self, list: i64) -> Option<&str> {
        self.sorts.get(&self.lists.get(&list)?.sort)?.link.as_deref()
    }
}

impl Level {
    fn take(&mut self, name: &str, element: &xml::Element<'_>) {
        match name {
            "start" => self.start = element.number().unwrap_or(1),
            "numFmt" => self.format = element.val().unwrap_or_default(),
            "lvlText" => self.text = element.val().unwrap_or_default(),
            "lvlRestart" => self.restart = element.number(),
            "pStyle" => self.style = element.val(),
            "isLgl" => self.plain = element.is_on(),
            "suff" => self.glued = element.val().as_deref() == Some("nothing"),
            _ => {}
        }
    }
}

/// How far the lists of a document have counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    counts: HashMap<i64, [Option<i64>; LEVELS]>,
    started: HashSet<(i64, usize)>,
}

impl Counts {
    /// Counts a paragraph of a list, and gives the label that stands before its words, with what parts them.
    pub(super) fn next(&mut self, numbering: &Numbering, list: i64, level: i64) -> Option<String> {
        let at = usize::try_from(level).ok().filter(|&at| at < LEVELS)?;
        let id = list;
        let list = numbering.lists.get(&id)?;
        let sort = numbering.sorts.get(&list.sort)?;
        let level = |at: usize| list.levels.get(&at).or_else(|| sort.levels.get(at));
        let counts = self.counts.entry(list.sort).or_default();
        let again = list.starts.get(at).copied().flatten().filter(|_| self.started.insert((id, at)));
        for (below, count) in counts.iter_mut().enumerate().skip(at + 1) {
            let after = level(below).and_then(|level| level.restart);
            let restarts = after.is_none_or(|after| i64::try_from(at).is_ok_and(|at| at < after));
            if restarts {
                *count = None;
            }
        }
        for (above, count) in counts.iter_mut().enumerate().take(at) {
            count.get_or_insert_with(|| level(above).map_or(1, |level| level.start));
        }
        let own = level(at)?;
        let count = counts.get_mut(at)?;
        let next = again.unwrap_or_else(|| count.map_or(own.start, |count| count.saturating_add(1)));
        *count = Some(next);
        let mut label = String::new();
        let mut signs = own.text.chars().peekable();
        while let Some(sign) = signs.next() {
            let place = signs.peek().filter(|_| sign == '%').and_then(|next| next.to_digit(10));
            match place.and_then(|place| usize::try_from(place).ok()?.checked_sub(1)) {
                Some(place) => {
                    signs.next();
                    let format = level(place).map_or("decimal", |level| level.format.as_str());
                    let format = if own.plain { "decimal" } else { format };
                    label.push_str(&written(format, counts.get(place).copied().flatten().unwrap_or(1)));
                }
                None => label.push(sign),
            }
        }
        match own.format.as_str() {
            "bullet" => Some("• ".to_owned()),
            _ if label.trim().is_empty() => None,
            _ if own.glued && label.ends_with(char::is_whitespace) => Some(label),
            _ => Some(format!("{} ", label.trim())),
        }
    }
}

/// A count in a format of numbers.
fn written(format: &str, value: i64) -> String {
    let figures = match format {
        "none" | "bullet" => return String::new(),
        "decimalZero" if (0..10).contains(&value) => return format!("0{value}"),
        "lowerLetter" => return repeated('a', 26, value),
        "upperLetter" => return repeated('A', 26, value),
        "russianLower" => return russian(value).to_lowercase(),
        "russianUpper" => return russian(value),
        "ordinal" => return ordinal(value),
        "numberInDash" => return format!("- {value} -"),
        "decimalEnclosedCircle" => return circled(value),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting" => return chinese(value),
        "lowerRoman" => Figures::LowerRoman,
        "upperRoman" => Figures::UpperRoman,
        _ => Figures::Digits,
    };
    figures.write(value)
}

/// Letters as Word counts with them: z, then aa, bb.
fn repeated(first: char, letters: i64, value: i64) -> String {
    let place = value.saturating_sub(1);
    let letter =
        u32::try_from(place.rem_euclid(letters)).ok().and_then(|at| char::from_u32(u32::from(first) + at));
    match (letter, usize::try_from(place / letters)) {
        (Some(letter), Ok(times @ 0..100)) if value > 0 => String::from(letter).repeat(times + 1),
        _ => value.to_string(),
    }
}

/// The letters that Russian counts with.
fn russian(value: i64) -> String {
    const LETTERS: &str = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ";
    let at = usize::try_from(value.saturating_sub(1)).ok();
    at.and_then(|at| LETTERS.chars().nth(at)).map_or_else(|| value.to_string(), String::from)
}

fn ordinal(value: i64) -> String {
    let end = match (value % 100, value % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{value}{end}")
}

fn circled(value: i64) -> String {
    let sign = u32::try_from(value).ok().filter(|value| (1..=20).contains(value));
    sign.and_then(|value| char::from_u32(0x245f + value)).map_or_else(|| value.to_string(), String::from)
}

/// A number in Chinese figures, up to 9,999.
fn chinese(value: i64) -> String {
    const FIGURES: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if !(1..10_000).contains(&value) {
        return value.to_string();
    }
    let (mut word, mut gap) = (String::new(), false);
    for (worth, sign) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let figure = usize::try_from(value / worth % 10).unwrap_or(0);
        if figure == 0 {
            gap = !word.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            word.push('零');
        }
        if !(worth == 10 && figure == 1 && word.is_empty()) {
            word.extend(FIGURES.get(figure));
        }
        word.push_str(sign);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_word_writes_them() {
        for (format, value, expected) in [
            ("decimal", 12, "12"),
            ("decimalZero", 7, "07"),
            ("lowerLetter", 28, "bb"),
            ("upperRoman", 9, "IX"),
            ("ordinal", 112, "112th"),
            ("ordinal", 22, "22nd"),
            ("chineseCounting", 11, "十一"),
            ("chineseCountingThousand", 305, "三百零五"),
            ("decimalEnclosedCircle", 3, "③"),
            ("russianLower", 4, "г"),
            ("none", 4, ""),
            ("arabicAbjad", 4, "4"),
        ] {
            assert_eq!(written(format, value), expected, "{format}");
        }
    }
}
