//! The kinds of values that keys hold: each reads itself, says what is wrong with it, and describes itself for editors.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use super::Tls;
use super::diagnostic::Problem;
use super::reader::{FromToml, Reader, list, nearest};
use super::units::{UnitError, parse_duration, parse_size};
use crate::authenticator::Algorithm;
use crate::extract::policy::{Deliver, Prefer, RecipientSource, Requirement};
use crate::extract::template::{Field, Template, TemplateError};

pub(super) use dns::DnsServer;
pub(super) use header::Headers;
pub(super) use names::Names;

/// Describes a value inline, without a name of its own in the schema.
macro_rules! inline_schema {
    ($type:ty, $($schema:tt)+) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($($schema)+)
            }
        }
    };
}

mod address;
mod dns;
mod header;
mod names;
mod secret;

/// `"10m"`; never zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct DurationText(pub(super) Duration);

inline_schema!(DurationText, { "type": "string", "pattern": "^\\s*([0-9]+\\s*(ms|s|m|h|d)\\s*)+$" });

impl FromToml for DurationText {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        const UNITS: &str = "write a whole number with ms, s, m, h or d, such as \"90s\" or \"1h30m\"";
        if let DeValue::Integer(number) = value.get_ref() {
            reader.wrong_type(value, "a duration such as \"10s\"", Some(format!("\"{}s\"", number.as_str())));
            return None;
        }
        let text = reader.string(value, "a duration such as \"10s\"")?;
        let problem = match parse_duration(text) {
            Ok(duration) if !duration.is_zero() => return Some(Self(duration)),
            Ok(_) => Problem::at(&value.span(), format!("`{}` can't be zero", reader.key)),
            Err(error @ UnitError::NoUnit) => Problem::at(&value.span(), format!("the duration `{text}` {error}"))
                .help(format!("write {} = \"{}s\" for seconds", reader.key, text.trim())),
            Err(UnitError::Empty) => Problem::at(&value.span(), format!("`{}` is empty", reader.key)).help(UNITS),
            Err(UnitError::TooLarge) => Problem::at(&value.span(), format!("the duration `{text}` is too large")),
            Err(error) => Problem::at(&value.span(), format!("the duration `{text}` {error}")).help(UNITS),
        };
        reader.problems.push(problem);
        None
    }
}

/// `"256KiB"`; 1 byte to 4 GiB - 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct SizeText(pub(super) u32);

inline_schema!(SizeText, { "type": "string", "pattern": "^\\s*([0-9]+\\s*(B|KiB|MiB|KB|MB)\\s*)+$" });

impl FromToml for SizeText {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        const UNITS: &str = "write a whole number with B, KiB, MiB, KB or MB, such as \"256KiB\"";
        if let DeValue::Integer(number) = value.get_ref() {
            reader.wrong_type(value, "a size such as \"256KiB\"", Some(format!("\"{}B\"", number.as_str())));
            return None;
        }
        let text = reader.string(value, "a size such as \"256KiB\"")?;
        let size = parse_size(text).and_then(|size| u32::try_from(size).map_err(|_| UnitError::TooLarge));
        let problem = match size {
            Ok(size) if size > 0 => return Some(Self(size)),
            Ok(_) => Problem::at(&value.span(), format!("`{}` can't be zero", reader.key)),
            Err(error @ UnitError::NoUnit) => Problem::at(&value.span(), format!("the size `{text}` {error}"))
                .help(format!("write {} = \"{}B\" for bytes", reader.key, text.trim())),
            Err(UnitError::Empty) => Problem::at(&value.span(), format!("`{}` is empty", reader.key)).help(UNITS),
            Err(UnitError::TooLarge) => {
                Problem::at(&value.span(), format!("the size `{text}` is too large: 4 GiB is beyond any mail"))
            }
            Err(error) => Problem::at(&value.span(), format!("the size `{text}` {error}")).help(UNITS),
        };
        reader.problems.push(problem);
        None
    }
}

