//! One mail's signatures against the keys in DNS.

use mail_auth::arc::ArcError;
use mail_auth::common::crypto::Algorithm;
use mail_auth::common::headers::Header;
use mail_auth::common::resolver::ToFqdn;
use mail_auth::common::verify::VerifySignature;
use mail_auth::dkim::DkimError;
use mail_auth::dmarc::Alignment;
use mail_auth::{
    ArcOutput, AuthenticatedMessage, DkimResult, Error, MessageAuthenticator, Parameters, ResolverCache, Txt, dkim,
};
use tokio::time::Instant;

use super::dns::Dns;
use super::keys::{Keys, is_open};
use crate::mail::Verification;
use crate::mail::sender::{Arc, Chain, DmarcRecord, Signature, SignatureState, Verified, is_aligned, organisation};

/// Signatures of the From domain beyond these are not looked at.
const MOST_SIGNATURES: usize = 5;
/// ARC chains longer than this are not looked at.
const MOST_SETS: usize = 8;
/// Domains of other signers that are told at most.
const MOST_STRANGERS: usize = 3;

pub(super) async fn verify(raw: &[u8], domain: &str, dns: &Dns, until: Instant) -> Verification {
    let Some(mut message) = AuthenticatedMessage::parse(raw) else {
        return Verification::Impossible("it has no header".into());
    };
    let senders: Vec<&str> = message.from.iter().filter_map(|from| Some(from.rsplit_once('@')?.1)).collect();
    if !matches!(senders.as_slice(), [one] if one.trim_end_matches('.') == domain) {
        return Verification::Impossible("its From can be read in more than one way".into());
    }
    let resolver = match dns.resolver() {
        Ok(resolver) => resolver,
        Err(why) => return Verification::Impossible(why),
    };
    let mut verified = Verified { waited: dns.settings().timeout, ..Verified::default() };
    cut_short(&mut message, domain, &mut verified);
    let keys = Keys::default();
    let names = message.dkim_headers.iter().map(|header| header.header.domain_key()).collect();
    let policies = policy_names(domain);
    tokio::join!(keys.ask_for_keys(&resolver, names, until), keys.ask_for_policies(&resolver, policies.clone(), until),);
    verified.dmarc = policy(&keys, &policies);
    verified.signatures.extend(signatures(&message, &resolver, &keys).await);
    if !verified.signatures.iter().any(|signature| signature.state == SignatureState::Valid) {
        verified.arc = arc(&message, &resolver, &keys, until).await;
    }
    if verified.is_open() && dns.settings().servers.is_empty() {
        dns.forget();
    }
    Verification::Done(verified)
}

/// Leaves the signatures that can vouch for `domain`; notes the others.
fn cut_short(message: &mut AuthenticatedMessage<'_>, domain: &str, verified: &mut Verified) {
    for broken in &message.errors {
        if let Error::Dkim(DkimError::SignatureLength) = broken.header
            && let Ok(signature) = dkim::Signature::parse(broken.value)
            && is_aligned(&signature.d, domain)
            && verified.signatures.len() < MOST_SIGNATURES
        {
            verified.signatures.push(found(&signature, SignatureState::LengthTag));
        }
    }
    message.errors.retain(|broken| matches!(broken.header, Error::Arc(_)));
    let (own, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut message.dkim_headers).into_iter().partition(|header| is_aligned(&header.header.d, domain));
    verified.strangers = others.into_iter().map(|header| header.header.d.to_ascii_lowercase()).collect();
    verified.strangers.dedup();
    verified.strangers.truncate(MOST_STRANGERS);
    message.dkim_headers = own.into_iter().take(MOST_SIGNATURES).map(without_requests).collect();
}

/// Neither reports (RFC 6651) nor third parties (RFC 6541): no look-up beyond the key.
fn without_requests(mut header: Header<'_, dkim::Signature>) -> Header<'_, dkim::Signature> {
    header.header.r = false;
    header.header.atps = None;
    header
}

fn found(signature: &dkim::Signature, state: SignatureState) -> Signature {
    Signature { domain: signature.d.to_ascii_lowercase(), selector: signature.s.clone(), state }
}

async fn signatures(
    message: &AuthenticatedMessage<'_>,
    resolver: &MessageAuthenticator,
    keys: &Keys,
) -> Vec<Signature> {
    let has_subject = message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"Subject"));
    let results = results(message, resolver, keys).await;
    let mut signatures = Vec::with_capacity(results.len());
    for (header, result) in message.dkim_headers.iter().zip(results) {
        let signature = &header.header;
        let covers = |field: &str| signature.h.iter().any(|name| name.eq_ignore_ascii_case(field));
        let state = match &result {
            _ if signature.a == Algorithm::RsaSha1 => SignatureState::Sha1,
            _ if !covers("From") => SignatureState::FieldUnsigned("From"),
            DkimResult::Pass if has_subject && !covers("Subject") => SignatureState::FieldUnsigned("subject"),
            DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch)) => {
                let headers_hold = headers_hold(message, header, resolver, keys).await;
                SignatureState::BodyChanged { headers_hold }
            }
            other => state(other),
        };
        signatures.push(found(signature, state));
    }
    signatures
}

