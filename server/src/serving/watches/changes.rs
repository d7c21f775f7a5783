//! The answers of a watch, made from stored bytes without decoding them.

use bytes::{BufMut, Bytes, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};

use crate::store::ChangedParagraph;

/// The header of a gRPC message: uncompressed, and its length in four bytes.
pub(super) const HEADER: usize = 5;

/// `WatchParagraphsResponse` with its header: some changes, and the revision where they are the last of it.
pub(super) fn frame(changes: &[ChangedParagraph<'_>], revision: Option<u64>) -> Bytes {
    let revision = revision.map(|revision| revision.to_string());
    let len: usize = changes.iter().map(|change| field_len(1, change_len(change))).sum();
    let len = len + revision.as_ref().map_or(0, |revision| field_len(2, revision.len()));
    let mut out = BytesMut::with_capacity(HEADER + len);
    out.put_u8(0);
    out.put_u32(len as u32);
    for change in changes {
        put_key(1, change_len(change), &mut out);
        match change {
            ChangedParagraph::Put { name, paragraph } => {
                put_field(1, name.as_bytes(), &mut out);
                put_field(2, paragraph, &mut out);
            }
            ChangedParagraph::Removed { name } => {
                put_field(1, name.as_bytes(), &mut out);
                put_field(3, &[], &mut out);
            }
        }
    }
    if let Some(revision) = &revision {
        put_field(2, revision.as_bytes(), &mut out);
    }
    out.freeze()
}

/// How many bytes a `ParagraphChange` has.
fn change_len(change: &ChangedParagraph<'_>) -> usize {
    match change {
        ChangedParagraph::Put { name, paragraph } => field_len(1, name.len()) + field_len(2, paragraph.len()),
        ChangedParagraph::Removed { name } => field_len(1, name.len()) + field_len(3, 0),
    }
}

fn field_len(tag: u32, len: usize) -> usize {
    key_len(tag) + encoded_len_varint(len as u64) + len
}

fn put_key(tag: u32, len: usize, out: &mut BytesMut) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(len as u64, out);
}

fn put_field(tag: u32, bytes: &[u8], out: &mut BytesMut) {
    put_key(tag, bytes.len(), out);
    out.put_slice(bytes);
}

#[cfg(test)]
mod tests {
    use alinea_proto::v1::{self, paragraph_change::Change};
    use prost::Message;

    use super::*;

    #[test]
    fn a_frame_is_the_message_it_stands_for() {
        let paragraph = v1::Paragraph { name: "documents/d/paragraphs/a".to_owned(), ..Default::default() };
        let encoded = paragraph.encode_to_vec();
        let changes = [
            ChangedParagraph::Put { name: &paragraph.name, paragraph: &encoded },
            ChangedParagraph::Removed { name: "documents/d/paragraphs/b" },
        ];
        let change = |name: &str, change| v1::ParagraphChange { name: name.to_owned(), change: Some(change) };
        let all = vec![
            change("documents/d/paragraphs/a", Change::Put(paragraph.clone())),
            change("documents/d/paragraphs/b", Change::Removal(v1::ParagraphRemoval {})),
        ];
        for (changes, revision, expected) in [
            (&changes[..], None, v1::WatchParagraphsResponse { changes: all, revision: String::new() }),
            (&[], Some(7), v1::WatchParagraphsResponse { changes: vec![], revision: "7".to_owned() }),
        ] {
            let frame = frame(changes, revision);
            assert_eq!(
                u32::from_be_bytes(frame[1..HEADER].try_into().unwrap()) as usize,
                frame.len() - HEADER
            );
            assert_eq!(v1::WatchParagraphsResponse::decode(&frame[HEADER..]).unwrap(), expected);
        }
    }
}
