//! `alinea config check`: what holds, and where it comes from.

use std::io::Write;

use super::Setting;
use crate::cli::serve;

/// What to do with the configuration.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    /// Print what `serve` would be configured by, and where each setting comes from; fail with what is wrong.
    ///
    /// It takes the flags of `serve`. What it prints is a file that `--config` takes.
    #[command(
        after_help = "Examples:\n  alinea config check\n  alinea config check --config /etc/alinea/alinea.toml"
    )]
    Check(#[allow(dead_code, reason = "its flags are settings here")] serve::Arguments),
}

/// Prints the settings.
pub(in crate::cli) fn run(_: &Command, settings: &[Setting]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for setting in settings {
        writeln!(out, "{}", line(setting)?)?;
    }
    Ok(())
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
