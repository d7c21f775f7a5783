//! `alinea completions`: what completes the commands in a shell.

use clap::CommandFactory;
use clap_complete::Shell;

/// For which shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  alinea completions bash > /usr/share/bash-completion/completions/alinea")]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // Made first, since a pipe that is closed would make it panic.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "alinea", &mut script);
    super::output::whole(&script)
}
