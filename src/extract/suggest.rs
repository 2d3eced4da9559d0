//! A rule for a mail that detection gets wrong: TOML that the operator can paste, proven on the mail itself.
//!
//! The rule asks for the sender's domain and finds the value by the words around it, with the value's form in its place. Of
//! several such rules the first is taken that, read back from its TOML, finds the expected value and no other.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use super::policy::{Action, Policy, Rule, RuleSet};
use super::rules::DIFFERENT_VALUES;
use super::value::{Link, Value};
use super::{Outcome, display, extract};
use crate::mail::{Message, Text};

/// A rule that finds what was expected.
#[derive(Clone)]
pub struct SuggestedRule {
    /// A `[[inbox.rule]]` block.
    pub toml: String,
    /// The same rule, compiled.
    pub rule: Rule,
    /// What the mail becomes under this rule alone.
    pub outcome: Outcome,
}

/// The rule's patterns hold words of the mail.
impl std::fmt::Debug for SuggestedRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SuggestedRule").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

/// Words before and after a value that a pattern takes along.
const MOST_WORDS: usize = 4;

/// A rule that makes `message` deliver `expected` (a code as it is typed, or a link); `None` where the value does not stand in
/// the mail, or no rule finds it alone.
pub fn suggest_rule(message: &Message, policy: &Policy, expected: &str) -> Option<SuggestedRule> {
    let expected = expected.trim();
    let wanted_link = Link::new(expected).ok();
    let (key, patterns) = match &wanted_link {
        Some(link) => ("link", link_patterns(message, link)),
        None => ("code", code_patterns(message, &display::typed(expected))),
    };
    let wanted = match &wanted_link {
        Some(link) => link.expose().to_owned(),
        None => display::typed(expected),
    };
    let domain = message.from.as_ref().and_then(|from| from.address.rsplit_once('@')).map(|(_, domain)| domain);
    let name = domain.and_then(|domain| domain.rsplit('.').nth(1)).unwrap_or("suggested");
    patterns.into_iter().find_map(|pattern| {
        let mut lines = vec!["[[inbox.rule]]".to_owned(), format!("name = {}", quoted(name))];
        if let Some(domain) = domain {
            lines.push(format!("from = {}", quoted(&format!("(?i)@{}$", regex::escape(domain)))));
        }
        lines.push(format!("{key} = {}", quoted(&pattern)));
        let toml = lines.join("\n") + "\n";
        let rule = read_back(&toml)?;
        let alone = Policy { rules: RuleSet::new(vec![rule.clone()]), detect: false, require: None, ..policy.clone() };
        let outcome = extract(message, &alone);
        let proven = match &outcome {
            Outcome::Found(found) => value_is(&found.value, &wanted) && !found.reason.ends_with(DIFFERENT_VALUES),
            _ => false,
        };
        proven.then_some(SuggestedRule { toml, rule, outcome })
    })
}

/// Whether a value is what somebody wrote down as expected: a code with its separators or without, a link as it stands.
pub fn is_expected(value: &str, expected: &str) -> bool {
    let expected = expected.trim();
    value == expected
        || value == display::typed(expected)
        || Link::new(expected).is_ok_and(|link| link.expose() == value)
}

fn value_is(value: &Value, wanted: &str) -> bool {
    value.expose() == wanted
}

/// Parses the block as the configuration would.
fn read_back(toml: &str) -> Option<Rule> {
    #[derive(Deserialize)]
    struct File {
        inbox: Inbox,
    }
    #[derive(Deserialize)]
    struct Inbox {
        rule: Vec<BTreeMap<String, String>>,
    }
    let file: File = toml::from_str(toml).ok()?;
    let fields = file.inbox.rule.into_iter().next()?;
    let regex = |key: &str| fields.get(key).and_then(|pattern| Regex::new(pattern).ok());
    let action = regex("code").map(Action::Code).or_else(|| regex("link").map(Action::Link))?;
    Some(Rule { from: regex("from"), ..Rule::new(fields.get("name")?.as_str(), action) })
}

/// A TOML string: literal where it can be.
fn quoted(text: &str) -> String {
    if text.contains('\'') || text.contains(char::is_control) {
        let escaped: String = text
            .chars()
            .map(|c| match c {
                '"' => "\\\"".into(),
                '\\' => "\\\\".into(),
                c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
                c => c.to_string(),
            })
            .collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{text}'")
    }
}

