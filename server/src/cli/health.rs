//! `alinea health`: whether a server serves, for probes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context, bail};

use super::{admin_port, remote::Remote, serve};

/// Which server.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alinea health\n  ALINEA_CONFIG=/etc/alinea/alinea.toml alinea health --configured"
)]
pub(super) struct Arguments {
    /// Ask the admin port that `serve` opens by this environment and the file that ALINEA_CONFIG names. It is not encrypted,
    /// whatever calls are. Where it opens none, --server is asked.
    #[arg(long)]
    configured: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if !arguments.configured {
        return ask(&arguments.remote);
    }
    match serve::Arguments::of_environment()?.admin() {
        Some(admin) => ask_admin(near(admin)),
        None => ask(&arguments.remote).context(
            "--server was asked, since no admin port is configured: ALINEA_ADMIN=127.0.0.1:9464 opens one",
        ),
    }
}

fn ask(remote: &Remote) -> anyhow::Result<()> {
    remote.ask(async |client| match client.is_serving().await? {
        true => {
            println!("serving");
            Ok(())
        }
        false => bail!("{} does not serve: it is starting or stopping", client.url()),
    })
}

fn ask_admin(address: SocketAddr) -> anyhow::Result<()> {
    let answer = admin_port::get(address, "/readyz")
        .with_context(|| format!("the admin port {address} was asked, and there is no answer"))?;
    match answer.status() {
        Some("200") => {
            println!("serving");
            Ok(())
        }
        Some("503") => bail!("{address} does not serve: it is starting or stopping"),
        _ => bail!("{address} is no admin port: it answered '{}'", answer.first_line()),
    }
}

/// Where this machine reaches a server that listens on an address, which may be that of all its networks.
fn near(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
