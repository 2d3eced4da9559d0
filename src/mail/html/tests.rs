use super::render;
use crate::mail::builder::Rendered;
use crate::mail::{cells, links};

fn rendered(html: &str) -> Rendered {
    let mut rendered = render(html);
    cells::join(&mut rendered);
    links::find(&mut rendered);
    rendered
}

/// The lines, those that are not seen in brackets, alt text after a bar.
fn lines(html: &str) -> Vec<String> {
    let rendered = rendered(html);
    rendered
        .lines
        .iter()
        .map(|line| {
            let text = &rendered.text[line.range.clone()];
            match (line.look.hidden, line.look.alt) {
                (false, false) => text.to_owned(),
                (false, true) => format!("|{text}"),
                (true, _) => format!("[{text}]"),
            }
        })
        .collect()
}

fn links_of(html: &str) -> Vec<(String, String, bool)> {
    let rendered = rendered(html);
    rendered
        .anchors
        .iter()
        .map(|anchor| (rendered.text[anchor.range.clone()].to_owned(), anchor.href.clone(), anchor.look.hidden))
        .collect()
}

#[test]
fn blocks_are_lines_and_cells_are_parted_by_tabs() {
    for (html, expected) in [
        ("<p>Hello</p><p>Your code is <b>482913</b>.</p>", &["Hello", "Your code is 482913."][..]),
        ("one<br>two<hr>three", &["one", "two", "three"]),
        ("<ul><li>a<li>b</ul>c", &["a", "b", "c"]),
        ("<table><tr><td>Code</td><td>482913</td></tr><tr><td>x</table>y", &["Code\t482913", "x", "y"]),
        ("<table><tr><td><p>Code</p></td><td><div><p>482913</p></div></td></tr></table>", &["Code\t482913"]),
        ("<tr><td><p>one</p><p>two</p></td><td>three</td></tr>", &["one", "two\tthree"]),
        ("<td><table><tr><td>Code</table></td><td>482913</td>", &["Code", "482913"]),
        ("<div>a<div>b</div>c</div>d", &["a", "b", "c", "d"]),
        ("<span>48</span><span>2913</span>", &["482913"]),
        ("  a \n b  ", &["a b"]),
        ("<pre>a\nb</pre>", &["a", "b"]),
        ("<p style='white-space: pre-line'>a\nb<span style='white-space:normal'>c\nd</span></p>", &["a", "bc d"]),
        ("a<p>b</div>c", &["a", "bc"]),
        ("<h1>Title</h1>text", &["Title", "text"]),
        ("482913<sup>1</sup> footnote", &["482913 1 footnote"]),
    ] {
        assert_eq!(lines(html), expected, "{html}");
    }
}

#[test]
fn invisible_characters_and_entities_are_read() {
    for (html, expected) in [
        ("4&#8203;8&shy;2&zwnj;9<wbr>1&#xFEFF;3", "482913"),
        ("482&nbsp;913", "482 913"),
        ("&amp;&lt;code&gt; &eacute;", "&<code> é"),
        ("48<!-- a comment -->2913", "482913"),
        ("４８２９１３ ٤٨٢٩١٣", "482913 482913"),
    ] {
        assert_eq!(lines(html), [expected], "{html}");
    }
}

#[test]
fn one_character_cells_are_joined() {
    for (html, expected) in [
        ("<tr><td>4</td><td>8</td><td>2</td><td>9</td><td>1</td><td>3</td></tr>", &["482913"][..]),
        ("<tr><td>4<td>8<td>2<td>-<td>9<td>1<td>3", &["482-913"]),
        ("<span>A</span> <span>7</span> <span>K</span> <span>2</span>", &["A7K2"]),
        ("<p>4</p><p>8</p><p>2</p><p>9</p>done", &["4829", "done"]),
        ("<table><tr><td>4</table><table><tr><td>8</table><table><tr><td>2</table><table><tr><td>9</table>", &["4829"]),
        ("code 4 8 2 9 1 3 is yours", &["code 482913 is yours"]),
        ("code: 4 8 2 9 1 3.", &["code: 482913."]),
        ("your code (4 8 2 9 1 3) ends", &["your code (482913) ends"]),
        ("一次性密碼 (OTP)：4 8 2 9 1 3", &["一次性密碼 (OTP)：482913"]),
        ("コードは「A 7 K 2」です", &["コードは「A7K2」です"]),
        ("4 8 2 9. 1 3 times", &["4829. 1 3 times"]),
        ("section 3.4 8 2 9", &["section 3.4 8 2 9"]),
        ("rows a b c d e", &["rows a b c d e"]),
        ("y 4 8 2 9 1 3 a", &["y 482913 a"]),
        ("<td>y<td>4<td>8<td>2<td>9", &["y4829"]),
        ("A 4 8 2 B", &["A482B"]),
        ("in 3 to 5 days", &["in 3 to 5 days"]),
        ("<a href=1>1</a> <a href=2>2</a> <a href=3>3</a> <a href=4>4</a> <a href=5>5</a>", &["1 2 3 4 5"]),
        ("<p>Your code:</p><p>190</p><p>463</p>done", &["Your code:", "190463", "done"]),
        ("<p>Seats</p><p>190</p><p>463</p>", &["Seats", "190", "463"]),
        ("<p>Your numbers:</p><p>190</p><p>4631</p>", &["Your numbers:", "190", "4631"]),
        ("<img alt=4><img alt=8><img alt=2><img alt=9>", &["|4829"]),
    ] {
        assert_eq!(lines(html), expected, "{html}");
    }
}

