//! Keeps an SQLite table equal to what a query picks: everything that is there, then every change, once each.
//!
//! `cargo run --example mirror -- http://127.0.0.1:50051 terrorism mirror.db`
//!
//! The revision that was reached is stored together with the changes up to it. So the program can be killed at any time, and goes
//! on where the table stands.

use std::env;

use alinea_client::{Change, Client, ParagraphQuery, ParagraphWatch, Revision};
use rusqlite::{Connection, OptionalExtension, params};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS paragraphs (name TEXT PRIMARY KEY, language TEXT, headings TEXT, text TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS reached (only INTEGER PRIMARY KEY CHECK (only = 1), revision TEXT NOT NULL) STRICT;
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let theme = arguments.next().unwrap_or_else(|| "terrorism".to_owned());
    let file = arguments.next().unwrap_or_else(|| "mirror.db".to_owned());

    let table = Connection::open(file)?;
    table.execute_batch(TABLES)?;
    let alinea = Client::builder(url).stream_attempts(u32::MAX).connect_lazy()?;
    let query = || alinea.paragraphs().theme(theme.as_str());
    loop {
        let mut watch = begin(&table, query())?;
        match follow(&table, &mut watch).await {
            // The mirror was away for so long that the server no longer has the changes since.
            Err(error) if is_too_old(&*error) => {
                eprintln!("anew from the snapshot: {error}");
                table.execute("DELETE FROM reached", [])?;
            }
            ended => return ended,
        }
    }
}

/// Watches from where the table stands, or from nothing.
fn begin(table: &Connection, query: ParagraphQuery) -> rusqlite::Result<ParagraphWatch> {
    let reached: Option<String> =
        table.query_row("SELECT revision FROM reached", [], |row| row.get(0)).optional()?;
    Ok(match reached {
        Some(revision) => query.watch_from(Revision::new(revision)),
        None => query.watch_from_snapshot(),
    })
}

/// Writes changes down, a transaction for each revision. There is nothing else for this thread to do meanwhile.
async fn follow(table: &Connection, watch: &mut ParagraphWatch) -> Result<(), Box<dyn std::error::Error>> {
    let mut transaction = table.unchecked_transaction()?;
    let from_nothing = table.query_row("SELECT 1 FROM reached", [], |_| Ok(())).optional()?.is_none();
    if from_nothing {
        transaction.execute("DELETE FROM paragraphs", [])?;
    }
    while let Some(change) = watch.try_next().await? {
        match change {
            Change::Put(paragraph) => {
                transaction.prepare_cached("REPLACE INTO paragraphs VALUES (?, ?, ?, ?)")?.execute(
                    params![
                        paragraph.name.as_str(),
                        paragraph.language_code,
                        paragraph.headings.join("\n"),
                        paragraph.text,
                    ],
                )?;
            }
            Change::Removed(name) => {
                transaction
                    .prepare_cached("DELETE FROM paragraphs WHERE name = ?")?
                    .execute([name.as_str()])?;
            }
            Change::Reached(revision) => {
                transaction.execute("REPLACE INTO reached VALUES (1, ?)", [revision.as_str()])?;
                transaction.commit()?;
                let rows: i64 = table.query_row("SELECT count(*) FROM paragraphs", [], |row| row.get(0))?;
                println!("{rows} paragraphs at revision {revision}");
                transaction = table.unchecked_transaction()?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_too_old(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<alinea_client::Error>();
    error.is_some_and(|error| matches!(error.reason(), Some("REVISION_COMPACTED" | "SNAPSHOT_EXPIRED")))
}
