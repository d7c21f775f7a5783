//! How one call is made: its deadline, its retries, and the name it goes by in an error.

mod attempts;
mod backoff;
mod budget;
mod method;
mod unary;

pub(crate) use attempts::Attempts;
pub(crate) use backoff::Backoff;
pub(crate) use budget::Budget;
pub(crate) use method::Method;
pub(crate) use unary::{once, read};
