//! How fast a connection may say what asks for nothing: floods of pings, settings, calls that are taken back and the like cost
//! the server work and their sender none. Calls and data are not measured here, nor is HTTP/1.1.

use std::time::Duration;

use tokio::time::Instant;

use crate::serving::bucket::Bucket;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADER: usize = 9;

/// What may be said a second, and at once after a pause. A frame that asks for nothing costs [`FRAME`], which is some
/// 2,000 of them; updates of windows and small pieces of data, which readers and senders need, cost [`SMALL`].
const RATE: f64 = 32_000.0;
const FRAME: f64 = 16.0;
const SMALL: f64 = 1.0;
/// Data of so many bytes is no small piece.
const SMALL_BYTES: usize = 256;

/// Frame types (RFC 9113, section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const WINDOW_UPDATE: u8 = 8;
/// The flag of a frame after which its sender has nothing more to say in the call.
const END_STREAM: u8 = 1;

/// Follows what one connection says.
pub(super) struct Meter {
    place: Place,
    /// What may still be said.
    left: Bucket,
}

/// Where in what is said the next byte stands.
enum Place {
    /// In the preface, after so many bytes.
    Preface(usize),
    /// In the header of a frame, after so many bytes.
    Header([u8; HEADER], usize),
    /// In the payload of a frame, before so many bytes.
    Payload(usize),
    /// It is not HTTP/2.
    Other,
}

impl Meter {
    pub(super) fn new(now: Instant) -> Self {
        Self { place: Place::Preface(0), left: Bucket::full(RATE, now) }
    }

    /// Takes what was said in. Returns how long not to listen then.
    pub(super) fn take(&mut self, said: &[u8], now: Instant) -> Option<Duration> {
        match self.cost(said) {
            0.0 => None,
            cost => self.left.spend(cost, now),
        }
    }

    /// Whether it said little for a while.
    pub(super) fn is_calm(&mut self, now: Instant) -> bool {
        self.left.wait(RATE / 2.0, now).is_none()
    }

    fn cost(&mut self, mut said: &[u8]) -> f64 {
        let mut cost = 0.0;
        while let Some((&byte, rest)) = said.split_first() {
            match &mut self.place {
                Place::Preface(at) if PREFACE.get(*at) == Some(&byte) => {
                    *at += 1;
                    said = rest;
                    if *at == PREFACE.len() {
                        self.place = Place::Header([0; HEADER], 0);
                    }
                }
                Place::Preface(_) => self.place = Place::Other,
                Place::Header(header, at) => {
                    if let Some(place) = header.get_mut(*at) {
                        *place = byte;
                    }
                    *at += 1;
                    said = rest;
                    if *at == HEADER {
                        let &mut [a, b, c, kind, flags, ..] = header;
                        let length = u32::from_be_bytes([0, a, b, c]) as usize;
                        cost += price(kind, flags, length);
                        self.place = Place::Payload(length);
                    }
                }
                Place::Payload(0) => self.place = Place::Header([0; HEADER], 0),
                Place::Payload(left) => {
                    let here = said.len().min(*left);
                    *left -= here;
                    said = said.get(here..).unwrap_or_default();
                }
                Place::Other => return cost,
            }
        }
        cost
    }
}

fn price(kind: u8, flags: u8, length: usize) -> f64 {
    match kind {
        HEADERS => 0.0,
        // Each call has one last piece of data, which is small, or nothing, when the call is.
        DATA if length >= SMALL_BYTES || flags & END_STREAM != 0 => 0.0,
        DATA if length > 0 => SMALL,
        WINDOW_UPDATE => SMALL,
        _ => FRAME,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: u8 = 6;
    const RST_STREAM: u8 = 3;

    fn frames(kind: u8, length: usize, count: usize) -> Vec<u8> {
        flagged(kind, 0, length, count)
    }

    fn flagged(kind: u8, flags: u8, length: usize, count: usize) -> Vec<u8> {
        let mut frame = (length as u32).to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags, 0, 0, 0, 1]);
        frame.resize(HEADER + length, 7);
        frame.repeat(count)
    }

    /// How long not to listen to a connection that says all this at once, in pieces of some length.
    fn silence(said: &[&[u8]], piece: usize) -> Duration {
        let now = Instant::now();
        let mut meter = Meter::new(now);
        let mut last = None;
        for piece in [&[PREFACE], said].concat().concat().chunks(piece) {
            last = meter.take(piece, now).or(last);
        }
        last.unwrap_or_default()
    }

    #[test]
    fn floods_are_slowed_down_however_they_are_cut_and_work_is_not() {
        for piece in [1, 7, 9, 1000, 1 << 20] {
            let (calls, data) = (frames(HEADERS, 60, 20_000), frames(DATA, 300, 20_000));
            assert_eq!(silence(&[&calls, &data], piece), Duration::ZERO);
            let small_calls = [0, 60].map(|length| flagged(DATA, END_STREAM, length, 40_000));
            assert_eq!(silence(&[&calls, &small_calls[0], &small_calls[1]], piece), Duration::ZERO);
            assert_eq!(silence(&[&frames(WINDOW_UPDATE, 4, 30_000)], piece), Duration::ZERO);
            assert_eq!(silence(&[&frames(PING, 8, 2000)], piece), Duration::ZERO);
            for kind in [PING, RST_STREAM] {
                assert_eq!(silence(&[&calls, &frames(kind, 8, 4000)], piece), Duration::from_secs(1));
            }
            assert_eq!(silence(&[&frames(DATA, 0, 6000)], piece), Duration::from_secs(2));
        }
    }

    #[test]
    fn time_makes_up_for_what_was_said() {
        let now = Instant::now();
        let mut meter = Meter::new(now);
        meter.take(PREFACE, now);
        for second in 0..10 {
            let now = now + Duration::from_secs(second);
            assert_eq!(meter.take(&frames(PING, 8, 2000), now), None);
        }
    }

    #[test]
    fn what_is_not_http2_is_not_measured() {
        let said = frames(PING, 8, 10_000);
        let mut meter = Meter::new(Instant::now());
        assert_eq!(meter.take(b"POST / HTTP/1.1\r\n", Instant::now()), None);
        assert_eq!(meter.take(&said, Instant::now()), None);
    }
}
