//! `alinea themes create`, `update`, `delete` and `delete-scheme`: single themes, and whole schemes.

use alinea_client::{Client, ThemeDraft, ThemeName};
use anyhow::Context;

use crate::cli::remote::Remote;

/// A theme and what to say of it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// Its id: bare in the built-in scheme, as `space`, with the scheme in others, as `unbis.space`.
    #[arg(value_name = "THEME")]
    theme: String,
    /// What people call it in a language.
    #[arg(long, value_name = "CODE=WORDS", value_parser = in_language)]
    name: Vec<(String, String)>,
    /// Other words for it.
    #[arg(long, value_name = "CODE=WORDS", value_parser = in_language)]
    label: Vec<(String, String)>,
    /// Words that speak of it but are not shown.
    #[arg(long, value_name = "CODE=WORDS", value_parser = in_language)]
    hidden_label: Vec<(String, String)>,
    /// What it covers and what it leaves out.
    #[arg(long, value_name = "CODE=WORDS", value_parser = in_language)]
    description: Vec<(String, String)>,
    /// A broader theme that it is part of.
    #[arg(long, value_name = "THEME")]
    broader: Vec<String>,
    /// The IRI of the concept, when it is made.
    #[arg(long)]
    uri: Option<String>,
}

/// A theme to remove.
#[derive(Debug, clap::Args)]
pub(super) struct Delete {
    #[command(flatten)]
    remote: Remote,
    /// Its id.
    #[arg(value_name = "THEME")]
    theme: String,
}

/// A scheme to remove.
#[derive(Debug, clap::Args)]
pub(super) struct DeleteScheme {
    #[command(flatten)]
    remote: Remote,
    /// Its name.
    #[arg(value_name = "NAME")]
    scheme: String,
}

fn in_language(text: &str) -> Result<(String, String), String> {
    let (code, words) = text.split_once('=').ok_or("write the language first, as in en=words")?;
    Ok((code.to_owned(), words.to_owned()))
}

pub(super) fn create(arguments: &Arguments) -> anyhow::Result<()> {
    let draft = draft(arguments)?;
    arguments.remote.ask(async |client: Client| {
        let theme = client.create_theme(arguments.theme.as_str(), draft).await?;
        println!("{} was made", theme.name.id());
        Ok(())
    })
}

pub(super) fn update(arguments: &Arguments) -> anyhow::Result<()> {
    let draft = draft(arguments)?;
    arguments.remote.ask(async |client: Client| {
        let theme = client.update_theme(arguments.theme.as_str(), draft).await?;
        println!("{} was changed", theme.name.id());
        Ok(())
    })
}

pub(super) fn delete(arguments: &Delete) -> anyhow::Result<()> {
    arguments.remote.ask(async |client: Client| {
        let revision = client.delete_theme(arguments.theme.as_str()).await?;
        println!("{} is gone (revision {revision})", arguments.theme);
        Ok(())
    })
}

pub(super) fn delete_scheme(arguments: &DeleteScheme) -> anyhow::Result<()> {
    arguments.remote.ask(async |client: Client| {
        let revision = client.delete_scheme(&arguments.scheme).await?;
        println!("{} is gone (revision {revision})", arguments.scheme);
        Ok(())
    })
}

fn draft(arguments: &Arguments) -> anyhow::Result<ThemeDraft> {
    let mut draft = ThemeDraft::new();
    for (code, words) in &arguments.name {
        draft = draft.display_name(code, words);
    }
    for (code, words) in &arguments.label {
        draft = draft.label(code, words);
    }
    for (code, words) in &arguments.hidden_label {
        draft = draft.hidden_label(code, words);
    }
    for (code, words) in &arguments.description {
        draft = draft.description(code, words);
    }
    for broader in &arguments.broader {
        let name =
            ThemeName::try_from(broader.as_str()).with_context(|| format!("'{broader}' names no theme"))?;
        draft = draft.broader(name);
    }
    Ok(arguments.uri.iter().fold(draft, |draft, uri| draft.uri(uri)))
}
