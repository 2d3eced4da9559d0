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

/// A mail of one text, in bytes of a charset.
fn labelled(charset: &str, bytes: &[u8]) -> Vec<u8> {
    let parameter = if charset.is_empty() { String::new() } else { format!("; charset={charset}") };
    [format!("From: x@example.ru\nContent-Type: text/plain{parameter}\n\n").as_bytes(), bytes].concat()
}

#[test]
fn charsets_are_read_under_every_name() {
    for (charset, bytes, text) in [
        ("utf-7", &b"Dein Best+AOQ-tigungscode: 482913 +- +2DzfiQ-"[..], "Dein Bestätigungscode: 482913 + 🎉"),
        ("unicode-1-1-utf-7", b"+ZeU,x", "日,x"),
        ("hz-gb-2312", b"~{QiV$Bk~}: 482913 ~~", "验证码: 482913 ~"),
        ("iso-2022-kr", b"\x1b$)C\x0e@NAu\x0f 482913", "인증 482913"),
        ("ISO-2022-JP", b"\x1b$BG'>Z%3!<%I\x1b(B: 482913", "認証コード: 482913"),
        ("us-ascii", b"\x1b$BG'>Z%3!<%I\x1b(B: 482913", "認証コード: 482913"),
        ("", b"\x1b$BG'>Z%3!<%I\x1b(B: 482913", "認証コード: 482913"),
        ("cp-1251", b"\xea\xee\xe4", "код"),
        ("win1251", b"\xea\xee\xe4", "код"),
        ("koi8-r", b"\xc4\xa6\xca\xd3\xce\xc9\xca", "дійсний"),
        ("koi8-r", b"\xa6\xa6 \xcb\xcf\xc4", "╕╕ код"),
        ("koi8-r", b"\xcb\xcf\xc4", "код"),
        ("ibm866", b"\xaa\xae\xa4", "код"),
        ("cp850", b"Best\x84tigung", "Bestätigung"),
        ("utf-16le", b"a\0\xe4\0", "aä"),
        ("utf-16", b"\0a\0\xe4\0\r\0\n\0b", "aä\nb"),
        ("utf-16", b"a\0\xe4\0\r\0\n\0b\0", "aä\nb"),
        ("utf-16", b"\xfe\xff\0a\0\xe4", "aä"),
        ("utf-16", b"Code 482913", "Code 482913"),
        ("windows-1258", b"Ma\xde x\xe1c th\xfd\xf2c", "Mã xác thực"),
        // Labels that are wrong.
        ("us-ascii", "Bestätigung".as_bytes(), "Bestätigung"),
        ("iso-8859-1", "Bestätigung".as_bytes(), "Bestätigung"),
        ("iso-8859-1", b"Best\xe4tigung", "Bestätigung"),
        ("windows-1251", "Ваш код подтверждения".as_bytes(), "Ваш код подтверждения"),
        ("gb2312", "您的验证码是".as_bytes(), "您的验证码是"),
        ("utf-8", b"Best\xe4tigung", "Bestätigung"),
        ("no-such-charset", "Bestätigung".as_bytes(), "Bestätigung"),
        ("us-ascii", b"\xea\xee\xe4 \xef\xee\xe4\xf2\xe2\xe5\xf0\xe6\xe4\xe5\xed\xe8\xff", "код подтверждения"),
        ("", b"\xea\xee\xe4 \xef\xee\xe4\xf2\xe2\xe5\xf0\xe6\xe4\xe5\xed\xe8\xff", "код подтверждения"),
        // One bad byte, or one character cut, is no reason to read all of it otherwise.
        (
            "utf-8",
            "Ваш код подтверждения\u{a0}482913 \u{20ac}".as_bytes().split_last().unwrap().1,
            "Ваш код подтверждения 482913 \u{fffd}",
        ),
    ] {
        let message = Message::parse(&labelled(charset, bytes));
        assert_eq!(message.texts[0].text, text, "{charset}");
    }
}

