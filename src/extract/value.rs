//! What a mail can deliver, and the names it is filed under. Values hide themselves in `Debug` and carry a masked form.

use std::fmt;

use url::Url;

/// A one-time code: 1 to 10 characters after display separators were removed, as Skyvern types it verbatim.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

/// A sign-in link, ready for Skyvern's bare-URL path: the `href` with `)]}'"<>` percent-encoded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Link(String);

/// The plain text of a mail, for `forward = "body"`: Skyvern's own model reads it (billed there).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailText(String);

/// Why a text can't be a [`Code`], [`Link`], [`MailText`] or [`Identifier`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("it is empty")]
    Empty,
    #[error("it holds a NUL character")]
    Nul,
    #[error("it holds a line break or another control character")]
    Control,
    #[error("it has {0} bytes; at most {LONGEST_IDENTIFIER} make sense")]
    LongIdentifier(usize),
    #[error("it has {0} characters; Skyvern takes a code of at most 10 without asking its language model")]
    TooLong(usize),
    #[error("it is not an absolute http or https URL")]
    NotAUrl,
    #[error("it has {0} characters; Skyvern takes at most 65,536")]
    TooLarge(usize),
}

/// In bytes: longer than any address (RFC 5321 section 4.5.3.1: 320), and than anybody would write into a URL.
const LONGEST_IDENTIFIER: usize = 512;

/// What is handed to Skyvern as `content`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Code(Code),
    Link(Link),
    Body(MailText),
}

/// A `totp_identifier`: never empty or endless, one line of text; ASCII e-mail addresses are trimmed and lower-cased as Skyvern does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

/// The run that alone may see a value; all absent means every run of the identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    pub task_id: Option<String>,
    pub workflow_id: Option<String>,
    pub workflow_run_id: Option<String>,
}

/// The run of Skyvern's that asks, as far as it names itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Run {
    pub task_id: Option<String>,
    pub workflow_run_id: Option<String>,
}

impl Code {
    /// Takes a code as it will be typed (separators already removed where they are only for display).
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(ValueError::Empty),
            _ if text.contains(char::is_control) => Err(ValueError::Control),
            1..=10 => Ok(Self(text.to_owned())),
            n => Err(ValueError::TooLong(n)),
        }
    }
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Link {
    /// Takes a URL, percent-encodes the characters that would send it to Skyvern's language model and cuts
    /// trailing `.,;:!?`, which Skyvern would cut.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        Self::parse(text).map(|(link, _)| link)
    }

    /// The same, and the URL as it was parsed.
    pub(super) fn parse(text: &str) -> Result<(Self, Url), ValueError> {
        let text = text.trim().trim_end_matches(['.', ',', ';', ':', '!', '?']);
        if text.is_empty() {
            return Err(ValueError::Empty);
        }
        if text.contains('\0') {
            return Err(ValueError::Nul);
        }
        let parsed = Url::parse(text).map_err(|_| ValueError::NotAUrl)?;
        if !matches!(parsed.scheme(), "http" | "https")
            || parsed.host_str().is_none()
            || text.contains(char::is_whitespace)
        {
            return Err(ValueError::NotAUrl);
        }
        let mut encoded = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                ')' => encoded.push_str("%29"),
                ']' => encoded.push_str("%5D"),
                '}' => encoded.push_str("%7D"),
                '\'' => encoded.push_str("%27"),
                '"' => encoded.push_str("%22"),
                '<' => encoded.push_str("%3C"),
                '>' => encoded.push_str("%3E"),
                c => encoded.push(c),
            }
        }
        Ok((Self(encoded), parsed))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl MailText {
    /// Takes the text of a mail; NULs are dropped.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let text: String = text.trim().chars().filter(|&c| c != '\0').collect();
        match text.chars().count() {
            0 => Err(ValueError::Empty),
            1..=65_536 => Ok(Self(text)),
            n => Err(ValueError::TooLarge(n)),
        }
    }
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Value {
    /// The `content` to send.
    pub fn expose(&self) -> &str {
        match self {
            Self::Code(code) => code.expose(),
            Self::Link(link) => link.expose(),
            Self::Body(text) => text.expose(),
        }
    }
    /// `code`, `link` or `body`: the word used in the store, in `explain` and in metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Link(_) => "link",
            Self::Body(_) => "body",
        }
    }
    /// A form that a person recognises and that gives nothing away: `4****3`, `https://acme.example/…`, `text of 812 characters`.
    pub fn masked(&self) -> String {
        match self {
            Self::Code(code) => mask(code.expose()),
            Self::Link(link) => match url::Url::parse(link.expose()) {
                Ok(url) => format!("{}://{}/…", url.scheme(), url.host_str().unwrap_or("?")),
                Err(_) => "link".into(),
            },
            Self::Body(text) => format!("text of {} characters", text.expose().chars().count()),
        }
    }
}

/// First and last character of a code of six or more, only the last of a shorter one, nothing below four.
fn mask(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    match chars.as_slice() {
        [first, middle @ .., last] if chars.len() >= 6 => format!("{first}{}{last}", "*".repeat(middle.len())),
        [rest @ .., last] if chars.len() >= 4 => format!("{}{last}", "*".repeat(rest.len())),
        all => "*".repeat(all.len()),
    }
}

