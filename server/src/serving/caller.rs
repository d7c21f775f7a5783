//! Who makes a call.

use std::{net::SocketAddr, sync::Arc};

use tonic::Extensions;

use super::{CallError, access::Bound};

/// Who makes a call: every request has one among its extensions.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// What logs call them.
    pub(super) name: Arc<str>,
    /// Where the call comes from.
    pub(super) address: SocketAddr,
    /// The names in the certificate of the connection.
    pub(super) certificate: Arc<[String]>,
    /// What they see at most; none until they were let in.
    pub(super) bound: Option<Arc<Bound>>,
}

impl Caller {
    /// The name of those who were not asked for one.
    pub(super) const ANONYMOUS: &str = "anonymous";
}

/// What the caller of a request sees at most.
pub(super) fn bound(extensions: &Extensions) -> Result<Arc<Bound>, CallError> {
    let caller = extensions.get::<Caller>().and_then(|caller| caller.bound.clone());
    caller.ok_or_else(|| CallError::Internal("a call of nobody".to_owned()))
}
