//! The parts of a package and what they are to each other (ECMA-376, part 2).

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Item};
use super::{malformed, too_large};
use crate::reading::ReadError;
use crate::reading::extraction::{MediaType, encoding};

/// How many bytes the parts that are read may have, unpacked, in all.
const MOST: u64 = 256 << 20;

/// A package whose parts are unpacked as they are asked for.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

/// What one part is to another.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// The last word of its type: `styles`, `footnotes`.
    pub(super) sort: String,
    /// The part that it leads to.
    pub(super) part: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| damage("the ZIP archive", &error))?;
        Ok(Self { archive, left: MOST })
    }

    /// The text of a part, if there is one of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damage(name, &error)),
        };
        let mut bytes = Vec::new();
        let read = file.take(self.left + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            return Err(too_large(format!("it unpacks to more than {} MiB", MOST >> 20)));
        }
        self.left -= bytes.len() as u64;
        read.map_err(|error| malformed(format!("{name} cannot be unpacked: {error}")))?;
        let text =
            encoding::characters(&bytes, None).ok_or_else(|| malformed(format!("{name} is not text")))?;
        Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
    }

    /// What other parts are to a part; to the package, if its name is empty.
    pub(super) fn relations(&mut self, of: &str) -> Result<Vec<Relation>, ReadError> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let name = match folder {
            "" => format!("_rels/{file}.rels"),
            folder => format!("{folder}/_rels/{file}.rels"),
        };
        let mut relations = Vec::new();
        let Some(text) = self.part(&name)? else { return Ok(relations) };
        xml::read(&text, &name, |item| {
            let Item::Open(element) = item else { return Ok(()) };
            let outside = element.value("TargetMode").is_some_and(|mode| mode == "External");
            if let (Some(sort), Some(target), false) =
                (element.value("Type"), element.value("Target"), outside)
            {
                let sort = sort.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { sort, part: resolved(folder, &target) });
            }
            Ok(())
        })?;
        Ok(relations)
    }
}

/// A target as seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn damage(what: &str, error: &ZipError) -> ReadError {
    match error {
        ZipError::InvalidPassword => ReadError::Encrypted { format: MediaType::Docx },
        ZipError::UnsupportedArchive(why) if why.contains("assword") => {
            ReadError::Encrypted { format: MediaType::Docx }
        }
        error => malformed(format!("{what} cannot be unpacked: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_folder() {
        for (folder, target, expected) in [
            ("word", "styles.xml", "word/styles.xml"),
            ("word", "../docProps/core.xml", "docProps/core.xml"),
            ("word", "/word/a.xml", "word/a.xml"),
            ("", "../../word/./a.xml", "word/a.xml"),
        ] {
            assert_eq!(resolved(folder, target), expected);
        }
    }
}
