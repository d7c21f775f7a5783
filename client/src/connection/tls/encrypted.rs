//! Connections that are encrypted, by what the files say when each is made.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_util::either::Either;

use super::config::{Read, Tls};
use crate::error::Error;

/// How many bytes are taken from the system at once: rustls would ask for 4 KiB, a part of a record.
const READ_BYTES: usize = 64 << 10;

/// A connection, encrypted or not.
pub(crate) type Io = Either<TcpStream, Box<TlsStream<BufReader<TcpStream>>>>;

/// A connection that is not encrypted.
pub(crate) fn plain(stream: TcpStream) -> Io {
    Either::Left(stream)
}

/// What encrypts the connections of a client.
#[derive(Clone)]
pub(crate) struct Encryptions(Arc<Inner>);

struct Inner {
    tls: Tls,
    /// What was made of the files as they were read last. Kept also so that a server knows a connection from the one before.
    made: Mutex<Option<(Read, Arc<ClientConfig>)>>,
}

/// What encrypts the connections to a server.
#[derive(Clone)]
pub(crate) struct Encryption {
    encryptions: Encryptions,
    /// The name that the certificate of the server has to be for.
    name: ServerName<'static>,
}

impl Encryptions {
    pub(crate) fn new(tls: &Tls) -> Self {
        Self(Arc::new(Inner { tls: tls.clone(), made: Mutex::new(None) }))
    }

    /// What encrypts the connections to a host. Fails where what was said of encryption is wrong.
    pub(crate) fn of(&self, url: &str, host: &str) -> Result<Encryption, Error> {
        let wrong = |why: String| Error::invalid(format!("no encrypted way to '{url}': {why}"));
        self.config().map_err(wrong)?;
        let name = self.0.tls.server_name.as_deref().unwrap_or(host);
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| wrong(format!("'{name}' is no name of a server")))?;
        Ok(Encryption { encryptions: self.clone(), name })
    }

    /// What to encrypt with now.
    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        let read = match (self.0.tls.read(), &*made) {
            (Ok(read), Some((same, config))) if read == *same => return Ok(config.clone()),
            (read, _) => read,
        };
        match (read.and_then(|read| Ok((self.0.tls.config(&read)?, read))), &*made) {
            (Ok((config, read)), _) => {
                let config = Arc::new(config);
                *made = Some((read, config.clone()));
                Ok(config)
            }
            // Files that are being replaced may not fit each other for a moment.
            (Err(error), Some((_, before))) => {
                tracing::warn!(error, "certificates are used as they were before");
                Ok(before.clone())
            }
            (Err(error), None) => Err(error),
        }
    }
}

impl Encryption {
    pub(crate) async fn connect(&self, stream: TcpStream) -> io::Result<Io> {
        let encryptions = self.encryptions.clone();
        let config = match encryptions.0.tls.has_files() {
            true => tokio::task::spawn_blocking(move || encryptions.config()).await?,
            false => encryptions.config(),
        };
        let connector = TlsConnector::from(config.map_err(io::Error::other)?);
        let stream = BufReader::with_capacity(READ_BYTES, stream);
        let stream = connector.connect(self.name.clone(), stream).await?;
        match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Ok(Either::Right(Box::new(stream))),
            _ => Err(io::Error::other("it speaks TLS, and no HTTP/2 within")),
        }
    }
}

impl fmt::Debug for Encryptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tls.fmt(f)
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encryption").field("name", &self.name).finish_non_exhaustive()
    }
}
