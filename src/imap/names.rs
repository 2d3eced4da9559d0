//! Mailbox names on the wire: quoted strings, and the modified UTF-7 of RFC 3501 section 5.1.3.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::error::Error;

/// Base64 with `,` for `/` and no padding.
const MODIFIED: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// `name` as a quoted string, ready to be sent.
pub(super) fn quoted(name: &str) -> Result<String, Error> {
    let wire = encoded(name);
    if wire.chars().any(char::is_control) {
        return Err(Error::Mailbox {
            name: name.escape_debug().to_string(),
            said: "its name holds a control character".into(),
            exist: Vec::new(),
        });
    }
    Ok(format!("\"{}\"", wire.replace('\\', r"\\").replace('"', "\\\"")))
}

/// The name as the server spells it. An operator may write it either way: a name that is modified UTF-7 already is left
/// alone.
fn encoded(name: &str) -> String {
    if name.is_ascii() && (!name.contains('&') || decoded(name).is_some()) {
        return name.to_owned();
    }
    let mut wire = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    let flush = |wire: &mut String, shifted: &mut Vec<u8>| {
        if !shifted.is_empty() {
            wire.push('&');
            MODIFIED.encode_string(&*shifted, wire);
            wire.push('-');
            shifted.clear();
        }
    };
    for c in name.chars() {
        if c.is_ascii() {
            flush(&mut wire, &mut shifted);
            wire.push(c);
            if c == '&' {
                wire.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut wire, &mut shifted);
    wire
}

/// The name as a person reads it; one that is not modified UTF-7 as it is.
pub(super) fn readable(wire: &str) -> String {
    decoded(wire).unwrap_or_else(|| wire.to_owned())
}

fn decoded(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((plain, shifted)) = rest.split_once('&') {
        name.push_str(plain);
        let (code, after) = shifted.split_once('-')?;
        if code.is_empty() {
            name.push('&');
        } else {
            let bytes = MODIFIED.decode(code).ok()?;
            let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
            name.push_str(&String::from_utf16(&units).ok()?);
        }
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_ascii_become_modified_utf7() {
        assert_eq!(quoted("Entwürfe").unwrap(), "\"Entw&APw-rfe\"");
        assert_eq!(quoted("迷惑メール").unwrap(), "\"&j,dg0TDhMPww6w-\"");
        assert_eq!(quoted("R&D/Ü").unwrap(), "\"R&-D/&ANw-\"");
    }

    #[test]
    fn ascii_names_are_sent_as_they_are() {
        assert_eq!(quoted("[Gmail]/Spam").unwrap(), "\"[Gmail]/Spam\"");
        assert_eq!(quoted("Entw&APw-rfe").unwrap(), "\"Entw&APw-rfe\"");
        assert_eq!(quoted("R&D").unwrap(), "\"R&-D\"");
        assert_eq!(quoted(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
    }

    #[test]
    fn a_name_can_not_smuggle_a_command() {
        assert!(quoted("INBOX\"\r\nA9 DELETE INBOX").is_err());
    }

    #[test]
    fn names_are_read_back() {
        assert_eq!(readable("Entw&APw-rfe"), "Entwürfe");
        assert_eq!(readable("R&-D"), "R&D");
        assert_eq!(readable("R&D"), "R&D");
    }
}
