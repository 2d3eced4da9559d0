//! What the nouns of a text name: a one-time code, perhaps a code, or the code or number of something else.
//!
//! A noun is judged by its noun phrase. "Code" beside a word of verifying names a one-time code (*verification code*, *código de
//! acceso*, *Bestätigungscode*, *認証コード*); beside an order, a discount or a meeting it names something else (*promo code*,
//! *código postal*, *Gutscheincode*). No list of phrases is needed for that: only the words.

use std::ops::Range;

use super::fold::is_letter;
use super::lexicon::{Classes, Hit};
use super::reading::Reading;

/// A noun and what it names.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) range: Range<usize>,
    pub(super) names: Names,
    /// Its sentence only talks of codes: a warning, an example, a code that went elsewhere.
    pub(super) mention: Mention,
    pub(super) row: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// A one-time code.
    OneTimeCode,
    /// Most likely a one-time code: "confirmation code", or "code" in a sentence about signing in.
    LikelyCode,
    /// Some code.
    SomeCode,
    /// Some number, of which nothing says whose.
    SomeNumber,
    /// The code or number of something else.
    OtherThing,
    /// The number that stands right beside it: an account, a telephone.
    Owned,
}

impl Names {
    pub(super) fn is_code(self) -> bool {
        matches!(self, Self::OneTimeCode | Self::LikelyCode | Self::SomeCode | Self::SomeNumber)
    }
}

/// How far a sentence only mentions codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    /// It may deliver one.
    Delivers,
    /// "Never share this code": about the code that is delivered here, if one is.
    Warns,
    /// The code is, was or will be elsewhere.
    Elsewhere,
    /// "For example".
    Sample,
}

const NOUNS: Classes =
    Classes::CODE.or(Classes::NUMBER).or(Classes::SECRET).or(Classes::STRONG).or(Classes::OTHER).or(Classes::OWNER);

/// What a noun's modifiers tell.
const MODIFIERS: Classes = Classes::OTHER.or(Classes::OWNER).or(Classes::ONCE).or(Classes::AUTH).or(Classes::SOFT);

/// A modifier farther away than this many bytes belongs to another noun.
const REACH: usize = 48;

/// The labels of a text, in order.
pub(super) fn labels(reading: &Reading<'_>) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut says_once: Option<bool> = None;
    for (row_index, row) in reading.rows.iter().enumerate() {
        let hits = reading.hits_of(row);
        let is_sample = !hits.is_empty() && is_sample(reading, row_index);
        let mut covered = row.range.start;
        for (index, hit) in hits.iter().enumerate() {
            if !hit.classes.has(NOUNS) || hit.end <= covered {
                continue;
            }
            let absorbed = |other: &Hit| {
                other.classes.has(Classes::AUTH.or(Classes::GIVE))
                    && other.start <= hit.start
                    && hit.end <= other.end
                    && other.end - other.start > hit.end - hit.start
            };
            let only_number = !hit.classes.has(Classes::CODE.or(Classes::STRONG).or(Classes::OTHER));
            if only_number && hits.iter().take(index).rev().take(4).any(absorbed) {
                continue;
            }
            let sentence = reading.sentence_at(hit.start).map(|sentence| sentence.classes).unwrap_or_default();
            let Some(mut names) = names(reading, hits, index, sentence) else { continue };
            // "Enter the one-time password below", and then "Password: 4821".
            let after = reading.slice(hit.end..row.range.end);
            let is_password = hit.classes.has(Classes::SECRET)
                && names == Names::Owned
                && (sentence.has(Classes::GIVE)
                    || after.trim_start_matches(is_letter).trim_start().starts_with([':', '：', '=']));
            let is_once = || reading.is_once || reading.hits.iter().any(|hit| hit.classes.has(Classes::ONCE));
            // "To approve the payment enter the password 051937".
            let is_approved =
                || sentence.has(Classes::GIVE) && sentence.has(Classes::SOFT) && !sentence.has(Classes::OWNER);
            if is_password && (says_once.get_or_insert_with(is_once) == &true || is_approved()) {
                names = Names::LikelyCode;
            }
            covered = hit.end;
            let mention = if is_sample { Mention::Sample } else { mention(sentence) };
            labels.push(Label { range: hit.start..hit.end, names, mention, row: row_index });
        }
    }
    labels
}

