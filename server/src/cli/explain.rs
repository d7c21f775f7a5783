//! `alinea explain`: why a paragraph has its tags.

use alinea_client::{Client, Error, Explanation, Paragraph, ParagraphName, TagExplanation};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::output::{Format, FormatArgument, Output};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// How many explanations are asked for at once.
const AT_ONCE: usize = 16;

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea explain cica-almaty-2006-fr/para_4
  alinea explain cica-almaty-2006-fr/para_4 --format jsonl | jq '.explanations[].rule'")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The paragraph, as `DOCUMENT/PARAGRAPH`.
    name: ParagraphName,
    #[command(flatten)]
    format: FormatArgument,
}

/// A paragraph with what explains its tags, as one line of JSON.
#[derive(Debug, Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    paragraph: &'a Paragraph,
    explanations: &'a [TagExplanation],
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| explain(arguments, client).await)
}

async fn explain(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let paragraph = client.get_paragraph(arguments.name.clone()).await?;
    let explanation = client.explain_tags(paragraph.name.clone()).await?;
    let mut titles = Titles::new(client);
    print(&mut output, format, &mut titles, &paragraph, &explanation).await?;
    Ok(output.flush()?)
}

/// What explains the tags of paragraphs, one for each; none where a paragraph is gone by now.
pub(super) async fn explanations(
    client: &Client,
    paragraphs: &[Paragraph],
) -> Result<Vec<Option<Explanation>>, Error> {
    let asked = paragraphs.iter().map(|paragraph| client.explain_tags(paragraph.name.clone()));
    let answers = stream::iter(asked).buffered(AT_ONCE).map(|answer| match answer {
        Ok(explanation) => Ok(Some(explanation)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    });
    answers.try_collect().await
}

/// Prints a paragraph with what explains its tags.
pub(super) async fn print(
    output: &mut Output,
    format: Format,
    titles: &mut Titles,
    paragraph: &Paragraph,
    explanation: &Explanation,
) -> anyhow::Result<()> {
    let explanations = &explanation.explanations;
    match format {
        Format::Jsonl => output.json(&Explained { paragraph, explanations }),
        Format::Text => {
            let title = titles.of(paragraph.name.document()).await;
            Ok(paragraph::print_explained(output, title, paragraph, explanations)?)
        }
    }
}
