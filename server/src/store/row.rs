//! The values of the tables that are not paragraphs, encoded as protobuf so that a newer format can add to them.

use alinea_proto::v1;
use prost::Message;

use super::{StoreError, verdict::Verdict};

/// What the index needs of one version of a document, one row for each; columns, so that ten million paragraphs are
/// read in a moment when the store opens.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Row {
    /// The id of the document.
    #[prost(string, tag = "1")]
    pub(super) document: String,
    /// The revision that put it.
    #[prost(uint64, tag = "2")]
    pub(super) revision: u64,
    /// The revision that retired it; 0 while it is current.
    #[prost(uint64, tag = "3")]
    pub(super) retired: u64,
    /// When it was retired, in seconds since 1970; 0 while it is current.
    #[prost(uint64, tag = "4")]
    pub(super) retired_at: u64,
    /// How many bytes its text takes.
    #[prost(uint64, tag = "5")]
    pub(super) size: u64,
    /// Tells what it was made from: the same words, metadata and media type have the same.
    #[prost(fixed64, tag = "6")]
    pub(super) fingerprint: u64,
    /// A `v1::DocumentKind`.
    #[prost(int32, tag = "7")]
    pub(super) kind: i32,
    /// BCP 47.
    #[prost(string, tag = "8")]
    pub(super) language: String,
    #[prost(string, tag = "9")]
    pub(super) work: String,
    /// `YYYY-MM-DD`, or empty.
    #[prost(string, tag = "10")]
    pub(super) adopted: String,
    /// The `v1::ParagraphKind` of each paragraph.
    #[prost(bytes = "vec", tag = "11")]
    pub(super) kinds: Vec<u8>,
    /// How many tags each paragraph has.
    #[prost(bytes = "vec", tag = "12")]
    pub(super) tag_counts: Vec<u8>,
    /// The names of the themes that occur.
    #[prost(string, repeated, tag = "13")]
    pub(super) themes: Vec<String>,
    /// The theme of each tag, of all paragraphs in a row, as an index into `themes`.
    #[prost(uint32, repeated, tag = "14")]
    pub(super) tag_themes: Vec<u32>,
    /// The score of each tag.
    #[prost(float, repeated, tag = "15")]
    pub(super) tag_scores: Vec<f32>,
    /// Tells what it was tagged with: the same schemes, model and tagger have the same.
    #[prost(fixed64, tag = "16")]
    pub(super) stamp: u64,
    /// Tells its head, text, source and extract; 0 when an older program wrote it.
    #[prost(fixed64, tag = "17")]
    pub(super) checksum: u64,
}

/// What a row says of its version as a whole.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Whole<'a> {
    pub(super) document: &'a str,
    pub(super) revision: u64,
    pub(super) retired: u64,
    pub(super) retired_at: u64,
    pub(super) size: u64,
    pub(super) fingerprint: u64,
    pub(super) stamp: u64,
    pub(super) kind: i32,
    pub(super) language: &'a str,
    pub(super) work: &'a str,
    pub(super) adopted: &'a str,
    /// How many paragraphs it has.
    pub(super) count: u64,
}

impl Row {
    pub(super) fn whole(&self) -> Whole<'_> {
        Whole {
            document: &self.document,
            revision: self.revision,
            retired: self.retired,
            retired_at: self.retired_at,
            size: self.size,
            fingerprint: self.fingerprint,
            stamp: self.stamp,
            kind: self.kind,
            language: &self.language,
            work: &self.work,
            adopted: &self.adopted,
            count: self.kinds.len() as u64,
        }
    }

    /// The tags of each paragraph in turn, as pairs of an index into `themes` and a score.
    pub(super) fn tags(&self) -> impl Iterator<Item = impl Iterator<Item = (usize, f32)> + '_> + '_ {
        let mut at = 0;
        self.tag_counts.iter().map(move |&count| {
            let from = at;
            at += usize::from(count);
            let themes = self.tag_themes.iter().skip(from).take(usize::from(count));
            themes.zip(self.tag_scores.iter().skip(from)).map(|(&theme, &score)| (theme as usize, score))
        })
    }
}

/// What is returned of one version of a document besides its paragraphs.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Head {
    /// The document as it is returned.
    #[prost(message, optional, tag = "1")]
    pub(super) document: Option<v1::Document>,
    /// Its sections in reading order.
    #[prost(message, repeated, tag = "2")]
    pub(super) sections: Vec<v1::Section>,
    /// For each paragraph the index of its section.
    #[prost(uint32, repeated, tag = "3")]
    pub(super) paragraph_sections: Vec<u32>,
    /// What was said of the document when it came in.
    #[prost(message, optional, tag = "4")]
    pub(super) said: Option<v1::Document>,
    /// How it was said to be written; empty when it was found out.
    #[prost(string, tag = "5")]
    pub(super) said_media_type: String,
    /// What curators said of its paragraphs.
    #[prost(message, repeated, tag = "6")]
    pub(super) verdicts: Vec<Verdict>,
}

/// A scheme of themes, as it is kept.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemeRow {
    /// Its themes.
    #[prost(message, repeated, tag = "1")]
    pub(super) themes: Vec<v1::Theme>,
    /// Its name, where the key does not say it.
    #[prost(string, tag = "2")]
    pub(super) name: String,
}

/// How themes were nested from a revision on.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HierarchyRow {
    /// Every scheme, with what tells its themes and which is broader.
    #[prost(message, repeated, tag = "1")]
    pub(super) schemes: Vec<SchemeRow>,
}

/// What one commit did.
#[derive(Clone, PartialEq, Message)]
pub(super) struct LogEntry {
    /// When, in seconds since 1970.
    #[prost(uint64, tag = "1")]
    pub(super) time: u64,
    /// The first position that was still free after it.
    #[prost(uint64, tag = "2")]
    pub(super) end: u64,
    /// The first positions of the versions it put.
    #[prost(uint64, repeated, tag = "3")]
    pub(super) put: Vec<u64>,
    /// The first positions of the versions it retired.
    #[prost(uint64, repeated, tag = "4")]
    pub(super) retired: Vec<u64>,
}

/// A value read back.
pub(super) fn decode<M: Message + Default>(bytes: &[u8], what: &str, key: u64) -> Result<M, StoreError> {
    M::decode(bytes).map_err(|error| StoreError::damaged(format!("{what} {key}: {error}")))
}