/// A whole number in `MIN..=MAX`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<const MIN: u32, const MAX: u32>(pub(super) u32);

/// A TCP port.
pub(super) type Port = Number<1, 65_535>;
/// The length of an authenticator's code (RFC 4226 section 5.3).
pub(super) type Digits = Number<6, 8>;
/// How many of something, at least one.
pub(super) type Count = Number<1, 1_000>;

impl<const MIN: u32, const MAX: u32> JsonSchema for Number<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl<const MIN: u32, const MAX: u32> FromToml for Number<MIN, MAX> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Integer(number) = value.get_ref() else {
            let write = value.get_ref().as_str().filter(|text| text.parse::<u32>().is_ok()).map(str::to_owned);
            reader.wrong_type(value, "a whole number", write);
            return None;
        };
        let found = u32::from_str_radix(number.as_str(), number.radix()).ok();
        let found = found.filter(|number| (MIN..=MAX).contains(number));
        if found.is_none() {
            let message = format!("`{}` must be between {MIN} and {MAX}, not {}", reader.key, number.as_str());
            reader.problems.push(Problem::at(&value.span(), message));
        }
        found.map(Self)
    }
}

/// One of a few words.
pub(super) trait Choice: Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

/// Reads a [`Choice`].
#[derive(Clone, Copy, Debug)]
pub(super) struct OneOf<T>(pub(super) T);

impl<T: Choice> JsonSchema for OneOf<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "OneOf".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

impl<T: Choice> FromToml for OneOf<T> {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        let text = reader.string(value, "a string")?;
        let found = T::WORDS.iter().find(|(word, _)| *word == text).map(|(_, choice)| Self(*choice));
        if found.is_none() {
            let problem = Problem::at(&value.span(), format!("`{}` can't be `{text}`", reader.key));
            reader.problems.push(match nearest(text, words.iter().copied()) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem.help(format!("it is one of {}", list(&words))),
            });
        }
        found
    }
}

impl Choice for Tls {
    const WORDS: &'static [(&'static str, Self)] =
        &[("implicit", Self::Implicit), ("starttls", Self::StartTls), ("none", Self::None)];
}

impl Choice for Prefer {
    const WORDS: &'static [(&'static str, Self)] = &[("code", Self::Code), ("link", Self::Link)];
}

impl Choice for Deliver {
    const WORDS: &'static [(&'static str, Self)] = &[("push", Self::Push), ("pull", Self::Pull), ("both", Self::Both)];
}

impl Choice for Requirement {
    const WORDS: &'static [(&'static str, Self)] = &[("dmarc", Self::Dmarc), ("dkim", Self::Dkim), ("spf", Self::Spf)];
}

impl Choice for Algorithm {
    const WORDS: &'static [(&'static str, Self)] = &Self::WORDS;
}

impl Choice for RecipientSource {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("forwarded", Self::Forwarded),
        ("to", Self::To),
        ("confirmed", Self::Confirmed),
        ("x-original-to", Self::XOriginalTo),
        ("x-forwarded-to", Self::XForwardedTo),
        ("envelope-to", Self::EnvelopeTo),
        ("delivered-to", Self::DeliveredTo),
        ("username", Self::Username),
    ];
}

/// `forward = "body"`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body;

impl Choice for Body {
    const WORDS: &'static [(&'static str, Self)] = &[("body", Self)];
}

/// A template and what it was parsed from.
#[derive(Clone, Debug)]
pub(super) struct TemplateText {
    pub(super) template: Template,
    pub(super) text: String,
}

inline_schema!(TemplateText, { "type": "string", "minLength": 1 });

