//! `POST /totp/{identifier}?kind=code|link&wait=20s`: a run of Skyvern's asks for its code.
//!
//! In this order: is there a well-formed signature (else nothing is read), is the body short and here in time, did one of
//! the identifier's keys sign it, and only then what is asked. The answer to a signed request is 200 with a string, empty
//! for "not yet"; anything else is for mistakes in the `totp_url`, which Skyvern shows with the run.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use tokio::time::{Instant, timeout};

use super::keyring::Served;
use super::listen::Peer;
use super::patience::Phase;
use super::route::{client, json, problem};
use super::{Limits, Shared};
use crate::config::parse_duration;
use crate::events::Event;
use crate::extract::{Identifier, Run, Value};
use crate::skyvern::pull::{self, Answer, Signature, SignatureError};
use crate::store::{Bound, Kind, StoreError};

/// Well under the 30 s after which Skyvern gives up, and asks twice more.
const LONGEST_WAIT: Duration = Duration::from_secs(25);
/// Polled mailboxes look this often while a request is held for their mail.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What a run asks.
#[derive(Debug)]
struct Question {
    identifier: Identifier,
    kind: Option<Kind>,
    wait: Duration,
    run: Run,
}

/// What it is given.
struct Given {
    value: Value,
    /// For the log.
    kind: &'static str,
    is_first: bool,
    since_arrival: Option<Duration>,
}

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(peer): Extension<Peer>,
    Extension(phase): Extension<Phase>,
    request: Request,
) -> Response {
    let keyring = shared.keyring.load_full();
    if keyring.is_empty() {
        return problem(StatusCode::NOT_FOUND, "there is no such page");
    }
    let (parts, body) = request.into_parts();
    let signature = match signature(&parts.headers) {
        Ok(signature) => signature,
        Err(error) => return refuse(&shared, peer, &parts.headers, error),
    };
    let body = match read(&parts.headers, body, &shared.limits).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let identifier = identifier(&parts.uri);
    if let Err(error) = keyring.verify(identifier.as_ref().ok(), &body, signature) {
        return refuse(&shared, peer, &parts.headers, error);
    }
    phase.busy();
    let question = identifier.and_then(|identifier| Question::read(identifier, &parts.uri, &body));
    let question = match question {
        Ok(question) => question,
        Err(why) => return problem(StatusCode::BAD_REQUEST, &why),
    };
    let began = Instant::now();
    let given = match keyring.authenticator(&question.identifier) {
        Some(served) if question.kind != Some(Kind::Link) => show(&shared, &question, served).await,
        _ => claim(&shared, &question).await,
    };
    match given {
        Ok(given) => say(&shared, &question, given, began.elapsed()),
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

/// The value of exactly one signature header.
fn signature(headers: &HeaderMap) -> Result<Signature, SignatureError> {
    let mut values = headers.get_all(pull::SIGNATURE).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(SignatureError::Malformed);
    }
    Signature::parse(first.map(HeaderValue::as_bytes))
}

fn refuse(shared: &Shared, peer: Peer, headers: &HeaderMap, error: SignatureError) -> Response {
    let client = client(peer, headers);
    let refusal = shared.suspects.refuse(client);
    let from = client.map_or_else(|| "this machine".to_owned(), |address| address.to_string());
    shared.ground.events.emit(Event::PullRefused { reason: error.word(), from: &from, told: refusal.told });
    let Some(wait) = refusal.retry_after else {
        return problem(StatusCode::UNAUTHORIZED, &error.to_string());
    };
    let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "too many requests without a valid signature");
    // The connection is kept: a client that goes on would connect anew for each request, which costs us more.
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}

