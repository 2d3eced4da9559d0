//! Random troubles, many lanes: whatever happens, each lane's rows are in order of arrival and none is there twice.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::relay::{Relay, skyvern, states};
use crate::support::skyvern_fake::{SkyvernFake, Treat};

fn trouble() -> impl Strategy<Value = Treat> {
    prop_oneof![
        4 => Just(Treat::Store),
        1 => Just(Treat::StoreAndCut),
        1 => Just(Treat::StoreAndTruncate),
        1 => Just(Treat::Cut),
        1 => Just(Treat::Status(503, None)),
        1 => Just(Treat::Status(500, None)),
        1 => Just(Treat::Status(403, None)),
        1 => Just(Treat::StoreAfter(Duration::from_millis(5))),
    ]
}

async fn run(
    pushes: Vec<Treat>,
    lookups: Vec<Treat>,
    lanes: Vec<u8>,
    restart_after: usize,
) -> Result<(), TestCaseError> {
    let fake = SkyvernFake::start().await;
    fake.script(pushes);
    fake.script_lookups(lookups);
    let mut relay = Relay::new().await;
    relay.start(&skyvern(&fake)).await;
    let mut meant: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (n, lane) in lanes.iter().enumerate() {
        if n == restart_after {
            relay.stop().await;
            relay.start(&skyvern(&fake)).await;
        }
        let (identifier, code) = (format!("agent{lane}@example.com"), format!("{:06}", 100_000 + n));
        relay.code(&identifier, &code).await;
        meant.entry(identifier).or_default().push(code);
    }
    let rows = relay.settled().await;
    prop_assert!(states(&rows).iter().all(|&state| state == "delivered"), "{rows:#?}");
    let mut stored: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (identifier, code) in fake.codes() {
        stored.entry(identifier).or_default().push(code);
    }
    prop_assert_eq!(stored, meant);
    Ok(())
}

#[test]
fn every_lane_is_in_order_and_nothing_is_there_twice() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let script = || proptest::collection::vec(trouble(), 0..20);
    let input = (script(), script(), proptest::collection::vec(0u8..4, 1..25), 0usize..30);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&input, |(pushes, lookups, lanes, restart_after)| {
            runtime.block_on(run(pushes, lookups, lanes, restart_after))
        })
        .unwrap();
}
