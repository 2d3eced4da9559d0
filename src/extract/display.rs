//! Which characters of a displayed code are typed, and which only help the eye.
//!
//! - Between digits a blank, a hyphen, a dash or a middle dot is for display: `123 456`, `123-456`, `1 2 3 4 5 6` are typed
//!   without it.
//! - A hyphen beside a letter belongs to the code: `G-123456`, `ABC-123`, `AB12-CD34`. Dashes of every length become the
//!   ASCII hyphen that a person types. Where the code would be longer than Skyvern takes (10 characters) and fits
//!   without its hyphens, they go.
//! - Blanks never belong to a code.
//!
//! Digits and letters of full width are typed in their ASCII form; invisible characters are dropped.

use super::value::{Code, ValueError};

/// The longest code that Skyvern types as it is.
const LONGEST: usize = 10;

/// The code as it is typed.
pub(super) fn typed(displayed: &str) -> String {
    let mut characters: Vec<char> = Vec::with_capacity(displayed.len());
    for character in displayed.trim().chars() {
        match character {
            c if is_invisible(c) => {}
            c if is_dash(c) => characters.push('-'),
            c @ '\u{FF01}'..='\u{FF5E}' => {
                characters.push(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c));
            }
            c => characters.push(c),
        }
    }
    let has_letter = characters.iter().any(|c| c.is_alphabetic());
    let kept: String = characters
        .iter()
        .filter(|c| !c.is_whitespace() && !is_dot_between(**c))
        .filter(|&&c| has_letter || c != '-')
        .collect();
    if kept.chars().count() > LONGEST {
        let bare: String = kept.chars().filter(|&c| c != '-').collect();
        if bare.chars().count() <= LONGEST {
            return bare;
        }
    }
    kept
}

/// [`typed`], checked for what Skyvern takes.
pub(super) fn code(displayed: &str) -> Result<Code, ValueError> {
    Code::new(&typed(displayed))
}

/// Hyphens and dashes of every length, the minus sign included.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

fn is_dot_between(c: char) -> bool {
    matches!(c, '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{22C5}' | '\u{30FB}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_between_digits_are_for_display() {
        for shown in ["123 456", "123-456", "1 2 3 4 5 6", "12-34-56", "123\u{2011}456", "123\u{A0}456", "123·456"] {
            assert_eq!(typed(shown), "123456", "{shown}");
        }
        assert_eq!(typed("１２３４５６"), "123456");
    }

    #[test]
    fn a_hyphen_beside_a_letter_belongs_to_the_code() {
        assert_eq!(typed("G-123456"), "G-123456");
        assert_eq!(typed("ABC\u{2013}123"), "ABC-123");
        assert_eq!(typed("AB12-CD34"), "AB12-CD34");
        assert_eq!(typed("A B C 1 2 3"), "ABC123");
    }

    #[test]
    fn a_code_that_fits_only_without_its_hyphens_loses_them() {
        assert_eq!(typed("ABC-DEF-1234"), "ABCDEF1234");
        assert_eq!(typed("ABCD-EFGH-1234"), "ABCD-EFGH-1234");
    }
}
