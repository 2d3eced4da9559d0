//! The file as it is written: every table and key, with places, nothing checked but the kind of each value.
//!
//! The one list of keys: reading, unknown keys and the JSON Schema all come from the tables here. A field's text is what
//! an editor shows.
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the texts become descriptions of the schema, where [skyvern] is a table"
)]

use schemars::JsonSchema;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern::Pattern;
use super::provider::{MailProvider, TokenProvider};
use super::reader::{At, FromToml, Key, Reader, Table};
use super::values::{
    Body, Count, Digits, DnsServer, DurationText, FilePath, Headers, HttpUrl, Names, OneOf, Port, Sha256, SizeText,
    TemplateText,
};
use super::{Address, Secret, Tls};
use crate::authenticator::Algorithm;
use crate::extract::policy::{Deliver, Prefer, RecipientSource, Requirement};

/// A struct whose fields are the keys of a table.
macro_rules! table {
    ($(#[$meta:meta])* $header:literal $title:literal $name:ident { $($(#[$field:meta])* $key:ident: $type:ty,)* }) => {
        #[derive(Debug, Default, JsonSchema)]
        #[schemars(deny_unknown_fields, rename = $title)]
        $(#[$meta])*
        pub(super) struct $name {
            $($(#[$field])* #[schemars(default)] pub(super) $key: Key<$type>,)*
        }

        impl Table for $name {
            const HEADER: &'static str = $header;
            const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];
        }

        impl FromToml for $name {
            fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
                Some(Self::from_table(reader.table::<Self>(value)?, reader))
            }
        }

        impl $name {
            fn from_table(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Self {
                let mut read = Self::default();
                for (key, value) in table.iter() {
                    match key.get_ref().as_ref() {
                        $(stringify!($key) => {
                            reader.key = stringify!($key).to_owned();
                            read.$key = Key::read(value, reader);
                        })*
                        unknown => match reader.unknown_key::<Self>(unknown, &key.span()) {
                            // What was misspelled is not missing as well.
                            $(Some(stringify!($key)) if read.$key.is_absent() => read.$key = Key::Refused,)*
                            _ => {}
                        },
                    }
                }
                read
            }
        }
    };
}

table! {
    /// The configuration of otp-relay.
    #[schemars(extend(
        "required" = ["skyvern"],
        "anyOf" = serde_json::json!([{ "required": ["inbox"] }, { "required": ["listen", "authenticator"] }])
    ))]
    "the file" "File" File {
        /// Where codes go.
        skyvern: SkyvernTable,
        /// Where cursors, outbox and history live.
        store: StoreTable,
        /// The running daemon itself.
        service: ServiceTable,
        /// Where Skyvern and monitoring ask.
        listen: ListenTable,
        /// Identifiers that only certain API keys may ask for.
        pull: Vec<At<PullTable>>,
        /// How names are looked up where signatures are verified.
        dns: DnsTable,
        /// Accounts whose codes come from an authenticator app's secret.
        authenticator: Vec<At<AuthenticatorTable>>,
        /// The accounts whose mail is watched.
        inbox: Vec<At<InboxTable>>,
        /// Rules for all inboxes; each inbox's own rules are tried first.
        rule: Vec<At<RuleTable>>,
    }
}

table! {
    /// Where codes go.
    #[schemars(extend("required" = ["api_key"]))]
    "[skyvern]" "Skyvern" SkyvernTable {
        /// Skyvern's API server, without `/v1`.
        #[schemars(extend("default" = "https://api.skyvern.com"))]
        base_url: HttpUrl,
        /// The organisation's API key.
        api_key: Secret,
        /// For one request, connect included.
        #[schemars(extend("default" = "10s"))]
        timeout: DurationText,
        /// At most this many requests at once.
        #[schemars(extend("default" = 16))]
        connections: Count,
        /// A file with further root certificates (PEM).
        ca: FilePath,
        /// The `source` that Skyvern stores with a code.
        #[schemars(extend("default" = "email"))]
        source: String,
        /// Allow `http://` to another machine: codes and the API key then cross the network readable.
        #[schemars(extend("default" = false))]
        allow_plaintext: bool,
    }
}

table! {
    /// Where cursors, outbox and history live.
    "[store]" "Store" StoreTable {
        /// `sqlite://` and an absolute path. The file is created, its directory is not.
        #[schemars(extend("default" = "sqlite:///var/lib/otp-relay/state.db"))]
        url: String,
        /// How long history is kept. Codes are erased long before: once delivered or dead.
        #[schemars(extend("default" = "30d"))]
        history: DurationText,
    }
}

