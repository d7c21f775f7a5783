//! The server that a command talks to, and what to do when it does not answer as hoped.

use std::{io, path::PathBuf};

use alinea_client::{Client, ClientBuilder, Error, ErrorKind};
use anyhow::Context;

/// Where the server is.
#[derive(Debug, clap::Args)]
pub(super) struct Remote {
    /// The server to ask.
    #[arg(long, env = "ALINEA_SERVER", default_value = "http://127.0.0.1:50051", value_name = "URL")]
    server: String,
    /// The key that lets the command in, as `alinea keys new` said it.
    #[arg(long, env = "ALINEA_TOKEN", value_name = "KEY", hide_env_values = true)]
    token: Option<String>,
    /// Send the key to another machine without encryption: for a network that encrypts by itself.
    #[arg(long, env = "ALINEA_INSECURE_TOKEN", requires = "token")]
    insecure_token: bool,
    /// The authority that signs the certificate of the server, as a PEM file, where the system does not know it.
    #[arg(long, env = "ALINEA_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Remote {
    /// Connects and does the work of a command.
    pub(super) fn ask(&self, work: impl AsyncFnOnce(Client) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome =
            runtime.context("cannot start")?.block_on(async { work(self.client()?.connect().await?).await });
        match outcome {
            // Who reads the first lines of a long answer closes the pipe.
            Err(error) if is_broken_pipe(&error) => Ok(()),
            Err(error) => Err(match error.downcast::<Error>() {
                Ok(error) => explain(&error),
                Err(error) => error,
            }),
            Ok(()) => Ok(()),
        }
    }
}

impl Remote {
    fn client(&self) -> anyhow::Result<ClientBuilder> {
        let mut client = Client::builder(&self.server);
        if let Some(token) = &self.token {
            client = client.token(token);
        }
        if self.insecure_token {
            client = client.insecure_token();
        }
        if let Some(path) = &self.ca {
            let pem = std::fs::read(path).with_context(|| format!("{} could not be read", path.display()))?;
            client = client.certificate_authority(pem);
        }
        Ok(client)
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What went wrong and what to do next.
fn explain(error: &Error) -> anyhow::Error {
    match next_step(error) {
        Some(next) => anyhow::anyhow!("{error}\n{next}"),
        None => anyhow::anyhow!("{error}"),
    }
}

fn next_step(error: &Error) -> Option<&'static str> {
    if error.is_connect() && error.endpoint().is_some_and(|url| url.starts_with("https://")) {
        return Some(
            "No encrypted connection came about: is there a server that speaks TLS, and who signed its certificate? The system \
             has to know that authority, or --ca has to name it.",
        );
    }
    if error.is_connect() {
        return Some(
            "There is no server there: start one with `alinea serve`, or say where it is with --server URL.",
        );
    }
    match (error.reason(), error.kind()) {
        (Some("SNAPSHOT_EXPIRED"), _) => {
            Some("The server no longer keeps what the cursor was reading: start again without --cursor.")
        }
        (Some("CURSOR_INVALID"), _) => Some(
            "A cursor goes with the filter it came from: give the same one, or start again without --cursor.",
        ),
        (Some("AMBIGUOUS_NAME"), _) => Some("Say the whole name of the one that is meant."),
        (_, ErrorKind::Unauthenticated) => {
            Some("Say a key that the server knows, with --token or ALINEA_TOKEN.")
        }
        (_, ErrorKind::PermissionDenied) => Some("Ask who runs the server for a key that may do this."),
        (_, ErrorKind::NotFound) => Some("See what there is with `alinea documents` and `alinea themes`."),
        (_, ErrorKind::Unimplemented) => Some("Is it an alinea server, and of this version?"),
        (_, ErrorKind::DeadlineExceeded | ErrorKind::Unavailable | ErrorKind::Transport) => {
            Some("The server may be busy or stopping: try again.")
        }
        _ => None,
    }
}
