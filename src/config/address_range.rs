//! `AddressRange`: one address or a CIDR block of addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// All addresses that share their first bits with a network address: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    network: IpAddr,
    prefix_bits: u8,
}

/// The text is neither an address nor a range, or its address has bits beyond the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARange;

impl AddressRange {
    /// Whether the address lies inside. An IPv4 address in IPv6 form (`::ffff:10.0.0.1`), as
    /// sockets that serve both families report it, counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4() && cut(address, self.prefix_bits) == self.network
    }
}

/// The address with all bits after the first `bits` cleared.
fn cut(address: IpAddr, bits: u8) -> IpAddr {
    let bits = u32::from(bits);
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).into()),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into()),
    }
}

impl FromStr for AddressRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<Self, NotARange> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| NotARange)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| NotARange)?
            }
            Some(_) => return Err(NotARange),
        };
        // 10.1.2.3/8 is more often a mistake than a way to write 10.0.0.0/8.
        if prefix_bits > longest || cut(address, prefix_bits) != address {
            return Err(NotARange);
        }
        Ok(Self {
            network: address,
            prefix_bits,
        })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;
    use super::NotARange;

    #[test]
    fn a_range_contains_the_addresses_that_share_its_prefix() {
        for (range, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe80::1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ] {
            let parsed: AddressRange = range.parse().unwrap();
            assert_eq!(
                parsed.contains(address.parse().unwrap()),
                inside,
                "{range} {address}"
            );
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "proxy",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.1.2.3/8",
            "10.0.0.0/+8",
            "::/129",
            "10.0.0.0/8/8",
        ] {
            assert_eq!(text.parse::<AddressRange>(), Err(NotARange), "{text}");
        }
    }
}
