//! Distinguished names as texts (RFC 4514).

use std::fmt::Write as _;

use x509_parser::asn1_rs::ToDer as _;
use x509_parser::x509::AttributeTypeAndValue;
use x509_parser::x509::X509Name;

/// Attribute types with a short name: those of RFC 4514 §3, and those that OpenSSL writes by name.
const TYPES: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("SN", "2.5.4.4"),
    ("GN", "2.5.4.42"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("JURISDICTIONC", "1.3.6.1.4.1.311.60.2.1.3"),
];

/// How many of [`TYPES`] are written by name; the others are written as numbers, as RFC 4514 asks.
const OF_RFC_4514: usize = 9;

/// An attribute type as numbers, and its value.
type Attribute = (String, String);

/// A subject: the last of its parts first.
pub(super) fn write(name: &X509Name<'_>) -> String {
    let parts = name.iter_rdn().map(|part| {
        let attributes: Vec<String> = part.iter().map(attribute).collect();
        attributes.join("+")
    });
    let mut parts: Vec<String> = parts.collect();
    parts.reverse();
    parts.join(",")
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let known = TYPES.iter().take(OF_RFC_4514).find(|(_, number)| *number == oid);
    let name = known.map_or(oid.as_str(), |(name, _)| name);
    if let Ok(text) = attribute.as_str() {
        return format!("{name}={}", escaped(text));
    }
    // not a text: its DER, which no text can be mistaken for
    let mut value = format!("{name}=#");
    for byte in attribute.attr_value().to_der_vec().unwrap_or_default() {
        let _ = write!(value, "{byte:02x}");
    }
    value
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => out.extend(['\\', character]),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            '#' if at == 0 => out.push_str("\\#"),
            character if character.is_ascii_control() => {
                let _ = write!(out, "\\{:02x}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out
}

/// A name in a form that can be compared: parts in order, each with its attributes sorted. None: not a name.
pub(super) fn parse(text: &str) -> Option<Vec<Vec<Attribute>>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut rest = text.trim_matches(' ');
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, end, after) = value(after.trim_start_matches(' '))?;
        part.push((type_number(name.trim_matches(' '))?, value));
        rest = after.trim_start_matches(' ');
        match end {
            Some('+') => {}
            Some(_) if rest.is_empty() => return None,
            Some(_) | None => {
                part.sort();
                parts.push(std::mem::take(&mut part));
            }
        }
    }
    part.is_empty().then_some(parts)
}

fn type_number(name: &str) -> Option<String> {
    let oid = name.strip_prefix("OID.").unwrap_or(name);
    if !oid.is_empty() && oid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Some(oid.to_owned());
    }
    let known = TYPES.iter().find(|(short, _)| name.eq_ignore_ascii_case(short));
    known.map(|(_, number)| (*number).to_owned())
}

/// A value, the separator after it, and what follows.
fn value(text: &str) -> Option<(String, Option<char>, &str)> {
    // a value of bytes keeps its mark, which a text cannot have: there it is written as `\#`
    let mut out: Vec<u8> = if text.starts_with('#') {
        vec![0, b'#']
    } else {
        Vec::new()
    };
    let mut kept = out.len();
    let mut characters = text.char_indices().skip(usize::from(text.starts_with('#')));
    while let Some((at, character)) = characters.next() {
        match character {
            ',' | '+' | ';' => {
                out.truncate(kept);
                let after = text.get(at + 1..)?;
                return Some((String::from_utf8(out).ok()?, Some(character), after));
            }
            '\\' => {
                let (_, next) = characters.next()?;
                match next.to_digit(16) {
                    Some(high) => {
                        let low = characters.next()?.1.to_digit(16)?;
                        // no name has a zero, which marks values of bytes here
                        out.push(u8::try_from(high * 16 + low).ok().filter(|byte| *byte != 0)?);
                    }
                    None => out.extend(next.encode_utf8(&mut [0; 4]).bytes()),
                }
                kept = out.len();
            }
            '"' | '<' | '>' => return None,
            character => {
                out.extend(character.encode_utf8(&mut [0; 4]).bytes());
                if character != ' ' {
                    kept = out.len();
                }
            }
        }
    }
    out.truncate(kept);
    Some((String::from_utf8(out).ok()?, None, ""))
}

#[cfg(test)]
mod tests {
    use super::escaped;
    use super::parse;

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (left, right) in [
            ("CN=a,O=b", "cn = a , o = b"),
            ("CN=a,O=b", "2.5.4.3=a,OID.2.5.4.10=b"),
            ("CN=a+OU=b,C=DE", "OU=b+CN=a;C=DE"),
            ("CN=J\\c3\\bcrgen", "CN=Jürgen"),
            ("CN=a\\, b", "CN=a\\2C b"),
            ("1.2.840.113549.1.9.1=x@y.test", "emailAddress=x@y.test"),
        ] {
            assert!(parse(left).is_some(), "{left}");
            assert_eq!(parse(left), parse(right), "{left}");
        }
    }

    #[test]
    fn different_names_are_different_and_other_texts_are_none() {
        for (left, right) in [
            ("CN=a,O=b", "O=b,CN=a"),
            ("CN=a", "CN=A"),
            ("CN=a", "CN=a\\ "),
            ("CN=a", "CN=a,O=b"),
            ("CN=a,O=b", "CN=a\\,O=b"),
            ("CN=#61", "CN=\\#61"),
        ] {
            assert_ne!(parse(left), parse(right), "{left}");
            assert!(parse(right).is_some(), "{right}");
        }
        for text in [
            "CN", "=a", "XX=a", "CN=a,", "CN=a+", "CN=\"a\"", "CN=\\", "CN=\\c3", "CN=\\00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_separates_is_escaped_and_read_back() {
        for text in [
            "plain",
            " a ",
            "#a",
            "a,b+c;d=e\"f<g>h\\i",
            "line\nbreak",
            "ü",
            "",
        ] {
            let name = format!("CN={}", escaped(text));
            let expected = vec![vec![("2.5.4.3".to_owned(), text.to_owned())]];
            assert_eq!(parse(&name), Some(expected), "{name}");
        }
    }
}
