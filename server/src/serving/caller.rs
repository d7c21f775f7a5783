//! Who makes a call.

use std::{net::SocketAddr, sync::Arc};

/// Who makes a call: every request has one among its extensions.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// What logs call them.
    pub(super) name: Arc<str>,
    /// Where the call comes from.
    pub(super) address: SocketAddr,
}

impl Caller {
    /// The name of those who were not asked for one.
    pub(super) const ANONYMOUS: &str = "anonymous";
}
