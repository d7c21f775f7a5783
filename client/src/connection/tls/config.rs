//! Whom a client trusts, and what it shows of itself: as it was said, and what is made of that.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// What TLS agrees on.
const HTTP_2: &[u8] = b"h2";

/// What was said of encryption.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {
    /// Who signs the certificates of servers; the authorities of the system when nobody is named.
    pub(crate) authorities: Vec<Pem>,
    /// The certificate of the client, and its key.
    pub(crate) own: Option<(Pem, Pem)>,
    /// The name in the certificates of servers, where it is not that of the URL.
    pub(crate) server_name: Option<String>,
}

/// Something in PEM.
#[derive(Clone)]
pub(crate) enum Pem {
    Said(Vec<u8>),
    /// It is read anew for every connection.
    File(PathBuf),
}

/// All that was said, as it was read: compared, to see whether it changed.
#[derive(PartialEq)]
pub(super) struct Read {
    authorities: Vec<Vec<u8>>,
    own: Option<(Vec<u8>, Vec<u8>)>,
}

impl Pem {
    fn read(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Said(pem) => Ok(pem.clone()),
            Self::File(path) => std::fs::read(path).map_err(|error| format!("{}: {error}", path.display())),
        }
    }

    /// What is wrong with it.
    fn wrong(&self, what: &str, why: impl fmt::Display) -> String {
        match self {
            Self::Said(_) => format!("the {what}: {why}"),
            Self::File(path) => format!("{}: {why}", path.display()),
        }
    }

    fn certificates(&self, what: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        match read {
            Ok(certificates) if certificates.is_empty() => {
                Err(self.wrong(what, "no certificate in PEM stands in it"))
            }
            Ok(certificates) => Ok(certificates),
            Err(error) => Err(self.wrong(what, error)),
        }
    }
}

impl Tls {
    /// Whether what was said may say something else later.
    pub(super) fn has_files(&self) -> bool {
        let own = self.own.iter().flat_map(|(certificate, key)| [certificate, key]);
        self.authorities.iter().chain(own).any(|pem| matches!(pem, Pem::File(_)))
    }

    pub(super) fn read(&self) -> Result<Read, String> {
        let authorities = self.authorities.iter().map(Pem::read).collect::<Result<_, _>>()?;
        let own = match &self.own {
            Some((certificate, key)) => Some((certificate.read()?, key.read()?)),
            None => None,
        };
        Ok(Read { authorities, own })
    }

    pub(super) fn config(&self, read: &Read) -> Result<ClientConfig, String> {
        let builder = builder(self.roots(read)?)?;
        let mut config = match (&self.own, &read.own) {
            (Some((certificate, key)), Some((certificate_read, key_read))) => {
                let chain = certificate.certificates("client certificate", certificate_read)?;
                let secret = PrivateKeyDer::from_pem_slice(key_read)
                    .map_err(|error| key.wrong("key of the client certificate", error))?;
                builder
                    .with_client_auth_cert(chain, secret)
                    .map_err(|error| key.wrong("key of the client certificate", error))?
            }
            _ => builder.with_no_client_auth(),
        };
        config.alpn_protocols.push(HTTP_2.to_vec());
        Ok(config)
    }

    fn roots(&self, read: &Read) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        for (pem, read) in self.authorities.iter().zip(&read.authorities) {
            for certificate in pem.certificates("certificate authority", read)? {
                roots.add(certificate).map_err(|error| pem.wrong("certificate authority", error))?;
            }
        }
        if self.authorities.is_empty() {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let errors: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
                let none =
                    "this machine has no certificate authorities: name one with `certificate_authority`";
                return Err(format!("{none} {}", errors.join(", ")).trim_end().to_owned());
            }
        }
        Ok(roots)
    }
}

/// The cryptography that the program chose for all it does, or else that of the feature.
fn builder(roots: RootCertStore) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let provider = match CryptoProvider::get_default() {
        Some(provider) => provider.clone(),
        #[cfg(feature = "tls-ring")]
        None => Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()),
        #[cfg(not(feature = "tls-ring"))]
        None => Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider()),
    };
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(|error| error.to_string())?.with_root_certificates(roots))
}

// Keys are nobody's business.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(_) => f.write_str("PEM"),
            Self::File(path) => path.fmt(f),
        }
    }
}
