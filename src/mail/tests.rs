use super::{Address, Message, TextKind};

/// Each text as `part kind: line / line`.
fn texts(raw: &[u8]) -> Vec<String> {
    Message::parse(raw)
        .texts
        .iter()
        .map(|text| {
            let lines: Vec<&str> = text.lines.iter().map(|line| &text.text[line.range.clone()]).collect();
            let kind = if text.kind == TextKind::Html { "html" } else { "plain" };
            format!("{} {kind}: {}", text.part, lines.join(" / "))
        })
        .collect()
}

#[test]
fn a_simple_mail_is_read() {
    let message = Message::parse(
        b"From: Acme <no-reply@Acme.example>\r\nTo: bob@example.com\r\nSubject: =?utf-8?Q?Your=C2=A0code?=\r\n\
          Message-ID: <1@acme.example>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\n\r\nYour code is 482913.\r\n",
    );
    assert_eq!(message.subject, "Your code");
    assert_eq!(message.from, Some(Address { name: Some("Acme".into()), address: "no-reply@acme.example".into() }));
    assert_eq!(message.sender_domain(), Some("acme.example"));
    assert_eq!(message.to, [Address { name: None, address: "bob@example.com".into() }]);
    assert_eq!(message.headers[2], ("Subject".to_owned(), "Your\u{a0}code".to_owned()));
    assert_eq!(message.texts[0].text, "Your code is 482913.");
}

#[test]
fn parts_are_found_wherever_they_are() {
    let raw = b"Content-Type: multipart/mixed; boundary=\"a\"\n\npreamble\n--a\n\
        Content-Type: multipart/alternative; boundary=ab\n\n--ab\nContent-Type: text/plain\n\nplain\n--ab\n\
        Content-Type: multipart/related; boundary=abc\n\n--abc\nContent-Type: text/html\n\n<p>html</p>\n--abc\n\
        Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--abc--\n--ab--\n--a\n\
        Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\ninner text\n--a\n\
        Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo\n--x--\n--a--\nepilogue";
    assert_eq!(
        texts(raw),
        ["1.1 plain: plain", "1.2.1 html: html", "2.1 plain: inner text", "3.1 plain: one", "3.2 plain: two"]
    );
}

#[test]
fn broken_mails_give_what_they_have() {
    for (raw, expected) in [
        (&b"Subject: x"[..], &[][..]),
        (b"", &[]),
        (b"no header at all", &["1 plain: no header at all"]),
        (b"Subject: x\n\n", &[]),
        (b"From bob Mon Jun 1\nSubject: x\n\ntext", &["1 plain: text"]),
        (b"Subject: x\rTo: y\r\rtext\rmore", &["1 plain: text / more"]),
        // The boundary never comes, is not declared, is another, or comes with blanks after it.
        (b"Content-Type: multipart/mixed; boundary=q\n\nonly text\n", &["1 plain: only text"]),
        (b"Content-Type: multipart/mixed\n\n--zz\n\ntext\n--zz--\n", &["1 plain: text"]),
        (b"Content-Type: multipart/mixed; boundary=q\n\n--zz\nContent-Type: text/plain\n\ntext\n--zz--", &[
            "1 plain: text",
        ]),
        (b"Content-Type: multipart/mixed; boundary=q\n\n--q  \n\ntext\n--q--  \n", &["1 plain: text"]),
        // The last boundary is missing, the base64 is cut.
        (
            b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Transfer-Encoding: base64\n\nWW91ciBjb2Rl\nIGlzIDQ4MjkxMw",
            &["1 plain: Your code is 482913"],
        ),
        // A part without a blank line after its header.
        (b"Content-Type: multipart/mixed; boundary=q\n\n--q\nYour code is here\n--q--", &["1 plain: Your code is here"]),
        // HTML that is called plain, and plain text that is called HTML.
        (b"Content-Type: text/plain\n\n<html><p>a</p></html>", &["1 html: a"]),
        (b"Content-Type: text/html\n\na\nb", &["1 plain: a / b"]),
    ] {
        assert_eq!(texts(raw), expected, "{}", String::from_utf8_lossy(raw));
    }
}
