//! How fast bytes become a [`Message`]: ordinary mail by size, and mail that was made to be slow.
//!
//! `cargo bench --bench mail`

use divan::Bencher;
use divan::counter::BytesCount;
use otp_relay::mail::Message;

fn main() {
    divan::main();
}

const SIZES: [usize; 4] = [2 << 10, 20 << 10, 200 << 10, 2 << 20];
/// The size of every mail that was made to be slow.
const LARGE: usize = 2 << 20;

fn parse(bencher: Bencher, raw: Vec<u8>) {
    bencher.counter(BytesCount::of_slice(&raw)).bench(|| Message::parse(divan::black_box(&raw)));
}

fn mail(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Acme <no-reply@acme.example>\r\nTo: bob@example.com\r\nSubject: Your code is 482913\r\n\
         Message-ID: <1@acme.example>\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n{body}"
    )
    .into_bytes()
}

/// `unit` until `size` bytes are full.
fn fill(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len() + 1)
}

/// HTML as newsletters write it: a table for each paragraph, all style inline.
#[divan::bench(args = SIZES)]
fn html(bencher: Bencher, size: usize) {
    let row = "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse\"><tr>\
        <td align=\"center\" class=\"text\" style=\"font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;\
        color:#333333;padding:0 20px\">Hello Bob, here is some more text to read &amp; think about, with a \
        <a href=\"https://example.com/track?id=1&amp;x=1\" style=\"color:#0066cc;text-decoration:none\">link</a> in it.\
        </td></tr></table>\r\n";
    parse(bencher, mail("text/html", &fill(row, size)));
}

#[divan::bench(args = SIZES)]
fn plain(bencher: Bencher, size: usize) {
    let line = "Hello Bob, your verification code is 482913. It expires in ten minutes.\r\n\r\n";
    parse(bencher, mail("text/plain", &fill(line, size)));
}

#[divan::bench]
fn japanese(bencher: Bencher) {
    let line = "お客様の認証コードは482913です。他の人に教えないでください。\r\n";
    parse(bencher, mail("text/plain", &fill(line, LARGE)));
}

/// A picture of two megabytes beside a short text.
#[divan::bench]
fn attachment(bencher: Bencher) {
    let picture = fill("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7R0lGODlhAQABAIAAAAA\r\n", LARGE);
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nYour code is 482913.\r\n--b\r\nContent-Type: image/gif\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{picture}\r\n--b--\r\n"
    );
    parse(bencher, mail("multipart/mixed; boundary=b", &body));
}

/// Mails that cost a parser more than their size.
#[divan::bench(args = [
    "lone <", "nested elements", "end tags", "comments", "style sheets", "rules", "anchors", "cells", "entities",
    "one line", "quotes", "headers of quoted mails", "single characters", "urls", "brackets",
])]
fn hostile_text(bencher: Bencher, kind: &str) {
    let fill = |unit| fill(unit, LARGE);
    let half = |unit: &str| self::fill(unit, LARGE / 2);
    let html = |body: String| mail("text/html", &body);
    let plain = |body: String| mail("text/plain", &body);
    parse(
        bencher,
        match kind {
            "lone <" => html(fill("<")),
            "nested elements" => html(fill("<div>")),
            "end tags" => html(format!("<div><table><td>{}{}", half("<span>"), half("</div>"))),
            "comments" => html(fill("<!--")),
            "style sheets" => html(fill("<style></style>")),
            "rules" => html(format!("<style>{}</style>{}", half(".a{display:none}"), half("<b class='a a a a'>x</b>"))),
            "anchors" => html(fill("<a href=x>y</a>")),
            "cells" => html(fill("<td>4")),
            "entities" => html(fill("&")),
            "one line" => plain(fill("word ")),
            "quotes" => plain(fill("> a\n")),
            "headers of quoted mails" => plain(fill("From: a@b.example\nSent: 2026\nTo: c@d.example\nSubject: x\n")),
            "single characters" => plain(fill("4\n8\n")),
            "urls" => plain(fill("https://example.com/a?b=c ")),
            _ => plain(format!("https://example.com/{}", fill(")"))),
        },
    );
}

#[divan::bench(args = ["parts", "boundaries that never come", "nested multiparts", "nested messages", "encoded words"])]
fn hostile_structure(bencher: Bencher, kind: &str) {
    let numbered = |count: usize, part: fn(usize) -> String| (0..count).map(part).collect::<String>();
    parse(
        bencher,
        match kind {
            "parts" => mail("multipart/mixed; boundary=a", &fill("--a\n\nx\n", LARGE)),
            "boundaries that never come" => mail(
                "multipart/mixed; boundary=a",
                &numbered(35_000, |index| format!("--a\nContent-Type: multipart/mixed; boundary=z{index}\n\nx\n")),
            ),
            "nested multiparts" => {
                numbered(35_000, |index| format!("Content-Type: multipart/mixed; boundary=b{index}\n\n--b{index}\n"))
                    .into_bytes()
            }
            "nested messages" => fill("Content-Type: message/rfc822\n\n", LARGE).into_bytes(),
            _ => format!("Subject: {}\n\n", fill("=?a?q?x ", LARGE)).into_bytes(),
        },
    );
}
