//! What stands around a token: words that ask to use it, amounts, other things, its place in its sentence.

use super::lexicon::{Classes, Hit};
use super::numbers::{Form, Token, measures};
use super::page::Page;
use super::reading::Sentence;

impl Page<'_, '_> {
    /// Whether a word that asks to use it stands right before the token, or right after it, where verbs come last ("enter
    /// 482913", *482913 giriniz*).
    pub(super) fn is_given(&self, index: usize) -> bool {
        let Some(held) = self.given.get(index) else { return false };
        *held.get_or_init(|| self.looks_given(index))
    }

    fn looks_given(&self, index: usize) -> bool {
        const REACH: usize = 40;
        let Some(token) = self.tokens.get(index) else { return false };
        let at = token.range.start;
        let end = token.range.end;
        let row_end = self.row_of(index).map_or(end, |row| row.range.end);
        let follows = |hit: &&Hit| hit.start >= end && hit.end <= row_end && hit.classes.has(Classes::GIVE);
        let is_next = |hit: &Hit| {
            let gap = self.gap(end..hit.start);
            let is_wide = self.reading.slice(end..hit.start).contains(|c: char| c >= '\u{2E80}');
            gap.words <= if is_wide { 5 } else { 2 } && !gap.has_stop && !gap.has_comma && !gap.has_digit
        };
        if self.reading.hits_in(end..end + REACH).iter().filter(follows).any(is_next) {
            return true;
        }
        let hits = self.reading.hits_in(at.saturating_sub(2 * REACH)..at);
        hits.iter().rev().filter(|hit| hit.end <= at && hit.classes.has(Classes::GIVE)).any(|hit| {
            let gap = self.gap(hit.end..at);
            // "Type it into the window that is open: 482913".
            let far = gap.announces && gap.words <= if gap.has_comma { 5 } else { 7 };
            let is_plain = || {
                let sentence = self.reading.sentence_at(at).map(|it| it.classes).unwrap_or_default();
                token.form == Form::Digits
                    && gap.words <= 4
                    && !gap.has_comma
                    && !sentence.has(Classes::OTHER.or(Classes::OWNER))
                    && sentence.has(Classes::AUTH.or(Classes::SOFT))
            };
            (gap.words <= 2 || far || is_plain()) && !gap.has_stop && !gap.has_digit || self.is_given_as(index, hit)
        })
    }

