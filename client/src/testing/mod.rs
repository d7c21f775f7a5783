//! A way to a server that fails on demand, for the tests of programs that use this crate (feature `test-server`).
//!
//! A [`FaultProxy`] stands between a client and any server. What its connections are to suffer is said beforehand, byte
//! by byte, or while they are open:
//!
//! ```no_run
//! use alinea_client::Client;
//! use alinea_client::testing::{Fault, FaultProxy, Faults};
//!
//! # async fn example(server: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let proxy = FaultProxy::start(server).await?;
//! // The first connection breaks in the middle of an answer, the second falls silent, the others are sound.
//! proxy.next_connections([
//!     Faults::none().after_answers(5_000, Fault::Cut),
//!     Faults::none().after_answers(20_000, Fault::Silence),
//! ]);
//! let alinea = Client::connect_lazy(proxy.url())?;
//! let mut paragraphs = alinea.paragraphs().stream();
//! while let Some(paragraph) = paragraphs.try_next().await? {
//!     println!("{}", paragraph.name);
//! }
//! assert_eq!(proxy.connections(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! Waits are those of tokio, so a test whose time is paused (`#[tokio::test(start_paused = true)]`) waits for no stall, no
//! keepalive and no backoff.
//!
//! The server itself comes from the crate `alinea-server`, whose feature `testing` has a real one in the process, over a
//! store that goes with it: `TestServer::start().await?`, then `server.client()`, or `FaultProxy::start(server.url())`.

mod fault;
mod frames;
mod proxy;
mod swap;
mod way;

pub use fault::{Fault, Faults};
pub use proxy::FaultProxy;
