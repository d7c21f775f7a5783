//! Whatever becomes of the way to the server, what comes over it is the truth, and nothing comes twice.
//!
//! Each schedule of faults follows from a seed. `ALINEA_SEED=17 cargo test --test faults` runs that of one seed alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod certificates;

use std::{collections::BTreeMap, env, ops::Range, time::Duration};

use alinea_client::{
    Change, Client, ClientBuilder, ErrorKind, Outcome, Paragraph, ParagraphQuery, Revision, Upload,
    testing::{Fault, FaultProxy, Faults},
};
use alinea_server::{serving::ServeOptions, testing::TestServer};
use certificates::Certificates;
use fastrand::Rng;

/// The declaration of Almaty, with the letter that carries it.
const SAMPLE: &str = include_str!("../samples/cica-almaty-2006.fr.md");

/// The seeds to run.
fn seeds(all: Range<u64>) -> Range<u64> {
    match env::var("ALINEA_SEED") {
        Ok(seed) => {
            let seed = seed.parse().expect("ALINEA_SEED is a number");
            seed..seed + 1
        }
        Err(_) => all,
    }
}

/// Something that happens to a connection.
fn fault(random: &mut Rng) -> Fault {
    match random.u8(..8) {
        0..3 => Fault::Cut,
        3 => Fault::Silence,
        4 => Fault::Stall(Duration::from_millis(random.u64(..70_000))),
        5 => Fault::Slow(random.u32(2_000..200_000)),
        _ => Fault::Drain,
    }
}

/// How many bytes pass before something happens: as likely some tens as some tens of thousands.
fn bytes(random: &mut Rng, most: u64) -> u64 {
    let bits = (most as f64).log2() * random.f64();
    bits.exp2() as u64
}

/// What the connections to a server suffer until one is sound. A stream gives up after ten failures in a row.
fn schedule(random: &mut Rng, requests: u64, answers: u64) -> Vec<Faults> {
    let connection = |random: &mut Rng| {
        (0..random.usize(1..4)).fold(Faults::none(), |faults, _| match random.u8(..3) {
            0 => faults.after_requests(bytes(random, requests), fault(random)),
            _ => faults.after_answers(bytes(random, answers), fault(random)),
        })
    };
    (0..random.usize(2..6)).map(|_| connection(random)).collect()
}

/// A client whose way to the server suffers faults.
struct Hindered {
    client: Client,
    proxies: Vec<FaultProxy>,
}

impl Hindered {
    /// By one way or two, over one connection each or two; and how many bytes are likely to pass each way.
    async fn new(random: &mut Rng, server: &TestServer, requests: u64, answers: u64) -> Self {
        Self::with(random, server, requests, answers, |builder| builder).await
    }

    /// With settings of the client.
    async fn with(
        random: &mut Rng,
        server: &TestServer,
        requests: u64,
        answers: u64,
        settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let mut proxies = Vec::new();
        for _ in 0..random.usize(1..3) {
            let proxy = FaultProxy::start(server.url()).await.unwrap();
            proxy.next_connections(schedule(random, requests, answers));
            proxies.push(proxy);
        }
        let builder = Client::builder(proxies[0].url()).connections(random.usize(1..3));
        let builder = proxies[1..].iter().fold(builder, |builder, proxy| builder.endpoint(proxy.url()));
        Self { client: settings(builder).connect_lazy().unwrap(), proxies }
    }

    fn connections(&self) -> usize {
        self.proxies.iter().map(FaultProxy::connections).sum()
    }
}

/// Schedules that break nothing would show nothing.
fn assert_broken(seeds: Range<u64>, connections: usize) {
    let schedules = (seeds.end - seeds.start) as usize;
    assert!(schedules == 1 || connections > schedules * 3 / 2, "{connections} in {schedules} schedules");
}

