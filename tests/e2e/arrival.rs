//! Mail arrives, over every kind of connection, and Skyvern has its code.

use crate::support::dovecot::{Dovecot, PASSWORD, USER};
use crate::support::mails::{code_mail, mail, newsletter};
use crate::support::oauth_fake::OAuthFake;
use crate::support::relay::{Relay, inbox, inbox_of};
use crate::support::skyvern_fake::{API_KEY, SkyvernFake};
use crate::{address, codes_of, deliver, servers};

#[tokio::test]
async fn a_code_reaches_skyvern_under_its_recipient() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    deliver(&dovecot, "shop", "493027").await;

    let row = skyvern.until_code("493027").await;
    assert_eq!(row.totp_identifier, address("shop"));
    assert_eq!((row.otp_type, row.source.as_deref()), ("totp", Some("email")));
    assert!(row.expired_at.is_some_and(|at| at.ends_with('Z')), "an instant in UTC");
    assert_eq!(skyvern.pushes()[0].key.as_deref(), Some(API_KEY));

    let history = relay.until_settled(1).await;
    assert_eq!(history[0]["delivery"]["state"], "delivered");
    assert_eq!(history[0]["delivery"]["skyvern_row"], row.totp_code_id);
    assert_eq!(skyvern.rows().len(), 1);
}

#[tokio::test]
async fn a_rule_names_the_code_and_its_identifier() {
    let (dovecot, skyvern) = servers().await;
    let rule = r#"
        [[inbox.rule]]
        name = "acme"
        from = '@acme\.example$'
        code = 'ticket (?<code>[A-Z]{2}-[0-9]{4})'
        totp_identifier = "acme-{recipient.tag}"
    "#;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, rule)).await;
    let text = "Door 12, ticket KX-7731, row 400219.";
    dovecot.deliver(USER, "INBOX", &mail("door@acme.example", &address("gate"), "Your visit", text)).await;
    let row = skyvern.until_code("KX-7731").await;
    assert_eq!(row.totp_identifier, "acme-gate");
    assert_eq!(relay.until_settled(1).await[0]["rule"], "acme");
}

#[tokio::test]
async fn the_inboxes_scope_is_pushed_with_what_detection_and_rules_find() {
    let (dovecot, skyvern) = servers().await;
    let keys = r#"
        task_id = "tsk_{recipient.tag}"
        workflow_run_id = "wr_{inbox}"

        [[inbox.rule]]
        name = "acme"
        from = '@acme\.example$'
        code = 'ticket (?<code>[A-Z]{2}-[0-9]{4})'
        task_id = "tsk_{match.code}"
        workflow_id = "w_1"
    "#;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, keys)).await;
    // Not the subject of the rule that every test has: built-in detection finds it.
    let detected = mail("a@books.example", &address("books"), "Sign in", "Your security code is 816420.");
    dovecot.deliver(USER, "INBOX", &detected).await;
    dovecot.deliver(USER, "INBOX", &mail("b@acme.example", &address("gate"), "Visit", "ticket KX-7731")).await;
    skyvern.until_code("816420").await;
    skyvern.until_code("KX-7731").await;
    let scopes: Vec<_> = skyvern
        .pushes()
        .iter()
        .map(|push| ["task_id", "workflow_id", "workflow_run_id"].map(|key| push.body[key].as_str().map(str::to_owned)))
        .collect();
    let scope = |ids: [Option<&str>; 3]| ids.map(|id| id.map(str::to_owned));
    assert_eq!(scopes.len(), 2);
    assert!(scopes.contains(&scope([Some("tsk_books"), None, Some("wr_agents")])), "{scopes:?}");
    assert!(scopes.contains(&scope([Some("tsk_KX-7731"), Some("w_1"), Some("wr_agents")])), "{scopes:?}");
    assert_eq!(relay.until_settled(2).await[0]["rule"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_sign_in_link_reaches_skyvern_as_a_magic_link() {
    let (dovecot, skyvern) = servers().await;
    let rule = r#"
        [[inbox.rule]]
        name = "magic"
        from = '@login\.example$'
        link = '(?<link>https://login\.example/magic/\S+)'
    "#;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, rule)).await;
    let link = "https://login.example/magic/Zk3vQ9xT2mB7";
    let text = format!("Hello,\n\nuse this link to sign in:\n\n{link}\n\nIt works once, for ten minutes.");
    dovecot.deliver(USER, "INBOX", &mail("no-reply@login.example", USER, "Sign in to Example", &text)).await;
    assert_eq!(skyvern.until_code(link).await.otp_type, "magic_link");
}

#[tokio::test]
async fn built_in_detection_finds_a_code_that_no_rule_names() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    let page = "<p>Someone, probably you, wants to sign in.</p><p>Your security code:</p><h1>8 1 6 4 2 0</h1>\
                <p>Border Books, 10115 Example Town, since 1998</p>";
    let plain = mail("hello@books.example", &address("books"), "Almost there", page);
    let html = String::from_utf8(plain).expect("UTF-8").replace("text/plain", "text/html");
    dovecot.deliver(USER, "INBOX", html.as_bytes()).await;
    assert_eq!(skyvern.until_code("816420").await.totp_identifier, address("books"));
    assert_eq!(relay.until_settled(1).await[0]["rule"], serde_json::Value::Null);
}

#[tokio::test]
async fn skyvern_may_have_a_certificate_of_a_private_authority() {
    let dovecot = Dovecot::start().await;
    let skyvern = SkyvernFake::start_tls(dovecot.pki()).await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    deliver(&dovecot, "shop", "493027").await;
    skyvern.until_code("493027").await;
}

#[tokio::test]
async fn a_newsletter_is_recorded_and_not_sent() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    dovecot.deliver(USER, "INBOX", &newsletter(USER)).await;
    deliver(&dovecot, "after", "493027").await;
    skyvern.until_code("493027").await;
    let history = relay.until_settled(2).await;
    assert_eq!((&history[0]["outcome"], &history[0]["sender_domain"]), (&"nothing".into(), &"library.example".into()));
    assert_eq!(skyvern.pushes().len(), 1);
}

#[tokio::test]
async fn every_mailbox_of_an_inbox_is_watched() {
    let (dovecot, skyvern) = servers().await;
    let mut imap = dovecot.imap(USER).await;
    for name in ["Junk", "[Gmail]/Spam"] {
        imap.command(&format!("CREATE \"{name}\"")).await;
    }
    let mailboxes = "mailboxes = [\"INBOX\", \"Junk\", \"[Gmail]/Spam\"]";
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, mailboxes)).await;
    for (mailbox, code) in [("[Gmail]/Spam", "100001"), ("Junk", "100002"), ("INBOX", "100003")] {
        dovecot.deliver(USER, mailbox, &code_mail(&address(code), code)).await;
    }
    for code in ["100001", "100002", "100003"] {
        skyvern.until_code(code).await;
    }
}

