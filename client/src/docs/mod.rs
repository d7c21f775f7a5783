//! The guide: how to do with this crate what it is for, a page for each task. There is no code here.
//!
//! 1. [The first stream](first_stream): paragraphs by theme, and a program that goes on where it was killed.
//! 2. [Connecting](connecting): certificates, keys, several servers, and programs without a runtime.
//! 3. [Mirroring](mirroring): a copy of what a query picks, equal to the store at every revision.
//! 4. [Importing](importing): documents in, and what became of each.
//! 5. [Errors](errors): what can go wrong, what is tried again, and what is left to the program.
//! 6. [Observing](observing): traces, counters, and what happens to connections.
//! 7. [Testing](testing): a server in the process, and a way to it that fails on demand.
//! 8. [Far links](far_links): where the server is far away, or there is much to move.
//!
//! The programs in `examples/` do each of it from beginning to end.

#[doc = include_str!("connecting.md")]
pub mod connecting {}
#[doc = include_str!("errors.md")]
pub mod errors {}
#[doc = include_str!("far-links.md")]
pub mod far_links {}
#[doc = include_str!("first-stream.md")]
pub mod first_stream {}
#[doc = include_str!("importing.md")]
pub mod importing {}
#[doc = include_str!("mirroring.md")]
pub mod mirroring {}
#[doc = include_str!("observing.md")]
pub mod observing {}
#[doc = include_str!("testing.md")]
pub mod testing {}
