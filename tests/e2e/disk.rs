//! A disk that is full stops nothing silently.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use crate::support::dovecot::USER;
use crate::support::mails::code_mail;
use crate::support::relay::{Relay, inbox};
use crate::{address, codes_of, deliver, servers};

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

    // The store may have room of its own for a while: on until it complains.
    let filler = PathBuf::from(format!("/proc/{}/root{}/filler", relay.pid(), state));
    let mut file = File::create(&filler).expect("failed to fill the disk");
    let mut mails = 0;
    let complaint = loop {
        while file.write_all(&[0; 4096]).is_ok() {}
        let mut courier = dovecot.courier().await;
        for _ in 0..20 {
            courier.deliver(USER, "INBOX", &code_mail(&address(mails), &code(mails))).await;
            mails += 1;
        }
        assert!(mails < 2000, "the store takes whatever comes, on a disk that is full");
        let status = relay
            .until_status("the mails are taken, or the store is in trouble", |status| {
                status["store_error"].is_string() || status["mailboxes"][0]["mails"] == mails
            })
            .await;
        if status["store_error"].is_string() {
            break status;
        }
    };
    assert_eq!(complaint["healthy"], false);
    let recorded = complaint["mailboxes"][0]["mails"].as_u64().expect("a number");
    let pushed = complaint["destination"]["delivered"].as_u64().expect("a number");
    assert!(pushed <= recorded && recorded < mails as u64, "nothing is sent that is not written down: {complaint}");

    drop(file);
    std::fs::remove_file(&filler).expect("failed to free the disk");
    deliver(&dovecot, "after", "999999").await;
    skyvern.until_rows(mails + 1).await;
    relay
        .until_status("all is delivered and healthy", |status| {
            status["healthy"] == true && status["destination"]["delivered"] == mails + 1
        })
        .await;
    assert_eq!(codes_of(&skyvern, "after"), ["999999"]);
    for n in 0..mails {
        assert_eq!(codes_of(&skyvern, n), [code(n)]);
    }
}

fn code(n: usize) -> String {
    format!("{}", 300_000 + n)
}