table! {
    /// The running daemon itself.
    "[service]" "Service" ServiceTable {
        /// The unix socket that `otp-relay status` asks. By default `status.sock` in `$RUNTIME_DIRECTORY`, else beside the store.
        socket: FilePath,
    }
}

table! {
    /// Where Skyvern (`POST /totp/…`) and monitoring (`/healthz`, `/readyz`, `/metrics`) ask.
    #[schemars(extend("required" = ["address"]))]
    "[listen]" "Listen" ListenTable {
        /// `"127.0.0.1:8025"`, `"unix:/run/otp-relay/http.sock"`, or `"systemd"` for the sockets of a `.socket` unit.
        address: Address,
        /// Another address for `/healthz`, `/readyz` and `/metrics`, which `address` then does not answer.
        monitoring: Address,
        /// The certificate chain (PEM) for TLS of our own, the server's own certificate first.
        cert: FilePath,
        /// The private key (PEM) of `cert`.
        key: FilePath,
        /// The API keys that may have signed a request; by default that of [skyvern].
        api_keys: Vec<At<Secret>>,
        /// Connections at once.
        #[schemars(extend("default" = 512))]
        max_connections: Count,
        /// Allow other machines to connect without TLS: codes then cross the network readable.
        #[schemars(extend("default" = false))]
        allow_plaintext: bool,
    }
}

table! {
    /// Identifiers that only these API keys may ask for.
    #[schemars(extend("required" = ["totp_identifier", "api_keys"]))]
    "[[pull]]" "Pull" PullTable {
        /// A regex for the identifiers. The first block that matches decides.
        totp_identifier: Pattern,
        /// The API keys that may have signed a request for them, instead of those of [listen].
        api_keys: Vec<At<Secret>>,
    }
}

table! {
    /// How the keys of signatures are looked up, for inboxes with `verify = true`.
    "[dns]" "Dns" DnsTable {
        /// Resolvers to ask: addresses, with or without a port. By default those of the system.
        servers: Vec<At<DnsServer>>,
        /// For all look-ups of one mail.
        #[schemars(extend("default" = "5s"))]
        timeout: DurationText,
    }
}

table! {
    /// An account whose codes come from an authenticator app's secret (TOTP, RFC 6238).
    #[schemars(extend("required" = ["totp_identifier", "secret"]))]
    "[[authenticator]]" "Authenticator" AuthenticatorTable {
        /// What the codes are asked for under: the last part of the `totp_url`.
        totp_identifier: String,
        /// The secret in Base32, or the whole `otpauth://` URI.
        secret: Secret,
        /// What the site uses, if it does not say so in the URI.
        #[schemars(extend("default" = "SHA1"))]
        algorithm: OneOf<Algorithm>,
        /// How long a code is.
        #[schemars(extend("default" = 6))]
        digits: Digits,
        /// How long each code lives.
        #[schemars(extend("default" = "30s"))]
        period: DurationText,
        /// With less time left the next code is given.
        #[schemars(extend("default" = "5s"))]
        min_remaining: DurationText,
        /// Hand one code to several runs within its period. Sites that take each code once refuse the second.
        #[schemars(extend("default" = false))]
        share: bool,
    }
}

