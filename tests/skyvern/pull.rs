//! Skyvern asks: its own code, with its own signature, timeouts and reading of the answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use otp_relay::config::Config;
use otp_relay::http::Limits;

use crate::lab::{Lab, Pulled, Typed};
use crate::support::nginx::Nginx;
use crate::typed;
use crate::world::{self, World};

/// A listening side that takes the lab's key, and one more.
fn config(lab: &Lab) -> Config {
    let listen = format!("[listen]\naddress = \"127.0.0.1:8025\"\napi_keys = [\"a-rotated-key\", \"{}\"]\n", lab.key);
    world::config(&format!("{listen}{AUTHENTICATOR}"))
}

const AUTHENTICATOR: &str = "\n[[authenticator]]\ntotp_identifier = \"alice\"\nsecret = \"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"\n\
                             period = \"300s\"\n";

async fn relay(lab: &Lab) -> World {
    World::start(config(lab), Limits::default()).await
}

fn url(address: SocketAddr, rest: &str) -> String {
    format!("http://{address}/totp/{rest}")
}

fn is_not_yet(pulled: &Pulled) -> bool {
    pulled.value.is_none() && pulled.conforms && pulled.statuses == [200] && pulled.error.is_none()
}

#[tokio::test]
async fn skyvern_takes_codes_links_and_not_yet_from_the_endpoint() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let who = lab.identifier();
    let ask = |query: &str, task: &'static str| {
        let (lab, url) = (&lab, url(world.address(), &format!("{who}{query}")));
        async move { lab.pull(&url, &lab.key, &[("task_id", task), ("workflow_run_id", "wr_1")]).await }
    };
    let nothing = ask("", "tsk_1").await;
    assert!(is_not_yet(&nothing), "{nothing:?}");
    for (code, task) in [("482913", "tsk_1"), ("G-482914", "tsk_2"), ("1234567890", "tsk_3")] {
        world.arrive(&who, code).await;
        let pulled = ask("", task).await;
        assert_eq!((pulled.value.as_deref(), pulled.kind.as_deref()), (Some(code), Some("totp")), "{pulled:?}");
        assert!(pulled.conforms);
    }
    // Another run of the same identifier has to wait.
    let other = ask("", "tsk_4").await;
    assert!(is_not_yet(&other), "{other:?}");
    let link = "https://login.example/magic?t=a%20b&u=(1%29%27";
    world.arrive(&who, link).await;
    let pulled = ask("?kind=link", "tsk_4").await;
    assert_eq!((pulled.value.as_deref(), pulled.kind.as_deref()), (Some(link), Some("magic_link")), "{pulled:?}");
}

#[tokio::test]
async fn a_wrong_key_gets_nothing_and_skyvern_says_which_status_it_met() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let who = lab.identifier();
    world.arrive(&who, "482913").await;
    let url = url(world.address(), &who);
    let pulled = lab.pull(&url, "another-organisations-key", &[("task_id", "tsk_1")]).await;
    assert_eq!((pulled.value, pulled.conforms, pulled.statuses), (None, false, vec![401]));
    for key in ["a-rotated-key", lab.key.as_str()] {
        assert_eq!(lab.pull(&url, key, &[("task_id", "tsk_1")]).await.value.as_deref(), Some("482913"), "{key}");
    }
}

#[tokio::test]
async fn a_run_that_polls_is_given_the_code_the_moment_it_arrives() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let who = lab.identifier();
    let url = url(world.address(), &format!("{who}?wait=25s&kind=code"));
    let query = [("wait", "60"), ("totp_url", url.as_str()), ("task_id", "tsk_1")];
    let arriving = async {
        // Once Skyvern has asked: it sleeps for 10 s first.
        while world.looks.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.arrive(&who, "482913").await;
        Instant::now()
    };
    let (found, arrived) = tokio::join!(lab.poll("", &query), arriving);
    assert_eq!(found, typed("482913"));
    assert!(arrived.elapsed() < Duration::from_secs(5), "it waited for the next tick: {:?}", arrived.elapsed());
}

#[tokio::test]
async fn a_run_that_polls_gets_its_code_through_a_restart_of_the_relay() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let who = lab.identifier();
    world.arrive(&who, "111111").await;
    let address = world.address();
    let first = lab.pull(&url(address, &who), &lab.key, &[("task_id", "tsk_before")]).await;
    assert_eq!(first.value.as_deref(), Some("111111"));
    let totp_url = url(address, &format!("{who}?wait=20s"));
    let query = [("wait", "90"), ("totp_url", totp_url.as_str()), ("task_id", "tsk_after")];
    let polling = lab.poll("", &query);
    let restarting = async {
        while world.looks.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // In the middle of a held request.
        let directory = world.end().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut config = config(&lab);
        config.listen.as_mut().unwrap().address = otp_relay::config::Address::Tcp(address);
        let world = World::start_in(directory, config, Limits::default()).await;
        world.skip_uids(100);
        world.arrive(&who, "222222").await;
        world
    };
    let (found, world) = tokio::join!(polling, restarting);
    assert_eq!(found, typed("222222"), "the code of another run, or none");
    drop(world);
}

#[tokio::test]
async fn skyvern_asks_through_nginx_with_the_documented_configuration() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let nginx = Nginx::start_plain(world.address()).await;
    let who = lab.identifier();
    let address = nginx.address;
    let nothing = lab.pull(&url(address, &who), &lab.key, &[]).await;
    assert!(is_not_yet(&nothing), "{nothing:?}");
    let wrong = lab.pull(&url(address, &who), "wrong-key", &[]).await;
    assert_eq!(wrong.statuses, [401]);
    let url = url(address, &format!("{who}?wait=25s"));
    let arriving = async {
        while world.looks.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        world.arrive(&who, "482913").await;
    };
    let (pulled, ()) = tokio::join!(lab.pull(&url, &lab.key, &[("task_id", "tsk_1")]), arriving);
    assert_eq!(pulled.value.as_deref(), Some("482913"), "{pulled:?}");
}

#[tokio::test]
async fn an_authenticators_code_is_typed() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let pulled = lab.pull(&url(world.address(), "alice"), &lab.key, &[("task_id", "tsk_1")]).await;
    assert_eq!(pulled.kind.as_deref(), Some("totp"), "{pulled:?}");
    assert!(pulled.value.is_some_and(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
}

#[tokio::test]
async fn a_url_that_refuses_hides_pushed_codes_and_one_that_answers_does_not() {
    let lab = Lab::get();
    let world = relay(&lab).await;
    let who = lab.identifier();
    let (status, _) = lab.push(&serde_json::json!({ "totp_identifier": who, "content": "482913" })).await;
    assert_eq!(status, 200);
    // Nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = url(closed, &who);
    assert_eq!(lab.poll(&who, &[("wait", "25"), ("totp_url", &refused)]).await, None);
    // "Not yet" and even a wrong path lead on to the pushed rows.
    for rest in [who.as_str(), "a/b"] {
        let answered = url(world.address(), rest);
        let found: Option<Typed> = lab.poll(&who, &[("wait", "25"), ("totp_url", &answered)]).await;
        assert_eq!(found, typed("482913"), "{rest}");
    }
}
