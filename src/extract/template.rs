//! `totp_identifier = "acme-{recipient.local}"`: text with fields that a mail fills.
//!
//! Fields: `{recipient}`, `{recipient.local}` (without its tag), `{recipient.tag}`, `{recipient.domain}`, `{from}`,
//! `{from.domain}`, `{inbox}`, `{match.NAME}` (a named group of the rule that matched). `{{` and `}}` stand for braces.
//! A field without a value is a refusal with its reason, never an empty identifier.

use std::fmt;

/// A parsed template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

/// What a template can ask of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Recipient,
    RecipientLocal,
    RecipientTag,
    RecipientDomain,
    From,
    FromDomain,
    Inbox,
    Match(String),
}

/// Why a template does not parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("it is empty")]
    Empty,
    #[error("`{{` without its `}}` (write `{{{{` for a brace)")]
    Unclosed,
    #[error("`}}` without its `{{` (write `}}}}` for a brace)")]
    Unopened,
    #[error("unknown field `{{{0}}}`")]
    UnknownField(String),
}

impl Field {
    /// The names a person can write, for messages; `match.NAME` stands for any group.
    pub const NAMES: [&'static str; 8] = [
        "recipient",
        "recipient.local",
        "recipient.tag",
        "recipient.domain",
        "from",
        "from.domain",
        "inbox",
        "match.NAME",
    ];

    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "recipient" => Self::Recipient,
            "recipient.local" => Self::RecipientLocal,
            "recipient.tag" => Self::RecipientTag,
            "recipient.domain" => Self::RecipientDomain,
            "from" => Self::From,
            "from.domain" => Self::FromDomain,
            "inbox" => Self::Inbox,
            other => Self::Match(other.strip_prefix("match.").filter(|group| !group.is_empty())?.to_owned()),
        })
    }

    /// The name as written in a template.
    pub fn name(&self) -> String {
        match self {
            Self::Recipient => "recipient".into(),
            Self::RecipientLocal => "recipient.local".into(),
            Self::RecipientTag => "recipient.tag".into(),
            Self::RecipientDomain => "recipient.domain".into(),
            Self::From => "from".into(),
            Self::FromDomain => "from.domain".into(),
            Self::Inbox => "inbox".into(),
            Self::Match(group) => format!("match.{group}"),
        }
    }
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some(after) = from.strip_prefix('{') {
                let (name, after) = after.split_once('}').ok_or(TemplateError::Unclosed)?;
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts
                    .push(Part::Field(Field::parse(name).ok_or_else(|| TemplateError::UnknownField(name.to_owned()))?));
                rest = after;
            } else {
                return Err(TemplateError::Unopened);
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        if parts.is_empty() { Err(TemplateError::Empty) } else { Ok(Self { parts }) }
    }

    /// A template that is one field.
    pub fn of(field: Field) -> Self {
        Self { parts: vec![Part::Field(field)] }
    }

    /// The fields in order of appearance.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(field) => Some(field),
            Part::Text(_) => None,
        })
    }

    /// Fills the template. `lookup` answers a field's value; `Err` names the first field without one.
    pub fn render(&self, mut lookup: impl FnMut(&Field) -> Option<String>) -> Result<String, Field> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Field(field) => match lookup(field).filter(|value| !value.trim().is_empty()) {
                    Some(value) => out.push_str(value.trim()),
                    None => return Err(field.clone()),
                },
            }
        }
        Ok(out)
    }
}

impl Template {
    /// Whether some mail of the inbox could fill the template with `text`, as far as that can be known without the mail:
    /// fields stand for anything. Capitals do not matter, as in the address that an identifier mostly is.
    pub fn may_give(&self, inbox: &str, text: &str) -> bool {
        let text = text.to_lowercase();
        // What may still have to be matched after each part, from the front.
        let mut rests = vec![text.as_str()];
        for part in &self.parts {
            let literal = match part {
                Part::Text(literal) => Some(literal.to_lowercase()),
                Part::Field(Field::Inbox) => Some(inbox.to_lowercase()),
                Part::Field(_) => None,
            };
            rests = match literal {
                Some(literal) => rests.into_iter().filter_map(|rest| rest.strip_prefix(literal.as_str())).collect(),
                // At least one character: of all rests the longest holds every way to go on.
                None => rests
                    .into_iter()
                    .max_by_key(|rest| rest.len())
                    .filter(|rest| !rest.is_empty())
                    .map(|rest| {
                        rest.char_indices().skip(1).map(|(at, _)| rest.get(at..).unwrap_or_default()).chain([""])
                    })
                    .into_iter()
                    .flatten()
                    .collect(),
            };
        }
        rests.contains(&"")
    }
}

/// As written in the configuration.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Field(field) => write!(f, "{{{}}}", field.name())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_and_braces_kept() {
        let template = Template::parse("a-{recipient.local}-{{x}}").unwrap();
        assert_eq!(template.render(|_| Some("bob".into())), Ok("a-bob-{x}".into()));
    }

    #[test]
    fn what_a_template_may_give_is_known_without_a_mail() {
        let table = [
            ("{recipient}", "agent@example.com", true),
            ("acme-{recipient.local}", "Acme-bob", true),
            ("acme-{recipient.local}", "acme-", false),
            ("acme-{recipient.local}", "other-bob", false),
            ("{inbox}/{from.domain}", "agents/acme.example", true),
            ("{inbox}/{from.domain}", "others/acme.example", false),
            ("{match.a}-{match.b}-x", "1-2-3-x", true),
            ("{match.a}-{match.b}-x", "1-x", false),
            ("fixed", "fixed", true),
            ("fixed", "fixed2", false),
            ("{recipient.local}@{recipient.domain}", "a@b", true),
            ("{recipient.local}@{recipient.domain}", "@b", false),
        ];
        for (template, text, expected) in table {
            assert_eq!(Template::parse(template).unwrap().may_give("agents", text), expected, "{template} {text}");
        }
    }

    #[test]
    fn a_field_without_a_value_is_named() {
        let template = Template::parse("{match.acct}").unwrap();
        assert_eq!(template.render(|_| None), Err(Field::Match("acct".into())));
        assert_eq!(template.render(|_| Some(" ".into())), Err(Field::Match("acct".into())));
    }

    #[test]
    fn mistakes_are_told_apart() {
        assert_eq!(Template::parse(""), Err(TemplateError::Empty));
        assert_eq!(Template::parse("{recipient"), Err(TemplateError::Unclosed));
        assert_eq!(Template::parse("x}"), Err(TemplateError::Unopened));
        assert_eq!(Template::parse("{recipent}"), Err(TemplateError::UnknownField("recipent".into())));
    }
}
