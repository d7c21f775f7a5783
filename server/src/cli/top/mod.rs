//! `alinea top`: what a server is doing, from one look at its metrics after the other.

mod scrape;

use std::{fmt::Write, io::IsTerminal, time::Duration};

use self::scrape::Scrape;
use super::output::whole;

/// Which server, and how often to look.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea top\n  alinea top --once --interval 5 --admin http://10.0.0.7:9464"
)]
pub(super) struct Arguments {
    /// The admin port of the server, as `alinea serve --admin` opens it.
    #[arg(long, env = "ALINEA_ADMIN_URL", default_value = "http://127.0.0.1:9464", value_name = "URL")]
    admin: String,
    /// How many seconds lie between two looks. Rates are of what happened between them.
    #[arg(long, default_value = "2", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
    /// Look twice, print once and end, for scripts.
    #[arg(long)]
    once: bool,
}

/// Puts the cursor at the top of an empty screen (ECMA-48, CUP and ED).
const CLEAR: &str = "\u{1b}[H\u{1b}[2J";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let live = !arguments.once && std::io::stdout().is_terminal();
    let mut before = Scrape::take(&arguments.admin)?;
    loop {
        std::thread::sleep(Duration::from_secs(arguments.interval));
        let now = Scrape::take(&arguments.admin)?;
        let page = page(&now, &before)?;
        whole(if live { format!("{CLEAR}{page}") } else { page }.as_bytes())?;
        if arguments.once {
            return Ok(());
        }
        before = now;
    }
}

/// What is shown: the server, then each method that has calls.
fn page(now: &Scrape, before: &Scrape) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let value = |name: &str| now.sum(name, "");
    let rate = |name: &str| now.rate(before, name, "");
    let mean = |name: &str| {
        let count = rate(&format!("{name}_seconds_count"));
        if count > 0.0 { rate(&format!("{name}_seconds_sum")) / count * 1e3 } else { 0.0 }
    };
    writeln!(
        out,
        "store     revision {}, {} documents, {} paragraphs, {:.1} MiB, {:.1} % of its map",
        value("alinea_store_revision"),
        value("alinea_store_documents"),
        value("alinea_store_paragraphs"),
        value("alinea_store_size_bytes") / f64::from(1 << 20),
        value("alinea_store_size_bytes") / value("alinea_store_map_size_bytes").max(1.0) * 100.0,
    )?;
    writeln!(
        out,
        "behind    search {} revisions, slowest watch {}, {} documents to be tagged anew",
        value("alinea_search_lag_revisions"),
        value("alinea_watch_lag_revisions"),
        value("alinea_store_outdated_documents"),
    )?;
    writeln!(
        out,
        "intake    {:.1} documents/s, {:.1} KiB/s, {:.1} ms to read one, {:.1} ms to tag one",
        rate("alinea_document_reading_seconds_count"),
        rate("alinea_document_read_bytes_total") / 1024.0,
        mean("alinea_document_reading"),
        mean("alinea_document_tagging"),
    )?;
    writeln!(
        out,
        "answers   {:.1} calls/s, {:.1} streamed paragraphs/s, {:.1} KiB/s, {} connections",
        rate("rpc_server_call_duration_seconds_count"),
        rate("alinea_stream_paragraphs_total"),
        rate("alinea_sent_bytes_total") / 1024.0,
        value("alinea_connections"),
    )?;
    writeln!(out, "\n{:<48} {:>6} {:>10} {:>10} {:>10}", "method", "open", "calls/s", "failed/s", "mean ms")?;
    for method in now.methods() {
        let label = format!("rpc_method=\"{method}\"");
        let name = "rpc_server_call_duration_seconds_count";
        let open = now.sum("rpc_server_active_calls", &label);
        if open == 0.0 && now.sum(name, &label) == 0.0 {
            continue;
        }
        let calls = now.rate(before, name, &label);
        // Who goes away from a stream or a watch ends it well.
        let well: f64 = ["OK", "CANCELLED"]
            .map(|code| now.rate(before, name, &format!("{label},rpc_response_status_code=\"{code}\"")))
            .iter()
            .sum();
        let took = now.rate(before, "rpc_server_call_duration_seconds_sum", &label);
        let mean = if calls > 0.0 { took / calls * 1e3 } else { 0.0 };
        writeln!(out, "{method:<48} {open:>6} {calls:>10.1} {:>10.1} {mean:>10.2}", (calls - well).max(0.0))?;
    }
    Ok(out)
}
