//! Documents made for tests of what is on the disk.

use alinea_proto::v1;

use super::{Change, NewDocument};
use crate::document::DocumentId;

/// Puts a document with so many paragraphs. The last of them have fewer tags than the first.
pub(super) fn put(name: &str, version: u64, count: usize) -> Change {
    let tag = |theme: &str, score| v1::Tag { theme: format!("themes/{theme}"), score, origin: 1 };
    let tags = [tag("peace", 0.9), tag("trade", 0.3)];
    let paragraph = |at: usize| v1::Paragraph {
        name: format!("documents/{name}/paragraphs/para_{at}"),
        text: format!("{name} version {version} paragraph {at}"),
        kind: 1,
        tags: tags.iter().skip(at.min(1)).cloned().collect(),
        ..Default::default()
    };
    Change::Put(Box::new(NewDocument {
        id: DocumentId::try_new(name).unwrap(),
        document: v1::Document {
            name: format!("documents/{name}"),
            kind: 1,
            language_code: "fr".to_owned(),
            work: "work".to_owned(),
            adoption_date: "2006-06-17".to_owned(),
            ..Default::default()
        },
        sections: Vec::new(),
        paragraphs: (0..count).map(paragraph).collect(),
        source: format!("{name} {version}").into_bytes(),
        extract: None,
        said: v1::Document::default(),
        said_media_type: String::new(),
        fingerprint: version,
        stamp: 0,
    }))
}
