//! What stands right beside a number and makes it something else than a code: currencies, units, months, masks of hidden digits.

use super::currencies::{CURRENCIES, CURRENCY_SIGNS};

/// What stands right before makes it the tail of something else.
pub(super) fn is_bound_before(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        // An ordinal number.
        Some('第' | '제') => true,
        Some('@' | '/' | '\\' | '_' | '&' | '%' | '~' | '^' | '+') => true,
        Some('.' | ',' | '-') => back.next().is_some_and(|c| c.is_alphanumeric() || is_mask(c)),
        // `****1234`, `•••• 1234`, `…1234`; but `**1234**` is emphasis.
        Some(c) if c != ' ' && is_mask(c) => {
            // `010-**82-41**`.
            let is_inside = before.trim_end_matches(c).ends_with(|c: char| c.is_ascii_digit() || c == '-');
            (is_inside || !after.trim_start().starts_with(c)) && (c != '*' || before.ends_with("**"))
        }
        Some(' ') if before.trim_end().ends_with('第') => true,
        Some(' ') => {
            let masks = before.trim_end().chars().rev().take_while(|&c| is_mask(c)).count();
            masks >= 2 && !after.trim_start().starts_with(is_mask)
        }
        _ => false,
    }
}

/// `Atlanta, GA 30326`: a postal code of the United States.
pub(super) fn is_postal(before: &str, digits: &str) -> bool {
    const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM \
        NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR";
    const REACH: usize = 8;
    let near = before.char_indices().rev().nth(REACH).map_or(0, |(at, _)| at);
    let before = before.get(near..).unwrap_or_default();
    let Some((place, state)) = before.trim_end().rsplit_once(' ') else { return false };
    digits.len() == 5
        && place.trim_end().ends_with(',')
        && state.len() == 2
        && STATES.split(' ').any(|known| known == state)
}

/// Stands for a hidden digit.
fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '…' | '●' | '∗' | '×')
}

/// `4 November 2025`, `November 4, 2025`, `4 de noviembre de 2025`, `2025年`: the year of a date in words.
pub(super) fn is_dated(before: &str, after: &str) -> bool {
    const REACH: usize = 24;
    if after.trim_start().starts_with(['年', '년']) || after.trim_start().starts_with("সাল") {
        return true;
    }
    let mut tail: String = before.chars().rev().take(REACH).collect();
    tail = tail.chars().rev().collect();
    let Some(month) = tail.rfind(char::is_alphabetic) else { return false };
    let rest = tail.get(month..).unwrap_or_default();
    // Right after a word (or "November 4,"), with a day of one or two digits before.
    let between = rest.chars().skip(1).filter(|c| !c.is_whitespace() && !matches!(c, ',' | '.')).collect::<String>();
    let is_day = |digits: &str| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !between.is_empty() {
        return is_day(between.trim_end_matches(|c: char| c.is_alphabetic()));
    }
    let head = tail.get(..month).unwrap_or_default();
    let words =
        head.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace() || matches!(c, '.' | '-' | '’' | '\''));
    let digits: String = words.chars().rev().take_while(char::is_ascii_digit).collect();
    is_day(&digits)
}

/// An amount or a masked card number stands in the row.
pub(in super::super) fn tells_of_money(row: &str) -> bool {
    let is_amount = |(at, digit): (usize, char)| {
        digit.is_ascii_digit() && {
            let (before, after) = (row.get(..at).unwrap_or_default(), row.get(at + 1..).unwrap_or_default());
            let begins = !before.ends_with(|c: char| c.is_ascii_digit());
            let ends = !after.starts_with(|c: char| c.is_ascii_digit());
            begins && is_amount_before(before) || ends && is_money_after(after)
        }
    };
    if row.char_indices().any(is_amount) {
        return true;
    }
    let digit_near = |at: usize, sign: char| {
        let after = row.get(at + sign.len_utf8()..).unwrap_or_default().trim_start();
        let before = row.get(..at).unwrap_or_default().trim_end();
        after.starts_with(|c: char| c.is_ascii_digit()) || before.ends_with(|c: char| c.is_ascii_digit())
    };
    row.char_indices().any(|(at, c)| CURRENCY_SIGNS.contains(&c) && digit_near(at, c))
        || row.bytes().any(|b| b.is_ascii_digit()) && ["***", "•••", "●●"].iter().any(|masks| row.contains(masks))
}

/// Per cent in words, as discounts are told.
const PERCENT: &[&str] = &[
    "percent",
    "per cent",
    "prozent",
    "procent",
    "por ciento",
    "por cento",
    "per cento",
    "pour cent",
    "процент",
    "проц",
    "відсотк",
    "адсотк",
    "postotak",
    "posto",
    "посто",
    "odstot",
    "szazalek",
    "százalék",
    "prosentti",
    "prosent",
    "protsenti",
    "τοις εκατό",
    "درصد",
    "بالمئة",
    "بالمائة",
    "في المئة",
    "في المائة",
    "فیصد",
    "אחוז",
    "प्रतिशत",
    "फीसदी",
    "टक्के",
    "শতাংশ",
    "சதவீத",
    "శాతం",
    "เปอร์เซ็นต์",
    "phần trăm",
    "퍼센트",
    "パーセント",
    "პროცენტ",
    "տոկոս",
    "yüzde",
    "faiz",
    "foiz",
    "persen",
    "peratus",
    "asilimia",
];

