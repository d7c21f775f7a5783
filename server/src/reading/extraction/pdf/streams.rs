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
/// out, as they are never unpacked.
pub(super) fn check(bytes: &[u8]) -> Result<(), ReadError> {
    let mut left = Budget::whole().bytes();
    let mut from = 0;
    while let Some(at) = find(bytes.get(from..).unwrap_or_default(), b"stream").map(|at| from + at) {
        from = at + b"stream".len();
        let (before, data) = bytes.split_at(from);
        let before = before.get(..at).unwrap_or_default();
        if before.ends_with(b"end") || is_picture(before) {
            continue;
        }
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        left = left.checked_sub(inflated(data, left)).ok_or_else(too_many_bytes)?;
    }
    Ok(())
}

/// Whether a dictionary at the end of some bytes is surely one of a picture, and not one of a stream that the library
/// needs before it knows any object: those have a `First` or a `W`, and `#` and `%` could hide these.
fn is_picture(before: &[u8]) -> bool {
    let window = before.get(before.len().saturating_sub(DICTIONARY)..).unwrap_or_default();
    let window = match rfind(window, b"endstream") {
        Some(at) => window.get(at..).unwrap_or_default(),
        None if window.len() < DICTIONARY => window,
        None => return false,
    };
    let dictionary = rfind(window, b" obj").and_then(|at| window.get(at..)).unwrap_or(window);
    let other = |window: &[u8]| {
        window.contains(&b'#')
            || find(window, b"/First").is_some()
            || find(window, b"/W ").is_some()
            || find(window, b"/W[").is_some()
    };
    find(dictionary, b"/Image").is_some() && !window.contains(&b'%') && !other(window)
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
