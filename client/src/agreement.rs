//! What is read of any bytes is what prost reads of them and [`FromWire`] takes: the same values, or an error both times.
//! Property tests hold it here, and `fuzz/` for as long as one lets it.

#![allow(clippy::expect_used, reason = "it is there to fail where the two differ")]

use alinea_proto::v1;
use prost::Message;

use crate::message::{Change, Changed, FromWire, Paragraph, Received};

/// Fails when values of their own are read differently.
pub fn owned(bytes: &[u8]) {
    assert_same(Received::read(bytes).ok(), bytes);
}

/// Fails when views are read differently.
#[cfg(feature = "views")]
pub fn views(bytes: &[u8]) {
    let batch = crate::message::ViewBatch::read(bytes.to_vec().into()).ok();
    let owned = batch.map(|batch| Received {
        paragraphs: batch.paragraphs().map(|paragraph| paragraph.to_owned()).collect(),
        cursor: batch.cursor().as_str().to_owned(),
        revision: batch.revision().as_str().to_owned(),
    });
    assert_same(owned, bytes);
}

/// Fails when the answer of one paragraph is read differently.
pub fn single(bytes: &[u8]) {
    let expected = || {
        let wire = v1::GetParagraphResponse::decode(bytes).ok()?;
        Paragraph::from_wire(wire.paragraph?).ok()
    };
    let (mut read, mut expected) = (Received::single(bytes).ok(), expected());
    assert_eq!(take_scores(read.iter_mut()), take_scores(expected.iter_mut()));
    assert_eq!(read, expected);
}

/// Fails when changes are read differently.
pub fn changes(bytes: &[u8]) {
    let scores = |changed: &mut Option<Changed>| -> Vec<u32> {
        let changes = changed.iter_mut().flat_map(|changed| &mut changed.changes);
        let put = changes.filter_map(|change| match change {
            Change::Put(paragraph) => Some(paragraph),
            _ => None,
        });
        take_scores(put)
    };
    let expected = || {
        let wire = v1::WatchParagraphsResponse::decode(bytes).ok()?;
        Some(Changed { changes: Vec::from_wire(wire.changes).ok()?, revision: wire.revision })
    };
    let (mut read, mut expected) = (Changed::read(bytes).ok(), expected());
    assert_eq!(scores(&mut read), scores(&mut expected));
    assert_eq!(read, expected);
}

/// A score may be no number, which is never the same as itself.
fn take_scores<'a>(paragraphs: impl Iterator<Item = &'a mut Paragraph>) -> Vec<u32> {
    let tags = paragraphs.flat_map(|paragraph| &mut paragraph.tags);
    tags.map(|tag| std::mem::take(&mut tag.score).to_bits()).collect()
}

fn assert_same(read: Option<Received>, bytes: &[u8]) {
    let (mut read, mut expected) = (read, by_prost(bytes));
    let scores = |received: &mut Option<Received>| {
        take_scores(received.iter_mut().flat_map(|received| &mut received.paragraphs))
    };
    assert_eq!(scores(&mut read), scores(&mut expected));
    assert_eq!(read, expected);
}

