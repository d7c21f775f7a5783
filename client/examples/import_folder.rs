//! Imports the texts of a folder, at any depth, and says what became of each.
//!
//! `cargo run --example import_folder -- http://127.0.0.1:50051 samples/`
//!
//! A document is named after its file. One that is there already with the same text stays as it is, so the program can be run
//! again after whatever stopped it.

use std::env;
use std::error::Error;

use alinea_client::{Client, Files, Outcome};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let folder = arguments.next().ok_or("say which folder: import_folder URL FOLDER")?;

    let files = Files::find([folder])?;
    let (total, mut done) = (files.len(), 0);
    let alinea = Client::connect(url).await?;
    // When the connection breaks, what has no outcome yet is sent again by itself.
    let mut outcomes = alinea.import_files(files);
    while let Some(outcome) = outcomes.try_next().await? {
        done += 1;
        print!("{done} of {total}: ");
        match outcome {
            Outcome::Stored { document, revision } => {
                println!("{}: {} paragraphs, revision {revision}", document.name, document.paragraph_count);
            }
            Outcome::Refused { name, reason, message } => println!("{name}: refused, {reason}: {message}"),
            Outcome::Unread { path, message, .. } => println!("{}: {message}", path.display()),
            _ => println!(),
        }
    }
    Ok(())
}
