//! The port for those who run the server: plain HTTP/1 with `/metrics`, `/healthz` and `/readyz`.

use std::{
    convert::Infallible,
    error::Error,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::Metrics;
use crate::serving::Service;

/// How long who asks may take to say what for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be taken.
const PAUSE: Duration = Duration::from_millis(50);

/// How the pages are written.
const PLAIN: &str = "text/plain; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers on a socket for as long as it is polled: `/metrics`, `/healthz` (there is a process) and `/readyz` (calls are
/// answered).
pub async fn serve_admin(listener: TcpListener, service: Arc<Service>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection of the admin port could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let service = service.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(service.clone(), request));
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), answer).await {
                tracing::debug!(%error, "a connection of the admin port broke");
            }
        });
    }
}

async fn answer(
    service: Arc<Service>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, media_type, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => {
            // Every document is looked at.
            match tokio::task::spawn_blocking(move || Metrics::text(&service)).await {
                Ok(Ok(text)) => (StatusCode::OK, OPEN_METRICS, text),
                Ok(Err(error)) => failed(&error),
                Err(error) => failed(&error),
            }
        }
        (&Method::GET | &Method::HEAD, "/healthz") => (StatusCode::OK, PLAIN, "ok\n".to_owned()),
        (&Method::GET | &Method::HEAD, "/readyz") => match service.metrics.ready.load(Ordering::Relaxed) {
            true => (StatusCode::OK, PLAIN, "ready\n".to_owned()),
            false => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "not ready: starting or stopping\n".to_owned()),
        },
        (&Method::GET | &Method::HEAD, _) => {
            (StatusCode::NOT_FOUND, PLAIN, "there are /metrics, /healthz and /readyz\n".to_owned())
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, PLAIN, "ask with GET\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(media_type));
    Ok(response)
}

fn failed(error: &dyn Error) -> (StatusCode, &'static str, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, PLAIN, format!("the metrics could not be read: {error}\n"))
}
