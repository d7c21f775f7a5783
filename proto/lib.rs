//! The wire format of alinea: the messages of `proto/alinea/v1` and, behind the features `client` and `server`,
//! the gRPC stubs. What each message means is said in the proto files, whose comments are the docs here.
//!
//! Programs use the crate `alinea-client`, which knows how to resume a stream; this one is what it is made of.

/// The package `alinea.v1`.
#[allow(missing_docs, clippy::doc_lazy_continuation, clippy::large_enum_variant)]
pub mod v1 {
    include!("generated/alinea.v1.rs");
}

/// Every proto file of the package and what it imports, as an encoded `google.protobuf.FileDescriptorSet`:
/// for reflection, and for tests that compare a table with the descriptors.
#[cfg(feature = "descriptors")]
pub const DESCRIPTORS: &[u8] = include_bytes!("generated/alinea.v1.bin");
