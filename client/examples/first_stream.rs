//! Prints every paragraph about a theme, as it arrives.
//!
//! `cargo run --example first_stream -- http://127.0.0.1:50051 terrorism`

use std::env;

use alinea_client::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let theme = arguments.next().unwrap_or_else(|| "terrorism".to_owned());

    let alinea = Client::connect(url).await?;
    let mut paragraphs = alinea.paragraphs().theme(theme).stream();
    while let Some(paragraph) = paragraphs.try_next().await? {
        println!("{}: {}", paragraph.name, paragraph.text);
    }
    Ok(())
}
