//! One trouble a test.

use crate::fake::Fake;
use crate::relay::{Relay, skyvern, states};

#[tokio::test]
async fn a_code_is_delivered_and_erased() {
    let fake = Fake::start().await;
    let mut relay = Relay::new().await;
    relay.start(&skyvern(fake.address)).await;
    relay.code("agent@example.com", "482913").await;
    let rows = relay.settled().await;
    assert_eq!(states(&rows), ["delivered"]);
    let delivery = rows[0].delivery.as_ref().unwrap();
    assert_eq!((delivery.attempts, delivery.skyvern_row.as_deref()), (1, Some("totp_1")));
    assert_eq!(rows[0].masked.as_deref(), Some("4****3"));
    assert_eq!(fake.contents(), ["482913"]);
    assert_eq!(fake.count("GET"), 0, "a first attempt needs no lookup");
}
