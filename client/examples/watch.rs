//! Tells what changes in what a query picks, from now on, as it is committed.
//!
//! `cargo run --example watch -- http://127.0.0.1:50051 terrorism`

use std::env;

use alinea_client::{Change, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let theme = arguments.next().unwrap_or_else(|| "terrorism".to_owned());

    // Whoever waits for changes can wait for the server, too.
    let alinea = Client::builder(url).stream_attempts(u32::MAX).connect_lazy()?;
    let mut watch = alinea.paragraphs().theme(theme).watch();
    while let Some(change) = watch.try_next().await? {
        match change {
            Change::Put(paragraph) => println!("+ {}: {}", paragraph.name, paragraph.text),
            Change::Removed(name) => println!("- {name}"),
            Change::Reached(revision) => println!("all of revision {revision} was told"),
            _ => {}
        }
    }
    Ok(())
}