table! {
    /// An account and what is made of its mail.
    #[schemars(extend("required" = ["name", "username"]))]
    "[[inbox]]" "Inbox" InboxTable {
        /// A name of its own: lower-case letters, digits, `.`, `_` and `-`.
        #[schemars(regex(pattern = "^[a-z0-9._-]{1,64}$"))]
        name: String,
        /// `false`: checked, but not watched.
        #[schemars(extend("default" = true))]
        enabled: bool,
        /// Fills host, port and tls.
        provider: OneOf<MailProvider>,
        /// The IMAP server, where no provider is named.
        host: String,
        /// By default 993 with implicit TLS, else 143.
        #[schemars(extend("default" = 993))]
        port: Port,
        /// TLS from the first byte, by STARTTLS, or none.
        #[schemars(extend("default" = "implicit"))]
        tls: OneOf<Tls>,
        /// Allow `tls = "none"` to another machine: password and codes then cross the network readable.
        #[schemars(extend("default" = false))]
        allow_plaintext: bool,
        /// A file with further root certificates (PEM).
        ca: FilePath,
        /// SHA-256 of the one certificate to accept, instead of chain and host name.
        pinned_sha256: Sha256,
        /// The login name, usually the address.
        username: String,
        /// The password or app password. Instead: `[inbox.oauth2]`.
        password: Secret,
        /// OAuth 2.0 with a refresh token, instead of a password.
        oauth2: OAuth2Table,
        /// The folders to watch.
        #[schemars(extend("default" = ["INBOX"]))]
        mailboxes: Vec<At<String>>,
        /// What a code is filed under: the `totp_identifier` of the Skyvern run that waits for it. A template.
        #[schemars(extend("default" = "{recipient}"))]
        totp_identifier: TemplateText,
        /// Only this task may see the codes. A template.
        task_id: TemplateText,
        /// Only this workflow may see the codes (`w_…`). A template.
        workflow_id: TemplateText,
        /// Only this workflow run may see the codes. A template.
        workflow_run_id: TemplateText,
        /// How long a code may be used, from the mail's arrival.
        #[schemars(extend("default" = "10m"))]
        ttl: DurationText,
        /// What a mail says of its own lifetime never lengthens it beyond this.
        #[schemars(extend("default" = "1h"))]
        max_ttl: DurationText,
        /// Built-in detection for mail that no rule matches.
        #[schemars(extend("default" = true))]
        detect: bool,
        /// What wins in a mail that holds both a code and a link.
        #[schemars(extend("default" = "code"))]
        prefer: OneOf<Prefer>,
        /// How codes reach Skyvern: pushed to it, kept until it asks at `[listen]`, or both.
        #[schemars(extend("default" = "push"))]
        deliver: OneOf<Deliver>,
        /// What has to hold of the sender of a mail before anything is taken from it.
        require: OneOf<Requirement>,
        /// The names under which your own servers write Authentication-Results.
        authserv_id: Names,
        /// Verify DKIM and ARC signatures here, with keys from DNS.
        #[schemars(extend("default" = false))]
        verify: bool,
        /// Domains of forwarders and lists whose ARC seal is believed where they broke a signature.
        trusted_forwarders: Vec<At<String>>,
        /// Where the recipient is looked for, in order.
        #[schemars(extend("default" = ["forwarded", "to", "confirmed", "x-original-to", "x-forwarded-to", "envelope-to", "delivered-to", "username"]))]
        recipient_order: Vec<At<OneOf<RecipientSource>>>,
        /// Use IDLE where the server has it.
        #[schemars(extend("default" = true))]
        idle: bool,
        /// The longest IDLE before a look at the mailbox.
        #[schemars(extend("default" = "5m"))]
        idle_timeout: DurationText,
        /// The pause between looks without IDLE.
        #[schemars(extend("default" = "10s"))]
        poll_interval: DurationText,
        /// How often a probe message is put into the account's mailbox `otp-relay-canary` and must be seen to arrive.
        canary: DurationText,
        /// Connections at once to this account; mailboxes beyond are polled in turn over one of them.
        #[schemars(extend("default" = 10))]
        max_connections: Count,
        /// How much of a mail is fetched first.
        #[schemars(extend("default" = "256KiB"))]
        first_fetch: SizeText,
        /// How much of a mail is fetched at most, when nothing was found in the first part.
        #[schemars(extend("default" = "2MiB"))]
        max_message_size: SizeText,
        /// For one connection attempt: DNS, TCP and TLS.
        #[schemars(extend("default" = "30s"))]
        connect_timeout: DurationText,
        /// For one answer of the server.
        #[schemars(extend("default" = "60s"))]
        command_timeout: DurationText,
        /// The inbox's own rules, tried in order before the `[[rule]]`s.
        rule: Vec<At<RuleTable>>,
    }
}

table! {
    /// OAuth 2.0 with a refresh token (RFC 6749 section 6), by XOAUTH2.
    #[schemars(extend("required" = ["client_id", "refresh_token"]))]
    "[inbox.oauth2]" "OAuth2" OAuth2Table {
        /// Fills token_url and scope.
        provider: OneOf<TokenProvider>,
        /// Microsoft's tenant: an id or domain, `common`, `organizations` or `consumers`.
        #[schemars(extend("default" = "common"))]
        tenant: String,
        /// Where access tokens come from, where no provider is named.
        token_url: HttpUrl,
        /// The scope to ask for.
        scope: String,
        /// The application's id.
        client_id: String,
        /// The application's secret; public clients have none.
        client_secret: Secret,
        /// The refresh token. A newer one that the provider hands out is kept in the store.
        refresh_token: Secret,
        /// A file with further root certificates (PEM) for the token endpoint.
        ca: FilePath,
    }
}

