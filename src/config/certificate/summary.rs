//! What a person asks of a certificate: who issued it, and from when until when it is valid. Reads just that much DER (X.690) of an
//! X.509 certificate (RFC 5280 section 4.1); what it can't read it leaves out. It proves nothing: rustls has done that.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What was read of a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The issuer's common name, else its organisation.
    pub(crate) issuer: Option<String>,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) not_after: Option<Timestamp>,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The explicit version field of a certificate.
const VERSION: u8 = 0xa0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];

impl Summary {
    pub(crate) fn of(der: &[u8]) -> Self {
        read(der).unwrap_or_default()
    }
}

fn read(der: &[u8]) -> Option<Summary> {
    let (certificate, _) = expect(SEQUENCE, der)?;
    let (mut fields, _) = expect(SEQUENCE, certificate)?;
    if fields.first() == Some(&VERSION) {
        fields = element(fields)?.rest;
    }
    let serial = element(fields)?;
    let algorithm = element(serial.rest)?;
    let (issuer, rest) = expect(SEQUENCE, algorithm.rest)?;
    let (validity, _) = expect(SEQUENCE, rest)?;
    let not_before = element(validity)?;
    let not_after = element(not_before.rest)?;
    Some(Summary {
        issuer: name(issuer),
        not_before: time(not_before.tag, not_before.content),
        not_after: time(not_after.tag, not_after.content),
    })
}

struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    rest: &'d [u8],
}

/// The first element of `der`: tag, length, content.
fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, der) = der.split_first()?;
    let (&first, der) = der.split_first()?;
    let (length, der) = if first < 0x80 {
        (usize::from(first), der)
    } else {
        let (bytes, der) = der.split_at_checked(usize::from(first & 0x7f))?;
        (bytes.iter().try_fold(0_usize, |length, &byte| length.checked_mul(256)?.checked_add(byte.into()))?, der)
    };
    let (content, rest) = der.split_at_checked(length)?;
    Some(Element { tag, content, rest })
}

/// Content and rest of an element that must have this tag.
fn expect(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let found = element(der)?;
    (found.tag == tag).then_some((found.content, found.rest))
}

/// The common name among a name's attributes, else the organisation.
fn name(mut attributes: &[u8]) -> Option<String> {
    let mut organisation = None;
    while let Some((set, rest)) = expect(SET, attributes) {
        attributes = rest;
        let Some((pair, _)) = expect(SEQUENCE, set) else { continue };
        let Some((kind, value)) = expect(OBJECT_IDENTIFIER, pair) else { continue };
        let Some(text) = element(value).map(|value| String::from_utf8_lossy(value.content).into_owned()) else {
            continue;
        };
        match kind {
            COMMON_NAME => return Some(text),
            ORGANISATION => organisation = Some(text),
            _ => {}
        }
    }
    organisation
}

/// UTCTime and GeneralizedTime as certificates have them (RFC 5280 section 4.1.2.5).
fn time(tag: u8, content: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(content).ok()?;
    let full = match tag {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME if text < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    let moment = DateTime::strptime("%Y%m%d%H%M%SZ", &full).ok()?;
    moment.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["imap.example.com".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::OrganizationName, "Example Mail");
        params.distinguished_name.push(DnType::CommonName, "Example Authority");
        params.not_after = rcgen::date_time_ymd(year, 3, 1);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn issuer_and_validity_are_read_in_both_time_formats() {
        for year in [2031, 2061] {
            let summary = Summary::of(&certificate(year));
            assert_eq!(summary.issuer.as_deref(), Some("Example Authority"));
            assert_eq!(summary.not_before, Some("1975-01-01T00:00:00Z".parse().unwrap()));
            assert_eq!(summary.not_after, Some(format!("{year}-03-01T00:00:00Z").parse().unwrap()));
        }
    }

    #[test]
    fn broken_certificates_say_nothing() {
        let whole = certificate(2031);
        for length in 0..whole.len().min(200) {
            assert_eq!(Summary::of(&whole[..length]), Summary::default());
        }
        assert_eq!(Summary::of(&[0x30, 0x8f, 0xff]), Summary::default());
    }
}
