//! Values that wait until a run asks: the newest live one, each to one run, also after a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use otp_relay::extract::{Deliver, Identifier, Run, Scope};
use otp_relay::store::{Asker, Bound, Finding, Given, Kind, NewDelivery, Recorded, Store};
use tokio_util::sync::CancellationToken;

use crate::mails::{Place, all, code, link, mailbox, sighting};
use crate::secrets::until_gone;

const IDENTIFIER: &str = "agent@example.com";

fn task(id: &str) -> Run {
    Run { task_id: Some(id.into()), workflow_run_id: None }
}

fn nameless() -> Run {
    Run::default()
}

fn pulled(new: NewDelivery) -> NewDelivery {
    NewDelivery { deliver: Deliver::Pull, ..new }
}

/// Commits a mail that arrived at `arrived_at`, under the next UID.
async fn arrive_at(store: &Store, arrived_at: Timestamp, new: NewDelivery) -> Recorded {
    static UID: AtomicU32 = AtomicU32::new(1);
    let uid = UID.fetch_add(1, Ordering::Relaxed);
    let mut sighting = sighting(uid, uid, Finding::Deliver(new));
    sighting.arrived_at = arrived_at;
    let cursor = otp_relay::store::Cursor { uid_validity: 1, next_uid: uid + 1 };
    store.commit(&mailbox("agents", "INBOX"), cursor, vec![sighting]).await.unwrap()[0]
}

async fn arrive(store: &Store, new: NewDelivery) -> Recorded {
    arrive_at(store, Timestamp::now(), new).await
}

fn ago(seconds: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_secs(seconds)
}

async fn claim_at(store: &Store, run: &Run, kind: Option<Kind>, now: Timestamp) -> Option<Given> {
    let identifier = Identifier::new(IDENTIFIER).unwrap();
    let asker = Asker { kind, run: run.clone() };
    store.claim(&identifier, vec![asker], 0, now).await.unwrap().map(|(_, given)| given)
}

