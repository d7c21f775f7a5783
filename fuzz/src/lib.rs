//! What holds for every reading of any bytes.

use alinea_server::reading::{MediaType, read};

/// Reads bytes as a format. Whatever is read, every byte of its text that is no white space lies in one span.
pub fn check(bytes: &[u8], media_type: MediaType) {
    let Ok(reading) = read(bytes, Some(media_type)) else { return };
    let tree = &reading.tree;
    let mut covered = vec![false; reading.text.len()];
    let sections = tree.sections.iter().flat_map(|section| &section.spans);
    let paragraphs = tree.paragraphs.iter().flat_map(|paragraph| &paragraph.spans);
    for span in sections.chain(paragraphs).chain(&tree.artefacts) {
        assert!(!span.is_empty() && reading.text.get(span.range()).is_some(), "{span:?} is no text");
        for byte in &mut covered[span.range()] {
            assert!(!std::mem::replace(byte, true), "a byte of {span:?} lies in two spans");
        }
    }
    for (at, (byte, covered)) in reading.text.bytes().zip(covered).enumerate() {
        assert!(covered || byte.is_ascii_whitespace() || byte == 0x0b, "byte {at} is lost");
    }
    for paragraph in &tree.paragraphs {
        assert!(paragraph.section < tree.sections.len() && paragraph.owner.is_none_or(|owner| owner < tree.paragraphs.len()));
    }
}
