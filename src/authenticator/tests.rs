use std::time::Duration;

use data_encoding::{BASE32, BASE32_NOPAD, BASE64};
use secrecy::ExposeSecret;

use super::*;

const SHA1_KEY: &[u8] = b"12345678901234567890";
const SHA256_KEY: &[u8] = b"12345678901234567890123456789012";
const SHA512_KEY: &[u8] = b"1234567890123456789012345678901234567890123456789012345678901234";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn settings(algorithm: Algorithm, digits: u8) -> Settings {
    Settings { algorithm: Some(algorithm), digits: Some(digits), period: None }
}

fn parse(text: &str) -> Authenticator {
    Authenticator::parse(text, Settings::default()).unwrap()
}

fn refusal(text: &str) -> ParseError {
    Authenticator::parse(text, Settings::default()).unwrap_err()
}

#[test]
fn codes_are_those_of_rfc_6238_appendix_b() {
    let table = [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ];
    for (time, sha1, sha256, sha512) in table {
        for (key, algorithm, expected) in [
            (SHA1_KEY, Algorithm::Sha1, sha1),
            (SHA256_KEY, Algorithm::Sha256, sha256),
            (SHA512_KEY, Algorithm::Sha512, sha512),
        ] {
            let secret = BASE32.encode(key);
            let authenticator = Authenticator::parse(&secret, settings(algorithm, 8)).unwrap();
            let shown = authenticator.at(at(time), Duration::ZERO);
            assert_eq!(shown.code.expose(), expected, "{algorithm:?} at {time}");
        }
    }
}

#[test]
fn codes_of_a_counter_are_those_of_rfc_4226_appendix_d() {
    let table = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    let authenticator = parse(&BASE32.encode(SHA1_KEY));
    for (counter, expected) in table.into_iter().enumerate() {
        assert_eq!(authenticator.of_step(counter as u64).code.expose(), expected);
    }
}

#[test]
fn a_secret_is_taken_as_sites_print_it() {
    let plain = parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for printed in [
        " GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ ",
        "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====",
        "otpauth://totp/Acme:alice@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme",
        "OTPAUTH://TOTP/alice?issuer=Acme&SECRET=gezd%20gnbv%20gy3tqojqgezdgnbvgy3tqojq&algorithm=HmacSHA1",
    ] {
        assert_eq!(parse(printed), plain, "{printed}");
    }
}

#[test]
fn a_uri_says_how_codes_are_made() {
    let secret = BASE32_NOPAD.encode(SHA256_KEY);
    let uri = format!("otpauth://totp/Acme%3Aalice?secret={secret}&algorithm=SHA-256&digits=8&period=60");
    let authenticator = parse(&uri);
    assert_eq!(format!("{authenticator:?}"), "Authenticator(SHA256, 8 digits, 60 s)");
    assert_eq!(authenticator.period(), Duration::from_secs(60));
    let account = &accounts(&uri).unwrap()[0];
    assert_eq!((account.issuer.as_deref(), account.name.as_str()), (Some("Acme"), "alice"));
    assert_eq!(parse(account.uri().expose_secret()), authenticator);
}