#[test]
fn hidden_text_stands_on_lines_of_its_own() {
    for (html, expected) in [
        ("<div style='display:none'>pre</div>text", &["[pre]", "text"][..]),
        ("48<span hidden>x</span>2913", &["482913", "[x]"]),
        ("<span style='DISPLAY : NONE !important'>a</span>b", &["[a]", "b"]),
        ("<span style='visibility:hidden'>a<b style='visibility:visible'>b</b></span>", &["[a]", "b"]),
        ("<div style='font-size:0'>a<span style='font-size:14px'>b</span></div>", &["[a]", "b"]),
        ("<td style='font-size:0'>a<table><td><a href=https://b.example>b</a></table></td>", &["[a]", "b"]),
        ("<div style='font-size:0'><a href=https://b.example>b</a></div>", &["[b]"]),
        ("<div style='max-height:0;overflow:hidden'>a</div>b", &["[a]", "b"]),
        ("<div style='opacity:0'>a</div>b", &["[a]", "b"]),
        ("<div style='width:1%;max-height:1em;overflow:hidden'>a</div>b", &["a", "b"]),
        ("<div style='color:#fff;background:#ffffff'>a</div>b", &["[a]", "b"]),
        ("<div style='color:transparent'>a</div>b", &["[a]", "b"]),
        ("<div style='text-indent:-9999px'>a</div>b", &["[a]", "b"]),
        ("<style>.pre{display:none}</style><p class=pre>a</p>b", &["[a]", "b"]),
        ("<style>.pre{display:none}</style><p class=pre style='display:block'>a</p>b", &["a", "b"]),
        ("<style>.pre{display:none!important}</style><p class=pre style='display:block'>a</p>", &["[a]"]),
        ("<style>@media (max-width:600px){.m{display:none}}.n{color:red}</style><p class=m>a</p>", &["a"]),
        ("<style>p.x, td#y { display : none }</style><p class='z x'>a<p id=y>b<td id=y>c", &["[a]", "b", "[c]"]),
        ("<p class=pre>a</p><style>/* c */ .pre{display:none}</style>", &["[a]"]),
        ("<!--[if mso]><p>outlook</p><![endif]-->a", &["a"]),
        ("<!--[if !mso]><!--><p>others</p><!--<![endif]-->a", &["others", "a"]),
        ("<![if !mso]>b<![endif]>a", &["ba"]),
        ("<p style='display:none'>a<p>b", &["[a]", "b"]),
        ("<td style='display:none'>a<td>b", &["[a]", "b"]),
        ("<script>a</script><template>b</template><title>c</title>d", &["d"]),
        ("<input type=hidden value=1><input value=482913>", &["482913"]),
    ] {
        assert_eq!(lines(html), expected, "{html}");
    }
}

#[test]
fn text_is_not_lost_to_what_is_left_open() {
    for (html, expected) in [
        ("<head><meta charset=utf-8><p>text", &["text"][..]),
        ("<html><head><title>Mail</head><body><p>text</p>", &["Mail", "text"]),
        ("<p>text<", &["text<"]),
        ("<p>text<a href='x", &["text"]),
        ("</div></td></table>text", &["text"]),
        ("<div/>text", &["text"]),
        ("<table><div style='display:none'><tr><td>a</div>b</table>c", &["[ab]", "c"]),
    ] {
        assert_eq!(lines(html), expected, "{html}");
    }
}

#[test]
fn alt_text_is_kept_apart() {
    for (html, expected) in [
        ("Your code: <img alt='482913'> now", &["Your code:", "|482913", "now"][..]),
        ("a <img alt='→'> b", &["a b"]),
        ("<img title=Code>", &["|Code"]),
        ("<img alt=pixel width=1 height=1>a", &["a"]),
        ("<td style='font-size:0'><img alt=Logo></td>", &["|Logo"]),
    ] {
        assert_eq!(lines(html), expected, "{html}");
    }
}

#[test]
fn anchors_keep_their_href_exactly() {
    let one = |text: &str, href: &str, hidden| (text.to_owned(), href.to_owned(), hidden);
    for (html, expected) in [
        (
            "go <a href='https://example.com/v?a=1&amp;b=%20x'>Sign <b>in</b></a> now",
            vec![one("Sign in", "https://example.com/v?a=1&b=%20x", false)],
        ),
        ("<a href=h>a<div>b</div></a>", vec![one("a\nb", "h", false)]),
        ("<a href=h><img alt=Verify></a>", vec![one("Verify", "h", false)]),
        ("<a href=h title='Sign in'><img></a>", vec![one("Sign in", "h", false)]),
        ("<a href=h></a>", vec![one("", "h", false)]),
        ("<div style='display:none'><a href=h>x</a></div>", vec![one("x", "h", true)]),
        ("<a href=1>a<a href=2>b</a>", vec![one("a", "1", false), one("b", "2", false)]),
        ("a<a name=x>b</a>", vec![]),
        ("x<a href=h>y</a>z", vec![one("y", "h", false)]),
        ("<area href=h alt=Go>", vec![one("Go", "h", false)]),
        (
            "paste https://example.com/x?a=1&amp;b=2. Or <a href='https://example.com/y'>https://example.com/y</a>",
            vec![
                one("https://example.com/x?a=1&b=2", "https://example.com/x?a=1&b=2", false),
                one("https://example.com/y", "https://example.com/y", false),
            ],
        ),
    ] {
        assert_eq!(links_of(html), expected, "{html}");
    }
}
