//! How long it takes until the last of many watchers of one theme has what a commit changed, from when the commit was
//! acknowledged; beside plain tonic that hands each of them the same message through a channel. Server and watchers share the
//! machine, in runtimes of their own. Run with `cargo bench --bench watching -- [WATCHERS]`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use alinea_client::{Change, Client, DocumentName, Outcome, ParagraphWatch, Upload};
use alinea_proto::v1::{self, paragraph_service_client::ParagraphServiceClient};
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
};
use futures_util::{Stream, future::join_all, stream};
use tokio::{net::TcpListener, runtime::Runtime, sync::broadcast};
use tonic::{
    Request, Response, Status, Streaming,
    body::Body,
    server::{Grpc, NamedService, ServerStreamingService},
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many watch unless said, over how many connections.
const WATCHERS: usize = 2000;
const CONNECTIONS: usize = 4;
/// How many commits count, after so many that do not, since memory is touched for the first time in them; and of how many
/// paragraphs they are.
const COMMITS: usize = 200;
const WARM_UP: usize = 10;
const PARAGRAPHS: usize = 50;
const WORDS: &str = "We condemn terrorism in all its forms and manifestations, committed by whomever, wherever and for \
                     whatever purposes, since it is one of the most serious threats to peace and security, and we call on all \
                     to strengthen the cooperation against it, to bring to justice those who support it, and to address what \
                     it feeds on.";

fn main() {
    let asked = std::env::args().filter_map(|word| word.parse().ok()).next();
    let watchers: usize = asked.unwrap_or(WATCHERS);
    let serving = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ours = Runtime::new().unwrap().block_on(alinea(&serving, folder.path(), watchers));
    let theirs = Runtime::new().unwrap().block_on(plain(&serving, watchers));
    println!(
        "{watchers} watchers, commits of {PARAGRAPHS} paragraphs, from the acknowledgement to the last watcher:"
    );
    let [ours_p50, ours_p99] = percentiles(ours);
    let [theirs_p50, theirs_p99] = percentiles(theirs);
    println!(
        "p50 {ours_p50:.1} ms, p99 {ours_p99:.1} ms; plain tonic {theirs_p50:.1} ms, {theirs_p99:.1} ms"
    );
    println!("{:.2} and {:.2} times as long as plain tonic", ours_p50 / theirs_p50, ours_p99 / theirs_p99);
    serving.shutdown_background();
}

/// The half and 99 of 100, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|percent| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3)
}

async fn alinea(serving: &Runtime, folder: &std::path::Path, watchers: usize) -> Vec<Duration> {
    let store = Store::open(folder, &Options::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let listener = listener.into_std().unwrap();
    serving.spawn(async move {
        let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
        let listener = TcpListener::from_std(listener).unwrap();
        serve(listener, service, ServeOptions::default(), std::future::pending()).await.unwrap();
    });
    let client = Client::connect(&url).await.unwrap();
    let clients = join_all((0..CONNECTIONS).map(|_| Client::connect(&url))).await;
    let clients: Vec<Client> = clients.into_iter().map(Result::unwrap).collect();
    let watching = (0..watchers).map(|at| clients[at % CONNECTIONS].paragraphs().theme("terrorism").watch());
    let mut watching: Vec<ParagraphWatch> = watching.collect();
    // Each is told from where it watches.
    join_all(watching.iter_mut().map(|watch| watch.try_next())).await;
    let mut times = Vec::new();
    for number in 0..WARM_UP + COMMITS {
        let told: Vec<_> = watching.drain(..).map(|watch| tokio::spawn(told(watch))).collect();
        let text: String = (1..=PARAGRAPHS).map(|at| format!("{at}. {WORDS} {number}\n\n")).collect();
        let name: DocumentName = format!("d{number}").parse().unwrap();
        let mut import = client.import([Upload::new(name, text).language("en")]);
        let outcome = import.try_next().await.unwrap().unwrap();
        let acknowledged = Instant::now();
        assert!(matches!(outcome, Outcome::Stored { .. }), "{outcome:?}");
        let mut last = acknowledged;
        for told in told {
            let (watch, when) = told.await.unwrap();
            last = last.max(when);
            watching.push(watch);
        }
        times.push(last - acknowledged);
    }
    times.split_off(WARM_UP)
}

/// Waits for a whole revision.
async fn told(mut watch: ParagraphWatch) -> (ParagraphWatch, Instant) {
    let mut put = 0;
    loop {
        match watch.try_next().await.unwrap().unwrap() {
            Change::Put(_) => put += 1,
            Change::Reached(_) if put > 0 => {
                assert_eq!(put, PARAGRAPHS);
                return (watch, Instant::now());
            }
            _ => {}
        }
    }
}

/// Plain tonic: every watcher has a place in a channel, whose message is encoded for each.
#[derive(Clone)]
struct Plain(broadcast::Sender<v1::WatchParagraphsResponse>);

type Answers = Pin<Box<dyn Stream<Item = Result<v1::WatchParagraphsResponse, Status>> + Send>>;

impl ServerStreamingService<v1::WatchParagraphsRequest> for Plain {
    type Response = v1::WatchParagraphsResponse;
    type ResponseStream = Answers;
    type Future = Ready<Result<Response<Answers>, Status>>;

    fn call(&mut self, _: Request<v1::WatchParagraphsRequest>) -> Self::Future {
        let answers = stream::unfold(self.0.subscribe(), |mut receiver| async move {
            let message = receiver.recv().await.ok()?;
            Some((Ok(message), receiver))
        });
        ready(Ok(Response::new(Box::pin(answers) as Answers)))
    }
}

impl NamedService for Plain {
    const NAME: &'static str = "alinea.v1.ParagraphService";
}

impl tower::Service<http::Request<Body>> for Plain {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let plain = self.clone();
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).server_streaming(plain, request).await) })
    }
}

