//! What is known of the large mail providers: where their servers are and how they take a login.

use super::values::Choice;

/// `provider = "…"` of an inbox. All speak implicit TLS on port 993.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MailProvider {
    Gmail,
    Outlook,
    Fastmail,
    ICloud,
    Yahoo,
}

impl Choice for MailProvider {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("gmail", Self::Gmail),
        ("outlook", Self::Outlook),
        ("fastmail", Self::Fastmail),
        ("icloud", Self::ICloud),
        ("yahoo", Self::Yahoo),
    ];
}

impl MailProvider {
    pub(super) fn host(self) -> &'static str {
        match self {
            Self::Gmail => "imap.gmail.com",
            Self::Outlook => "outlook.office365.com",
            Self::Fastmail => "imap.fastmail.com",
            Self::ICloud => "imap.mail.me.com",
            Self::Yahoo => "imap.mail.yahoo.com",
        }
    }

    /// The provider behind a server's name.
    pub(super) fn of_host(host: &str) -> Option<Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let under = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        if under("office365.com") || under("outlook.com") {
            Some(Self::Outlook)
        } else if under("gmail.com") || host == "imap.googlemail.com" {
            Some(Self::Gmail)
        } else {
            None
        }
    }

    /// Whose access tokens it takes, where it takes any.
    pub(super) fn tokens(self) -> Option<TokenProvider> {
        match self {
            Self::Gmail => Some(TokenProvider::Google),
            Self::Outlook => Some(TokenProvider::Microsoft),
            Self::Fastmail | Self::ICloud | Self::Yahoo => None,
        }
    }
}

/// `provider = "…"` of `[inbox.oauth2]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenProvider {
    Google,
    Microsoft,
}

impl Choice for TokenProvider {
    const WORDS: &'static [(&'static str, Self)] = &[("google", Self::Google), ("microsoft", Self::Microsoft)];
}

impl TokenProvider {
    /// The token endpoint; `tenant` is Microsoft's.
    pub(super) fn token_url(self, tenant: &str) -> String {
        match self {
            Self::Google => "https://oauth2.googleapis.com/token".to_owned(),
            Self::Microsoft => format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"),
        }
    }

    pub(super) fn scope(self) -> &'static str {
        match self {
            Self::Google => "https://mail.google.com/",
            Self::Microsoft => "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        }
    }
}
