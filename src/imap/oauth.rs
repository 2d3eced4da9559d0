//! Access tokens from a refresh token (RFC 6749 section 6), one for all sessions of an account.
//!
//! A token is renewed ahead of its end, so that a reconnect does not wait for the token endpoint. A refresh token that the
//! provider rotates is durable in the store before anything that came with it is used: the old one may be void already.
//! "The operator must act" (`invalid_grant` and the like) is told apart from "try again".

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::backoff::Backoff;
use super::error::{Error, clean};
use super::tls::Trust;
use crate::config::OAuth2;
use crate::store::Store;

/// For one request to the token endpoint, connect included.
const TIMEOUT: Duration = Duration::from_secs(30);
/// For a renewal that somebody else began, and one of our own, each of two requests.
pub(super) const LONGEST_RENEWAL: Duration = Duration::from_secs(4 * 30);
/// Pauses after a renewal ahead of time that failed: the first of a series, and after a refusal that is for good.
const FAILED: Duration = Duration::from_secs(30);
const REFUSED: Duration = Duration::from_secs(15 * 60);
/// The longest answer of a token endpoint that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;
/// The lifetime of an access token whose answer names none.
const UNKNOWN_LIFE: Duration = Duration::from_secs(10 * 60);
/// How long before its end a token is renewed, at most a quarter of its life.
const AHEAD: Duration = Duration::from_secs(10 * 60);

/// The tokens of one account.
#[derive(Debug)]
pub(super) struct Tokens {
    /// `user@host`, the account's key in the store.
    account: String,
    oauth: OAuth2,
    trust: Trust,
    store: Store,
    tracker: TaskTracker,
    /// Held while a renewal is under way: the others wait for its result instead of asking themselves.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    access: Option<Access>,
    /// A rotated refresh token that the store has not taken yet.
    unsaved: Option<([u8; 32], SecretString)>,
    failure: Option<Failure>,
    /// The last renewal ahead of time failed: when it is tried again, and how often that was so.
    again_at: Option<Instant>,
    backoff: Backoff,
}

/// The last renewal failed: those who waited for it need not try again one after the other.
#[derive(Debug)]
struct Failure {
    at: Instant,
    reason: String,
    permanent: bool,
}

#[derive(Clone, Debug)]
struct Access {
    token: SecretString,
    renew_at: Instant,
    ends_at: Instant,
}

/// An access token, and whether it came from the endpoint just now.
pub(super) struct Lent {
    pub(super) token: SecretString,
    pub(super) fresh: bool,
}

/// RFC 6749 section 5.1.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<serde_json::Value>,
    refresh_token: Option<String>,
}

/// RFC 6749 section 5.2.
#[derive(Deserialize)]
struct Denied {
    error: String,
    error_description: Option<String>,
}

impl Tokens {
    /// Renewals are tasks of `tracker`.
    pub(super) fn new(account: String, oauth: OAuth2, trust: Trust, store: Store, tracker: TaskTracker) -> Arc<Self> {
        Arc::new(Self { account, oauth, trust, store, tracker, state: Mutex::default() })
    }

    /// An access token that is good for a while.
    pub(super) async fn access(self: &Arc<Self>) -> Result<Lent, Error> {
        let this = Arc::clone(self);
        self.to_its_end(async move { this.lend().await }).await
    }

    /// Renews the access token if its end is near, unless somebody is at it or it failed just now.
    pub(super) async fn renew_ahead(self: &Arc<Self>) -> Result<(), Error> {
        let this = Arc::clone(self);
        self.to_its_end(async move { this.renew_if_due().await }).await
    }

