//! Imports the texts of a folder, at any depth, and says what became of each.
//!
//! `cargo run --example import_folder -- http://127.0.0.1:50051 samples/`
//!
//! A document is named after its file. One that is there already with the same text stays as it is, so the program can be run
//! again after whatever stopped it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use alinea_client::{Client, DocumentName, Outcome, Upload};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let folder = arguments.next().ok_or("say which folder: import_folder URL FOLDER")?;

    let alinea = Client::connect(url).await?;
    let mut files = BTreeMap::new();
    find(Path::new(&folder), &mut files)?;
    // A file is read when its turn comes, so that memory holds few. There is nothing else for this thread to do meanwhile.
    let uploads = files.into_iter().filter_map(|(name, path)| match fs::read(&path) {
        Ok(text) => Some(Upload::new(name, text)),
        Err(error) => {
            complain(&path, &error);
            None
        }
    });
    // When the connection breaks, what has no outcome yet is sent again by itself.
    let mut outcomes = alinea.import(uploads);
    while let Some(outcome) = outcomes.try_next().await? {
        match outcome {
            Outcome::Stored { document, revision } => {
                println!("{}: {} paragraphs, revision {revision}", document.name, document.paragraph_count);
            }
            Outcome::Refused { name, reason, message } => println!("{name}: refused, {reason}: {message}"),
            _ => {}
        }
    }
    Ok(())
}

/// The texts of a folder, by the names of their documents.
fn find(folder: &Path, files: &mut BTreeMap<DocumentName, PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            find(&path, files)?;
        } else if let Some("txt" | "md" | "html" | "pdf" | "docx") = extension {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
            let id: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            if let Some(other) = files.insert(id.parse()?, path.clone()) {
                let both = format!("{} and {}", other.display(), path.display());
                return Err(format!("{both} would be one document '{id}': rename one").into());
            }
        }
    }
    Ok(())
}

fn complain(path: &Path, error: &io::Error) {
    eprintln!("{}: {error}", path.display());
}