/// The address up to where its token begins, then anything.
fn link_patterns(message: &Message, wanted: &Link) -> Vec<String> {
    let anchors = message.texts.iter().flat_map(|text| &text.anchors);
    let Some(anchor) = anchors.into_iter().find(|anchor| Link::new(&anchor.href).is_ok_and(|link| link == *wanted))
    else {
        return Vec::new();
    };
    let href = anchor.href.trim();
    let Some(path) = href.find("://").and_then(|at| Some(at + 3 + href.get(at + 3..)?.find('/')?)) else {
        return Vec::new();
    };
    let (site, path) = href.split_at(path);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut patterns = Vec::new();
    // Most of the path first: what remains must be the last that changes from mail to mail.
    for kept in (0..segments.len()).rev() {
        let fixed: Vec<&str> = segments.iter().take(kept).copied().collect();
        if fixed.iter().any(|segment| segment.len() > 24 || segment.bytes().filter(u8::is_ascii_digit).count() > 3) {
            continue;
        }
        let mut pattern = regex::escape(site);
        for segment in fixed {
            pattern.push('/');
            pattern.push_str(&regex::escape(segment));
        }
        let last = segments.get(kept).copied().unwrap_or_default();
        match last.split_once(['?', '#']) {
            Some((page, _)) if page.len() <= 24 => {
                pattern.push('/');
                pattern.push_str(&regex::escape(page));
                pattern.push_str(r"[?#]\S+");
            }
            _ => pattern.push_str(r"/\S+"),
        }
        patterns.push(format!("(?<link>{pattern})"));
    }
    patterns
}

/// The words before the value, after it, or of the line above, each with the value's form.
fn code_patterns(message: &Message, wanted: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    let subject = std::iter::once(message.subject.as_str());
    let lines = message.texts.iter().flat_map(lines_of);
    let lines: Vec<&str> = subject.chain(lines).collect();
    for (index, line) in lines.iter().enumerate() {
        let Some(found) = find_shown(line, wanted) else { continue };
        let (before, after) = (line.get(..found.start).unwrap_or_default(), line.get(found.end..).unwrap_or_default());
        let shown = line.get(found).unwrap_or_default();
        let form = format!("(?<code>{})", form_of(shown));
        let before_words = last_words(before);
        let after_words = first_words(after);
        if !before_words.is_empty() {
            patterns.push(format!("(?i:{before_words}){form}"));
            patterns.push(format!("(?i:{before_words}){form}(?i:{after_words})"));
        }
        if !after_words.is_empty() {
            patterns.push(format!("{form}(?i:{after_words})"));
        }
        let above = index.checked_sub(1).and_then(|above| lines.get(above)).map(|line| last_words(line));
        if let Some(above) = above.filter(|above| !above.is_empty() && index > 1) {
            patterns.push(format!(r"(?i:{above})\s*\n\W*{form}\b"));
        }
        patterns.push(format!(r"(?m)^\W*{form}\W*$"));
    }
    patterns
}

/// Lines that are shown and not quoted.
fn lines_of(text: &Text) -> impl Iterator<Item = &str> {
    let lines = text.lines.iter().filter(|line| !line.hidden && line.quote_depth == 0);
    lines.filter_map(|line| text.text.get(line.range.clone())).filter(|line| !line.trim().is_empty())
}

/// Where the code stands in the line, separators for display included.
fn find_shown(line: &str, wanted: &str) -> Option<std::ops::Range<usize>> {
    let characters: Vec<String> = wanted.chars().map(|c| regex::escape(&c.to_string())).collect();
    let pattern = Regex::new(&characters.join(r"[\s\p{Pd}·]?")).ok()?;
    pattern.find_iter(line).map(|found| found.range()).find(|range| {
        let glued = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = line.get(..range.start).and_then(|before| before.chars().next_back());
        let after = line.get(range.end..).and_then(|after| after.chars().next());
        !glued(before) && !glued(after)
    })
}

