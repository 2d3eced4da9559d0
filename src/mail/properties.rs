//! What holds for every mail, tried on generated ones.

use encoding_rs::Encoding;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::normalise::{Folded, fold_char};
use super::{Message, RecipientSource, resolve_recipient};

/// Whatever the mail, its texts keep what their documentation promises.
fn check(raw: &[u8]) {
    let message = Message::parse(raw);
    for text in &message.texts {
        let mut from = 0;
        for (index, line) in text.lines.iter().enumerate() {
            assert_eq!(line.range.start, from + usize::from(index > 0), "lines follow one another");
            let content = &text.text[line.range.clone()];
            assert!(!content.is_empty() && content.trim_matches([' ', '\t', '\n']) == content, "{content:?}");
            assert!(!content.contains('\n') && !content.contains("  "), "{content:?}");
            from = line.range.end;
        }
        assert_eq!(from, text.text.len(), "the lines are all of the text");
        for c in text.text.chars() {
            let kept = matches!(c, '\n' | '\t' | ' ') || matches!(fold_char(c), Folded::Keep(_));
            assert!(kept, "{c:?} is folded");
        }
        let mut start = 0;
        for anchor in &text.anchors {
            assert!(anchor.range.start >= start, "anchors are in order");
            assert!(text.text.get(anchor.range.clone()).is_some(), "an anchor is a part of the text");
            start = anchor.range.start;
        }
    }
    let trace = resolve_recipient(&message, "inbox@example.com", &RecipientSource::DEFAULT);
    assert!(trace.address.is_some());
    assert_eq!(message, Message::parse(raw), "the same bytes give the same message");
}

/// Pieces that mails are made of, to be put together in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known = select(vec![
        "Content-Type: multipart/mixed; boundary=b\r\n",
        "Content-Type: multipart/alternative; boundary=\"c\"\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\r\n",
        "Content-Type: message/rfc822\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "Subject: =?utf-8?B?4oCL?= =?koi8-r?Q?=C1_?=\r\n",
        "To: =?utf-8?Q?a=2C?= <a@b.example>, c:d@e.example;\r\n",
        "From: Bob <bob@example.com>\r\nSent: Monday 2026\r\nTo: x\r\nSubject: Re: y\r\n",
        "\r\n",
        "\r\n\r\n",
        "\n--b\r\n",
        "\n--c\n",
        "\n--b--\r\n",
        "\n--c--\n",
        "> quoted ",
        "On 1 Jun 2026 10:00, Bob <b@x.example> wrote:\n",
        "---------- Forwarded message ---------\n",
        "-----Original Message-----\n",
        "<table><tr><td>",
        "</td></tr></table>",
        "<div style=\"display:none\">",
        "</div>",
        "<p>",
        "<blockquote type=cite>",
        "</blockquote>",
        "<a href=\"https://example.com/?a=1&amp;b=2\">",
        "</a>",
        "<style>.a{display:none}</style>",
        "<b class=a>",
        "<title>",
        "<img alt=\"4\">",
        "<!--[if mso]>",
        "<![endif]-->",
        "&#x200b;&nbsp;&shy;",
        "4 8 2 9 1 3",
        "４٨२",
        "https://example.com/x?y=z). ",
        "e\u{301}\u{1100}\u{1161}",
        "WW91ciBjb2Rl\r\n",
        "=E2=82=AC=\r\n=3D",
        "\u{feff}\u{202e}",
    ]);
    vec(prop_oneof![8 => known.prop_map(|piece| piece.as_bytes().to_vec()), 1 => vec(any::<u8>(), 0..12)], 0..40)
        .prop_map(|pieces| pieces.concat())
}

/// Texts with the charsets that can write them.
pub(crate) fn scripts() -> impl Strategy<Value = (&'static [&'static str], &'static [&'static str])> {
    select(vec![
        (
            &["Ваш код подтверждения", "Никому его не сообщайте"][..],
            &["koi8-r", "windows-1251", "iso-8859-5", "x-mac-cyrillic"][..],
        ),
        (&["Ваш код підтвердження", "Нікому його не кажіть, їжак"], &["koi8-u", "windows-1251"]),
        (&["認証コードは", "ワンタイムパスワード", "有効期限は10分です"], &["iso-2022-jp", "shift_jis", "euc-jp"]),
        (&["您的验证码是", "请勿告诉他人", "十分钟内有效"], &["gb18030", "gbk", "gb2312"]),
        (&["您的驗證碼是", "請勿告訴他人", "十分鐘內有效"], &["big5"]),
        (&["인증 코드는", "타인에게 알리지 마세요"], &["euc-kr", "ks_c_5601-1987"]),
        (&["Ο κωδικός σας είναι", "Μην τον μοιραστείτε"], &["windows-1253", "iso-8859-7"]),
        (&["קוד האימות שלך הוא", "אל תשתף אותו"], &["windows-1255", "iso-8859-8"]),
        (&["رمز التحقق الخاص بك هو", "لا تشاركه مع أحد"], &["windows-1256", "iso-8859-6"]),
        (
            &["Ihr Bestätigungscode lautet", "Größe für Änderungen"],
            &["windows-1252", "iso-8859-1", "iso-8859-15", "macintosh"],
        ),
        (&["Twój kod weryfikacyjny to", "Nie udostępniaj go, żółć"], &["windows-1250", "iso-8859-2"]),
        (&["Doğrulama kodunuz", "Kimseyle paylaşmayın, İyi günler"], &["windows-1254", "iso-8859-9"]),
        (&["Jūsų patvirtinimo kodas", "Jūsu apstiprinājuma kods"], &["windows-1257", "iso-8859-13"]),
        (&["รหัสยืนยันของคุณคือ", "อย่าบอกผู้อื่น"], &["windows-874", "tis-620"]),
    ])
}

