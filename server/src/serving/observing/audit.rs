//! Who changed what: a log line of the target `audit` for every change that a caller made.

use std::fmt::Display;

use tonic::Extensions;

use super::{calls::Call, request_id::RequestId};
use crate::serving::caller::Caller;

/// Tells the changes that one call makes.
#[derive(Debug, Clone)]
pub(in crate::serving) struct Audit {
    caller: Option<Caller>,
    call: Option<Call>,
}

impl Audit {
    /// Of the call that has these extensions.
    pub(in crate::serving) fn of(extensions: &Extensions) -> Self {
        Self { caller: extensions.get().cloned(), call: extensions.get().cloned() }
    }

    /// Tells that some resources were changed, and in which revision. To be told where the change is made: a call may be over
    /// before that, and its change is made all the same.
    pub(in crate::serving) fn changed<N: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = N>,
        revision: impl Display,
    ) {
        let names: Vec<N> = names.into_iter().collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let (caller, call) = (self.caller.as_ref(), self.call.as_ref());
        tracing::info!(
            target: "audit",
            caller = caller.map(|caller| &*caller.name),
            address = caller.map(|caller| tracing::field::display(caller.address)),
            method = call.map(|call| &*call.method),
            request_id = call.map(|Call { id: RequestId(id), .. }| &**id),
            resources = names.join(" "),
            %revision,
            "changed",
        );
    }
}
