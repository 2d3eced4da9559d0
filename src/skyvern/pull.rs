//! Skyvern asks: what arrives at a `totp_url`, whether Skyvern signed it, and how it is answered. Pure.
//!
//! The request is `POST` with `{"task_id": …, "workflow_run_id": …, "workflow_permanent_id": …}`, each id optional; the
//! header `x-skyvern-signature` is the lower-case hexadecimal HMAC-SHA256 of the raw body under the organisation's API
//! key. `x-skyvern-timestamp` is not signed and not looked at. The answer is a JSON object whose `verification_code` is
//! always a string: empty means "not yet", a number would end Skyvern's polling.

use std::fmt;

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::extract::Run;

/// Where the signature stands.
pub const SIGNATURE: &str = "x-skyvern-signature";

/// Longer than any id of Skyvern's (`tsk_` and 18 digits), short enough to be kept.
const LONGEST_ID: usize = 128;

/// API keys, any of which may have signed.
#[derive(Clone, Default)]
pub struct Keys(Vec<Hmac<Sha256>>);

/// Why a request is not taken for Skyvern's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the request has no x-skyvern-signature")]
    Missing,
    #[error("x-skyvern-signature is not 64 lower-case hexadecimal digits")]
    Malformed,
    #[error("x-skyvern-signature is not of this body under any configured API key")]
    Wrong,
}

/// Why a signed body is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("the body is not a JSON object whose ids are strings")]
    Malformed,
    #[error("an id has more than {LONGEST_ID} bytes")]
    LongId,
    #[error("an id holds a control character")]
    ControlInId,
}

/// The documented answer. Borrowed, so that no second copy of a code is left behind.
#[derive(Serialize)]
pub struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<&'a str>,
    pub verification_code: &'a str,
}

impl Keys {
    pub fn new<'k>(keys: impl IntoIterator<Item = &'k SecretString>) -> Self {
        // HMAC takes keys of any length (RFC 2104 section 3).
        Self(keys.into_iter().filter_map(|key| Hmac::new_from_slice(key.expose_secret().as_bytes()).ok()).collect())
    }

    /// No signature is valid without a key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the signature is of these raw bytes. Takes the same time whichever key fits, if any, and wherever the
    /// signature differs.
    pub fn verify(&self, body: &[u8], signature: Signature) -> Result<(), SignatureError> {
        let mut fits = Choice::from(0);
        for key in &self.0 {
            let expected = key.clone().chain_update(body).finalize().into_bytes();
            fits |= expected.as_slice().ct_eq(&signature.0);
        }
        if bool::from(fits) { Ok(()) } else { Err(SignatureError::Wrong) }
    }
}

/// A well-formed signature; known before the body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Reads the value of the header [`SIGNATURE`].
    pub fn parse(header: Option<&[u8]>) -> Result<Self, SignatureError> {
        let digits = header.ok_or(SignatureError::Missing)?;
        if !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(SignatureError::Malformed);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError::Malformed)?;
        Ok(Self(bytes))
    }
}

impl SignatureError {
    /// A bounded word for metrics and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Wrong => "wrong",
        }
    }
}

/// Reads a request's body. No body, `{}`, `null` ids, empty ids and unknown fields are all fine.
pub fn parse(body: &[u8]) -> Result<Run, RequestError> {
    #[derive(Default, Deserialize)]
    struct Body {
        task_id: Option<String>,
        workflow_run_id: Option<String>,
    }
    let body: Body = match body {
        [] => Body::default(),
        body if body.trim_ascii_start().starts_with(b"{") => {
            serde_json::from_slice(body).map_err(|_| RequestError::Malformed)?
        }
        _ => return Err(RequestError::Malformed),
    };
    let id = |id: Option<String>| match id.filter(|id| !id.is_empty()) {
        Some(id) if id.len() > LONGEST_ID => Err(RequestError::LongId),
        Some(id) if id.contains(char::is_control) => Err(RequestError::ControlInId),
        id => Ok(id),
    };
    Ok(Run { task_id: id(body.task_id)?, workflow_run_id: id(body.workflow_run_id)? })
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} characters)", self.verification_code.chars().count())
    }
}

