//! What other callers notice while some connections attack the server: the time of a call with the attack and without, by turns,
//! and what memory and connections the server has, and how much each side computes. Then what many streams cost that have nothing to say.
//! The server and the attackers are processes of their own. The attackers have a processor only while nobody else wants it
//! (SCHED_IDLE), as if they were elsewhere: with a little claim to it, they keep it to the next tick of the scheduler, which is
//! all that others would notice. Run with `cargo bench --bench attacks` where little else goes on: attackers that computed nothing
//! have done nothing.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

mod attack;
#[allow(dead_code, reason = "the benchmark of streams needs all of it")]
#[path = "../streaming/corpus.rs"]
mod corpus;
#[path = "../seen/mod.rs"]
mod seen;

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use alinea_client::{Client, ParagraphWatch};
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    memory,
    serving::{LimitOptions, Limits, ServeOptions, Service, serve},
    store::{Options, Store},
};
use attack::ATTACKS;
use tokio::{io::AsyncReadExt, net::TcpListener, runtime::Runtime};

// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARAGRAPHS: usize = 200_000;
/// How long calls are made without an attack and with it, how often by turns, and how often a call is made meanwhile.
const TURN: Duration = Duration::from_secs(2);
const TURNS: u32 = 6;
/// How long an attack has to begin, and the last to be over: connections that came too fast are kept waiting so long.
const BEGUN: Duration = Duration::from_millis(500);
const OVER: Duration = Duration::from_secs(5);
const PACE: Duration = Duration::from_millis(2);
/// How many streams are open at once, and over how many connections.
const STREAMS: usize = 10_000;
const CONNECTIONS: usize = 1000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Runtime::new().unwrap();
    match words[..] {
        ["--serve", folder] => runtime.block_on(server(folder.as_ref())),
        ["--attack", at, address] => runtime.block_on(attack(at.parse().unwrap(), address.parse().unwrap())),
        [] => runtime.block_on(measure()),
        _ => println!("usage: attacks"),
    }
}

async fn server(folder: &Path) {
    memory::use_small_pages();
    let store = Store::open(folder, &Options::default()).unwrap();
    let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
    memory::give_back();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    // It ends when the one who started it is gone. The benchmark has one address for all who call.
    let ended = async { drop(tokio::io::stdin().read(&mut [0]).await) };
    let limits = Limits::new(LimitOptions { calls: 2 * STREAMS, ..Default::default() });
    serve(listener, service, ServeOptions { limits, ..Default::default() }, ended).await.unwrap();
}

async fn attack(at: usize, address: SocketAddr) {
    let (_, attack, connections) = ATTACKS[at];
    for _ in 0..connections {
        tokio::spawn(attack.go_on(address));
    }
    // It ends when the one who started it is gone.
    let _ = tokio::io::stdin().read(&mut [0]).await;
}

/// A process of this program.
struct Process(Child);

impl Process {
    fn start(arguments: &[&str]) -> Self {
        Self::run(&mut Command::new(std::env::current_exe().unwrap()), arguments)
    }

    /// One that has what others leave of the processor.
    fn start_idle(arguments: &[&str]) -> Self {
        Self::run(Command::new("chrt").args(["--idle", "0"]).arg(std::env::current_exe().unwrap()), arguments)
    }

    fn run(command: &mut Command, arguments: &[&str]) -> Self {
        Self(command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
    }

    fn computed(&self) -> f64 {
        seen::computed(self.0.id())
    }

    fn memory(&self) -> f64 {
        seen::memory(self.0.id())
    }

    fn open(&self) -> usize {
        seen::open_files(self.0.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// What calls saw: how long each took, and the most memory that the server had meanwhile.
#[derive(Default)]
struct Seen {
    times: Vec<f64>,
    memory: f64,
}

impl Seen {
    /// Calls for a while, once every [`PACE`].
    async fn call(&mut self, client: &Client, server: &Process, name: &alinea_client::ParagraphName) {
        let begun = Instant::now();
        let mut pace = tokio::time::interval(PACE);
        while begun.elapsed() < TURN {
            pace.tick().await;
            let started = Instant::now();
            client.get_paragraph(name.clone()).await.unwrap();
            self.times.push(started.elapsed().as_secs_f64() * 1e3);
            self.memory = self.memory.max(server.memory());
        }
    }

    /// What so many in a hundred calls did not take longer than, in ms.
    fn percentile(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        times[times.len() * percent / 100]
    }
}

async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    corpus::fill(folder.path(), PARAGRAPHS);
    let mut server = Process::start(&["--serve", folder.path().to_str().unwrap()]);
    let mut address = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let address = address.trim();
    let client = Client::connect(format!("http://{address}")).await.unwrap();
    let name = client.paragraphs().stream().try_next().await.unwrap().unwrap().name;
    for (at, (what, _, connections)) in ATTACKS.iter().enumerate() {
        let (mut quiet, mut attacked) = (Seen::default(), Seen::default());
        let (mut more, mut theirs, open) = (0.0, 0.0, server.open());
        for _ in 0..TURNS {
            let begun = server.computed();
            quiet.call(&client, &server, &name).await;
            let calm = server.computed() - begun;
            let attackers = Process::start_idle(&["--attack", &at.to_string(), address]);
            tokio::time::sleep(BEGUN).await;
            let before = [server.computed(), attackers.computed()];
            attacked.call(&client, &server, &name).await;
            more += server.computed() - before[0] - calm;
            theirs += attackers.computed() - before[1];
            drop(attackers);
            tokio::time::sleep(BEGUN).await;
        }
        tokio::time::sleep(OVER).await;
        let left = server.open().saturating_sub(open);
        let of_time = |computed: f64| computed / (TURN * TURNS).as_secs_f64() * 100.0;
        let [quiet99, p99] = [&quiet, &attacked].map(|seen| seen.percentile(99));
        println!(
            "{what} on {connections} connections: calls p50 {:.2} ms, p99 {p99:.2} ms, {:.2} times the {quiet99:.2} without it; the \
             server computed {:.0} % of a processor more and the attackers {:.0} %; memory at most {:.0} MB, {:.0} without it; {left} \
             sockets left over",
            attacked.percentile(50),
            p99 / quiet99,
            of_time(more),
            of_time(theirs),
            attacked.memory,
            quiet.memory,
        );
    }
    idle(&server, address).await;
}

/// What streams cost that have nothing to say.
async fn idle(server: &Process, address: &str) {
    let before = server.memory();
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(format!("http://{address}")).await.unwrap());
    }
    let connected = server.memory();
    let mut watches: Vec<ParagraphWatch> = Vec::new();
    for at in 0..STREAMS {
        let mut watch = clients[at % CONNECTIONS].paragraphs().theme("themes/terrorism").watch();
        // It is open when it has said where it begins.
        watch.try_next().await.unwrap();
        watches.push(watch);
    }
    let open = server.memory();
    println!(
        "{CONNECTIONS} connections: {:.1} kB each; {STREAMS} watches over them: {:.1} kB each; {open:.0} MB in all, {} sockets",
        (connected - before) * 1e3 / CONNECTIONS as f64,
        (open - connected) * 1e3 / STREAMS as f64,
        server.open()
    );
    drop(watches);
}
