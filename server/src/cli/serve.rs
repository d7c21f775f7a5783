//! `alinea serve`: opens the store, takes files in, and serves until it is told to stop.

use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};
use tokio::{net::TcpListener, runtime::Runtime};

use super::{
    access::AccessArguments,
    config::{self, Configured, Setting},
    files,
    limits::LimitArguments,
    log::{self, LogFormat},
    reload::Reloads,
    size,
    stop::Stop,
    traces::{Exporter, TraceArguments},
};
use crate::{
    document::Metadata,
    intake::{self, Intake, Offer},
    memory,
    serving::{self, Limits, Origin, ServeOptions, Service, access::Access},
    store::{self, Change, Outcome, Store},
    theming::Model,
};

/// The size of a map is a multiple of this: a map has whole pages, and a store takes some.
const MAP_UNIT: usize = 1 << 20;

/// How to serve.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea serve samples/\n  alinea serve --data /var/lib/alinea --listen 127.0.0.1:6000"
)]
pub(super) struct Arguments {
    /// Files and folders to take in first. What is kept already is left as it is.
    files: Vec<PathBuf>,
    /// The folder of the store; made when it is missing.
    #[arg(long, env = "ALINEA_DATA", default_value = "./alinea-data", value_name = "DIR")]
    data: PathBuf,
    /// The address to serve on. One that other machines reach takes a certificate, and keys or tokens.
    #[arg(long, env = "ALINEA_LISTEN", default_value = "127.0.0.1:50051", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The largest document that is taken in, such as 500KiB or 64MiB.
    #[arg(long, env = "ALINEA_MAX_DOCUMENT_SIZE", default_value = "64MiB", value_parser = size::parse)]
    max_document_size: usize,
    /// How large the store may grow, in whole MiB. It is address space, not memory: nothing is used before it is needed.
    #[arg(long, env = "ALINEA_MAP_SIZE", default_value = "1TiB", value_parser = map_size)]
    map_size: usize,
    /// A model that `alinea train` made, of a scheme that the server has.
    #[arg(long, env = "ALINEA_MODEL", value_name = "FILE")]
    model: Option<PathBuf>,
    /// How many seconds calls may take to end when the server is told to stop.
    #[arg(long, env = "ALINEA_GRACE", default_value = "10", value_name = "SECONDS")]
    grace: u64,
    /// How log lines are written; `json` is for programs.
    #[arg(long, env = "ALINEA_LOG_FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// What is logged, such as `info` or `warn,alinea_server=debug`; RUST_LOG when it is not said. SIGHUP takes it up.
    #[arg(long, env = "ALINEA_LOG", value_name = "FILTER", value_parser = log::parse)]
    log: Option<String>,
    /// The address of plain HTTP for those who run the server: /metrics, /healthz and /readyz. There is none unless said.
    #[arg(long, env = "ALINEA_ADMIN", value_name = "ADDRESS")]
    admin: Option<SocketAddr>,
    /// A TOML file with a key for each flag, by its long name. Flags and the environment overrule it.
    #[arg(long, env = "ALINEA_CONFIG", value_name = "FILE")]
    #[allow(dead_code, reason = "it is read before all others")]
    config: Option<PathBuf>,
    /// An origin whose pages may call from browsers, by gRPC-Web, such as https://app.example.org; * for every page.
    #[arg(long, env = "ALINEA_WEB_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    web_origin: Vec<Origin>,
    #[command(flatten)]
    access: AccessArguments,
    #[command(flatten)]
    limits: LimitArguments,
    #[command(flatten)]
    traces: TraceArguments,
}

/// What the settings name.
struct Named {
    access: Access,
    model: Option<Model>,
    files: Vec<files::Found>,
}

impl Arguments {
    /// What the environment says, and the file that it names.
    pub(super) fn of_environment() -> anyhow::Result<Self> {
        let line = ["alinea", "serve"].map(OsString::from).to_vec();
        let Configured { matches, .. } = config::read(super::Arguments::command(), line)?;
        let matches = matches.subcommand_matches("serve").context("there is no `serve`")?;
        Ok(Self::from_arg_matches(matches)?)
    }

    /// The address of plain HTTP for those who run the server.
    pub(super) fn admin(&self) -> Option<SocketAddr> {
        self.admin
    }

    /// Fails with what would keep a server from starting, as far as that is known without a socket and without the store.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let runtime = Runtime::new().context("starting threads")?;
        self.exporter(&runtime)?;
        log::made(self.log.as_deref())?;
        self.read().map(drop)
    }

    /// What sends the spans of calls, from a runtime.
    fn exporter(&self, runtime: &Runtime) -> anyhow::Result<Exporter> {
        let _within = runtime.enter();
        self.traces.open()
    }

    /// Reads what the settings name, before anything is taken or opened.
    fn read(&self) -> anyhow::Result<Named> {
        let access = self.access.open(self.listen, &self.web_origin)?;
        if let Some(admin) = self.admin.filter(|admin| *admin == self.listen && admin.port() != 0) {
            anyhow::bail!(
                "{admin} cannot be served on twice: choose another address with --admin or --listen"
            );
        }
        self.limits.check(self.max_document_size)?;
        let model = self.model.as_deref().map(super::tag::read_model).transpose()?;
        Ok(Named { access, model, files: files::find(&self.files)? })
    }
}

