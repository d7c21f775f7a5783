//! The server itself: the socket, the services, and the drain.

use std::{sync::Arc, time::Duration};

use alinea_proto::v1::{
    admin_service_server::AdminServiceServer, document_service_server::DocumentServiceServer,
    paragraph_service_server::ParagraphServiceServer, theme_service_server::ThemeServiceServer,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{codec::CompressionEncoding, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::Layer;

use super::{
    Service,
    access::{Access, Admission},
    admin::Admin,
    bounds::BoundsLayer,
    connections::{self, Socket},
    documents::Documents,
    limits::{Limited, Limits},
    observing::CallsLayer,
    paragraphs::{Direct, Paragraphs},
    themes::Themes,
    web::{Origin, Web},
};

/// The largest message that is taken: a chunk of an import, or a document of [`CreateDocument`] with its metadata.
///
/// [`CreateDocument`]: alinea_proto::v1::CreateDocumentRequest
const MAX_MESSAGE: usize = 4 << 20;
/// How often what is past its retention is taken out of the store.
const COMPACTION: Duration = Duration::from_secs(600);

/// How a server is run.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// How long calls may take to end once the server shuts down.
    pub grace: Duration,
    /// Who may do what, and how connections are encrypted.
    pub access: Access,
    /// The most that is served. Who keeps a clone of them can change them while the server runs.
    pub limits: Limits,
    /// Where the pages come from that may call from browsers, by gRPC-Web. Unless there are some, HTTP/2 alone is spoken.
    pub web_origins: Vec<Origin>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            access: Access::default(),
            limits: Limits::default(),
            web_origins: Vec::new(),
        }
    }
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The descriptors of the services could not be read.
    #[error("the descriptors of the services: {0}")]
    Descriptors(#[from] prost::DecodeError),
    /// Reflection could not read them.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves on a socket until `shutdown` is ready, and returns when all calls have ended or the grace time is over.
///
/// The caller owns the socket and the signal, so that tests bind port 0 and stop the server when they like.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    options: ServeOptions,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let closing = CancellationToken::new();
    let closed = CancellationToken::new();
    let descriptors: [&[u8]; 2] = [alinea_proto::DESCRIPTORS, tonic_health::pb::FILE_DESCRIPTOR_SET];
    let bounds = BoundsLayer::new(closing.clone(), &descriptors)?;
    let observed = CallsLayer::new(&service.metrics, &descriptors)?;
    let (health, health_service) = tonic_health::server::health_reporter();
    report(&health, ServingStatus::Serving).await;

    let paragraphs = ParagraphServiceServer::new(Paragraphs(service.clone()))
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    let documents = DocumentServiceServer::new(Documents(service.clone()))
        .max_decoding_message_size(MAX_MESSAGE)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd);
    let routes = Routes::new(health_service)
        .add_service(reflection()?.build_v1()?)
        .add_service(reflection()?.build_v1alpha()?)
        .add_service(documents)
        .add_service(AdminServiceServer::new(Admin(service.clone())))
        .add_service(paragraphs)
        .add_service(ThemeServiceServer::new(Themes(service.clone())));
    let access = options.access;
    let limited = Limited::new(Direct::new(routes, service.clone()), options.limits.clone());
    let admitted = Admission::new(limited, access.clone());
    let calls = Web::new(observed.layer(bounds.layer(admitted)), &options.web_origins);
    let open = service.metrics.connections.clone();
    let http1 = !options.web_origins.is_empty();
    let socket = Socket { listener, limits: options.limits, http1, open };
    let connections = connections::serve(socket, access.clone(), calls, closed.clone());
    let compaction = compact_now_and_then(service.clone());
    let retags = super::themes::retag(service.clone());

    service.metrics.set_ready(true);
    tokio::pin!(connections);
    tokio::select! {
        () = &mut connections => {}
        () = compaction => {}
        () = retags => {}
        () = access.keep_up() => {}
        () = shutdown => {}
    }
    // Whoever balances load stops sending calls here; then streams end, and say where to go on; then the rest.
    service.metrics.set_ready(false);
    report(&health, ServingStatus::NotServing).await;
    closing.cancel();
    closed.cancel();
    let drained = tokio::time::timeout(options.grace, connections).await;
    // A batch that was under way is whole on the disk before the store is let go.
    service.retags.at_rest().await;
    if drained.is_err() {
        tracing::warn!(grace = ?options.grace, "connections were still open at the end of the grace time");
    }
    Ok(())
}

/// Says of every service whether it serves.
async fn report(health: &HealthReporter, status: ServingStatus) {
    let services = ["AdminService", "DocumentService", "ParagraphService", "ThemeService"];
    health.set_service_status("", status).await;
    for service in services.map(|service| format!("alinea.v1.{service}")) {
        health.set_service_status(service, status).await;
    }
}

fn reflection() -> Result<tonic_reflection::server::Builder<'static>, ServeError> {
    Ok(tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(alinea_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET))
}

/// Takes out of the store, for as long as the server runs, what is past its retention.
async fn compact_now_and_then(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(COMPACTION);
    loop {
        ticks.tick().await;
        let store = service.store.clone();
        match tokio::task::spawn_blocking(move || store.compact()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(versions)) => {
                tracing::info!(versions, "took replaced and removed documents out of the store")
            }
            Ok(Err(error)) => tracing::error!(%error, "could not compact the store"),
            Err(error) => tracing::error!(%error, "compaction ended early"),
        }
    }
}
