//! Those who call: each does its one thing at its own pace, for as long as the program lives.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use alinea_client::{Change, Client, Error, Outcome, Upload};
use tokio::{task::JoinSet, time::MissedTickBehavior};

const SAMPLE: &str = include_str!("../../samples/cica-almaty-2006.fr.md");
/// How many documents are always there, and are replaced by turns; and how many of those that come and go are there at once.
const KEPT: usize = 1000;
const PASSING: usize = 200;
/// How many paragraphs a document has.
const OF_EACH: usize = 40;
/// How many are replaced at once.
const REPLACED: usize = 5;
const WATCHES: usize = 20;
/// After how many paragraphs a stream is given up that is not read to its end, and of how many hits a search is read.
const GIVEN_UP: usize = 300;
const HITS: usize = 60;

const THEMES: [&str; 6] =
    ["terrorism", "energy", "drug-trafficking", "small-arms", "confidence-building", "environmental"];
const WORDS: [&str; 8] = [
    "sécurité",
    "coopération",
    "armes légères",
    "\"États membres\"",
    "énergie",
    "Asie",
    "dialogue",
    "drogue",
];

/// What was done.
#[derive(Default)]
pub(crate) struct Done {
    calls: AtomicUsize,
    told: AtomicUsize,
    failed: AtomicUsize,
    /// How long fetches took since that was last told, and all of them, in ms.
    fetches: Mutex<Vec<f64>>,
    all_fetches: Mutex<Vec<f64>>,
}

impl Done {
    fn count(&self, what: &str, done: Result<(), Error>) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = done
            && self.failed.fetch_add(1, Ordering::Relaxed) < 10
        {
            println!("{what}: {error}");
        }
    }

    /// Says what was done so far, and how long fetches took since this was last asked.
    pub(crate) fn tell(&self) -> String {
        let fetches = std::mem::take(&mut *self.fetches.lock().unwrap());
        let mut all = self.all_fetches.lock().unwrap();
        all.extend(&fetches);
        self.with(fetches)
    }

    /// The same of all the time.
    pub(crate) fn tell_all(&self) -> String {
        self.tell();
        self.with(self.all_fetches.lock().unwrap().clone())
    }

    fn with(&self, mut fetches: Vec<f64>) -> String {
        fetches.sort_by(f64::total_cmp);
        let at = |percent: usize| fetches.get(fetches.len() * percent / 100).copied().unwrap_or_default();
        let [calls, told, failed] =
            [&self.calls, &self.told, &self.failed].map(|count| count.load(Ordering::Relaxed));
        format!(
            "{calls} calls, {failed} errors, {told} changes told; GetParagraph p50 {:.2} ms, p99 {:.2} ms",
            at(50),
            at(99)
        )
    }
}

/// A document of some paragraphs of the sample, not twice the same.
fn document(name: &str) -> Upload {
    let lines: Vec<&str> = SAMPLE.lines().map(str::trim).filter(|line| line.len() > 120).collect();
    let line = || lines[fastrand::usize(..lines.len())];
    let text: String =
        (1..=OF_EACH).map(|number| format!("{number}. {} {}\n\n", line(), fastrand::u16(..))).collect();
    Upload::new(name.parse().unwrap(), text).language("fr")
}

fn kept() -> String {
    format!("kept-{}", fastrand::usize(..KEPT))
}

fn theme() -> &'static str {
    THEMES[fastrand::usize(..THEMES.len())]
}

/// The name of a paragraph that is there.
fn paragraph() -> String {
    format!("{}/para_{}", kept(), fastrand::usize(1..=OF_EACH))
}

fn words() -> &'static str {
    WORDS[fastrand::usize(..WORDS.len())]
}

/// Imports what is there from the beginning.
pub(crate) async fn fill(url: &str) {
    let client = Client::connect(url).await.unwrap();
    import(&client, (0..KEPT).map(|number| document(&format!("kept-{number}"))).collect()).await.unwrap();
}

async fn import(client: &Client, uploads: Vec<Upload>) -> Result<(), Error> {
    let mut outcomes = client.import(uploads);
    while let Some(outcome) = outcomes.try_next().await? {
        assert!(matches!(outcome, Outcome::Stored { .. }), "{outcome:?}");
    }
    Ok(())
}

