//! The options that say how much a server does at once and how often.

use std::num::{NonZeroU32, NonZeroUsize};

use super::size;
use crate::serving::LimitOptions;

/// The most that is served. Who is over a limit is told so, and when to come back.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArguments {
    /// How many connections there may be. More are closed at once.
    #[arg(long, env = "ALINEA_MAX_CONNECTIONS", default_value = "10000", value_name = "COUNT")]
    max_connections: usize,
    /// How many connections each address may have, or each network of IPv6 (/64). More are closed at once.
    #[arg(long, env = "ALINEA_MAX_CONNECTIONS_PER_ADDRESS", default_value = "2000", value_name = "COUNT")]
    max_connections_per_address: usize,
    /// How many connections each address may open a second, and at once after a pause. More wait for their turn.
    #[arg(long, env = "ALINEA_MAX_CONNECTIONS_PER_SECOND", default_value = "250", value_name = "COUNT")]
    max_connections_per_second: NonZeroU32,
    /// How many calls each caller may have open, streams to their end. Callers are told by their names, or their addresses.
    #[arg(long, env = "ALINEA_MAX_CALLS", default_value = "10000", value_name = "COUNT")]
    max_calls: usize,
    /// How many calls each caller may begin a second; as many as it likes unless said.
    #[arg(long, env = "ALINEA_MAX_CALLS_PER_SECOND", value_name = "COUNT")]
    max_calls_per_second: Option<NonZeroU32>,
    /// How many bytes a second go to and from each caller, such as 10MiB: more waits. As many as there are unless said.
    #[arg(long, env = "ALINEA_MAX_BYTES_PER_SECOND", value_name = "SIZE", value_parser = size::parse)]
    max_bytes_per_second: Option<usize>,
    /// How many imports there may be at once, of all callers.
    #[arg(long, env = "ALINEA_MAX_IMPORTS", default_value = "64", value_name = "COUNT")]
    max_imports: usize,
    /// How many of them each caller may have.
    #[arg(long, env = "ALINEA_MAX_IMPORTS_PER_CALLER", default_value = "16", value_name = "COUNT")]
    max_imports_per_caller: usize,
    /// How many bytes are held at once: three quarters of it of documents and schemes that are taken in, a quarter of other
    /// requests; of each caller a quarter of those.
    #[arg(long, env = "ALINEA_MAX_MEMORY", default_value = "1GiB", value_name = "SIZE", value_parser = size::parse)]
    max_memory: usize,
}

impl LimitArguments {
    /// The long names of the options.
    pub(super) const FLAGS: &'static [&'static str] = &[
        "max-connections",
        "max-connections-per-address",
        "max-connections-per-second",
        "max-calls",
        "max-calls-per-second",
        "max-bytes-per-second",
        "max-imports",
        "max-imports-per-caller",
        "max-memory",
    ];

    /// Fails where a document of so many bytes could never be taken in.
    pub(super) fn check(&self, max_document_size: usize) -> anyhow::Result<()> {
        let largest = self.options().largest_document();
        anyhow::ensure!(
            max_document_size <= largest,
            "a document may have {max_document_size} bytes, and of each caller the server holds no larger one than {largest}: raise --max-memory, \
             or lower --max-document-size"
        );
        Ok(())
    }

    pub(super) fn options(&self) -> LimitOptions {
        LimitOptions {
            connections: self.max_connections,
            connections_per_address: self.max_connections_per_address,
            connections_per_second: self.max_connections_per_second,
            calls: self.max_calls,
            calls_per_second: self.max_calls_per_second,
            bytes_per_second: self.max_bytes_per_second.and_then(NonZeroUsize::new),
            imports: self.max_imports,
            imports_per_caller: self.max_imports_per_caller,
            memory: self.max_memory,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Args;

    #[test]
    fn every_option_is_named() {
        let command = LimitArguments::augment_args(clap::Command::new("serve"));
        let named: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        assert_eq!(named, LimitArguments::FLAGS);
    }
}
