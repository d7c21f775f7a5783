//! There is no encrypted way without one of the features.

use std::convert::Infallible;
use std::io;

use tokio::net::TcpStream;

use crate::error::Error;

/// A connection.
pub(crate) type Io = TcpStream;

/// A connection that is not encrypted.
pub(crate) fn plain(stream: TcpStream) -> Io {
    stream
}

/// What is said of encryption: nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {}

/// What encrypts the connections of a client: nothing.
#[derive(Debug)]
pub(crate) struct Encryptions {}

/// What encrypts the connections to a server: nothing that could be made.
#[derive(Debug, Clone)]
pub(crate) struct Encryption(Infallible);

impl Encryptions {
    pub(crate) fn new(_: &Tls) -> Self {
        Self {}
    }

    pub(crate) fn of(&self, url: &str, _host: &str) -> Result<Encryption, Error> {
        Err(Error::invalid(format!(
            "'{url}' asks for TLS: switch on the feature `tls-ring` or `tls-aws-lc` of alinea-client"
        )))
    }
}

impl Encryption {
    pub(crate) async fn connect(&self, _: TcpStream) -> io::Result<Io> {
        match self.0 {}
    }
}
