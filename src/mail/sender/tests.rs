use super::*;

fn policy(require: Requirement) -> SenderPolicy {
    SenderPolicy {
        require,
        authserv_ids: vec!["mx.example.com".into()],
        trusted_forwarders: vec!["lists.example.org".into()],
    }
}

fn verdict(headers: &str, require: Requirement) -> SenderVerdict {
    verify_sender(&Message::parse(format!("{headers}\n\nbody").as_bytes()), &policy(require))
}

#[test]
fn a_requirement_holds_only_for_the_from_domain() {
    use Requirement::*;
    use SenderStatus::*;
    for (results, require, status, reason) in [
        ("dmarc=pass header.from=acme.example", Dmarc, Passed, "DMARC passed for acme.example"),
        ("dmarc=pass", Dmarc, Passed, "DMARC passed for acme.example"),
        ("dmarc=fail header.from=acme.example", Dmarc, Failed, "DMARC failed for acme.example"),
        ("dmarc=none header.from=acme.example", Dmarc, Failed, "acme.example does not use DMARC"),
        ("dkim=pass header.d=acme.example", Dmarc, Failed, "the server did not check DMARC"),
        ("dkim=pass header.d=acme.example", Dkim, Passed, "DKIM passed for acme.example"),
        ("dkim=pass header.d=mail.acme.example", Dkim, Passed, "DKIM passed for acme.example"),
        (
            "dkim=pass header.d=evil.example",
            Dkim,
            Failed,
            "DKIM passed for evil.example, which is not the sender's acme.example",
        ),
        (
            "dkim=pass header.d=notacme.example",
            Dkim,
            Failed,
            "DKIM passed for notacme.example, which is not the sender's acme.example",
        ),
        ("dkim=pass header.d=example", Dkim, Failed, "DKIM passed for example, which is not the sender's acme.example"),
        (
            "dkim=fail header.d=acme.example; dkim=pass header.d=acme.example",
            Dkim,
            Passed,
            "DKIM passed for acme.example",
        ),
        (
            "dkim=temperror header.d=acme.example",
            Dkim,
            Failed,
            "DKIM could not be checked when the mail came in (temporary error)",
        ),
        ("spf=pass smtp.mailfrom=bounce@acme.example", Spf, Passed, "SPF passed for acme.example"),
        (
            "spf=pass smtp.mailfrom=bounce@esp.example.net",
            Spf,
            Failed,
            "SPF passed for esp.example.net, which is not the sender's acme.example",
        ),
        ("spf=softfail smtp.mailfrom=acme.example", Spf, Failed, "SPF failed for acme.example"),
    ] {
        let verdict = verdict(
            &format!("Authentication-Results: mx.example.com; {results}\nFrom: Acme <a@acme.example>"),
            require,
        );
        assert_eq!((verdict.status, verdict.reason.as_str()), (status, reason), "{results}");
    }
}

#[test]
fn only_the_topmost_fields_of_the_own_server_count() {
    use SenderStatus::*;
    let own =
        |result: &str| format!("Authentication-Results: MX.example.com; dmarc={result} header.from=acme.example\n");
    let other = "Authentication-Results: other.example.net; dmarc=pass header.from=acme.example\n";
    let from = "From: a@acme.example";
    for (headers, status) in [
        // A forged field below the server's own, in any distance.
        (format!("{}Received: from x\n{}{from}", own("fail"), own("pass")), Failed),
        (format!("{}{}{from}", own("fail"), own("pass")), Failed),
        (format!("Received: by y\n{}{other}{}{from}", own("fail"), own("pass")), Failed),
        // Another server's fields, above or below.
        (format!("{other}{from}"), Unknown),
        (format!("{other}{}{from}", own("pass")), Passed),
        // Below what the author wrote.
        (format!("{from}\n{}", own("pass").trim_end()), Unknown),
        (from.to_owned(), Unknown),
    ] {
        assert_eq!(verdict(&headers, Requirement::Dmarc).status, status, "{headers}");
    }
    // Two filters of one server write a field each.
    let two = "Authentication-Results: mx.example.com; dkim=pass header.d=acme.example\n\
        Authentication-Results: mx.example.com; dmarc=pass header.from=acme.example\nFrom: a@acme.example";
    assert!(verdict(two, Requirement::Dmarc).is_accepted());
    assert!(verdict(two, Requirement::Dkim).is_accepted());
}

#[test]
fn a_server_without_a_name_is_asked_for_by_an_empty_one() {
    let message = Message::parse(b"Authentication-Results: spf=pass smtp.mailfrom=acme.example; dmarc=pass header.from=acme.example\nFrom: a@acme.example\n\n");
    let policy = SenderPolicy { authserv_ids: vec![String::new()], ..policy(Requirement::Dmarc) };
    assert!(verify_sender(&message, &policy).is_accepted());
    assert!(!verify_sender(&message, &self::policy(Requirement::Dmarc)).is_accepted());
}

#[test]
fn a_mail_that_a_forwarder_broke_is_told_from_a_forged_one() {
    let mail = |arc: &str, by: &str, seen: &str| {
        format!(
            "Authentication-Results: mx.example.com; dkim=fail header.d=acme.example; dmarc=fail header.from=acme.example; arc={arc}\n\
             ARC-Seal: i=1; a=rsa-sha256; cv=none; d={by}; s=k; b=AAAA\n\
             ARC-Authentication-Results: i=1; mx.{by}; dmarc={seen} header.from=acme.example\n\
             From: a@acme.example"
        )
    };
    let trusted = verdict(&mail("pass", "lists.example.org", "pass"), Requirement::Dmarc);
    assert_eq!(trusted.status, SenderStatus::Forwarded { by: "lists.example.org".into(), trusted: true });
    assert!(trusted.is_accepted());
    let stranger = verdict(&mail("pass", "evil.example.net", "pass"), Requirement::Dmarc);
    assert_eq!(stranger.status, SenderStatus::Forwarded { by: "evil.example.net".into(), trusted: false });
    assert!(!stranger.is_accepted());
    assert!(stranger.reason.contains("not a trusted forwarder"));
    for headers in [mail("fail", "lists.example.org", "pass"), mail("pass", "lists.example.org", "fail")] {
        assert_eq!(verdict(&headers, Requirement::Dmarc).status, SenderStatus::Failed);
    }
}

#[test]
fn several_senders_are_nobody() {
    let results = "Authentication-Results: mx.example.com; dmarc=pass header.from=acme.example\n";
    for from in ["From: a@acme.example\nFrom: b@evil.example", "From: a@acme.example, b@evil.example"] {
        assert_eq!(verdict(&format!("{results}{from}"), Requirement::Dmarc).status, SenderStatus::Failed);
    }
    assert_eq!(verdict(&format!("{results}Subject: x"), Requirement::Dmarc).reason, "it has no From address");
}
