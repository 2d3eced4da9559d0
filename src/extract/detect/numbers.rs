//! The codes that a row may hold, and what its numbers are instead: dates, times, amounts, telephone numbers, addresses
//! of computers, versions. Judged by form alone; what words say about them is weighed elsewhere.

use std::ops::Range;

use super::super::display;
use super::fold::is_letter;

mod currencies;
mod forms;
mod groups;
pub(super) mod measures;

pub(super) use forms::is_pronounceable;
use forms::{form, is_wrapping};
use measures::{is_amount_after, is_amount_before, is_bound_after, is_bound_before, is_dated};

/// Something that may be a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// As it is typed.
    pub(super) value: String,
    pub(super) form: Form,
    /// It fills its row, or its cell of a table row, but for quotes and brackets.
    pub(super) alone: bool,
    /// A `#` stands before it.
    pub(super) hash: bool,
}

/// What a code looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Digits, with separators or without.
    Digits,
    /// Digits parted unevenly (`12-3456`).
    OddDigits,
    /// Eight digits or more in three groups or more, as telephone numbers are written.
    Dialled,
    /// Four digits that may be a year.
    Year,
    /// Eight digits that may be a date.
    Date,
    /// Capitals and digits, perhaps parted by hyphens.
    Mixed,
    /// Small letters and digits.
    LowerMixed,
    /// A word with a number behind it: `windows11`, `iPhone15`.
    WordNumber,
    /// A word in capitals with a number behind it, as shops name their discounts: `FRIDAY25`.
    CapitalWordNumber,
    /// Capitals only.
    Capitals,
    /// Letters of both cases, not as in a word.
    Camel,
    /// Small letters only.
    Small,
}

impl Form {
    pub(super) fn is_digits(self) -> bool {
        matches!(self, Self::Digits | Self::OddDigits | Self::Dialled | Self::Year | Self::Date)
    }

    /// No digit tells it from a word.
    pub(super) fn is_letters(self) -> bool {
        matches!(self, Self::Capitals | Self::Camel | Self::Small)
    }
}

/// Shorter and longer ones are no codes.
const SHORTEST: usize = 4;
const LONGEST: usize = 10;
/// Pieces that are looked at together.
const LONGEST_RUN: usize = 32;

/// The tokens of the row `range` of `text`, in order, until `out` holds `most`. Masked ranges (in order) hold none.
pub(super) fn tokens(text: &str, range: Range<usize>, masks: &[Range<usize>], most: usize, out: &mut Vec<Token>) {
    let row = Row { text, range: range.clone() };
    let first_mask = masks.partition_point(|mask| mask.end <= range.start);
    let mut masks = masks.iter().skip(first_mask).peekable();
    if let Some(token) = row.spaced_out()
        && masks.peek().is_none_or(|mask| mask.start >= range.end)
    {
        out.push(token);
        return;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = range.start;
    while out.len() < most
        && let Some(mut piece) = row.next_piece(at)
    {
        at = piece.range.end;
        while masks.next_if(|mask| mask.end <= piece.range.start).is_some() {}
        if masks.peek().is_some_and(|mask| mask.start < piece.range.end) {
            row.flush(&mut pieces, out);
            continue;
        }
        piece.joint = pieces.last().and_then(|last| row.joint(last, &piece));
        if piece.joint.is_none() || !piece.matters() {
            row.flush(&mut pieces, out);
        }
        if piece.matters() {
            pieces.push(piece);
        }
    }
    row.flush(&mut pieces, out);
    out.truncate(most);
}

/// A run of letters and digits.
#[derive(Clone, Debug)]
struct Piece {
    range: Range<usize>,
    digits: usize,
    upper: usize,
    lower: usize,
    /// Letters beyond ASCII: a word of some language.
    foreign: bool,
    /// It starts with a capital and goes on in small letters.
    title: bool,
    /// What parts it from the piece before.
    joint: Option<Joint>,
}

impl Piece {
    fn len(&self) -> usize {
        self.range.len()
    }

    fn is_number(&self) -> bool {
        self.digits == self.len()
    }

    fn matters(&self) -> bool {
        !self.foreign && (self.digits > 0 || (self.upper > 0 && !self.title))
    }
}

/// What stands between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Blank,
    Hyphen,
    SpacedHyphen,
    Dot,
    SpacedDot,
    Comma,
    Colon,
    Slash,
    Apostrophe,
    Middot,
    Bracket,
}

