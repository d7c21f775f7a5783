//! `alinea man`: the manual pages.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;

/// Where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  alinea man | man -l -\n  alinea man --out /usr/local/share/man/man1")]
pub(super) struct Arguments {
    /// A folder for the pages of all commands, one file each; only that of the program is printed when it is not said.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let command = super::Arguments::command();
    match &arguments.out {
        Some(folder) => clap_mangen::generate_to(command, folder)
            .with_context(|| format!("the pages could not be written into {}", folder.display())),
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            super::output::whole(&page)
        }
    }
}
