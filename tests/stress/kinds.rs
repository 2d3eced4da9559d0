//! Mails that were made to be slow: each kind is one thing repeated until the mail has the size that is asked for.

use std::fmt::Write;

/// A kind of mail, and how one of a size is written.
pub struct Kind {
    pub name: &'static str,
    write: Form,
}

#[derive(Clone, Copy)]
enum Form {
    /// One piece of plain text, again and again.
    Plain(&'static str),
    /// One piece of HTML.
    Html(&'static str),
    /// Pieces that differ: the n-th of plain text.
    PlainNumbered(fn(usize) -> String),
    HtmlNumbered(fn(usize) -> String),
    /// The whole mail.
    Raw(fn(usize) -> Vec<u8>),
}

use Form::{Html, HtmlNumbered, Plain, PlainNumbered, Raw};

impl Kind {
    /// A mail of this kind of about `size` bytes.
    pub fn mail(&self, size: usize) -> Vec<u8> {
        match self.write {
            Plain(unit) => mail("text/plain", &fill(unit, size)),
            Html(unit) => mail("text/html", &fill(unit, size)),
            PlainNumbered(piece) => mail("text/plain", &numbered(piece, size)),
            HtmlNumbered(piece) => mail("text/html", &numbered(piece, size)),
            Raw(write) => write(size),
        }
    }
}

/// A mail of one part under ordinary headers.
pub fn mail(content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Acme <no-reply@acme.example>\r\nTo: bob@example.com\r\nSubject: News from Acme\r\n\
         Message-ID: <1@acme.example>\r\nContent-Type: {content_type}; charset=utf-8\r\n\r\n{body}"
    )
    .into_bytes()
}

/// `unit` until `size` bytes are full.
pub fn fill(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len() + 1)
}

fn numbered(piece: fn(usize) -> String, size: usize) -> String {
    let mut text = String::with_capacity(size + 256);
    for index in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&piece(index));
    }
    text
}

/// Numbers without a pattern, the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn bytes(seed: u64, size: usize) -> Vec<u8> {
        let mut noise = Self(seed);
        (0..size).map(|_| (noise.next() >> 56) as u8).collect()
    }
}

fn scrambled(index: usize) -> u64 {
    Noise(index as u64 + 88_172_645_463_325_252).next()
}

/// A word for a code in every script of the lexicon.
const LABELS: &str = "verification code Bestätigungscode код подтверждения κωδικός επαλήθευσης 验证码 認証コード 인증번호 رمز التحقق \
    קוד אימות รหัสยืนยัน सत्यापन कोड যাচাইকরণ কোড சரிபார்ப்புக் குறியீடு ধৃতি ధృవీకరణ కోడ్ հաստատման կոդ დადასტურების კოდი mã xác minh ";

