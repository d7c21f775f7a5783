//! Several connections, of which each call takes the one that has least to do and works.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tokio::task::JoinSet;
use tonic::body::Body;
use tonic::codegen::StdError;

use super::body::Unsent;
use super::line::Line;
use crate::error::{Error, ErrorKind, never_left};

/// Several connections to one server or more.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    lines: Arc<[Arc<Line>]>,
}

impl Pool {
    pub(super) fn new(lines: Vec<Arc<Line>>) -> Self {
        Self { lines: lines.into() }
    }

    /// Waits for the first line that works, and fails when none does. The others go on connecting.
    pub(super) async fn connect(&self) -> Result<(), Error> {
        let mut connecting = JoinSet::new();
        for line in self.lines.iter() {
            connecting.spawn(line.clone().connect());
        }
        let mut failure = Error::new(ErrorKind::Unavailable, "no endpoint works");
        while let Some(connected) = connecting.join_next().await {
            match connected {
                Ok(Ok(())) => {
                    connecting.detach_all();
                    return Ok(());
                }
                Ok(Err(error)) => failure = error,
                Err(error) => failure = failure.with_source(error),
            }
        }
        Err(failure)
    }

    /// Makes a call. One that cannot have reached a server goes to the next line.
    pub(super) async fn call(self, request: Request<Body>) -> Result<Response<Body>, StdError> {
        let (head, mut body) = request.into_parts();
        let mut untried: Vec<_> = self.lines.iter().collect();
        loop {
            let Some(line) = take_least(&mut untried) else {
                return Err(Error::new(ErrorKind::Internal, "a client without an endpoint").into());
            };
            let unsent = Unsent::new(body);
            let failure = match line.call(Request::from_parts(head.clone(), unsent.sent())).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            if never_left(&failure) {
                line.leave(Duration::ZERO);
            }
            match unsent.take().filter(|_| never_left(&failure) && !untried.is_empty()) {
                Some(again) => body = again,
                None => return Err(failure.into()),
            }
        }
    }
}

/// Takes the line out that works and has least to do; any of several such.
fn take_least<'a>(lines: &mut Vec<&'a Arc<Line>>) -> Option<&'a Arc<Line>> {
    if lines.is_empty() {
        return None;
    }
    let first = fastrand::usize(..lines.len());
    lines.rotate_left(first);
    let least = lines.iter().enumerate().min_by_key(|(_, line)| line.rank())?.0;
    Some(lines.swap_remove(least))
}
