//! The connections there are, of which each call takes the one that has least to do and works.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tokio::task::JoinSet;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::StdError;

use super::body::Unsent;
use super::line::Line;
use super::server::Server;
use crate::error::{Error, ErrorKind, Unreached, never_left};

/// The connections to one server or more.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    servers: Arc<[Server]>,
}

impl Pool {
    pub(super) fn new(servers: impl IntoIterator<Item = Server>) -> Self {
        Self { servers: servers.into_iter().collect() }
    }

    /// How many servers there are, by their URLs.
    pub(super) fn servers(&self) -> usize {
        self.servers.len()
    }

    /// Waits for the first line that works; the others go on connecting. When none does, it fails as the one that came the
    /// furthest.
    pub(super) async fn connect(&self) -> Result<(), Error> {
        let mut connecting = JoinSet::new();
        let mut failure = Error::new(ErrorKind::Unavailable, "no endpoint works");
        for server in self.servers.iter() {
            match server.found().await {
                Ok(lines) => lines.into_iter().for_each(|line| drop(connecting.spawn(line.connect()))),
                Err(unreached) => failure = further(failure, Error::unreached(unreached)),
            }
        }
        while let Some(connected) = connecting.join_next().await {
            match connected {
                Ok(Ok(())) => {
                    connecting.detach_all();
                    return Ok(());
                }
                Ok(Err(error)) => failure = further(failure, error),
                Err(error) => failure = failure.with_source(error),
            }
        }
        Err(failure)
    }

    /// Makes a call. One that cannot have reached a server goes to the next line.
    pub(super) async fn call(self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        let (head, mut body) = request.into_parts();
        let mut untried = self.lines().await?;
        while untried.len() > 1
            && let Some(line) = take_least(&mut untried)
        {
            let unsent = Unsent::new(body);
            let failure = match attempt(&line, Request::from_parts(head.clone(), unsent.sent())).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            match unsent.take().filter(|_| never_left(&failure)) {
                Some(again) => body = again,
                None => return Err(failure.into()),
            }
        }
        match untried.pop() {
            Some(last) => Ok(attempt(&last, Request::from_parts(head, body)).await?),
            None => Err(Error::new(ErrorKind::Internal, "a client without an endpoint").into()),
        }
    }

    /// The lines to all servers; while no name was looked up yet, those to the first of which something is known.
    async fn lines(&self) -> Result<Vec<Arc<Line>>, Unreached> {
        let lines: Vec<_> = self.servers.iter().flat_map(Server::now).collect();
        if !lines.is_empty() {
            return Ok(lines);
        }
        let mut unreached = None;
        for server in self.servers.iter() {
            match server.found().await {
                Ok(lines) => return Ok(lines),
                Err(failure) => unreached = Some(failure),
            }
        }
        unreached.map_or(Ok(lines), Err)
    }
}

/// Makes a call on a line, and leaves the line when it cannot have reached the server.
async fn attempt(line: &Arc<Line>, request: Request<Body>) -> Result<Response<Body>, Status> {
    line.call(request).await.inspect_err(|failure| {
        if never_left(failure) {
            line.leave(Duration::ZERO);
        }
    })
}

/// The failure of what came further; the second when both came as far.
fn further(one: Error, other: Error) -> Error {
    if one.phase() > other.phase() { one } else { other }
}

/// Takes the line out that works and has least to do; any of several such.
fn take_least(lines: &mut Vec<Arc<Line>>) -> Option<Arc<Line>> {
    if lines.is_empty() {
        return None;
    }
    let first = fastrand::usize(..lines.len());
    lines.rotate_left(first);
    let least = lines.iter().enumerate().min_by_key(|(_, line)| line.rank())?.0;
    Some(lines.swap_remove(least))
}