    /// "Enter in the app the code 482913": its name stands between.
    fn is_given_as(&self, index: usize, give: &Hit) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        let named = self.row_index(index).map(|row| self.labels_of_row(row)).unwrap_or_default();
        let count = named.partition_point(|label| label.range.end <= token.range.start);
        let label = count.checked_sub(1).and_then(|last| named.get(last)).filter(|label| label.names.is_code());
        label.is_some_and(|label| {
            let (to_name, to_token) =
                (self.gap(give.end..label.range.start), self.gap(label.range.end..token.range.start));
            label.range.start >= give.end
                && to_name.is_open
                && to_name.words <= 3
                && to_token.words == 0
                && !to_token.has_stop
                && !to_token.has_comma
        })
    }

    /// "The code 481930 is no longer valid. Only this one is: 662075."
    pub(super) fn replaces_another(&self, index: usize) -> bool {
        const ROWS: usize = 3;
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_index(index)) else { return false };
        let is_used_up = |sentence: &Sentence, other: &Token| {
            let is_one = sentence.range.contains(&token.range.start);
            // "The code 412095 is void; the new one is 770158".
            let is_between = |hit: &Hit| {
                let rest = self.gap(hit.end..token.range.start);
                hit.classes.has(Classes::ELSEWHERE) && hit.end <= token.range.start && (rest.has_comma || rest.has_stop)
            };
            let between = || self.reading.hits_in(other.range.end..token.range.start).iter().take(16).any(is_between);
            // What would be sent elsewhere, for example, is no code that another one could replace.
            let is_told = sentence.classes.has(Classes::ELSEWHERE) && !sentence.classes.has(Classes::SAMPLE);
            is_told && (!is_one || between())
        };
        let is_replaced = |at: usize| {
            let is_near = self.row_index(at).is_some_and(|at| at.abs_diff(row) <= ROWS);
            self.tokens.get(at).filter(|_| is_near).is_some_and(|other| {
                let is_like = other.form == token.form && other.value.len() == token.value.len();
                let sentence = self.reading.sentence_at(other.range.start);
                is_like && other.value != token.value && sentence.is_some_and(|it| is_used_up(it, other))
            })
        };
        let row_start = self.row_of(index).map_or(token.range.start, |row| row.range.start);
        let before = self.reading.slice(row_start..token.range.start).trim_end();
        let is_shown =
            token.alone || before.ends_with([':', '：']) || self.is_given(index) || self.ends_sentence(index);
        is_shown && (index.checked_sub(1).is_some_and(is_replaced) || is_replaced(index + 1))
    }

    /// Whether it is the end of a longer number, as words beside it say: "ending in 4821", "末尾4821".
    pub(super) fn is_ending(&self, index: usize) -> bool {
        const REACH: usize = 40;
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        if token.value.len() > 5 {
            return false;
        }
        let range = token.range.start.saturating_sub(REACH).max(row.range.start)..token.range.end + REACH;
        self.reading.hits_in(range).iter().filter(|hit| hit.classes.has(Classes::ENDING)).any(|hit| {
            let between = if hit.end <= token.range.start {
                hit.end..token.range.start
            } else {
                token.range.end..hit.start.max(token.range.end)
            };
            let gap = self.gap(between);
            gap.words <= 1 && !gap.has_stop && !gap.has_comma && !gap.has_digit
        })
    }

    /// It stands in brackets: `(829134)`.
    pub(super) fn is_bracketed(&self, index: usize) -> bool {
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        let before = self.reading.slice(row.range.start..token.range.start);
        let after = self.reading.slice(token.range.end..row.range.end);
        before.ends_with(['(', '（', '[', '［']) && after.starts_with([')', '）', ']', '］'])
    }

    /// Who sent the mail and where he lives: numbers there are his.
    pub(super) fn is_in_imprint(&self, index: usize) -> bool {
        self.row_index(index).is_some_and(|row| row >= self.reading.imprint)
    }

    /// `Acme Ltd., 6720 Szeged`, `Yerevan 0010, Abovyan 8`.
    pub(super) fn is_like_postal_code(&self, index: usize) -> bool {
        const LONGEST_ADDRESS: usize = 300;
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        if token.alone {
            return false;
        }
        let before = self.reading.slice(row.range.start..token.range.start).trim_end();
        let after = self.reading.slice(token.range.end..row.range.end);
        let is_name = |word: Option<&str>| {
            word.is_some_and(|word| word.chars().count() > 2 && word.starts_with(char::is_uppercase))
        };
        // `2500 BA Den Haag`.
        let mut words = after.split_whitespace();
        let is_area = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase());
        if after.starts_with(' ') && words.next().is_some_and(is_area) && is_name(words.next()) {
            return true;
        }
        // The last line of an address, in scripts without capitals: "…, సికింద్రాబాద్ 500003".
        let is_last = self.row_index(index).is_some_and(|row| row + 2 >= self.reading.rows.len());
        let is_foreign = before.ends_with(|c: char| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase());
        let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(LONGEST_ADDRESS))..);
        let is_address = || near.is_some_and(|near| near.contains([',', '،', '、']));
        if is_last && is_foreign && is_address() && !after.contains(char::is_alphanumeric) {
            return true;
        }
        let leads = before.is_empty() || before.ends_with([',', '·', '|', '•', '–', '-']);
        let next = after.strip_prefix(", ").and_then(|after| after.split_whitespace().next());
        before.ends_with(',') && is_name(next)
            || leads && after.starts_with(' ') && is_name(after.split_whitespace().next())
            || after.starts_with(',') && is_name(before.split_whitespace().next_back())
    }

    /// It stands in brackets, perhaps with words: `(request 81734)`.
    pub(super) fn is_in_brackets(&self, index: usize) -> bool {
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        let before = self.reading.slice(row.range.start..token.range.start);
        let after = self.reading.slice(token.range.end..row.range.end);
        [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］')].iter().any(|&(opens, closes)| {
            let is_open = before.rfind(opens).is_some_and(|at| before.rfind(closes).is_none_or(|closed| closed < at));
            is_open && after.contains(closes)
        })
    }

    /// Where the brackets open that it stands in, behind words: `(customer no. 118420)`.
    pub(super) fn bracket_before(&self, index: usize) -> Option<usize> {
        const REACH: usize = 60;
        let (token, row) = (self.tokens.get(index)?, self.row_of(index)?);
        let before = self.reading.slice(row.range.start..token.range.start);
        let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(REACH))..).unwrap_or_default();
        let opens = near.rfind(['(', '（'])?;
        let inside = near.get(opens..).unwrap_or_default();
        let is_parted = !inside.contains([')', '）']) && inside.contains(char::is_alphabetic);
        is_parted.then(|| token.range.start - near.len() + opens)
    }

    /// It stands in quotation marks together with words: somebody tells what another mail says.
    pub(super) fn is_cited(&self, index: usize) -> bool {
        const REACH: usize = 160;
        const MARKS: [(char, char); 10] = [
            ('“', '”'),
            ('„', '“'),
            ('„', '”'),
            ('”', '”'),
            ('«', '»'),
            ('»', '«'),
            ('「', '」'),
            ('『', '』'),
            ('"', '"'),
            ('`', '`'),
        ];
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_of(index)) else { return false };
        let above = self.row_index(index).and_then(|row| self.reading.rows.get(row.checked_sub(1)?));
        let before = self.reading.slice(above.unwrap_or(row).range.start..token.range.start);
        let before = before.get(before.ceil_char_boundary(before.len().saturating_sub(REACH))..).unwrap_or_default();
        let after = self.reading.beginning(token.range.end..row.range.end, REACH);
        if after.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'"' | b'`')) {
            return false;
        }
        MARKS.iter().any(|&(opens, closes)| {
            let Some(at) = before.rfind(opens) else { return false };
            let said = before.get(at + opens.len_utf8()..).unwrap_or_default();
            let is_open = if opens == closes { before.matches(opens).count() % 2 == 1 } else { !said.contains(closes) };
            is_open && after.contains(closes) && said.contains(char::is_alphabetic)
        })
    }

    /// Nothing but a stop follows in its sentence.
    pub(super) fn ends_sentence(&self, index: usize) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        let end = token.range.end;
        let sentence = self.reading.sentence_at(token.range.start).map_or(end, |sentence| sentence.range.end);
        !self.reading.slice(end..sentence.max(end)).contains(char::is_alphanumeric)
    }

    /// Words behind it in its sentence.
    pub(super) fn words_after(&self, index: usize) -> usize {
        let Some(token) = self.tokens.get(index) else { return 0 };
        let end = token.range.end;
        let sentence = self.reading.sentence_at(token.range.start).map_or(end, |sentence| sentence.range.end);
        self.gap(end..sentence.max(end)).words
    }

    pub(super) fn opens_sentence(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| {
            let at = token.range.start;
            let start = self.reading.sentence_at(at).map_or(at, |sentence| sentence.range.start);
            self.gap(start..at).words <= 1
        })
    }

    /// All classes of the rows around the token, its own included, and how many words name other things.
    pub(super) fn around(&self, index: usize, reach: usize) -> (Classes, usize) {
        let Some(row) = self.row_index(index) else { return (Classes::default(), 0) };
        let first = row.saturating_sub(reach);
        let after = self.before_imprint(row, row + reach + 1);
        let mut all = Classes::default();
        let mut others = 0;
        for row in self.reading.rows.iter().skip(first).take(after.saturating_sub(first)) {
            for hit in self.reading.hits_of(row).iter().take(64) {
                all = all.or(hit.classes);
                others += usize::from(hit.classes.has(Classes::OTHER));
            }
        }
        (all, others)
    }

    /// Whether words of signing in stand in the rows around. What is used once may be a discount.
    pub(super) fn signs_in_around(&self, index: usize, reach: usize) -> bool {
        let Some(row) = self.row_index(index) else { return false };
        let first = row.saturating_sub(reach);
        let after = self.before_imprint(row, row + reach + 1);
        let rows = self.reading.rows.iter().skip(first).take(after.saturating_sub(first));
        rows.flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .any(|hit| hit.classes.has(Classes::AUTH) && !hit.classes.has(Classes::ONCE))
    }

    /// Whether the sentences right before and after the token's, in its row or the next ones, speak of other things.
    pub(super) fn has_others_beside(&self, index: usize) -> bool {
        let (Some(token), Some(row)) = (self.tokens.get(index), self.row_index(index)) else { return false };
        let own = self.reading.sentence_at(token.range.start).map_or(token.range.clone(), |own| own.range.clone());
        let rows = self.reading.rows.iter().skip(row.saturating_sub(1)).take(3);
        rows.flat_map(|row| self.reading.hits_of(row).iter().take(64))
            .any(|hit| hit.classes.has(Classes::OTHER) && !own.contains(&hit.start))
    }

    /// `end`, or where the imprint begins before that; what stands in the imprint looks at all of it.
    fn before_imprint(&self, row: usize, end: usize) -> usize {
        if row < self.reading.imprint { end.min(self.reading.imprint) } else { end }
    }

    /// Whether an amount or a masked card number stands in the rows around.
    pub(super) fn beside_money(&self, index: usize) -> bool {
        const LONGEST_ROW: usize = 200;
        let Some(row) = self.row_index(index) else { return false };
        let first = row.saturating_sub(3);
        let after = self.before_imprint(row, row + 4);
        let rows = self.reading.rows.iter().skip(first).take(after.saturating_sub(first));
        rows.map(|row| self.reading.slice(row.range.clone()))
            .any(|row| row.len() <= LONGEST_ROW && measures::tells_of_money(row))
    }

    /// Whether one of the facts around it, as far as a receipt goes, is an amount.
    pub(super) fn is_on_receipt(&self, index: usize) -> bool {
        const REACH: usize = 8;
        const LONGEST_ROW: usize = 80;
        let Some(row) = self.row_index(index) else { return false };
        let first = row.saturating_sub(REACH);
        let after = self.before_imprint(row, row + REACH + 1);
        let rows = self.reading.rows.iter().skip(first).take(after.saturating_sub(first));
        rows.map(|row| self.reading.slice(row.range.clone()))
            .any(|row| row.len() <= LONGEST_ROW && row.contains([':', '：', '\t']) && measures::tells_of_money(row))
    }

    /// Whether a percentage stands in its row or the next ones: what a code takes off.
    pub(super) fn beside_percentage(&self, index: usize) -> bool {
        const LONGEST_ROW: usize = 300;
        let Some(row) = self.row_index(index) else { return false };
        let first = row.saturating_sub(2);
        let rows = self.reading.rows.iter().skip(first).take(row - first + 2);
        rows.map(|row| self.reading.slice(row.range.clone()))
            .any(|row| row.len() <= LONGEST_ROW && measures::tells_of_percentage(row))
    }
}
