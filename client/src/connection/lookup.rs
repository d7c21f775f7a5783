//! The addresses of a name, looked up again and again.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Settings;
use super::endpoint::Endpoint;
use super::line::Line;
use super::resolver::Resolver;
use super::server::{Found, Opening};
use crate::error::{Phase, Unreached};

/// How often a name is looked up.
const INTERVAL: Duration = Duration::from_secs(30);
/// How long after a lookup the next one comes at the earliest, when a line was lost.
const REST: Duration = Duration::from_secs(1);

/// Looks the name of a server up.
pub(super) struct Lookup {
    endpoint: Endpoint,
    lines: Arc<Opening>,
    resolver: Arc<dyn Resolver>,
    /// How long it may take.
    limit: Duration,
}

impl Lookup {
    pub(super) fn new(endpoint: Endpoint, lines: Arc<Opening>, settings: &Settings) -> Self {
        Self { endpoint, lines, resolver: settings.resolver.clone(), limit: settings.connect_timeout }
    }

    /// Tells the lines to all addresses whenever they change, for as long as anybody listens. Whether the first count as
    /// working before they were tried is for the caller to say.
    pub(super) async fn go_on(self, told: watch::Sender<Found>, works: bool) {
        while !told.is_closed() {
            match self.addresses().await {
                Ok(addresses) => told.send_if_modified(|found| self.take_in(found, addresses, works)),
                Err(error) => {
                    tracing::debug!(endpoint = &*self.endpoint.url, %error, "the addresses are those of before");
                    told.send_if_modified(|found| {
                        let is_first = !matches!(found, Some(Ok(_)));
                        if is_first {
                            *found = Some(Err(Unreached::new(self.endpoint.url.clone(), Phase::Dns, error)));
                        }
                        is_first
                    })
                }
            };
            sleep(REST).await;
            // It does not matter which of the two came.
            let _ = timeout(INTERVAL - REST, self.lines.lost.notified()).await;
        }
    }

    async fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let looked_up = self.resolver.addresses(&self.endpoint.host, self.endpoint.port);
        let addresses = timeout(self.limit, looked_up).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {:?}", self.limit)))
        })?;
        match addresses.is_empty() {
            true => Err(io::Error::new(io::ErrorKind::NotFound, "the name leads to no address")),
            false => Ok(addresses),
        }
    }

    /// Keeps the lines to addresses that are still there, and opens those to new ones. Calls that run on a line that goes
    /// have it to their end.
    fn take_in(&self, found: &mut Found, mut addresses: Vec<SocketAddr>, works: bool) -> bool {
        addresses.sort_unstable();
        addresses.dedup();
        // Who makes a client that is to be connected waits for the first answer, and connects what that leads to.
        let is_awaited = found.is_none();
        let before: &[Arc<Line>] = match found {
            Some(Ok(lines)) => lines,
            _ => &[],
        };
        let are_used = is_awaited || works && before.is_empty();
        let mut lines: Vec<_> =
            before.iter().filter(|line| addresses.contains(&line.address())).cloned().collect();
        addresses.retain(|address| before.iter().all(|line| line.address() != *address));
        if lines.len() == before.len() && addresses.is_empty() {
            return false;
        }
        for line in addresses.iter().flat_map(|address| self.lines.lines(*address, are_used && works)) {
            if !are_used {
                // No call is sent to one that is new before it works.
                tokio::spawn(line.clone().connect());
            }
            lines.push(line);
        }
        *found = Some(Ok(lines.into()));
        true
    }
}