/// Whether the row shows what others would write: a row above says "for example:", or it is source code.
pub(super) fn is_sample(reading: &Reading<'_>, row: usize) -> bool {
    const ROWS: usize = 3;
    let Some(own) = reading.rows.get(row) else { return false };
    let text = reading.slice(own.range.clone());
    let is_source = text.contains('"') && (text.contains("\": \"") || text.contains("\":\""));
    is_source || (1..=ROWS).any(|up| row.checked_sub(up).is_some_and(|above| announces_sample(reading, above, up == 1)))
}

/// "It looks like this:", right above or a little further up; or right above "…, for example".
fn announces_sample(reading: &Reading<'_>, row: usize, is_right_above: bool) -> bool {
    let Some(above) = reading.rows.get(row) else { return false };
    let last = reading.sentence_at(above.range.end.saturating_sub(1)).map(|last| last.classes);
    if !last.is_some_and(|last| last.has(Classes::SAMPLE)) {
        return false;
    }
    let ends_row = |hit: &Hit| {
        let rest = reading.slice(hit.end..above.range.end);
        hit.classes.has(Classes::SAMPLE) && !rest.contains(char::is_alphanumeric)
    };
    // A heading: "FAKE MESSAGE".
    let is_heading = || {
        let samples = reading.hits_of(above).iter().filter(|hit| hit.classes.has(Classes::SAMPLE));
        samples.take(4).any(|hit| {
            let parts = [above.range.start..hit.start, hit.end..above.range.end];
            parts.into_iter().all(|part| !reading.slice(part).contains(char::is_alphanumeric))
        })
    };
    let near_end = above.range.end.saturating_sub(4 * REACH).max(above.range.start)..above.range.end;
    reading.slice(above.range.clone()).trim_end().ends_with([':', '：'])
        || is_right_above && reading.hits_in(near_end).iter().any(ends_row)
        || is_heading()
}

fn mention(sentence: Classes) -> Mention {
    if sentence.has(Classes::SAMPLE) {
        Mention::Sample
    } else if sentence.has(Classes::ELSEWHERE) {
        Mention::Elsewhere
    } else if sentence.has(Classes::NEVER.or(Classes::UNASKED)) {
        Mention::Warns
    } else {
        Mention::Delivers
    }
}

