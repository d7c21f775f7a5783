//! What can go wrong with a call, and what to do about it.
//!
//! `cargo run --example errors -- http://127.0.0.1:50051 cica-almaty-2006-fr/para_15`

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use alinea_client::{Client, Error, ErrorKind};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let name = arguments.next().unwrap_or_else(|| "cica-almaty-2006-fr/para_15".to_owned());
    match print(&url, &name).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Which call, at which server, what was wrong, and what caused it.
            eprintln!("{error}");
            eprintln!("{}", advice(&error));
            ExitCode::FAILURE
        }
    }
}

async fn print(url: &str, name: &str) -> Result<(), Error> {
    // A second for each call, all its attempts together; a second to reach the server.
    let limit = Duration::from_secs(1);
    let alinea = Client::builder(url).connect_timeout(limit).call_deadline(limit).connect().await?;
    let paragraph = alinea.get_paragraph(name).await?;
    println!("{}: {}", paragraph.name, paragraph.text);
    Ok(())
}

/// The kind of an error is for programs; where a server names the reason exactly, that is, too.
fn advice(error: &Error) -> String {
    if error.is_connect() {
        return "is the server running, and is this its URL?".to_owned();
    }
    match (error.kind(), error.reason()) {
        (ErrorKind::NotFound, _) => "`list` says which there are".to_owned(),
        (ErrorKind::InvalidArgument, _) => "it will be wrong again: mend the request".to_owned(),
        (ErrorKind::Unauthenticated | ErrorKind::PermissionDenied, _) => "give the client a token".to_owned(),
        (_, Some(reason)) => format!("look `{reason}` up in error_reason.proto: {:?}", error.metadata()),
        _ if error.is_retryable() => "it was tried several times: try again later".to_owned(),
        _ => "this is for the people who run the server".to_owned(),
    }
}
