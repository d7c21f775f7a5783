//! Schemes from files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::theming::Scheme;

/// The schemes of files, each named as its file is; the built-in one when there are none.
pub(super) fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<Scheme>> {
    if files.is_empty() {
        return Ok(vec![Scheme::built_in()]);
    }
    let mut schemes: Vec<Scheme> = Vec::new();
    for file in files {
        let scheme = read(file)?;
        if schemes.iter().any(|known| known.name() == scheme.name()) {
            bail!("two schemes are named {}: rename a file", scheme.name());
        }
        schemes.push(scheme);
    }
    Ok(schemes)
}

/// The scheme of a file, named as it is. What was passed over in it is told to people.
pub(super) fn read(file: &Path) -> anyhow::Result<Scheme> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Scheme::read(&name, None, &bytes).with_context(|| format!("cannot use {}", file.display()))
}
