//! The counters, as the crate `metrics` takes them.

use metrics::counter;
use tonic::Code;

use crate::call::Method;
use crate::error::{Phase, code_name};

/// A call that is open.
#[derive(Debug)]
pub(crate) struct Called {
    method: String,
}

impl Called {
    /// Whether somebody wants to know how the call ends.
    pub(crate) const IS_COUNTED: bool = true;

    /// A call to the method of a path.
    pub(crate) fn new(path: &str) -> Self {
        Self { method: path.rsplit('/').next().unwrap_or_default().to_owned() }
    }

    pub(crate) fn ended(&self, code: Code) {
        let code = code_name(code);
        counter!("alinea_client_calls_total", "method" => self.method.clone(), "code" => code).increment(1);
    }
}

/// A call is made again.
pub(crate) fn retried(method: Method) {
    counter!("alinea_client_retries_total", "method" => method.name()).increment(1);
}

/// A stream, a watch or an import goes on where it stood.
pub(crate) fn resumed(method: Method) {
    counter!("alinea_client_resumes_total", "method" => method.name()).increment(1);
}

/// A connection to a server was made.
pub(crate) fn connected(endpoint: &str) {
    counter!("alinea_client_connections_total", "endpoint" => endpoint.to_owned()).increment(1);
}

/// A connection to a server could not be made, and how far it came.
pub(crate) fn unreached(endpoint: &str, phase: Phase) {
    let (endpoint, phase) = (endpoint.to_owned(), format!("{phase:?}").to_lowercase());
    counter!("alinea_client_connection_failures_total", "endpoint" => endpoint, "phase" => phase)
        .increment(1);
}