#[tokio::test]
async fn a_missing_mailbox_does_not_stop_the_others_and_the_error_says_which_exist() {
    let (dovecot, skyvern) = servers().await;
    let mut relay = Relay::new(&skyvern, &inbox(&dovecot, "mailboxes = [\"Jnuk\", \"INBOX\"]"));
    dovecot.imap(USER).await.command("CREATE Junk").await;
    relay.start();
    deliver(&dovecot, "shop", "493027").await;
    skyvern.until_code("493027").await;
    let names_junk = |error: &serde_json::Value| error.as_str().is_some_and(|error| error.contains("Junk"));
    relay
        .until_status("the error names the mailboxes that exist", |status| {
            status["mailboxes"]
                .as_array()
                .is_some_and(|all| all.iter().any(|mailbox| names_junk(&mailbox["last_error"])))
        })
        .await;
}

#[tokio::test]
async fn more_mailboxes_than_connections_are_all_looked_at() {
    let (dovecot, skyvern) = servers().await;
    let names: Vec<String> = (0..8).map(|n| format!("Box{n}")).collect();
    let mut imap = dovecot.imap(USER).await;
    for name in &names {
        imap.command(&format!("CREATE {name}")).await;
    }
    drop(imap);
    let more = format!("mailboxes = {names:?}\nmax_connections = 2\npoll_interval = \"1s\"");
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, &more)).await;
    for (n, name) in names.iter().enumerate() {
        let code = format!("20000{n}");
        dovecot.deliver(USER, name, &code_mail(&address(n), &code)).await;
    }
    for n in 0..names.len() {
        skyvern.until_code(&format!("20000{n}")).await;
    }
    assert!(dovecot.sessions(USER) <= 2, "{} sessions", dovecot.sessions(USER));
}

#[tokio::test]
async fn a_server_without_idle_is_polled() {
    let (dovecot, skyvern) = (Dovecot::builder().without_idle().start().await, SkyvernFake::start().await);
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "poll_interval = \"1s\"")).await;
    assert_eq!(relay.status().expect("a status")["mailboxes"][0]["state"], "poll");
    deliver(&dovecot, "shop", "493027").await;
    skyvern.until_code("493027").await;
    assert!(!dovecot.said(USER).concat().contains("IDLE"));
}

