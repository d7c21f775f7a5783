//! `alinea stream`: paragraphs by theme, or by anything else.

use alinea_client::{Client, Cursor, ParagraphQuery};

use super::explain;
use super::filter::FilterArguments;
use super::output::{Format, FormatArgument, Output};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// Which paragraphs to print.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea stream --theme terrorism
  alinea stream --theme terrorism --explain
  alinea stream --theme terrorism --query 'armes légères'
  alinea stream --theme terrorism --theme drug-trafficking --language fr --limit 10
  alinea stream --all-themes terrorism,border-security --format jsonl | jq -r .text")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    #[command(flatten)]
    filter: FilterArguments,
    /// Only paragraphs with these words, written as for `alinea search`.
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    query: Option<String>,
    /// Stop after so many paragraphs.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Begin after what was read when a stream with the same filter and words gave this cursor.
    #[arg(long)]
    cursor: Option<String>,
    /// Say why each paragraph has its tags, and underline the words that speak for them.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| stream(arguments, client).await)
}

async fn stream(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let mut titles = Titles::new(client.clone());
    let mut left = arguments.limit.unwrap_or(usize::MAX);
    let mut cursor = arguments.cursor.clone().map(Cursor::new);
    let mut paragraphs = query(arguments, &client, cursor.clone(), left).stream();
    while left > 0 {
        let Some(batch) = paragraphs.try_next_batch().await? else {
            if cursor.is_none() && format == Format::Text {
                eprintln!("No paragraph matches.");
            }
            return Ok(());
        };
        if batch.paragraphs.len() > left {
            // The limit is in its middle, where no cursor leads: what is left is asked for anew.
            paragraphs = query(arguments, &client, cursor.clone(), left).stream();
            continue;
        }
        let explanations = match arguments.explain {
            true => explain::explanations(&client, &batch.paragraphs).await?,
            false => vec![None; batch.paragraphs.len()],
        };
        for (paragraph, explanation) in batch.paragraphs.iter().zip(&explanations) {
            match (format, explanation) {
                (_, Some(explanation)) => {
                    explain::print(&mut output, format, &mut titles, paragraph, explanation).await?;
                }
                (Format::Jsonl, None) => output.json(paragraph)?,
                (Format::Text, None) => {
                    let title = titles.of(paragraph.name.document()).await;
                    paragraph::print(&mut output, title, paragraph)?;
                }
            }
        }
        output.flush()?;
        left -= batch.paragraphs.len();
        cursor = Some(batch.cursor);
    }
    if let Some(cursor) = cursor {
        eprintln!("There may be more: go on with --cursor {cursor}");
    }
    Ok(())
}

fn query(arguments: &Arguments, client: &Client, cursor: Option<Cursor>, limit: usize) -> ParagraphQuery {
    let mut query = arguments.filter.query(client);
    if let Some(words) = &arguments.query {
        query = query.matching(words);
    }
    if let Some(cursor) = cursor {
        query = query.resume_from(cursor);
    }
    match limit {
        usize::MAX => query,
        limit => query.batch_size(limit),
    }
}