#[test]
fn what_is_no_secret_is_refused_with_its_reason() {
    let table = [
        ("", ParseError::NotBase32),
        ("not a secret 0189", ParseError::NotBase32),
        ("GEZDGNBV", ParseError::TooShort(40)),
        ("otpauth:nothing", ParseError::Uri("it does not go on with //totp/")),
        ("otpauth://totp/a", ParseError::Uri("it has no secret")),
        ("otpauth://totp/a?secret=0189", ParseError::Uri("its secret is not Base32")),
        ("otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQ&counter=1", ParseError::Counter),
        ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&digits=9", ParseError::Digits(9)),
        ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&digits=-6", ParseError::Uri("its digits are no number")),
        ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&period=0", ParseError::Period(0)),
        (
            "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&algorithm=MD5",
            ParseError::Uri("its algorithm is none of SHA1, SHA256 and SHA512"),
        ),
        (
            "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&encoder=steam",
            ParseError::Uri("it asks for letters (as Steam does), which are no TOTP"),
        ),
        ("https://example.com/?secret=GEZDGNBVGY3TQOJQ", ParseError::Other),
        ("otpauth-migration://offline?data=AA", ParseError::Export),
    ];
    for (text, expected) in table {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn no_reason_and_no_debug_shows_the_secret() {
    let uri = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQSECRET&digits=9";
    assert!(!refusal(uri).to_string().contains("GEZDG"));
    let account = format!("{:?}", accounts("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ").unwrap());
    assert!(!account.contains("49, 50"), "{account}");
    let shown = format!("{:?}", parse("GEZDGNBVGY3TQOJQ").of_step(0));
    assert!(shown.contains("Code(6 characters)"), "{shown}");
}

#[test]
fn the_configuration_may_repeat_a_uri_but_not_contradict_it() {
    let uri = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&digits=8";
    assert!(Authenticator::parse(uri, settings(Algorithm::Sha256, 8)).is_ok());
    let contradiction = Authenticator::parse(uri, settings(Algorithm::Sha256, 6));
    assert_eq!(contradiction, Err(ParseError::Contradiction("another number of digits")));
}

#[test]
fn with_too_little_time_left_the_next_code_is_given() {
    let authenticator = parse(&BASE32.encode(SHA1_KEY));
    let min = Duration::from_secs(5);
    for (time, step) in [(30, 1), (54, 1), (55, 1), (56, 2), (59, 2), (60, 2)] {
        assert_eq!(authenticator.at(at(time), min).step, step, "at {time}");
    }
    let shown = authenticator.at(at(59), min);
    assert_eq!((shown.from, shown.until), (at(60), at(90)));
    // Half a second past: 4.5 s are left.
    let late = at(55).checked_add(jiff::SignedDuration::from_millis(500)).unwrap();
    assert_eq!(authenticator.at(late, min).step, 2);
}

#[test]
fn a_clock_that_is_far_off_does_not_hurt() {
    let authenticator = parse(&BASE32.encode(SHA1_KEY));
    assert_eq!(authenticator.at(at(-5), Duration::from_secs(5)).step, 0);
    assert_eq!(authenticator.at(Timestamp::MIN, Duration::ZERO).step, 0);
    let last = authenticator.at(Timestamp::MAX, Duration::from_secs(5));
    assert!(last.until >= last.from);
    assert_eq!(authenticator.of_step(u64::MAX).until, Timestamp::MAX);
}

/// A protobuf field of bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2, u8::try_from(bytes.len()).unwrap()];
    field.extend_from_slice(bytes);
    field
}

/// A protobuf field of a small number.
fn small(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn export(accounts: &[Vec<u8>]) -> String {
    let mut payload: Vec<u8> = accounts.iter().flat_map(|account| field(1, account)).collect();
    payload.extend([small(2, 1), small(3, 1), small(4, 0)].concat());
    let data: String = url::form_urlencoded::byte_serialize(BASE64.encode(&payload).as_bytes()).collect();
    format!("otpauth-migration://offline?data={data}")
}

fn exported_account(name: &str, issuer: &str, kind: u8) -> Vec<u8> {
    [
        field(1, SHA1_KEY),
        field(2, name.as_bytes()),
        field(3, issuer.as_bytes()),
        small(4, 1),
        small(5, 1),
        small(6, kind),
    ]
    .concat()
}

#[test]
fn an_apps_export_gives_all_its_accounts_that_change_with_time() {
    let text = export(&[
        exported_account("alice@example.com", "Acme", 2),
        exported_account("counter", "Acme", 1),
        exported_account("Böse: bob", "", 2),
    ]);
    let accounts = accounts(&text).unwrap();
    let names: Vec<_> = accounts.iter().map(|a| (a.issuer.as_deref().unwrap_or_default(), a.name.as_str())).collect();
    assert_eq!(names, [("Acme", "alice@example.com"), ("Böse", "bob")]);
    assert_eq!(
        accounts[1].uri().expose_secret(),
        "otpauth://totp/B%C3%B6se:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=B%C3%B6se&algorithm=SHA1&digits=6"
    );
    assert_eq!(super::accounts(&export(&[exported_account("counter", "", 1)])).unwrap_err(), ParseError::Counter);
}

#[test]
fn a_damaged_export_is_refused_wherever_it_breaks_off() {
    let payload = field(1, &exported_account("alice@example.com", "Acme", 2));
    let mut read = 0;
    for end in 0..payload.len() {
        let data: String = url::form_urlencoded::byte_serialize(BASE64.encode(&payload[..end]).as_bytes()).collect();
        read += usize::from(accounts(&format!("otpauth-migration://offline?data={data}")).is_ok());
    }
    assert_eq!(read, 0);
    assert!(accounts("otpauth-migration://offline?data=*").is_err());
    assert!(accounts("otpauth-migration://offline").is_err());
}

/// The text as a QR image, four pixels a module.
fn png(text: &str, color: png::ColorType, dark: u8, light: u8) -> Vec<u8> {
    const SCALE: usize = 4;
    const MARGIN: usize = 4;
    let code = qrcode::QrCode::new(text).unwrap();
    let side = (code.width() + 2 * MARGIN) * SCALE;
    let modules = code.to_colors();
    let mut samples = Vec::new();
    for at in 0..side * side {
        let (x, y) = (at % side / SCALE, at / side / SCALE);
        let inside = |v: usize| (MARGIN..MARGIN + code.width()).contains(&v);
        let is_dark =
            inside(x) && inside(y) && modules[(y - MARGIN) * code.width() + (x - MARGIN)] == qrcode::Color::Dark;
        let shade = if is_dark { dark } else { light };
        match color {
            png::ColorType::Grayscale => samples.push(shade),
            png::ColorType::GrayscaleAlpha => samples.extend([shade, if is_dark { 255 } else { 0 }]),
            png::ColorType::Rgb => samples.extend([shade; 3]),
            png::ColorType::Rgba | png::ColorType::Indexed => samples.extend([shade, shade, shade, 255]),
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
    bytes
}

#[test]
fn a_qr_image_gives_its_text_in_whatever_colours() {
    use png::ColorType::{Grayscale, GrayscaleAlpha, Rgb, Rgba};
    let uri = "otpauth://totp/Acme:alice@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme";
    for (color, dark, light) in
        [(Grayscale, 0, 255), (Rgb, 40, 200), (Rgba, 0, 255), (Rgb, 230, 20), (GrayscaleAlpha, 0, 0)]
    {
        let text = qr::decode(&png(uri, color, dark, light)).unwrap();
        assert_eq!(text.expose_secret(), uri, "{color:?} {dark} on {light}");
    }
}

#[test]
fn an_image_without_a_code_or_no_image_at_all_is_refused() {
    let blank = png("x", png::ColorType::Grayscale, 255, 255);
    assert!(matches!(qr::decode(&blank), Err(qr::QrError::NoCode)));
    assert!(matches!(qr::decode(b"GIF89a"), Err(qr::QrError::NotPng(_))));
    let whole = png("x", png::ColorType::Grayscale, 0, 255);
    assert!(matches!(qr::decode(&whole[..whole.len() / 2]), Err(qr::QrError::NotPng(_))));
    assert!(matches!(qr::decode(&[]), Err(qr::QrError::NotPng(_))));
}

#[test]
fn an_image_that_claims_to_be_huge_is_refused_before_it_takes_memory() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 60_000, 60_000);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_chunk(png::chunk::IDAT, &[0x78, 0x9c]).unwrap();
    assert!(matches!(qr::decode(&bytes), Err(qr::QrError::TooLarge)));
}
