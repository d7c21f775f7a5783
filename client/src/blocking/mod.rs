//! The client for programs without a runtime (feature `blocking`): calls return when they are answered, and streams are
//! iterators.
//!
//! ```no_run
//! fn main() -> Result<(), alinea_client::Error> {
//!     let alinea = alinea_client::blocking::Client::connect("http://127.0.0.1:50051")?;
//!     for paragraph in alinea.paragraphs().theme("terrorism").language("fr").stream() {
//!         let paragraph = paragraph?;
//!         println!("{}: {}", paragraph.name, paragraph.text);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! It is the same client, with the same names: what is said of a method of [`crate::Client`] holds here. Settings are those of
//! its builder, which ends with [`connect_blocking`](crate::ClientBuilder::connect_blocking):
//!
//! ```no_run
//! # fn example(key: String) -> Result<(), alinea_client::Error> {
//! use std::time::Duration;
//!
//! let builder = alinea_client::Client::builder("http://127.0.0.1:50051").token(key);
//! let alinea = builder.call_deadline(Duration::from_secs(3)).connect_blocking()?;
//! println!("{}", alinea.get_paragraph("cica-almaty-2006-fr/para_15")?.text);
//! # Ok(())
//! # }
//! ```
//!
//! A client has a runtime of its own, on one thread that sees to its connections while the program does something else; its clones
//! and streams share it. It works on every thread that may wait, those of `tokio::task::spawn_blocking` among them. In a task of tokio
//! it would hold up others, so it refuses, with [`ErrorKind::FailedPrecondition`](crate::ErrorKind::FailedPrecondition): there
//! [`crate::Client`] is the one to use.

mod client;
mod driver;
mod iter;
mod query;
mod wrap;

pub use client::Client;
pub use iter::Iter;
pub use query::{DocumentQuery, ParagraphQuery, Tagging};
