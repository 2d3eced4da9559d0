//! The TXT records that one mail needs: asked for together, each question until the deadline, then read from here. So one
//! silent server does not use up the time of the others.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::resolver::{ToFqdn, UnwrapTxtRecord};
use mail_auth::common::verify::DomainKey;
use mail_auth::dmarc::Dmarc;
use mail_auth::hickory_resolver::proto::op::ResponseCode;
use mail_auth::{DnsError, Error, MessageAuthenticator, ResolverCache, Txt};
use tokio::time::{Instant, timeout_at};

/// Answers, by name; those that did not come are errors.
#[derive(Default)]
pub(super) struct Keys(Mutex<HashMap<Box<str>, Txt>>);

impl Keys {
    /// Public keys of signatures.
    pub(super) async fn ask_for_keys(&self, dns: &MessageAuthenticator, names: Vec<String>, until: Instant) {
        join_all(names.into_iter().map(|name| self.ask::<DomainKey>(dns, name, until))).await;
    }

    /// DMARC records.
    pub(super) async fn ask_for_policies(&self, dns: &MessageAuthenticator, names: Vec<String>, until: Instant) {
        join_all(names.into_iter().map(|name| self.ask::<Dmarc>(dns, name, until))).await;
    }

    async fn ask<T>(&self, dns: &MessageAuthenticator, name: String, until: Instant)
    where
        T: TxtRecordParser + Into<Txt> + UnwrapTxtRecord,
    {
        let name = name.to_fqdn().into_owned();
        if self.get::<str>(&name).is_some() {
            return;
        }
        let answer = timeout_at(until, dns.txt_lookup::<T>(name.as_str(), Some(self))).await;
        let failed = match answer {
            // What was answered is kept by now.
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error,
            Err(_elapsed) => Error::Dns(DnsError::Resolver("no answer in time".into())),
        };
        self.keep(name.into_boxed_str(), Txt::Error(failed));
    }

    fn keep(&self, name: Box<str>, answer: Txt) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(answer);
    }
}

/// Whether another attempt may end otherwise: nothing was answered, or a server could not answer (SERVFAIL, REFUSED).
pub(super) fn is_open(error: &Error) -> bool {
    match error {
        Error::Dns(DnsError::Resolver(_)) => true,
        Error::Dns(DnsError::RecordNotFound(code)) => !matches!(*code, ResponseCode::NXDomain | ResponseCode::NoError),
        _ => false,
    }
}

impl ResolverCache<Box<str>, Txt> for Keys {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn remove<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name)
    }

    /// How long an answer is good for is the resolver's business: these live as long as one mail is looked at.
    fn insert(&self, name: Box<str>, answer: Txt, _valid_until: std::time::Instant) {
        self.keep(name, answer);
    }
}