#[tokio::test]
async fn starttls_works_as_well_and_so_does_plain_text_on_loopback() {
    const OTHER: &str = "other@example.com";
    let dovecot = Dovecot::builder().user(USER, PASSWORD).user(OTHER, PASSWORD).start().await;
    let skyvern = SkyvernFake::start().await;
    let port = dovecot.imap_port();
    let on_plain_port = |inbox: String, tls: &str| {
        inbox.replace(&dovecot.imaps_port().to_string(), &port.to_string()).replace("implicit", tls)
    };
    let secured = on_plain_port(inbox_of(&dovecot, "secured", USER, PASSWORD, ""), "starttls");
    let open = on_plain_port(inbox_of(&dovecot, "open", OTHER, PASSWORD, ""), "none");
    let open: String = open.lines().filter(|line| !line.starts_with("ca =")).map(|line| format!("{line}\n")).collect();
    let _relay = Relay::watching(&skyvern, &(secured + &open)).await;
    deliver(&dovecot, "a", "100001").await;
    dovecot.deliver(OTHER, "INBOX", &code_mail(OTHER, "100002")).await;
    skyvern.until_code("100001").await;
    skyvern.until_code("100002").await;
    let logins = |user: &str| -> Vec<bool> {
        let (log, user) = (dovecot.log(), format!("user=<{user}>"));
        let login = |line: &&str| line.contains("imap-login") && line.contains(&user) && line.contains("mpid=");
        log.lines().filter(login).map(|line| line.contains(", TLS")).collect()
    };
    assert_eq!((logins(USER), logins(OTHER)), (vec![true], vec![false]));
}

#[tokio::test]
async fn a_refresh_token_opens_the_mailbox_and_a_rotated_one_is_kept_over_restarts() {
    let (oauth, skyvern) = (OAuthFake::start().await, SkyvernFake::start().await);
    oauth.grant("refresh-0-made-up", USER);
    oauth.rotate_refresh_tokens();
    let dovecot = Dovecot::builder().oauth2(&oauth).start().await;
    let oauth2 = format!(
        "[inbox.oauth2]\ntoken_url = \"{}\"\nclient_id = \"made-up-client\"\nrefresh_token = \"refresh-0-made-up\"\n",
        oauth.token_url()
    );
    let with_password = inbox_of(&dovecot, "agents", USER, "", &oauth2);
    let inboxes = with_password.replace("password = \"\"\n", "");
    let mut relay = Relay::watching(&skyvern, &inboxes).await;
    deliver(&dovecot, "a", "100001").await;
    skyvern.until_code("100001").await;

    relay.kill();
    oauth.revoke_access_tokens();
    relay.start();
    deliver(&dovecot, "b", "100002").await;
    skyvern.until_code("100002").await;
    let used: Vec<String> = oauth.requests().into_iter().filter_map(|mut form| form.remove("refresh_token")).collect();
    assert_eq!(used, ["refresh-0-made-up", "refresh-1-made-up"]);
}

#[tokio::test]
async fn many_mails_at_once_each_arrive_once() {
    const MAILS: usize = 100;
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    let mut courier = dovecot.courier().await;
    for n in 0..MAILS {
        courier.deliver(USER, "INBOX", &code_mail(&address(n), &format!("{}", 300_000 + n))).await;
    }
    skyvern.until_rows(MAILS).await;
    relay.until_settled(MAILS).await;
    for n in 0..MAILS {
        assert_eq!(codes_of(&skyvern, n), [format!("{}", 300_000 + n)]);
    }
}

#[tokio::test]
async fn codes_for_one_identifier_arrive_in_the_order_of_their_mails() {
    let (dovecot, skyvern) = servers().await;
    let _relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    for code in ["100001", "100002", "100003"] {
        deliver(&dovecot, "shop", code).await;
        skyvern.until_code(code).await;
    }
    assert_eq!(codes_of(&skyvern, "shop"), ["100001", "100002", "100003"]);
}

#[tokio::test]
async fn a_huge_attachment_costs_no_more_memory_than_a_short_mail() {
    let (dovecot, skyvern) = servers().await;
    let relay = Relay::watching(&skyvern, &inbox(&dovecot, "")).await;
    deliver(&dovecot, "short", "100001").await;
    skyvern.until_code("100001").await;
    let before = peak_memory(relay.pid());

    let head = format!(
        "From: no-reply@login.example\r\nTo: {}\r\nSubject: Your verification code\r\nMessage-ID: <huge@mails.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour verification code is 100002\r\n\
         --b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        address("huge")
    );
    let mut huge = head.into_bytes();
    let line = [b'A'; 76];
    while huge.len() < 50_000_000 {
        huge.extend_from_slice(&line);
        huge.extend_from_slice(b"\r\n");
    }
    huge.extend_from_slice(b"--b--\r\n");
    dovecot.deliver(USER, "INBOX", &huge).await;
    skyvern.until_code("100002").await;
    let grown = peak_memory(relay.pid()) - before;
    assert!(grown < 8 << 20, "grew by {grown} bytes");
}

/// VmHWM, in bytes.
fn peak_memory(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().expect("a number") * 1024
}
