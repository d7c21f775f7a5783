//! The calls of the wire, and which of them may be made again.

/// A call of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    GetParagraph,
    BatchGetParagraphs,
    ListParagraphs,
    StreamParagraphs,
    WatchParagraphs,
    ExplainTags,
    CountParagraphs,
    BatchTagParagraphs,
    CreateDocument,
    GetDocument,
    ListDocuments,
    UpdateDocument,
    DeleteDocument,
    ListSections,
    ExportDocument,
    RereadDocuments,
    ImportDocuments,
    GetTheme,
    ListThemes,
    CreateTheme,
    UpdateTheme,
    DeleteTheme,
    ImportScheme,
    DeleteScheme,
    BackUpStore,
    SearchParagraphs,
}

impl Method {
    /// The name in the proto files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GetParagraph => "GetParagraph",
            Self::BatchGetParagraphs => "BatchGetParagraphs",
            Self::ListParagraphs => "ListParagraphs",
            Self::StreamParagraphs => "StreamParagraphs",
            Self::WatchParagraphs => "WatchParagraphs",
            Self::ExplainTags => "ExplainTags",
            Self::CountParagraphs => "CountParagraphs",
            Self::BatchTagParagraphs => "BatchTagParagraphs",
            Self::CreateDocument => "CreateDocument",
            Self::GetDocument => "GetDocument",
            Self::ListDocuments => "ListDocuments",
            Self::UpdateDocument => "UpdateDocument",
            Self::DeleteDocument => "DeleteDocument",
            Self::ListSections => "ListSections",
            Self::ExportDocument => "ExportDocument",
            Self::RereadDocuments => "RereadDocuments",
            Self::ImportDocuments => "ImportDocuments",
            Self::GetTheme => "GetTheme",
            Self::ListThemes => "ListThemes",
            Self::CreateTheme => "CreateTheme",
            Self::UpdateTheme => "UpdateTheme",
            Self::DeleteTheme => "DeleteTheme",
            Self::ImportScheme => "ImportScheme",
            Self::DeleteScheme => "DeleteScheme",
            Self::BackUpStore => "BackUpStore",
            Self::SearchParagraphs => "SearchParagraphs",
        }
    }

    /// Whether it only reads, so that a second attempt can do no harm: `idempotency_level` in the proto files.
    pub(crate) fn is_read(self) -> bool {
        match self {
            Self::GetParagraph
            | Self::BatchGetParagraphs
            | Self::ListParagraphs
            | Self::StreamParagraphs
            | Self::WatchParagraphs
            | Self::ExplainTags
            | Self::CountParagraphs
            | Self::GetDocument
            | Self::ListDocuments
            | Self::ListSections
            | Self::ExportDocument
            | Self::GetTheme
            | Self::ListThemes
            | Self::BackUpStore
            | Self::SearchParagraphs => true,
            Self::BatchTagParagraphs
            | Self::CreateDocument
            | Self::UpdateDocument
            | Self::DeleteDocument
            | Self::RereadDocuments
            | Self::ImportDocuments
            | Self::CreateTheme
            | Self::UpdateTheme
            | Self::DeleteTheme
            | Self::ImportScheme
            | Self::DeleteScheme => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use prost_reflect::DescriptorPool;

    use super::*;

    const ALL: [Method; 26] = [
        Method::GetParagraph,
        Method::BatchGetParagraphs,
        Method::ListParagraphs,
        Method::StreamParagraphs,
        Method::WatchParagraphs,
        Method::ExplainTags,
        Method::CountParagraphs,
        Method::BatchTagParagraphs,
        Method::CreateDocument,
        Method::GetDocument,
        Method::ListDocuments,
        Method::UpdateDocument,
        Method::DeleteDocument,
        Method::ListSections,
        Method::ExportDocument,
        Method::RereadDocuments,
        Method::ImportDocuments,
        Method::GetTheme,
        Method::ListThemes,
        Method::CreateTheme,
        Method::UpdateTheme,
        Method::DeleteTheme,
        Method::ImportScheme,
        Method::DeleteScheme,
        Method::BackUpStore,
        Method::SearchParagraphs,
    ];

    #[test]
    fn what_is_retried_is_what_the_proto_files_call_free_of_side_effects() {
        let pool = DescriptorPool::decode(alinea_proto::DESCRIPTORS).unwrap();
        let declared: BTreeMap<_, _> = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|method| {
                let options = method.method_descriptor_proto().options.clone().unwrap_or_default();
                let level = options.idempotency_level.unwrap_or_default();
                (method.name().to_owned(), level == IdempotencyLevel::NoSideEffects as i32)
            })
            .collect();
        let ours: BTreeMap<_, _> =
            ALL.into_iter().map(|method| (method.name().to_owned(), method.is_read())).collect();
        assert_eq!(ours, declared);
    }

    #[test]
    fn an_import_that_is_sent_again_is_what_the_proto_files_call_idempotent() {
        let pool = DescriptorPool::decode(alinea_proto::DESCRIPTORS).unwrap();
        let service = pool.get_service_by_name("alinea.v1.DocumentService").unwrap();
        let name = Method::ImportDocuments.name();
        let method = service.methods().find(|method| method.name() == name).unwrap();
        let options = method.method_descriptor_proto().options.clone().unwrap();
        assert_eq!(options.idempotency_level(), IdempotencyLevel::Idempotent);
    }

    use prost_types::method_options::IdempotencyLevel;
}
