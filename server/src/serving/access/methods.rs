//! Who may call which method: the one table of it.

use super::Role;

/// What a method asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: nobody has to say who they are.
    Nothing,
    /// A role. What the method answers is cut to what the caller sees.
    Role(Role),
    /// A role, and that documents are seen whole: the method answers with what belongs to no paragraph, or to all.
    Whole(Role),
}

const READER: Need = Need::Role(Role::Reader);
const WHOLE: Need = Need::Whole(Role::Reader);
const CURATOR: Need = Need::Whole(Role::Curator);
const ADMIN: Need = Need::Whole(Role::Admin);

/// Every method that is served, and what it asks for.
const METHODS: &[(&str, Need)] = &[
    ("/alinea.v1.AdminService/BackUpStore", ADMIN),
    ("/alinea.v1.DocumentService/CreateDocument", CURATOR),
    ("/alinea.v1.DocumentService/DeleteDocument", CURATOR),
    ("/alinea.v1.DocumentService/ExportDocument", WHOLE),
    ("/alinea.v1.DocumentService/GetDocument", WHOLE),
    ("/alinea.v1.DocumentService/ImportDocuments", CURATOR),
    ("/alinea.v1.DocumentService/ListDocuments", WHOLE),
    ("/alinea.v1.DocumentService/ListSections", WHOLE),
    ("/alinea.v1.DocumentService/RereadDocuments", CURATOR),
    ("/alinea.v1.DocumentService/UpdateDocument", CURATOR),
    ("/alinea.v1.ParagraphService/BatchGetParagraphs", READER),
    ("/alinea.v1.ParagraphService/BatchTagParagraphs", CURATOR),
    ("/alinea.v1.ParagraphService/CountParagraphs", READER),
    ("/alinea.v1.ParagraphService/ExplainTags", READER),
    ("/alinea.v1.ParagraphService/GetParagraph", READER),
    ("/alinea.v1.ParagraphService/ListParagraphs", READER),
    ("/alinea.v1.ParagraphService/SearchParagraphs", READER),
    ("/alinea.v1.ParagraphService/StreamParagraphs", READER),
    ("/alinea.v1.ParagraphService/WatchParagraphs", READER),
    ("/alinea.v1.ThemeService/CreateTheme", ADMIN),
    ("/alinea.v1.ThemeService/DeleteScheme", ADMIN),
    ("/alinea.v1.ThemeService/DeleteTheme", ADMIN),
    ("/alinea.v1.ThemeService/GetTheme", READER),
    ("/alinea.v1.ThemeService/ImportScheme", ADMIN),
    ("/alinea.v1.ThemeService/ListThemes", READER),
    ("/alinea.v1.ThemeService/UpdateTheme", ADMIN),
    ("/grpc.health.v1.Health/Check", Need::Nothing),
    ("/grpc.health.v1.Health/Watch", Need::Nothing),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", READER),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", READER),
];

/// What the method of a path asks for; none where there is no such method.
pub(super) fn need(path: &str) -> Option<Need> {
    let at = METHODS.binary_search_by_key(&path, |&(path, _)| path).ok()?;
    METHODS.get(at).map(|&(_, need)| need)
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use prost_types::{FileDescriptorSet, method_options::IdempotencyLevel};

    use super::*;

    fn served() -> Vec<(String, bool)> {
        let mut methods = Vec::new();
        for encoded in [
            alinea_proto::DESCRIPTORS,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ] {
            for file in FileDescriptorSet::decode(encoded).unwrap().file {
                for service in &file.service {
                    methods.extend(service.method.iter().map(|method| {
                        let level = method.options.as_ref().map(|options| options.idempotency_level());
                        let reads = level == Some(IdempotencyLevel::NoSideEffects);
                        (format!("/{}.{}/{}", file.package(), service.name(), method.name()), reads)
                    }));
                }
            }
        }
        methods.sort();
        methods.dedup();
        methods
    }

    #[test]
    fn every_method_that_is_served_is_in_the_table_and_no_other_is() {
        let table: Vec<&str> = METHODS.iter().map(|&(path, _)| path).collect();
        let served = served();
        assert_eq!(table, served.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>());
        assert_eq!(need("/alinea.v1.ParagraphService/Nothing"), None);
    }

    #[test]
    fn whoever_changes_something_is_more_than_a_reader() {
        for (path, reads) in served().iter().filter(|(path, _)| path.starts_with("/alinea.")) {
            let reader = matches!(need(path), Some(Need::Role(Role::Reader) | Need::Whole(Role::Reader)));
            // A backup changes nothing, and yet has everything.
            assert_eq!(reader, *reads && !path.ends_with("/BackUpStore"), "{path}");
        }
    }
}