async fn collect(query: ParagraphQuery) -> Result<Vec<Paragraph>, alinea_client::Error> {
    let (mut stream, mut paragraphs) = (query.stream(), Vec::new());
    while let Some(paragraph) = stream.try_next().await? {
        paragraphs.push(paragraph);
    }
    Ok(paragraphs)
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_the_truth_whatever_becomes_of_its_connections() {
    let sample = Upload::new("cica-almaty-2006-fr".try_into().unwrap(), SAMPLE);
    let server = TestServer::builder().documents([sample]).start().await.unwrap();
    let queries: [fn(&Client) -> ParagraphQuery; 3] = [
        |client| client.paragraphs(),
        |client| client.paragraphs().theme("drug-trafficking"),
        |client| client.paragraphs().without_theme("terrorism"),
    ];
    let mut truths = Vec::new();
    for query in queries {
        truths.push(collect(query(&server.client())).await.unwrap());
    }
    assert_eq!(truths[0].len(), 59);
    let (seeds, mut connections) = (seeds(0..300), 0);
    for seed in seeds.clone() {
        let mut random = Rng::with_seed(seed);
        let way = Hindered::new(&mut random, &server, 600, 60_000).await;
        let which = random.usize(..queries.len());
        let found = collect(queries[which](&way.client).batch_size(random.usize(1..20))).await;
        let found = found.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert!(found == truths[which], "seed {seed}: {} of {}", found.len(), truths[which].len());
        connections += way.connections();
    }
    assert_broken(seeds, connections);
}

#[tokio::test(start_paused = true)]
async fn messages_in_the_wrong_order_are_an_error_and_never_a_wrong_answer() {
    let sample = Upload::new("cica-almaty-2006-fr".try_into().unwrap(), SAMPLE);
    let server = TestServer::builder().documents([sample]).start().await.unwrap();
    let truth = collect(server.client().paragraphs()).await.unwrap();
    let (seeds, mut noticed) = (seeds(0..50), 0);
    for seed in seeds.clone() {
        let mut random = Rng::with_seed(seed);
        let proxy = FaultProxy::start(server.url()).await.unwrap();
        proxy.next_connections([Faults::none().after_answers(bytes(&mut random, 60_000), Fault::Swap)]);
        let client = Client::connect_lazy(proxy.url()).unwrap();
        match collect(client.paragraphs().batch_size(random.usize(1..20))).await {
            // There may be no two messages left to change places.
            Ok(found) => assert!(found == truth, "seed {seed}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::DataLoss, "seed {seed}: {error}");
                noticed += 1;
            }
        }
    }
    assert!(seeds.end - seeds.start == 1 || noticed > 25, "{noticed} were noticed");
}

#[tokio::test(start_paused = true)]
async fn an_encrypted_stream_is_the_truth_while_certificates_are_renewed_and_the_server_restarts() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sample = Upload::new("cica-almaty-2006-fr".try_into().unwrap(), SAMPLE);
    let plain = TestServer::builder().folder(&folder).documents([sample]).start().await.unwrap();
    let truth = collect(plain.client().paragraphs()).await.unwrap();
    plain.stop().await.unwrap();
    let certificates = Certificates::new(files.path());
    let access = certificates.access();
    let start = async |address| {
        let grace = Duration::from_millis(200);
        let options = ServeOptions { access: access.clone(), grace, ..ServeOptions::default() };
        TestServer::builder().folder(&folder).options(options).address(address).start().await.unwrap()
    };
    let mut server = start(([127, 0, 0, 1], 0).into()).await;
    let (seeds, mut connections) = (seeds(0..100), 0);
    for seed in seeds.clone() {
        let mut random = Rng::with_seed(seed);
        let trusting = |builder: ClientBuilder| builder.certificate_authority(certificates.authority());
        let way = Hindered::with(&mut random, &server, 1_500, 60_000, trusting).await;
        let (renewed, restarted) = (random.usize(..truth.len()), random.usize(..3 * truth.len()));
        let mut stream = way.client.paragraphs().batch_size(random.usize(1..20)).stream();
        for (at, expected) in truth.iter().enumerate() {
            if at == renewed {
                certificates.renew();
                access.take_up();
            }
            if at == restarted {
                let address = server.address();
                server.stop().await.unwrap();
                server = start(address).await;
            }
            let found = stream.try_next().await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(found.as_ref(), Some(expected), "seed {seed}");
        }
        assert_eq!(stream.try_next().await.unwrap(), None, "seed {seed}");
        connections += way.connections();
    }
    assert_broken(seeds, connections);
}

/// Reads a watch until a revision is whole. A revision without changes may be told or not.
async fn changes(
    watch: &mut alinea_client::ParagraphWatch,
    until: &Revision,
) -> Result<Vec<Change>, alinea_client::Error> {
    let mut changes = Vec::new();
    while let Some(change) = watch.try_next().await? {
        let reached = matches!(&change, Change::Reached(revision) if revision == until);
        let quiet =
            matches!((&change, changes.last()), (Change::Reached(_), None | Some(Change::Reached(_))));
        if !quiet {
            changes.push(change);
        }
        if reached {
            break;
        }
    }
    Ok(changes)
}

/// Stores a document, whatever the way to the server does; the revision that has it.
async fn store(client: &Client, upload: Upload) -> Revision {
    match client.import([upload]).try_next().await.unwrap() {
        Some(Outcome::Stored { revision, .. }) => revision,
        other => panic!("{other:?}"),
    }
}

