//! Whether a server serves, as `grpc.health.v1` says it. The two messages are small enough to stand here.

use std::io;

use prost::Message;

use crate::connection::{Connection, Taken};
use crate::error::{Error, Phase, Unreached};
use crate::wire::Call;

const CHECK: &str = "/grpc.health.v1.Health/Check";
/// `HealthCheckResponse.ServingStatus.SERVING`.
const SERVING: i32 = 1;

/// `HealthCheckRequest`; the server as a whole is the empty service.
#[derive(Clone, PartialEq, prost::Message)]
struct CheckRequest {
    #[prost(string, tag = "1")]
    service: String,
}

/// `HealthCheckResponse`.
#[derive(Clone, PartialEq, prost::Message)]
struct CheckResponse {
    #[prost(int32, tag = "1")]
    status: i32,
}

/// Sees whether a server of gRPC answers, whatever it says of itself; of several one.
pub(crate) async fn greet(connection: &Connection) -> Result<(), Error> {
    let mut last = greet_one(connection).await;
    for _ in 1..connection.servers() {
        match last {
            Ok(()) => break,
            Err(_) => last = greet_one(connection).await,
        }
    }
    last
}

/// The one that is least busy; another is next when it does not answer.
async fn greet_one(connection: &Connection) -> Result<(), Error> {
    let taken = Taken::default();
    let ask = Call::unary(connection.route(), CHECK, taken.clone().along(CheckRequest::default()), None);
    let limit = connection.settings.connect_timeout;
    let answered = tokio::time::timeout(limit, ask).await;
    let url = || taken.endpoint().unwrap_or_else(|| connection.url.clone());
    let error = match answered {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(status)) => match Error::from_status(status) {
            error if error.phase() == Some(Phase::Call) => return Ok(()),
            error if error.phase() == Some(Phase::Http) => error.no_grpc(&url()),
            error => error.at("Check", &connection.url),
        },
        Err(_) => {
            let silent = io::Error::new(io::ErrorKind::TimedOut, format!("nothing came within {limit:?}"));
            Error::unreached(Unreached::new(url().into(), Phase::Http, silent))
        }
    };
    taken.renew();
    Err(error)
}

/// Asks once: who asks wants to know how things stand now.
pub(crate) async fn is_serving(connection: &Connection) -> Result<bool, Error> {
    let ask = Call::unary(connection.route(), CHECK, tonic::Request::new(CheckRequest::default()), None);
    let answer = match connection.settings.call_deadline {
        Some(deadline) => tokio::time::timeout(deadline, ask)
            .await
            .map_err(|_| Error::timed_out(deadline).at("Check", &connection.url))?,
        None => ask.await,
    };
    let answer = answer.map_err(|status| Error::from_status(status).at("Check", &connection.url))?;
    let answer = CheckResponse::decode(answer.into_inner())
        .map_err(|error| Error::protocol(format!("the server's health cannot be read: {error}")))?;
    Ok(answer.status == SERVING)
}
