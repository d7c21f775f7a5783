//! What stands between a client and a server.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::fault::{Fault, Faults};
use super::way::{Step, Way};

/// Passes connections on to a server, and lets them fail as it is told. It ends, with all of them, when it is dropped.
///
/// ```no_run
/// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use alinea_client::Client;
/// use alinea_client::testing::{Fault, FaultProxy};
///
/// let proxy = FaultProxy::start(server).await?;
/// let alinea = Client::connect(proxy.url()).await?;
/// let mut stream = alinea.paragraphs().stream();
/// stream.try_next().await?;
/// proxy.fault(Fault::Cut);
/// while stream.try_next().await?.is_some() {}
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct FaultProxy {
    url: String,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    /// What the next connections are to suffer.
    faults: VecDeque<Faults>,
    /// Tells those that are open what happens to them now.
    open: Vec<UnboundedSender<Fault>>,
    connections: usize,
}

impl FaultProxy {
    /// Stands before the server at a URL, on a free port of this machine. Where the URL begins with `https://`, clients
    /// have to be told the name in its certificate (`server_name` of their builder).
    ///
    /// ```no_run
    /// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = alinea_client::testing::FaultProxy::start("http://127.0.0.1:50051").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(server: &str) -> io::Result<Self> {
        let (scheme, address) = server.split_once("://").unwrap_or(("http", server));
        let address = address.trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("{scheme}://{}", listener.local_addr()?);
        let state = Arc::default();
        let accepting = tokio::spawn(accept(listener, address, Arc::clone(&state)));
        Ok(Self { url, state, accepting })
    }

    /// Where clients find it.
    ///
    /// ```no_run
    /// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = alinea_client::testing::FaultProxy::start(server).await?;
    /// let alinea = alinea_client::Client::connect(proxy.url()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Says what the next connections suffer, one after the other, after those of which it was said before. Further ones
    /// are sound.
    ///
    /// ```no_run
    /// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::testing::{Fault, FaultProxy, Faults};
    ///
    /// let proxy = FaultProxy::start(server).await?;
    /// // The first and the second break, the others are sound.
    /// proxy.next_connections([Faults::none().after_answers(0, Fault::Cut), Faults::none().after_answers(9_000, Fault::Cut)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn next_connections(&self, faults: impl IntoIterator<Item = Faults>) {
        lock(&self.state).faults.extend(faults);
    }

    /// Lets every connection that is open suffer a fault now.
    ///
    /// ```no_run
    /// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::testing::{Fault, FaultProxy};
    ///
    /// let proxy = FaultProxy::start(server).await?;
    /// proxy.fault(Fault::Silence);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fault(&self, fault: Fault) {
        lock(&self.state).open.retain(|connection| connection.send(fault).is_ok());
    }

    /// How many connections were made.
    ///
    /// ```no_run
    /// # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = alinea_client::testing::FaultProxy::start(server).await?;
    /// assert_eq!(proxy.connections(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        lock(&self.state).open.clear();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, server: String, state: Arc<Mutex<State>>) {
    while let Ok((near, _)) = listener.accept().await {
        let (sender, told) = unbounded_channel();
        let faults = {
            let mut state = lock(&state);
            state.connections += 1;
            state.open.retain(|connection| !connection.is_closed());
            state.open.push(sender);
            state.faults.pop_front().unwrap_or_default()
        };
        let server = server.clone();
        tokio::spawn(async move {
            // What goes wrong at one end is seen at the other by the connection being closed.
            let _ = carry(near, &server, faults, told).await;
        });
    }
}

/// Carries one connection to its end, which is also where the proxy is dropped.
async fn carry(
    near: TcpStream,
    server: &str,
    faults: Faults,
    mut told: UnboundedReceiver<Fault>,
) -> io::Result<()> {
    let far = TcpStream::connect(server).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let mut requests = Way::new(from_near, to_far, faults.requests);
    let mut answers = Way::new(from_far, to_near, faults.answers);
    while !(requests.is_closed() && answers.is_closed()) {
        let step = tokio::select! {
            told = told.recv() => Step::Due(told.unwrap_or(Fault::Cut)),
            step = answers.step(), if !answers.is_closed() => step?,
            step = requests.step(), if !requests.is_closed() => step?,
        };
        match step {
            Step::On | Step::Closed => {}
            Step::Due(Fault::Cut) => break,
            Step::Due(Fault::Silence) => {
                while !matches!(told.recv().await, None | Some(Fault::Cut)) {}
                break;
            }
            Step::Due(Fault::Stall(time)) => sleep(time).await,
            Step::Due(Fault::Slow(bytes_a_second)) => {
                requests.slow_down(bytes_a_second);
                answers.slow_down(bytes_a_second);
            }
            Step::Due(Fault::Drain) => answers.drain(),
            Step::Due(Fault::Swap) => answers.swap(),
        }
    }
    Ok(())
}
