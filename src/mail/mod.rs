//! Bytes become a [`Message`]: headers, visible text, recipients, sender. Pure; never fails, never panics: a truncated
//! or broken mail gives what it has.

mod address;
mod builder;
mod cells;
mod charset;
mod cms;
mod conversation;
mod fingerprint;
mod header;
mod html;
mod links;
mod mime;
pub mod normalise;
mod parse;
mod plain;
mod protection;
pub mod recipient;
pub mod sender;
mod transfer;

#[cfg(test)]
pub(crate) mod properties;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use recipient::{RecipientSource, RecipientTrace, resolve_recipient};
pub use sender::{
    Requirement, SenderStatus, SenderTrust, SenderVerdict, Unsettled, Verification, Verified, verify_sender,
};

/// Whether a line speaks of the subject of a mail, in any language: "the four digits in the subject".
pub(crate) fn speaks_of_subject(line: &str) -> bool {
    conversation::speaks_of_subject(line)
}

/// A mail as a person would see it, and what its headers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Decoded (RFC 2047) and unfolded, in the order in which they stand.
    pub headers: Vec<(String, String)>,
    /// The decoded subject, normalised like [`Text::text`].
    pub subject: String,
    pub from: Option<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// Every text that a person could read, in order: each text/plain, text/html, … part, those of an attached
    /// message/rfc822 included. Alternatives stay apart.
    pub texts: Vec<Text>,
    /// The innermost original of a forwarded mail, attached or inline.
    pub forwarded: Option<Forwarded>,
    /// A document comes with it: an invoice, a ticket, an appointment (PDF, XML, pkpass, iCalendar).
    pub has_document: bool,
    /// Something that keeps the text from being read, for a person: "encrypted with OpenPGP".
    pub unreadable: Option<String>,
    pub fingerprint: Fingerprint,
}

/// A mailbox address (RFC 5322 section 3.4), `address` as written but for its domain, which is in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub name: Option<String>,
    pub address: String,
}

/// What the header block of a forwarded original says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    pub from: Option<Address>,
    pub to: Vec<Address>,
    pub subject: Option<String>,
}

/// The visible text of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub kind: TextKind,
    /// The part's place in the MIME tree (IMAP section numbers, `1.2`), for explanations.
    pub part: String,
    /// One line for each block (paragraph, table row, list item, …); cells of a row are parted by a tab. Invisible
    /// characters stripped, blanks collapsed, Unicode digits folded to ASCII, runs of one-character cells joined.
    pub text: String,
    /// What is known of each line of `text`, in order, without gaps.
    pub lines: Vec<Line>,
    /// In order of appearance.
    pub anchors: Vec<Anchor>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    Plain,
    Html,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of `Text::text`, without the line end.
    pub range: Range<usize>,
    /// 0: written by the sender of this mail; 1 and more: a quoted older mail. What a forward carries is 0.
    pub quote_depth: u8,
    /// Not shown to a person (a preheader, `display:none`), but kept: such a line is a last resort.
    pub hidden: bool,
    /// From an image's alt or title text.
    pub alt: bool,
}

/// A link: `<a href>`, or a bare URL in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The anchor's visible text, in `Text::text`.
    pub range: Range<usize>,
    /// Exactly as written, entities decoded.
    pub href: String,
    pub quote_depth: u8,
    pub hidden: bool,
}

/// Knows a mail again in another mailbox or after UIDVALIDITY changed: SHA-256 of Message-ID and Date as written,
/// or of the first 64 KiB where there is no Message-ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Message {
    /// Parses raw RFC 5322 bytes, or the first part of them.
    pub fn parse(raw: &[u8]) -> Self {
        parse::parse(raw)
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The domain of the From address (lower case), the only part of a sender that history keeps.
    pub fn sender_domain(&self) -> Option<&str> {
        self.from.as_ref().and_then(Address::domain)
    }
}
