//! Whom an address stands for.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

/// The bits of an IPv6 address that are given to one network; the rest it chooses as it likes.
const NETWORK: u32 = 64;

/// Who is at an address: one of IPv4, or the network that one of IPv6 is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Peer(IpAddr);

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self(match address.ip().to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << NETWORK)).into(),
            address => address,
        })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/{NETWORK}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_peer_and_ipv4_is_the_same_in_both_forms() {
        for (address, peer) in [
            ("192.0.2.7:50051", "192.0.2.7"),
            ("[::ffff:192.0.2.7]:50051", "192.0.2.7"),
            ("[2001:db8:1:2:3:4:5:6]:50051", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::9]:50052", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(Peer::from(address.parse::<SocketAddr>().unwrap()).to_string(), peer);
        }
    }
}
