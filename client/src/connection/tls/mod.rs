//! The encrypted way to a server.

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod config;
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
mod encrypted;
#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc")))]
mod none;

#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub(crate) use config::{Pem, Tls};
#[cfg(any(feature = "tls-ring", feature = "tls-aws-lc"))]
pub(super) use encrypted::{Encryption, Encryptions, Io, plain};
#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc")))]
pub(super) use none::{Encryption, Encryptions, Io, Tls, plain};
