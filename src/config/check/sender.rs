//! Who may vouch for senders, and whether anybody can where something is required.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use super::super::Dns;
use super::super::diagnostic::Problem;
use super::super::file::{DnsTable, InboxTable};
use super::super::reader::{At, Key};
use super::{Checker, duration, flag};
use crate::extract::policy::{Requirement, SenderTrust};

/// A mail that waits longer keeps others from being looked at.
const LONGEST_DNS_TIMEOUT: Duration = Duration::from_secs(30);

impl Checker<'_> {
    pub(super) fn dns(&mut self, table: Option<&DnsTable>) -> Dns {
        let Some(table) = table else { return Dns::default() };
        if let Some(given) = table.servers.given().filter(|given| given.value.is_empty()) {
            self.push(Problem::at(&given.span, "`servers` is empty").help("leave it out to ask the system's"));
        }
        let timeout = duration(&table.timeout, Dns::default().timeout);
        if let Some(given) = table.timeout.given().filter(|_| timeout > LONGEST_DNS_TIMEOUT) {
            self.push(
                Problem::at(&given.span, "`timeout` is longer than 30 seconds: other mails would wait that long")
                    .help("write timeout = \"5s\""),
            );
        }
        let mut servers: Vec<SocketAddr> = Vec::new();
        for At { value, span } in table.servers.value().map(Vec::as_slice).unwrap_or_default() {
            if servers.contains(&value.0) {
                self.push(Problem::at(span, format!("the server {} stands twice", value.0)));
            }
            servers.push(value.0);
        }
        Dns { servers, timeout }
    }

    /// The inbox's own requirement and whom it believes. `rules`: what rules require, and where they say so.
    pub(super) fn sender<'r>(
        &mut self,
        table: &InboxTable,
        inbox: &str,
        rules: impl Iterator<Item = &'r At<Requirement>>,
    ) -> (Option<Requirement>, SenderTrust) {
        let trust = SenderTrust {
            authserv_ids: self.domains(
                table.authserv_id.given().map(|at| (at.value.0.as_slice(), &at.span)),
                "authserv_id",
                Blank::Allowed,
            ),
            verify: flag(&table.verify, false),
            trusted_forwarders: self.domains(
                table.trusted_forwarders.given().map(|at| (at.value.as_slice(), &at.span)),
                "trusted_forwarders",
                Blank::Refused,
            ),
        };
        let own = table.require.given().map(|at| At { value: at.value.0, span: at.span.clone() });
        let mut required = table.require.is_refused();
        for (At { value, span }, is_rule) in own.iter().map(|own| (own, false)).chain(rules.map(|rule| (rule, true))) {
            required = true;
            if !table.authserv_id.is_absent() || table.verify.is_refused() {
                continue;
            }
            self.nobody_vouches(*value, span, trust.verify, is_rule.then_some(inbox));
        }
        if !required {
            self.sender_without_requirement(table);
        }
        (own.map(|own| own.value), trust)
    }

    fn nobody_vouches(&mut self, require: Requirement, span: &Range<usize>, verify: bool, inbox: Option<&str>) {
        let name = require.name();
        let of = inbox.map(|inbox| format!(" for the inbox `{inbox}`")).unwrap_or_default();
        let place = if inbox.is_some() { " in its [[inbox]]" } else { "" };
        if require.can_be_verified_here() {
            if !verify {
                self.push(
                    Problem::at(span, format!("`require = \"{name}\"`, but nobody can say whether it holds{of}")).help(
                        format!(
                            "write authserv_id = \"mx.example.com\"{place}: the name that begins the \
                             Authentication-Results of your server; or verify = true, to verify signatures here"
                        ),
                    ),
                );
            }
        } else {
            self.push(
                Problem::at(
                    span,
                    format!("`require = \"{name}\"` takes what the server found when the mail came in{of}"),
                )
                .help(format!(
                    "write authserv_id = \"mx.example.com\"{place}: the name that begins the \
                     Authentication-Results of your server"
                )),
            );
        }
    }

    fn sender_without_requirement(&mut self, table: &InboxTable) {
        let keys = [
            ("authserv_id", table.authserv_id.given().map(|at| &at.span)),
            ("verify", table.verify.given().filter(|at| at.value).map(|at| &at.span)),
            ("trusted_forwarders", table.trusted_forwarders.given().map(|at| &at.span)),
        ];
        if let Some((key, span)) = keys.into_iter().find_map(|(key, span)| Some((key, span?))) {
            self.push(
                Problem::at(span, format!("`{key}` has no effect: nothing is required of senders"))
                    .help("write require = \"dmarc\" beside it, or in a rule"),
            );
        }
    }

    fn domains(&mut self, given: Option<(&[At<String>], &Range<usize>)>, key: &str, blank: Blank) -> Vec<String> {
        let Some((given, whole)) = given else { return Vec::new() };
        if given.is_empty() {
            self.push(Problem::at(whole, format!("`{key}` is empty")).help("leave it out"));
        }
        let mut names: Vec<String> = Vec::new();
        for At { value, span } in given {
            let name = value.trim_end_matches('.').to_ascii_lowercase();
            let problem = if name.contains(|c: char| c.is_whitespace() || c.is_control() || c == ';') {
                Problem::at(span, format!("`{value}` is not a name")).help("it is one word, such as \"mx.example.com\"")
            } else if name.is_empty() && blank == Blank::Refused {
                Problem::at(span, format!("`{key}` holds an empty name"))
            } else if blank == Blank::Refused
                && (name.contains('@') || crate::mail::sender::organisation(&name).is_none())
            {
                Problem::at(span, format!("`{value}` is not the domain of one organisation"))
                    .help("write the domain that seals, such as \"lists.example.org\"")
            } else if names.contains(&name) {
                Problem::at(span, format!("`{value}` stands twice"))
            } else {
                names.push(name);
                continue;
            };
            self.push(problem);
        }
        names
    }
}

/// Whether an empty name means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    /// Servers that leave their name out.
    Allowed,
    Refused,
}

/// What a rule requires, with its place.
pub(super) fn required(key: &Key<super::super::values::OneOf<Requirement>>) -> Option<At<Requirement>> {
    key.given().map(|at| At { value: at.value.0, span: at.span.clone() })
}
