//! The encrypted way to a server.

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub(super) use encrypted::Tls;
#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc")))]
pub(super) use none::Tls;

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod encrypted {
    use std::{error::Error as _, fmt, time::Duration};

    use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

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
    impl fmt::Debug for Tls {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Tls").field("server_name", &self.server_name).finish_non_exhaustive()
        }
    }

    impl Tls {
        /// An endpoint that is reached in this way, or not within a time once there is a connection.
        pub(crate) fn encrypt(
            &self,
            endpoint: Endpoint,
            url: &str,
            timeout: Duration,
        ) -> Result<Endpoint, Error> {
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
            endpoint.tls_config(config.timeout(timeout)).map_err(|error| {
                let mut cause = error.source();
                while let Some(deeper) = cause.and_then(|cause| cause.source()) {
                    cause = Some(deeper);
                }
                let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
                Error::invalid(format!("no encrypted way to '{url}': {cause}"))
            })
        }
    }
}

#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc")))]
mod none {
    use std::time::Duration;

    use tonic::transport::Endpoint;

    use crate::error::Error;

    /// There is no such way without one of the features.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Tls {}

    impl Tls {
        pub(crate) fn encrypt(&self, _: Endpoint, url: &str, _: Duration) -> Result<Endpoint, Error> {
            Err(Error::invalid(format!(
                "'{url}' asks for TLS: switch on the feature `tls-ring` or `tls-aws-lc` of alinea-client"
            )))
        }
    }
}