/// `482 913` becomes `[0-9]{3}\s?[0-9]{3}`, `G-4821` becomes `[A-Z]-[0-9]{4}`.
fn form_of(shown: &str) -> String {
    let has = |of: fn(&char) -> bool| shown.chars().any(|c| of(&c));
    let (digits, upper, lower) =
        (has(char::is_ascii_digit), has(char::is_ascii_uppercase), has(char::is_ascii_lowercase));
    let class = match (digits, upper, lower) {
        (true, false, false) => "[0-9]",
        (true, true, false) => "[A-Z0-9]",
        (false, true, false) => "[A-Z]",
        (true, false, true) => "[a-z0-9]",
        (false, false, true) => "[a-z]",
        _ => "[A-Za-z0-9]",
    };
    let mut form = String::new();
    let mut run = 0;
    let end = |form: &mut String, run: &mut usize| {
        match *run {
            0 => {}
            1 => form.push_str(class),
            length => form.push_str(&format!("{class}{{{length}}}")),
        }
        *run = 0;
    };
    for c in shown.chars() {
        if c.is_ascii_alphanumeric() {
            run += 1;
        } else {
            end(&mut form, &mut run);
            form.push_str(&if c.is_whitespace() { r"\s".to_owned() } else { regex::escape(&c.to_string()) });
        }
    }
    end(&mut form, &mut run);
    form
}

/// The last words of a text as a pattern, with the blanks behind them; digits may change.
fn last_words(text: &str) -> String {
    let count = text.split_whitespace().count();
    let words = text.split_whitespace().skip(count.saturating_sub(MOST_WORDS));
    let mut pattern = joined(words);
    if !pattern.is_empty() && text.ends_with(char::is_whitespace) {
        pattern.push_str(r"\s+");
    }
    pattern
}

fn first_words(text: &str) -> String {
    let pattern = joined(text.split_whitespace().take(MOST_WORDS));
    if !pattern.is_empty() && text.starts_with(char::is_whitespace) { format!(r"\s+{pattern}") } else { pattern }
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let escaped: Vec<String> = words
        .map(|word| {
            let mut pattern = String::new();
            let mut in_number = false;
            for c in word.chars() {
                if c.is_ascii_digit() {
                    if !in_number {
                        pattern.push_str("[0-9]+");
                    }
                    in_number = true;
                } else {
                    in_number = false;
                    pattern.push_str(&regex::escape(&c.to_string()));
                }
            }
            pattern
        })
        .collect();
    escaped.join(r"\s+")
}

#[cfg(test)]
mod tests {
    use super::super::testing::mail;
    use super::*;

    fn suggested(subject: &str, body: &str, expected: &str) -> Option<String> {
        suggest_rule(&mail("a@mail.acme.example", subject, body), &Policy::default(), expected).map(|rule| rule.toml)
    }

    #[test]
    fn the_words_before_a_code_find_it() {
        assert_eq!(
            suggested("Hi", "Order 12.\nYour magic number today: 4821", "4821").as_deref(),
            Some(concat!(
                "[[inbox.rule]]\nname = 'acme'\nfrom = '(?i)@mail\\.acme\\.example$'\n",
                "code = '(?i:Your\\s+magic\\s+number\\s+today:\\s+)(?<code>[0-9]{4})'\n"
            ))
        );
    }

    #[test]
    fn every_suggestion_is_proven_on_the_mail() {
        for (body, expected) in [
            ("4821-99\nis what you need", "482199"),
            ("Use this:\n\n482 913\n\nBye", "482913"),
            ("it's \"ak7-9fx\" today", "ak7-9fx"),
            ("first 1111 then 2222 done", "2222"),
            ("A 1111\nB 2222", "2222"),
        ] {
            let message = mail("a@acme.example", "x", body);
            let rule = suggest_rule(&message, &Policy::default(), expected).unwrap_or_else(|| panic!("{body}"));
            let Outcome::Found(found) = rule.outcome else { panic!("{body}") };
            assert_eq!(found.value.expose(), expected, "{body}");
        }
    }

    #[test]
    fn a_link_is_found_by_the_part_of_its_address_that_stays() {
        let body = "[Help](https://acme.example/help)\n[Go](https://acme.example/m/in?t=Zx81kQpLmN02aBcD)";
        let toml = suggested("x", body, "https://acme.example/m/in?t=Zx81kQpLmN02aBcD").unwrap();
        assert!(toml.contains(r"link = '(?<link>https://acme\.example/m/in[?#]\S+)'"), "{toml}");
    }

    #[test]
    fn what_is_expected_may_be_written_as_it_is_shown() {
        assert!(is_expected("493027", " 493-027 "));
        assert!(is_expected("493027", "493 027"));
        assert!(is_expected("https://acme.example/a", "https://acme.example/a."));
        assert!(!is_expected("493027", "493028"));
        assert!(!is_expected("G-4821", "4821"));
    }

    #[test]
    fn what_is_not_in_the_mail_is_not_suggested() {
        assert_eq!(suggested("x", "Your code is 4821", "9999"), None);
        assert_eq!(suggested("x", "no link", "https://acme.example/x"), None);
    }
}
