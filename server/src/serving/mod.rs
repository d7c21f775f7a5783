//! The gRPC services, the streams, and the layers around them.
//!
//! [`serve`] is given a socket and a signal and returns when all is drained; what it serves is a [`Service`].

mod bounds;
mod counts;
mod curations;
mod documents;
mod error;
mod exports;
mod filter;
mod frames;
mod imports;
mod names;
mod pages;
mod paragraphs;
mod rereads;
mod serve;
mod streams;
mod themes;
mod updates;

pub use error::CallError;
pub use serve::{ServeError, ServeOptions, serve};

use std::sync::Arc;

use crate::{intake::Intake, store::Store, theming::Scheme};

/// What is served.
#[derive(Debug)]
pub struct Service {
    /// Where documents are kept.
    pub store: Arc<Store>,
    /// How documents are taken in.
    pub intake: Intake,
    /// The themes they are tagged with.
    pub scheme: Scheme,
}
