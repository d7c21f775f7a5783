//! `alinea search`: paragraphs by their words, the most relevant first.

use alinea_client::Client;

use super::filter::FilterArguments;
use super::output::{Format, FormatArgument, Output};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// What to look for.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea search armes légères
  alinea search '\"armes légères\" -nucléaires' --theme small-arms --limit 50
  alinea search 恐怖主义 --language zh --format jsonl | jq -r .paragraph.text

All words must occur, in any form. Words in quotes stand together, -word is left out: the whole in single quotes keeps the
shell from both. `alinea stream --query` prints all that match, in the order of documents.")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The words.
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    /// Stop after so many paragraphs.
    #[arg(long, value_name = "COUNT", default_value = "10")]
    limit: usize,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| search(arguments, client).await)
}

async fn search(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let mut titles = Titles::new(client.clone());
    let query = arguments.filter.query(&client).batch_size(arguments.limit.clamp(1, 200));
    let mut hits = query.search(arguments.words.join(" "));
    for at in 0..arguments.limit {
        let Some(hit) = hits.try_next().await? else {
            if at == 0 && format == Format::Text {
                eprintln!("No paragraph matches.");
            }
            break;
        };
        match format {
            Format::Jsonl => output.json(&hit)?,
            Format::Text => {
                let title = titles.of(hit.paragraph.name.document()).await;
                paragraph::print_found(&mut output, title, &hit)?;
            }
        }
    }
    Ok(output.flush()?)
}