pub(super) fn run(arguments: &Arguments, settings: Vec<Setting>) -> anyhow::Result<()> {
    let runtime = Runtime::new().context("starting threads")?;
    let exporter = arguments.exporter(&runtime)?;
    let relog = log::start(arguments.log_format, arguments.log.as_deref(), exporter.layer())?;
    memory::use_small_pages();
    let mut reloads = Reloads::new(settings);
    reloads.on(&["log"], move |arguments| relog(arguments.log.as_deref()));
    let served = runtime.block_on(serve(arguments, reloads));
    // What is left of the grace time.
    let told = served.as_ref().map_or_else(|_| Instant::now(), |told| *told);
    let left = || Duration::from_secs(arguments.grace).saturating_sub(told.elapsed());
    exporter.end(left());
    // Work that was begun and is for nobody any more, such as the reading of a document.
    runtime.shutdown_timeout(left());
    served.map(drop)
}

/// Serves until it is told to stop, and returns when it was told.
async fn serve(arguments: &Arguments, mut reloads: Reloads) -> anyhow::Result<Instant> {
    let stop = Stop::listen(Duration::from_secs(arguments.grace))?;
    let Named { access, model, files } = arguments.read()?;
    let kept = access.clone();
    reloads.on(&[], move |_| {
        tokio::task::block_in_place(|| kept.take_up());
        Ok(())
    });
    let limits = Limits::new(arguments.limits.options());
    let held = limits.clone();
    let max_document_size = arguments.max_document_size;
    reloads.on(LimitArguments::FLAGS, move |arguments| {
        arguments.limits.check(max_document_size)?;
        held.change(arguments.limits.options());
        Ok(())
    });
    // The port is taken before the store is touched: a second server on it changes nothing.
    let listener =
        TcpListener::bind(arguments.listen).await.map_err(|error| explain(arguments.listen, &error))?;
    let address = listener.local_addr().context("asking for the address that is served on")?;
    reloads.start()?;
    let options = store::Options { map_size: arguments.map_size, ..store::Options::default() };
    let store = Store::open(&arguments.data, &options)?;
    let service = Arc::new(Service::open(store, model, arguments.max_document_size)?);
    memory::give_back();

    if let Some(address) = arguments.admin {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("{address} cannot be served on: choose another address with --admin"))?;
        eprintln!("serving metrics on {}", listener.local_addr().context("asking for the admin address")?);
        tokio::spawn(serving::serve_admin(listener, service.clone()));
    }

    let taking = service.clone();
    let first = tokio::task::spawn_blocking(move || take_in(&taking, files)).await??;
    let documents = service.store.document_count();
    eprintln!("the store in {} has {documents} document{}", arguments.data.display(), plural(documents));
    eprintln!("serving gRPC on {address}; stop with Ctrl-C");
    eprintln!("try in another terminal:");
    let server = match (arguments.access.scheme(), arguments.listen.port()) {
        ("http", 50051) => String::new(),
        (scheme, _) => format!(" --server {scheme}://{address}"),
    };
    match documents {
        0 => eprintln!("  alinea import FILE…{server}"),
        _ => eprintln!("  alinea stream --theme terrorism{server}"),
    }
    if let Some(first) = first {
        eprintln!("  alinea get {first}{server}");
    }
    let options = ServeOptions {
        grace: Duration::from_secs(arguments.grace),
        access,
        limits,
        web_origins: arguments.web_origin.clone(),
    };
    let mut told = None;
    let stop = async { told = Some(stop.told().await) };
    serving::serve(listener, service, options, stop).await?;
    eprintln!("stopped");
    Ok(told.unwrap_or_else(Instant::now))
}

/// Takes files in, a line for each, and returns the id of the first.
fn take_in(service: &Service, found: Vec<files::Found>) -> anyhow::Result<Option<String>> {
    let first = found.first().map(|file| file.id.to_string());
    for files::Found { path, id } in found {
        let outcome = take_in_one(service, &path, id)
            .with_context(|| format!("{} was not taken in", path.display()))?;
        match outcome {
            Outcome::Stored { document, .. } => {
                let findings = document.report.as_ref().map_or(0, |report| report.findings.len());
                eprintln!(
                    "took in {} from {}: {} section{}, {} paragraph{}, {findings} finding{}",
                    document.name,
                    path.display(),
                    document.section_count,
                    plural(document.section_count as usize),
                    document.paragraph_count,
                    plural(document.paragraph_count as usize),
                    plural(findings),
                );
            }
            Outcome::Unchanged { document, revision } => {
                eprintln!("{} is up to date (revision {revision})", document.name);
            }
            Outcome::Removed { .. } | Outcome::Tagged { .. } | Outcome::Unseen { .. } => {}
        }
    }
    Ok(first)
}

fn take_in_one(service: &Service, path: &Path, id: crate::document::DocumentId) -> anyhow::Result<Outcome> {
    let bytes = std::fs::read(path)?;
    let offer =
        Offer { id, said: Metadata::default(), media_type: files::media_type(path).to_owned(), bytes };
    if let Some(unchanged) = service.store.unchanged(&offer.id, Intake::fingerprint(&offer))? {
        return Ok(unchanged);
    }
    let new = service.intake.take(offer).map_err(|refusal: intake::Refusal| anyhow::Error::new(refusal))?;
    let outcome = service.store.commit(vec![Change::Put(Box::new(new))])?.pop();
    Ok(outcome.context("a commit without an outcome")??)
}

/// The size of a map, in whole MiB.
fn map_size(words: &str) -> Result<usize, String> {
    let size = size::parse(words)?;
    size.checked_next_multiple_of(MAP_UNIT).ok_or_else(|| format!("'{words}' is more than there is"))
}

/// Why an address cannot be served on, and what to do.
fn explain(address: SocketAddr, error: &io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{address} is in use, perhaps by another alinea: stop it, or choose another address with --listen"
        ),
        io::ErrorKind::PermissionDenied => {
            anyhow::anyhow!("{address} may not be served on: choose a port over 1023 with --listen")
        }
        _ => anyhow::anyhow!(
            "{address} cannot be served on ({error}): choose an address of this machine with --listen"
        ),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
