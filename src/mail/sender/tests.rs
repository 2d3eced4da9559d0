use super::*;

fn trust() -> SenderTrust {
    SenderTrust {
        authserv_ids: vec!["mx.example.com".into()],
        verify: false,
        trusted_forwarders: vec!["lists.example.org".into()],
    }
}

fn parse(headers: &str) -> Message {
    Message::parse(format!("{headers}\n\nbody").as_bytes())
}

fn verdict(headers: &str, require: Requirement) -> SenderVerdict {
    verify_sender(&parse(headers), require, &trust(), None)
}

fn verified(headers: &str, require: Requirement, found: Verified) -> SenderVerdict {
    let trust = SenderTrust { authserv_ids: Vec::new(), verify: true, ..trust() };
    verify_sender(&parse(headers), require, &trust, Some(&Verification::Done(found)))
}

fn signed(domain: &str, state: SignatureState) -> Verified {
    let signature = Signature { domain: domain.into(), selector: "s1".into(), state };
    Verified { signatures: vec![signature], dmarc: DmarcRecord::Found { strict: false }, ..Verified::default() }
}

#[test]
fn a_requirement_holds_only_for_the_from_domain() {
    use Requirement::*;
    use SenderStatus::*;
    for (results, require, status, reason) in [
        ("dmarc=pass header.from=acme.example", Dmarc, Passed, "DMARC passed for acme.example"),
        ("dmarc=pass", Dmarc, Failed, "DMARC passed for an unnamed domain, which is not the sender's acme.example"),
        ("dmarc=bestguesspass header.from=acme.example", Dmarc, Passed, "DMARC passed for acme.example"),
        (
            "dmarc=fail header.from=acme.example; dmarc=pass header.from=acme.example",
            Dmarc,
            Failed,
            "DMARC failed for acme.example",
        ),
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
        // Another server's fields; what stands below them may have come with the mail.
        (format!("{other}{from}"), Unknown),
        (format!("{other}{}{from}", own("pass")), Unknown),
        (format!("{}{other}{from}", own("pass")), Passed),
        (format!("Received: by y\n{}{from}", own("pass")), Passed),
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
    let unnamed = SenderTrust { authserv_ids: vec![String::new()], ..trust() };
    assert!(verify_sender(&message, Requirement::Dmarc, &unnamed, None).is_accepted());
    assert!(!verify_sender(&message, Requirement::Dmarc, &trust(), None).is_accepted());
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

#[test]
fn a_chain_is_only_as_good_as_its_worst_sealer() {
    // A stranger can put the first set of a real mail above a text of its own, and seal that.
    let headers = "Authentication-Results: mx.example.com; dmarc=fail header.from=acme.example; arc=pass\n\
         ARC-Seal: i=2; cv=pass; d=evil.example.net; s=k; b=BBBB\n\
         ARC-Seal: i=1; cv=none; d=lists.example.org; s=k; b=AAAA\n\
         ARC-Authentication-Results: i=1; mx.lists.example.org; dmarc=pass header.from=acme.example\n\
         From: a@acme.example";
    let found = verdict(headers, Requirement::Dmarc);
    assert_eq!(found.status, SenderStatus::Forwarded { by: "lists.example.org".into(), trusted: false });
    assert!(found.reason.ends_with("but evil.example.net is not a trusted forwarder"), "{}", found.reason);
}

#[test]
fn an_encoded_word_in_results_says_nothing_and_a_comma_in_a_name_is_no_second_sender() {
    let headers = "Authentication-Results: mx.example.com; dmarc=fail header.from=acme.example; spf=pass smtp.mailfrom==?utf-8?q?x;dmarc=3Dpass?=@evil.example\n\
        From: =?utf-8?q?Acme=2C_Inc=2E?= <a@acme.example>";
    let found = verdict(headers, Requirement::Dmarc);
    assert_eq!((found.status, found.reason.as_str()), (SenderStatus::Failed, "DMARC failed for acme.example"));
}

#[test]
fn a_second_subject_or_recipient_is_no_part_of_what_was_signed() {
    let results = "Authentication-Results: mx.example.com; dmarc=pass header.from=acme.example\nFrom: a@acme.example\n";
    for field in ["Subject", "To", "Content-Type"] {
        let found = verdict(&format!("{results}{field}: a\n{field}: b"), Requirement::Dmarc);
        assert_eq!(found.status, SenderStatus::Failed, "{field}");
        assert!(found.reason.contains(&format!("several {field} fields")), "{}", found.reason);
    }
}

#[test]
fn what_was_verified_here_tells_forged_mails_from_changed_ones() {
    use Requirement::*;
    use SenderStatus::*;
    use SignatureState::*;
    let strict = Verified { dmarc: DmarcRecord::Found { strict: true }, ..signed("m.acme.example", Valid) };
    let without_record = Verified { dmarc: DmarcRecord::Absent, ..signed("acme.example", Valid) };
    let stranger = Verified { strangers: vec!["esp.example.net".into()], ..Verified::default() };
    for (found, require, status, reason) in [
        (signed("m.acme.example", Valid), Dmarc, Passed, "DMARC passed for acme.example"),
        (signed("m.acme.example", Valid), Dkim, Passed, "DKIM passed for acme.example"),
        (strict.clone(), Dmarc, Failed, "acme.example wants its own name there"),
        (strict, Dkim, Passed, "DKIM passed"),
        (without_record.clone(), Dmarc, Failed, "acme.example has no DMARC record"),
        (without_record, Dkim, Passed, "DKIM passed"),
        (Verified::default(), Dkim, Failed, "does not sign, or the mail is forged"),
        (stranger, Dkim, Failed, "only of esp.example.net"),
        (signed("acme.example", BodyChanged { headers_hold: true }), Dkim, Failed, "the text was changed after that"),
        (signed("acme.example", BodyChanged { headers_hold: false }), Dkim, Failed, "it is forged, or was changed"),
        (signed("acme.example", HeaderChanged), Dkim, Failed, "the header is not"),
        (signed("acme.example", Expired), Dkim, Failed, "has expired"),
        (signed("acme.example", KeyMissing), Dkim, Failed, "DNS has no key s1._domainkey.acme.example"),
        (signed("acme.example", KeyRevoked), Dkim, Failed, "revoked its key s1"),
        (signed("acme.example", LengthTag), Dkim, Failed, "only the beginning of the text"),
        (signed("acme.example", Sha1), Dkim, Failed, "SHA-1"),
        (signed("acme.example", FieldUnsigned("subject")), Dkim, Failed, "leaves out the subject"),
        (signed("acme.example", NoAnswer), Dkim, Unknown, "DNS did not answer"),
    ] {
        let verdict = verified("From: a@acme.example", require, found);
        assert_eq!(verdict.status, status, "{}", verdict.reason);
        assert!(verdict.reason.contains(reason), "{}", verdict.reason);
        assert_eq!(verdict.unsettled.is_some(), status == Unknown);
    }
    let list = "From: a@acme.example\nList-Id: Friends <friends.lists.example.org>";
    let changed = verified(list, Dkim, signed("acme.example", BodyChanged { headers_hold: true }));
    assert!(changed.reason.ends_with("as mailing lists do (it names the list friends.lists.example.org)"));
    let older = "Authentication-Results: mx.other.example.net; dkim=pass header.d=acme.example\nFrom: a@acme.example";
    let changed = verified(older, Dkim, signed("acme.example", BodyChanged { headers_hold: true }));
    assert!(changed.reason.ends_with("mx.other.example.net says that it held when the mail passed there"));
}

#[test]
fn signatures_are_asked_for_only_where_the_own_server_does_not_vouch() {
    let both = SenderTrust { verify: true, ..trust() };
    let passed = "Authentication-Results: mx.example.com; dmarc=pass header.from=acme.example\nFrom: a@acme.example";
    let found = verify_sender(&parse(passed), Requirement::Dmarc, &both, None);
    assert_eq!((found.is_accepted(), found.unsettled), (true, None));
    let silent = parse("From: a@acme.example");
    let found = verify_sender(&silent, Requirement::Dmarc, &both, None);
    assert_eq!((found.status, found.unsettled), (SenderStatus::Unknown, Some(Unsettled::NotVerified)));
    let found = verify_sender(&silent, Requirement::Spf, &both, None);
    assert_eq!(found.unsettled, None, "SPF can't be verified here");
    let cut = Verification::Impossible("only its first 2MiB were fetched".into());
    let found = verify_sender(&silent, Requirement::Dkim, &both, Some(&cut));
    assert_eq!((found.is_accepted(), found.unsettled), (false, None));
    assert!(found.reason.starts_with("only its first 2MiB"), "{}", found.reason);
}
