//! `alinea backup`: a copy of the store of a running server.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use alinea_client::{BackupPiece, Client, Revision};
use anyhow::{Context, bail};

use super::remote::Remote;

/// Where to copy the store to.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The folder is one that a server can be started on, with `alinea serve --data DIR`; `alinea check --data DIR` \
                         verifies it.

Examples:
  alinea backup /var/backups/alinea-2026-11-25
  alinea backup --server http://alinea.internal:50051 copy"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// The folder to make. There may be nothing in it.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| {
        let folder = &arguments.folder;
        let failed = || format!("cannot write to {}", folder.display());
        fs::create_dir_all(folder).with_context(failed)?;
        if fs::read_dir(folder).with_context(failed)?.next().is_some() {
            bail!("{} is not empty: name a new folder", folder.display());
        }
        // Under another name until it is whole, so that nobody takes a part for it.
        let part = folder.join("data.mdb.part");
        let copied = copy(&client, &part).await;
        if copied.is_err() {
            // What failed says more than that a part could not be removed.
            let _ = fs::remove_file(&part);
        }
        let (revision, size) = copied?;
        fs::rename(&part, folder.join("data.mdb")).with_context(failed)?;
        File::open(folder).and_then(|folder| folder.sync_all()).with_context(failed)?;
        eprintln!(
            "{}: {}, with all up to revision {revision}",
            folder.display(),
            indicatif::HumanBytes(size)
        );
        Ok(())
    })
}

async fn copy(client: &Client, path: &Path) -> anyhow::Result<(Revision, u64)> {
    let failed = || format!("cannot write {}", path.display());
    let mut file = File::create_new(path).with_context(failed)?;
    let (mut pieces, mut written) = (client.back_up(), 0);
    while let Some(piece) = pieces.try_next().await? {
        match piece {
            BackupPiece::Bytes(bytes) => {
                file.write_all(&bytes).with_context(failed)?;
                written += bytes.len() as u64;
            }
            BackupPiece::Whole { revision, size_bytes } if size_bytes == written => {
                file.sync_all().with_context(failed)?;
                return Ok((revision, size_bytes));
            }
            BackupPiece::Whole { size_bytes, .. } => {
                bail!("{written} bytes came of {size_bytes}: back up again")
            }
            _ => {}
        }
    }
    bail!("the copy broke off after {written} bytes: back up again")
}