/// Signs as Skyvern does, for tests and the stand-in.
pub fn sign(body: &[u8], key: &SecretString) -> String {
    let mac = Keys::new([key]).0.pop();
    mac.map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the header's value to the verdict.
    fn verify(keys: &Keys, body: &[u8], header: &[u8]) -> Result<(), SignatureError> {
        Signature::parse(Some(header)).and_then(|signature| keys.verify(body, signature))
    }

    const BODY: &[u8] = br#"{"task_id":"tsk_1","workflow_run_id":"wr_2","workflow_permanent_id":"wpid_3"}"#;

    fn key(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn run(task_id: &str, workflow_run_id: &str) -> Run {
        let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        Run { task_id: id(task_id), workflow_run_id: id(workflow_run_id) }
    }

    #[test]
    fn the_signature_is_hmac_sha256_as_rfc_4231_has_it() {
        // RFC 4231 section 4.3, test case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign(b"what do ya want for nothing?", &key("Jefe")), expected);
        let keys = Keys::new([&key("Jefe")]);
        assert_eq!(verify(&keys, b"what do ya want for nothing?", expected.as_bytes()), Ok(()));
    }

    #[test]
    fn any_of_several_keys_may_have_signed() {
        let (old, new, other) = (key("old-key"), key("new-key"), key("other-key"));
        let keys = Keys::new([&old, &new]);
        for signer in [&old, &new] {
            assert_eq!(verify(&keys, BODY, sign(BODY, signer).as_bytes()), Ok(()));
        }
        assert_eq!(verify(&keys, BODY, sign(BODY, &other).as_bytes()), Err(SignatureError::Wrong));
    }

    #[test]
    fn without_a_key_nothing_is_valid() {
        let signature = sign(BODY, &key(""));
        assert!(Keys::default().is_empty());
        assert_eq!(verify(&Keys::default(), BODY, signature.as_bytes()), Err(SignatureError::Wrong));
    }

    #[test]
    fn one_changed_byte_or_digit_makes_it_wrong() {
        let keys = Keys::new([&key("k")]);
        let signature = sign(BODY, &key("k"));
        let mut body = BODY.to_vec();
        for at in 0..body.len() {
            body[at] ^= 1;
            assert_eq!(verify(&keys, &body, signature.as_bytes()), Err(SignatureError::Wrong));
            body[at] ^= 1;
        }
        for at in 0..signature.len() {
            let mut digits = signature.clone().into_bytes();
            digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(verify(&keys, BODY, &digits), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn what_is_no_signature_is_told_apart() {
        let keys = Keys::new([&key("k")]);
        let good = sign(BODY, &key("k"));
        assert_eq!(Signature::parse(None), Err(SignatureError::Missing));
        let bad: [Vec<u8>; 9] = [
            b"".into(),
            b"sha256".into(),
            good.to_uppercase().into(),
            format!(" {good}").into(),
            format!("{good}\n").into(),
            format!("sha256={good}").into(),
            good.as_bytes()[..63].into(),
            format!("{good}0").into(),
            vec![0xff; 64],
        ];
        for bad in bad {
            assert_eq!(verify(&keys, BODY, &bad), Err(SignatureError::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn every_documented_body_is_a_request() {
        let table: [(&[u8], Run); 9] = [
            (BODY, run("tsk_1", "wr_2")),
            (br#"{"task_id":"tsk_1"}"#, run("tsk_1", "")),
            (br#"{"workflow_run_id":"wr_2"}"#, run("", "wr_2")),
            (br#"{"workflow_permanent_id":"wpid_3"}"#, run("", "")),
            (br#"{"task_id":null,"workflow_run_id":""}"#, run("", "")),
            (br#"{"something":{"new":[1,2]},"task_id":"tsk_1"}"#, run("tsk_1", "")),
            ("{\"task_id\":\"tsk_ü\"}".as_bytes(), run("tsk_ü", "")),
            (b" {} ", run("", "")),
            (b"", run("", "")),
        ];
        for (body, expected) in table {
            assert_eq!(parse(body), Ok(expected), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn what_skyvern_never_sends_is_refused() {
        let bodies: [&[u8]; 8] =
            [b"null", b"[]", b"\"tsk_1\"", b"{", b"{\"task_id\":7}", b"{\"task_id\":[]}", b"\xff\xfe", b"{}{}"];
        for body in bodies {
            assert_eq!(parse(body), Err(RequestError::Malformed), "{}", String::from_utf8_lossy(body));
        }
        let long = format!("{{\"task_id\":\"{}\"}}", "x".repeat(LONGEST_ID + 1));
        assert_eq!(parse(long.as_bytes()), Err(RequestError::LongId));
        assert_eq!(parse(br#"{"task_id":"tsk\u001b[2J"}"#), Err(RequestError::ControlInId));
        let nested = format!("{{\"a\":{}}}", "[".repeat(4000));
        assert_eq!(parse(nested.as_bytes()), Err(RequestError::Malformed));
    }

    #[test]
    fn the_answer_is_a_string_and_names_the_task_only_where_one_was_sent() {
        let text = |answer: &Answer<'_>| serde_json::to_string(answer).unwrap();
        let answer = Answer { task_id: Some("tsk_1"), verification_code: "482913" };
        assert_eq!(text(&answer), r#"{"task_id":"tsk_1","verification_code":"482913"}"#);
        assert_eq!(text(&Answer { task_id: None, verification_code: "" }), r#"{"verification_code":""}"#);
        assert_eq!(format!("{answer:?}"), "Answer(6 characters)");
    }
}
