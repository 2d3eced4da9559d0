use super::super::masks;
use super::*;

fn found(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    tokens(text, 0..text.len(), &masks::urls_and_addresses(text), usize::MAX, &mut out);
    out.into_iter().map(|token| format!("{}{}", token.value, if token.alone { "!" } else { "" })).collect()
}

fn none(texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_word_alone_in_its_row_is_none_where_it_is_masked() {
    // `www.` begins a URL, wherever it stands.
    none(&["awww.", "\"bwww.\""]);
    assert_eq!(found("awww"), ["awww!"]);
}

#[test]
fn codes_of_every_form_are_seen() {
    for (text, code) in [
        ("code: 123456.", "123456"),
        ("your 123 456 now", "123456"),
        ("your 123-456 now", "123456"),
        ("now 1 2 3 4 5 6 now", "123456"),
        ("12-34-56", "123456!"),
        ("1234 5678", "12345678!"),
        ("is G-123456,", "G-123456"),
        ("is ABC-123", "ABC-123"),
        ("AB12-CD34", "AB12-CD34!"),
        ("use vM8xw to", "vM8xw"),
        ("(4821)", "4821!"),
        ("**482913**", "482913!"),
        ("„482913“", "482913!"),
        ("A B C 1 2 3", "ABC123!"),
        ("K7P 2QM", "K7P2QM!"),
        ("XKQWPZ", "XKQWPZ!"),
        ("验证码482913，请", "482913"),
        ("인증번호는482913입니다", "482913"),
        ("wfgqhp", "wfgqhp!"),
        ("\"ak7-9fx\"", "ak7-9fx!"),
        ("123\u{2013}456", "123456!"),
        ("Your sign-in phrase is \"ak7-9fx\" (without the quotes).", "ak7-9fx"),
    ] {
        assert_eq!(found(text), [code], "{text}");
    }
}

#[test]
fn dates_and_times_are_no_codes() {
    none(&[
        "on 12.05.2024 at",
        "2024-05-12",
        "5/12/2024",
        "12:45",
        "10:30:00",
        "2024. 5. 12.",
        "12. 5. 2024",
        "12/2024",
        "2024-05-12 10:30:00",
    ]);
}

#[test]
fn telephone_numbers_are_no_codes() {
    none(&[
        "+49 30 123456",
        "+14155550100",
        "(415) 555-0100",
        "1-800-555-0199",
        "0800 123 456",
        "030 1234567",
        "020 7946 0958",
    ]);
}

#[test]
fn amounts_and_measures_are_no_codes() {
    none(&[
        "€ 5000",
        "5000 €",
        "USD 4821",
        "1,234.56",
        "1.234,56",
        "1 234 kr",
        "4821 zł",
        "Rs. 1500",
        "4821%",
        "5000円",
        "12 345 678",
        "1'234.50",
    ]);
}

#[test]
fn parts_of_other_things_are_no_codes() {
    none(&[
        "203.0.113.45",
        "v1.2.3456",
        "bob4821@example.com",
        "https://a.example/123456",
        "1234/5678",
        "a_1234",
        "****1234",
        "•••• 1234",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "12345678901234",
        "file1234.pdf",
        "123",
        "@acme1234",
    ]);
}

#[test]
fn words_are_no_codes() {
    none(&["Hello World", "please sign in", "e-mail", "Acme Inc", "the end of it is here"]);
}

#[test]
fn forms_are_told_apart() {
    let form = |text: &str| {
        let mut out = Vec::new();
        tokens(text, 0..text.len(), &[], usize::MAX, &mut out);
        out.first().map(|token| token.form)
    };
    assert_eq!(form("2024"), Some(Form::Year));
    assert_eq!(form("20240512"), Some(Form::Date));
    assert_eq!(form("windows11"), Some(Form::WordNumber));
    assert_eq!(form("100mb"), Some(Form::WordNumber));
    assert_eq!(form("12-3456"), Some(Form::OddDigits));
    assert_eq!(form("a1b2c3"), Some(Form::LowerMixed));
    assert_eq!(form("AB12CD"), Some(Form::Mixed));
    assert_eq!(form("vMxwQ"), Some(Form::Camel));
}
