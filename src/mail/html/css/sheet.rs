//! Style sheets: simple selectors and their place in the cascade, in bounded time.

use std::collections::HashMap;

use super::declarations::Declarations;
use crate::mail::html::element::Element;

/// So many rules of one mail are kept; a mail's style sheet rarely has a tenth of them.
const MAX_RULES: usize = 4096;
/// So many rules of one selector key are looked at.
const MAX_RULES_A_KEY: usize = 32;
/// So many classes of one element are looked up.
const MAX_CLASSES: usize = 8;
/// So many rules are compared with elements in one mail: a mail of 100 KB needs a few thousand comparisons.
const MAX_COMPARISONS: usize = 1_000_000;

/// A mail's style sheets.
#[derive(Debug)]
pub(in crate::mail::html) struct Sheet {
    ids: HashMap<String, Vec<Rule>>,
    classes: HashMap<String, Vec<Rule>>,
    /// Without a class or id; by element.
    elements: HashMap<Option<u8>, Vec<Rule>>,
    rules: usize,
    /// How many more rules may be compared with an element; what is left of it bounds the time a sheet can take.
    budget: usize,
    /// A rule that is not understood paints backgrounds, so that nothing can be said about equal colours.
    pub(in crate::mail::html) paints_unseen: bool,
}

#[derive(Debug)]
struct Rule {
    element: Option<Element>,
    id: Option<String>,
    classes: Vec<String>,
    /// Order in the cascade: ids, classes and elements of the selector, then its place (Selectors 4, section 15).
    rank: (usize, usize, usize, usize),
    declarations: Declarations,
}

impl Sheet {
    /// Collects the `<style>` elements of a whole mail: they hold for what stands before them, too.
    pub(in crate::mail::html) fn of(html: &str) -> Self {
        let mut sheet = Self {
            ids: HashMap::new(),
            classes: HashMap::new(),
            elements: HashMap::new(),
            rules: 0,
            budget: MAX_COMPARISONS,
            paints_unseen: false,
        };
        let mut rest = html;
        while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.find("-->").and_then(|end| comment.get(end..)).unwrap_or_default();
            } else if rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("style")) {
                let Some((attributes, body)) = rest.split_once('>') else { break };
                let (css, after) = body.split_at_checked(end_of_style(body)).unwrap_or((body, ""));
                if !for_other_media(attributes) {
                    sheet.add(css);
                }
                rest = after;
            }
        }
        sheet
    }

    pub(in crate::mail::html) fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// What the rules declare for an element, in the order of the cascade.
    pub(in crate::mail::html) fn declarations(&mut self, element: Element, id: &str, classes: &str) -> Declarations {
        let names = || classes.split_ascii_whitespace().take(MAX_CLASSES);
        let mut matching: Vec<&Rule> = Vec::new();
        let lists = [self.elements.get(&None), self.elements.get(&Some(element as u8)), self.ids.get(id)]
            .into_iter()
            .chain(names().map(|name| self.classes.get(name)));
        for rules in lists.flatten() {
            self.budget = self.budget.saturating_sub(rules.len());
            if self.budget == 0 {
                break;
            }
            matching.extend(rules.iter().filter(|rule| {
                rule.element.is_none_or(|needed| needed == element)
                    && rule.id.as_ref().is_none_or(|needed| needed == id)
                    && rule.classes.iter().all(|needed| names().any(|name| name == needed))
            }));
        }
        matching.sort_by_key(|rule| rule.rank);
        let mut declarations = Declarations::default();
        for rule in matching {
            declarations.cascade(&rule.declarations);
        }
        declarations
    }

    fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find(['{', ';', '}']) {
            let (selector, after) = rest.split_at_checked(open).unwrap_or((rest, ""));
            let Some(body) = after.strip_prefix('{') else {
                // `@import …;` or a stray brace.
                rest = after.get(1..).unwrap_or_default();
                continue;
            };
            let selector = selector.trim().trim_start_matches("<!--").trim_start();
            if selector.starts_with('@') {
                let media = selector.strip_prefix("@media").map(str::trim);
                if media.is_some_and(|media| matches!(media, "screen" | "all" | "only screen")) {
                    // Its rules hold: go on inside; its closing brace is stray.
                    rest = body;
                } else {
                    rest = after_block(body);
                }
                continue;
            }
            let (declarations, after) = body.split_once('}').unwrap_or((body, ""));
            self.add_rule(selector, &Declarations::parse(declarations));
            rest = after;
        }
    }

    fn add_rule(&mut self, selectors: &str, declarations: &Declarations) {
        if *declarations == Declarations::default() {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            if self.rules >= MAX_RULES {
                return;
            }
            let Some(mut rule) = Rule::parse(selector, *declarations) else {
                self.paints_unseen |= declarations.background.value.is_some();
                continue;
            };
            self.rules += 1;
            rule.rank.3 = self.rules;
            let rules = match (&rule.id, rule.classes.first()) {
                (Some(id), _) => self.ids.entry(id.clone()).or_default(),
                (None, Some(class)) => self.classes.entry(class.clone()).or_default(),
                (None, None) => self.elements.entry(rule.element.map(|element| element as u8)).or_default(),
            };
            if rules.len() < MAX_RULES_A_KEY {
                rules.push(rule);
            }
        }
    }
}

impl Rule {
    /// A compound selector: `td.code#main`. `None` for anything less simple.
    fn parse(selector: &str, declarations: Declarations) -> Option<Self> {
        if selector.is_empty() || selector.len() > 200 {
            return None;
        }
        let end = selector.find(['.', '#']).unwrap_or(selector.len());
        let (name, mut rest) = selector.split_at_checked(end)?;
        let simple = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let element = match name {
            "" | "*" => None,
            name if simple(name) => Some(Element::from_name(name.to_ascii_lowercase().as_bytes())),
            _ => return None,
        };
        if element == Some(Element::Unknown) {
            return None;
        }
        let mut id = None;
        let mut classes = Vec::new();
        while let Some(after) = rest.get(1..) {
            let end = after.find(['.', '#']).unwrap_or(after.len());
            let (part, next) = after.split_at_checked(end)?;
            if part.is_empty() || (part.is_ascii() && !simple(part)) {
                return None;
            }
            if rest.starts_with('#') {
                id = Some(part.to_owned());
            } else if classes.len() < MAX_CLASSES {
                classes.push(part.to_owned());
            }
            rest = next;
        }
        let rank = (usize::from(id.is_some()), classes.len(), usize::from(element.is_some()), 0);
        Some(Self { element, id, classes, rank, declarations })
    }
}

/// Where `</style` begins.
fn end_of_style(body: &str) -> usize {
    memchr::memmem::find_iter(body.as_bytes(), b"</")
        .find(|&at| body.get(at + 2..at + 7).is_some_and(|name| name.eq_ignore_ascii_case("style")))
        .unwrap_or(body.len())
}

/// `media="print"`, `media="(max-width: 600px)"`.
fn for_other_media(attributes: &str) -> bool {
    let attributes = attributes.to_ascii_lowercase();
    attributes
        .split_once("media=")
        .is_some_and(|(_, media)| !["screen", "all", ""].contains(&media.trim_matches(['"', '\'', ' ', '/'])))
}

/// What follows the block whose opening brace has been read.
fn after_block(body: &str) -> &str {
    let mut depth = 1usize;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return body.get(at + 1..).unwrap_or_default();
        }
    }
    ""
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}
