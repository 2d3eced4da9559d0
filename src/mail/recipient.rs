//! The address the site was given: a mail's recipient, with a trace of every place that was asked and what it said.
//!
//! A mailbox collects mail for many addresses: by alias, catch-all, plus-tag, forwarding rule or by hand. The order of
//! [`RecipientSource::DEFAULT`] is that of Zapier's "Raw To Email"; an operator can choose another.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::address::{canonical, distinct, parse_list};
use super::charset::Hint;
use super::{Address, Message};

/// One step of the recipient resolver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecipientSource {
    /// The original To inside a forwarded mail whose outer To is the inbox's own address.
    Forwarded,
    /// To when it is one address.
    To,
    /// The one of several To/Cc addresses that an envelope header confirms.
    Confirmed,
    XOriginalTo,
    XForwardedTo,
    EnvelopeTo,
    DeliveredTo,
    Username,
}

impl RecipientSource {
    /// The default order, as Zapier's "Raw To Email" resolves.
    pub const DEFAULT: [Self; 8] = [
        Self::Forwarded,
        Self::To,
        Self::Confirmed,
        Self::XOriginalTo,
        Self::XForwardedTo,
        Self::EnvelopeTo,
        Self::DeliveredTo,
        Self::Username,
    ];

    /// Those that are a header written by the servers on the way, surest first.
    const ENVELOPE: [Self; 4] = [Self::XOriginalTo, Self::XForwardedTo, Self::EnvelopeTo, Self::DeliveredTo];

    /// The name in `recipient_order`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::To => "to",
            Self::Confirmed => "confirmed",
            Self::XOriginalTo => "x-original-to",
            Self::XForwardedTo => "x-forwarded-to",
            Self::EnvelopeTo => "envelope-to",
            Self::DeliveredTo => "delivered-to",
            Self::Username => "username",
        }
    }
}

/// Who a mail is for, and how that was found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecipientTrace {
    /// `None` when no source had an answer (an unknown username, for one).
    pub address: Option<Address>,
    pub source: Option<RecipientSource>,
    /// One for each source of the order.
    pub steps: Vec<RecipientStep>,
}

/// What one source said. It holds addresses: for `explain`, not for logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientStep {
    pub source: RecipientSource,
    /// The addresses it held, as written.
    pub held: Vec<String>,
    pub result: StepResult,
    /// Why it won or lost, for a person; holds no mail text.
    pub reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepResult {
    Won,
    Lost,
    /// It had an answer, or might have had one, after the question was decided.
    NotAsked,
}

/// Finds the recipient of `message` in the inbox of `username` (the account's login name; empty when unknown), and tells
/// what every source said.
pub fn resolve_recipient(message: &Message, username: &str, order: &[RecipientSource]) -> RecipientTrace {
    let resolver = Resolver::new(message, username);
    let mut trace = RecipientTrace::default();
    for &source in order {
        let (held, answer) = resolver.ask(source);
        let held = held.into_iter().map(|address| address.address).collect();
        let (result, reason) = match answer {
            _ if trace.address.is_some() => (StepResult::NotAsked, "an earlier source had the answer"),
            Ok((address, reason)) => {
                trace.address = Some(address);
                trace.source = Some(source);
                (StepResult::Won, reason)
            }
            Err(reason) => (StepResult::Lost, reason),
        };
        trace.steps.push(RecipientStep { source, held, result, reason });
    }
    trace
}

/// The same without the trace: later sources are not looked at.
pub(crate) fn recipient(
    message: &Message,
    username: &str,
    order: &[RecipientSource],
) -> Option<(Address, RecipientSource)> {
    let resolver = Resolver::new(message, username);
    order.iter().find_map(|&source| resolver.ask(source).1.ok().map(|(address, _)| (address, source)))
}

/// The addresses of the headers that servers on the way add, topmost first.
struct Envelope {
    headers: [Vec<Address>; 4],
}

