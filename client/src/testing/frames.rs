//! Where the frames of HTTP/2 end, so that one can be put between two.

/// A frame that asks for new calls to be made over another connection, and gives none up: the last stream it knows is the
/// last there can be, and there was no error (RFC 9113, 6.8).
pub(super) const GO_AWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// The length of the header of a frame, in bytes.
const HEADER: usize = 9;
/// The kinds of frames that have headers, and the flag that no more of them follow.
const WITH_HEADERS: [u8; 3] = [1, 5, 9];
const END_HEADERS: u8 = 4;

/// Follows what a server sends, from its first byte.
#[derive(Debug, Clone, Default)]
pub(super) struct Frames {
    header: [u8; HEADER],
    /// How much of the header came.
    known: usize,
    /// How much of the frame is still to come after the header.
    left: usize,
    /// Whether the next frame has to be the rest of the headers.
    continued: bool,
}

impl Frames {
    /// Whether another frame may stand here.
    pub(super) fn is_between(&self) -> bool {
        self.known == 0 && self.left == 0 && !self.continued
    }

    /// Follows bytes up to the first place where another frame may stand; returns how many.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut followed = 0;
        while followed < bytes.len() {
            if self.left > 0 {
                let taken = self.left.min(bytes.len() - followed);
                self.left -= taken;
                followed += taken;
            } else {
                self.header[self.known] = bytes[followed];
                self.known += 1;
                followed += 1;
                if self.known < HEADER {
                    continue;
                }
                let [high, middle, low, kind, flags, ..] = self.header;
                self.left = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                self.continued = WITH_HEADERS.contains(&kind) && flags & END_HEADERS == 0;
                self.known = 0;
            }
            if self.is_between() {
                break;
            }
        }
        followed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of a kind, with flags.
    fn frame(length: u8, kind: u8, flags: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.extend(vec![7; usize::from(length)]);
        frame
    }

    #[test]
    fn another_frame_stands_between_two_and_never_within_headers() {
        let frames =
            [frame(3, 0, 0), frame(0, 4, 1), frame(5, 1, 0), frame(2, 9, END_HEADERS), GO_AWAY.to_vec()];
        let ends = [12, 21, 35 + 11, 46 + 17];
        let bytes = frames.concat();
        for step in 1..=bytes.len() {
            let (mut follower, mut at, mut found) = (Frames::default(), 0, Vec::new());
            while at < bytes.len() {
                let end = bytes.len().min(at + step);
                at += follower.follow(&bytes[at..end]);
                if follower.is_between() {
                    found.push(at);
                }
            }
            assert_eq!(found, ends, "{step} bytes at a time");
        }
    }
}
