//! TLS: what a connection begins with, by certificates that are taken up anew when they change.

use std::{io, path::PathBuf, sync::Arc};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        Error, RootCertStore, ServerConfig,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

use super::{
    AccessError, certificate,
    kept::{Kept, When, Wrong},
};

/// The protocols that are spoken inside, by their names in RFC 7301.
const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// How connections are encrypted.
#[derive(Debug)]
pub(in crate::serving) struct Tls(Kept<ServerConfig>);

impl Tls {
    /// By a chain of certificates, its key, and perhaps the authorities that client certificates are from, all PEM.
    pub(super) fn open(
        certificates: PathBuf,
        key: PathBuf,
        authorities: Option<PathBuf>,
    ) -> Result<Self, AccessError> {
        let files = [certificates, key].into_iter().chain(authorities).collect();
        Kept::open(files, config).map(Self)
    }

    pub(super) fn take_up(&self, when: When) -> bool {
        self.0.take_up(when)
    }

    /// Begins a connection, of HTTP/2 or, where that is spoken, of HTTP/1.1, and returns with it the names in the certificate of
    /// the client. It waits for the client as long as that takes.
    pub(in crate::serving) async fn accept<I: AsyncRead + AsyncWrite + Unpin>(
        &self,
        io: I,
        http1: bool,
    ) -> io::Result<(TlsStream<I>, Arc<[String]>)> {
        let mut config = self.0.now();
        if http1 {
            Arc::make_mut(&mut config).alpn_protocols.push(HTTP1.to_vec());
        }
        let mut stream = TlsAcceptor::from(config).accept(io).await?;
        let (_, connection) = stream.get_ref();
        // Who offers other protocols has been refused.
        if connection.alpn_protocol().is_none() {
            stream.shutdown().await?;
            return Err(io::Error::other("the client does not say that it speaks HTTP/2"));
        }
        let certificate = connection.peer_certificates().and_then(<[_]>::first);
        let names = certificate.map_or_else(|| Arc::new([]) as Arc<[String]>, certificate::names);
        Ok((stream, names))
    }
}

/// What new connections begin with, made of the files.
fn config(files: &[Vec<u8>]) -> Result<ServerConfig, Wrong> {
    let [certificates, key, authorities @ ..] = files else { return Err((0, "it is missing".to_owned())) };
    let provider = Arc::new(default_provider());
    let certificates = pem(certificates).map_err(|message| (0, message))?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| (1, format!("it is no private key in PEM: {error}")))?;
    let config = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| (0, error.to_string()))?;
    let config = match authorities {
        [] => config.with_no_client_auth(),
        [authorities, ..] => {
            let mut roots = RootCertStore::empty();
            for authority in pem(authorities).map_err(|message| (2, message))? {
                roots.add(authority).map_err(|error| (2, error.to_string()))?;
            }
            // A certificate that is shown must be good. Who shows none may have a key, or ask for the health.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build();
            config.with_client_cert_verifier(verifier.map_err(|error| (2, error.to_string()))?)
        }
    };
    let mut config = config.with_single_cert(certificates, key).map_err(|error| match error {
        Error::InconsistentKeys(_) => (1, "it is not the key of the first certificate".to_owned()),
        error => (0, error.to_string()),
    })?;
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(config)
}

/// The certificates of a PEM file.
fn pem(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err("it has no certificate in PEM".to_owned()),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(format!("it is not PEM: {error}")),
    }
}
