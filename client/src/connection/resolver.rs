//! The addresses that the name of a server leads to.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

/// What is found of a name.
pub(crate) type Addresses<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Looks names up.
pub(crate) trait Resolver: fmt::Debug + Send + Sync {
    /// All addresses of a host, with the port.
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Addresses<'a>;
}

/// Looks names up as the system does.
#[derive(Debug)]
pub(super) struct System;

impl Resolver for System {
    fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Addresses<'a> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}
