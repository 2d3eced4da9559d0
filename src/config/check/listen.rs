//! Where Skyvern asks, who may ask, and authenticator apps' secrets.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use regex::RegexBuilder;
use secrecy::ExposeSecret;

use super::super::diagnostic::Problem;
use super::super::file::{AuthenticatorTable, File, ListenTable, PullTable};
use super::super::reader::{At, Key};
use super::super::units::duration_text;
use super::super::{Address, Authenticator, CertificateFiles, Listen, PullKeys, Secret, Secrets, certificate};
use super::{Checker, duration, flag};
use crate::authenticator::{self, ParseError, Settings};
use crate::extract::Identifier;

const MAX_CONNECTIONS: usize = 512;
const PERIOD: Duration = Duration::from_secs(30);
const MIN_REMAINING: Duration = Duration::from_secs(5);

impl Checker<'_> {
    /// `skyvern`: the key of `[skyvern]`, which signs where nothing else is said.
    pub(super) fn listen(&mut self, file: &File, skyvern: Option<&Secret>) -> Option<Listen> {
        let pulls = self.pulls(file);
        let At { value: table, span } = match &file.listen {
            Key::Given(table) => table,
            Key::Refused => return None,
            Key::Absent => {
                self.needs_listen(file);
                return None;
            }
        };
        let api_keys = match self.api_keys(&table.api_keys) {
            Some(keys) => keys,
            None => skyvern.cloned().into_iter().collect(),
        };
        if table.address.is_absent() {
            self.push(Problem::shape(span, "[listen] lacks `address`").help("write address = \"127.0.0.1:8025\""));
        }
        let tls = self.certificate(table);
        self.plaintext_listener(table, tls.is_some());
        if let (Some(Address::Systemd), Some(At { value: Address::Systemd, span })) =
            (table.address.value(), table.monitoring.given())
        {
            self.push(
                Problem::at(span, "`address` and `monitoring` can't both be the sockets of systemd")
                    .help("give one of them an address"),
            );
        } else if let (Some(address), Some(At { value: monitoring, span })) =
            (table.address.value(), table.monitoring.given())
            && address == monitoring
        {
            self.push(Problem::at(span, "`monitoring` is the same as `address`").help("leave it out"));
        }
        Some(Listen {
            address: table.address.value()?.clone(),
            monitoring: table.monitoring.value().cloned(),
            tls,
            api_keys,
            pulls,
            max_connections: table.max_connections.value().map_or(MAX_CONNECTIONS, |count| count.0 as usize),
        })
    }

    /// Without `[listen]` nobody can ask for what waits to be asked for.
    fn needs_listen(&mut self, file: &File) {
        const WRITE: &str = "write [listen] and address = \"127.0.0.1:8025\"";
        for pull in file.pull.value().into_iter().flatten() {
            self.push(Problem::at(&pull.span, "[[pull]] has no meaning without [listen]").help(WRITE));
        }
        let mut waiting: Vec<&Range<usize>> = Vec::new();
        let inboxes = || file.inbox.value().into_iter().flatten().map(|inbox| &inbox.value);
        let own = inboxes().filter_map(|inbox| inbox.rule.value()).flatten();
        let rules = own.chain(file.rule.value().into_iter().flatten());
        let keys = inboxes().map(|inbox| &inbox.deliver).chain(rules.map(|rule| &rule.value.deliver));
        waiting.extend(keys.filter_map(|key| Some(&key.given().filter(|at| at.value.0.offers())?.span)));
        for span in waiting {
            self.push(Problem::at(span, "without [listen] nobody can ask for these codes").help(WRITE));
        }
    }

    /// The keys of a list; `None` where there is none.
    fn api_keys(&mut self, key: &Key<Vec<At<Secret>>>) -> Option<Vec<Secret>> {
        let At { value: keys, span } = key.given()?;
        if keys.is_empty() {
            self.push(
                Problem::at(span, "`api_keys` is empty: nobody could ask").help("leave it out for that of [skyvern]"),
            );
        }
        for at in keys {
            self.api_key(at);
        }
        Some(keys.iter().map(|at| at.value.clone()).collect())
    }

    fn certificate(&mut self, table: &ListenTable) -> Option<CertificateFiles> {
        let (cert, key) = match (table.cert.given(), table.key.given()) {
            (Some(cert), Some(key)) => (cert, key),
            (None, None) => return None,
            (Some(At { span, .. }), None) => {
                if table.key.is_absent() {
                    self.push(
                        Problem::at(span, "`cert` is of no use without `key`")
                            .help("write key = \"PATH\" of its private key"),
                    );
                }
                return None;
            }
            (None, Some(At { span, .. })) => {
                if table.cert.is_absent() {
                    self.push(
                        Problem::at(span, "`key` is of no use without `cert`")
                            .help("write cert = \"PATH\" of its certificate; API keys stand in `api_keys`"),
                    );
                }
                return None;
            }
        };
        if let Some(Address::Unix(_)) = table.address.value() {
            self.push(Problem::at(
                &cert.span,
                "`cert` has no meaning at a unix socket, which never leaves this machine",
            ));
        }
        let files = CertificateFiles { cert: cert.value.0.clone(), key: key.value.0.clone() };
        if self.secrets == Secrets::Read
            && let Err(error) = certificate::read(&files.cert, &files.key)
        {
            let span = if error.is_of_key(&files.key) { &key.span } else { &cert.span };
            self.push(Problem::at(span, error.to_string()));
        }
        Some(files)
    }

    fn plaintext_listener(&mut self, table: &ListenTable, has_tls: bool) {
        let Some(At { value: Address::Tcp(address), span }) = table.address.given() else { return };
        let tls_is_refused = table.cert.is_refused() || table.key.is_refused();
        if !address.ip().is_loopback() && !has_tls && !tls_is_refused && !flag(&table.allow_plaintext, false) {
            self.push(
                Problem::at(
                    span,
                    "other machines could connect here without TLS: codes would cross the network readable",
                )
                .help("listen at 127.0.0.1 behind a reverse proxy, write cert and key, or allow_plaintext = true"),
            );
        }
    }

    fn pulls(&mut self, file: &File) -> Vec<PullKeys> {
        let mut pulls = Vec::new();
        for At { value: table, span } in file.pull.value().into_iter().flatten() {
            pulls.extend(self.pull(table, span));
        }
        pulls
    }

    fn pull(&mut self, table: &PullTable, header: &Range<usize>) -> Option<PullKeys> {
        for (absent, key, example) in [
            (table.totp_identifier.is_absent(), "totp_identifier", "'@acme\\.example$', a regex for the identifiers"),
            (table.api_keys.is_absent(), "api_keys", "[{ credential = \"NAME\" }]"),
        ] {
            if absent {
                self.push(
                    Problem::shape(header, format!("[[pull]] lacks `{key}`")).help(format!("write {key} = {example}")),
                );
            }
        }
        let api_keys = self.api_keys(&table.api_keys);
        let At { value: pattern, span } = table.totp_identifier.given()?;
        if let Some(why) = pattern.never_matches() {
            self.push(Problem::at(span, format!("this regex can never match: {why}")));
        }
        // Addresses are filed in lower case, however mail and configuration write them.
        let regex = RegexBuilder::new(pattern.regex.as_str()).case_insensitive(true).build();
        let identifier =
            regex.map_err(|error| self.push(Problem::at(span, format!("the regex does not compile: {error}")))).ok()?;
        Some(PullKeys { identifier, api_keys: api_keys? })
    }

    pub(super) fn authenticators(&mut self, file: &File) -> Vec<Authenticator> {
        let mut seen: HashSet<Identifier> = HashSet::new();
        let mut authenticators = Vec::new();
        for At { value: table, span } in file.authenticator.value().into_iter().flatten() {
            let Some(authenticator) = self.authenticator(table, span) else { continue };
            if let Some(at) = table.totp_identifier.given()
                && !seen.insert(authenticator.identifier.clone())
            {
                self.push(
                    Problem::at(&at.span, format!("two authenticators are `{}`", authenticator.identifier))
                        .help("give each an identifier of its own: Skyvern asks by it"),
                );
            }
            authenticators.push(authenticator);
        }
        authenticators
    }

    fn authenticator(&mut self, table: &AuthenticatorTable, header: &Range<usize>) -> Option<Authenticator> {
        for (absent, key, example) in [
            (table.totp_identifier.is_absent(), "totp_identifier", "\"acme-alice\", which then ends the totp_url"),
            (table.secret.is_absent(), "secret", "{ credential = \"NAME\" }"),
        ] {
            if absent {
                self.push(
                    Problem::shape(header, format!("this authenticator lacks `{key}`"))
                        .help(format!("write {key} = {example}")),
                );
            }
        }
        let period = table.period.given();
        if let Some(At { value, span }) = period.filter(|at| at.value.0.subsec_nanos() != 0) {
            self.push(Problem::at(span, format!("`period` must be whole seconds, not {}", duration_text(value.0))));
        }
        let settings = Settings {
            algorithm: table.algorithm.value().map(|algorithm| algorithm.0),
            digits: table.digits.value().map(|digits| digits.0 as u8),
            period: period.map(|at| at.value.0),
        };
        let parsed = self.authenticator_secret(table, settings);
        let min_remaining = duration(&table.min_remaining, MIN_REMAINING);
        let period = parsed.map_or(settings.period.unwrap_or(PERIOD), |authenticator| authenticator.period());
        if let Some(at) = table.min_remaining.given().filter(|_| min_remaining >= period) {
            let period = duration_text(period);
            self.push(Problem::at(&at.span, format!("`min_remaining` must be shorter than the period ({period})")));
        }
        let At { value: identifier, span } = table.totp_identifier.given()?;
        let identifier = Identifier::new(identifier)
            .map_err(|error| self.push(Problem::at(span, format!("`totp_identifier` can't be used: {error}"))))
            .ok()?;
        Some(Authenticator {
            identifier,
            secret: table.secret.value()?.clone(),
            settings,
            min_remaining,
            share: flag(&table.share, false),
        })
    }

    fn authenticator_secret(
        &mut self,
        table: &AuthenticatorTable,
        settings: Settings,
    ) -> Option<authenticator::Authenticator> {
        let text = self.secret(&table.secret)?;
        let error = match authenticator::Authenticator::parse(text.expose_secret(), settings) {
            Ok(parsed) => return Some(parsed),
            Err(error) => error,
        };
        let given = |key: &str| match key {
            "period" => table.period.given().map(|at| &at.span),
            _ => None,
        };
        let span = match &error {
            ParseError::Period(_) => given("period").or(table.secret.given().map(|at| &at.span)),
            _ => table.secret.given().map(|at| &at.span),
        };
        let problem = Problem::at(span?, format!("`secret` can't be used: {error}"));
        self.push(match &error {
            ParseError::Period(_) if given("period").is_some() => {
                Problem::at(span?, format!("`period` can't be used: {error}"))
            }
            ParseError::Contradiction(_) => problem.help("leave algorithm, digits and period out: the URI says them"),
            ParseError::Export => problem.help("`otp-relay authenticator import FILE.png` takes it apart"),
            _ => problem,
        });
        None
    }
}