fn by_prost(bytes: &[u8]) -> Option<Received> {
    let wire = v1::StreamParagraphsResponse::decode(bytes).ok()?;
    let paragraphs = Vec::<Paragraph>::from_wire(wire.paragraphs).ok()?;
    Some(Received { paragraphs, cursor: wire.cursor, revision: wire.revision })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, option, prelude::*};

    fn all(bytes: &[u8]) {
        owned(bytes);
        single(bytes);
        changes(bytes);
        #[cfg(feature = "views")]
        views(bytes);
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            10 => "documents/[a-z0-9-]{1,12}/paragraphs/[a-z_0-9]{1,20}",
            1 => "[a-z]{1,5}/[a-z é]{1,5}",
            1 => "documents/d/(sections|paragraphs)/s{0,2}",
            1 => ".{0,9}",
        ]
    }

    fn section() -> impl Strategy<Value = String> {
        prop_oneof![3 => "documents/[a-z]{1,4}/sections/[a-z_]{1,9}", 3 => Just(String::new()), 1 => ".{0,9}"]
    }

    fn tag() -> impl Strategy<Value = v1::Tag> {
        let theme = prop_oneof![5 => "themes/[a-z.]{1,12}", 1 => "[a-z]{1,4}", 1 => ".{0,9}"];
        (theme, any::<f32>(), any::<i32>()).prop_map(|(theme, score, origin)| v1::Tag {
            theme,
            score,
            origin,
        })
    }

    fn paragraph() -> impl Strategy<Value = v1::Paragraph> {
        let ordinal = prop_oneof![5 => 0..i32::MAX, 1 => any::<i32>()];
        let span = (-1i64..1 << 40, 0i64..9).prop_map(|(start, end)| v1::Span { start, end });
        let footnote =
            (name(), -1i32..999).prop_map(|(footnote, offset)| v1::FootnoteReference { footnote, offset });
        let texts = ("\\PC{0,200}", ".{0,4}", "[a-z]{0,3}", vec(".{0,40}", 0..3));
        let names = (name(), option::of(name()), section());
        let parts = (vec(tag(), 0..3), vec(footnote, 0..2), vec(span, 0..2));
        (names, any::<u64>(), 0i32..12, texts, ordinal, parts).prop_map(
            |(names, position, kind, texts, ordinal, (tags, footnotes, source_spans))| v1::Paragraph {
                name: names.0,
                position,
                kind,
                number: texts.1,
                text: texts.0,
                language_code: texts.2,
                section: names.2,
                headings: texts.3,
                owner: names.1.unwrap_or_default(),
                ordinal,
                tags,
                footnotes,
                source_spans,
            },
        )
    }

    fn response() -> impl Strategy<Value = v1::StreamParagraphsResponse> {
        (vec(paragraph(), 0..4), ".{0,30}", "[0-9]{0,5}").prop_map(|(paragraphs, cursor, revision)| {
            v1::StreamParagraphsResponse { paragraphs, cursor, revision }
        })
    }

    fn single_response() -> impl Strategy<Value = v1::GetParagraphResponse> {
        (option::weighted(0.97, paragraph()), "[0-9]{0,5}")
            .prop_map(|(paragraph, revision)| v1::GetParagraphResponse { paragraph, revision })
    }

    fn watch_response() -> impl Strategy<Value = v1::WatchParagraphsResponse> {
        use v1::paragraph_change::Change;
        let removal = Just(Change::Removal(v1::ParagraphRemoval {}));
        let what = prop_oneof![3 => paragraph().prop_map(Change::Put), 1 => removal];
        let change = (name(), option::weighted(0.97, what))
            .prop_map(|(name, change)| v1::ParagraphChange { name, change });
        (vec(change, 0..4), "[0-9]{0,5}")
            .prop_map(|(changes, revision)| v1::WatchParagraphsResponse { changes, revision })
    }

    fn spoilt(mut bytes: Vec<u8>, changes: Vec<(prop::sample::Index, usize, Vec<u8>)>) -> Vec<u8> {
        for (at, gone, come) in changes {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..(at + gone).min(bytes.len()), come);
        }
        bytes
    }

    /// A change of some bytes: where, how many go, and what comes in their place.
    fn change() -> impl Strategy<Value = (prop::sample::Index, usize, Vec<u8>)> {
        let fields = prop_oneof![
            vec(any::<u8>(), 0..3),
            // A group, one that does not end, a field of number 0, a long number, fields that are known and not.
            prop::sample::select(vec![
                &[0x7b, 0x08, 1, 0x7c][..],
                &[0x7b, 0x7b, 0x7c],
                &[0x02, 0],
                &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
                &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
                &[0x0a, 2, b'o', b'k'],
                &[0x18, 5],
                &[0x1a, 1, 0xff],
                &[0x2a, 1, 0xff],
                &[0x3d, 0, 0, 0x80, 0x3f],
                &[0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8],
                &[0xfa, 0xff, 0xff, 0xff, 0x0f, 1, 9],
            ])
            .prop_map(<[u8]>::to_vec),
        ];
        (any::<prop::sample::Index>(), 0usize..3, fields)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn every_bytes_are_read_as_prost_reads_them(bytes in vec(any::<u8>(), 0..60)) {
            all(&bytes);
        }

        #[test]
        fn every_response_is_read_as_prost_reads_it(response in response()) {
            all(&response.encode_to_vec());
        }

        #[test]
        fn every_response_that_was_spoilt_is_read_as_prost_reads_it(
            response in response(),
            changes in vec(change(), 1..4),
        ) {
            all(&spoilt(response.encode_to_vec(), changes));
        }

        #[test]
        fn every_response_with_one_paragraph_is_read_as_prost_reads_it(response in single_response()) {
            all(&response.encode_to_vec());
        }

        #[test]
        fn every_response_with_one_paragraph_that_was_spoilt_is_read_as_prost_reads_it(
            response in single_response(),
            changes in vec(change(), 1..4),
        ) {
            all(&spoilt(response.encode_to_vec(), changes));
        }

        #[test]
        fn every_paragraph_that_is_said_twice_is_put_together_as_prost_does(
            one in single_response(),
            other in single_response(),
        ) {
            all(&[one.encode_to_vec(), other.encode_to_vec()].concat());
        }

        #[test]
        fn every_response_of_a_watch_is_read_as_prost_reads_it(response in watch_response()) {
            all(&response.encode_to_vec());
        }

        #[test]
        fn every_response_of_a_watch_that_was_spoilt_is_read_as_prost_reads_it(
            response in watch_response(),
            changes in vec(change(), 1..4),
        ) {
            all(&spoilt(response.encode_to_vec(), changes));
        }

        #[test]
        fn every_change_that_is_said_twice_is_put_together_as_prost_does(
            one in watch_response(),
            other in watch_response(),
        ) {
            let parts = one.changes.iter().zip(&other.changes);
            let bytes = parts.flat_map(|(one, other)| {
                let inner = [one.encode_to_vec(), other.encode_to_vec()].concat();
                let mut bytes = vec![0x0a];
                prost::encoding::encode_varint(inner.len() as u64, &mut bytes);
                [bytes, inner].concat()
            });
            all(&bytes.collect::<Vec<u8>>());
        }

        #[test]
        fn every_field_may_stand_anywhere_in_a_paragraph(
            paragraph in paragraph(),
            extra in vec(change(), 1..3),
        ) {
            let fields: Vec<u8> = extra.into_iter().flat_map(|(_, _, come)| come).collect();
            let inner = [fields.clone(), paragraph.encode_to_vec(), fields].concat();
            let mut bytes = vec![0x0a];
            prost::encoding::encode_varint(inner.len() as u64, &mut bytes);
            bytes.extend(inner);
            all(&bytes);
        }
    }

    #[test]
    fn what_a_later_server_adds_to_one_paragraph_is_skipped_whatever_its_type() {
        let paragraph = v1::Paragraph { name: "documents/d/paragraphs/p".to_owned(), ..Default::default() };
        let known = v1::GetParagraphResponse { paragraph: Some(paragraph), revision: "1".to_owned() };
        let known = known.encode_to_vec();
        for added in [
            &[0x18, 5][..],
            &[0x19, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0x1a, 1, 0xff],
            &[0x1b, 0x1c],
            &[0x1d, 1, 2, 3, 4],
        ] {
            for bytes in [[&known[..], added].concat(), [added, &known[..]].concat()] {
                all(&bytes);
                assert!(Received::single(&bytes).is_ok(), "{bytes:?}");
            }
        }
    }

    #[test]
    fn groups_may_be_nested_as_deep_as_prost_lets_them_and_no_deeper() {
        let name = v1::Paragraph { name: "d/p".to_owned(), ..Default::default() }.encode_to_vec();
        for deep in 90..110 {
            let groups = [vec![0x7b; deep], vec![0x7c; deep]].concat();
            all(&groups);
            let mut tag = vec![0x0a, 1, b't'];
            tag.extend(&groups);
            for inner in [
                [&name[..], &groups].concat(),
                [&name[..], &[0x5a, tag.len() as u8 | 0x80, 1], &tag].concat(),
            ] {
                let mut bytes = vec![0x0a];
                prost::encoding::encode_varint(inner.len() as u64, &mut bytes);
                bytes.extend(inner);
                all(&bytes);
            }
        }
        assert!(by_prost(&[vec![0x7b; 100], vec![0x7c; 100]].concat()).is_some());
        assert!(by_prost(&[vec![0x7b; 101], vec![0x7c; 101]].concat()).is_none());
    }
}
