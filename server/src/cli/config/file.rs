//! The file of a configuration: TOML, a key for each flag.

use std::{ffi::OsString, fs, path::Path};

use clap::{Arg, ArgAction, Command};
use toml::de::{DeTable, DeValue};

use super::{FILE, alike};

/// What a file says of one flag.
#[derive(Debug)]
pub(super) struct Entry {
    /// The long name of the flag.
    pub(super) name: String,
    /// The line it is said on, from 1.
    pub(super) line: usize,
    said: Said,
}

#[derive(Debug)]
enum Said {
    Values(Vec<String>),
    Switch(bool),
}

impl Entry {
    /// The same on a command line.
    pub(super) fn flags(&self) -> Vec<OsString> {
        match &self.said {
            Said::Values(values) => {
                values.iter().map(|value| format!("--{}={value}", self.name).into()).collect()
            }
            Said::Switch(true) => vec![format!("--{}", self.name).into()],
            Said::Switch(false) => Vec::new(),
        }
    }
}

/// Reads a file, whose keys are long names of flags. What is wrong is said with the place of it.
pub(super) fn read(path: &Path, flags: &[Arg]) -> Result<Vec<Entry>, String> {
    let text = fs::read_to_string(path).map_err(|error| {
        format!("{} cannot be read: {error}: name another file with --config", path.display())
    })?;
    parse(&text, flags).map_err(|(line, what)| format!("{}:{line}: {what}", path.display()))
}

fn parse(text: &str, flags: &[Arg]) -> Result<Vec<Entry>, (usize, String)> {
    let line_of = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (line_of(at), format!("{}: write one `key = value` a line, as TOML has it", error.message()))
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref() {
        let (name, line) = (key.get_ref().as_ref(), line_of(key.span().start));
        let flag = flags.iter().find(|flag| flag.get_long() == Some(name) && flag.get_id() != FILE);
        let Some(flag) = flag else {
            return Err((
                line,
                format!("there is no setting '{name}': `alinea config check` lists those there are"),
            ));
        };
        let said = said(flag, value.get_ref()).map_err(|what| (line, format!("{name}: {what}")))?;
        let entry = Entry { name: name.to_owned(), line, said };
        check(flag, &entry).map_err(|what| (line, format!("{name}: {what}")))?;
        entries.push(entry);
    }
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

/// What a value says of a flag.
fn said(flag: &Arg, value: &DeValue<'_>) -> Result<Said, String> {
    let action = flag.get_action();
    match (value, action.takes_values()) {
        (DeValue::Boolean(on), false) => Ok(Said::Switch(*on)),
        (_, false) => Err(format!("is {}: write true or false", value.type_str())),
        (DeValue::Array(values), true) if matches!(action, ArgAction::Append) => {
            values.iter().map(|value| scalar(value.get_ref())).collect::<Result<_, _>>().map(Said::Values)
        }
        (value, true) => Ok(Said::Values(vec![scalar(value)?])),
    }
}

fn scalar(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        other => Err(format!("is {}: write one string or number", other.type_str())),
    }
}

/// Whether a flag takes what is said of it.
fn check(flag: &Arg, entry: &Entry) -> Result<(), String> {
    let command = Command::new("check").no_binary_name(true).disable_help_flag(true);
    let tried = command.arg(alike(flag)).try_get_matches_from(entry.flags());
    tried.map(drop).map_err(|error| {
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default();
        first.strip_prefix("error: ").unwrap_or(first).to_owned()
    })
}
