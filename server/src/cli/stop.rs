//! When the program is told to stop: by Ctrl-C, or by what a service manager sends.

use std::{
    process::exit,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{runtime, sync::oneshot, time::timeout};

/// How long after its grace time the program is still given to end by itself.
const MARGIN: Duration = Duration::from_millis(500);

/// Listens from its beginning on, so that no signal finds the program without an answer.
pub(super) struct Stop {
    serving: Arc<AtomicBool>,
    told: oneshot::Receiver<Instant>,
}

impl Stop {
    /// Before it serves, the program ends at once when it is told: what was committed is on the disk. After its grace time it
    /// ends whatever hangs, such as a file that cannot be read: this listens on a thread that waits for nothing else.
    pub(super) fn listen(grace: Duration) -> anyhow::Result<Self> {
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().context("waiting for signals")?;
        let mut signals = {
            let _within = runtime.enter();
            Signals::listen()?
        };
        let (tell, told) = oneshot::channel();
        let serving = Arc::new(AtomicBool::new(false));
        let begun = Arc::clone(&serving);
        let listening = async move {
            signals.next().await;
            if !begun.load(Ordering::Acquire) || tell.send(Instant::now()).is_err() {
                eprintln!("stopped before it served");
                exit(0);
            }
            eprintln!(
                "stopping: streams end now, and say where to go on; a second signal ends the program at once"
            );
            match timeout(grace + MARGIN, signals.next()).await {
                Ok(()) => eprintln!("stopped at the second signal"),
                Err(_) => {
                    eprintln!("stopped in the middle of something that had not ended with the grace time")
                }
            }
            exit(1);
        };
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(listening))
            .context("waiting for signals")?;
        Ok(Self { serving, told })
    }

    /// From now on the program is given time when it is told. Ready when it is, with the time of it.
    pub(super) async fn told(self) -> Instant {
        self.serving.store(true, Ordering::Release);
        self.told.await.unwrap_or_else(|_| Instant::now())
    }
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn listen() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).context("waiting for signals");
        Ok(Self(listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
