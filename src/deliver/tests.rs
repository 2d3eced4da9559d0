//! What a lane does next, as a table of situations.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Pace;
use super::gate::Gate;
use super::queue::{Queue, Step};
use crate::events::Events;
use crate::extract::{Code, Identifier, Link, Scope, Value};
use crate::store::{Delivery, Settlement};

const LEAST: Duration = Duration::from_secs(1);

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// Arrived `age` seconds ago, and lives for `life` seconds more.
fn delivery(id: i64, age: i64, life: i64) -> Delivery {
    Delivery {
        id,
        mark: 7,
        inbox: "agents".into(),
        value: Value::Code(Code::new("482913").unwrap()),
        identifier: Identifier::new("agent@example.com").unwrap(),
        scope: Scope::default(),
        arrived_at: now() - SignedDuration::from_secs(age),
        uid: 1,
        seen_at: None,
        committed_at: now(),
        deadline: now() + SignedDuration::from_secs(life),
        attempts: 0,
        uncertain_since: None,
        overtaken: false,
    }
}

fn queue(deliveries: impl IntoIterator<Item = Delivery>) -> Queue {
    let mut queue = Queue::default();
    for delivery in deliveries {
        queue.push(delivery);
    }
    queue
}

/// A step in a word, with the ids it is about.
fn told(step: &Step) -> String {
    match step {
        Step::Rest => "rest".into(),
        Step::Send(entry) => format!("send {}", entry.delivery.id),
        Step::Drop(entry, outcome, _) => format!("{} {}", outcome.as_str(), entry.delivery.id),
        Step::Resolve(entries) => {
            format!("resolve {:?}", entries.iter().map(|entry| entry.delivery.id).collect::<Vec<_>>())
        }
    }
}

fn next(queue: &Queue) -> String {
    told(&queue.step(now(), LEAST))
}

#[test]
fn the_oldest_goes_first_by_arrival_then_uid_then_id() {
    assert_eq!(next(&queue([])), "rest");
    assert_eq!(next(&queue([delivery(1, 5, 60), delivery(2, 9, 60)])), "send 2");
    let second = Delivery { uid: 2, ..delivery(1, 5, 60) };
    assert_eq!(next(&queue([second, delivery(3, 5, 60), delivery(2, 5, 60)])), "send 2");
}

#[test]
fn unknown_outcomes_come_before_everything_that_could_be_sent() {
    let unknown = |id, age, life| Delivery { uncertain_since: Some(now()), ..delivery(id, age, life) };
    assert_eq!(next(&queue([delivery(1, 9, 60), unknown(2, 5, 60), unknown(3, 1, 60)])), "resolve [2, 3]");
    assert_eq!(next(&queue([unknown(1, 9, -60)])), "resolve [1]", "past its deadline it is looked up once");
    assert_eq!(next(&queue([unknown(1, 9, 60), delivery(2, 5, 0)])), "expired 2", "that one is never sent anyhow");
}

#[test]
fn a_mail_that_is_found_again_has_one_entry() {
    let again = Delivery { uncertain_since: Some(now()), uid: 4, ..delivery(7, 3, 60) };
    let mut lane = queue([delivery(7, 5, 60), again.clone()]);
    assert_eq!(next(&lane), "send 7");
    lane.remove(&delivery(7, 5, 60), Settlement::Delivered);
    assert_eq!(next(&lane), "rest");
    assert_eq!(next(&queue([again])), "resolve [7]");
}

#[test]
fn what_has_less_than_the_least_life_left_is_expired_wherever_it_stands() {
    assert_eq!(next(&queue([delivery(1, 9, 1)])), "expired 1");
    assert_eq!(next(&queue([delivery(1, 9, 2)])), "send 1");
    assert_eq!(next(&queue([delivery(1, 9, 60), delivery(2, 5, -3)])), "expired 2");
    let expiry = queue([delivery(1, 9, 60), delivery(2, 5, 30), delivery(3, 5, -30)]).next_expiry(now(), LEAST);
    assert_eq!(expiry, Some(now() + SignedDuration::from_secs(29)));
}

