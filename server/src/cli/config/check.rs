//! `alinea config check`: what holds, where it comes from, and whether a server starts with it.

use std::io::Write;

use super::Setting;
use crate::cli::serve;

/// What to do with the configuration.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    /// Print what `serve` would be configured by, and where each setting comes from; fail with what is wrong.
    ///
    /// It takes the flags of `serve`, and reads the files that they name. It takes no port and does not open the store: what is
    /// wrong with these, `serve` alone tells. What it prints is a file that `--config` takes.
    #[command(
        after_help = "Examples:\n  alinea config check\n  alinea config check --config /etc/alinea/alinea.toml"
    )]
    Check(serve::Arguments),
}

/// Prints the settings, and fails with what would keep a server from starting with them.
pub(in crate::cli) fn run(Command::Check(arguments): &Command, settings: &[Setting]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for setting in settings {
        writeln!(out, "{}", line(setting)?)?;
    }
    arguments.check()
}

/// A setting as a line of TOML.
fn line(Setting { name, variable, values, many, source }: &Setting) -> anyhow::Result<String> {
    // What JSON makes of a string TOML reads too.
    let value = match values.as_slice() {
        [] => return Ok(format!("# {name} is not set (--{name}, {variable})")),
        [value] if ["true", "false"].contains(&value.as_str()) => value.clone(),
        [value] if !many => serde_json::to_string(value)?,
        values => serde_json::to_string(values)?,
    };
    Ok(format!("{:<40} # {source}", format!("{name} = {value}")))
}
