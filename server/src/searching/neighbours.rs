//! Which segments are made one: neighbours, so that each keeps its paragraphs in the order of positions.

/// What is known of a segment, in the order of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// How many paragraphs it has.
    pub(super) len: u32,
    /// How many of them are deleted.
    pub(super) deleted: u32,
}

/// How many segments are made one at least, and how many times larger one is for it than those of the level below.
const FACTOR: usize = 8;
/// Segments of fewer paragraphs are all of the lowest level.
const SMALLEST: u32 = 4096;
/// A segment of which more than this share is deleted is written anew.
const MOST_DELETED: f32 = 0.3;

/// The segments to be made one, if any.
pub(super) fn to_merge(sizes: &[Size]) -> Option<std::ops::Range<usize>> {
    if let Some(at) = sizes.iter().position(|size| size.deleted as f32 > MOST_DELETED * size.len as f32) {
        return Some(at..at + 1);
    }
    // What stands behind a run of large ones is small: the run that is shortest in paragraphs is taken first.
    let runs = (0..sizes.len()).filter_map(|from| {
        let level = level(sizes[from].len);
        let run = sizes[from..].iter().take_while(|size| self::level(size.len) <= level).count();
        (run >= FACTOR).then_some(from..from + run)
    });
    runs.min_by_key(|run| sizes[run.clone()].iter().map(|size| u64::from(size.len)).sum::<u64>())
}

fn level(len: u32) -> u32 {
    len.max(SMALLEST).ilog(FACTOR as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_are_written_few_are_left_and_little_is_written_again() {
        let mut sizes: Vec<Size> = Vec::new();
        let mut written = 0_u64;
        for at in 0..3000_u32 {
            sizes.push(Size { len: 500 + at * 7919 % 5000, deleted: 0 });
            while let Some(range) = to_merge(&sizes) {
                let len = sizes[range.clone()].iter().map(|size| size.len).sum();
                written += u64::from(len);
                sizes.splice(range, [Size { len, deleted: 0 }]);
            }
        }
        let all: u64 = sizes.iter().map(|size| u64::from(size.len)).sum();
        assert!(sizes.len() < 40, "{}", sizes.len());
        assert!(written < 6 * all, "{written} of {all}");
    }

    #[test]
    fn what_is_mostly_deleted_is_written_anew() {
        let sizes = [(1000, 0), (1000, 400)].map(|(len, deleted)| Size { len, deleted });
        assert_eq!(to_merge(&sizes), Some(1..2));
        assert_eq!(to_merge(&sizes[..1]), None);
    }
}
