//! Feeds a search engine that takes the bulk API of Elasticsearch and OpenSearch with what a query picks.
//!
//! `cargo run --example search_engine -- http://127.0.0.1:50051 http://127.0.0.1:9200/paragraphs feed.cursor`
//!
//! The cursor after what the engine took is kept in a file: killed and started again, the program goes on there, in the same
//! snapshot. A paragraph is sent under its name, so one that is sent twice is one.

use std::error::Error;
use std::{env, fs};

use alinea_client::{Client, Cursor, Paragraph};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let index = arguments.next().unwrap_or_else(|| "http://127.0.0.1:9200/paragraphs".to_owned());
    let file = arguments.next().unwrap_or_else(|| "feed.cursor".to_owned());

    let alinea = Client::connect(url).await?;
    let mut query = alinea.paragraphs().batch_size(500);
    if let Ok(cursor) = fs::read_to_string(&file) {
        query = query.resume_from(Cursor::new(cursor));
    }
    let (mut batches, mut fed) = (query.stream(), 0);
    while let Some(batch) = batches.try_next_batch().await? {
        fed += batch.paragraphs.len();
        let (to, body) = (format!("{index}/_bulk"), bulk(&batch.paragraphs)?);
        tokio::task::spawn_blocking(move || send(&to, &body).map_err(|error| error.to_string())).await??;
        fs::write(&file, batch.cursor.as_str())?;
    }
    println!("fed {fed} paragraphs");
    Ok(())
}

/// A line for each paragraph that says where it goes, and one with what it says.
fn bulk(paragraphs: &[Paragraph]) -> serde_json::Result<String> {
    let mut lines = String::new();
    for paragraph in paragraphs {
        let action = json!({ "index": { "_id": paragraph.name.as_str() } });
        let themes: Vec<_> = paragraph.tags.iter().map(|tag| tag.theme.id()).collect();
        let document = json!({
            "text": paragraph.text,
            "headings": paragraph.headings,
            "language": paragraph.language_code,
            "themes": themes,
        });
        for line in [action, document] {
            lines.push_str(&serde_json::to_string(&line)?);
            lines.push('\n');
        }
    }
    Ok(lines)
}

/// Sends lines, and fails unless all were taken.
fn send(to: &str, lines: &str) -> Result<(), Box<dyn Error>> {
    let mut answer = ureq::post(to).header("content-type", "application/x-ndjson").send(lines)?;
    let told: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
    match told["errors"] {
        Value::Bool(false) => Ok(()),
        _ => Err(format!("the search engine did not take all: {told}").into()),
    }
}