table! {
    /// Conditions, of which all must match, and what is then done with the mail: one of code, link, detect, forward and ignore.
    #[schemars(extend("required" = ["name"]))]
    "[[rule]]" "Rule" RuleTable {
        /// A name of its own, for logs and history.
        name: String,
        /// A regex for the sender's address.
        from: Pattern,
        /// A regex for any of the To and Cc addresses.
        to: Pattern,
        /// A regex for the subject.
        subject: Pattern,
        /// A regex for any text of the mail.
        body: Pattern,
        /// Header names and regexes for their values.
        header: Headers,
        /// Take a code: the group named `code`; without one the first group that took part; without groups the whole match.
        code: Pattern,
        /// Take a link: the group named `link`; without one the first group that took part; without groups the whole match.
        link: Pattern,
        /// Let built-in detection find the value; this rule's identifier, ttl and prefer apply.
        detect: bool,
        /// `"body"`: send the plain text, so that Skyvern's language model extracts. Skyvern bills that.
        forward: OneOf<Body>,
        /// Never forward such a mail.
        ignore: bool,
        /// What a code is filed under, instead of the inbox's.
        totp_identifier: TemplateText,
        /// How long a code may be used, instead of the inbox's.
        ttl: DurationText,
        /// What wins in a mail that holds both, for `detect = true`.
        prefer: OneOf<Prefer>,
        /// How the code reaches Skyvern, instead of the inbox's.
        deliver: OneOf<Deliver>,
        /// What has to hold of the sender, instead of the inbox's `require`.
        require: OneOf<Requirement>,
        /// Only this task may see the code, instead of the inbox's. A template.
        task_id: TemplateText,
        /// Only this workflow may see the code (`w_…`), instead of the inbox's. A template.
        workflow_id: TemplateText,
        /// Only this workflow run may see the code, instead of the inbox's. A template.
        workflow_run_id: TemplateText,
    }
}

/// Where each key belongs, for keys in the wrong table.
pub(super) const TABLES: [(&str, &[&str]); 10] = [
    ("[[inbox]]", InboxTable::KEYS),
    ("[inbox.oauth2]", OAuth2Table::KEYS),
    ("[[rule]] and [[inbox.rule]]", RuleTable::KEYS),
    ("[skyvern]", SkyvernTable::KEYS),
    ("[store]", StoreTable::KEYS),
    ("[service]", ServiceTable::KEYS),
    ("[listen]", ListenTable::KEYS),
    ("[[pull]]", PullTable::KEYS),
    ("[dns]", DnsTable::KEYS),
    ("[[authenticator]]", AuthenticatorTable::KEYS),
];

/// Other programs' words for our keys.
pub(super) const SYNONYMS: [(&str, &str); 37] = [
    ("url", "base_url"),
    ("endpoint", "base_url"),
    ("key", "api_key"),
    ("token", "api_key"),
    ("database", "url"),
    ("path", "url"),
    ("retention", "history"),
    ("server", "host"),
    ("hostname", "host"),
    ("address", "host"),
    ("user", "username"),
    ("login", "username"),
    ("email", "username"),
    ("pass", "password"),
    ("passwd", "password"),
    ("oauth", "oauth2"),
    ("ssl", "tls"),
    ("folder", "mailboxes"),
    ("folders", "mailboxes"),
    ("identifier", "totp_identifier"),
    ("interval", "poll_interval"),
    ("pattern", "code"),
    ("regex", "code"),
    ("sender", "from"),
    ("bind", "address"),
    ("listen", "address"),
    ("socket", "address"),
    ("port", "address"),
    ("certificate", "cert"),
    ("private_key", "key"),
    ("metrics", "monitoring"),
    ("uri", "secret"),
    ("nameservers", "servers"),
    ("resolvers", "servers"),
    ("authserv", "authserv_id"),
    ("trusted_arc_sealers", "trusted_forwarders"),
    ("trusted_sealers", "trusted_forwarders"),
];

impl File {
    /// Reads what parses; the reasons for what doesn't are pushed.
    pub(super) fn read(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Self {
        Self::from_table(table, reader)
    }
}