#[test]
fn a_charset_that_cannot_be_true_is_not_believed() {
    use encoding_rs::{EUC_KR, Encoding, KOI8_R, SHIFT_JIS, WINDOWS_1251};
    let russian = "Здравствуйте! Ваш код подтверждения: 906614. Никому не сообщайте этот код, даже сотрудникам банка.";
    let korean = "안녕하세요. 회원님의 인증번호는 906614 입니다. 타인에게 알려주지 마세요.";
    let japanese = "いつもご利用ありがとうございます。認証コードは 906614 です。第三者に教えないでください。";
    let all: [(&str, &'static Encoding, &str); 6] = [
        ("iso-8859-1", WINDOWS_1251, russian),
        ("koi8-r", WINDOWS_1251, russian),
        ("windows-1251", KOI8_R, russian),
        ("iso-8859-1", EUC_KR, korean),
        ("iso-2022-jp", SHIFT_JIS, japanese),
        ("euc-jp", SHIFT_JIS, japanese),
    ];
    for (label, encoding, text) in all {
        let message = Message::parse(&labelled(label, &encoding.encode(text).0));
        assert_eq!(message.texts[0].text, text, "{} as {label}", encoding.name());
    }
    // What can be true is believed.
    for (label, text) in
        [("iso-8859-1", "Âme été où naïf çà ÀÉÈ"), ("koi8-r", "код ПОДТВЕРЖДЕНИЯ йЁ"), ("windows-1251", "ВАШ КОД еЁ")]
    {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let message = Message::parse(&labelled(label, &encoding.encode(text).0));
        assert_eq!(message.texts[0].text, text, "{label}");
    }
}

#[test]
fn html_can_name_its_charset_itself() {
    let html = |meta: &str| {
        [b"Content-Type: text/html\n\n<html><head>", meta.as_bytes(), b"</head>\xcb\xcf\xc4: 482913 \xd0\xcf\xc4\xd4"]
            .concat()
    };
    for meta in ["<meta charset=\"koi8-r\">", "<meta http-equiv=Content-Type content='text/html; charset=KOI8-R'>"] {
        assert_eq!(Message::parse(&html(meta)).texts[0].text, "код: 482913 подт");
    }
}

#[test]
fn flowed_lines_are_joined() {
    for (parameters, body, expected) in [
        ("format=flowed", "Your code \nis 482913.\nNot this", "1 plain: Your code is 482913. / Not this"),
        ("format=flowed; delsp=yes", "認証コード \nは482913", "1 plain: 認証コードは482913"),
        ("format=flowed", "> quoted \n> on\n>> deeper \nown", "1 plain: quoted on / deeper / own"),
        ("format=flowed", " stuffed\n-- \nsignature", "1 plain: stuffed / -- / signature"),
        ("", "Your code \nis 482913.", "1 plain: Your code / is 482913."),
    ] {
        let raw = format!("Content-Type: text/plain; charset=utf-8; {parameters}\n\n{body}");
        assert_eq!(texts(raw.as_bytes()), [expected], "{body}");
    }
}

#[test]
fn what_keeps_a_mail_from_being_read_is_said() {
    for (raw, reason) in [
        (
            &b"Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n--b--"[..],
            Some("encrypted with OpenPGP"),
        ),
        (b"\n\nHello\n-----BEGIN PGP MESSAGE-----\n\nhQ\n", Some("encrypted with OpenPGP")),
        (
            b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CA\n",
            Some("encrypted with S/MIME"),
        ),
        (b"Content-Type: application/ms-tnef; name=winmail.dat\n\nx", Some("in Outlook's own format (winmail.dat)")),
        (b"Content-Type: message/partial; id=1; number=2\n\nx", Some("one fragment of a message sent in several (message/partial)")),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/ms-tnef\n\nx\n--b--", None),
        (b"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--", None),
    ] {
        assert_eq!(Message::parse(raw).unreadable.as_deref(), reason);
    }
}

#[test]
fn wrapped_mails_are_unwrapped() {
    // A message in base64, a message in a file, a text in a clear signature, a text in an S/MIME signature.
    let inner = "From: a@acme.example\nTo: bob@example.com\nSubject: Your code\n\nYour code is 482913\n";
    let base64 = data_encoding::BASE64.encode(inner.as_bytes());
    let signed = data_encoding::BASE64.encode(
        &[
            &[
                0x30, 0x80, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2, 0xA0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31,
                0, 0x30, 0x80,
            ][..],
            &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1, 0xA0, 0x80, 4, 21],
            b"\r\nYour code is 482913",
        ]
        .concat(),
    );
    for (raw, expected) in [
        (format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{base64}"), "1.1 plain: Your code is 482913"),
        (
            format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\n--b\nContent-Type: application/octet-stream; name=\"Your code.eml\"\nContent-Transfer-Encoding: base64\n\n{base64}\n--b--"),
            "2.1 plain: Your code is 482913",
        ),
        (
            "Content-Type: text/plain\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYour code is 482913\n-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n".into(),
            "1 plain: Your code is 482913",
        ),
        (
            format!("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n{signed}"),
            "1.1 plain: Your code is 482913",
        ),
    ] {
        assert_eq!(texts(raw.as_bytes()), [expected], "{raw}");
    }
    let attached = Message::parse(
        format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{base64}").as_bytes(),
    );
    assert_eq!(attached.forwarded.unwrap().to[0].address, "bob@example.com");
}

