//! Who may ask for what: API keys by identifier, and the authenticators that are served. Exchanged as a whole when the
//! configuration is reloaded.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use regex::Regex;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::HttpError;
use crate::authenticator::Authenticator;
use crate::config::secret::SecretError;
use crate::config::{Config, Secret};
use crate::extract::Identifier;
use crate::skyvern::pull::{Keys, Signature, SignatureError};

/// Keys that don't fit are read again from their files, but not more often: whoever wants can send wrong signatures.
const REREAD: Duration = Duration::from_secs(5);

/// Keys and authenticators.
#[derive(Debug)]
pub(super) struct Keyring {
    /// For identifiers that no `[[pull]]` claims.
    common: Bunch,
    own: Vec<(Regex, Bunch)>,
    authenticators: HashMap<Identifier, Served>,
}

/// An authenticator that runs can ask.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) authenticator: Authenticator,
    pub(super) min_remaining: Duration,
    pub(super) share: bool,
}

/// Some keys and where they come from.
#[derive(Debug)]
struct Bunch {
    secrets: Vec<Secret>,
    read: Mutex<Read>,
}

#[derive(Clone, Debug)]
struct Read {
    keys: Keys,
    at: Instant,
}

impl Keyring {
    pub(super) fn read(config: &Config) -> Result<Self, HttpError> {
        let listen = config.listen.as_ref();
        let secrets = listen.map(|listen| listen.api_keys.clone()).unwrap_or_default();
        let mut own = Vec::new();
        for pull in listen.map(|listen| listen.pulls.as_slice()).unwrap_or_default() {
            own.push((pull.identifier.clone(), Bunch::new(pull.api_keys.clone(), "[[pull]]")?));
        }
        let mut authenticators = HashMap::new();
        for authenticator in &config.authenticators {
            let refused =
                |reason: String| HttpError::Authenticator { identifier: authenticator.identifier.clone(), reason };
            let text = authenticator.secret.read().map_err(|error| refused(error.to_string()))?;
            let parsed = Authenticator::parse(text.expose_secret(), authenticator.settings);
            let served = Served {
                authenticator: parsed.map_err(|error| refused(error.to_string()))?,
                min_remaining: authenticator.min_remaining,
                share: authenticator.share,
            };
            authenticators.insert(authenticator.identifier.clone(), served);
        }
        Ok(Self { common: Bunch::new(secrets, "[listen]")?, own, authenticators })
    }

    /// Whether there is a key at all: without one there is no endpoint.
    pub(super) fn is_empty(&self) -> bool {
        std::iter::once(&self.common)
            .chain(self.own.iter().map(|(_, bunch)| bunch))
            .all(|bunch| bunch.secrets.is_empty())
    }

    /// Whether one of the identifier's keys signed the body. Identifiers that can't be read are for the common keys.
    pub(super) fn verify(
        &self,
        identifier: Option<&Identifier>,
        body: &[u8],
        signature: Signature,
    ) -> Result<(), SignatureError> {
        let own = |identifier: &Identifier| self.own.iter().find(|(regex, _)| regex.is_match(identifier.as_str()));
        let bunch = identifier.and_then(own).map_or(&self.common, |(_, bunch)| bunch);
        bunch.verify(body, signature)
    }

    pub(super) fn authenticator(&self, identifier: &Identifier) -> Option<&Served> {
        self.authenticators.get(identifier)
    }
}

impl Bunch {
    fn new(secrets: Vec<Secret>, place: &'static str) -> Result<Self, HttpError> {
        let keys = keys(&secrets).map_err(|source| HttpError::Key { place, source })?;
        Ok(Self { secrets, read: Mutex::new(Read { keys, at: Instant::now() }) })
    }

    fn verify(&self, body: &[u8], signature: Signature) -> Result<(), SignatureError> {
        let Read { keys, at } = self.lock().clone();
        let verdict = keys.verify(body, signature);
        if verdict.is_ok() || at.elapsed() < REREAD || self.secrets.iter().all(is_constant) {
            return verdict;
        }
        // Perhaps the key was replaced: then its file holds another one now. What can't be read stays as it was.
        let mut read = self.lock();
        if read.at == at {
            read.at = Instant::now();
            if let Ok(keys) = self::keys(&self.secrets) {
                read.keys = keys;
            }
        }
        let keys = read.keys.clone();
        drop(read);
        keys.verify(body, signature)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn keys(secrets: &[Secret]) -> Result<Keys, SecretError> {
    let values: Vec<SecretString> = secrets.iter().map(Secret::read).collect::<Result<_, _>>()?;
    Ok(Keys::new(&values))
}

/// Whether reading it again gives the same.
fn is_constant(secret: &Secret) -> bool {
    matches!(secret, Secret::Literal(_) | Secret::Env(_))
}
