//! Which segments are made one: neighbours, so that each keeps its paragraphs in the order of positions.

use std::ops::Range;

/// What is known of a segment, in the order of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// How many paragraphs it has.
    pub(super) len: u32,
    /// How many of them are deleted.
    pub(super) deleted: u32,
}

/// How many segments are made one at least.
const FEWEST: usize = 8;
/// How many times larger than the largest of them what comes out is at least, so that nothing is written again often.
const GROWTH: u64 = 4;
/// A segment of which more than this share is deleted is written anew.
const MOST_DELETED: f32 = 0.3;

/// The segments to be made one, if any: of all that can be, those that have the fewest paragraphs.
pub(super) fn to_merge(sizes: &[Size]) -> Option<Range<usize>> {
    if let Some(at) = sizes.iter().position(|size| size.deleted as f32 > MOST_DELETED * size.len as f32) {
        return Some(at..at + 1);
    }
    let mut least: Option<(u64, Range<usize>)> = None;
    for from in 0..sizes.len() {
        let (mut all, mut largest) = (0, 0);
        for (to, size) in (from + 1..).zip(&sizes[from..]) {
            all += u64::from(size.len);
            largest = largest.max(u64::from(size.len));
            if to - from >= FEWEST
                && largest * GROWTH <= all
                && least.as_ref().is_none_or(|(least, _)| all < *least)
            {
                least = Some((all, from..to));
            }
        }
    }
    least.map(|(_, range)| range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_are_written_few_are_left_and_little_is_written_again() {
        let lens: [fn(u32) -> u32; 4] = [
            |at| 500 + at * 7919 % 5000,
            |_| 1000,
            |at| if at.is_multiple_of(3) { 20_000 } else { 1 },
            |at| if at < 500 { 100 } else { 30_000 },
        ];
        for len in lens {
            let mut sizes: Vec<Size> = Vec::new();
            let mut written = 0_u64;
            for at in 0..1000 {
                sizes.push(Size { len: len(at), deleted: 0 });
                while let Some(range) = to_merge(&sizes) {
                    let len = sizes[range.clone()].iter().map(|size| size.len).sum();
                    written += u64::from(len);
                    sizes.splice(range, [Size { len, deleted: 0 }]);
                }
                assert!(sizes.len() < 50, "{}", sizes.len());
            }
            let all: u64 = sizes.iter().map(|size| u64::from(size.len)).sum();
            assert!(written < 6 * all, "{written} of {all}");
        }
    }

    #[test]
    fn what_is_mostly_deleted_is_written_anew() {
        let sizes = [(1000, 0), (1000, 400)].map(|(len, deleted)| Size { len, deleted });
        assert_eq!(to_merge(&sizes), Some(1..2));
        assert_eq!(to_merge(&sizes[..1]), None);
    }
}
