//! `alinea themes`: what paragraphs are tagged with, and changes of it.

mod change;
mod import;
mod list;

pub(super) use list::display_name;

/// What to do with the themes of a server; lists them unless said.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  alinea themes --language fr
  alinea themes --scheme unbis --format jsonl | jq -r .uri
  alinea themes import unbis.ttl --scheme unbis
  alinea themes create space --name en='Outer space' --label en='space debris'
  alinea themes update terrorism --label en='acts of terror'
  alinea themes delete space
  alinea themes delete-scheme unbis"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: list::Arguments,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Replace a scheme by what a SKOS file says, and tag the documents with it.
    Import(import::Arguments),
    /// Add a theme.
    Create(change::Arguments),
    /// Change what is said of a theme. What is said of a field replaces all it had.
    Update(change::Arguments),
    /// Remove a theme and its tags.
    Delete(change::Delete),
    /// Remove a scheme and its tags; `default` is then again the one that comes with the program.
    DeleteScheme(change::DeleteScheme),
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.command {
        None => list::run(&arguments.list),
        Some(Command::Import(arguments)) => import::run(arguments),
        Some(Command::Create(arguments)) => change::create(arguments),
        Some(Command::Update(arguments)) => change::update(arguments),
        Some(Command::Delete(arguments)) => change::delete(arguments),
        Some(Command::DeleteScheme(arguments)) => change::delete_scheme(arguments),
    }
}
