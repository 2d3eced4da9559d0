//! The resolver: the operator's servers or the system's, opened when it is first needed.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use mail_auth::MessageAuthenticator;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::system_conf::read_system_conf;

use crate::config;

/// Answers are kept no longer than this, whatever their TTL: a key that was revoked is to be known soon.
const LONGEST_KEPT: Duration = Duration::from_secs(3600);
/// That there is no key is kept no longer than this: a new one may just have been published.
const LONGEST_ABSENCE: Duration = Duration::from_secs(60);
/// Answers kept at once.
const MOST_KEPT: u64 = 1024;
/// A question is put so often within the deadline.
const ATTEMPTS: u32 = 3;

#[derive(Clone, Debug)]
pub(super) struct Dns {
    inner: Arc<Inner>,
}

struct Inner {
    settings: ArcSwap<config::Dns>,
    resolver: ArcSwapOption<MessageAuthenticator>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Dns {
    pub(super) fn new(settings: config::Dns) -> Self {
        let (settings, resolver) = (ArcSwap::from_pointee(settings), ArcSwapOption::empty());
        Self { inner: Arc::new(Inner { settings, resolver }) }
    }

    pub(super) fn settings(&self) -> Arc<config::Dns> {
        self.inner.settings.load_full()
    }

    pub(super) fn reload(&self, settings: config::Dns) {
        if *self.settings() != settings {
            self.inner.settings.store(Arc::new(settings));
            self.forget();
        }
    }

    /// The next look-up reads the system's settings again: they may be why nothing was answered.
    pub(super) fn forget(&self) {
        self.inner.resolver.store(None);
    }

    /// The resolver, opened on the first call. The error is for a person.
    pub(super) fn resolver(&self) -> Result<Arc<MessageAuthenticator>, String> {
        if let Some(resolver) = self.inner.resolver.load_full() {
            return Ok(resolver);
        }
        let opened = open(&self.settings()).map(Arc::new)?;
        self.inner.resolver.store(Some(Arc::clone(&opened)));
        Ok(opened)
    }
}

fn open(settings: &config::Dns) -> Result<MessageAuthenticator, String> {
    let (config, mut options) = if settings.servers.is_empty() {
        read_system_conf().map_err(|error| format!("failed to read the system's DNS settings: {error}"))?
    } else {
        let servers = settings.servers.iter().map(|server| {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = server.port();
                connection
            });
            NameServerConfig::new(server.ip(), true, connections.to_vec())
        });
        (ResolverConfig::from_parts(None, Vec::new(), servers.collect()), ResolverOpts::default())
    };
    // Names are asked for as they are: no search list, no hosts file.
    let config = ResolverConfig::from_parts(None, Vec::new(), config.name_servers().to_vec());
    options.timeout = settings.timeout / ATTEMPTS;
    options.attempts = ATTEMPTS as usize;
    options.cache_size = MOST_KEPT;
    options.positive_max_ttl = Some(LONGEST_KEPT);
    options.negative_max_ttl = Some(LONGEST_ABSENCE);
    options.edns0 = true;
    MessageAuthenticator::new(config, options).map_err(|error| format!("failed to set up DNS: {error}"))
}
