//! One character of a mail at a time becomes what a person reads: invisible characters go, every kind of blank is a
//! blank, every Unicode digit is an ASCII digit. The same folding is applied to subjects, texts and lexicons, so that
//! they can be compared.

use unicode_normalization::char::compose;

/// What becomes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    Keep(char),
    Blank,
    /// A line or paragraph separator.
    Break,
    /// Takes no room on the screen: zero-width, soft hyphen, direction mark, control.
    Drop,
}

/// The code points of the digit zero in each script whose digits are Unicode category Nd (Unicode 16, ASCII left out).
const ZEROS: [u32; 75] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
    0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2,
    0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Half-width katakana U+FF66 to U+FF9D as their full-width forms.
const KATAKANA: [char; 56] = [
    'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク',
    'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ',
    'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン',
];

/// Folds one character.
pub(crate) fn fold_char(c: char) -> Folded {
    if c.is_ascii() {
        return match c {
            ' ' | '\t' => Folded::Blank,
            '\n' | '\r' | '\x0b' | '\x0c' => Folded::Break,
            c if c.is_ascii_control() => Folded::Drop,
            c => Folded::Keep(c),
        };
    }
    match u32::from(c) {
        0x80..=0x9F => {
            if c == '\u{85}' {
                Folded::Break
            } else {
                Folded::Drop
            }
        }
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x2800 | 0x3000 => Folded::Blank,
        0x2028 | 0x2029 => Folded::Break,
        // Soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian separators,
        // zero-width characters, direction marks, variation selectors, the keycap frame, byte order mark, object
        // replacement, tags.
        0xAD
        | 0x34F
        | 0x61C
        | 0x115F
        | 0x1160
        | 0x17B4
        | 0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0x20E3
        | 0x3164
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0xFFA0
        | 0xFFF0..=0xFFFC
        | 0x1BCA0..=0x1BCA3
        | 0x1D173..=0x1D17A
        | 0xE0000..=0xE0FFF => Folded::Drop,
        0x2010 | 0x2011 | 0x2212 | 0xFE63 | 0xFF0D => Folded::Keep('-'),
        0xFF21..=0xFF3A | 0xFF41..=0xFF5A => Folded::Keep(shifted(c, 0xFF21, 'A')),
        point @ 0xFF66..=0xFF9D => {
            Folded::Keep(usize::try_from(point - 0xFF66).ok().and_then(|i| KATAKANA.get(i)).copied().unwrap_or(c))
        }
        0xFF9E => Folded::Keep('\u{3099}'),
        0xFF9F => Folded::Keep('\u{309A}'),
        _ => Folded::Keep(digit(c).map_or(c, char::from)),
    }
}

/// The ASCII digit that a decimal digit of any script stands for.
fn digit(c: char) -> Option<u8> {
    let point = u32::from(c);
    let after = ZEROS.partition_point(|&zero| zero <= point);
    let zero = *ZEROS.get(after.checked_sub(1)?)?;
    u8::try_from(point - zero).ok().filter(|value| *value < 10).map(|value| b'0' + value)
}

fn shifted(c: char, from: u32, to: char) -> char {
    u32::from(c).checked_sub(from).and_then(|offset| char::from_u32(u32::from(to) + offset)).unwrap_or(c)
}

/// Appends a kept character, composing it with the one before where Unicode has a single character for both (NFC):
/// Vietnamese and decomposed accents then look the same whatever wrote them.
pub(crate) fn push_composed(out: &mut String, c: char) {
    let combining =
        matches!(u32::from(c), 0x300..=0x36F | 0x653..=0x655 | 0x9BE..=0x9D7 | 0x1161..=0x11C2 | 0x3099 | 0x309A);
    if combining
        && let Some(before) = out.chars().next_back()
        && let Some(whole) = compose(before, c)
    {
        out.pop();
        out.push(whole);
    } else {
        out.push(c);
    }
}

/// Folds a whole text: invisible characters stripped, blanks and breaks collapsed to one blank, ends trimmed.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        match fold_char(c) {
            Folded::Keep(c) => {
                if std::mem::take(&mut blank) && !out.is_empty() {
                    out.push(' ');
                }
                push_composed(&mut out, c);
            }
            Folded::Blank | Folded::Break => blank = true,
            Folded::Drop => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_become_ascii() {
        for (written, read) in [
            ("٤٨٢٩١٣", "482913"),
            ("۴۸۲۹۱۳", "482913"),
            ("४८२९१३", "482913"),
            ("４８２９１３", "482913"),
            ("๔๘๒๙๑๓", "482913"),
            ("𝟒𝟖𝟐𝟗𝟏𝟑", "482913"),
            ("4️⃣8️⃣", "48"),
        ] {
            assert_eq!(fold(written), read);
        }
    }

    #[test]
    fn the_table_of_zeros_is_sorted_and_in_steps_of_ten() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
    }

    #[test]
    fn what_cannot_be_seen_is_gone() {
        assert_eq!(fold("4\u{200b}8\u{ad}2\u{2060}9\u{feff}1\u{200f}3"), "482913");
        assert_eq!(fold("\u{202e}abc\u{202c}\0"), "abc");
    }

    #[test]
    fn blanks_of_every_kind_collapse() {
        assert_eq!(fold("  a\u{a0}\u{3000}\t b\r\n\u{2028}c "), "a b c");
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(fold("ve\u{301}rification"), "vérification");
        assert_eq!(fold("xa\u{302}\u{301}c"), "xấc");
        assert_eq!(fold("ﾊﾟｽﾜｰﾄﾞ"), "パスワード");
    }

    #[test]
    fn full_width_letters_and_hyphens_are_folded() {
        assert_eq!(fold("Ｇ－１２３ＡＢｃ"), "G-123ABc");
        assert_eq!(fold("G\u{2011}123456"), "G-123456");
    }
}
