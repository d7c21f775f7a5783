//! `alinea keys new`: makes a key.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::serving::access::{KeyHash, Keys, Role, moment, new_key};

/// What the key may do.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea keys new --name web --role reader --file keys.toml\n  alinea keys new --name press --role \
                  reader --theme themes/terrorism --expires 2027-01-31"
)]
pub(super) struct Arguments {
    /// What logs call whoever has the key.
    #[arg(long)]
    name: String,
    /// What it may do: reader, curator or admin.
    #[arg(long, value_parser = role)]
    role: Role,
    /// A theme, by name or IRI: only paragraphs about it, or about another one that is said, are seen.
    #[arg(long = "theme", value_name = "THEME")]
    themes: Vec<String>,
    /// A work: only its documents, and those of others that are said, are seen.
    #[arg(long = "work", value_name = "WORK")]
    works: Vec<String>,
    /// When it ends: a day, which it ends with the beginning of in UTC, or a time such as 2027-01-31T12:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    expires: Option<String>,
    /// Append the lines to this file, which is made when it is missing, and print the key alone.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let key = new_key().context("making a key")?;
    let entry = entry(arguments, &KeyHash::of(&key))?;
    let mut out = io::stdout().lock();
    match &arguments.file {
        Some(path) => {
            append(path, &entry)?;
            writeln!(out, "{key}")?;
            eprintln!("this is the key, said once; {} has what the server needs of it", path.display());
        }
        None => {
            check(&entry)?;
            writeln!(out, "# the key, said once: {key}\n{entry}")?;
            eprintln!(
                "give the key to whom it is for, and write the lines under it into the file of `serve --keys`"
            );
        }
    }
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.as_str() == text);
    found.ok_or_else(|| "there are the roles reader, curator and admin".to_owned())
}

/// The lines that say what a key may do.
fn entry(arguments: &Arguments, hash: &KeyHash) -> anyhow::Result<String> {
    let text = |text: &str| toml::Value::from(text).to_string();
    let mut lines = format!(
        "[[keys]]\nname = {}\nrole = {}\nsha256 = {}\n",
        text(&arguments.name),
        text(arguments.role.as_str()),
        text(&hash.hex())
    );
    for (what, names) in [("themes", &arguments.themes), ("works", &arguments.works)] {
        if !names.is_empty() {
            writeln!(lines, "{what} = {}", toml::Value::from(names.clone()))?;
        }
    }
    if let Some(expires) = &arguments.expires {
        moment(expires).map_err(anyhow::Error::msg)?;
        writeln!(lines, "expires = {expires}")?;
    }
    Ok(lines)
}

/// Appends lines to a file, unless the server would not read it then.
fn append(path: &Path, entry: &str) -> anyhow::Result<()> {
    let before = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("reading {}", path.display()))?,
    };
    let gap = match before.as_str() {
        "" => "",
        before if before.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let added = format!("{gap}{entry}");
    check(&format!("{before}{added}")).with_context(|| format!("{} is left as it is", path.display()))?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    // Who else reads it cannot call, and need not know who can.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(added.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("writing to {}", path.display()))
}

/// That a server would read the lines.
fn check(text: &str) -> anyhow::Result<()> {
    match Keys::read(text.as_bytes()) {
        Ok(_) => Ok(()),
        Err(wrong) => bail!(wrong),
    }
}
