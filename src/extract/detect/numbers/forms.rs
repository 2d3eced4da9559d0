//! What a run of letters and digits looks like: a code, a date, a word with its number.

use std::ops::Range;

use super::super::super::display;
use super::{Form, Piece};

/// The form of one piece, which reads `word`.
pub(super) fn form(piece: &Piece, word: &str) -> Form {
    if piece.is_number() {
        let number: u32 = word.parse().unwrap_or(0);
        return match piece.len() {
            // In Thailand they count from the year 543 before.
            4 if (1900..2100).contains(&number) || (2560..2580).contains(&number) => Form::Year,
            8 if is_compact_date(word) => Form::Date,
            7.. if is_toll_free(word) => Form::Dialled,
            _ => Form::Digits,
        };
    }
    if piece.digits == 0 {
        return match (piece.upper, piece.lower) {
            (_, 0) => Form::Capitals,
            (0, _) => Form::Small,
            _ => Form::Camel,
        };
    }
    let letters_first = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits_first = word.bytes().take_while(u8::is_ascii_digit).count();
    let word_then_number = letters_first >= 3 && piece.lower >= 2 && letters_first + piece.digits == piece.len();
    let number_then_unit = digits_first > 0 && piece.upper == 0 && digits_first + piece.lower == piece.len();
    let is_measure = number_then_unit && (digits_first <= 3 || piece.lower <= 2);
    let is_shouted = letters_first >= 4
        && (piece.digits <= 2
            || piece.digits == 4 && word.get(letters_first..).is_some_and(|year| year.starts_with("20")))
        && piece.lower == 0
        && letters_first + piece.digits == piece.len()
        && is_pronounceable(word);
    // "KEVAT25FI".
    let is_shouted = is_shouted
        || letters_first >= 4
            && piece.lower == 0
            && (2..=3).contains(&piece.digits)
            && word.get(letters_first..).is_some_and(|rest| rest.bytes().take(2).all(|b| b.is_ascii_digit()))
            && is_pronounceable(word);
    if word_then_number && piece.digits <= 3 || is_measure {
        Form::WordNumber
    } else if is_shouted {
        Form::CapitalWordNumber
    } else if piece.upper == 0 {
        Form::LowerMixed
    } else {
        Form::Mixed
    }
}

/// `1800600`, `08001234`: numbers that cost nothing to call.
fn is_toll_free(digits: &str) -> bool {
    ["0800", "1800", "0850", "8800"].iter().any(|prefix| digits.starts_with(prefix))
}

/// Quotes, brackets and marks around a code that stands alone.
pub(super) fn is_wrapping(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\''
                | '*'
                | '_'
                | '`'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '.'
                | ','
                | ';'
                | ':'
                | '!'
                | '|'
                | '='
                | '~'
        )
        || matches!(
            c,
            '«' | '»'
                | '“'
                | '”'
                | '„'
                | '‘'
                | '’'
                | '‚'
                | '‹'
                | '›'
                | '「'
                | '」'
                | '『'
                | '』'
                | '【'
                | '】'
                | '《'
                | '》'
                | '（'
                | '）'
                | '［'
                | '］'
                | '。'
                | '：'
                | '•'
                | '·'
                | '→'
                | '►'
                | '▶'
                | '>'
        )
        || display::is_dash(c)
}

/// Vowels and consonants take turns as in a word: no more than three of one kind in a row.
pub(in super::super) fn is_pronounceable(word: &str) -> bool {
    let (mut vowels, mut run, mut last) = (0, 0, None);
    for b in word.bytes().take_while(u8::is_ascii_alphabetic) {
        let is_vowel = matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        vowels += usize::from(is_vowel);
        run = if last == Some(is_vowel) { run + 1 } else { 1 };
        last = Some(is_vowel);
        if run > 3 {
            return false;
        }
    }
    vowels > 0
}

/// `20240512`, `12052024`.
pub(super) fn is_compact_date(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let day_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let recent = |year: u32| (1950..2050).contains(&year);
    (recent(part(0..4)) && day_month(part(6..8), part(4..6)))
        || (recent(part(4..8)) && (day_month(part(0..2), part(2..4)) || day_month(part(2..4), part(0..2))))
}
