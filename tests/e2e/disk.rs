//! A disk that is full stops nothing silently.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use crate::support::relay::{Relay, inbox};
use crate::support::wait::until_true;
use crate::{codes_of, deliver, servers};

#[tokio::test]
async fn a_full_disk_keeps_the_mail_for_later_and_says_so() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::new(&skyvern, &inbox(&dovecot, ""));
    // A small file system of its own for the store, seen by nobody else and gone with the relay.
    let mount = "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"";
    let state = relay.state().display().to_string();
    let unshare = if rustix::process::geteuid().is_root() { "--mount" } else { "--map-root-user" };
    relay.wrap(&["unshare", "--mount", unshare, "sh", "-c", mount, &state]);
    relay.start();
    relay.until_watching().await;
    deliver(&dovecot, "before", "100001").await;
    skyvern.until_code("100001").await;

    let inside = |name: &str| PathBuf::from(format!("/proc/{}/root{state}/{name}", relay.pid()));
    // What the store frees by itself when it has been idle would make room again.
    let log = inside("state.db-wal");
    until_true("the write-ahead log is empty", || log.metadata().is_ok_and(|log| log.len() == 0)).await;
    let filler = inside("filler");
    let mut file = File::create(&filler).expect("failed to fill the disk");
    while file.write_all(&[0; 4096]).is_ok() {}
    deliver(&dovecot, "while-full", "100002").await;
    let status = relay.until_status("the store is in trouble", |status| status["store_error"].is_string()).await;
    assert_eq!(status["healthy"], false);
    assert!(codes_of(&skyvern, "while-full").is_empty(), "nothing is sent that is not written down");

    drop(file);
    std::fs::remove_file(&filler).expect("failed to free the disk");
    skyvern.until_code("100002").await;
    relay.until_status("it is healthy again", |status| status["healthy"] == true).await;
    deliver(&dovecot, "after", "100003").await;
    skyvern.until_code("100003").await;
    for (tag, code) in [("before", "100001"), ("while-full", "100002"), ("after", "100003")] {
        assert_eq!(codes_of(&skyvern, tag), [code]);
    }
}
