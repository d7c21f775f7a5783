//! The names in a client certificate.

use std::sync::Arc;

use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_cert::{
    Certificate,
    der::{
        Decode,
        asn1::{PrintableStringRef, Utf8StringRef},
    },
    ext::pkix::{SubjectAltName, name::GeneralName},
};

/// 2.5.4.3, `commonName`.
const COMMON_NAME: &str = "2.5.4.3";

/// The names of a certificate that was checked: first its alternative names (DNS in lower case, URI, e-mail), then the common
/// name of its subject.
pub(super) fn names(certificate: &CertificateDer<'_>) -> Arc<[String]> {
    let Ok(certificate) = Certificate::from_der(certificate) else { return Arc::new([]) };
    let certificate = certificate.tbs_certificate();
    let mut names = Vec::new();
    if let Ok(Some((_, SubjectAltName(alternative)))) = certificate.get_extension() {
        names.extend(alternative.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.to_string().to_ascii_lowercase()),
            GeneralName::UniformResourceIdentifier(name) => Some(name.to_string()),
            GeneralName::Rfc822Name(name) => Some(name.to_string()),
            _ => None,
        }));
    }
    let parts = certificate.subject().iter();
    names.extend(parts.filter(|part| part.oid.to_string() == COMMON_NAME).filter_map(|part| {
        let utf8 = part.value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
        let printable =
            || part.value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned());
        utf8.or_else(|_| printable()).ok()
    }));
    names.into()
}
