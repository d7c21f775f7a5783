//! `alinea keys`: the keys of those who may call a server.

mod new;

/// What to do with keys.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a key, and print it once with the lines that say what it may do.
    New(new::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.command {
        Command::New(arguments) => new::run(arguments),
    }
}