struct Row<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl Row<'_> {
    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn next_piece(&self, from: usize) -> Option<Piece> {
        let rest = self.slice(from..self.range.end);
        let skipped = rest.find(is_piece)?;
        let rest = rest.get(skipped..)?;
        let length = rest.find(|c| !is_piece(c)).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        let (mut digits, mut upper, mut lower) = (0, 0, 0);
        for byte in word.bytes() {
            digits += usize::from(byte.is_ascii_digit());
            upper += usize::from(byte.is_ascii_uppercase());
            lower += usize::from(byte.is_ascii_lowercase());
        }
        let start = from + skipped;
        Some(Piece {
            range: start..start + length,
            digits,
            upper,
            lower,
            foreign: !word.is_ascii(),
            title: digits == 0 && upper == 1 && lower > 0 && word.starts_with(|c: char| c.is_ascii_uppercase()),
            joint: None,
        })
    }

    fn joint(&self, left: &Piece, right: &Piece) -> Option<Joint> {
        let between = self.slice(left.range.end..right.range.start);
        Some(match between {
            " " => Joint::Blank,
            "." => Joint::Dot,
            ". " => Joint::SpacedDot,
            "," if measures::ends_clause(self.slice(left.range.end..self.range.end)) => return None,
            "," => Joint::Comma,
            ":" => Joint::Colon,
            "/" => Joint::Slash,
            "'" | "’" => Joint::Apostrophe,
            ") " | ")-" | "/(" | " (" | ")" | "(" => Joint::Bracket,
            _ => {
                let mut characters = between.trim().chars();
                match (characters.next()?, characters.next()) {
                    (c, None) if display::is_dash(c) && between.starts_with(c) => Joint::Hyphen,
                    (c, None) if display::is_dash(c) => Joint::SpacedHyphen,
                    ('·' | '•' | '・' | '‧', None) => Joint::Middot,
                    _ => return None,
                }
            }
        })
    }

    fn flush(&self, pieces: &mut Vec<Piece>, out: &mut Vec<Token>) {
        let mut rest = pieces.as_slice();
        while !rest.is_empty() {
            let (taken, token) = self.first(rest);
            if let Some(token) = token {
                out.push(token);
            }
            rest = rest.get(taken.max(1)..).unwrap_or_default();
        }
        pieces.clear();
    }

    /// How many pieces the first thing takes, and the token if it is one.
    fn first(&self, pieces: &[Piece]) -> (usize, Option<Token>) {
        let Some(head) = pieces.first() else { return (1, None) };
        let window = pieces.get(..pieces.len().min(LONGEST_RUN)).unwrap_or_default();
        let joints: Vec<Joint> = window.iter().skip(1).map_while(|piece| piece.joint).collect();
        let lengths: Vec<usize> = window.iter().take_while(|piece| piece.is_number()).map(Piece::len).collect();
        let run = |joint: fn(&Joint) -> bool| joints.iter().take_while(|j| joint(j)).count() + 1;
        if head.is_number() {
            if let Some(taken) = self.telephone(pieces, &joints, &lengths) {
                return (taken, None);
            }
            if let Some(taken) = self.calendar(pieces, &joints, &lengths) {
                return (taken, None);
            }
            match joints.first() {
                Some(Joint::Dot | Joint::Comma | Joint::Colon | Joint::Slash | Joint::Apostrophe) => {
                    // Amounts, versions, IP addresses, ratios.
                    let taken = run(|j| {
                        matches!(j, Joint::Dot | Joint::Comma | Joint::Colon | Joint::Slash | Joint::Apostrophe)
                    });
                    return (taken, None);
                }
                // "4 8 2 – 9 1 3".
                Some(Joint::Blank) if let Some(taken) = Self::halves(&joints, &lengths) => {
                    let end = pieces.get(taken - 1).map_or(head.range.end, |piece| piece.range.end);
                    return (taken, self.token(head.range.start..end, Form::Digits));
                }
                Some(Joint::Blank | Joint::Middot) => {
                    let taken = run(|j| matches!(j, Joint::Blank | Joint::Middot)).min(lengths.len());
                    if let Some(result) = self.grouped(pieces, &lengths, taken) {
                        return result;
                    }
                }
                Some(Joint::SpacedHyphen) if lengths.len() == 2 && joints.len() == 1 => {
                    // "482 – 913"; but "2024 – 2025" are years.
                    let range = head.range.start..window.get(1).map_or(head.range.end, |piece| piece.range.end);
                    let years =
                        window.iter().take(2).all(|piece| form(piece, self.slice(piece.range.clone())) == Form::Year);
                    if matches!(lengths.as_slice(), [3, 3] | [4, 4]) && !years {
                        return (2, self.token(range, Form::Digits));
                    }
                }
                _ => {}
            }
        }
        let blanks = run(|j| *j == Joint::Blank);
        if blanks >= 4 && head.len() == 4 && head.upper == 2 && head.digits == 2 {
            // An IBAN, in its groups of four.
            return (blanks, None);
        }
        let hyphened = run(|j| *j == Joint::Hyphen);
        if hyphened > 1 {
            return (hyphened, self.hyphened(pieces.get(..hyphened).unwrap_or_default()));
        }
        // `A/123`, `v1.2`, `x:9` belong together and are no codes; `Code:` does not matter here.
        if let Some(Joint::Dot | Joint::Slash) = joints.first() {
            let taken = run(|j| matches!(j, Joint::Dot | Joint::Slash | Joint::Hyphen));
            return (taken, None);
        }
        (1, self.token(head.range.clone(), form(head, self.slice(head.range.clone()))))
    }

    /// How many single digits stand apart with a dash amid them.
    fn halves(joints: &[Joint], lengths: &[usize]) -> Option<usize> {
        let taken = joints.iter().take_while(|joint| matches!(joint, Joint::Blank | Joint::SpacedHyphen)).count() + 1;
        let single = lengths.iter().take(taken).take_while(|length| **length == 1).count();
        let half = taken / 2;
        let is_dash = |at: usize| joints.get(at) == Some(&Joint::SpacedHyphen);
        let others = joints.iter().take(taken - 1).filter(|joint| **joint == Joint::SpacedHyphen).count();
        let is_even = taken % 2 == 0 && single == taken && (SHORTEST..=LONGEST).contains(&taken);
        (is_even && others == 1 && is_dash(half - 1)).then_some(taken)
    }

    /// A token, unless what stands right beside it makes it part of something else.
    fn token(&self, range: Range<usize>, form: Form) -> Option<Token> {
        let value = display::typed(self.slice(range.clone()));
        let length = value.chars().filter(|c| c.is_alphanumeric()).count();
        if !(SHORTEST..=LONGEST).contains(&length) || value.chars().count() > LONGEST {
            return None;
        }
        let before = self.slice(self.range.start..range.start);
        let after = self.slice(range.end..self.range.end);
        let hash = before.ends_with('#') || before.ends_with("# ");
        if !hash && (is_bound_before(before, after) || is_amount_before(before)) {
            return None;
        }
        if is_bound_after(before, after) || (form.is_digits() && is_amount_after(after)) {
            return None;
        }
        if measures::is_postal(before, &value) {
            return None;
        }
        if form == Form::Year && is_dated(before, after) {
            return None;
        }
        let cell_before = before.rsplit('\t').next().unwrap_or_default();
        let cell_after = after.split('\t').next().unwrap_or_default();
        let alone = cell_before.trim_matches(is_wrapping).is_empty() && cell_after.trim_matches(is_wrapping).is_empty();
        Some(Token { range, value, form, alone, hash })
    }
}

fn is_piece(c: char) -> bool {
    // Letters of scripts that glue words to numbers end a piece.
    c.is_ascii_alphanumeric() || (c > '\u{7F}' && c < '\u{530}' && is_letter(c))
}

#[cfg(test)]
mod tests;
