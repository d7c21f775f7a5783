//! Resource names, as they come in requests.

use super::CallError;
use crate::document::DocumentId;

/// The document of `documents/{document}`.
pub(super) fn document(name: &str, field: &str) -> Result<DocumentId, CallError> {
    let id = name.strip_prefix("documents/").ok_or_else(|| wrong(field, name, "documents/{document}"))?;
    DocumentId::try_new(id).map_err(|error| CallError::field(field, error.to_string()))
}

/// The document and the last part of `documents/{document}/{collection}/{part}`.
pub(super) fn part<'a>(
    name: &'a str,
    collection: &str,
    field: &str,
) -> Result<(DocumentId, &'a str), CallError> {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        ["documents", id, found, part] if found == collection && !part.is_empty() => {
            let id = DocumentId::try_new(id).map_err(|error| CallError::field(field, error.to_string()))?;
            Ok((id, part))
        }
        _ => Err(wrong(field, name, &format!("documents/{{document}}/{collection}/{{part}}"))),
    }
}

fn wrong(field: &str, name: &str, form: &str) -> CallError {
    let message = match name {
        "" => format!("is missing: give a name such as {form}"),
        _ => format!("'{name}' is no name of the form {form}"),
    };
    CallError::field(field, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_or_refused_with_the_form() {
        assert_eq!(document("documents/a-1", "name").unwrap().as_str(), "a-1");
        let (id, eid) = part("documents/a/paragraphs/sec_I__para_1", "paragraphs", "name").unwrap();
        assert_eq!((id.as_str(), eid), ("a", "sec_I__para_1"));
        for bad in ["", "a", "documents/", "documents/A", "documents/a/b"] {
            assert!(document(bad, "name").is_err(), "{bad}");
        }
        for bad in ["documents/a/sections/x", "documents/a/paragraphs/", "documents/a/paragraphs/x/y"] {
            assert!(part(bad, "paragraphs", "name").unwrap_err().to_string().contains("{document}"), "{bad}");
        }
    }
}