/// The value that the run is given; empty for none.
async fn ask(store: &Store, run: &Run) -> String {
    claim_at(store, run, None, Timestamp::now()).await.map(|given| given.value.expose().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn the_first_run_that_asks_gets_the_code_again_and_again_and_no_other_run_does() {
    let place = Place::new();
    let store = place.open().await;
    assert_eq!(ask(&store, &task("a")).await, "");
    assert_eq!(arrive(&store, pulled(code(IDENTIFIER, "482913"))).await, Recorded::Offered);
    for _ in 0..3 {
        assert_eq!(ask(&store, &task("a")).await, "482913");
        assert_eq!(ask(&store, &task("b")).await, "");
    }
}

#[tokio::test]
async fn a_newer_code_takes_the_place_of_the_older_one_also_for_the_run_that_had_it() {
    let place = Place::new();
    let store = place.open().await;
    arrive_at(&store, ago(60), pulled(code(IDENTIFIER, "111111"))).await;
    assert_eq!(ask(&store, &task("a")).await, "111111");
    arrive_at(&store, ago(30), pulled(code(IDENTIFIER, "222222"))).await;
    assert_eq!(ask(&store, &task("a")).await, "222222");
    assert_eq!(ask(&store, &task("b")).await, "");
}

#[tokio::test]
async fn of_two_codes_the_second_run_gets_the_one_that_is_left() {
    let place = Place::new();
    let store = place.open().await;
    // Committed in the other order than they arrived.
    arrive_at(&store, ago(30), pulled(code(IDENTIFIER, "222222"))).await;
    arrive_at(&store, ago(60), pulled(code(IDENTIFIER, "111111"))).await;
    assert_eq!(ask(&store, &task("a")).await, "222222");
    assert_eq!(ask(&store, &task("b")).await, "111111");
    assert_eq!(ask(&store, &task("c")).await, "");
    assert_eq!(ask(&store, &task("a")).await, "222222");
}

#[tokio::test]
async fn who_names_no_run_gets_the_newest_and_binds_nothing() {
    let place = Place::new();
    let store = place.open().await;
    arrive_at(&store, ago(60), pulled(code(IDENTIFIER, "111111"))).await;
    arrive_at(&store, ago(30), pulled(code(IDENTIFIER, "222222"))).await;
    assert_eq!(ask(&store, &nameless()).await, "222222");
    assert_eq!(ask(&store, &task("a")).await, "222222");
    assert_eq!(ask(&store, &nameless()).await, "222222");
    assert_eq!(ask(&store, &task("b")).await, "111111");
}

#[tokio::test]
async fn another_task_of_the_same_workflow_run_waits_for_a_code_of_its_own() {
    let place = Place::new();
    let store = place.open().await;
    let run = |task: &str| Run { task_id: Some(task.into()), workflow_run_id: Some("wr_1".into()) };
    arrive(&store, pulled(code(IDENTIFIER, "482913"))).await;
    assert_eq!(ask(&store, &run("first-login")).await, "482913");
    assert_eq!(ask(&store, &run("second-login")).await, "");
    // A request that names only the workflow run is of the run that has it.
    assert_eq!(ask(&store, &Run { task_id: None, workflow_run_id: Some("wr_1".into()) }).await, "482913");
    assert_eq!(ask(&store, &Run { task_id: None, workflow_run_id: Some("wr_2".into()) }).await, "");
}

#[tokio::test]
async fn only_the_kind_that_is_asked_for_is_given() {
    let place = Place::new();
    let store = place.open().await;
    let now = Timestamp::now();
    arrive_at(&store, ago(60), pulled(code(IDENTIFIER, "482913"))).await;
    arrive_at(&store, ago(30), pulled(link(IDENTIFIER, "https://acme.example/in?t=made-up"))).await;
    let value = |given: Option<Given>| given.map(|given| given.value.kind()).unwrap_or_default();
    assert_eq!(value(claim_at(&store, &task("a"), Some(Kind::Code), now).await), "code");
    assert_eq!(value(claim_at(&store, &task("b"), Some(Kind::Code), now).await), "");
    assert_eq!(value(claim_at(&store, &task("b"), None, now).await), "link");
    assert_eq!(value(claim_at(&store, &task("a"), Some(Kind::Link), now).await), "");
}

#[tokio::test]
async fn a_scoped_code_is_given_to_the_run_it_names_alone() {
    let place = Place::new();
    let store = place.open().await;
    let scope = Scope { task_id: Some("a".into()), ..Scope::default() };
    arrive(&store, pulled(NewDelivery { scope, ..code(IDENTIFIER, "482913") })).await;
    assert_eq!(ask(&store, &nameless()).await, "");
    assert_eq!(ask(&store, &task("b")).await, "");
    assert_eq!(ask(&store, &task("a")).await, "482913");
    let version = Scope { workflow_id: Some("w_1".into()), ..Scope::default() };
    arrive(&store, pulled(NewDelivery { scope: version, ..code(IDENTIFIER, "555555") })).await;
    assert_eq!(ask(&store, &task("c")).await, "");
}

#[tokio::test]
async fn of_several_who_wait_the_first_that_can_use_it_is_given_a_value() {
    let place = Place::new();
    let store = place.open().await;
    let identifier = Identifier::new(IDENTIFIER).unwrap();
    let line: Vec<Asker> = [("a", Some(Kind::Link)), ("b", Some(Kind::Code)), ("c", None)]
        .map(|(run, kind)| Asker { kind, run: task(run) })
        .into();
    let serve = |first_new| store.claim(&identifier, line.clone(), first_new, Timestamp::now());
    assert!(serve(0).await.unwrap().is_none());
    arrive(&store, pulled(code(IDENTIFIER, "482913"))).await;
    assert_eq!(serve(3).await.unwrap().unwrap().0, 1);
    // What b has is nothing for the others, and b itself is not looked for again unless it asks.
    assert!(serve(3).await.unwrap().is_none());
    assert_eq!(serve(1).await.unwrap().unwrap().0, 1);
    arrive(&store, pulled(link(IDENTIFIER, "https://acme.example/made-up"))).await;
    assert_eq!(serve(3).await.unwrap().unwrap().0, 0);
}

#[tokio::test]
async fn identifiers_do_not_see_each_other() {
    let place = Place::new();
    let store = place.open().await;
    arrive(&store, pulled(code("other@example.com", "482913"))).await;
    arrive(&store, pulled(code("agent@example.com.test", "482913"))).await;
    assert_eq!(ask(&store, &task("a")).await, "");
}

#[tokio::test]
async fn a_code_past_its_deadline_is_given_to_nobody_not_even_to_its_run() {
    let place = Place::new();
    let store = place.open().await;
    arrive(&store, pulled(code(IDENTIFIER, "482913"))).await;
    let after = Timestamp::now() + SignedDuration::from_hours(2);
    assert!(claim_at(&store, &task("a"), None, Timestamp::now()).await.is_some());
    assert!(claim_at(&store, &task("a"), None, after).await.is_none());
    // A clock that is set back finds what is still there.
    assert!(claim_at(&store, &task("a"), None, Timestamp::now() - SignedDuration::from_hours(5)).await.is_some());
}

#[tokio::test]
async fn leases_survive_a_restart() {
    let place = Place::new();
    let store = place.open().await;
    arrive_at(&store, ago(60), pulled(code(IDENTIFIER, "111111"))).await;
    assert_eq!(ask(&store, &task("a")).await, "111111");
    arrive_at(&store, ago(30), pulled(code(IDENTIFIER, "222222"))).await;
    let alice = Identifier::new("alice").unwrap();
    assert_ne!(store.claim_step(&alice, 7, &task("a")).await.unwrap(), Bound::ToAnother);
    store.close().await;
    let store = place.open().await;
    assert_eq!(ask(&store, &task("b")).await, "222222");
    assert_eq!(ask(&store, &task("a")).await, "111111");
    assert_eq!(ask(&store, &task("c")).await, "");
    assert_eq!(store.claim_step(&alice, 7, &task("b")).await.unwrap(), Bound::ToAnother);
    assert_ne!(store.claim_step(&alice, 7, &task("a")).await.unwrap(), Bound::ToAnother);
}

#[tokio::test]
async fn push_alone_is_not_to_be_asked_for_pull_alone_is_not_sent_and_both_is_both() {
    let place = Place::new();
    let store = place.open().await;
    let mut outbox = store.outbox().await.unwrap();
    let both = NewDelivery { deliver: Deliver::Both, ..code(IDENTIFIER, "333333") };
    arrive(&store, code(IDENTIFIER, "111111")).await;
    assert_eq!(ask(&store, &task("a")).await, "");
    arrive(&store, pulled(code(IDENTIFIER, "222222"))).await;
    assert!(matches!(arrive(&store, both).await, Recorded::Delivering { .. }));
    assert_eq!(ask(&store, &task("a")).await, "333333");
    let sent = [outbox.recv().await.unwrap(), outbox.recv().await.unwrap()];
    assert_eq!(sent.map(|delivery| delivery.value.expose().to_owned()), ["111111", "333333"]);
    assert!(outbox.try_recv().is_err());
}

#[tokio::test]
async fn a_mail_that_was_seen_before_is_not_offered_twice() {
    let place = Place::new();
    let store = place.open().await;
    let new = || Finding::Deliver(pulled(code(IDENTIFIER, "482913")));
    for (mailbox_name, expected) in [("INBOX", Recorded::Offered), ("Junk", Recorded::Duplicate)] {
        let cursor = otp_relay::store::Cursor { uid_validity: 1, next_uid: 2 };
        let to = mailbox("agents", mailbox_name);
        assert_eq!(store.commit(&to, cursor, vec![sighting(1, 5, new())]).await.unwrap(), [expected]);
    }
    assert_eq!(ask(&store, &task("a")).await, "482913");
    assert_eq!(ask(&store, &task("b")).await, "");
}

#[tokio::test]
async fn arrivals_are_told_once_they_are_durable() {
    let place = Place::new();
    let store = place.open().await;
    let mut arrivals = store.arrivals();
    arrive(&store, code(IDENTIFIER, "111111")).await;
    arrive(&store, pulled(code(IDENTIFIER, "222222"))).await;
    assert_eq!(arrivals.recv().await.unwrap().as_str(), IDENTIFIER);
    assert_eq!(ask(&store, &task("a")).await, "222222");
    assert!(arrivals.try_recv().is_err());
}

#[tokio::test]
async fn a_value_is_erased_at_its_deadline_whether_a_run_has_it_or_not() {
    let place = Place::new();
    let store = place.open().await;
    let cancel = CancellationToken::new();
    let eraser = tokio::spawn(store.clone().erase_at_deadlines(cancel.clone()));
    let soon = Timestamp::now() + SignedDuration::from_secs(5);
    for (n, value) in ["https://acme.example/made-up-one", "https://acme.example/made-up-two"].into_iter().enumerate() {
        let new = NewDelivery { deadline: soon, ..link(IDENTIFIER, value) };
        arrive_at(&store, ago(n as i64), pulled(new)).await;
    }
    assert_ne!(ask(&store, &task("a")).await, "");
    until_gone(&place, "acme.example/made-up").await;
    let rows = all(&store).await;
    assert_eq!(rows.iter().filter(|row| row.offer.as_ref().unwrap().given_at.is_some()).count(), 1);
    assert_eq!(rows.iter().find_map(|row| row.offer.as_ref().unwrap().task_id.as_deref()), Some("a"));
    cancel.cancel();
    eraser.await.unwrap();
}

#[tokio::test]
async fn the_state_counts_what_waits_for_a_run() {
    let place = Place::new();
    let store = place.open().await;
    let first = ago(60);
    arrive_at(&store, first, pulled(code(IDENTIFIER, "111111"))).await;
    arrive_at(&store, ago(30), pulled(code(IDENTIFIER, "222222"))).await;
    assert_eq!(ask(&store, &task("a")).await, "222222");
    let state = store.offers_state().await.unwrap();
    assert_eq!((state.waiting, state.oldest.map(Timestamp::as_microsecond)), (1, Some(first.as_microsecond())));
    assert_eq!(store.outbox_state().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn an_authenticators_code_is_one_runs_within_its_period() {
    let place = Place::new();
    let store = place.open().await;
    let alice = Identifier::new("alice").unwrap();
    assert_ne!(store.claim_step(&alice, 7, &task("a")).await.unwrap(), Bound::ToAnother);
    assert_ne!(store.claim_step(&alice, 7, &task("a")).await.unwrap(), Bound::ToAnother);
    assert_eq!(store.claim_step(&alice, 7, &task("b")).await.unwrap(), Bound::ToAnother);
    assert_ne!(store.claim_step(&alice, 8, &task("b")).await.unwrap(), Bound::ToAnother);
    assert_ne!(store.claim_step(&Identifier::new("bob").unwrap(), 7, &task("b")).await.unwrap(), Bound::ToAnother);
    // A clock that is set back does not free it.
    assert_eq!(store.claim_step(&alice, 7, &task("b")).await.unwrap(), Bound::ToAnother);
}

#[tokio::test]
async fn of_many_runs_that_claim_at_once_each_code_goes_to_exactly_one() {
    let place = Place::new();
    let store = place.open().await;
    for n in 0..20 {
        arrive_at(&store, ago(n), pulled(code(IDENTIFIER, &format!("{}", 100_000 + n)))).await;
    }
    let claims = (0..100).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { (n, ask(&store, &task(&format!("tsk_{n}"))).await) })
    });
    let mut runs: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    for claim in claims.collect::<Vec<_>>() {
        let (run, value) = claim.await.unwrap();
        runs.entry(value).or_default().insert(run);
    }
    assert_eq!(runs.remove("").unwrap().len(), 80);
    assert_eq!(runs.len(), 20);
    assert!(runs.values().all(|runs| runs.len() == 1), "{runs:?}");
}
