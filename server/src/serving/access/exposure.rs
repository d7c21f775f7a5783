//! Where a server may be reached from, and by which pages, given who is let in and how.

use std::net::{IpAddr, SocketAddr};

use super::Access;
use crate::serving::Origin;

/// Why a server is not to be reached from other machines, or by pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exposed {
    /// Calls would not be encrypted.
    #[error(
        "{0} is reached from other machines, and calls to it would not be encrypted: give a certificate with --tls-cert and \
         --tls-key, or serve on 127.0.0.1, or say --insecure if something else encrypts"
    )]
    Plain(SocketAddr),
    /// Nobody would be asked who they are.
    #[error(
        "{0} is reached from other machines, and everybody there could do everything: say who may do what with --keys or \
         --jwks, or serve on 127.0.0.1, or say --insecure if something else keeps them out"
    )]
    Open(SocketAddr),
    /// Nobody would be asked who they are, and whoever opens a page does what it likes.
    #[error(
        "any page that is opened on this machine could do everything: name the origins whose pages may with --web-origin, or \
         say who may do what with --keys or --jwks, or say --insecure"
    )]
    Pages,
}

impl Access {
    /// Whether a server may be reached on an address, and by the pages of some origins.
    ///
    /// # Errors
    ///
    /// [`Exposed`] for an address that is not of this machine alone, unless calls are encrypted and callers are known, and for
    /// pages from anywhere, unless callers are known.
    pub fn suits(&self, address: SocketAddr, pages: &[Origin]) -> Result<(), Exposed> {
        let own = match address.ip() {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.to_canonical().is_loopback(),
        };
        match (own, self.tls().is_some(), self.asks()) {
            (true, _, false) if pages.contains(&Origin::Any) => Err(Exposed::Pages),
            (true, ..) | (_, true, true) => Ok(()),
            (false, false, _) => Err(Exposed::Plain(address)),
            (false, true, false) => Err(Exposed::Open(address)),
        }
    }
}
