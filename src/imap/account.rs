//! What all sessions of an account share: the way in, its limits, and the memory of refused credentials.
//!
//! Servers lock accounts that try a wrong password too often, and slow down everybody else's logins. So credentials that
//! did not work just now are tried by one session at a time; once refused they are tried again after 1, 5, 15 minutes and
//! then hourly, or as soon as the secret changes or the configuration is loaded again. And however good they are, logins
//! come from a budget.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::auth::{self, Credentials};
use super::connect;
use super::error::Error;
use super::oauth::{self, Tokens};
use super::session::{GRACE, Session};
use super::tls::Trust;
use crate::config::{self, Auth};
use crate::pulse::Pulse;
use crate::store::Store;

/// The waits after the first, second, … refusal.
const PATIENCE: [Duration; 4] =
    [Duration::from_secs(60), Duration::from_secs(5 * 60), Duration::from_secs(15 * 60), Duration::from_secs(60 * 60)];
/// How often a waiting session looks whether the secret has changed.
const SECRET_CHECK: Duration = Duration::from_secs(15);
/// How long a login that went well lets others go side by side: sessions that were cut off together come back together,
/// but the first alone finds out whether the password was the reason.
const PROVEN_FOR: Duration = Duration::from_secs(5);
/// One login more is allowed each such span, once the budget is used up.
const LOGIN_EVERY: Duration = Duration::from_secs(6);

/// An account in use.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) config: config::Account,
    trust: Trust,
    tokens: Option<Arc<Tokens>>,
    gate: Mutex<Gate>,
    /// Held during a login with credentials that did not work just now.
    trial: tokio::sync::Mutex<()>,
    pardoned: Notify,
    hasher: RandomState,
    /// Whether its server takes a command along with DONE, until one was lost.
    pipelines: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Gate {
    /// When the credentials last worked.
    proven: Option<Instant>,
    refusal: Option<Refusal>,
    refusals: usize,
    /// When the login budget would be full again (a leaky bucket, as a point in time).
    full_at: Instant,
}

#[derive(Clone, Debug)]
struct Refusal {
    until: Instant,
    /// Of the secret that was refused.
    secret: u64,
    reason: String,
}

/// Why there is no session, and when to try again if that is not the caller's decision.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) retry_in: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, retry_in: None }
    }
}

impl Account {
    pub(super) fn new(config: config::Account, trust: Trust, store: Store, tracker: TaskTracker) -> Arc<Self> {
        let tokens = match &config.auth {
            Auth::Password(_) => None,
            Auth::OAuth2(oauth) => {
                let name = format!("{}@{}", config.username, config.host);
                Some(Tokens::new(name, oauth.clone(), trust.clone(), store, tracker))
            }
        };
        let gate = Gate { proven: None, refusal: None, refusals: 0, full_at: Instant::now() };
        Arc::new(Self {
            config,
            trust,
            tokens,
            gate: Mutex::new(gate),
            trial: tokio::sync::Mutex::default(),
            pardoned: Notify::new(),
            hasher: RandomState::new(),
            pipelines: Arc::new(AtomicBool::new(true)),
        })
    }

