//! What those who run a server see of it: its metrics, its calls in the log, and who changed what.

mod audit;
mod calls;
mod metrics;
mod port;
mod request_id;
mod watchers;

pub(super) use audit::Audit;
pub(super) use calls::CallsLayer;
pub(super) use metrics::Metrics;
pub use port::serve_admin;
pub(super) use request_id::HEADER as REQUEST_ID;
pub(super) use watchers::Watcher;
