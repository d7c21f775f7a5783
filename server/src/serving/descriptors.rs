//! What the descriptors of the services tell of the methods that are served.

use prost::{DecodeError, Message};
use prost_types::FileDescriptorSet;

/// A method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// Its full name, such as `alinea.v1.ParagraphService/GetParagraph`. Its path is that behind a `/`.
    pub(super) name: String,
    /// Whether it has many answers.
    pub(super) streams: bool,
}

/// The methods of some encoded sets of descriptors.
pub(super) fn methods(descriptors: &[&[u8]]) -> Result<Vec<Described>, DecodeError> {
    let mut methods = Vec::new();
    for encoded in descriptors {
        for file in FileDescriptorSet::decode(*encoded)?.file {
            for service in &file.service {
                methods.extend(service.method.iter().map(|method| Described {
                    name: format!("{}.{}/{}", file.package(), service.name(), method.name()),
                    streams: method.server_streaming(),
                }));
            }
        }
    }
    Ok(methods)
}
