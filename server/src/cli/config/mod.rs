//! What `serve` is configured by: flags, then the environment, then a file, then what holds unless said. A flag has its place
//! in the file under its long name, so that the command line's own definition is the only list of settings there is.

pub(super) mod check;
mod file;

use std::{collections::HashSet, ffi::OsString, fmt, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};

/// The commands that are configured by a file.
const CONFIGURED: [&[&str]; 2] = [&["serve"], &["config", "check"]];
/// The flag that names the file. It is the one that has no place in it.
const FILE: &str = "config";
/// The variables of others that hold where a setting is not said; the first that says something counts.
const OF_OTHERS: [(&str, &[&str]); 2] = [
    ("log", &["RUST_LOG"]),
    ("otlp-endpoint", &["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"]),
];

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConfigError {
    /// The program was used wrongly, or asked for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The file is wrong.
    #[error("{0}")]
    File(String),
}

/// What was said on the command line, in the environment and in the file.
#[derive(Debug)]
pub(super) struct Configured {
    /// All of it, as if all of it were said on the command line.
    pub(super) matches: ArgMatches,
    /// Each setting, in the order of their definition; empty for commands that are not configured by a file.
    pub(super) settings: Vec<Setting>,
}

/// What a flag is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// The long name of the flag, which is its key in the file.
    pub(super) name: String,
    /// Its environment variable.
    pub(super) variable: String,
    /// The values, none when it is not set.
    pub(super) values: Vec<String>,
    /// Whether it is a list in the file.
    pub(super) many: bool,
    /// Where they come from.
    pub(super) source: Source,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The command line.
    Flag,
    /// Its environment variable.
    Environment,
    /// An environment variable that others go by too.
    OfOthers(&'static str),
    /// A line of a file.
    File(PathBuf, usize),
    /// It holds unless said.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::OfOthers(variable) => write!(f, "environment {variable}"),
            Self::File(path, line) => write!(f, "file {}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Reads a command line, the environment, and the file that one of them names.
pub(super) fn read(command: Command, line: Vec<OsString>) -> Result<Configured, ConfigError> {
    let configured = CONFIGURED.into_iter().find(|words| {
        line.get(1..).is_some_and(|rest| {
            words.iter().enumerate().all(|(at, word)| rest.get(at).is_some_and(|said| said == word))
        })
    });
    let Some(words) = configured else {
        return Ok(Configured { matches: command.try_get_matches_from(line)?, settings: Vec::new() });
    };
    let definition = words.iter().try_fold(&command, |command, word| command.find_subcommand(word));
    let flags: Vec<Arg> = definition
        .into_iter()
        .flat_map(Command::get_arguments)
        .filter(|flag| flag.get_long().is_some())
        .cloned()
        .collect();
    let (before, after) = line.split_at(words.len() + 1);
    // What is no flag of it is told by the parser proper.
    let Ok(said) = said(&flags, after) else {
        return Ok(Configured { matches: command.try_get_matches_from(line)?, settings: Vec::new() });
    };
    let path = flags.iter().find(|flag| flag.get_id() == FILE).and_then(|flag| {
        let path = said.get_one::<OsString>(FILE).cloned();
        path.or_else(|| std::env::var_os(flag.get_env()?)).filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    let entries = match &path {
        Some(path) => file::read(path, &flags).map_err(ConfigError::File)?,
        None => Vec::new(),
    };
    let is_said = |flag: &Arg| {
        said.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine)
            || flag.get_env().is_some_and(|variable| std::env::var_os(variable).is_some())
    };
    let overruled: HashSet<&str> =
        flags.iter().filter(|flag| is_said(flag)).filter_map(|flag| flag.get_long()).collect();
    let from_file: Vec<file::Entry> =
        entries.into_iter().filter(|entry| !overruled.contains(entry.name.as_str())).collect();
    // As if the file were said on the command line: what one flag asks of another holds for it too.
    let whole = before
        .iter()
        .cloned()
        .chain(from_file.iter().flat_map(file::Entry::flags))
        .chain(after.iter().cloned());
    let matches = command.try_get_matches_from(whole)?;
    let of_command = words.iter().try_fold(&matches, |matches, word| matches.subcommand_matches(word));
    let settings = match of_command {
        Some(of_command) => {
            let flags = flags.iter().filter(|flag| flag.get_id() != FILE);
            flags.map(|flag| setting(flag, of_command, &from_file, path.as_ref())).collect()
        }
        None => Vec::new(),
    };
    Ok(Configured { matches, settings })
}

/// Which flags a command line has, whatever their values.
fn said(flags: &[Arg], line: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let plain = flags.iter().map(|flag| {
        let flag = alike(flag);
        if flag.get_action().takes_values() { flag.value_parser(clap::value_parser!(OsString)) } else { flag }
    });
    let files = Arg::new("files of the command").num_args(0..).value_parser(clap::value_parser!(OsString));
    let command =
        Command::new("said").no_binary_name(true).disable_help_flag(true).disable_version_flag(true);
    command.args(plain).arg(files).try_get_matches_from(line)
}

/// A flag of the same name and values that asks for nothing beside it and is set by nothing else.
fn alike(flag: &Arg) -> Arg {
    let mut alike = Arg::new(flag.get_id().clone())
        .long(flag.get_long().unwrap_or_default().to_owned())
        .short(flag.get_short())
        .action(flag.get_action().clone())
        .allow_hyphen_values(flag.is_allow_hyphen_values_set())
        .value_parser(flag.get_value_parser().clone());
    if let Some(count) = flag.get_num_args() {
        alike = alike.num_args(count);
    }
    if let Some(delimiter) = flag.get_value_delimiter() {
        alike = alike.value_delimiter(delimiter);
    }
    if let Some(names) = flag.get_value_names() {
        alike = alike.value_names(names.to_vec());
    }
    alike
}

/// What a flag is set to, and by what.
fn setting(flag: &Arg, matches: &ArgMatches, from_file: &[file::Entry], path: Option<&PathBuf>) -> Setting {
    let name = flag.get_long().unwrap_or_default();
    let id = flag.get_id().as_str();
    let entry = from_file.iter().find(|entry| entry.name == name);
    let source = match (entry, path, matches.value_source(id)) {
        (Some(entry), Some(path), _) => Source::File(path.clone(), entry.line),
        (_, _, Some(ValueSource::CommandLine)) => Source::Flag,
        (_, _, Some(ValueSource::EnvVariable)) => Source::Environment,
        _ => Source::Default,
    };
    let raw = matches.get_raw(id).into_iter().flatten();
    let values: Vec<String> = raw.map(|value| value.to_string_lossy().into_owned()).collect();
    let of_others = if values.is_empty() { of_others(name) } else { None };
    let (values, source) = match of_others {
        Some((variable, value)) => (vec![value], Source::OfOthers(variable)),
        None => (values, source),
    };
    Setting {
        name: name.to_owned(),
        variable: flag.get_env().unwrap_or_default().to_string_lossy().into_owned(),
        values,
        many: matches!(flag.get_action(), ArgAction::Append),
        source,
    }
}

/// The variable of others that a setting is said by, and what it says.
fn of_others(name: &str) -> Option<(&'static str, String)> {
    let variables =
        OF_OTHERS.iter().filter(|(setting, _)| *setting == name).flat_map(|(_, variables)| *variables);
    let said = |variable: &&'static str| Some((*variable, std::env::var(variable).ok()?));
    variables.filter_map(said).find(|(_, value)| !value.is_empty())
}
