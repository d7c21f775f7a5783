//! `alinea documents`: what a server has.

use alinea_client::{Client, DocumentKind};

use super::output::{DIM, Format, FormatArgument, Output, counted};
use super::remote::Remote;

/// Which documents to list.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea documents
  alinea documents --language fr --format jsonl | jq -r .name")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// Of this kind, such as `declaration`, `resolution` or `treaty`, or another one said.
    #[arg(long, value_name = "KIND")]
    kind: Vec<DocumentKind>,
    /// In this language, such as `fr`, or another one said.
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| list(arguments, client).await)
}

async fn list(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let mut query = client.documents();
    for kind in &arguments.kind {
        query = query.kind(*kind);
    }
    for language in &arguments.language {
        query = query.language(language);
    }
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let (mut documents, mut any) = (query.list(), false);
    while let Some(document) = documents.try_next().await? {
        any = true;
        match format {
            Format::Jsonl => output.json(&document)?,
            Format::Text => {
                output.text(document.name.id())?;
                let mut facts = vec![document.title.clone(), document.language_code.clone()];
                facts.push(counted(document.section_count as usize, "section"));
                facts.push(counted(document.paragraph_count as usize, "paragraph"));
                facts.retain(|fact| !fact.is_empty());
                output.line(DIM, format_args!("  {}", facts.join(", ")))?;
            }
        }
    }
    output.flush()?;
    if !any && format == Format::Text {
        eprintln!("There are none: import some with `alinea import FILE…`.");
    }
    Ok(())
}
