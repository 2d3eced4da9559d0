//! Which session watches what: one for each mailbox while the account's connections last, and one that polls the rest in
//! turn.

use crate::store::MailboxId;

/// Shares `connections` among the mailboxes of an account's inboxes. Each inner list is one session.
///
/// First mailboxes come first: where connections are short, every inbox's first mailbox is more likely to have its own.
pub(super) fn sessions(inboxes: &[Vec<MailboxId>], connections: usize) -> Vec<Vec<MailboxId>> {
    let longest = inboxes.iter().map(Vec::len).max().unwrap_or_default();
    let mut ordered = Vec::new();
    for place in 0..longest {
        ordered.extend(inboxes.iter().filter_map(|mailboxes| mailboxes.get(place)).cloned());
    }
    let connections = connections.max(1);
    if ordered.len() <= connections {
        return ordered.into_iter().map(|mailbox| vec![mailbox]).collect();
    }
    let rest = ordered.split_off(connections - 1);
    ordered.into_iter().map(|mailbox| vec![mailbox]).chain([rest]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox(name: &str, mailboxes: &[&str]) -> Vec<MailboxId> {
        mailboxes.iter().map(|mailbox| MailboxId { inbox: name.into(), mailbox: (*mailbox).into() }).collect()
    }

    #[test]
    fn every_mailbox_has_its_session_while_connections_last() {
        let plan = sessions(&[inbox("a", &["INBOX", "Junk"]), inbox("b", &["INBOX"])], 3);
        assert_eq!(plan, [inbox("a", &["INBOX"]), inbox("b", &["INBOX"]), inbox("a", &["Junk"])]);
    }

    #[test]
    fn the_rest_share_the_last_connection() {
        let plan = sessions(&[inbox("a", &["INBOX", "Junk", "Bulk"]), inbox("b", &["INBOX"])], 3);
        assert_eq!(plan.len(), 3);
        assert_eq!(plan[2], inbox("a", &["Junk", "Bulk"]));
        assert_eq!(sessions(&[inbox("a", &["INBOX", "Junk"])], 1), [inbox("a", &["INBOX", "Junk"])]);
        assert_eq!(sessions(&[inbox("a", &["INBOX", "Junk"])], 0).len(), 1);
    }
}