/// A transfer encoding.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wrapping {
    EightBit,
    Base64,
    QuotedPrintable,
}

impl Wrapping {
    pub(crate) const ALL: [Self; 3] = [Self::EightBit, Self::Base64, Self::QuotedPrintable];
}

fn wrap(bytes: &[u8], wrapping: Wrapping, line: usize) -> (&'static str, Vec<u8>) {
    match wrapping {
        Wrapping::EightBit => ("8bit", bytes.to_vec()),
        Wrapping::Base64 => {
            let text = data_encoding::BASE64.encode(bytes);
            let lines: Vec<&[u8]> = text.as_bytes().chunks(line).collect();
            ("base64", lines.join(&b"\r\n"[..]))
        }
        Wrapping::QuotedPrintable => {
            let mut out = Vec::new();
            let mut column = 0;
            for &byte in bytes {
                let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~');
                let written = if plain || matches!(byte, b'\r' | b'\n') {
                    vec![byte]
                } else {
                    format!("={byte:02X}").into_bytes()
                };
                if column + written.len() >= line.max(8) && byte != b'\r' && byte != b'\n' {
                    out.extend_from_slice(b"=\r\n");
                    column = 0;
                }
                column = if byte == b'\n' { 0 } else { column + written.len() };
                out.extend(written);
            }
            ("quoted-printable", out)
        }
    }
}

/// A mail of one text, in a charset and a transfer encoding. Its lines have at most about `line` characters.
pub(crate) fn mail(kind: &str, text: &str, charset: &str, wrapping: Wrapping, line: usize) -> Vec<u8> {
    let encoding = Encoding::for_label(charset.as_bytes()).expect("a known charset");
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable, "{charset} cannot write {text}");
    let (name, body) = wrap(&bytes, wrapping, line);
    let mut raw = format!("Content-Type: {kind}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {name}\r\n\r\n")
        .into_bytes();
    raw.extend(body);
    raw
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(raw in vec(any::<u8>(), 0..2000)) {
        check(&raw);
    }

    #[test]
    fn anything_made_of_what_mails_are_made_of_can_be_read(raw in pieces(), cut in any::<Index>()) {
        check(&raw);
        check(&raw[..cut.index(raw.len() + 1)]);
    }

    #[test]
    fn charset_and_transfer_encoding_make_no_difference(
        (sentences, charsets) in scripts(),
        order in vec(any::<Index>(), 1..6),
        charset in any::<Index>(),
        wrapping in select(&Wrapping::ALL[..]),
        line in 8usize..77,
        code in 100_000u32..1_000_000,
        html in any::<bool>(),
    ) {
        let mut lines: Vec<String> = order.iter().map(|at| at.get(sentences).to_string()).collect();
        lines.push(code.to_string());
        let (kind, text) = if html {
            ("text/html", format!("<p>{}</p>", lines.join("</p>\r\n<p>")))
        } else {
            ("text/plain", lines.join("\r\n"))
        };
        let expected = Message::parse(&mail(kind, &text, "utf-8", Wrapping::EightBit, line)).texts;
        prop_assert_eq!(&expected[0].text, &lines.join("\n"));
        let charset = charset.get(charsets);
        prop_assert_eq!(Message::parse(&mail(kind, &text, charset, wrapping, line)).texts, expected);
    }

    #[test]
    fn the_line_ends_of_a_mail_make_no_difference(raw in pieces()) {
        let text: Vec<u8> = raw.into_iter().filter(|byte| *byte != b'\r').collect();
        let crlf: Vec<u8> = text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        let (bare, full) = (Message::parse(&text), Message::parse(&crlf));
        prop_assert_eq!(bare.texts, full.texts);
        prop_assert_eq!(bare.headers, full.headers);
    }
}
