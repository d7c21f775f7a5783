//! `alinea stream`: paragraphs by theme, or by anything else.

use alinea_client::{Client, Cursor, ParagraphKind, ParagraphQuery};

use super::output::{Format, FormatArgument, Output};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// Which paragraphs to print.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea stream --theme terrorism
  alinea stream --theme terrorism --theme drug-trafficking --language fr --limit 10
  alinea stream --all-themes terrorism,border-security --format jsonl | jq -r .text")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// About this theme, or another one said: an id, a name or an IRI.
    #[arg(long, value_name = "THEME")]
    theme: Vec<String>,
    /// About every one of these themes.
    #[arg(long, value_name = "THEME,…", value_delimiter = ',')]
    all_themes: Vec<String>,
    /// Not about this theme.
    #[arg(long, value_name = "THEME")]
    without_theme: Vec<String>,
    /// Take themes for themselves alone, without the narrower ones below them.
    #[arg(long)]
    exact: bool,
    /// The least score of a tag that counts, from 0 to 1; 0.5 when not said.
    #[arg(long, value_name = "SCORE")]
    min_score: Option<f32>,
    /// Of this document, or another one said.
    #[arg(long, value_name = "DOCUMENT")]
    document: Vec<String>,
    /// In this language, such as `fr`, or another one said.
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    /// Of this kind, such as `paragraph`, `alinea`, `recital` or `footnote`, or another one said.
    #[arg(long, value_name = "KIND")]
    kind: Vec<ParagraphKind>,
    /// In this section at any depth, as `DOCUMENT/SECTION`, or another one said.
    #[arg(long, value_name = "SECTION")]
    section: Vec<String>,
    /// Of this work in any language, or another one said.
    #[arg(long, value_name = "WORK")]
    work: Vec<String>,
    /// Stop after so many paragraphs.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Begin after what was read when a stream with the same filter gave this cursor.
    #[arg(long)]
    cursor: Option<String>,
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
        let Some(batch) = paragraphs.try_next_batch().await? else { return Ok(()) };
        if batch.paragraphs.len() > left {
            // The limit is in its middle, where no cursor leads: what is left is asked for anew.
            paragraphs = query(arguments, &client, cursor.clone(), left).stream();
            continue;
        }
        for paragraph in &batch.paragraphs {
            match format {
                Format::Jsonl => output.json(paragraph)?,
                Format::Text => {
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
    let mut query = client.paragraphs().all_themes(&arguments.all_themes);
    query = arguments.theme.iter().fold(query, ParagraphQuery::theme);
    query = arguments.without_theme.iter().fold(query, ParagraphQuery::without_theme);
    query = arguments.document.iter().fold(query, |query, name| query.document(name.as_str()));
    query = arguments.language.iter().fold(query, ParagraphQuery::language);
    query = arguments.kind.iter().fold(query, |query, kind| query.kind(*kind));
    query = arguments.section.iter().fold(query, |query, name| query.section(name.as_str()));
    query = arguments.work.iter().fold(query, ParagraphQuery::work);
    if arguments.exact {
        query = query.exact();
    }
    if let Some(score) = arguments.min_score {
        query = query.min_score(score);
    }
    if let Some(cursor) = cursor {
        query = query.resume_from(cursor);
    }
    match limit {
        usize::MAX => query,
        limit => query.batch_size(limit),
    }
}
