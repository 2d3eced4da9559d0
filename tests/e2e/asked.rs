//! Skyvern asks: from a mail in a real Dovecot to the answer at a `totp_url`, with everything between that can go wrong.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::dovecot::{Dovecot, USER};
use crate::support::place::place;
use crate::support::relay::{Relay, inbox};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake};
use crate::support::wait::LIMIT;
use crate::wire::{self, Answer, Request, code_of, signed_by};
use crate::{address, codes_of, deliver, servers};

const PULL: &str = "deliver = \"pull\"";
const ALICE: &str = "[[authenticator]]\ntotp_identifier = \"alice\"\nsecret = \"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"\n\
                     period = \"300s\"\n";

fn listen(at: SocketAddr) -> String {
    format!("[listen]\naddress = \"{at}\"\n")
}

async fn post(at: SocketAddr, path: &str, task: &str, key: &str) -> Answer {
    wire::send(at, &signed_by(&format!("/totp/{path}"), &format!("{{\"task_id\":\"{task}\"}}"), key)).await
}

/// What a run is given; it waits as long as it may.
async fn ask(at: SocketAddr, identifier: &str, task: &str) -> String {
    code_of(&post(at, &format!("{identifier}?wait=25s"), task, API_KEY).await)
}

/// What a run is given at once.
async fn ask_now(at: SocketAddr, identifier: &str, task: &str) -> String {
    code_of(&post(at, identifier, task, API_KEY).await)
}

async fn get(at: SocketAddr, path: &str) -> Answer {
    wire::send(at, &Request::new("GET", path)).await
}

