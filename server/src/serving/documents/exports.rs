//! Exports: a document in another form, in pieces.

use std::pin::Pin;

use alinea_proto::v1;
use futures_core::Stream;
use futures_util::stream;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use tonic::Status;

use crate::{
    document::DocumentId,
    exporting::{self, ExportForm},
    intake,
    serving::CallError,
    store::WholeDocument,
};

/// The most bytes of a piece.
const PIECE: usize = 1 << 20;

/// The pieces of an export.
pub(super) type Exported = Pin<Box<dyn Stream<Item = Result<v1::ExportDocumentResponse, Status>> + Send>>;

/// What a document is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Written out anew.
    Written(ExportForm),
    /// The messages of the wire in the proto3 JSON mapping.
    Json,
    /// The text that spans count the bytes of.
    Text,
    /// The very bytes that came in.
    Original,
}

/// The forms with their media types.
const FORMS: &[(&str, Form)] = &[
    ("application/akn+xml", Form::Written(ExportForm::AkomaNtoso)),
    ("text/markdown", Form::Written(ExportForm::Markdown)),
    ("text/html", Form::Written(ExportForm::Html)),
    ("application/json", Form::Json),
    ("text/plain", Form::Text),
    ("application/octet-stream", Form::Original),
];

impl Form {
    /// The form of a media type.
    pub(super) fn of(media_type: &str) -> Result<Self, CallError> {
        let known = FORMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(media_type));
        known.map(|&(_, form)| form).ok_or_else(|| {
            let known: Vec<_> = FORMS.iter().map(|(known, _)| *known).collect();
            let found = if media_type.is_empty() { "is missing" } else { "is none that is exported" };
            CallError::field("media_type", format!("{found}: use one of {}", known.join(", ")))
        })
    }

    /// A document in this form.
    pub(super) fn write(self, id: &DocumentId, whole: WholeDocument) -> Result<Vec<u8>, CallError> {
        match self {
            Self::Original => Ok(whole.source),
            Self::Text => Ok(whole.extract.unwrap_or(whole.source)),
            Self::Json => json(&whole),
            Self::Written(form) => {
                let tree = intake::tree(&whole.sections, &whole.paragraphs);
                let known = intake::metadata(whole.document);
                Ok(exporting::export(id, &known, &tree, form).into_bytes())
            }
        }
    }
}

/// The document, its sections and its paragraphs as one object.
fn json(whole: &WholeDocument) -> Result<Vec<u8>, CallError> {
    let failed = |error: &dyn std::fmt::Display| CallError::Internal(format!("writing JSON: {error}"));
    let pool = DescriptorPool::decode(alinea_proto::DESCRIPTORS).map_err(|error| failed(&error))?;
    let dynamic = |name: &str, bytes: Vec<u8>| {
        let message = pool.get_message_by_name(name).ok_or_else(|| failed(&name))?;
        DynamicMessage::decode(message, bytes.as_slice()).map_err(|error| failed(&error))
    };
    let sections: Result<Vec<_>, _> =
        whole.sections.iter().map(|section| dynamic("alinea.v1.Section", section.encode_to_vec())).collect();
    let paragraphs = whole.paragraphs.iter();
    let paragraphs: Result<Vec<_>, _> =
        paragraphs.map(|paragraph| dynamic("alinea.v1.Paragraph", paragraph.encode_to_vec())).collect();
    let exported = Json {
        document: dynamic("alinea.v1.Document", whole.document.encode_to_vec())?,
        sections: sections?,
        paragraphs: paragraphs?,
    };
    let mut bytes = serde_json::to_vec_pretty(&exported).map_err(|error| failed(&error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(serde::Serialize)]
struct Json {
    document: DynamicMessage,
    sections: Vec<DynamicMessage>,
    paragraphs: Vec<DynamicMessage>,
}

/// Bytes in pieces.
pub(super) fn pieces(bytes: Vec<u8>) -> Exported {
    let pieces = stream::unfold((bytes, 0), |(bytes, sent)| async move {
        let rest = bytes.get(sent..).filter(|rest| !rest.is_empty())?;
        let chunk = rest.get(..PIECE).unwrap_or(rest).to_vec();
        let sent = sent + chunk.len();
        Some((Ok(v1::ExportDocumentResponse { chunk }), (bytes, sent)))
    });
    Box::pin(pieces)
}