impl Envelope {
    fn of(message: &Message) -> Self {
        let read = |source: RecipientSource| {
            let values = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(source.name()));
            let lists = values.map(|(_, value)| parse_list(value.as_bytes(), Hint::default())).map(distinct);
            // One that names several is one copy for several mailboxes, and does not say which.
            let mut single: Vec<Address> = lists.filter(|list| list.len() == 1).flatten().collect();
            // `bob@localhost` is a server talking to itself, if there is anything better.
            let is_local = |address: &Address| address.domain().is_none_or(|domain| !domain.contains('.'));
            single.sort_by_key(is_local);
            single
        };
        Self { headers: RecipientSource::ENVELOPE.map(read) }
    }

    fn of_source(&self, source: RecipientSource) -> &[Address] {
        let at = RecipientSource::ENVELOPE.iter().position(|&known| known == source);
        at.and_then(|at| self.headers.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    fn all(&self) -> impl Iterator<Item = &Address> {
        self.headers.iter().flatten()
    }
}

struct Resolver<'a> {
    message: &'a Message,
    username: &'a str,
    envelope: OnceCell<Envelope>,
}

type Answer = Result<(Address, &'static str), &'static str>;

impl<'a> Resolver<'a> {
    fn new(message: &'a Message, username: &'a str) -> Self {
        Self { message, username: username.trim(), envelope: OnceCell::new() }
    }

    fn envelope(&self) -> &Envelope {
        self.envelope.get_or_init(|| Envelope::of(self.message))
    }

    /// The addresses a source holds, and what follows from them.
    fn ask(&self, source: RecipientSource) -> (Vec<Address>, Answer) {
        match source {
            RecipientSource::Forwarded => self.forwarded(),
            RecipientSource::To => self.to(),
            RecipientSource::Confirmed => self.confirmed(),
            RecipientSource::XOriginalTo
            | RecipientSource::XForwardedTo
            | RecipientSource::EnvelopeTo
            | RecipientSource::DeliveredTo => {
                let held = self.envelope().of_source(source).to_vec();
                let answer = held.first().cloned().map(|address| (address, "the topmost header of this name"));
                (held, answer.ok_or("no header of this name with one address"))
            }
            RecipientSource::Username => {
                let held = parse_list(self.username.as_bytes(), Hint::default());
                let address = held.first().cloned().or_else(|| {
                    let login = self.username.to_owned();
                    Some(Address { name: None, address: login }).filter(|_| !self.username.is_empty())
                });
                let answer = address.map(|address| (address, "the account's login name"));
                (held, answer.ok_or("the account's login name is unknown"))
            }
        }
    }

    fn forwarded(&self) -> (Vec<Address>, Answer) {
        let Some(forwarded) = &self.message.forwarded else {
            return (Vec::new(), Err("this mail forwards no other"));
        };
        let held = distinct(forwarded.to.clone());
        let answer = match held.as_slice() {
            [] => Err("the forwarded mail does not say whom it was for"),
            _ if !self.is_addressed_to_inbox() => Err("the outer To is not the inbox's own address"),
            [address] => Ok((address.clone(), "the original To of the forwarded mail")),
            _ => Err("the forwarded mail was for several"),
        };
        (held, answer)
    }

    /// Whether somebody sent this mail to the inbox itself. Where the inbox is unknown, that is taken for granted.
    fn is_addressed_to_inbox(&self) -> bool {
        let to = &self.message.to;
        self.username.is_empty()
            || to.iter().any(|address| self.is_own(address))
            || (to.is_empty() && self.envelope().all().any(|address| self.is_own(address)))
    }

    fn is_own(&self, address: &Address) -> bool {
        if self.username.contains('@') {
            address.is_same(self.username)
        } else {
            address.local_part().eq_ignore_ascii_case(self.username)
        }
    }

    fn to(&self) -> (Vec<Address>, Answer) {
        let held = distinct(self.message.to.clone());
        let answer = match held.as_slice() {
            [] => Err("To names nobody"),
            [address] if self.is_senders_own(address) => {
                Err("To is the sender's own address: a blind copy, and the servers on the way say for whom")
            }
            [address] => Ok((address.clone(), "To is one address")),
            _ => Err("To names several"),
        };
        (held, answer)
    }

    /// Whether To repeats From while the envelope names somebody else, as in mails that are sent as blind copies; but a
    /// mailing list writes its own name into both, and its name is what the site was given.
    fn is_senders_own(&self, to: &Address) -> bool {
        if self.message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("List-Id")) {
            return false;
        }
        let repeats = self.message.from.as_ref().is_some_and(|from| from.is_same(&to.address));
        repeats && self.envelope().all().next().is_some() && !self.envelope().all().any(|named| base(named) == base(to))
    }

    fn confirmed(&self) -> (Vec<Address>, Answer) {
        let held = distinct([self.message.to.as_slice(), self.message.cc.as_slice()].concat());
        if held.is_empty() {
            return (held, Err("To and Cc name nobody"));
        }
        // A server that knows nothing of tags writes the address without one.
        for (spelling, reason) in [
            (canonical as fn(&str) -> String, "the one of To and Cc that the envelope confirms"),
            (untagged, "the one of To and Cc that the envelope confirms, but for its tag"),
        ] {
            let spelled: Vec<(String, &Address)> =
                held.iter().map(|address| (spelling(&address.address), address)).collect();
            for named in &self.envelope().headers {
                let named: HashSet<String> = named.iter().map(|address| spelling(&address.address)).collect();
                let mut both = spelled.iter().filter(|(spelled, _)| named.contains(spelled));
                if let (Some(&(_, address)), None) = (both.next(), both.next()) {
                    return (held.clone(), Ok((address.clone(), reason)));
                }
            }
        }
        (held, Err("no envelope header confirms exactly one of To and Cc"))
    }
}

