//! `alinea health`: whether a server serves, for probes.

use super::remote::Remote;

/// Which server.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    arguments.remote.ask(async |client| match client.is_serving().await? {
        true => {
            println!("serving");
            Ok(())
        }
        false => anyhow::bail!("{} does not serve: it is starting or stopping", client.url()),
    })
}
