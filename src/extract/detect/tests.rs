use super::super::policy::{Policy, Prefer};
use super::super::testing::{address, mail, text};
use super::super::{Outcome, explain, extract};
use crate::mail::{Message, TextKind};

fn found(message: &Message, policy: &Policy) -> String {
    let outcome = extract(message, policy);
    let explained = explain(message, policy);
    assert_eq!(explained.outcome, outcome, "explain does the same");
    match outcome {
        Outcome::Found(found) => found.value.expose().to_owned(),
        Outcome::Refused { .. } => "refused".into(),
        Outcome::Nothing { .. } | Outcome::Ignored { .. } => "none".into(),
    }
}

fn of(subject: &str, body: &str) -> String {
    found(&mail("no-reply@acme.example", subject, body), &Policy::default())
}

/// Subject, what is expected, text.
pub(super) fn cases() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let mails = [include_str!("cases/mails.txt"), include_str!("cases/languages.txt")];
    mails.into_iter().flat_map(|mails| mails.split("---\n")).map(|case| {
        let mut lines = case.lines();
        let subject = lines.next().and_then(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
        let expected = lines.next().and_then(|line| line.strip_prefix("Expect: ")).unwrap_or_default();
        assert!(!expected.is_empty(), "{case}");
        let body: Vec<&str> = lines.collect();
        (subject, expected, body.join("\n"))
    })
}