static PERCENT_STARTS: Ends = Ends::first(PERCENT);
static CURRENCY_STARTS: Ends = Ends::first(CURRENCIES);
static CURRENCY_ENDS: Ends = Ends::last(CURRENCIES);

/// The first or last bytes of some words, but for their top two bits: where a text has none of them there, it has no such word.
struct Ends(u64);

impl Ends {
    const fn first(words: &[&str]) -> Self {
        Self::of(words, false)
    }

    const fn last(words: &[&str]) -> Self {
        Self::of(words, true)
    }

    const fn of(mut words: &[&str], last: bool) -> Self {
        let mut bits = 0;
        while let Some((word, others)) = words.split_first() {
            bits |= Self::bit(if last { word.as_bytes().last() } else { word.as_bytes().first() });
            words = others;
        }
        Self(bits)
    }

    const fn bit(byte: Option<&u8>) -> u64 {
        match byte {
            Some(byte) => 1 << (*byte & 63),
            None => 0,
        }
    }

    fn may_have(&self, byte: Option<&u8>) -> bool {
        self.0 & Self::bit(byte) != 0
    }
}

/// `20 %`, `%20`, "20 percent".
pub(in super::super) fn tells_of_percentage(row: &str) -> bool {
    let in_words = |(at, digit): (usize, char)| {
        let after = row.get(at + digit.len_utf8()..).unwrap_or_default();
        let after = after.strip_prefix([' ', '\u{A0}']).unwrap_or(after);
        PERCENT_STARTS.may_have(after.as_bytes().first()) && PERCENT.iter().any(|word| after.starts_with(word))
    };
    if row.char_indices().filter(|(_, c)| c.is_numeric()).any(in_words) {
        return true;
    }
    row.match_indices(['%', '٪', '％']).any(|(at, sign)| {
        let before = row.get(..at).unwrap_or_default().trim_end();
        let after = row.get(at + sign.len()..).unwrap_or_default();
        before.ends_with(char::is_numeric) || after.starts_with(char::is_numeric)
    })
}

pub(super) fn is_bound_after(before: &str, after: &str) -> bool {
    let mut ahead = after.chars();
    match ahead.next() {
        // `9911****`; but `**9911**` is emphasis.
        Some(c) if is_mask(c) && c != '…' => ahead.next() == Some(c) && !before.ends_with(c),
        Some('@' | '/' | '\\' | '_' | '%' | '‰' | '°' | '~' | '^' | '+') => true,
        Some(',') if ends_clause(after) => false,
        Some('.' | ',') => ahead.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(' ') => matches!(ahead.next(), Some('%')),
        // `0912-***-408`.
        Some('-') => ahead.next().is_some_and(is_mask),
        _ => false,
    }
}

/// `884206,5 分钟内有效`: a comma where Chinese has one of its own; the number behind it counts minutes.
pub(super) fn ends_clause(after: &str) -> bool {
    let Some(rest) = after.strip_prefix(',') else { return false };
    let number = rest.bytes().take_while(u8::is_ascii_digit).count();
    let unit = rest.get(number..).unwrap_or_default();
    let unit = unit.strip_prefix(' ').unwrap_or(unit).chars().next();
    (1..=2).contains(&number) && unit.is_some_and(|c| c >= '\u{2E80}' && !CURRENCY_SIGNS.contains(&c))
}

/// Units of other things that numbers count.
const UNITS: &[&str] = &["km", "kg", "kWh", "MB", "GB", "px", "m²"];

/// Behind a number without a blank, where words have none: cases, persons.
const COUNTERS: &[char] = &['件', '名', '명', '건'];

/// `€ 12`, `USD 12`.
pub(super) fn is_amount_before(before: &str) -> bool {
    let before = before.strip_suffix([' ', '\u{A0}']).unwrap_or(before);
    before.ends_with(|c| CURRENCY_SIGNS.contains(&c) && !matches!(c, '円' | '元' | '원'))
        || CURRENCY_ENDS.may_have(before.as_bytes().last())
            && CURRENCIES
                .iter()
                .any(|name| before.strip_suffix(name).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

/// `12 €`, `12 USD`, `12 km`.
pub(super) fn is_amount_after(after: &str) -> bool {
    is_money_after(after) || after.starts_with(COUNTERS) || begins_with_unit(after, UNITS)
}

fn is_money_after(after: &str) -> bool {
    let unit = after.strip_prefix([' ', '\u{A0}']).unwrap_or(after);
    unit.starts_with(|c| CURRENCY_SIGNS.contains(&c))
        || CURRENCY_STARTS.may_have(unit.as_bytes().first()) && begins_with_unit(after, CURRENCIES)
}

fn begins_with_unit(after: &str, units: &[&str]) -> bool {
    let after = after.strip_prefix([' ', '\u{A0}']).unwrap_or(after);
    units
        .iter()
        .any(|name| after.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())))
}
