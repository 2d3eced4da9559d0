//! A minimal resolver until the mail room's own is merged.

use super::Message;
use crate::extract::policy::RecipientSource;

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RecipientTrace {
    pub address: Option<String>,
}

pub fn resolve_recipient(message: &Message, username: &str, order: &[RecipientSource]) -> RecipientTrace {
    let _ = order;
    let address =
        message.to.first().map(|to| to.address.clone()).or_else(|| (!username.is_empty()).then(|| username.to_owned()));
    RecipientTrace { address }
}
