//! `alinea check`: verifies a store.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::output::counted;
use crate::store::{Options, Store};

/// The most faults that are printed.
const MOST_FAULTS: usize = 100;

/// Which store to verify.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Reads every document of a store that no server has open, and prints what is wrong with it: what is not what was \
                         written, and what does not fit together. It changes nothing. Ends with 1 when something is wrong.

Examples:
  alinea check
  alinea check --data /var/backups/alinea-2026-11-25"
)]
pub(super) struct Arguments {
    /// The folder of the store.
    #[arg(long, env = "ALINEA_DATA", default_value = "./alinea-data", value_name = "DIR")]
    data: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = arguments.data.display();
    if !arguments.data.join("data.mdb").is_file() {
        bail!("there is no store in {folder}: name its folder with --data");
    }
    let store =
        Store::open(&arguments.data, &Options::default()).with_context(|| format!("cannot open {folder}"))?;
    let mut faults = 0;
    let verified = store.check(|fault| {
        faults += 1;
        if faults <= MOST_FAULTS {
            println!("{fault}");
        }
    })?;
    if faults > MOST_FAULTS {
        println!("… and {} more", faults - MOST_FAULTS);
    }
    let (documents, versions) =
        (counted(verified.documents, "document"), counted(verified.versions, "version"));
    let paragraphs = counted(verified.paragraphs, "paragraph");
    eprintln!("{folder}: {documents} in {versions} with {paragraphs}, at revision {}", verified.revision);
    match faults {
        0 => Ok(()),
        _ => bail!("{} in the store of {folder}: restore it from a backup", counted(faults, "fault")),
    }
}