#[cfg(test)]
#[path = "../../tests/server/mod.rs"]
mod fake;

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::net::TcpListener;

    use super::fake::{Break, Fake};
    use super::*;
    use crate::connection::Connection;
    use crate::connection::resolver::Addresses;
    use crate::{Client, ErrorKind, ParagraphStream};

    /// Finds what a test says, and counts how often it was asked.
    #[derive(Debug, Default)]
    struct Said(Mutex<(Vec<SocketAddr>, usize)>);

    impl Said {
        fn say(&self, addresses: &[SocketAddr]) {
            self.0.lock().unwrap().0 = addresses.to_vec();
        }

        fn asked(&self) -> usize {
            self.0.lock().unwrap().1
        }
    }

    impl Resolver for Said {
        fn addresses<'a>(&'a self, host: &'a str, port: u16) -> Addresses<'a> {
            assert_eq!((host, port), ("alinea.test", 7));
            let mut said = self.0.lock().unwrap();
            said.1 += 1;
            let addresses = said.0.clone();
            Box::pin(async move {
                match addresses.is_empty() {
                    true => Err(io::Error::other("no such host")),
                    false => Ok(addresses),
                }
            })
        }
    }

    async fn server() -> (Fake, SocketAddr) {
        let (fake, listener) = (Fake::new(3), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = listener.local_addr().unwrap();
        fake.serve_on(listener);
        // Streams stay open after their first paragraph.
        fake.script(|script| script.breaks = vec![(1, Break::Silence); 10]);
        (fake, address)
    }

    fn settings(names: &Arc<Said>) -> (Vec<String>, Settings) {
        let patient = Duration::from_secs(1_000_000);
        let settings = Settings {
            resolver: names.clone(),
            connect_timeout: patient,
            call_deadline: None,
            keepalive: None,
            attempts: 50,
            ..Settings::default()
        };
        (vec!["http://alinea.test:7".to_owned()], settings)
    }

    fn client(names: &Arc<Said>) -> Client {
        let (urls, settings) = settings(names);
        Client { connection: Arc::new(Connection::lazy(&urls, settings).unwrap()) }
    }

    /// Opens a stream that stays open.
    async fn held(client: &Client) -> ParagraphStream {
        let mut stream = client.paragraphs().batch_size(1).stream();
        stream.try_next().await.unwrap().unwrap();
        stream
    }

    fn streams(fake: &Fake) -> usize {
        fake.script(|script| script.streams.len())
    }

    #[tokio::test(start_paused = true)]
    async fn calls_spread_over_all_addresses_of_a_name() {
        let ((one, first), (two, second)) = (server().await, server().await);
        let names = Arc::<Said>::default();
        names.say(&[first, second, first]);
        let client = client(&names);
        let mut open = Vec::new();
        for _ in 0..6 {
            open.push(held(&client).await);
        }
        assert_eq!((streams(&one), streams(&two)), (3, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_is_looked_up_again_by_and_by_and_streams_on_what_is_gone_go_on() {
        let ((one, first), (two, second)) = (server().await, server().await);
        let names = Arc::<Said>::default();
        names.say(&[first]);
        let client = client(&names);
        let mut open = vec![held(&client).await];
        names.say(&[second]);
        open.push(held(&client).await);
        assert_eq!((streams(&one), streams(&two), names.asked()), (2, 0, 1));
        while names.asked() == 1 {
            sleep(REST).await;
        }
        // What is new is connected to before calls go there.
        sleep(REST).await;
        for _ in 0..3 {
            open.push(held(&client).await);
        }
        assert_eq!((streams(&one), streams(&two)), (2, 3));
        for stream in &mut open {
            let next = tokio::time::timeout(Duration::from_secs(1), stream.try_next()).await;
            assert!(next.is_err(), "none has ended");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_is_looked_up_again_when_a_line_is_lost() {
        let ((one, first), (two, second)) = (server().await, server().await);
        one.script(|script| script.breaks = vec![(1, Break::ShuttingDown); 10]);
        two.script(|script| script.breaks.clear());
        let names = Arc::<Said>::default();
        names.say(&[first]);
        let client = client(&names);
        let mut stream = client.paragraphs().batch_size(1).stream();
        stream.try_next().await.unwrap().unwrap();
        names.say(&[second]);
        let begun = tokio::time::Instant::now();
        while stream.try_next().await.unwrap().is_some() {}
        assert_eq!(streams(&two), 1);
        assert!(begun.elapsed() < INTERVAL, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_that_is_not_found_is_told_and_looked_up_again() {
        let (_fake, address) = server().await;
        let names = Arc::<Said>::default();
        let (urls, settings) = settings(&names);
        for error in [
            Connection::checked(&urls, settings.clone()).await.unwrap_err(),
            Client {
                connection: Arc::new(Connection::lazy(&urls, Settings { attempts: 1, ..settings }).unwrap()),
            }
            .get_paragraph("d/para_1")
            .await
            .unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.phase()), (ErrorKind::Unavailable, Some(Phase::Dns)));
            assert!(
                error.to_string().contains("no address of http://alinea.test:7: no such host"),
                "{error}"
            );
        }
        let client = client(&names);
        let (calling, finding) = (client.get_paragraph("d/para_1"), async {
            while names.asked() < 4 {
                sleep(REST).await;
            }
            names.say(&[address]);
        });
        assert_eq!(tokio::join!(calling, finding).0.unwrap().number, "1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_that_is_not_found_at_first_is_taken_up_when_it_is() {
        let ((one, first), (two, second)) = (server().await, server().await);
        let names = Arc::<Said>::default();
        let (mut urls, settings) = settings(&names);
        urls.push(format!("http://{first}"));
        let connection = Connection::checked(&urls, settings).await.unwrap();
        let client = Client { connection: Arc::new(connection) };
        names.say(&[second]);
        sleep(INTERVAL * 2).await;
        let mut open = Vec::new();
        for _ in 0..4 {
            open.push(held(&client).await);
        }
        assert_eq!((streams(&one), streams(&two)), (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_looked_up_when_the_client_is_gone() {
        let (_fake, address) = server().await;
        let names = Arc::<Said>::default();
        names.say(&[address]);
        let client = client(&names);
        client.get_paragraph("d/para_1").await.unwrap();
        drop(client);
        tokio::time::sleep(INTERVAL * 10).await;
        assert_eq!(names.asked(), 1);
    }
}