fn base(address: &Address) -> String {
    untagged(&address.address)
}

/// Canonical, without the tag, and without the dots that Gmail ignores.
fn untagged(address: &str) -> String {
    let address = canonical(address);
    let Some((local, domain)) = address.rsplit_once('@') else { return address };
    let local = local.split_once('+').map_or(local, |(bare, _)| bare);
    if matches!(domain, "gmail.com" | "googlemail.com") {
        format!("{}@gmail.com", local.replace('.', ""))
    } else {
        format!("{local}@{domain}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Forwarded;

    fn resolve(headers: &str, username: &str) -> (Option<String>, Option<RecipientSource>) {
        let message = Message::parse(headers.as_bytes());
        let trace = resolve_recipient(&message, username, &RecipientSource::DEFAULT);
        let traced = trace.address.zip(trace.source);
        assert_eq!(recipient(&message, username, &RecipientSource::DEFAULT), traced, "{headers}");
        traced.map(|(address, source)| (address.address, source)).unzip()
    }

    #[test]
    fn the_first_source_that_applies_wins() {
        use RecipientSource::*;
        for (headers, username, address, source) in [
            ("To: Bob <bob@example.com>", "inbox@example.com", "bob@example.com", To),
            ("To: bob@example.com, Bob <BOB@example.com>", "inbox@example.com", "bob@example.com", To),
            ("To: bob+shop@example.com\nDelivered-To: bob@example.com", "bob@example.com", "bob+shop@example.com", To),
            ("To: =?utf-8?Q?Doe=2C_Jane?= <jane@example.com>", "", "jane@example.com", To),
            ("To: jane@b\u{fc}cher.example", "", "jane@b\u{fc}cher.example", To),
            ("To: a@example.com, b@example.com\nX-Original-To: B@example.com", "", "b@example.com", Confirmed),
            ("To: a@example.com\nTo: b@example.com\nDelivered-To: b@example.com", "", "b@example.com", Confirmed),
            (
                "To: a@example.com, x@example.com\nCc: b+t@example.com\nDelivered-To: b@example.com",
                "",
                "b+t@example.com",
                Confirmed,
            ),
            ("Cc: b@example.com, c@example.com\nEnvelope-To: c@example.com", "", "c@example.com", Confirmed),
            ("To: undisclosed-recipients:;\nX-Original-To: b@example.com", "", "b@example.com", XOriginalTo),
            (
                "To: undisclosed-recipients:;\nDelivered-To: b@example.com\nX-Forwarded-To: c@example.com",
                "",
                "c@example.com",
                XForwardedTo,
            ),
            ("To: a@example.com, b@example.com\nEnvelope-To: c@example.com", "", "c@example.com", EnvelopeTo),
            (
                "To: Friends: ;\nDelivered-To: root@localhost\nDelivered-To: b@example.com",
                "",
                "b@example.com",
                DeliveredTo,
            ),
            (
                "Delivered-To: mailing list\nEnvelope-To: a@example.com, b@example.com",
                "me@example.com",
                "me@example.com",
                Username,
            ),
            ("Subject: x", "agents", "agents", Username),
            // A blind copy that the sender addressed to itself.
            (
                "From: news@acme.example\nTo: news@acme.example\nDelivered-To: b@example.com",
                "",
                "b@example.com",
                DeliveredTo,
            ),
            (
                "From: list@example.com\nTo: list@example.com\nList-Id: <list.example.com>\nDelivered-To: b@example.com",
                "",
                "list@example.com",
                To,
            ),
            ("From: b@example.com\nTo: b+x@example.com\nDelivered-To: b@example.com", "", "b+x@example.com", To),
        ] {
            let expected = (Some(address.to_owned()), Some(source));
            assert_eq!(resolve(&format!("{headers}\n\n"), username), expected, "{headers}");
        }
        assert_eq!(resolve("Subject: x\n\n", ""), (None, None));
    }

    #[test]
    fn a_forwarded_original_counts_only_in_mail_to_the_inbox_itself() {
        let original =
            |address: &str| Forwarded { to: parse_list(address.as_bytes(), Hint::default()), ..Forwarded::default() };
        let mut message = Message::parse(b"To: Agents <agents@example.com>\n\n");
        message.forwarded = Some(original("bob+shop@example.com"));
        let winner = |message: &Message, username| {
            resolve_recipient(message, username, &RecipientSource::DEFAULT).address.map(|address| address.address)
        };
        assert_eq!(winner(&message, "AGENTS@example.com").as_deref(), Some("bob+shop@example.com"));
        assert_eq!(winner(&message, "agents").as_deref(), Some("bob+shop@example.com"));
        assert_eq!(winner(&message, "").as_deref(), Some("bob+shop@example.com"));
        assert_eq!(winner(&message, "other@example.com").as_deref(), Some("agents@example.com"));
        message.forwarded = Some(original("bob@example.com, eve@example.com"));
        assert_eq!(winner(&message, "agents@example.com").as_deref(), Some("agents@example.com"));
    }

    #[test]
    fn the_trace_tells_of_every_step() {
        let message = Message::parse(b"To: a@example.com, b@example.com\nX-Original-To: b@example.com\n\n");
        let trace = resolve_recipient(&message, "", &RecipientSource::DEFAULT);
        let results: Vec<_> = trace.steps.iter().map(|step| (step.source.name(), step.result)).collect();
        assert_eq!(results.first(), Some(&("forwarded", StepResult::Lost)));
        assert_eq!(results.get(2), Some(&("confirmed", StepResult::Won)));
        assert_eq!(results.get(3), Some(&("x-original-to", StepResult::NotAsked)));
        assert_eq!(trace.steps[1].held, ["a@example.com", "b@example.com"]);
        assert_eq!(trace.steps[1].reason, "To names several");
    }

    #[test]
    fn the_order_is_the_operators() {
        let message = Message::parse(b"To: a@example.com\nDelivered-To: b@example.com\n\n");
        let trace = resolve_recipient(&message, "", &[RecipientSource::DeliveredTo, RecipientSource::To]);
        assert_eq!(trace.source, Some(RecipientSource::DeliveredTo));
        assert_eq!(resolve_recipient(&message, "c@example.com", &[]).address, None);
    }
}
