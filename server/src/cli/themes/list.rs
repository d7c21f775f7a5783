//! `alinea themes`: what paragraphs are tagged with, listed.

use std::collections::BTreeMap;

use alinea_client::{Client, Theme};

use crate::cli::output::{Format, FormatArgument, Output};
use crate::cli::remote::Remote;

/// How to list the themes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The language of the names to print; another where a theme has none in it.
    #[arg(long, default_value = "en", value_name = "CODE")]
    language: String,
    /// Only those of this scheme.
    #[arg(long, value_name = "NAME")]
    scheme: Option<String>,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| list(arguments, client).await)
}

async fn list(arguments: &Arguments, client: Client) -> anyhow::Result<()> {
    let mut output = Output::new(arguments.format.format);
    let themes = || match &arguments.scheme {
        Some(scheme) => client.themes_of(scheme),
        None => client.themes(),
    };
    match arguments.format.format {
        Format::Jsonl => {
            let mut themes = themes();
            while let Some(theme) = themes.try_next().await? {
                output.json(&theme)?;
            }
        }
        Format::Text => {
            let themes = themes().collect().await?;
            for (depth, theme) in as_tree(&themes) {
                let indent = "  ".repeat(depth);
                output.text(format_args!(
                    "{indent}{}  {}",
                    theme.name.id(),
                    display_name(theme, &arguments.language)
                ))?;
            }
        }
    }
    Ok(output.flush()?)
}

/// What people call a theme, in a language or in another that it has a name in.
pub(in crate::cli) fn display_name<'a>(theme: &'a Theme, language: &str) -> &'a str {
    let names = &theme.display_names;
    names
        .get(language)
        .or_else(|| names.get("en"))
        .or_else(|| names.values().next())
        .map_or("", String::as_str)
}

/// The themes with how deep they stand, each below the first of its broader ones.
fn as_tree(themes: &[Theme]) -> Vec<(usize, &Theme)> {
    let known: BTreeMap<&str, &Theme> = themes.iter().map(|theme| (theme.name.as_str(), theme)).collect();
    let mut below: BTreeMap<&str, Vec<&Theme>> = BTreeMap::new();
    let mut open: Vec<(usize, &Theme)> = Vec::new();
    for theme in themes {
        match theme.broader_themes.iter().find(|broader| known.contains_key(broader.as_str())) {
            Some(broader) => below.entry(broader.as_str()).or_default().push(theme),
            None => open.push((0, theme)),
        }
    }
    open.reverse();
    let mut tree = Vec::with_capacity(themes.len());
    while let Some((depth, theme)) = open.pop() {
        tree.push((depth, theme));
        // Taken out, so that a circle of themes cannot keep this going.
        let narrower = below.remove(theme.name.as_str()).unwrap_or_default();
        open.extend(narrower.into_iter().rev().map(|theme| (depth + 1, theme)));
    }
    // What is left goes round in circles: it is shown all the same.
    tree.extend(below.into_values().flatten().map(|theme| (0, theme)));
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrower_themes_stand_below_the_broader() {
        let themes: Vec<Theme> = [
            r#"{"name": "themes/a", "broaderThemes": ["themes/c"]}"#,
            r#"{"name": "themes/b", "broaderThemes": ["themes/a"]}"#,
            r#"{"name": "themes/c", "displayNames": {"fr": "C"}}"#,
            r#"{"name": "themes/x", "broaderThemes": ["themes/y"]}"#,
            r#"{"name": "themes/y", "broaderThemes": ["themes/x"]}"#,
        ]
        .iter()
        .map(|json| serde_json::from_str(json).unwrap())
        .collect();
        let tree: Vec<_> =
            as_tree(&themes).into_iter().map(|(depth, theme)| (depth, theme.name.id())).collect();
        assert_eq!(tree, [(0, "c"), (1, "a"), (2, "b"), (0, "y"), (0, "x")]);
        assert_eq!(display_name(&themes[2], "ru"), "C");
    }
}