#[test]
fn mails_in_many_languages_are_understood() {
    let mut wrong = Vec::new();
    for (subject, expected, body) in cases() {
        let got = of(subject, &body);
        let silent = expected == "none" && got == "refused";
        if got != expected && !silent {
            wrong.push(format!("{subject}: expected {expected}, got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tie_is_a_refusal_with_its_reason() {
    let message = mail("a@acme.example", "Your codes", "Your login code is 111222.\nYour login code is 333444.");
    let Outcome::Refused { rule: None, reason } = extract(&message, &Policy::default()) else { panic!("no refusal") };
    assert_eq!(reason, "two values are equally likely to be the code");
}

#[test]
fn an_origin_bound_code_comes_first() {
    assert_eq!(of("Hi", "Your login code is 111222.\n\n@acme.example #747723"), "747723");
}

#[test]
fn a_mail_servers_report_delivers_nothing() {
    let text = "Your message could not be delivered.\nverification failed, code 550511\n\nYour login code is 482913.";
    for (from, expected) in [("MAILER-DAEMON@mx.acme.example", "none"), ("daemon@acme.example", "482913")] {
        assert_eq!(found(&mail(from, "Undelivered Mail", text), &Policy::default()), expected, "{from}");
    }
}

#[test]
fn an_automatic_answer_delivers_no_code() {
    let mut message = mail("eve@acme.example", "Automatic reply: login code / file 2025-1183", "I am away.");
    assert_eq!(found(&message, &Policy::default()), "20251183");
    message.headers.push(("Auto-Submitted".into(), "auto-replied (vacation)".into()));
    assert_eq!(found(&message, &Policy::default()), "none");
    let mut message = mail("no-reply@acme.example", "Sign in", "Your login code is 482913.");
    message.headers.push(("Auto-Submitted".into(), "auto-generated".into()));
    assert_eq!(found(&message, &Policy::default()), "482913");
}

#[test]
fn what_is_quoted_is_over() {
    assert_eq!(of("Re: code", "Thanks!\n> Your login code is 482913"), "none");
    assert_eq!(of("New code", "Your login code is 771029\n> Your login code is 482913"), "771029");
}

#[test]
fn hidden_text_is_a_last_resort() {
    assert_eq!(of("Sign in", "~ Your login code is 482913\nYour login code is 771029"), "771029");
    assert_eq!(of("Sign in", "~ Your login code is 482913\nPlease see the picture."), "482913");
}

#[test]
fn the_operator_says_which_of_both_is_preferred() {
    let body =
        "Your login code is 482913.\n[Sign in](https://acme.example/m?token=Zx81kQpLmN02aBcD) within 10 minutes.";
    let message = mail("a@acme.example", "Sign in to Acme", body);
    assert_eq!(found(&message, &Policy::default()), "482913");
    let policy = Policy { prefer: Prefer::Link, ..Policy::default() };
    assert_eq!(found(&message, &policy), "https://acme.example/m?token=Zx81kQpLmN02aBcD");
}

#[test]
fn the_order_of_alternatives_does_not_matter() {
    let plain = "Please view this mail in HTML. Order 99120.";
    let html = "Your sign-in code\n482913\nIt expires in 10 minutes.";
    let mut message = mail("a@acme.example", "Sign in", plain);
    message.texts.push(text(TextKind::Html, html));
    let forward = found(&message, &Policy::default());
    message.texts.reverse();
    assert_eq!((forward.as_str(), found(&message, &Policy::default()).as_str()), ("482913", "482913"));
}

#[test]
fn the_senders_own_name_is_no_code() {
    let mut message = mail("a@quill.example", "Sign in", "Your login code:\n\nQUILL");
    assert_eq!(found(&message, &Policy::default()), "none");
    message.from = Some(address("a@acme.example"));
    assert_eq!(found(&message, &Policy::default()), "QUILL");
}

#[test]
fn every_candidate_is_explained() {
    let body = "Your login code is 482913.\nOrder number 771029.\n[Help](https://acme.example/help)";
    let message = mail("a@acme.example", "Sign in", body);
    let explained = explain(&message, &Policy::default());
    let detection = explained.detection.unwrap();
    let told: Vec<(&str, bool)> = detection.candidates.iter().map(|c| (c.value.as_str(), c.lost.is_none())).collect();
    assert_eq!(told, [("482913", true), ("771029", false), ("https://acme.example/help", false)]);
    for candidate in &detection.candidates {
        assert_eq!(candidate.reasons.iter().map(|reason| reason.points).sum::<i32>(), candidate.score);
        let place = &candidate.place;
        let text = &message.texts[place.text.unwrap()].text;
        assert_eq!(text[place.start..place.end], candidate.text);
    }
    assert_eq!(detection.candidates[0].reasons[0].word.as_deref(), Some("login code"));
    assert!(!format!("{:?}", detection.candidates).contains("482913"), "Debug tells no code");
}

#[test]
fn the_mail_shortens_and_lengthens_the_lifetime_within_limits() {
    let ttl = |body: &str| match extract(&mail("a@acme.example", "Sign in", body), &Policy::default()) {
        Outcome::Found(found) => found.ttl.as_secs(),
        _ => 0,
    };
    assert_eq!(ttl("Your login code is 482913."), 600);
    assert_eq!(ttl("Your login code is 482913. It expires in 2 minutes."), 120);
    assert_eq!(ttl("Your login code is 482913. It expires in 30 minutes."), 1800);
    assert_eq!(ttl("Your login code is 482913. It expires in 24 hours."), 3600);
}

#[test]
fn long_texts_of_anything_end_soon() {
    // A generous limit for an unoptimised build: what is quadratic takes minutes.
    let pieces = [
        "1 ",
        "12",
        "code 123456 ",
        "A B ",
        "a.a.",
        "://",
        "www.",
        "a@",
        "#",
        "((((",
        "code code ",
        "1-",
        "\t1",
        "\n4821",
        "é",
        "验证码123456",
        "https://a.example/x?token=Zx81kQpLmN02aBcD ",
        "****",
        "+1 ",
        "12:",
        "sign in ",
        "\u{301}",
        "x".repeat(1000).as_str(),
    ]
    .map(str::to_owned);
    let started = std::time::Instant::now();
    for piece in pieces {
        let size = 50_000;
        let body = piece.repeat(size / piece.len());
        let _ = of("Sign in", &body);
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?}", started.elapsed());
}