impl Identifier {
    /// Normalises as Skyvern does: an ASCII e-mail address is trimmed and lower-cased, plus-tags kept.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ValueError::Empty);
        }
        if text.contains(char::is_control) {
            return Err(ValueError::Control);
        }
        if text.len() > LONGEST_IDENTIFIER {
            return Err(ValueError::LongIdentifier(text.len()));
        }
        let is_address = text.is_ascii()
            && text.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || c == '<' || c == '>');
        Ok(Self(if is_address { text.to_ascii_lowercase() } else { text.to_owned() }))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scope {
    pub fn is_empty(&self) -> bool {
        self.task_id.is_none() && self.workflow_id.is_none() && self.workflow_run_id.is_none()
    }

    /// Whether the value may be given to a run that asks. It never names the workflow's version (`w_…`).
    pub fn admits(&self, run: &Run) -> bool {
        let fits = |wanted: &Option<String>, asker: &Option<String>| wanted.is_none() || wanted == asker;
        self.workflow_id.is_none()
            && fits(&self.task_id, &run.task_id)
            && fits(&self.workflow_run_id, &run.workflow_run_id)
    }
}

impl Run {
    /// Whether it said at all for which run it asks.
    pub fn is_named(&self) -> bool {
        self.task_id.is_some() || self.workflow_run_id.is_some()
    }

    /// Whether both are the same run. Two tasks of one workflow run are two: each of its logins waits for a code of its
    /// own, and must not type the one that an earlier login has used.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.task_id, &other.task_id) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => self.workflow_run_id.is_some() && self.workflow_run_id == other.workflow_run_id,
        }
    }
}

macro_rules! hidden_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} characters)"), self.0.chars().count())
            }
        }
    )*};
}
hidden_debug!(Code, Link, MailText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_over_ten_characters_is_refused() {
        assert_eq!(Code::new("12345678901"), Err(ValueError::TooLong(11)));
        assert_eq!(Code::new(" 123456 ").map(|c| c.expose().to_owned()), Ok("123456".into()));
        assert_eq!(Code::new("  "), Err(ValueError::Empty));
    }

    #[test]
    fn a_link_takes_skyverns_bare_url_path() {
        let link = Link::new("https://a.example/x?q=(1)'\"<b>.").unwrap();
        assert_eq!(link.expose(), "https://a.example/x?q=(1%29%27%22%3Cb%3E");
        for text in ["ftp://a.example/", "mailto:bob@example.com", "/login?token=abc", "https://a.example/x y"] {
            assert_eq!(Link::new(text), Err(ValueError::NotAUrl), "{text}");
        }
    }

    #[test]
    fn debug_and_masks_give_no_code_away() {
        let value = Value::Code(Code::new("482913").unwrap());
        assert_eq!(format!("{value:?}"), "Code(Code(6 characters))");
        assert_eq!(value.masked(), "4****3");
        assert_eq!(Value::Link(Link::new("https://a.example/t/SECRET").unwrap()).masked(), "https://a.example/…");
    }

    fn run(task_id: &str, workflow_run_id: &str) -> Run {
        let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        Run { task_id: id(task_id), workflow_run_id: id(workflow_run_id) }
    }

    #[test]
    fn two_tasks_of_one_workflow_run_are_two_runs() {
        let table = [
            (run("t1", ""), run("t1", ""), true),
            (run("t1", "w1"), run("t1", "w1"), true),
            (run("t1", "w1"), run("t2", "w1"), false),
            (run("t1", "w1"), run("t1", ""), true),
            (run("t1", "w1"), run("", "w1"), true),
            (run("", "w1"), run("", "w1"), true),
            (run("", "w1"), run("", "w2"), false),
            (run("t1", ""), run("", "w1"), false),
            (run("", ""), run("", ""), false),
        ];
        for (a, b, same) in table {
            assert_eq!(a.is_same(&b), same, "{a:?} {b:?}");
            assert_eq!(b.is_same(&a), same, "{b:?} {a:?}");
        }
    }

    #[test]
    fn a_scope_admits_only_the_run_it_names() {
        let scope = |run: Run| Scope { task_id: run.task_id, workflow_id: None, workflow_run_id: run.workflow_run_id };
        assert!(scope(run("", "")).admits(&run("", "")));
        assert!(scope(run("t1", "")).admits(&run("t1", "w1")));
        assert!(scope(run("", "w1")).admits(&run("t9", "w1")));
        assert!(!scope(run("t1", "")).admits(&run("", "w1")));
        assert!(!scope(run("t1", "w1")).admits(&run("t1", "w2")));
        let version = Scope { workflow_id: Some("w_1".into()), ..Scope::default() };
        assert!(!version.admits(&run("t1", "w1")));
    }

    #[test]
    fn identifiers_are_normalised_as_skyvern_does() {
        assert_eq!(Identifier::new(" Agent+X@Example.COM ").unwrap().as_str(), "agent+x@example.com");
        assert_eq!(Identifier::new("bob\nand eve"), Err(ValueError::Control));
        assert_eq!(Identifier::new(&"x".repeat(513)), Err(ValueError::LongIdentifier(513)));
        assert_eq!(Code::new("482\n913"), Err(ValueError::Control));
        assert_eq!(Identifier::new("Acme-42").unwrap().as_str(), "Acme-42");
        assert_eq!(Identifier::new("Müller@example.com").unwrap().as_str(), "Müller@example.com");
    }
}