/// In the order of the signatures.
async fn results(message: &AuthenticatedMessage<'_>, resolver: &MessageAuthenticator, keys: &Keys) -> Vec<DkimResult> {
    let outputs = resolver.verify_dkim(Parameters::new(message).with_txt_cache(keys)).await;
    outputs.iter().map(|output| output.result().clone()).collect()
}

/// Whether a signature whose body hash differs is valid but for that: its header is then what the domain signed.
async fn headers_hold(
    message: &AuthenticatedMessage<'_>,
    header: &Header<'_, dkim::Signature>,
    resolver: &MessageAuthenticator,
    keys: &Keys,
) -> bool {
    let mut as_signed = message.clone();
    for (canonicalization, _, length, hash) in &mut as_signed.body_hashes {
        if *canonicalization == header.header.cb && *length == header.header.l {
            hash.clone_from(&header.header.bh);
        }
    }
    as_signed.dkim_headers = vec![header.clone()];
    results(&as_signed, resolver, keys).await == [DkimResult::Pass]
}

fn state(result: &DkimResult) -> SignatureState {
    match result {
        DkimResult::Pass => SignatureState::Valid,
        DkimResult::Neutral(Error::Dkim(DkimError::SignatureExpired)) => SignatureState::Expired,
        DkimResult::TempError(error)
        | DkimResult::PermError(error)
        | DkimResult::Fail(error)
        | DkimResult::Neutral(error) => match error {
            error if is_open(error) => SignatureState::NoAnswer,
            Error::Dkim(DkimError::RevokedPublicKey) => SignatureState::KeyRevoked,
            Error::Dns(_) => SignatureState::KeyMissing,
            Error::Crypto(_) => SignatureState::HeaderChanged,
            _ => SignatureState::Malformed,
        },
        DkimResult::None => SignatureState::Malformed,
    }
}

/// Where the policy of a domain stands: at its own name, else at its organisation's (RFC 7489 section 6.6.3).
fn policy_names(domain: &str) -> Vec<String> {
    let mut names = vec![format!("_dmarc.{domain}.").to_fqdn().into_owned()];
    names.extend(
        organisation(domain)
            .filter(|organisation| *organisation != domain)
            .map(|organisation| format!("_dmarc.{organisation}.").to_fqdn().into_owned()),
    );
    names
}

fn policy(keys: &Keys, names: &[String]) -> DmarcRecord {
    for name in names {
        match keys.get::<str>(name) {
            Some(Txt::Dmarc(record)) => return DmarcRecord::Found { strict: record.adkim == Alignment::Strict },
            Some(Txt::Error(error)) if is_open(&error) => return DmarcRecord::NoAnswer,
            _ => {}
        }
    }
    DmarcRecord::Absent
}

async fn arc(message: &AuthenticatedMessage<'_>, resolver: &MessageAuthenticator, keys: &Keys, until: Instant) -> Arc {
    let sets = message.as_headers.len().max(message.ams_headers.len());
    if sets > MOST_SETS {
        return Arc::Broken(format!("it is longer than {MOST_SETS}"));
    }
    let last = message.ams_headers.iter().max_by_key(|header| header.header.i);
    if let Some(last) = last {
        let covers = |field: &str| last.header.h.iter().any(|name| name.eq_ignore_ascii_case(field));
        if !covers("From") || !covers("Subject") {
            return Arc::Broken("its last signature leaves out From or Subject".into());
        }
    }
    let seals = message.as_headers.iter().map(|header| header.header.domain_key());
    let names = seals.chain(last.map(|header| header.header.domain_key())).collect();
    keys.ask_for_keys(resolver, names, until).await;
    let output = resolver.verify_arc(Parameters::new(message).with_txt_cache(keys)).await;
    match output.result() {
        DkimResult::None => Arc::Absent,
        DkimResult::Pass => chain(&output).map_or_else(|| Arc::Broken("it has no first set".into()), Arc::Intact),
        DkimResult::TempError(_) => Arc::NoAnswer,
        DkimResult::Fail(error) | DkimResult::PermError(error) | DkimResult::Neutral(error) => match error {
            error if is_open(error) => Arc::NoAnswer,
            Error::Arc(ArcError::FailedBodyHashMatch) => {
                Arc::Broken("the text was changed after the last forwarder sealed it".into())
            }
            Error::Arc(ArcError::SignatureExpired) => Arc::Broken("its last signature has expired".into()),
            Error::Arc(_) => Arc::Broken("its sets do not fit together".into()),
            Error::Dns(_) | Error::Dkim(_) => Arc::Broken("DNS lacks a sealer's key".into()),
            _ => Arc::Broken("a seal or signature is not valid".into()),
        },
    }
}

fn chain(output: &ArcOutput<'_>) -> Option<Chain> {
    let first = output.sets().first()?;
    Some(Chain {
        sealers: output.sets().iter().map(|set| set.seal.header.d.to_ascii_lowercase()).collect(),
        first_results: String::from_utf8_lossy(first.results.value).into_owned(),
    })
}
