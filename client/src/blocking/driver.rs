//! The runtime of a client that blocks.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, ErrorKind};

/// What calls wait on, and what sees to the connections.
#[derive(Debug)]
pub(super) struct Driver(Option<Runtime>);

impl Driver {
    pub(super) fn start() -> Result<Arc<Self>, Error> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("alinea-client").enable_all().build();
        match runtime {
            Ok(runtime) => Ok(Arc::new(Self(Some(runtime)))),
            Err(error) => Err(Error::new(ErrorKind::Internal, "no thread can be started").with_source(error)),
        }
    }

    /// Waits for what becomes of a call, on this thread.
    pub(super) fn wait<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.0 {
            // tokio would panic where its threads would be held up.
            Some(runtime) if Handle::try_current().is_err() => runtime.block_on(call),
            _ => Err(Error::new(
                ErrorKind::FailedPrecondition,
                "a client of `alinea_client::blocking` would hold up the runtime of tokio that it is used in: use \
                 `alinea_client::Client` there",
            )),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // One that is dropped by itself waits for its thread, which a runtime does not allow either.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
