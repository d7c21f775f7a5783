//! The encrypted way to a server.

use tonic::transport::Endpoint;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use crate::error::Error;

/// Whom a client trusts, and what it shows of itself. All in PEM.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// Who signs the certificates of servers; the authorities of the system when nobody is named.
    pub(crate) authorities: Vec<Vec<u8>>,
    /// The certificate of the client, and its key.
    pub(crate) own: Option<(Vec<u8>, Vec<u8>)>,
    /// The name in the certificates of servers, where it is not that of the URL.
    pub(crate) server_name: Option<String>,
}

// The key is nobody's business.
impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("server_name", &self.server_name).finish_non_exhaustive()
    }
}

impl Tls {
    /// An endpoint that is reached in this way.
    #[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
    pub(crate) fn encrypt(&self, endpoint: Endpoint, url: &str) -> Result<Endpoint, Error> {
        let mut config = match self.authorities.is_empty() {
            true => ClientTlsConfig::new().with_native_roots(),
            false => {
                ClientTlsConfig::new().ca_certificates(self.authorities.iter().map(Certificate::from_pem))
            }
        };
        if let Some((certificate, key)) = &self.own {
            config = config.identity(Identity::from_pem(certificate, key));
        }
        if let Some(name) = &self.server_name {
            config = config.domain_name(name);
        }
        endpoint.tls_config(config).map_err(|error| {
            let mut cause: &dyn std::error::Error = &error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            Error::invalid(format!("no encrypted way to '{url}': {cause}"))
        })
    }

    /// There is no such way without one of the features.
    #[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc")))]
    pub(crate) fn encrypt(&self, _: Endpoint, url: &str) -> Result<Endpoint, Error> {
        Err(Error::invalid(format!(
            "'{url}' asks for TLS: switch on the feature `tls-ring` or `tls-aws-lc` of alinea-client"
        )))
    }
}
