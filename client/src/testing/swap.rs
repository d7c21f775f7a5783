//! Two messages of gRPC that change places.

use std::collections::VecDeque;

/// The length of the header of a frame of HTTP/2, and of that of a message.
const FRAME_HEADER: usize = 9;
const MESSAGE_HEADER: usize = 5;
/// The kind of frames that have data, and the flags that say they are more than that.
const DATA: u8 = 0;
const END_STREAM_OR_PADDED: u8 = 1 | 8;

/// Lets the next two messages of one answer change places, as soon as both stand whole in frames of their own, or in one.
#[derive(Debug, Default)]
pub(super) struct Swap {
    /// The frame that waits for the next of its answer.
    kept: Option<Vec<u8>>,
}

/// What is to be done with what is held.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// More has to be read: the next frame is not whole.
    More,
    /// The next frame is kept back.
    Kept,
    /// The next frame passes as it is.
    Pass,
    /// Two messages changed places.
    Swapped,
}

impl Swap {
    /// Looks at the frame with which what is held begins.
    pub(super) fn turn(&mut self, held: &mut VecDeque<u8>) -> Turn {
        let bytes = held.make_contiguous();
        let Some(length) = frame_length(bytes).filter(|length| *length <= bytes.len()) else {
            return Turn::More;
        };
        let frame = &mut bytes[..length];
        let Some(kept) = self.kept.take() else {
            let Some(first) = messages(frame) else { return Turn::Pass };
            let payload = &mut frame[FRAME_HEADER..];
            return match message_length(&payload[first..]) {
                Some(second) => {
                    payload[..first + second].rotate_left(first);
                    Turn::Swapped
                }
                None => {
                    self.kept = Some(held.drain(..length).collect());
                    Turn::Kept
                }
            };
        };
        if stream(frame) != stream(&kept) {
            self.kept = Some(kept);
            return Turn::Pass;
        }
        // Where there is no other message to change places with, it comes first after all.
        let at = if messages(frame).is_some() { length } else { 0 };
        let after = held.split_off(at);
        held.extend(kept);
        held.extend(after);
        if at > 0 { Turn::Swapped } else { Turn::Pass }
    }

    /// What was kept back when nothing more comes.
    pub(super) fn end(self) -> Vec<u8> {
        self.kept.unwrap_or_default()
    }
}

/// The length of a frame with its header, when as much of it is there.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let [high, middle, low] = *bytes.get(..FRAME_HEADER)?.first_chunk()?;
    Some(FRAME_HEADER + (usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)))
}

fn stream(frame: &[u8]) -> &[u8] {
    &frame[5..FRAME_HEADER]
}

/// The length of a message with its header, when all of it is there.
fn message_length(bytes: &[u8]) -> Option<usize> {
    let [_, length @ ..] = *bytes.first_chunk::<MESSAGE_HEADER>()?;
    let length = MESSAGE_HEADER + usize::try_from(u32::from_be_bytes(length)).ok()?;
    (length <= bytes.len()).then_some(length)
}

/// The length of the first message of a frame that consists of whole messages.
fn messages(frame: &[u8]) -> Option<usize> {
    if frame[3] != DATA || frame[4] & END_STREAM_OR_PADDED != 0 {
        return None;
    }
    let first = message_length(&frame[FRAME_HEADER..])?;
    let mut at = FRAME_HEADER + first;
    while at < frame.len() {
        at += message_length(&frame[at..])?;
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        [&[0, 0, payload.len() as u8, kind, 0, 0, 0, 0, stream], payload].concat()
    }

    fn message(byte: u8) -> [u8; 7] {
        [0, 0, 0, 0, 2, byte, byte]
    }

    /// What comes out of frames, of which so many bytes are read at a time.
    fn passed(frames: &[Vec<u8>], step: usize) -> Vec<u8> {
        let bytes = frames.concat();
        let (mut swap, mut done) = (Swap::default(), false);
        let (mut unread, mut held, mut out) = (bytes.chunks(step), VecDeque::new(), Vec::new());
        loop {
            if done {
                out.extend(held.drain(..));
            }
            match if held.is_empty() { Turn::More } else { swap.turn(&mut held) } {
                Turn::More => match unread.next() {
                    Some(piece) => held.extend(piece),
                    None => break,
                },
                Turn::Kept => {}
                Turn::Pass => {
                    let length = frame_length(held.make_contiguous()).unwrap();
                    out.extend(held.drain(..length));
                }
                Turn::Swapped => done = true,
            }
        }
        out.extend(swap.end());
        out
    }

    #[test]
    fn the_next_two_messages_of_one_answer_change_places_and_nothing_else() {
        let [a, b, c] = [b'a', b'b', b'c'].map(message);
        let data = |messages: &[[u8; 7]]| frame(DATA, 1, &messages.concat());
        let (headers, other, part) = (frame(1, 1, b"head"), frame(DATA, 3, &a), frame(DATA, 1, &a[..3]));
        let cases = [
            // In frames of their own, with others between.
            (
                vec![headers.clone(), data(&[a]), other.clone(), data(&[b]), data(&[c])],
                vec![headers.clone(), other.clone(), data(&[b]), data(&[a]), data(&[c])],
            ),
            // In one frame.
            (vec![data(&[a, b, c])], vec![data(&[b, a, c])]),
            // Nothing to change places with, and parts of messages.
            (vec![data(&[a]), headers.clone()], vec![data(&[a]), headers.clone()]),
            (vec![part.clone(), headers.clone(), part.clone()], vec![part.clone(), headers.clone(), part]),
            (vec![data(&[a]), other.clone()], vec![other, data(&[a])]),
        ];
        for (frames, expected) in cases {
            for step in 1..=frames.concat().len() {
                assert_eq!(passed(&frames, step), expected.concat(), "{step} bytes at a time");
            }
        }
    }
}