#[test]
fn files_count_only_where_there_is_no_text() {
    let file = "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nin a file\n--b--";
    let with = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n{file}");
    let without = format!("Content-Type: multipart/mixed; boundary=b\n\n{file}");
    assert_eq!(texts(with.as_bytes()), ["1 plain: text"]);
    assert_eq!(texts(without.as_bytes()), ["1 plain: in a file"]);
}

#[test]
fn a_fingerprint_knows_the_mail_in_another_mailbox() {
    let mail = |top: &str, id: &str, date: &str| {
        Message::parse(format!("{top}Message-ID: {id}\nDate: {date}\nSubject: x\n\nbody").as_bytes()).fingerprint()
    };
    let first = mail("", "<1@a.example>", "Mon, 1 Jun 2026");
    assert_eq!(first, mail("Delivered-To: b@example.com\n", "<1@a.example>", "Mon, 1 Jun 2026"));
    assert_ne!(first, mail("", "<2@a.example>", "Mon, 1 Jun 2026"));
    assert_ne!(first, mail("", "<1@a.example>", "Tue, 2 Jun 2026"));
    // Without an identifier the bytes count, as many as are always there.
    let long = format!("Subject: x\n\n{}", "y".repeat(100_000));
    let cut = Message::parse(&long.as_bytes()[..70_000]).fingerprint();
    assert_eq!(Message::parse(long.as_bytes()).fingerprint(), cut);
    assert_ne!(Message::parse(b"Subject: x\n\ny").fingerprint(), Message::parse(b"Subject: x\n\nz").fingerprint());
}

/// The links of the first text, each with its text.
fn links(body: &str) -> Vec<(String, String)> {
    let message = Message::parse(format!("Content-Type: text/plain; charset=utf-8\n\n{body}").as_bytes());
    let text = &message.texts[0];
    text.anchors.iter().map(|anchor| (text.text[anchor.range.clone()].to_owned(), anchor.href.clone())).collect()
}

#[test]
fn urls_in_plain_text_are_links() {
    for (body, urls) in [
        ("Go to https://example.com/v?a=1&b=2.", &["https://example.com/v?a=1&b=2"][..]),
        ("(https://example.com/a_(b)) [http://example.com/c]", &["https://example.com/a_(b)", "http://example.com/c"]),
        ("<https://example.com/a>, \"https://example.com/b\"", &["https://example.com/a", "https://example.com/b"]),
        ("HTTPS://EXAMPLE.COM/A!", &["HTTPS://EXAMPLE.COM/A"]),
        ("こちらhttps://example.com/a?b=1からどうぞ", &["https://example.com/a?b=1"]),
        ("Ссылка: https://пример.example/код?x=1, далее", &["https://пример.example/код?x=1"]),
        ("<https://example.com/long/\nand/longer?x=1\n&y=2> end", &["https://example.com/long/and/longer?x=1&y=2"]),
        ("<https://example.com/a\nnot a url > end", &["https://example.com/a"]),
        ("https://example.com/#/verify?t=a%20b;c=d_", &["https://example.com/#/verify?t=a%20b;c=d_"]),
        ("*https://example.com/a* _https://example.com/b_", &["https://example.com/a", "https://example.com/b"]),
        ("ftp://example.com http:// https://", &[]),
        ("a https://example.com/1,https://example.com/2", &["https://example.com/1,https://example.com/2"]),
    ] {
        let expected: Vec<_> = urls.iter().map(|url| ((*url).to_owned(), (*url).to_owned())).collect();
        assert_eq!(links(body), expected, "{body}");
    }
}

#[test]
fn documents_that_come_with_a_mail_are_known() {
    let with = |part: &str| {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n{part}\n\nx\n--b--\n");
        Message::parse(raw.as_bytes()).has_document
    };
    for part in [
        "Content-Type: application/pdf; name=invoice.pdf",
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"Ticket.PKPASS\"",
        "Content-Type: text/calendar; method=REQUEST",
        "Content-Type: text/xml",
    ] {
        assert!(with(part), "{part}");
    }
    for part in
        ["Content-Type: image/png; name=logo.png", "Content-Type: text/html", "Content-Type: application/octet-stream"]
    {
        assert!(!with(part), "{part}");
    }
}