    /// Whoever waits may be cancelled; the work is not: the provider may have voided the old refresh token already, and the
    /// new one is in an answer that is on its way.
    async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.tracker.spawn(work).await.unwrap_or_else(|error| Err(temporary(&error)))
    }

    async fn lend(&self) -> Result<Lent, Error> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        let now = Instant::now();
        let good_until = |access: &&Access| match state.again_at {
            // It failed just now, and the old one is still good.
            Some(again_at) => access.ends_at.min(again_at).max(access.renew_at),
            None => access.renew_at,
        };
        let present = state.access.as_ref().filter(|access| now < good_until(access) && state.unsaved.is_none());
        if let Some(access) = present {
            return Ok(Lent { token: access.token.clone(), fresh: false });
        }
        if let Some(failure) = state.failure.as_ref().filter(|failure| failure.at >= asked) {
            return Err(Error::Token { reason: failure.reason.clone(), permanent: failure.permanent });
        }
        let renewed = self.renew(&mut state).await;
        state.failure = match &renewed {
            Err(Error::Token { reason, permanent }) => {
                Some(Failure { at: Instant::now(), reason: reason.clone(), permanent: *permanent })
            }
            _ => None,
        };
        match renewed {
            Ok(access) => Ok(Lent { token: access.token, fresh: true }),
            Err(error) => match &state.access {
                // Late, but not dead: the endpoint has until then to recover.
                Some(access) if now < access.ends_at && state.unsaved.is_none() => {
                    Ok(Lent { token: access.token.clone(), fresh: false })
                }
                _ => Err(error),
            },
        }
    }

    async fn renew_if_due(&self) -> Result<(), Error> {
        let Ok(mut state) = self.state.try_lock() else { return Ok(()) };
        let now = Instant::now();
        let is_due = state.access.as_ref().is_some_and(|access| now >= access.renew_at);
        if !is_due || state.again_at.is_some_and(|again_at| now < again_at) {
            return Ok(());
        }
        let renewed = self.renew(&mut state).await;
        if let Err(error) = &renewed {
            let pause = match error {
                Error::Token { permanent: true, .. } => REFUSED,
                _ => state.backoff.next(FAILED),
            };
            state.again_at = Some(Instant::now() + pause);
        }
        renewed.map(drop)
    }

    /// The IMAP server refused this token: it is not lent again.
    pub(super) async fn discard(&self, token: &SecretString) {
        let mut state = self.state.lock().await;
        state.access.take_if(|access| access.token.expose_secret() == token.expose_secret());
    }

    async fn renew(&self, state: &mut State) -> Result<Access, Error> {
        let configured = self.oauth.refresh_token.read()?;
        let origin: [u8; 32] = Sha256::digest(configured.expose_secret()).into();
        if let Some((of, token)) = state.unsaved.take_if(|(of, _)| *of == origin) {
            self.keep(state, of, token).await?;
            if let Some(access) = state.access.as_ref().filter(|access| Instant::now() < access.renew_at) {
                return Ok(access.clone());
            }
        }
        let rotated = self.store.rotated_token(&self.account, origin).await.map_err(|error| temporary(&error))?;
        let granted = match rotated {
            None => self.ask(&configured).await?,
            Some(rotated) => match self.ask(&rotated).await {
                // The store may be older than the configuration: an operator who pasted the same token again means it.
                Err(Error::Token { permanent: true, .. }) => self.ask(&configured).await?,
                other => other?,
            },
        };
        let life = granted.life();
        let now = Instant::now();
        let access = Access {
            token: granted.access_token.into(),
            renew_at: now + life.saturating_sub(AHEAD.min(life / 4)),
            ends_at: now + life,
        };
        state.access = Some(access.clone());
        state.again_at = None;
        state.backoff.reset();
        if let Some(rotated) = granted.refresh_token {
            self.keep(state, origin, rotated.into()).await?;
        }
        Ok(access)
    }

    async fn keep(&self, state: &mut State, origin: [u8; 32], token: SecretString) -> Result<(), Error> {
        if let Err(error) = self.store.keep_rotated_token(&self.account, origin, &token).await {
            state.unsaved = Some((origin, token));
            return Err(temporary(&error));
        }
        Ok(())
    }

    async fn ask(&self, refresh_token: &SecretString) -> Result<Granted, Error> {
        let secret = self.oauth.client_secret.as_ref().map(crate::config::Secret::read).transpose()?;
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
            ("client_id", &self.oauth.client_id),
        ];
        if let Some(secret) = &secret {
            form.push(("client_secret", secret.expose_secret()));
        }
        if let Some(scope) = &self.oauth.scope {
            form.push(("scope", scope));
        }
        let host = self.oauth.token_url.host_str().unwrap_or("the token endpoint").to_owned();
        let failed = |what: String| Error::Token { reason: format!("{host}: {what}"), permanent: false };
        let tls = self.trust.config(self.oauth.ca.as_deref(), None).await.map_err(|error| failed(error.to_string()))?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured((*tls).clone())
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| failed(reason(&error)))?;
        let mut response = client
            .post(self.oauth.token_url.clone())
            .form(&form)
            .send()
            .await
            .map_err(|error| failed(reason(&error)))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(reason(&error)))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(failed("its answer is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            // serde's error might quote the answer.
            return serde_json::from_slice(&body).map_err(|_| failed("its answer holds no access token".into()));
        }
        let Ok(denied) = serde_json::from_slice::<Denied>(&body) else {
            return Err(failed(format!("HTTP status {}", status.as_u16())));
        };
        let described = denied.error_description.filter(|text| {
            !text.contains(refresh_token.expose_secret())
                && secret.as_ref().is_none_or(|secret| !text.contains(secret.expose_secret()))
        });
        let said = match described {
            Some(text) => format!("{} ({})", clean(&denied.error), clean(&text)),
            None => clean(&denied.error),
        };
        let permanent = matches!(
            denied.error.as_str(),
            "invalid_grant" | "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope"
        );
        let advice = if denied.error == "invalid_grant" {
            "; the refresh token has expired or was revoked: sign in again and replace refresh_token"
        } else {
            ""
        };
        Err(Error::Token { reason: format!("{host}: {said}{advice}"), permanent })
    }
}

impl Granted {
    /// Some endpoints write the number as a string.
    fn life(&self) -> Duration {
        let seconds = match &self.expires_in {
            Some(serde_json::Value::Number(number)) => number.as_u64(),
            Some(serde_json::Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        seconds.map_or(UNKNOWN_LIFE, |seconds| Duration::from_secs(seconds.min(7 * 24 * 3600)))
    }
}

fn temporary(error: &impl std::fmt::Display) -> Error {
    Error::Token { reason: error.to_string(), permanent: false }
}

/// reqwest's error with its causes, without the URL.
fn reason(error: &reqwest::Error) -> String {
    let mut text =
        if error.is_timeout() { "it did not answer in time".to_owned() } else { "the request failed".to_owned() };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    clean(&text)
}
