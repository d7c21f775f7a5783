//! Without the feature nothing is counted, and nothing is kept for it.

use tonic::Code;

use crate::call::Method;
use crate::error::Phase;

#[derive(Debug)]
pub(crate) struct Called;

impl Called {
    /// Whether somebody wants to know how the call ends.
    pub(crate) const IS_COUNTED: bool = false;

    pub(crate) fn new(_: &str) -> Self {
        Self
    }

    pub(crate) fn ended(&self, _: Code) {}
}

pub(crate) fn retried(_: Method) {}
pub(crate) fn resumed(_: Method) {}
pub(crate) fn connected(_: &str) {}
pub(crate) fn unreached(_: &str, _: Phase) {}