pub const KINDS: &[Kind] = &[
    // Numbers.
    Kind { name: "digits", write: Plain("7") },
    Kind { name: "digits and blanks", write: Plain("1 ") },
    Kind { name: "pairs of digits and blanks", write: Plain("12 ") },
    Kind { name: "six digits and blanks", write: Plain("123456 ") },
    Kind { name: "six digits, a line each", write: Plain("123456\r\n") },
    Kind { name: "one digit, a line each", write: Plain("4\r\n8\r\n") },
    Kind { name: "distinct numbers", write: PlainNumbered(|n| format!("{:06} ", scrambled(n) % 1_000_000)) },
    Kind {
        name: "distinct numbers, a line each",
        write: PlainNumbered(|n| format!("{:06}\r\n", scrambled(n) % 1_000_000)),
    },
    Kind { name: "distinct mixed values", write: PlainNumbered(|n| format!("{:X} ", scrambled(n) % (1 << 32))) },
    Kind { name: "telephone numbers", write: Plain("+49 (0) 30 1234-5678, ") },
    Kind { name: "dates and times", write: Plain("2026-05-12 10:00:59.123 12/05/2026 ") },
    Kind { name: "amounts", write: Plain("$1,234,567.89 ") },
    Kind { name: "hashes", write: Plain("#4821 ") },
    Kind { name: "masked numbers", write: Plain("****1234 ") },
    Kind { name: "masks", write: Plain("*") },
    Kind {
        name: "masks before one number",
        write: Raw(|size| mail("text/plain", &format!("code {} 123456", fill("* ", size)))),
    },
    Kind { name: "hyphenated digits", write: Plain("1-") },
    Kind { name: "hyphenated groups", write: Plain("AB12-CD34-") },
    Kind { name: "numbers of companies", write: Plain("1588-7731 ") },
    Kind { name: "postal codes", write: Plain("Ames, IA 50010 ") },
    Kind { name: "postal codes without blanks", write: Plain("Ames,IA,50010,") },
    Kind { name: "codes that are easily guessed", write: Plain("1234 0000 1111? ") },
    Kind { name: "digits apart with dashes", write: Plain("4 8 2 - 9 1 3 ") },
    Kind { name: "dotted", write: Plain("1.2.") },
    Kind { name: "colons", write: Plain("12:") },
    Kind { name: "commas", write: Plain("12,") },
    Kind { name: "slashes", write: Plain("1/") },
    Kind { name: "plus signs", write: Plain("+1 ") },
    Kind { name: "percent signs", write: Plain("100% ") },
    Kind { name: "origin-bound codes", write: Plain("@acme.example #123456\r\n") },
    Kind { name: "hash after hash", write: Plain("@acme.example #123456 #123456 ") },
    // Words and labels.
    Kind { name: "your code is", write: Plain("your code is 123456 ") },
    Kind { name: "your code is, a sentence each", write: Plain("Your code is 123456. ") },
    Kind { name: "your code is, a line each", write: Plain("Your code is 123456\r\n") },
    Kind { name: "code", write: Plain("code ") },
    Kind { name: "code, a line each", write: Plain("code\r\n") },
    Kind { name: "code without blanks", write: Plain("code") },
    Kind { name: "code and digits without blanks", write: Plain("code123456") },
    Kind {
        name: "code and many numbers",
        write: Raw(|size| mail("text/plain", &format!("your code {}", fill("123456 ", size)))),
    },
    Kind {
        name: "many numbers, then code",
        write: Raw(|size| mail("text/plain", &format!("{} is your code", fill("123456 ", size)))),
    },
    Kind {
        name: "years after one label",
        write: Raw(|size| mail("text/plain", &format!("your code {}", fill("2026 ", size)))),
    },
    Kind {
        name: "capitals after one label",
        write: Raw(|size| mail("text/plain", &format!("your code {}", fill("ABCD ", size)))),
    },
    Kind { name: "labels and years", write: Plain("code 2026 ") },
    Kind { name: "labels and capitals", write: Plain("code ABCDEF ") },
    Kind { name: "labels and taken numbers", write: Plain("code order 4821 ") },
    Kind {
        name: "labels after taken numbers",
        write: Raw(|size| {
            mail("text/plain", &format!("code {}{}", fill("order 4821 ", size / 2), fill("4821 code ", size / 2)))
        }),
    },
    Kind { name: "labels of every script", write: Plain(LABELS) },
    Kind {
        name: "labels of every script and digits",
        write: PlainNumbered(|n| format!("{LABELS}{:06} ", scrambled(n) % 1_000_000)),
    },
    Kind { name: "sign in", write: Plain("sign in ") },
    Kind { name: "enter", write: Plain("enter ") },
    Kind { name: "expires", write: Plain("expires in 10 minutes. ") },
    Kind { name: "expires without stops", write: Plain("expires in 10 minutes ") },
    Kind { name: "minutes", write: Plain("minutes ") },
    Kind { name: "half an hour", write: Plain("half an hour valid ") },
    Kind {
        name: "stems of phrases", write: Plain("восстановление пароля восстановлениипаролю")
    },
    Kind { name: "capitals", write: Plain("ABCDEF GHIJ ") },
    Kind { name: "capitals without blanks", write: Plain("ABCDEFGH") },
    Kind { name: "spaced capitals", write: Plain("A B ") },
    Kind { name: "words", write: Plain("Hello Bob how are you today ") },
    Kind { name: "letters", write: Plain("a") },
    Kind { name: "blanks", write: Plain(" ") },
    Kind { name: "tabs", write: Plain("\t") },
    Kind { name: "tabs and digits", write: Plain("1234\t") },
    Kind { name: "line ends", write: Plain("\r\n") },
    Kind { name: "bare carriage returns", write: Plain("\r") },
    Kind { name: "stops", write: Plain(".") },
    Kind { name: "stops and blanks", write: Plain(". ") },
    Kind { name: "abbreviations", write: Plain("Nr. 4711 ") },
    Kind { name: "brackets", write: Plain("(") },
    Kind { name: "closing brackets", write: Plain(")") },
    Kind { name: "quotation marks", write: Plain("\"") },
    // Scripts.
    Kind { name: "Chinese without blanks", write: Plain("您的验证码是请勿告诉他人") },
    Kind { name: "Chinese with codes", write: Plain("验证码123456") },
    Kind {
        name: "Japanese", write: Plain("お客様の認証コードは482913です。他の人に教えないでください。")
    },
    Kind { name: "Korean", write: Plain("인증번호는123456입니다") },
    Kind { name: "Thai", write: Plain("รหัสยืนยันของคุณคือ123456") },
    Kind { name: "Arabic", write: Plain("رمز التحقق الخاص بك هو ٤٨٢٩١٣ ") },
    Kind { name: "combining marks", write: Plain("\u{301}") },
    Kind {
        name: "a letter with marks",
        write: Raw(|size| mail("text/plain", &format!("e{}", fill("\u{301}\u{323}", size)))),
    },
    Kind { name: "letters with marks", write: Plain("e\u{301}\u{323}") },
    Kind { name: "Hangul jamo", write: Plain("\u{1100}\u{1161}\u{11A8}") },
    Kind { name: "zero-width characters", write: Plain("\u{200B}") },
    Kind { name: "digits and zero-width characters", write: Plain("4\u{200B}") },
    Kind { name: "right-to-left marks", write: Plain("\u{202E}1\u{202C}") },
    Kind { name: "full-width digits", write: Plain("４８２９１３ ") },
    Kind { name: "é", write: Plain("é") },
    Kind { name: "emoji", write: Plain("👩‍👩‍👧‍👦") },
    // Addresses and URLs.
    Kind { name: "URLs", write: Plain("https://a.example/x?token=Zx81kQpLmN02aBcD ") },
    Kind {
        name: "distinct URLs",
        write: PlainNumbered(|n| format!("https://a.example/verify?token={:016x}{n} ", scrambled(n))),
    },
    Kind {
        name: "distinct URLs, a line each",
        write: PlainNumbered(|n| format!("https://a.example/verify?token={:016x}{n}\r\n", scrambled(n))),
    },
    Kind { name: "URLs without blanks", write: Plain("https://a.example/x") },
    Kind {
        name: "one URL",
        write: Raw(|size| mail("text/plain", &format!("sign in: https://a.example/{}", fill("x", size)))),
    },
    Kind {
        name: "one URL of segments",
        write: Raw(|size| mail("text/plain", &format!("sign in: https://a.example/{}", fill("a/", size)))),
    },
    Kind {
        name: "one URL of parameters",
        write: Raw(|size| mail("text/plain", &format!("sign in: https://a.example/?{}", fill("a=b&", size)))),
    },
    Kind {
        name: "one URL of brackets",
        write: Raw(|size| mail("text/plain", &format!("https://example.com/{}", fill(")", size)))),
    },
    Kind { name: "schemes", write: Plain("https://") },
    Kind { name: "scheme ends", write: Plain("://") },
    Kind { name: "www", write: Plain("www.") },
    Kind { name: "addresses", write: Plain("bob+482913@example.com ") },
    Kind { name: "at signs", write: Plain("a@") },
    Kind { name: "dots and letters", write: Plain("a.a.") },
    Kind { name: "hosts", write: Plain("acme.example/device ") },
    // Quotes and forwards.
    Kind { name: "quoted lines", write: Plain("> your code is 482913\r\n") },
    Kind { name: "deep quotes", write: Plain("> ") },
    Kind { name: "deeper and deeper quotes", write: PlainNumbered(|n| format!("{} x\r\n", ">".repeat(n % 300))) },
    Kind {
        name: "headers of older mails",
        write: Plain("From: a@b.example\nSent: 2026\nTo: c@d.example\nSubject: x\n"),
    },
    Kind { name: "half headers of older mails", write: Plain("From: a@b.example\nTo: c@d.example\n\n") },
    Kind { name: "from lines", write: Plain("From: a@b.example\n") },
    Kind { name: "to lines", write: Plain("From: a@b.example\nTo: x\n <c@d.example>,\n<e@f.example>;\n") },
    Kind {
        name: "forwards in forwards",
        write: Plain(
            "---------- Forwarded message ---------\nFrom: Bob <b@x.example>\nDate: 1 Jun 2026\nSubject: Fwd: x\nTo: c@d.example\n\ntext\n",
        ),
    },
    Kind { name: "forward marks", write: Plain("---------- Forwarded message ---------\n") },
    Kind { name: "original marks", write: Plain("text\n-----Original Message-----\n") },
    Kind { name: "attributions", write: Plain("On 1 Jun 2026 10:00, Bob <b@x.example> wrote:\n> x\n") },
    Kind { name: "attributions without quotes", write: Plain("On 1 Jun 2026 10:00, Bob <b@x.example> wrote:\n") },
    Kind { name: "wrote without stops", write: Plain("wrote 2026: ") },
    Kind { name: "signatures", write: Plain("-- \n") },
    Kind {
        name: "flowed lines",
        write: Raw(|size| mail("text/plain; format=flowed; delsp=yes", &fill("code \r\n", size))),
    },
    // HTML.
    Kind { name: "nested elements", write: Html("<div>") },
    Kind { name: "nested tables", write: Html("<table><tr><td>") },
    Kind { name: "nested inline elements", write: Html("<b>x") },
    Kind { name: "misnested elements", write: Html("<b><p></b></p>x") },
    Kind {
        name: "end tags",
        write: Raw(|size| {
            mail("text/html", &format!("<div><table><td>{}{}", fill("<span>", size / 2), fill("</div>", size / 2)))
        }),
    },
    Kind { name: "lone <", write: Html("<") },
    Kind { name: "unclosed tag", write: Html("<a ") },
    Kind { name: "attributes", write: Raw(|size| mail("text/html", &format!("<a {}>x</a>", fill("b=c ", size)))) },
    Kind {
        name: "distinct attributes",
        write: Raw(|size| mail("text/html", &format!("<a {}>x</a>", numbered(|n| format!("a{n}=b "), size)))),
    },
    Kind {
        name: "one long attribute",
        write: Raw(|size| mail("text/html", &format!("<a style='{}'>x</a>", fill("color:red;", size)))),
    },
    Kind { name: "comments", write: Html("<!--") },
    Kind { name: "conditional comments", write: Html("<!--[if mso]>x<![endif]-->") },
    Kind { name: "comment ends", write: Html("<!---->") },
    Kind { name: "style sheets", write: Html("<style></style>") },
    Kind { name: "style sheets with a rule", write: Html("<style>.a{display:none}</style>x") },
    Kind {
        name: "rules and elements",
        write: Raw(|size| {
            let rules = numbered(|n| format!(".a{n}{{display:none}}"), size / 2);
            mail("text/html", &format!("<style>{rules}</style>{}", fill("<b class='a1 a2 a3 a9999'>x</b>", size / 2)))
        }),
    },
    Kind {
        name: "rules and classes",
        write: Raw(|size| {
            let rules = fill(".a{display:none}", size / 2);
            mail("text/html", &format!("<style>{rules}</style><b class='{}'>x</b>", fill("a ", size / 2)))
        }),
    },
    Kind {
        name: "combined rules",
        write: Raw(|size| {
            let rules = fill("div.a b.b, p > .c .d #e{display:none}", size / 2);
            mail(
                "text/html",
                &format!("<style>{rules}</style>{}", fill("<div class=a><b class=b id=e>x</b></div>", size / 2)),
            )
        }),
    },
    Kind { name: "braces", write: Raw(|size| mail("text/html", &format!("<style>{}</style>", fill("{", size)))) },
    Kind {
        name: "media rules",
        write: Raw(|size| mail("text/html", &format!("<style>{}</style>", fill("@media x{", size)))),
    },
    Kind {
        name: "selectors",
        write: Raw(|size| mail("text/html", &format!("<style>{}{{display:none}}</style><b>x</b>", fill(".a,", size)))),
    },
    Kind { name: "anchors", write: Html("<a href=https://a.example/x>y</a>") },
    Kind {
        name: "distinct anchors",
        write: HtmlNumbered(|n| {
            format!("<a href='https://a.example/verify?t={:016x}{n}'>Sign in {n}</a>", scrambled(n))
        }),
    },
    Kind {
        name: "distinct anchors, a block each",
        write: HtmlNumbered(|n| {
            format!("<p><a href='https://a.example/verify?t={:016x}{n}'>Click here</a></p>", scrambled(n))
        }),
    },
    Kind { name: "empty anchors", write: Html("<a href=https://a.example/x></a>") },
    Kind { name: "open anchors", write: Html("<a href=https://a.example/x>") },
    Kind { name: "anchors in nested tables", write: Html("<table><td><a href=https://a.example/x>y") },
    Kind { name: "cells of one character", write: Html("<td>4") },
    Kind {
        name: "rows of cells of one character",
        write: Html("<table><tr><td>4</td><td>8</td><td>2</td></tr></table>"),
    },
    Kind {
        name: "one row of captions and one of numbers",
        write: Raw(|size| {
            mail(
                "text/html",
                &format!(
                    "<table><tr>{}</tr><tr>{}</tr></table>",
                    fill("<td>code</td>", size / 2),
                    fill("<td>123456</td>", size / 2)
                ),
            )
        }),
    },
    Kind { name: "blocks", write: Html("<p>482913</p>") },
    Kind { name: "block of labels and numbers", write: Html("<p>Your code</p><p>482913</p>") },
    Kind { name: "spans in a word", write: Html("<span>4</span>") },
    Kind { name: "hidden spans", write: Html("<span style='display:none'>482913</span>") },
    Kind { name: "hidden spans in a line", write: Html("4<span hidden>x</span>") },
    Kind { name: "hidden code lines", write: Html("<p style='display:none'>your code is 482913</p>") },
    Kind { name: "images", write: Html("<img alt='4' title='code'>") },
    Kind { name: "entities", write: Html("&#52;&nbsp;&amp;") },
    Kind { name: "ampersands", write: Html("&") },
    Kind { name: "a long entity", write: Raw(|size| mail("text/html", &format!("&#{};", fill("1", size)))) },
    Kind { name: "blockquotes", write: Html("<blockquote type=cite>x") },
    Kind { name: "selects", write: Html("<select><option>482913") },
    Kind { name: "pre", write: Html("<pre>4 8 2\n") },
    Kind { name: "line breaks", write: Html("<br>4") },
    Kind { name: "titles", write: Html("<title>x") },
    Kind { name: "CDATA", write: Html("<![CDATA[x]]>") },
    // Headers.
    Kind {
        name: "header lines",
        write: Raw(|size| {
            format!("{}\r\nYour code is 482913", numbered(|n| format!("X-H{n}: v\r\n"), size)).into_bytes()
        }),
    },
    Kind {
        name: "header lines without names",
        write: Raw(|size| format!("{}\r\nx", fill("x\r\n", size)).into_bytes()),
    },
    Kind {
        name: "one folded header",
        write: Raw(|size| format!("Subject: {}\r\n\r\nx", fill("x\r\n ", size)).into_bytes()),
    },
    Kind {
        name: "a long subject",
        write: Raw(|size| format!("Subject: {}\r\n\r\nx", fill("your code is 123456 ", size)).into_bytes()),
    },
    Kind {
        name: "encoded words",
        write: Raw(|size| {
            format!("Subject: {}\r\n\r\nx", fill("=?utf-8?B?WW91ciBjb2RlIGlzIDQ4MjkxMw==?= ", size)).into_bytes()
        }),
    },
    Kind {
        name: "half encoded words",
        write: Raw(|size| format!("Subject: {}\r\n\r\nx", fill("=?a?q?x ", size)).into_bytes()),
    },
    Kind {
        name: "encoded word starts",
        write: Raw(|size| format!("Subject: {}\r\n\r\nx", fill("=?", size)).into_bytes()),
    },
    Kind {
        name: "encoded words in every field",
        write: Raw(|size| format!("{}\r\nx", fill("To: =?utf-8?Q?a=2C?= <a@b.example>\r\n", size)).into_bytes()),
    },
    Kind {
        name: "addresses in To",
        write: Raw(|size| {
            format!("To: {}\r\n\r\nYour code is 482913", numbered(|n| format!("a{n}@b.example, "), size)).into_bytes()
        }),
    },
    Kind {
        name: "To fields",
        write: Raw(|size| {
            format!("{}\r\nYour code is 482913", numbered(|n| format!("To: a{n}@b.example\r\n"), size)).into_bytes()
        }),
    },
    Kind {
        name: "To and Delivered-To fields",
        write: Raw(|size| {
            format!(
                "{}\r\nYour code is 482913",
                numbered(|n| format!("To: a{n}@b.example\r\nDelivered-To: c{n}@b.example\r\n"), size)
            )
            .into_bytes()
        }),
    },
    Kind {
        name: "Cc and X-Original-To fields",
        write: Raw(|size| {
            format!(
                "{}\r\nYour code is 482913",
                numbered(|n| format!("Cc: a{n}@b.example, b{n}@b.example\r\nX-Original-To: c{n}@b.example\r\n"), size)
            )
            .into_bytes()
        }),
    },
    Kind {
        name: "groups in To",
        write: Raw(|size| format!("To: {}\r\n\r\nx", fill("g: a@b.example;, ", size)).into_bytes()),
    },
    Kind { name: "brackets in To", write: Raw(|size| format!("To: {}\r\n\r\nx", fill("(<\"", size)).into_bytes()) },
    Kind {
        name: "a long From",
        write: Raw(|size| {
            format!("From: {} <a@b.example>\r\n\r\nYour code is 482913", fill("Acme News ", size)).into_bytes()
        }),
    },
    Kind {
        name: "a long From and its words",
        write: Raw(|size| {
            let name = numbered(|n| format!("Orders{n} "), size / 2);
            format!("From: {name} <a@b.example>\r\n\r\n{}", fill("Order ", size / 2)).into_bytes()
        }),
    },
    Kind {
        name: "Authentication-Results",
        write: Raw(|size| {
            format!(
                "{}\r\nx",
                fill("Authentication-Results: mx.example; dkim=pass header.d=a.example; spf=pass\r\n", size)
            )
            .into_bytes()
        }),
    },
    // Structure.
    Kind { name: "nested messages", write: Raw(|size| fill("Content-Type: message/rfc822\n\n", size).into_bytes()) },
    Kind {
        name: "nested messages with subjects",
        write: Raw(|size| fill("Subject: Fwd: code\nContent-Type: message/rfc822\n\n", size).into_bytes()),
    },
    Kind {
        name: "nested multiparts",
        write: Raw(|size| {
            numbered(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"), size).into_bytes()
        }),
    },
    Kind {
        name: "parts",
        write: Raw(|size| mail("multipart/mixed; boundary=a", &fill("--a\n\nYour code is 482913\n", size))),
    },
    Kind {
        name: "parts of HTML",
        write: Raw(|size| mail("multipart/mixed; boundary=a", &fill("--a\nContent-Type: text/html\n\n<p>x\n", size))),
    },
    Kind {
        name: "attached messages",
        write: Raw(|size| {
            mail(
                "multipart/digest; boundary=a",
                &fill("--a\n\nFrom: a@b.example\nSubject: x\n\nYour code is 1\n", size),
            )
        }),
    },
    Kind {
        name: "boundaries that never come",
        write: Raw(|size| {
            mail(
                "multipart/mixed; boundary=a",
                &numbered(|n| format!("--a\nContent-Type: multipart/mixed; boundary=z{n}\n\nx\n"), size),
            )
        }),
    },
    Kind { name: "dashes", write: Raw(|size| mail("multipart/mixed; boundary=a", &fill("--\n", size))) },
    Kind {
        name: "a long boundary",
        write: Raw(|size| {
            let boundary = fill("a", size / 2);
            mail(&format!("multipart/mixed; boundary={boundary}"), &fill("--aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", size / 2))
        }),
    },
    Kind {
        name: "parameters",
        write: Raw(|size| {
            format!("Content-Type: text/plain; {}\r\n\r\nx", numbered(|n| format!("a*{n}*=b; "), size)).into_bytes()
        }),
    },
    Kind {
        name: "base64 junk",
        write: Raw(|size| {
            let junk: String = Noise::bytes(1, size).iter().map(|byte| char::from(b' ' + byte % 95)).collect();
            format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{junk}").into_bytes()
        }),
    },
    Kind {
        name: "quoted-printable junk",
        write: Raw(|size| {
            format!(
                "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
                fill("=3D=\r\n=4=", size)
            )
            .into_bytes()
        }),
    },
    Kind {
        name: "UTF-7",
        write: Raw(|size| {
            format!("Content-Type: text/plain; charset=utf-7\r\n\r\n{}", fill("+AGE-+", size)).into_bytes()
        }),
    },
    Kind {
        name: "ISO-2022-JP",
        write: Raw(|size| {
            format!("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n{}", fill("\x1b$B\x1b(B", size)).into_bytes()
        }),
    },
    Kind { name: "random bytes", write: Raw(|size| Noise::bytes(2, size)) },
    Kind { name: "random text", write: Raw(|size| [&b"Subject: x\r\n\r\n"[..], &Noise::bytes(3, size)].concat()) },
    Kind {
        name: "random HTML",
        write: Raw(|size| [&b"Content-Type: text/html\r\n\r\n"[..], &Noise::bytes(4, size)].concat()),
    },
    Kind { name: "zeros", write: Raw(|size| vec![0; size]) },
    Kind { name: "a PGP message", write: Plain("-----BEGIN PGP MESSAGE-----\r\n") },
    Kind {
        name: "TNEF",
        write: Raw(|size| [&b"Content-Type: application/ms-tnef\r\n\r\n"[..], &Noise::bytes(5, size)].concat()),
    },
    Kind {
        name: "CMS",
        write: Raw(|size| {
            [&b"Content-Type: application/pkcs7-mime\r\n\r\n"[..], &[0x30, 0x80].repeat(size / 2)].concat()
        }),
    },
    Kind {
        name: "a picture",
        write: Raw(|size| {
            let picture = fill("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7R0lGODlhAQABAIAAAAA\r\n", size);
            format!("Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}").into_bytes()
        }),
    },
    Kind {
        name: "all kinds in turn",
        write: PlainNumbered(|n| {
            let mut line = String::new();
            let _ = write!(
                line,
                "Your code {n} is order #{} at https://a.example/{n} <b@c.example> $5\t2026-01-01 (AB-12) 验证码{n}\r\n",
                scrambled(n)
            );
            line
        }),
    },
];