/// Has all of them begin. They end when what it returns is dropped.
pub(crate) async fn start(url: &str, done: &Arc<Done>) -> JoinSet<()> {
    let client = Client::connect(url).await.unwrap();
    let mut caller = Caller { client, done: done.clone(), tasks: JoinSet::new() };
    let (second, url) = (Duration::from_secs(1), url.to_owned());
    caller.go_on("replacing", second, |client, _| async move {
        import(&client, (0..REPLACED).map(|_| document(&kept())).collect()).await
    });
    let passing = Arc::new(AtomicUsize::new(0));
    caller.go_on("coming and going", second, move |client, _| {
        let number = passing.fetch_add(1, Ordering::Relaxed);
        async move {
            client.create_document(document(&format!("passing-{number}"))).await?;
            match number.checked_sub(PASSING) {
                Some(old) => client.delete_document(format!("passing-{old}")).await.map(drop),
                None => Ok(()),
            }
        }
    });
    for most in [usize::MAX, GIVEN_UP] {
        caller.go_on("streaming", second / 4, move |client, _| async move {
            let mut stream = client.paragraphs().theme(theme()).stream();
            let mut left = most;
            while left > 0 && stream.try_next().await?.is_some() {
                left -= 1;
            }
            Ok(())
        });
    }
    caller.go_on("streaming what has words", second, |client, _| async move {
        let mut stream = client.paragraphs().theme(theme()).matching(words()).views();
        while stream.try_next().await?.is_some() {}
        Ok(())
    });
    caller.go_on("searching", second / 5, |client, _| async move {
        let mut hits = client.paragraphs().theme(theme()).search(words());
        for _ in 0..HITS {
            hits.try_next().await?;
        }
        Ok(())
    });
    caller.go_on("counting", second, |client, _| async move {
        client.paragraphs().theme(theme()).count().await.map(drop)
    });
    caller.go_on("explaining", second, |client, _| async move {
        client.explain_tags(paragraph()).await.map(drop)
    });
    caller.go_on("fetching", second / 50, |client, done| async move {
        let (name, begun) = (paragraph(), Instant::now());
        let fetched = client.get_paragraph(name).await.map(drop);
        done.fetches.lock().unwrap().push(begun.elapsed().as_secs_f64() * 1e3);
        fetched
    });
    caller.go_on("connecting", second, move |_, _| {
        let url = url.clone();
        async move { Client::connect(url).await?.get_paragraph(paragraph()).await.map(drop) }
    });
    caller.go_on("mirroring", second * 2, |client, _| async move {
        let mut watch = client.paragraphs().theme(theme()).watch_from_snapshot();
        while !matches!(watch.try_next().await?, None | Some(Change::Reached(_))) {}
        Ok(())
    });
    for number in 0..WATCHES {
        caller.watch(THEMES[number % THEMES.len()]);
    }
    caller.tasks
}

/// Calls over one connection.
struct Caller {
    client: Client,
    done: Arc<Done>,
    tasks: JoinSet<()>,
}

impl Caller {
    /// Does something again and again.
    fn go_on<F>(
        &mut self,
        what: &'static str,
        pace: Duration,
        once: impl Fn(Client, Arc<Done>) -> F + Send + 'static,
    ) where
        F: Future<Output = Result<(), Error>> + Send,
    {
        let (client, done) = (self.client.clone(), self.done.clone());
        self.tasks.spawn(async move {
            let mut pace = tokio::time::interval(pace);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                pace.tick().await;
                done.count(what, once(client.clone(), done.clone()).await);
            }
        });
    }

    /// Watches to the end.
    fn watch(&mut self, theme: &'static str) {
        let (mut watch, done) = (self.client.paragraphs().theme(theme).watch(), self.done.clone());
        self.tasks.spawn(async move {
            loop {
                match watch.try_next().await {
                    Ok(Some(Change::Reached(_))) => {}
                    Ok(Some(_)) => drop(done.told.fetch_add(1, Ordering::Relaxed)),
                    ended => return done.count("watching", ended.map(drop)),
                }
            }
        });
    }
}
