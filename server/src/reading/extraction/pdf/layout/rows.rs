//! From letters to rows: what stands on one baseline, with the footnote marks above it.

use super::letters::Letter;

/// How far apart baselines of one row may be, in heights of the font.
const JITTER: f32 = 0.2;
/// A gap as wide as this, in heights of the font, may part more than words.
const WIDE: f32 = 0.7;
/// Letters that are printed twice to look bold stand no farther apart.
const TWICE: f32 = 0.12;
/// Marks of footnotes are at least so much smaller than the text they stand on.
const SMALLER: f32 = 0.87;
/// How far from their text such marks stand, in heights of its font: in a line, and at its beginning.
const CLOSE: f32 = 0.6;
const OFF: f32 = 1.6;
/// How many letters of a row around a mark are looked at.
const BESIDE: usize = 8;
/// How many rows around one a mark may belong to: more are printed over each other.
const AROUND: usize = 24;

/// Letters on one baseline, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) letters: Vec<Letter>,
    pub(super) y: f32,
    /// The height of most of its letters.
    pub(super) size: f32,
}

/// A part of a row, with no wide gap in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Row {
    /// A row of letters; none when they are all white space.
    pub(super) fn of(mut letters: Vec<Letter>) -> Option<Self> {
        letters.sort_by(|a, b| a.left.total_cmp(&b.left));
        let shown = || letters.iter().filter(|letter| !letter.is_space());
        let mut sizes: Vec<f32> =
            shown().filter(|letter| !letter.is_raised).map(|letter| letter.size).collect();
        if sizes.is_empty() {
            sizes = shown().map(|letter| letter.size).collect();
        }
        sizes.sort_by(f32::total_cmp);
        let size = sizes.get(sizes.len() / 2).copied()?;
        let y =
            shown().find(|letter| !letter.is_raised && letter.size >= size * SMALLER).or(shown().next())?.y;
        Some(Self { letters, y, size })
    }

    /// The letters that are no white space.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Letter> {
        self.letters.iter().filter(|letter| !letter.is_space())
    }

    /// Its left and right edges.
    pub(super) fn edges(&self) -> Segment {
        let left = self.shown().map(|letter| letter.left).fold(f32::INFINITY, f32::min);
        let right = self.shown().map(|letter| letter.right).fold(f32::NEG_INFINITY, f32::max);
        Segment { left, right }
    }

    /// Its parts between wide gaps.
    pub(super) fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for letter in self.shown() {
            match segments.last_mut() {
                Some(last) if letter.left - last.right < WIDE * self.size => {
                    last.right = last.right.max(letter.right);
                }
                _ => segments.push(Segment { left: letter.left, right: letter.right }),
            }
        }
        segments
    }
}

/// The rows of letters, from the top.
pub(super) fn rows(mut letters: Vec<Letter>) -> Vec<Row> {
    letters.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    let mut groups: Vec<Vec<Letter>> = Vec::new();
    for letter in letters {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|last| letter.y - last.y <= JITTER * letter.size.min(last.size)) =>
            {
                group.push(letter);
            }
            _ => groups.push(vec![letter]),
        }
    }
    let rows = groups.into_iter().filter_map(|group| Row::of(once(group))).collect();
    with_marks(rows)
}

/// The letters, those that are printed twice on the same spot once.
fn once(mut letters: Vec<Letter>) -> Vec<Letter> {
    letters.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut kept: Vec<Letter> = Vec::with_capacity(letters.len());
    for letter in letters {
        let near = kept.iter().rev().take(8).any(|before| {
            before.text == letter.text
                && (before.left - letter.left).abs() < TWICE * letter.size
                && (before.y - letter.y).abs() < TWICE * letter.size
                && (before.size - letter.size).abs() < TWICE * letter.size
        });
        if !near {
            kept.push(letter);
        }
    }
    kept
}

/// Puts small letters that are raised above a row, or lowered below it, into it.
fn with_marks(rows: Vec<Row>) -> Vec<Row> {
    let mut moved: Vec<Vec<Letter>> = vec![Vec::new(); rows.len()];
    for (at, row) in rows.iter().enumerate() {
        for part in parts(&row.letters) {
            let around = (at + 1..at + AROUND).chain((at.saturating_sub(AROUND)..at).rev());
            let home = around
                .filter_map(|near| Some((near, rows.get(near)?)))
                .find_map(|(near, base)| Some((near, offset(&part, base)?)));
            let (to, is_raised) = home.unwrap_or((at, false));
            if let Some(letters) = moved.get_mut(to) {
                letters.extend(part.into_iter().map(|letter| Letter { is_raised, ..letter.clone() }));
            }
        }
    }
    moved.into_iter().filter_map(Row::of).collect()
}

/// Letters of a row, parted where they do not touch.
fn parts(letters: &[Letter]) -> Vec<Vec<&Letter>> {
    let mut parts: Vec<Vec<&Letter>> = Vec::new();
    for letter in letters {
        match parts.last_mut() {
            Some(part) if part.last().is_some_and(|last| letter.left - last.right < letter.size / 2.0) => {
                part.push(letter);
            }
            _ => parts.push(vec![letter]),
        }
    }
    parts
}

/// Whether letters are raised (`true`) above a row or lowered below it, and belong there: smaller, and next to a letter
/// of it.
fn offset(part: &[&Letter], base: &Row) -> Option<bool> {
    let shown = || part.iter().filter(|letter| !letter.is_space());
    let (first, last) = (shown().next()?, shown().next_back()?);
    let height = shown().map(|letter| letter.size).fold(0.0, f32::max);
    // Most rows are too far away, or no larger.
    if (base.y - first.y).abs() > base.size || height > base.size * SMALLER {
        return None;
    }
    let start = base.shown().next()?.left;
    let behind = base.letters.partition_point(|letter| letter.left < first.left);
    let beside = base.letters.get(behind.saturating_sub(BESIDE)..)?.iter().take(2 * BESIDE);
    beside.filter(|letter| !letter.is_space()).find_map(|letter| {
        let rise = (letter.y - first.y) / letter.size;
        let is_near = |gap: f32, most: f32| (-0.3..most).contains(&(gap / letter.size));
        // The mark at the beginning of a footnote may stand off.
        let most = if letter.left <= start { OFF } else { CLOSE };
        let is_next = is_near(first.left - letter.right, CLOSE) || is_near(letter.left - last.right, most);
        let is_smaller = height <= letter.size * SMALLER;
        match rise {
            _ if !is_next || !is_smaller => None,
            0.1..0.8 => Some(true),
            -0.4..-0.03 => Some(false),
            _ => None,
        }
    })
}
