//! Which addresses a request may go to.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use crate::config::AddressRange;

/// Addresses that may be reached: public ones, and those the configuration adds.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    allowed_private: Vec<AddressRange>,
}

impl Rules {
    pub(super) fn new(allowed_private: Vec<AddressRange>) -> Self {
        Self { allowed_private }
    }

    /// Whether a connection to this address may be made.
    pub(super) fn permit(&self, address: IpAddr) -> bool {
        is_public(address) || self.allowed_private.iter().any(|range| range.contains(address))
    }

    /// Whether this machine itself may be reached.
    pub(super) fn permit_loopback(&self) -> bool {
        self.permit(Ipv4Addr::LOCALHOST.into()) || self.permit(Ipv6Addr::LOCALHOST.into())
    }
}

/// IPv4 addresses that are not on the Internet (IANA special-purpose registry), with multicast and what is reserved.
const NOT_PUBLIC_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Parts of 2000::/3 that are not on the Internet or that lead to an IPv4 address of the sender's choice.
const NOT_PUBLIC_V6: &[([u16; 2], u32)] = &[
    ([0x2001, 0], 23),
    ([0x2001, 0x0db8], 32),
    ([0x2002, 0], 16),
    ([0x3fff, 0], 20),
];

/// Whether an address is on the Internet. An IPv4 address in IPv6 form counts as the IPv4 address.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let inside = |&(network, bits): &([u8; 4], u32)| {
                (v4.to_bits() ^ u32::from_be_bytes(network)) >> (32 - bits) == 0
            };
            !NOT_PUBLIC_V4.iter().any(inside)
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            let start = u32::from(first) << 16 | u32::from(second);
            let inside = |&([high, low], bits): &([u16; 2], u32)| {
                (start ^ (u32::from(high) << 16 | u32::from(low))) >> (32 - bits) == 0
            };
            first >> 13 == 1 && !NOT_PUBLIC_V6.iter().any(inside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;
    use super::is_public;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        for (address, public) in [
            ("1.1.1.1", true),
            ("9.255.255.255", true),
            ("11.0.0.0", true),
            ("100.63.255.255", true),
            ("100.128.0.0", true),
            ("172.15.255.255", true),
            ("172.32.0.0", true),
            ("198.20.0.1", true),
            ("223.255.255.255", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("100.127.255.255", false),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.0.0.8", false),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.19.0.1", false),
            ("198.51.100.1", false),
            ("203.0.113.1", false),
            ("224.0.0.1", false),
            ("239.1.2.3", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("2a00::1", true),
            ("::ffff:1.1.1.1", true),
            ("::", false),
            ("::1", false),
            ("::127.0.0.1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:0:127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b:1::1", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:10::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::1", false),
            ("3fff::1", false),
            ("5f00::1", false),
            ("fc00::1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn the_configuration_adds_ranges() {
        let rules = Rules::new(vec!["10.20.0.0/16".parse().unwrap()]);
        assert!(rules.permit("10.20.3.4".parse().unwrap()));
        assert!(!rules.permit("10.21.3.4".parse().unwrap()));
        assert!(!rules.permit_loopback());
        assert!(Rules::new(vec!["::1".parse().unwrap()]).permit_loopback());
    }
}