async fn read(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, Response> {
    let too_large = || {
        let mut response = problem(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    };
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes) {
        return Err(too_large());
    }
    match timeout(limits.body, to_bytes(body, limits.body_bytes)).await {
        Ok(Ok(body)) => Ok(body),
        // Too long, or broken off: then nobody hears this.
        Ok(Err(_)) => Err(too_large()),
        Err(_) => {
            let mut response = problem(StatusCode::REQUEST_TIMEOUT, "the body takes too long");
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            Err(response)
        }
    }
}

/// The last part of the path, decoded once (RFC 3986 section 2.1): whatever it holds is a name and never a path.
fn identifier(uri: &Uri) -> Result<Identifier, String> {
    let written = uri.path().strip_prefix("/totp/").unwrap_or_default();
    let text = percent_decode_str(written).decode_utf8().map_err(|_| "the identifier in the URL is not UTF-8")?;
    Identifier::new(&text).map_err(|error| format!("the identifier in the URL can't be used: {error}"))
}

impl Question {
    fn read(identifier: Identifier, uri: &Uri, body: &[u8]) -> Result<Self, String> {
        let mut question = Self { identifier, kind: None, wait: Duration::ZERO, run: Run::default() };
        for (key, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "kind" => {
                    question.kind = match value.as_ref() {
                        "code" => Some(Kind::Code),
                        "link" => Some(Kind::Link),
                        _ => return Err("`kind` in the URL is neither `code` nor `link`".to_owned()),
                    }
                }
                "wait" => {
                    let wait = parse_duration(&value).map_err(|error| format!("`wait` in the URL {error}"))?;
                    question.wait = wait.min(LONGEST_WAIT);
                }
                // A totp_url may carry more than is ours.
                _ => {}
            }
        }
        question.run = pull::parse(body).map_err(|error| error.to_string())?;
        Ok(question)
    }
}

/// A value from a mail. Meanwhile its mailboxes look for that mail.
async fn claim(shared: &Shared, question: &Question) -> Result<Option<Given>, StoreError> {
    let Question { identifier, kind, wait, run } = question;
    let looking = async {
        loop {
            shared.ground.look_now.at(identifier);
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    let given = tokio::select! {
        given = shared.desk.ask(identifier, *kind, run, *wait) => given?,
        () = looking => None,
    };
    Ok(given.map(|given| Given {
        kind: given.value.kind(),
        value: given.value,
        is_first: given.is_first,
        since_arrival: Some(Duration::try_from(Timestamp::now().duration_since(given.arrived_at)).unwrap_or_default()),
    }))
}

/// An authenticator's code. Where another run has that of this period, the next one is waited for.
async fn show(shared: &Shared, question: &Question, served: &Served) -> Result<Option<Given>, StoreError> {
    let deadline = Instant::now() + question.wait;
    let mut held = None;
    loop {
        let now = Timestamp::now();
        let shown = served.authenticator.at(now, served.min_remaining);
        let bound = if served.share || !question.run.is_named() {
            Bound::Already
        } else {
            shared.ground.store.claim_step(&question.identifier, shown.step, &question.run).await?
        };
        if bound != Bound::ToAnother {
            let value = Value::Code(shown.code);
            let is_first = bound == Bound::Now;
            return Ok(Some(Given { value, kind: "authenticator", is_first, since_arrival: None }));
        }
        let left = Duration::try_from(shown.until.duration_since(now)).unwrap_or_default();
        // From then on the next one is shown.
        let next = Instant::now() + left.saturating_sub(served.min_remaining) + Duration::from_millis(1);
        held = held.or_else(|| shared.desk.hold());
        if next > deadline || held.is_none() {
            // What is left of the wait would not help: say so at once.
            return Ok(None);
        }
        shared.desk.sleep_until(next).await;
        if shared.desk.is_ending() {
            return Ok(None);
        }
    }
}

fn say(shared: &Shared, question: &Question, given: Option<Given>, held: Duration) -> Response {
    let Question { identifier, run, .. } = question;
    let identifier = identifier.as_str();
    let named = named(run);
    let event = match &given {
        Some(Given { kind, is_first, since_arrival, .. }) => {
            Event::Pulled { identifier, kind, run: &named, is_first: *is_first, since_arrival: *since_arrival, held }
        }
        None => Event::PullUnanswered { identifier, run: &named, held },
    };
    shared.ground.events.emit(event);
    let verification_code = given.as_ref().map_or("", |given| given.value.expose());
    json(StatusCode::OK, &Answer { task_id: run.task_id.as_deref(), verification_code })
}

/// The run for a person.
fn named(run: &Run) -> String {
    let ids: Vec<&str> = [&run.task_id, &run.workflow_run_id].into_iter().flatten().map(String::as_str).collect();
    if ids.is_empty() { "unnamed".to_owned() } else { ids.join(" of ") }
}
