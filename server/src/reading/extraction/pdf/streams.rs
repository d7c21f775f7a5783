//! Unpacking streams within a [`Budget`].
//!
//! The library unpacks a stream whole, whatever comes out. So each stream is measured first: what Flate makes of it is
//! counted without being kept, and for the other filters the most that they can make of it is taken.

use std::borrow::Cow;
use std::collections::HashSet;

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, ObjectIdentifier, Stream};

use super::budget::{Budget, too_many_bytes};
use super::too_large;
use crate::reading::ReadError;

/// The most that Flate, LZW and run lengths make of a byte (RFC 1951; 12-bit codes; PDF 2.0, 7.4.5).
const FLATE: u64 = 1032;
const LZW: u64 = 2731;
const RUN_LENGTH: u64 = 64;
/// What following a stream costs at least, in bytes.
const DRAWN: u64 = 2048;
/// How far before the word `stream` its dictionary is looked for, in bytes.
const DICTIONARY: usize = 1 << 16;

/// Refuses a file whose streams unpack to more than is read, before the library unpacks any of them.
///
/// It looks at the bytes alone and takes all streams for Flate; those that are not end at once. Pictures are left
/// out, as they are never unpacked. What is in an encrypted file cannot be measured here: only the streams of objects
/// are unpacked unmeasured then, all others are measured again by [`unpacked`].
pub(super) fn check(bytes: &[u8]) -> Result<(), ReadError> {
    let mut left = Budget::whole().bytes();
    let mut from = 0;
    while let Some(at) = find(bytes.get(from..).unwrap_or_default(), b"stream").map(|at| from + at) {
        from = at + b"stream".len();
        let (before, data) = bytes.split_at(from);
        let before = before.get(..at).unwrap_or_default();
        if before.ends_with(b"end") {
            continue;
        }
        let before = Before::of(before);
        if before.is_picture() {
            continue;
        }
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        left = left.checked_sub(inflated(data, left)).ok_or_else(too_many_bytes)?;
        if before.is_layered() {
            return Err(too_large("its table of objects is packed in layers".to_owned()));
        }
    }
    Ok(())
}

/// What stands before the bytes of a stream.
struct Before<'a> {
    /// All since the last stream, unless that is far away.
    window: &'a [u8],
    /// The dictionary of the stream, as far as can be told.
    dictionary: &'a [u8],
    /// Whether the window reaches back to the last stream.
    is_whole: bool,
}

impl<'a> Before<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let window = bytes.get(bytes.len().saturating_sub(DICTIONARY)..).unwrap_or_default();
        let last = rfind(window, b"endstream");
        let is_whole = last.is_some() || window.len() < DICTIONARY;
        let window = last.and_then(|at| window.get(at..)).unwrap_or(window);
        let dictionary = rfind(window, b" obj").and_then(|at| window.get(at..)).unwrap_or(window);
        Self { window, dictionary, is_whole }
    }

    /// Whether this is surely a picture, and not one of the streams that the library needs before it knows any
    /// object: those have a `First` or a `W`, and `#` and `%` could hide these.
    fn is_picture(&self) -> bool {
        self.is_whole
            && find(self.dictionary, b"/Image").is_some()
            && !self.window.contains(&b'%')
            && !self.window.contains(&b'#')
            && !is_structural(self.window)
    }

    /// Whether such a stream is packed twice, or in a way that nobody uses for it: what comes out cannot be measured
    /// without keeping it.
    fn is_layered(&self) -> bool {
        let count = |name: &[u8]| memchr::memmem::find_iter(self.dictionary, name).count();
        let flate = count(b"/FlateDecode") + count(b"/Fl ") + count(b"/Fl/") + count(b"/Fl]");
        is_structural(self.dictionary) && flate + count(b"/RunLength") + 2 * count(b"/LZW") > 1
    }
}

/// Whether a dictionary has the keys of a stream of objects or of a table of these.
fn is_structural(dictionary: &[u8]) -> bool {
    [&b"/First"[..], b"/W ", b"/W["].iter().any(|key| find(dictionary, key).is_some())
}

/// The bytes of a stream, unpacked; none when it is a picture or damaged.
pub(super) fn unpacked<'a>(
    stream: &Stream<'a>,
    budget: &mut Budget,
) -> Result<Option<Cow<'a, [u8]>>, ReadError> {
    if measured(stream, budget.bytes()) > budget.bytes() {
        return Err(too_many_bytes());
    }
    let bytes = stream.decoded_data().ok();
    // A stream that is drawn again and again costs something even when it is empty.
    budget.spend(DRAWN + bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
    Ok(bytes)
}

/// At least as many bytes as a stream unpacks to, or some number above the limit.
fn measured(stream: &Stream<'_>, limit: u64) -> u64 {
    let raw = stream.raw_data();
    let mut most = raw.len() as u64;
    for (at, filter) in stream.filters().iter().enumerate() {
        most = match filter {
            Filter::FlateDecode if at == 0 => inflated(&raw, limit).max(most),
            Filter::FlateDecode => most.saturating_mul(FLATE),
            Filter::LzwDecode => most.saturating_mul(LZW),
            Filter::RunLengthDecode => most.saturating_mul(RUN_LENGTH),
            // `z` stands for four bytes.
            Filter::Ascii85Decode => most.saturating_mul(4),
            _ => most,
        };
    }
    most
}

/// How many bytes Flate makes of some: those before the first error, or more than the limit.
fn inflated(data: &[u8], limit: u64) -> u64 {
    let has_header = matches!(data, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0);
    let mut inflate = Decompress::new(has_header);
    let mut waste = vec![0; 1 << 15];
    while inflate.total_out() <= limit {
        let (before, out) = (inflate.total_in(), inflate.total_out());
        let rest = usize::try_from(before).ok().and_then(|at| data.get(at..)).unwrap_or_default();
        match inflate.decompress(rest, &mut waste, FlushDecompress::None) {
            Ok(Status::Ok | Status::BufError) if inflate.total_in() > before || inflate.total_out() > out => {
            }
            _ => break,
        }
    }
    inflate.total_out()
}

/// Refuses a font whose streams unpack to more than is read. Those that were `seen` are not counted again.
pub(super) fn check_font(
    font: &Dict<'_>,
    budget: &mut Budget,
    seen: &mut HashSet<ObjectIdentifier>,
) -> Result<(), ReadError> {
    let descendants = font.get::<Array<'_>>(b"DescendantFonts");
    let descendant = descendants.and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    for font in [Some(font), descendant.as_ref()].into_iter().flatten() {
        let descriptor = font.get::<Dict<'_>>(b"FontDescriptor").unwrap_or_default();
        let own = [&b"ToUnicode"[..], b"Encoding", b"CIDToGIDMap"].map(|key| font.get::<Stream<'_>>(key));
        let programs =
            [&b"FontFile"[..], b"FontFile2", b"FontFile3"].map(|key| descriptor.get::<Stream<'_>>(key));
        for stream in own.into_iter().chain(programs).flatten() {
            if seen.insert(stream.obj_id()) {
                let most = measured(&stream, budget.bytes());
                if most > budget.bytes() {
                    return Err(too_many_bytes());
                }
                // What is measured by the most that it could be is rarely as large.
                let exact = matches!(stream.filters().as_slice(), [] | [Filter::FlateDecode]);
                budget.spend(if exact { most } else { most.min(8 * stream.raw_data().len() as u64) })?;
            }
        }
    }
    Ok(())
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, needle)
}