    /// A session that is logged in. `literal`: the largest literal it accepts.
    pub(super) async fn open(&self, literal: u64, pulse: &Arc<Pulse>) -> Result<Session, Failure> {
        self.check_refusal()?;
        let wait = self.take_login();
        pulse.beat(wait + connect::longest(&self.config) + GRACE);
        sleep(wait).await;
        let connected = connect::connect(&self.config, &self.trust, literal).await;
        let mut session = connected.inspect_err(|_| self.give_login_back())?;
        session.set_pulse(Arc::clone(pulse));
        session.pipelines = Arc::clone(&self.pipelines);
        let proven = self.gate().proven.is_some_and(|at| at.elapsed() < PROVEN_FOR);
        let trial = if proven { None } else { Some(self.turn(pulse).await) };
        self.check_refusal()?;
        let secret = self.secret_hash();
        pulse.beat(oauth::LONGEST_RENEWAL + GRACE);
        let (credentials, fresh) = self.credentials().await.map_err(|error| match error {
            Error::Token { permanent: true, .. } => self.refused(error, secret),
            other => other.into(),
        })?;
        match auth::log_in(&mut session, &self.config.username, &credentials).await {
            Ok(()) => {
                let mut gate = self.gate();
                gate.proven = Some(Instant::now());
                gate.refusal = None;
                gate.refusals = 0;
                drop((gate, trial));
                Ok(session)
            }
            Err(error @ Error::Rejected(_)) => {
                if let (Some(tokens), Credentials::AccessToken(token)) = (&self.tokens, &credentials) {
                    tokens.discard(token).await;
                    if !fresh {
                        // It may have been revoked ahead of its end: a new one decides.
                        return Err(Failure { error, retry_in: Some(Duration::from_secs(1)) });
                    }
                }
                Err(self.refused(error, secret))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits before the next attempt. Ends early when the configuration was loaded again, or when the secret that was
    /// refused has changed.
    pub(super) async fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        loop {
            let pardoned = self.pardoned.notified();
            let refused = self.gate().refusal.as_ref().map(|refusal| refusal.secret);
            if refused.is_some_and(|secret| self.secret_hash() != secret) {
                self.pardon();
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            let nap = if refused.is_some() { left.min(SECRET_CHECK) } else { left };
            if nap.is_zero() {
                return;
            }
            tokio::select! {
                () = sleep(nap) => {}
                () = pardoned => return,
            }
        }
    }

    /// Forgets refusals: the configuration was loaded again, or the secret has changed.
    pub(super) fn pardon(&self) {
        let mut gate = self.gate();
        gate.refusal = None;
        gate.refusals = 0;
        drop(gate);
        self.pardoned.notify_waiters();
    }

    pub(super) fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// Renews the access token if its end is near; accounts with passwords have nothing to do.
    pub(super) async fn renew_ahead(&self) -> Result<(), Error> {
        match &self.tokens {
            Some(tokens) => tokens.renew_ahead().await,
            None => Ok(()),
        }
    }

    /// Waits for the logins of others that are on trial.
    async fn turn(&self, pulse: &Pulse) -> tokio::sync::MutexGuard<'_, ()> {
        loop {
            pulse.beat(SECRET_CHECK + GRACE);
            if let Ok(turn) = timeout(SECRET_CHECK, self.trial.lock()).await {
                return turn;
            }
        }
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_refusal(&self) -> Result<(), Failure> {
        let gate = self.gate();
        match &gate.refusal {
            Some(refusal) if Instant::now() < refusal.until => Err(Failure {
                error: Error::Rejected(refusal.reason.clone()),
                retry_in: Some(refusal.until.saturating_duration_since(Instant::now())),
            }),
            _ => Ok(()),
        }
    }

    fn refused(&self, error: Error, secret: u64) -> Failure {
        // Another session was refused at the same time: that is one refusal.
        if let Err(failure) = self.check_refusal() {
            return failure;
        }
        let mut gate = self.gate();
        let [.., longest] = PATIENCE;
        let wait = PATIENCE.get(gate.refusals).copied().unwrap_or(longest);
        let reason = match &error {
            Error::Rejected(said) => said.clone(),
            other => other.to_string(),
        };
        gate.proven = None;
        gate.refusals += 1;
        gate.refusal = Some(Refusal { until: Instant::now() + wait, secret, reason });
        Failure { error, retry_in: Some(wait) }
    }

    /// Takes one login from the budget; the wait until it may be used.
    fn take_login(&self) -> Duration {
        let burst = LOGIN_EVERY * u32::try_from(self.config.max_connections * 2 + 4).unwrap_or(u32::MAX);
        let mut gate = self.gate();
        let now = Instant::now();
        gate.full_at = gate.full_at.max(now) + LOGIN_EVERY;
        gate.full_at.saturating_duration_since(now).saturating_sub(burst)
    }

    /// A login that was taken and not made: a server that is away uses up no budget.
    fn give_login_back(&self) {
        let mut gate = self.gate();
        gate.full_at = gate.full_at.checked_sub(LOGIN_EVERY).unwrap_or(gate.full_at);
    }

    /// The password, or an access token and whether it is a new one.
    pub(super) async fn credentials(&self) -> Result<(Credentials, bool), Error> {
        match (&self.config.auth, &self.tokens) {
            (Auth::Password(secret), _) => Ok((Credentials::Password(secret.read()?), true)),
            (Auth::OAuth2(_), Some(tokens)) => {
                let lent = tokens.access().await?;
                Ok((Credentials::AccessToken(lent.token), lent.fresh))
            }
            (Auth::OAuth2(_), None) => Err(Error::Login("the account has no tokens".into())),
        }
    }

    /// Of what the operator may change to repair a refusal; equal for equal secrets within this process.
    fn secret_hash(&self) -> u64 {
        let read = |secret: &config::Secret| secret.read().map(|value| value.expose_secret().to_owned()).ok();
        match &self.config.auth {
            Auth::Password(secret) => self.hasher.hash_one(read(secret)),
            Auth::OAuth2(oauth) => {
                self.hasher.hash_one((read(&oauth.refresh_token), oauth.client_secret.as_ref().and_then(read)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
