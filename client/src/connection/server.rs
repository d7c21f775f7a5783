//! The lines to one server: to its address, or to each of those that its name leads to.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::Settings;
use super::dialer::Dialer;
use super::endpoint::Endpoint;
use super::line::Line;
use super::lookup::Lookup;
use crate::error::Unreached;

/// What is known of the lines to a server; none until its name was looked up for the first time.
pub(super) type Found = Option<Result<Arc<[Arc<Line>]>, Unreached>>;

/// One server, or several that have one name.
#[derive(Debug)]
pub(super) struct Server {
    found: watch::Receiver<Found>,
    lines: Arc<Opening>,
    lookup: Option<JoinHandle<()>>,
}

/// What opens lines to a server.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) dialer: Dialer,
    /// How many lines go to each address.
    pub(super) connections: usize,
    /// Told whenever a line is lost.
    pub(super) lost: Arc<Notify>,
}

impl Opening {
    /// The lines to an address, which connect when they are first used; whether they count as working until then is for the
    /// caller to say.
    pub(super) fn lines(&self, address: SocketAddr, works: bool) -> impl Iterator<Item = Arc<Line>> {
        let line = move |_| Line::new(self.dialer.clone(), address, self.lost.clone(), works);
        (0..self.connections).map(line)
    }
}

impl Server {
    pub(super) fn new(endpoint: Endpoint, dialer: Dialer, settings: &Settings, works: bool) -> Self {
        let lines = Arc::new(Opening { dialer, connections: settings.connections, lost: Arc::default() });
        let (told, found) = watch::channel(None);
        let lookup = match endpoint.address() {
            Some(address) => {
                told.send_replace(Some(Ok(lines.lines(address, works).collect())));
                None
            }
            None => {
                let lookup = Lookup::new(endpoint, lines.clone(), settings);
                Some(tokio::spawn(lookup.go_on(told, works)))
            }
        };
        Self { found, lines, lookup }
    }

    /// The lines there are now.
    pub(super) fn now(&self) -> Vec<Arc<Line>> {
        match &*self.found.borrow() {
            Some(Ok(lines)) => lines.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The lines, once the name was looked up.
    pub(super) async fn found(&self) -> Result<Vec<Arc<Line>>, Unreached> {
        let mut found = self.found.clone();
        match found.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Ok(lines))) => Ok(lines.to_vec()),
            Ok(Some(Err(failure))) => {
                self.lines.lost.notify_one();
                Err(failure.clone())
            }
            // The lookup ends with the runtime.
            _ => Ok(Vec::new()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(lookup) = &self.lookup {
            lookup.abort();
        }
    }
}
