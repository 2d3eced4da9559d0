//! Where a secret is kept: a systemd credential, an environment variable, a file, or the configuration itself.
//! Read when it is used, so that a rotated file needs no restart. `Debug` never shows a value.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

/// What helps where permission is denied.
pub(super) const DENIED: &str = "let the user that otp-relay runs as read it (chown, chmod 400) and enter every directory above it (chmod +x); \
     systemd hands over what only root can read: { credential = \"NAME\" } with LoadCredential=NAME:PATH";

/// Where systemd looks for credentials that are named without a path (systemd.exec(5)).
pub(crate) const STORE: &str = "/etc/credstore";

/// A secret's source.
#[derive(Clone)]
pub enum Secret {
    /// `{ credential = "NAME" }`: `$CREDENTIALS_DIRECTORY/NAME` (systemd LoadCredential); without that variable, where
    /// systemd would have it from.
    Credential(String),
    /// `{ env = "NAME" }`.
    Env(String),
    /// `{ file = "PATH" }`.
    File(PathBuf),
    /// Written into the configuration.
    Literal(SecretString),
}

/// Why a secret can't be read; never holds its value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the environment variable {0} is not set")]
    NoEnv(String),
    #[error(
        "the credential {0} can't be read: $CREDENTIALS_DIRECTORY is not set (it is set by systemd's LoadCredential=), and {STORE} has none of that name"
    )]
    NoCredentials(String),
    #[error("{path} can't be read: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{0} is empty")]
    Empty(String),
}

impl SecretError {
    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoCredentials(name) => Some(format!(
                "put it into {STORE}/{name} (mode 0600), and under systemd `LoadCredential={name}` into the unit; if it lies elsewhere: CREDENTIALS_DIRECTORY=DIRECTORY otp-relay …"
            )),
            Self::Unreadable { source, .. } if source.kind() == ErrorKind::PermissionDenied => Some(DENIED.to_owned()),
            _ => None,
        }
    }
}

impl Secret {
    /// The value, without the line end a file usually has.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        let (name, text) = match self {
            Self::Literal(value) => ("the secret".to_owned(), value.expose_secret().to_owned()),
            Self::Env(name) => (
                format!("the environment variable {name}"),
                std::env::var(name).map_err(|_| SecretError::NoEnv(name.clone()))?,
            ),
            Self::File(path) => (path.display().to_string(), read_file(path)?),
            Self::Credential(name) => {
                let given = std::env::var_os("CREDENTIALS_DIRECTORY");
                let is_given = given.is_some();
                let path = given.map_or_else(|| PathBuf::from(STORE), PathBuf::from).join(name);
                let text = read_file(&path).map_err(|error| match error {
                    SecretError::Unreadable { source, .. } if !is_given && source.kind() == ErrorKind::NotFound => {
                        SecretError::NoCredentials(name.clone())
                    }
                    error => error,
                });
                (path.display().to_string(), text?)
            }
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() { Err(SecretError::Empty(name)) } else { Ok(SecretString::from(text.to_owned())) }
    }
}

fn read_file(path: &std::path::Path) -> Result<String, SecretError> {
    std::fs::read_to_string(path).map_err(|source| SecretError::Unreadable { path: path.to_owned(), source })
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(name) => write!(f, "Credential({name})"),
            Self::Env(name) => write!(f, "Env({name})"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Literal(_) => f.write_str("Literal(…)"),
        }
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Credential(a), Self::Credential(b)) | (Self::Env(a), Self::Env(b)) => a == b,
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Literal(a), Self::Literal(b)) => a.expose_secret() == b.expose_secret(),
            _ => false,
        }
    }
}

impl Eq for Secret {}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Credential(name) | Self::Env(name) => name.hash(state),
            Self::File(path) => path.hash(state),
            Self::Literal(value) => value.expose_secret().hash(state),
        }
    }
}