#[test]
fn what_arrived_before_the_latest_accepted_of_its_kind_is_overtaken() {
    let mut lane = queue([delivery(2, 5, 60)]);
    lane.remove(&delivery(2, 5, 60), Settlement::Delivered);
    lane.push(delivery(3, 9, 60));
    assert_eq!(next(&lane), "overtaken 3");
    lane.remove(&delivery(3, 9, 60), Settlement::Overtaken);
    let link = Value::Link(Link::new("https://acme.example/in").unwrap());
    lane.push(Delivery { value: link, ..delivery(4, 9, 60) });
    assert_eq!(next(&lane), "send 4", "a link is not overtaken by a code");
    let mut lane = queue([delivery(2, 5, 60)]);
    lane.remove(&delivery(2, 5, 60), Settlement::Rejected);
    lane.push(delivery(3, 9, 60));
    assert_eq!(next(&lane), "send 3", "only what was accepted overtakes");
    assert_eq!(next(&queue([Delivery { overtaken: true, ..delivery(1, 5, 60) }])), "overtaken 1");
}

#[test]
fn pauses_double_up_to_their_limit_and_never_undercut_what_was_asked_for() {
    let pace = Pace::default();
    for (failures, longest) in [(1, 250), (2, 500), (3, 1000), (7, 15_000), (60, 15_000), (u32::MAX, 15_000)] {
        for _ in 0..50 {
            let pause = pace.pause(failures, None);
            let longest = Duration::from_millis(longest);
            assert!(pause <= longest && pause >= longest / 2, "{failures}: {pause:?}");
        }
    }
    assert_eq!(pace.pause(1, Some(Duration::from_secs(120))), Duration::from_secs(120));
}

/// Whether the gate lets somebody in right now.
async fn is_open(gate: &Gate) -> bool {
    tokio::time::timeout(Duration::from_millis(1), gate.pass()).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_closed_gate_lets_one_try_at_a_time_and_opens_for_all_when_that_succeeds() {
    let probe = Duration::from_secs(30);
    let gate = Gate::new(Events::default(), probe);
    assert!(is_open(&gate).await);
    gate.refused(403, "no");
    assert!(!is_open(&gate).await);
    tokio::time::advance(probe).await;
    let trying = gate.pass().await;
    assert!(!is_open(&gate).await, "one is trying");
    tokio::time::advance(probe * 3).await;
    assert!(!is_open(&gate).await, "however long that takes");
    gate.refused(403, "no");
    drop(trying);
    assert!(!is_open(&gate).await, "refused again");
    tokio::time::advance(probe).await;
    let unused = gate.pass().await;
    drop(unused);
    let mut trying = gate.pass().await;
    trying.used();
    drop(trying);
    assert!(!is_open(&gate).await, "no answer says nothing");
    tokio::time::advance(probe).await;
    let trying = gate.pass().await;
    let waiting = async {
        let (first, second) = (gate.pass().await, gate.pass().await);
        drop((first, second));
    };
    tokio::join!(waiting, async {
        gate.let_in();
        drop(trying);
    });
    assert!(is_open(&gate).await);
}

#[tokio::test(start_paused = true)]
async fn a_refused_reader_closes_the_gate_but_the_first_push_tries_at_once() {
    let gate = Gate::new(Events::default(), Duration::from_secs(30));
    gate.reader_refused(403, "no");
    assert!(gate.is_closed());
    let trying = gate.pass().await;
    gate.refused(403, "no");
    drop(trying);
    gate.reader_refused(403, "no");
    assert!(!is_open(&gate).await);
    gate.reader_let_in();
    assert!(is_open(&gate).await);
    gate.refused(402, "no credits");
    gate.reader_let_in();
    assert!(!is_open(&gate).await, "readers are let in all the while");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_skyvern_asks_for_holds_all_up_but_not_for_ever() {
    let gate = Gate::new(Events::default(), Duration::from_secs(30));
    gate.hold(Duration::from_secs(7));
    gate.hold(Duration::from_secs(5));
    tokio::time::advance(Duration::from_secs(6)).await;
    assert!(!is_open(&gate).await);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(is_open(&gate).await);
    gate.hold(Duration::from_secs(86_400));
    tokio::time::advance(Duration::from_secs(601)).await;
    assert!(is_open(&gate).await);
}
