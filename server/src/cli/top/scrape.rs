//! The metrics of a server, as one look at its admin port finds them.

use std::{collections::BTreeMap, net::ToSocketAddrs, time::Instant};

use anyhow::{Context, bail};

use crate::cli::admin_port;

/// What the metrics were at one moment, by name and labels.
#[derive(Debug)]
pub(super) struct Scrape {
    at: Instant,
    values: BTreeMap<String, f64>,
}

impl Scrape {
    /// Asks the admin port at a URL.
    pub(super) fn take(url: &str) -> anyhow::Result<Self> {
        let text = get(url).with_context(|| {
            format!("{url} was asked for metrics: start the server with --admin, and say where that is with --admin URL")
        })?;
        Ok(Self { at: Instant::now(), values: parse(&text) })
    }

    /// The sum of a metric over all its labels, or those that have some text.
    pub(super) fn sum(&self, name: &str, label: &str) -> f64 {
        let of = |key: &String| key.split('{').next() == Some(name) && key.contains(label);
        self.values.iter().filter(|(key, _)| of(key)).map(|(_, value)| value).sum()
    }

    /// How much a metric grew in a second since an earlier look.
    pub(super) fn rate(&self, before: &Self, name: &str, label: &str) -> f64 {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        if seconds > 0.0 { (self.sum(name, label) - before.sum(name, label)).max(0.0) / seconds } else { 0.0 }
    }

    /// The methods that metrics are labelled with.
    pub(super) fn methods(&self) -> impl Iterator<Item = &str> {
        let active =
            self.values.keys().filter_map(|key| key.strip_prefix("rpc_server_active_calls{rpc_method=\""));
        active.filter_map(|rest| rest.split('"').next())
    }
}

/// The body of `/metrics`.
fn get(url: &str) -> anyhow::Result<String> {
    let address = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
    let socket = address.to_socket_addrs()?.next().context("the name has no address")?;
    let answer = admin_port::get(socket, "/metrics")?;
    match answer.status() {
        Some("200") => Ok(answer.body().to_owned()),
        _ => bail!("it answered '{}'", answer.first_line()),
    }
}

fn parse(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(key, value)| Some((key.to_owned(), value.parse().ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rates_are_of_what_grew_between_two_looks() {
        let at = Instant::now();
        let scrape = |seconds, text| Scrape { at: at + Duration::from_secs(seconds), values: parse(text) };
        let before = scrape(0, "# HELP a_total A.\na_total{m=\"x\"} 4\na_total{m=\"y\"} 1\nab_total 9\n");
        let after = scrape(2, "a_total{m=\"x\"} 10\na_total{m=\"y\"} 2\n");
        assert_eq!(after.sum("a_total", ""), 12.0);
        assert_eq!(after.rate(&before, "a_total", ""), 3.5);
        assert_eq!(after.rate(&before, "a_total", "m=\"x\""), 3.0);
        assert_eq!(
            after.rate(&before, "ab_total", ""),
            0.0,
            "a server that was restarted counts from nothing"
        );
    }
}
