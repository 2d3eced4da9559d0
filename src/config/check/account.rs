//! How an account is reached and logged in to.

use std::ops::Range;

use super::super::diagnostic::Problem;
use super::super::file::{InboxTable, OAuth2Table};
use super::super::provider::{MailProvider, TokenProvider};
use super::super::reader::{At, Key};
use super::super::{Account, Auth, OAuth2, Tls};
use super::{Checker, duration, flag, is_loopback};
use std::time::Duration;

const MAX_CONNECTIONS: usize = 10;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
const TENANT: &str = "common";

impl Checker<'_> {
    pub(super) fn account(&mut self, inbox: &InboxTable, header: &Range<usize>) -> Option<Account> {
        let tls = inbox.tls.value().map_or(Tls::Implicit, |tls| tls.0);
        let host = self.host(inbox, header);
        if let Some(host) = &host {
            self.plaintext(inbox, host);
        }
        self.tls_extras(inbox, tls);
        let provider = inbox.provider.value().map(|provider| provider.0);
        let provider = provider.or_else(|| host.as_deref().and_then(MailProvider::of_host));
        let auth = self.auth(inbox, header, provider);
        let username = self.username(inbox, header);
        let ca = self.ca(&inbox.ca);
        Some(Account {
            host: host?,
            port: inbox.port.value().map_or(if tls == Tls::Implicit { 993 } else { 143 }, |port| port.0 as u16),
            tls,
            ca,
            pinned_sha256: inbox.pinned_sha256.value().map(|pin| pin.0),
            username: username?,
            auth: auth?,
            max_connections: inbox.max_connections.value().map_or(MAX_CONNECTIONS, |count| count.0 as usize),
            connect_timeout: duration(&inbox.connect_timeout, CONNECT_TIMEOUT),
            command_timeout: duration(&inbox.command_timeout, COMMAND_TIMEOUT),
        })
    }

    fn host(&mut self, inbox: &InboxTable, header: &Range<usize>) -> Option<String> {
        if let (Some(provider), Some(host)) = (inbox.provider.given(), inbox.host.given()) {
            self.push(
                Problem::at(&host.span, "`provider` and `host` both name the server")
                    .help(format!("leave out one of them; the provider's server is {}", provider.value.0.host())),
            );
            return None;
        }
        if let Some(provider) = inbox.provider.value() {
            return Some(provider.0.host().to_owned());
        }
        if inbox.host.is_absent() && inbox.provider.is_absent() {
            self.push(Problem::shape(header, "this inbox names no server").help(
                "write host = \"imap.example.com\", or provider = \"gmail\", \"outlook\", \"fastmail\", \"icloud\" or \"yahoo\"",
            ));
        }
        let At { value: host, span } = inbox.host.given()?;
        let mut refuse = |problem| {
            self.push(problem);
            None
        };
        if host.trim().is_empty() {
            return refuse(Problem::at(span, "`host` is empty"));
        }
        if let Ok(ip) = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
            return Some(ip.to_string());
        }
        if let Some((scheme, rest)) = host.split_once("://") {
            let bare = rest.split(['/', ':']).next().unwrap_or_default();
            let tls = if scheme == "imap" { " (`tls` says how it is encrypted)" } else { "" };
            return refuse(
                Problem::at(span, "`host` is a name, not a URL").help(format!("write host = \"{bare}\"{tls}")),
            );
        }
        if let Some((name, port)) = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()) {
            return refuse(
                Problem::at(span, "`host` holds a port").help(format!("write host = \"{name}\" and port = {port}")),
            );
        }
        match url::Host::parse(host) {
            // An address of the shape `1.2` or `0x7f.1` is more likely a mistake than meant.
            Ok(url::Host::Domain(name)) if !name.contains(['/', '@', '_', '*']) => Some(name),
            _ => refuse(Problem::at(span, format!("`{host}` is not the name of a host"))),
        }
    }

    fn plaintext(&mut self, inbox: &InboxTable, host: &str) {
        let Some(At { value, span }) = inbox.tls.given() else { return };
        if value.0 == Tls::None && !flag(&inbox.allow_plaintext, false) && !is_loopback(host) {
            self.push(
                Problem::at(
                    span,
                    format!("without TLS, the password and every mail cross the network to {host} readable"),
                )
                .help("write tls = \"implicit\" or \"starttls\"; allow_plaintext = true where the network is trusted"),
            );
        }
    }

    /// What has no meaning beside the other settings of TLS.
    fn tls_extras(&mut self, inbox: &InboxTable, tls: Tls) {
        let pin = inbox.pinned_sha256.given().map(|pin| &pin.span);
        let ca = inbox.ca.given().map(|ca| &ca.span);
        if tls == Tls::None {
            for (span, key) in [(pin, "pinned_sha256"), (ca, "ca")] {
                if let Some(span) = span {
                    self.push(Problem::at(span, format!("`{key}` has no meaning with tls = \"none\"")));
                }
            }
        } else if let (Some(span), Some(_)) = (ca, pin) {
            self.push(
                Problem::at(span, "`ca` has no meaning beside `pinned_sha256`, which stands instead of the chain")
                    .help("leave out one of them"),
            );
        }
        if let (Some(port), Some(given)) = (inbox.port.given(), Some(tls)) {
            let mixed = match (port.value.0, given) {
                (993, Tls::StartTls | Tls::None) => Some("993 is the port for tls = \"implicit\""),
                (143, Tls::Implicit) => Some("143 is the port for tls = \"starttls\""),
                _ => None,
            };
            if let Some(mixed) = mixed {
                self.push(Problem::at(&port.span, mixed).help("leave out `port`: it follows `tls`"));
            }
        }
    }

    fn username(&mut self, inbox: &InboxTable, header: &Range<usize>) -> Option<String> {
        if inbox.username.is_absent() {
            self.push(
                Problem::shape(header, "this inbox lacks `username`").help("write username = \"agents@example.com\""),
            );
        }
        let At { value: username, span } = inbox.username.given()?;
        if username.trim().is_empty() {
            self.push(Problem::at(span, "`username` is empty"));
        } else if username.trim() != username {
            self.push(
                Problem::at(span, "`username` has blanks around it")
                    .help(format!("write username = \"{}\"", username.trim())),
            );
        } else if username.contains(char::is_control) {
            self.push(Problem::at(span, "`username` holds a control character"));
        }
        Some(username.clone())
    }

    fn auth(&mut self, inbox: &InboxTable, header: &Range<usize>, provider: Option<MailProvider>) -> Option<Auth> {
        self.secret(&inbox.password);
        if let (Some(_), Some(oauth2)) = (inbox.password.given(), inbox.oauth2.given()) {
            self.push(
                Problem::at(&oauth2.span, "this inbox has both a `password` and [inbox.oauth2]")
                    .help("leave out one of them"),
            );
        }
        if inbox.password.is_absent() && inbox.oauth2.is_absent() {
            let help = match provider {
                Some(MailProvider::Outlook) => {
                    "write [inbox.oauth2] with provider = \"microsoft\": Microsoft takes no password for IMAP"
                }
                _ => "write password = { credential = \"NAME\" }, or a table [inbox.oauth2]",
            };
            self.push(Problem::shape(header, "this inbox has no `password` and no [inbox.oauth2]").help(help));
        }
        if let (Some(password), Some(MailProvider::Outlook)) = (inbox.password.given(), provider) {
            self.push(
                Problem::at(&password.span, "Microsoft takes no password for IMAP, not even an app password")
                    .help("write [inbox.oauth2] with provider = \"microsoft\", client_id and refresh_token instead"),
            );
        }
        let oauth2 = match inbox.oauth2.given() {
            Some(table) => Some(self.oauth2(table, provider)?),
            None => None,
        };
        oauth2.map(Auth::OAuth2).or_else(|| inbox.password.value().cloned().map(Auth::Password))
    }

    fn oauth2(&mut self, At { value: table, span }: &At<OAuth2Table>, mail: Option<MailProvider>) -> Option<OAuth2> {
        for (absent, key, example) in [
            (table.client_id.is_absent(), "client_id", "\"…\", the id of the application you registered"),
            (table.refresh_token.is_absent(), "refresh_token", "{ credential = \"NAME\" }"),
        ] {
            if absent {
                self.push(
                    Problem::shape(span, format!("[inbox.oauth2] lacks `{key}`"))
                        .help(format!("write {key} = {example}")),
                );
            }
        }
        if let Some(id) = table.client_id.given().filter(|id| id.value.trim().is_empty()) {
            self.push(Problem::at(&id.span, "`client_id` is empty"));
        }
        if let Some(scope) = table.scope.given().filter(|scope| scope.value.trim().is_empty()) {
            self.push(Problem::at(&scope.span, "`scope` is empty").help("leave it out"));
        }
        self.secret(&table.client_secret);
        self.secret(&table.refresh_token);
        let ca = self.ca(&table.ca);
        let provider = table.provider.given();
        if let (Some(provider), Some(expected)) = (provider, mail.and_then(MailProvider::tokens))
            && provider.value.0 != expected
        {
            let (wants, write) = match expected {
                TokenProvider::Google => ("Gmail takes only Google's tokens", "google"),
                TokenProvider::Microsoft => ("Outlook takes only Microsoft's tokens", "microsoft"),
            };
            self.push(Problem::at(&provider.span, wants).help(format!("write provider = \"{write}\"")));
        }
        let token_url = self.token_url(table, span);
        Some(OAuth2 {
            token_url: token_url?,
            scope: match (table.scope.value(), provider) {
                (Some(scope), _) => Some(scope.clone()),
                (None, Some(provider)) => Some(provider.value.0.scope().to_owned()),
                (None, None) => None,
            },
            client_id: table.client_id.value()?.clone(),
            client_secret: table.client_secret.value().cloned(),
            refresh_token: table.refresh_token.value()?.clone(),
            ca,
        })
    }

    fn token_url(&mut self, table: &OAuth2Table, span: &Range<usize>) -> Option<url::Url> {
        let provider = table.provider.value().map(|provider| provider.0);
        if let Some(tenant) = table.tenant.given() {
            if provider != Some(TokenProvider::Microsoft) {
                self.push(Problem::at(&tenant.span, "`tenant` has a meaning only with provider = \"microsoft\""));
            } else if tenant.value.is_empty()
                || !tenant.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
            {
                self.push(
                    Problem::at(&tenant.span, "`tenant` is an id or a domain")
                        .help("it is the `Directory (tenant) ID` on the application's page"),
                );
                return None;
            }
        }
        if let (Some(_), Some(url)) = (provider, table.token_url.given()) {
            self.push(
                Problem::at(&url.span, "`provider` and `token_url` both name the token endpoint")
                    .help("leave out one of them"),
            );
        }
        if let Some(provider) = provider {
            let tenant = table.tenant.value().map_or(TENANT, String::as_str);
            return url::Url::parse(&provider.token_url(tenant)).ok();
        }
        if matches!((&table.provider, &table.token_url), (Key::Absent, Key::Absent)) {
            self.push(
                Problem::shape(span, "[inbox.oauth2] does not say where access tokens come from").help(
                    "write provider = \"google\" or \"microsoft\", or token_url = \"https://…\" and scope = \"…\"",
                ),
            );
        }
        let At { value: url, span } = table.token_url.given()?;
        if url.0.scheme() == "http" && !url.0.host_str().is_some_and(is_loopback) {
            self.push(
                Problem::at(span, "`token_url` sends the refresh token over the network in plain text")
                    .help("write https://"),
            );
        }
        Some(url.0.clone())
    }
}
