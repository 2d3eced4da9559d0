//! UID FETCH (RFC 3501 section 6.4.5), one message at a time: however many are asked for, one is in memory.

use async_imap::imap_proto::{AttributeValue, RequestId, Response};
use jiff::Timestamp;
use tokio::time::Instant;

use super::error::Error;
use super::session::{LONGEST_COMMAND, ResponseData, Session};
use super::time::internal_date;

/// The items of a FETCH.
#[derive(Clone, Copy, Debug)]
pub(super) enum Items {
    /// The numbers alone.
    Uids,
    /// When the message arrived.
    Dates,
    /// Arrival, size, and the first so many bytes.
    Mail { bytes: u32 },
    /// The first so many bytes alone, for messages whose other items break the server or the parser.
    BytesOnly { bytes: u32 },
}

impl Items {
    /// How much of a message is asked for.
    pub(super) fn bytes(self) -> u32 {
        match self {
            Self::Uids | Self::Dates => 0,
            Self::Mail { bytes } | Self::BytesOnly { bytes } => bytes,
        }
    }
}

/// One message of a FETCH answer.
pub(super) struct Fetched {
    response: ResponseData,
    pub(super) uid: u32,
    /// `None` where the server gave none, or one that can't be read.
    pub(super) internal_date: Option<Timestamp>,
    /// RFC822.SIZE in bytes.
    pub(super) size: Option<u32>,
}

impl Fetched {
    /// `None`: an answer that is not of `BODY.PEEK[]`.
    fn of(response: ResponseData) -> Option<Self> {
        let Response::Fetch(_, attributes) = response.parsed() else { return None };
        let (mut uid, mut date, mut size) = (None, None, None);
        for attribute in attributes {
            match attribute {
                AttributeValue::Uid(value) => uid = Some(*value),
                AttributeValue::InternalDate(text) => date = internal_date(text),
                AttributeValue::Rfc822Size(value) => size = Some(*value),
                _ => {}
            }
        }
        uid.map(|uid| Self { uid, internal_date: date, size, response })
    }

    /// The message, or its first part; `None` if the server gave none.
    pub(super) fn body(&self) -> Option<&[u8]> {
        let Response::Fetch(_, attributes) = self.response.parsed() else { return None };
        attributes.iter().find_map(|attribute| match attribute {
            AttributeValue::BodySection { section: None, data, .. } => data.as_deref(),
            _ => None,
        })
    }

    fn is_wanted(&self, items: Items) -> bool {
        let Response::Fetch(_, attributes) = self.response.parsed() else { return false };
        match items {
            Items::Uids | Items::Dates => true,
            Items::Mail { .. } | Items::BytesOnly { .. } => {
                attributes.iter().any(|a| matches!(a, AttributeValue::BodySection { section: None, .. }))
            }
        }
    }
}

impl Session {
    /// Begins a UID FETCH (RFC 3501 section 6.4.5) of a set such as `7,9:12`; [`Fetching::next`] gives the messages.
    pub(super) async fn fetch(&mut self, set: &str, items: Items) -> Result<Fetching<'_>, Error> {
        let wanted = match items {
            Items::Uids => "UID".to_owned(),
            Items::Dates => "UID INTERNALDATE".to_owned(),
            Items::Mail { bytes } => format!("UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{bytes}>"),
            Items::BytesOnly { bytes } => format!("UID BODY.PEEK[]<0.{bytes}>"),
        };
        let tag = self.send(&format!("UID FETCH {set} ({wanted})")).await?;
        Ok(Fetching { session: self, tag, items, until: Instant::now() + LONGEST_COMMAND })
    }
}

/// A UID FETCH under way. Dropped before its end it leaves the session out of step, and the session must be dropped.
pub(super) struct Fetching<'a> {
    session: &'a mut Session,
    tag: RequestId,
    items: Items,
    until: Instant,
}

impl Fetching<'_> {
    /// The next message; `None` after the tagged OK. One message is in memory at a time.
    pub(super) async fn next(&mut self) -> Result<Option<Fetched>, Error> {
        loop {
            let response = self.session.read_until(self.until).await?;
            match response.parsed() {
                Response::Done { .. } => {
                    self.session.finish(&self.tag, "UID FETCH", &response)?;
                    return Ok(None);
                }
                Response::Fetch(..) => {
                    if let Some(fetched) = Fetched::of(response).filter(|fetched| fetched.is_wanted(self.items)) {
                        return Ok(Some(fetched));
                    }
                }
                _ => {}
            }
        }
    }
}