async fn plain(serving: &Runtime, watchers: usize) -> Vec<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let listener = listener.into_std().unwrap();
    let (sender, _) = broadcast::channel(16);
    let service = Plain(sender.clone());
    serving.spawn(async move {
        let incoming = TcpIncoming::from(TcpListener::from_std(listener).unwrap()).with_nodelay(Some(true));
        Server::builder().add_service(service).serve_with_incoming(incoming).await.unwrap();
    });
    let endpoint = Endpoint::from_shared(url).unwrap();
    let channels = join_all((0..CONNECTIONS).map(|_| endpoint.connect())).await;
    let channels: Vec<Channel> = channels.into_iter().map(Result::unwrap).collect();
    let watching =
        join_all((0..watchers).map(|at| {
            let mut client = ParagraphServiceClient::new(channels[at % CONNECTIONS].clone());
            async move {
                client.watch_paragraphs(v1::WatchParagraphsRequest::default()).await.unwrap().into_inner()
            }
        }));
    let mut watching: Vec<Streaming<v1::WatchParagraphsResponse>> = watching.await;
    let changes = (0..PARAGRAPHS).map(change).collect();
    let message = v1::WatchParagraphsResponse { changes, revision: "1".to_owned() };
    let mut times = Vec::new();
    for _ in 0..WARM_UP + COMMITS {
        let told: Vec<_> = watching
            .drain(..)
            .map(|mut answers| {
                tokio::spawn(async move {
                    let told = answers.message().await.unwrap().unwrap();
                    assert_eq!(told.changes.len(), PARAGRAPHS);
                    (answers, Instant::now())
                })
            })
            .collect();
        let committed = Instant::now();
        sender.send(message.clone()).unwrap();
        let mut last = committed;
        for told in told {
            let (answers, when) = told.await.unwrap();
            last = last.max(when);
            watching.push(answers);
        }
        times.push(last - committed);
    }
    times.split_off(WARM_UP)
}

fn change(at: usize) -> v1::ParagraphChange {
    let name = format!("documents/d0/paragraphs/para_{at}");
    let tag = v1::Tag { theme: "themes/terrorism".to_owned(), score: 0.9, origin: 1 };
    let paragraph = v1::Paragraph {
        name: name.clone(),
        text: WORDS.to_owned(),
        language_code: "en".to_owned(),
        number: at.to_string(),
        tags: vec![tag],
        ..v1::Paragraph::default()
    };
    v1::ParagraphChange { name, change: Some(v1::paragraph_change::Change::Put(paragraph)) }
}
