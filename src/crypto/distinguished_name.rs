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
    if let (Some((name, _)), Ok(text)) = (known, attribute.as_str()) {
        return format!("{name}={}", escaped(text));
    }
    // not a text, or of a type without a name: its DER
    let mut value = format!("{}=#", known.map_or(oid.as_str(), |(name, _)| name));
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
    // not at the end: a space there may be escaped
    let mut rest = text.trim_start_matches(' ');
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
    let finish = |out: Vec<u8>| {
        let value = String::from_utf8(out).ok()?;
        if text.starts_with('#') {
            of_der(&value)
        } else {
            Some(value)
        }
    };
    let mut out: Vec<u8> = Vec::new();
    // spaces at the end belong to the value only where they are escaped
    let mut kept = 0;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            ',' | '+' | ';' => {
                out.truncate(kept);
                return Some((finish(out)?, Some(character), text.get(at + 1..)?));
            }
            '\\' => {
                let (_, next) = characters.next()?;
                match next.to_digit(16) {
                    Some(high) => {
                        let low = characters.next()?.1.to_digit(16)?;
                        // no name has a zero, which marks values that are not texts
                        out.push(u8::try_from(high * 16 + low).ok().filter(|byte| *byte != 0)?);
                    }
                    None => out.extend(next.encode_utf8(&mut [0; 4]).bytes()),
                }
                kept = out.len();
            }
            '"' | '<' | '>' | '\0' => return None,
            character => {
                out.extend(character.encode_utf8(&mut [0; 4]).bytes());
                if character != ' ' {
                    kept = out.len();
                }
            }
        }
    }
    out.truncate(kept);
    Some((finish(out)?, None, ""))
}

/// `#` and the DER of a value: the text if it is one (UTF8String, PrintableString, IA5String), else the DER, marked.
fn of_der(value: &str) -> Option<String> {
    let hex = value.strip_prefix('#')?.to_ascii_lowercase();
    let digits: Vec<u32> = hex
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<_>>()?;
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect();
    match bytes?.as_slice() {
        [0x0c | 0x13 | 0x16, length, text @ ..] if usize::from(*length) == text.len() && *length < 128 => {
            let text = String::from_utf8(text.to_vec()).ok()?;
            (!text.contains('\0')).then_some(text)
        }
        _ => Some(format!("\0{hex}")),
    }
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
            (
                "1.2.840.113549.1.9.1=#16087840792E74657374",
                "emailAddress=x@y.test",
            ),
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
