//! Many runs at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::wire;
use crate::world::{World, code_of, signed};

const IDENTIFIERS: usize = 20;
const RUNS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn each_code_goes_to_exactly_one_of_the_runs_that_wait_for_it() {
    let world = Arc::new(World::new().await);
    let address = world.address();
    let runs: Vec<_> = (0..RUNS)
        .map(|run| {
            tokio::spawn(async move {
                let path = format!("/totp/agent-{}@example.com?wait=25s", run % IDENTIFIERS);
                let body = format!("{{\"task_id\":\"tsk_{run}\",\"workflow_run_id\":\"wr_{run}\"}}");
                // As Skyvern does: again until there is one.
                loop {
                    let code = code_of(&wire::send(address, &signed(&path, &body)).await);
                    if !code.is_empty() {
                        break (run, code);
                    }
                }
            })
        })
        .collect();
    // Codes arrive while runs still come: one for each run.
    for n in 0..RUNS {
        let identifier = format!("agent-{}@example.com", n % IDENTIFIERS);
        world.arrive(&identifier, &format!("{:06}", (n % IDENTIFIERS) * 10_000 + n)).await;
    }
    let mut given: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for run in runs {
        let (run, code) = run.await.unwrap();
        // And of its own identifier.
        assert_eq!(code.parse::<usize>().unwrap() / 10_000, run % IDENTIFIERS, "{code} for {run}");
        given.entry(code).or_default().insert(run);
    }
    assert_eq!(given.len(), RUNS);
    assert!(given.values().all(|runs| runs.len() == 1), "{given:?}");
}