impl FromToml for TemplateText {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.string(value, "a string")?;
        let problem = match Template::parse(text) {
            Ok(_) if text.trim().is_empty() => Problem::at(&value.span(), format!("`{}` is empty", reader.key)),
            Ok(_) if text.contains(char::is_control) => {
                Problem::at(&value.span(), format!("`{}` holds a control character", reader.key))
            }
            Ok(template) => return Some(Self { template, text: text.to_owned() }),
            Err(TemplateError::Empty) => Problem::at(&value.span(), format!("`{}` is empty", reader.key)),
            Err(TemplateError::UnknownField(field)) => {
                let written = format!("{{{field}}}");
                let start = text.find(&written).map_or(value.span().start, |at| reader.place(&value.span(), at));
                let problem = Problem::at(&(start..start + written.len()), format!("unknown field `{written}`"));
                match nearest(&field, Field::NAMES.into_iter()) {
                    Some(near) => problem.help(format!("did you mean `{{{near}}}`?")),
                    None => problem
                        .help(format!("the fields are {}", list(&Field::NAMES.map(|name| format!("{{{name}}}"))))),
                }
            }
            Err(error) => Problem::at(&value.span(), format!("the template does not parse: {error}")),
        };
        reader.problems.push(problem);
        None
    }
}

/// A path; a relative one starts at the configuration's directory.
#[derive(Clone, Debug)]
pub(super) struct FilePath(pub(super) PathBuf);

inline_schema!(FilePath, { "type": "string", "minLength": 1 });

impl FromToml for FilePath {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.string(value, "a path")?;
        if text.is_empty() {
            reader.problems.push(Problem::at(&value.span(), format!("`{}` is empty", reader.key)));
            return None;
        }
        Some(Self(reader.base.join(text)))
    }
}

/// An absolute `http` or `https` URL without user, password, query and fragment.
#[derive(Clone, Debug)]
pub(super) struct HttpUrl(pub(super) url::Url);

inline_schema!(HttpUrl, { "type": "string", "format": "uri", "pattern": "^https?://" });

impl FromToml for HttpUrl {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.string(value, "a URL")?;
        let key = &reader.key;
        let problem = match url::Url::parse(text) {
            _ if text.is_empty() => Problem::at(&value.span(), format!("`{key}` is empty")),
            Ok(url) if !matches!(url.scheme(), "http" | "https") => {
                let problem = Problem::at(&value.span(), format!("`{key}` must be an https URL"));
                match text.contains("://") {
                    true => problem,
                    false => problem.help(format!("write {key} = \"https://{text}\"")),
                }
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                Problem::at(&value.span(), format!("`{key}` can't hold a user or password"))
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                Problem::at(&value.span(), format!("`{key}` can't hold `?` or `#`"))
            }
            Ok(url) => return Some(Self(url)),
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                Problem::at(&value.span(), format!("`{key}` must be a URL with its scheme"))
                    .help(format!("write {key} = \"https://{text}\""))
            }
            Err(error) => Problem::at(&value.span(), format!("`{key}` is not a URL: {error}")),
        };
        reader.problems.push(problem);
        None
    }
}

/// A SHA-256 fingerprint: 64 hexadecimal digits, colons between them allowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sha256(pub(super) [u8; 32]);

inline_schema!(Sha256, { "type": "string", "pattern": "^([0-9A-Fa-f]{2}:?){32}$" });

impl FromToml for Sha256 {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.string(value, "a fingerprint of 64 hexadecimal digits")?;
        // As openssl prints it, or what stands behind the sign.
        let text = text.rsplit('=').next().unwrap_or(text);
        let digits: String = text.chars().filter(|c| *c != ':' && !c.is_whitespace()).collect();
        let found = hex::decode(&digits).ok().and_then(|bytes| bytes.try_into().ok()).map(Self);
        if found.is_none() {
            reader.problems.push(
                Problem::at(&value.span(), format!("`{}` must be 64 hexadecimal digits", reader.key))
                    .help("`openssl x509 -in cert.pem -noout -fingerprint -sha256` prints it, behind `Fingerprint=`; colons may stay"),
            );
        }
        found
    }
}