/// A text with so many paragraphs, each of up to so many words.
fn text(random: &mut Rng, paragraphs: usize, words: usize) -> String {
    let subjects = ["terrorism in all its forms", "the supply of energy", "the trafficking of drugs"];
    let paragraph = |number: usize, random: &mut Rng| {
        let words = vec!["measures"; random.usize(1..words)].join(" ");
        format!(
            "{number}. The parties discuss {} by {} {words}.\n\n",
            subjects[random.usize(..3)],
            random.u32(..)
        )
    };
    (1..=paragraphs).map(|number| paragraph(number, random)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_watch_is_the_truth_whatever_becomes_of_its_connections() {
    let server = TestServer::start().await.unwrap();
    let sound = server.client();
    let write = async |random: &mut Rng| {
        // Large ones are told in several answers, of 60 KiB each.
        let most = if random.u8(..3) == 0 { 80 } else { 8 };
        let (name, paragraphs) = (format!("d{}", random.u8(..4)), random.usize(1..most));
        let text = text(random, paragraphs, 600);
        store(&sound, Upload::new(name.parse().unwrap(), text).language("en")).await
    };
    let mut revisions = Vec::new();
    for seed in 0..8 {
        revisions.push(write(&mut Rng::with_seed(seed)).await);
    }
    let (seeds, mut connections) = (seeds(0..300), 0);
    for seed in seeds.clone() {
        let mut random = Rng::with_seed(seed);
        let way = Hindered::new(&mut random, &server, 600, 300_000).await;
        let since = revisions[revisions.len() - random.usize(1..9)].clone();
        let query: fn(&Client) -> ParagraphQuery = match random.bool() {
            true => |client| client.paragraphs(),
            false => |client| client.paragraphs().theme("terrorism"),
        };
        let mut watch = query(&way.client).watch_from(since.clone());
        let mut found = Vec::new();
        for _ in 0..random.usize(1..4) {
            revisions.push(write(&mut random).await);
            let until = &revisions[revisions.len() - 1];
            found.extend(
                changes(&mut watch, until).await.unwrap_or_else(|error| panic!("seed {seed}: {error}")),
            );
        }
        let until = &revisions[revisions.len() - 1];
        let truth = changes(&mut query(&sound).watch_from(since), until).await.unwrap();
        assert!(found == truth, "seed {seed}: {} changes, {} in truth", found.len(), truth.len());
        connections += way.connections();
    }
    assert_broken(seeds, connections);
}

#[tokio::test(start_paused = true)]
async fn an_import_is_whole_whatever_becomes_of_its_connections() {
    let server = TestServer::start().await.unwrap();
    let sound = server.client();
    let begin = store(&sound, Upload::new("first".parse().unwrap(), "1. Words.\n")).await;
    let mut truth = BTreeMap::new();
    let (seeds, mut connections) = (seeds(0..300), 0);
    for seed in seeds.clone() {
        let mut random = Rng::with_seed(seed);
        let way = Hindered::new(&mut random, &server, 40_000, 3_000).await;
        let mut left = BTreeMap::new();
        for nth in 0..random.usize(1..9) {
            let paragraphs = random.usize(1..40);
            left.insert(format!("{seed}-{nth}"), text(&mut random, paragraphs, 60));
        }
        truth.extend(left.clone());
        let upload = |(name, text): (&String, &String)| Upload::new(name.parse().unwrap(), text.clone());
        let mut import = way.client.import(left.iter().map(upload).collect::<Vec<_>>());
        while let Some(outcome) =
            import.try_next().await.unwrap_or_else(|error| panic!("seed {seed}: {error}"))
        {
            let Outcome::Stored { document, .. } = outcome else { panic!("seed {seed}: {outcome:?}") };
            // They are sent in the order of their names.
            let next = left.pop_first().map(|(name, _)| name);
            assert_eq!(next.as_deref(), Some(document.name.id()), "seed {seed}");
        }
        assert!(left.is_empty(), "seed {seed}: {left:?} have no outcome");
        connections += way.connections();
    }
    assert_broken(seeds, connections);
    // One more, so that the watch has an end.
    let end = store(&sound, Upload::new("last".parse().unwrap(), "1. Words.\n")).await;
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for change in changes(&mut sound.paragraphs().watch_from(begin), &end).await.unwrap() {
        match change {
            Change::Put(paragraph) if paragraph.name.document().id() != "last" => {
                let text = found.entry(paragraph.name.document().id().to_owned()).or_default();
                text.push_str(&format!("{}. {}\n\n", paragraph.number, paragraph.text));
            }
            Change::Put(_) | Change::Reached(_) => {}
            other => panic!("{other:?}: nothing was stored twice"),
        }
    }
    assert_eq!(found, truth);
}
