//! `alinea count`: how many paragraphs there are, by theme.

use std::collections::HashMap;

use alinea_client::{Client, Theme, ThemeName};

use super::filter::FilterArguments;
use super::output::{Format, FormatArgument, Output, counted};
use super::remote::Remote;
use super::themes::display_name;

/// Which paragraphs to count.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  alinea count
  alinea count --kind recital --language-of-names fr
  alinea count --document cica-almaty-2006-fr --format jsonl | jq '.themes[0]'

A paragraph about a theme counts for the broader themes above it too, once for each.")]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    #[command(flatten)]
    filter: FilterArguments,
    /// Count themes too that only say what a block is for, such as `formalities`.
    #[arg(long)]
    include_structural: bool,
    /// The language of the names to print; another where a theme has none in it.
    #[arg(long, default_value = "en", value_name = "CODE")]
    language_of_names: String,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| count(arguments, client).await)
}

async fn count(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let mut query = arguments.filter.query(&client);
    if arguments.include_structural {
        query = query.include_structural();
    }
    let count = query.count().await?;
    let mut output = Output::new(arguments.format.format);
    match arguments.format.format {
        Format::Jsonl => output.json(&count)?,
        Format::Text => {
            let themes = client.themes().collect().await?;
            let known: HashMap<&ThemeName, &Theme> =
                themes.iter().map(|theme| (&theme.name, theme)).collect();
            let widest = count.themes.iter().map(|of| of.theme.id().len()).max().unwrap_or(0);
            let most = count.total.to_string().len();
            output.text(counted(count.total as usize, "paragraph"))?;
            for of in &count.themes {
                let words = known
                    .get(&of.theme)
                    .map_or("", |theme| display_name(theme, &arguments.language_of_names));
                output.text(format_args!("{:widest$}  {:>most$}  {words}", of.theme.id(), of.count))?;
            }
        }
    }
    Ok(output.flush()?)
}
