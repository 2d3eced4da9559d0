//! What several pieces of a row are together: a telephone number, a date, a code in groups.

use std::ops::Range;

use super::super::super::display;
use super::forms::{form, is_wrapping};
use super::{Form, Joint, LONGEST, Piece, Row, SHORTEST, Token};

impl Row<'_> {
    /// `+49 30 123456`, `(415) 555-0100`, `0800 123 456`.
    pub(super) fn telephone(&self, pieces: &[Piece], joints: &[Joint], lengths: &[usize]) -> Option<usize> {
        let head = pieces.first()?;
        let before = self.slice(self.range.start..head.range.start).chars().next_back();
        let bracketed = before == Some('(') && joints.first() == Some(&Joint::Bracket);
        let joined = joints
            .iter()
            .zip(lengths.iter().skip(1))
            .take_while(|(joint, _)| {
                matches!(
                    joint,
                    Joint::Blank | Joint::Hyphen | Joint::SpacedHyphen | Joint::Dot | Joint::Bracket | Joint::Slash
                )
            })
            .count()
            + 1;
        let of = |count: usize| lengths.iter().take(count).sum::<usize>();
        if before == Some('+') {
            return Some(joined);
        }
        if bracketed && of(joined) >= 6 {
            return Some(joined);
        }
        let leading_zero = self.slice(head.range.clone()).starts_with('0');
        let blanks = joints
            .iter()
            .zip(lengths.iter().skip(1))
            .take_while(|(joint, _)| matches!(joint, Joint::Blank | Joint::Hyphen | Joint::Bracket))
            .count()
            + 1;
        let even = lengths.iter().take(blanks).all(|length| lengths.first() == Some(length));
        let total = of(blanks);
        let looks_dialled = leading_zero || head.len() >= 3 || total > 10;
        (blanks >= 3 && !even && (9..=15).contains(&total) && looks_dialled)
            .then_some(blanks)
            .or_else(|| (blanks == 2 && leading_zero && !even && (8..=12).contains(&total)).then_some(blanks))
    }

    /// Dates and times: `12.05.2024`, `2024-05-12`, `5/12`, `12:45`, `2024. 5. 12.`
    pub(super) fn calendar(&self, pieces: &[Piece], joints: &[Joint], lengths: &[usize]) -> Option<usize> {
        let value = |index: usize| self.slice(pieces.get(index)?.range.clone()).parse::<u32>().ok();
        let is_date = |a: u32, b: u32, c: u32, lengths: &[usize]| {
            let day_month = |x: u32, y: u32| (1..=31).contains(&x) && (1..=31).contains(&y) && (x <= 12 || y <= 12);
            match lengths {
                [4, 1 | 2, 1 | 2] => (1900..2200).contains(&a) && day_month(b, c),
                [1 | 2, 1 | 2, 4] => (1900..2700).contains(&c) && day_month(a, b),
                _ => false,
            }
        };
        if let (Some(a), Some(b), Some(c), [first, second, ..]) = (value(0), value(1), value(2), joints) {
            let parted = matches!(first, Joint::Dot | Joint::SpacedDot | Joint::Slash | Joint::Hyphen | Joint::Blank);
            if parted && first == second && is_date(a, b, c, lengths.get(..3)?) {
                return Some(3);
            }
        }
        if joints.first() == Some(&Joint::Colon) && lengths.first().is_some_and(|&length| length <= 2) {
            let taken = joints.iter().take_while(|joint| **joint == Joint::Colon).count() + 1;
            return Some(taken.min(lengths.len().max(1)));
        }
        None
    }

    /// Numbers parted by blanks: `123 456`, `1 2 3 4 5 6`; or no code at all (`12 345 678`, card numbers).
    pub(super) fn grouped(&self, pieces: &[Piece], lengths: &[usize], taken: usize) -> Option<(usize, Option<Token>)> {
        let lengths = lengths.get(..taken)?;
        let total: usize = lengths.iter().sum();
        let first = *lengths.first()?;
        let even = lengths.iter().all(|&length| length == first);
        if taken < 2 {
            return None;
        }
        if even && first <= 5 {
            if total > LONGEST {
                return Some((taken, None));
            }
            if total >= SHORTEST {
                let range = pieces.first()?.range.start..pieces.get(taken - 1)?.range.end;
                let form = if taken >= 3 && first > 1 && total >= 8 { Form::Dialled } else { Form::Digits };
                return Some((taken, self.token(range, form)));
            }
        }
        // "46 902" may be a code, if words say so.
        if matches!(lengths, [2, 3]) {
            let range = pieces.first()?.range.start..pieces.get(1)?.range.end;
            return Some((2, self.token(range, Form::OddDigits)));
        }
        let thousands = first <= 3 && lengths.iter().skip(1).all(|&length| length == 3);
        let is_row = || {
            let (first, last) = (pieces.first()?, pieces.get(taken - 1)?);
            let rest = [self.range.start..first.range.start, last.range.end..self.range.end];
            rest.into_iter().all(|rest| self.slice(rest).trim_matches(is_wrapping).is_empty()).then_some(())
        };
        if thousands {
            return Some((taken, None));
        }
        // "One-time password: 045 518 29".
        let is_announced = || {
            let (first, last) = (pieces.first()?, pieces.get(taken - 1)?);
            let before = self.slice(self.range.start..first.range.start).trim_end();
            let ends = self.slice(last.range.end..self.range.end).trim_matches(is_wrapping).is_empty();
            (ends && before.ends_with([':', '：', '=', '\t'])).then_some(())
        };
        if taken == 3 && (7..=8).contains(&total) && lengths.iter().all(|length| (2..=3).contains(length)) {
            is_row().or_else(is_announced)?;
            let range = pieces.first()?.range.start..pieces.get(2)?.range.end;
            return Some((3, self.token(range, Form::OddDigits)));
        }
        // "2580 41", and nothing behind it.
        if taken == 2 && matches!(lengths, [4, 2] | [2, 4]) && pieces.len() == 2 {
            let range = pieces.first()?.range.start..pieces.get(1)?.range.end;
            let rest = self.slice(range.end..self.range.end);
            // No year or amount begins so.
            let is_odd = lengths == [4, 2] && self.slice(range.clone()).starts_with('0');
            let opens = self.range.start == range.start;
            if is_odd || opens && lengths == [4, 2] || rest.trim_matches(is_wrapping).is_empty() {
                return Some((2, self.token(range, Form::OddDigits)));
            }
        }
        if taken == 2 && (6..=9).contains(&total) && lengths.iter().all(|length| (3..=5).contains(length)) {
            let range = pieces.first()?.range.start..pieces.get(1)?.range.end;
            return Some((2, self.token(range, Form::OddDigits)));
        }
        None
    }

    /// Pieces joined by hyphens: `123-456`, `G-123456`, `AB12-CD34`.
    pub(super) fn hyphened(&self, pieces: &[Piece]) -> Option<Token> {
        let range = pieces.first()?.range.start..pieces.last()?.range.end;
        if pieces.iter().any(|piece| piece.foreign) || range.len() > 14 {
            return None;
        }
        let digits = pieces.iter().all(Piece::is_number);
        let first = pieces.first()?.len();
        if digits {
            let even = pieces.iter().all(|piece| piece.len() == first);
            let total: usize = pieces.iter().map(Piece::len).sum();
            // "402-118-57"; but telephone and postal numbers are parted unevenly, too.
            let lengths: Vec<usize> = pieces.iter().map(Piece::len).collect();
            let is_shown = || {
                let before = self.slice(self.range.start..range.start).trim_end_matches([' ', '"', '“', '„']);
                let after = self.slice(range.end..self.range.end).trim_start_matches(is_wrapping);
                (7..=8).contains(&total)
                    && lengths.iter().all(|length| (2..=3).contains(length))
                    && (before.is_empty() || before.ends_with(['\t', '\n']))
                    && (after.is_empty() || after.starts_with('\t'))
            };
            // The years of a season: "2024-2025".
            let is_year = |piece: &Piece| form(piece, self.slice(piece.range.clone())) == Form::Year;
            if lengths == [4, 4] && pieces.iter().all(is_year) {
                return None;
            }
            if !even && lengths != [3, 3, 2] && (pieces.len() > 2 || total > 9) && !is_shown() {
                return None;
            }
            // South Korea's numbers of companies: "1588-7731".
            let is_dialled =
                lengths == [4, 4] && ["15", "16", "18"].iter().any(|area| self.slice(range.clone()).starts_with(area));
            let form = match () {
                () if is_dialled && self.is_among_hangul(&range) => Form::Dialled,
                () if even => Form::Digits,
                () => Form::OddDigits,
            };
            return self.token(range, form);
        }
        let has_digit = pieces.iter().any(|piece| piece.digits > 0);
        let has_lower = pieces.iter().any(|piece| piece.lower > 0);
        let has_upper = pieces.iter().any(|piece| piece.upper > 0);
        let form = match (has_digit, has_upper, has_lower) {
            (true, _, false) => Form::Mixed,
            (true, true, true) => Form::Mixed,
            (true, false, true) => Form::LowerMixed,
            (false, true, false) => Form::Capitals,
            _ => return None,
        };
        // "COVID-19", "step-4": a word and a number.
        let word_and_number =
            pieces.len() == 2 && pieces.iter().any(|piece| piece.digits == 0 && piece.len() >= 4 && has_lower);
        self.token(range, if word_and_number { Form::WordNumber } else { form })
    }

    /// Korean is written right before or after it.
    fn is_among_hangul(&self, range: &Range<usize>) -> bool {
        const REACH: usize = 40;
        let is_hangul = |c: char| ('가'..='힣').contains(&c);
        self.slice(self.range.start..range.start).chars().rev().take(REACH).any(is_hangul)
            || self.slice(range.end..self.range.end).chars().take(REACH).any(is_hangul)
    }

    /// A row that is one code with its characters or groups spaced out: `A B C 1 2 3`, `K7P 2QM`; or one word alone.
    pub(super) fn spaced_out(&self) -> Option<Token> {
        const LONGEST_ROW: usize = 40;
        if self.range.len() > LONGEST_ROW {
            return None;
        }
        let row = self.slice(self.range.clone());
        let rest = row.trim_start_matches(is_wrapping);
        let start = self.range.start + row.len() - rest.len();
        let inner = rest.trim_end_matches(is_wrapping);
        let range = start..start + inner.len();
        let mut groups: Vec<&str> = inner.split([' ', '\t']).collect();
        // "4 8 2 - 9 1 3", each in a cell.
        let half = groups.len() / 2;
        let is_dash = |group: &&str| group.chars().count() == 1 && group.chars().all(display::is_dash);
        if groups.len() % 2 == 1 && groups.get(half).is_some_and(is_dash) {
            groups.remove(half);
        }
        let is_group = |group: &&str| {
            (1..=5).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        // "USD 4821", "ISO 9001": a word and its number.
        let is_mixed =
            |group: &str| group.bytes().any(|b| b.is_ascii_digit()) && group.bytes().any(|b| b.is_ascii_uppercase());
        let digits = inner.bytes().filter(u8::is_ascii_digit).count();
        let total = inner.bytes().filter(u8::is_ascii_alphanumeric).count();
        let even = groups.iter().all(|group| groups.first().is_some_and(|first| first.len() == group.len()));
        if groups.len() >= 2
            && groups.iter().all(is_group)
            && (SHORTEST..=LONGEST).contains(&total)
            && digits < total
            && (groups.iter().any(|group| is_mixed(group)) || even && (digits == 0 || groups.len() == total))
        {
            let form = if digits > 0 { Form::Mixed } else { Form::Capitals };
            return self.token(range, form);
        }
        // The digits of one code in the cells of a table row.
        if inner.contains('\t')
            && even
            && digits == total
            && (SHORTEST..=LONGEST).contains(&total)
            && groups.iter().all(is_group)
        {
            return self.token(range, Form::Digits);
        }
        let is_word = (SHORTEST..=LONGEST).contains(&inner.len()) && inner.bytes().all(|b| b.is_ascii_lowercase());
        if is_word { self.token(range, Form::Small) } else { None }
    }
}
