//! `alinea tag-set`: says what a paragraph is about, whatever the tagger says.

use alinea_client::{Client, ParagraphName, Tagging};
use anyhow::bail;

use super::output::{Format, FormatArgument, Output};
use super::paragraph::{self, Titles};
use super::remote::Remote;

/// What to say of a paragraph.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea tag-set cica-almaty-2006-fr/para_15 --add confidence-building
  alinea tag-set cica-almaty-2006-fr/para_15 --add membership --remove organization-process
  alinea tag-set cica-almaty-2006-fr/para_15 --reset membership --reset organization-process

What is said is kept when the document is read again or replaced, as long as the paragraph has the same id.")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The paragraph, as `DOCUMENT/PARAGRAPH`.
    name: ParagraphName,
    /// It is about this theme, or another one said: an id, a name or an IRI.
    #[arg(long, value_name = "THEME")]
    add: Vec<String>,
    /// It is not about this theme, or another one said.
    #[arg(long, value_name = "THEME")]
    remove: Vec<String>,
    /// Forget what was said of this theme, or another one said: the tagger decides again.
    #[arg(long, value_name = "THEME")]
    reset: Vec<String>,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { remote, add, remove, reset, .. } = arguments;
    if add.is_empty() && remove.is_empty() && reset.is_empty() {
        bail!("there is nothing to say: name a theme with --add, --remove or --reset");
    }
    remote.ask(async |client| set(arguments, client).await)
}

async fn set(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let Arguments { name, add, remove, reset, .. } = arguments;
    let mut tagging = client.tag_paragraphs();
    tagging = add.iter().fold(tagging, |tagging: Tagging, theme| tagging.add(name, theme));
    tagging = remove.iter().fold(tagging, |tagging, theme| tagging.remove(name, theme));
    tagging = reset.iter().fold(tagging, |tagging, theme| tagging.reset(name, theme));
    let tagged = tagging.send().await?;
    let format = arguments.format.format;
    let mut output = Output::new(format);
    let mut titles = Titles::new(client);
    for paragraph in &tagged.paragraphs {
        match format {
            Format::Jsonl => output.json(paragraph)?,
            Format::Text => {
                let title = titles.of(paragraph.name.document()).await;
                paragraph::print(&mut output, title, paragraph)?;
            }
        }
    }
    Ok(output.flush()?)
}
