//! Recognises what keeps a mail from being read, so that silence has a reason that a person understands.

use super::header::Parameterised;

/// Why a part of this type cannot be read.
pub(super) fn of(media: &Parameterised) -> Option<&'static str> {
    let is = |name: &str, value: &str| media.get(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    match (media.main.as_str(), media.sub.as_str()) {
        ("multipart", "encrypted") if is("protocol", "application/pgp-encrypted") => Some("encrypted with OpenPGP"),
        ("multipart", "encrypted") => Some("encrypted"),
        ("message", "partial") => Some("one fragment of a message sent in several (message/partial)"),
        _ => None,
    }
}

/// Why this text is not what its sender wrote.
pub(super) fn of_text(text: &str) -> Option<&'static str> {
    text.contains("-----BEGIN PGP MESSAGE-----").then_some("encrypted with OpenPGP")
}