/// Asks for `path` until its answer is as `wanted`; gives the answer.
async fn until(at: SocketAddr, path: &str, what: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let start = Instant::now();
    loop {
        let answer = get(at, path).await;
        if wanted(&answer) {
            return answer;
        }
        assert!(start.elapsed() < LIMIT, "waited in vain for {what}: {} {}", answer.status, answer.text());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn until_held(at: SocketAddr, count: usize) {
    let line = format!("otp_relay_pull_held {count}\n");
    until(at, "/metrics", &line, |page| page.text().contains(&line)).await;
}

/// A relay that watches and can be asked.
async fn relay(skyvern: &SkyvernFake, dovecot: &Dovecot, inbox_keys: &str, more: &str) -> (Relay, SocketAddr) {
    let at = place();
    let relay = Relay::watching(skyvern, &(listen(at) + more + &inbox(dovecot, inbox_keys))).await;
    (relay, at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_is_given_the_code_of_the_mail_that_arrives_and_nothing_is_pushed() {
    let (dovecot, skyvern) = servers().await;
    let (relay, at) = relay(&skyvern, &dovecot, PULL, "").await;
    let who = address("a");
    let asking = tokio::spawn({
        let who = who.clone();
        async move { ask(at, &who, "tsk_1").await }
    });
    until_held(at, 1).await;
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(asking.await.unwrap(), "100001");

    assert!(skyvern.rows().is_empty(), "it was pushed as well");
    let rows = relay.until_settled(1).await;
    assert_eq!((&rows[0]["outcome"], &rows[0]["offer"]["task_id"]), (&"found".into(), &"tsk_1".into()));
    assert_eq!(rows[0]["delivery"], Value::Null);
    let page = get(at, "/metrics").await.text();
    for line in [
        "otp_relay_pull_answers_total{outcome=\"given\"} 1",
        "otp_relay_mails_total{inbox=\"agents\",mailbox=\"INBOX\",outcome=\"found\"} 1",
        "otp_relay_mailbox_connected{inbox=\"agents\",mailbox=\"INBOX\"} 1",
        "otp_relay_step_duration_seconds_count{step=\"committed\"} 1",
        "otp_relay_pull_duration_seconds_count 1",
        "otp_relay_llm_parses_avoided_total 1",
        "otp_relay_healthy 1",
    ] {
        assert!(page.contains(&format!("{line}\n")), "{line}\n{page}");
    }
    let output = relay.command(&["status"]);
    let status = String::from_utf8(output.stdout).unwrap();
    assert!(status.contains(&format!("listens at {at} for codes and monitoring")), "{status}");
    assert!(status.contains("given to runs that asked: 1"), "{status}");
    assert!(!relay.log().contains("100001") && !page.contains(USER) && !page.contains("tsk_1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_that_wait_are_given_a_code_each_and_keep_it() {
    let (dovecot, skyvern) = servers().await;
    let (_relay, at) = relay(&skyvern, &dovecot, PULL, "").await;
    let who = address("a");
    let mut runs = Vec::new();
    for (count, task) in [(1, "tsk_1"), (2, "tsk_2")] {
        let who = who.clone();
        runs.push(tokio::spawn(async move { ask(at, &who, task).await }));
        until_held(at, count).await;
    }
    deliver(&dovecot, "a", "100001").await;
    until_held(at, 1).await;
    deliver(&dovecot, "a", "100002").await;
    let mut given = Vec::new();
    for run in runs {
        given.push(run.await.unwrap());
    }
    assert_eq!(given, ["100001", "100002"], "who waited longest is first");
    assert_eq!(ask_now(at, &who, "tsk_1").await, "100001");
    assert_eq!(ask_now(at, &who, "tsk_2").await, "100002");
    assert_eq!(ask_now(at, &who, "tsk_3").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again_it_knows_which_run_has_which_code() {
    let (dovecot, skyvern) = servers().await;
    let (mut relay, at) = relay(&skyvern, &dovecot, PULL, ALICE).await;
    let who = address("a");
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(ask(at, &who, "tsk_1").await, "100001");
    let alice = ask_now(at, "alice", "tsk_1").await;
    deliver(&dovecot, "a", "100002").await;
    relay.until_settled(2).await;
    relay.kill();
    // What comes meanwhile is found as well.
    deliver(&dovecot, "b", "100003").await;
    relay.start();
    relay.until_watching().await;
    assert_eq!(ask_now(at, &who, "tsk_2").await, "100002");
    assert_eq!(ask_now(at, &who, "tsk_1").await, "100001");
    assert_eq!(ask_now(at, &who, "tsk_3").await, "");
    assert_ne!(ask_now(at, "alice", "tsk_2").await, alice);
    assert_eq!(ask(at, &address("b"), "tsk_4").await, "100003");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_both_a_code_is_pushed_and_given_and_a_rule_may_say_otherwise() {
    let (dovecot, skyvern) = servers().await;
    let rule = "deliver = \"both\"\n[[inbox.rule]]\nname = \"asked-for\"\nto = '\\+pull@'\n\
                code = 'verification code is (?<code>[0-9]{6})'\ndeliver = \"pull\"\n";
    let (_relay, at) = relay(&skyvern, &dovecot, rule, "").await;
    deliver(&dovecot, "pull", "100001").await;
    deliver(&dovecot, "both", "100002").await;
    skyvern.until_code("100002").await;
    assert_eq!(ask(at, &address("both"), "tsk_1").await, "100002");
    assert_eq!(ask(at, &address("pull"), "tsk_1").await, "100001");
    assert_eq!(codes_of(&skyvern, "pull"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polled_mailbox_looks_when_a_run_asks() {
    let (dovecot, skyvern) = (Dovecot::builder().without_idle().start().await, SkyvernFake::start().await);
    let (_relay, at) = relay(&skyvern, &dovecot, "deliver = \"pull\"\npoll_interval = \"1h\"", "").await;
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(ask(at, &address("a"), "tsk_1").await, "100001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_takes_over_keys_pull_blocks_and_authenticators_and_refuses_another_address() {
    let (dovecot, skyvern) = servers().await;
    let (relay, at) = relay(&skyvern, &dovecot, PULL, "").await;
    let status =
        |identifier: &'static str, key: &'static str| async move { post(at, identifier, "t", key).await.status };
    let reload = |listen: String| {
        relay.configure(&(listen + &inbox(&dovecot, PULL)));
        relay.hang_up();
    };
    assert_eq!(status("alice", API_KEY).await, 200);
    assert_eq!(status("alice", "next-key").await, 401);

    let acme = "[[pull]]\ntotp_identifier = '^acme'\napi_keys = [\"acme-key\"]\n";
    let keys = format!("{}api_keys = [\"{API_KEY}\", \"next-key\"]\n{acme}{ALICE}", listen(at));
    reload(keys.clone());
    relay.until_logged("configuration reloaded").await;
    for (identifier, key, expected) in [
        ("alice", API_KEY, 200),
        ("alice", "next-key", 200),
        ("acme-1", "acme-key", 200),
        ("acme-1", API_KEY, 401),
        ("alice", "acme-key", 401),
    ] {
        assert_eq!(status(identifier, key).await, expected, "{identifier} {key}");
    }
    assert_eq!(ask_now(at, "alice", "t").await.len(), 6);

    // Another address needs a restart; nothing of a file that is refused is taken over.
    let elsewhere = place();
    reload(keys.replace(&at.to_string(), &elsewhere.to_string()).replace("next-key", "never-key"));
    relay.until_logged("needs a restart").await;
    assert!(tokio::net::TcpStream::connect(elsewhere).await.is_err(), "it listens at the new address");
    assert_eq!(status("alice", "never-key").await, 401);
    assert_eq!(status("alice", "next-key").await, 200);
    // And what cannot be is refused with a reason.
    reload(keys.replace("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "GEZDGNBV"));
    relay.until_logged("it has only 40 bits").await;
    assert_eq!(ask_now(at, "alice", "t").await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn authenticators_alone_need_no_inbox() {
    let skyvern = SkyvernFake::start().await;
    let at = place();
    let mut relay = Relay::new(&skyvern, &(listen(at) + ALICE));
    let check = relay.command(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    relay.start();
    relay.until_status("it listens", |status| status["listening"][0]["address"] == at.to_string().as_str()).await;
    until(at, "/readyz", "ready", |answer| answer.status == 200).await;
    let given = ask_now(at, "alice", "tsk_1").await;
    let shown = relay.command(&["authenticator", "show", "alice", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    // Unless the period ended between the two, or is about to: then the next one's code is given already.
    let is_edge = !(10..=290).contains(&shown["remaining_seconds"].as_u64().unwrap());
    assert!(is_edge || shown["code"] == given.as_str(), "{shown} {given}");
    assert_ne!(ask_now(at, "alice", "tsk_2").await, given);
    assert_eq!(get(at, "/healthz").await.status, 200);
    let output = relay.command(&["status"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let (status, took) = relay.terminate().await;
    assert!(status.success() && took < Duration::from_secs(5), "{status} after {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_red_while_the_mailbox_is_out_of_touch_and_codes_that_are_there_are_given_all_the_same() {
    let (mut dovecot, skyvern) = servers().await;
    let impatient = "deliver = \"pull\"\nidle_timeout = \"1s\"\npoll_interval = \"1s\"\ncommand_timeout = \"1s\"";
    let (relay, at) = relay(&skyvern, &dovecot, impatient, "").await;
    deliver(&dovecot, "a", "100001").await;
    relay.until_settled(1).await;
    until(at, "/healthz", "health", |answer| answer.status == 200).await;
    dovecot.stop().await;
    let red = until(at, "/healthz", "red", |answer| answer.status == 503).await.text();
    assert!(red.contains("agents INBOX is out of touch"), "{red}");
    assert!(get(at, "/metrics").await.text().contains("otp_relay_healthy 0\n"));
    assert_eq!(ask_now(at, &address("a"), "tsk_1").await, "100001");
    dovecot.start_again().await;
    until(at, "/healthz", "green again", |answer| answer.status == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_when_it_ends_is_told_not_yet_and_it_ends_at_once() {
    let (dovecot, skyvern) = servers().await;
    let (mut relay, at) = relay(&skyvern, &dovecot, PULL, "").await;
    let asking = tokio::spawn(async move { ask(at, &address("a"), "tsk_1").await });
    until_held(at, 1).await;
    let (status, took) = relay.terminate().await;
    assert!(status.success() && took < Duration::from_secs(5), "{status} after {took:?}");
    assert_eq!(asking.await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_the_way_of_its_inbox_unless_another_is_asked_for() {
    let (dovecot, skyvern) = servers().await;
    let (mut relay, at) = relay(&skyvern, &dovecot, PULL, "").await;
    let who = address("a");
    deliver(&dovecot, "a", "100001").await;
    assert_eq!(ask(at, &who, "tsk_1").await, "100001");
    let replay = |relay: &Relay, arguments: &[&str]| {
        let output = relay.command(&[&["replay", "1"], arguments].concat());
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
        said
    };
    assert_eq!(ask_now(at, &who, "tsk_2").await, "");
    assert!(replay(&relay, &["--dry-run"]).starts_with("would keep code 1****1"));
    let said = replay(&relay, &[]);
    assert!(said.contains("no run has asked yet"), "{said}");
    assert_eq!(ask_now(at, &who, "tsk_2").await, "100001");
    assert!(skyvern.rows().is_empty());

    let said = replay(&relay, &["--deliver", "push"]);
    assert!(said.starts_with("delivered: "), "{said}");
    assert_eq!(codes_of(&skyvern, "a"), ["100001"]);
    assert_eq!(ask_now(at, &who, "tsk_3").await, "");
    let said = replay(&relay, &["--deliver", "both"]);
    assert!(said.starts_with("delivered, no run has asked yet: "), "{said}");
    assert_eq!(ask_now(at, &who, "tsk_3").await, "100001");

    // Without a daemon it is kept for the next one.
    relay.terminate().await;
    replay(&relay, &[]);
    relay.start();
    relay.until_watching().await;
    assert_eq!(ask_now(at, &who, "tsk_4").await, "100001");
    assert_eq!(codes_of(&skyvern, "a").len(), 2);

    // Where nobody can ask, nothing is kept.
    relay.configure(&inbox(&dovecot, ""));
    let refused = relay.command(&["replay", "1", "--deliver", "pull"]);
    assert_eq!(refused.status.code(), Some(2));
}