/// What the noun names.
fn names(reading: &Reading<'_>, hits: &[Hit], index: usize, sentence: Classes) -> Option<Names> {
    let noun = hits.get(index)?.classes;
    if noun.has(Classes::STRONG) {
        return Some(Names::OneTimeCode);
    }
    let is_code = noun.has(Classes::CODE);
    if !is_code && noun.has(Classes::OTHER) {
        return Some(Names::OtherThing);
    }
    let beside = Beside::of(reading, hits, index, sentence);
    if !is_code && noun.has(Classes::SECRET) {
        return Some(match beside.nearest() {
            _ if beside.once.is_some() => Names::OneTimeCode,
            // "Activation key", "temporary password"; but the key of a licence or a network is its own.
            Some(Modifier::Soft | Modifier::Auth) if beside.other.is_none() => Names::LikelyCode,
            _ => Names::Owned,
        });
    }
    if !is_code && !noun.has(Classes::NUMBER) {
        return Some(Names::Owned);
    }
    let signs = Classes::AUTH.or(Classes::SOFT);
    let used = Classes::AUTH.or(Classes::GIVE).or(Classes::EXPIRY);
    Some(match beside.nearest() {
        // "One-time delivery password".
        Some(Modifier::Other) if beside.once.is_some() => Names::LikelyCode,
        Some(Modifier::Other) => Names::OtherThing,
        Some(Modifier::Owner) if !is_code => Names::Owned,
        Some(Modifier::Auth) => Names::OneTimeCode,
        Some(Modifier::Soft) if beside.other.is_some() => Names::OtherThing,
        Some(Modifier::Soft) if is_code && sentence.has(Classes::AUTH) => Names::OneTimeCode,
        Some(Modifier::Soft) if is_code || sentence.has(used) => Names::LikelyCode,
        Some(Modifier::Soft) => Names::SomeCode,
        _ if is_code && sentence.has(Classes::AUTH) => Names::LikelyCode,
        // "To confirm it, enter the code 1961".
        _ if is_code
            && sentence.has(Classes::SOFT)
            && sentence.has(Classes::GIVE)
            && !sentence.has(Classes::OTHER.or(Classes::OWNER)) =>
        {
            Names::LikelyCode
        }
        _ if is_code => Names::SomeCode,
        _ if sentence.has(Classes::GIVE) && sentence.has(signs) => Names::LikelyCode,
        _ if sentence.has(Classes::GIVE) => Names::SomeCode,
        _ => Names::SomeNumber,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Modifier {
    Auth,
    Soft,
    Other,
    Owner,
}

/// The distance in bytes of the nearest modifier of each kind within a noun's phrase.
#[derive(Debug, Default)]
struct Beside {
    auth: Option<usize>,
    soft: Option<usize>,
    other: Option<usize>,
    owner: Option<usize>,
    once: Option<usize>,
}

impl Beside {
    fn of(reading: &Reading<'_>, hits: &[Hit], index: usize, sentence: Classes) -> Self {
        let mut beside = Self::default();
        let Some(noun) = hits.get(index) else { return beside };
        // What is too far away at one place is so at every place before it.
        let mut too_far = 0;
        for before in hits.iter().take(index).rev().take_while(|hit| hit.start + REACH >= noun.start) {
            if before.end > noun.start {
                // A longer word around the noun: "verification code" has its own class.
                beside.offer(before.classes, 0);
                continue;
            }
            if before.end <= too_far || !before.classes.has(MODIFIERS) {
                continue;
            }
            let gap = Gap::of(reading.slice(before.end..noun.start));
            // A compound is one word.
            let is_one_word = reading.slice(before.end..noun.start).bytes().all(|b| b != b' ');
            let distance = if is_one_word { 0 } else { noun.start - before.end };
            if gap.is_open && gap.words <= 2 {
                // "In your account the combination".
                let classes = if gap.words > 0 { before.classes.without(Classes::OWNER) } else { before.classes };
                beside.offer(classes.without_other_if(gap.words > 1), distance);
            } else {
                too_far = before.end;
            }
        }
        for after in hits.iter().skip(index + 1).take_while(|hit| hit.start <= noun.end + REACH) {
            if after.start < noun.end || !after.classes.has(MODIFIERS) {
                continue;
            }
            let gap = Gap::of(reading.slice(noun.end..after.start));
            let distance = after.start - noun.end;
            if !gap.is_open || gap.words > 3 || gap.longest > 5 {
                break;
            }
            let far = gap.words > 2 || gap.longest > 4;
            let classes = after.classes.without_other_if(far);
            // "This code gives you a one-time discount".
            let is_apart = after.classes.has(Classes::ONCE) && gap.words > 0 && sentence.has(Classes::OTHER);
            if is_apart {
                continue;
            }
            // "The digits below on the page".
            beside.offer(if gap.words > 2 { classes.without(Classes::OWNER) } else { classes }, distance);
        }
        beside
    }

    fn offer(&mut self, classes: Classes, distance: usize) {
        let note = |held: &mut Option<usize>| *held = Some(held.map_or(distance, |held| held.min(distance)));
        if classes.has(Classes::OTHER) {
            note(&mut self.other);
        }
        if classes.has(Classes::OWNER) {
            note(&mut self.owner);
        }
        if classes.has(Classes::ONCE) {
            note(&mut self.once);
        }
        if classes.has(Classes::AUTH) {
            note(&mut self.auth);
        } else if classes.has(Classes::SOFT) {
            note(&mut self.soft);
        }
    }

    fn nearest(&self) -> Option<Modifier> {
        let all = [
            (self.auth, Modifier::Auth),
            (self.other, Modifier::Other),
            (self.soft, Modifier::Soft),
            (self.owner, Modifier::Owner),
        ];
        all.into_iter()
            .filter_map(|(distance, kind)| Some((distance?, kind)))
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, kind)| kind)
    }
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    /// Nothing ends the phrase: no stop, comma, colon, bracket, number or cell end.
    pub(super) is_open: bool,
    pub(super) words: usize,
    /// Letters of the longest word.
    pub(super) longest: usize,
    /// A sentence ends in it.
    pub(super) has_stop: bool,
    pub(super) has_comma: bool,
    pub(super) has_digit: bool,
    /// It ends like an announcement: with a colon, an arrow, a cell end.
    pub(super) announces: bool,
}

impl Gap {
    /// Of what stands too far apart to be looked at.
    pub(super) fn wide() -> Self {
        let many = usize::from(u16::MAX);
        Self { words: many, longest: many, has_stop: true, has_comma: true, has_digit: true, ..Self::default() }
    }

    pub(super) fn of(between: &str) -> Self {
        /// So many dots lead the eye to what stands behind them.
        const LEADER: usize = 4;
        let mut gap = Self { is_open: true, ..Self::default() };
        // The rest of a word that was found by its beginning is not counted.
        let mut in_first = between.starts_with(is_letter);
        let (mut letters, mut wide) = (0, 0);
        // Of the word that ends here, also if it is the rest of one.
        let mut word = 0;
        let mut last = ' ';
        let mut dots = 0;
        let mut characters = between.chars().peekable();
        while let Some(c) = characters.next() {
            if is_letter(c) || is_mark(c) {
                word += 1;
                if is_wide(c) {
                    wide += 1;
                } else if !in_first {
                    letters += 1;
                }
            } else {
                in_first = false;
                // "nr. 77120", "č. j. 12".
                let shortens = c == '.' && (1..=3).contains(&word) && {
                    let mut rest = characters.clone().skip_while(|next| matches!(next, ' ' | '\u{A0}'));
                    rest.next().is_some_and(|next| next.is_ascii_digit() || next.is_lowercase())
                };
                word = 0;
                if letters > 0 {
                    gap.words += 1;
                    gap.longest = gap.longest.max(letters);
                    letters = 0;
                }
                dots = if c == '.' { dots + 1 } else { 0 };
                match c {
                    // "Token.....: 3K8V".
                    '.' if dots >= LEADER || matches!(characters.peek(), Some('.' | ':')) => {}
                    // "62.10", "a.example".
                    '.' if shortens || characters.peek().is_some_and(|next| next.is_ascii_alphanumeric()) => {}
                    '.' | '!' | '?' | '。' | '！' | '？' | '।' | '؟' | '۔' | '։' | '።' => gap.has_stop = true,
                    ',' | ';' | '、' | '，' | '،' | '؛' | '；' => gap.has_comma = true,
                    c if c.is_ascii_digit() => gap.has_digit = true,
                    _ => {}
                }
                if !c.is_whitespace() && c != '-' && c != '\'' && c != '’' || c == '\t' {
                    gap.is_open = false;
                }
            }
            if !c.is_whitespace() || c == '\t' {
                last = c;
            }
        }
        // Letters up to the end are the beginning of the word that follows.
        gap.words += wide / 2;
        gap.announces = matches!(
            last,
            ':' | '：' | '=' | '→' | '\t' | '|' | '►' | '▶' | '»' | '>' | '“' | '"' | '„' | '«' | '「' | '【'
        ) || super::super::display::is_dash(last)
            || last == '.' && dots >= LEADER;
        gap
    }
}

/// Scripts that part no words.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..)
}

/// Vowel signs and the like, which belong to a word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{963}' | '\u{966}'..='\u{DFF}' | '\u{E30}'..='\u{E4E}' | '\u{EB0}'..='\u{ECE}' | '\u{102B}'..='\u{103E}' | '\u{1056}'..='\u{109D}' | '\u{17B4}'..='\u{17D3}' | '\u{5B0}'..='\u{5C7}' | '\u{64B}'..='\u{65F}')
}
