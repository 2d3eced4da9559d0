//! Secrets stay in: a busy and unlucky day at the finest log level, and then a look at everything that was written.

use std::path::Path;

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::mail;
use crate::support::oauth_fake::OAuthFake;
use crate::support::relay::{Relay, inbox, inbox_of};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake, Treat};
use crate::support::wait::until_true;
use crate::{address, deliver};

const TOKEN_USER: &str = "token@example.com";
const LINK: &str = "https://login.example/magic/Zk3vQ9xT2mB7";
const TEXT: &str = "Dear Wilhelmina, your verification code is 773120";

#[tokio::test]
async fn nothing_secret_is_written_anywhere() {
    let (oauth, mut skyvern) = (OAuthFake::start().await, SkyvernFake::start().await);
    oauth.grant("refresh-0-made-up", TOKEN_USER);
    oauth.rotate_refresh_tokens();
    let mut dovecot = Dovecot::builder().user(USER, PASSWORD).user(TOKEN_USER, "unused").oauth2(&oauth).start().await;
    let oauth2 = format!(
        "[inbox.oauth2]\ntoken_url = \"{}\"\nclient_id = \"made-up-client\"\nclient_secret = \"made-up-client-secret\"\n\
         refresh_token = \"refresh-0-made-up\"\n",
        oauth.token_url()
    );
    let by_token = inbox_of(&dovecot, "token", TOKEN_USER, "", &oauth2).replace("password = \"\"\n", "");
    let inboxes = inbox(&dovecot, "") + &by_token;
    let mut relay = Relay::watching(&skyvern, &inboxes).await;

    // A good delivery of each kind, each kind of bad answer, and mails that deliver nothing.
    let unlucky =
        [Treat::Cut, Treat::StoreAndCut, Treat::Status(503, None), Treat::Status(422, None), Treat::Status(400, None)];
    skyvern.script(unlucky);
    for (n, code) in ["773121", "773122", "773123", "773124"].into_iter().enumerate() {
        deliver(&dovecot, n, code).await;
    }
    dovecot.deliver(USER, "INBOX", &mail("a@login.example", &address("text"), "Hello Wilhelmina", TEXT)).await;
    let link = format!("Use this link to sign in: {LINK}");
    dovecot.deliver(USER, "INBOX", &mail("a@login.example", &address("link"), "Sign in", &link)).await;
    dovecot.deliver(USER, "INBOX", b"Subject: broken\r\n\xff\xfe Wilhelmina 773120").await;
    let broken = "your code is 773125 or 773126 (Wilhelmina)";
    dovecot.deliver(USER, "INBOX", &mail("b@login.example", USER, "Your code", broken)).await;
    relay.until_settled(8).await;

    // Lost servers, a refused key, a refused token, a refused password.
    dovecot.kill();
    dovecot.start_again().await;
    skyvern.stop().await;
    deliver(&dovecot, "late", "773127").await;
    until_true("it is in the outbox", || relay.history().iter().any(|row| row["delivery"]["state"] == "queued")).await;
    skyvern.start_again().await;
    skyvern.until_code("773127").await;
    oauth.refuse(Some((400, "invalid_grant")));
    oauth.revoke_access_tokens();
    dovecot.set_password(USER, "changed-made-up").await;
    dovecot.kick(USER);
    dovecot.kick(TOKEN_USER);
    relay.until_status("the password is refused", |status| status["mailboxes"][0]["state"] == "rejected").await;
    relay.configure(&(inboxes.clone() + "nonsense ="));
    relay.hang_up();
    relay.until_logged("configuration is refused").await;

    let history = relay.command(&["history", "--json"]);
    let status = relay.status().expect("a status").to_string();
    let mut written = relay.log();
    written += &status;
    written += &String::from_utf8_lossy(&history.stdout);
    written += &String::from_utf8_lossy(&relay.command(&["history"]).stdout);
    written += &String::from_utf8_lossy(&relay.command(&["status"]).stdout);
    assert!(written.len() > 2000, "it wrote something");
    let (codes, mut secrets) = secrets(&oauth);
    secrets.extend(codes.clone());
    for secret in &secrets {
        assert!(!written.contains(secret), "{secret:?} was written:\n{written}");
    }

    // The store forgets a code once it is delivered or dead; after a stop nothing of it is left in any file.
    until_true("it is erased", || codes.iter().all(|code| !holds(&relay.state(), code))).await;
    relay.terminate().await;
    for code in &codes {
        assert!(!holds(&relay.state(), code), "{code:?} is still in the store");
    }
}

/// Codes and mail text; and what else is secret.
fn secrets(oauth: &OAuthFake) -> (Vec<String>, Vec<String>) {
    let mut codes: Vec<String> = (773_120..773_128).map(|code| code.to_string()).collect();
    codes.extend([LINK, "Zk3vQ9xT2mB7", "Wilhelmina"].map(str::to_owned));
    let mut others = oauth.secrets();
    others.extend(
        [PASSWORD, API_KEY, "made-up-client-secret", "refresh-0-made-up", "access-1-made-up"].map(str::to_owned),
    );
    // As SASL PLAIN and XOAUTH2 carry them.
    let encoded = |text: &str| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text);
    others.push(encoded(&format!("\0{USER}\0{PASSWORD}")));
    others.push(encoded(&format!("user={TOKEN_USER}\x01auth=Bearer access-1-made-up\x01\x01")));
    (codes, others)
}

fn holds(directory: &Path, secret: &str) -> bool {
    let files = std::fs::read_dir(directory).expect("a directory").flatten();
    files
        .map(|file| std::fs::read(file.path()).expect("a file"))
        .any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
}
