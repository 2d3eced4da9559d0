//! The form in which words are compared: lower case, Latin and Greek letters without their marks, Arabic and Hebrew without
//! vowel points, every dash, blank and line end a space. What is found in the folded text points back into the original.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_canonical;

/// A folded text and the way back.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) text: String,
    /// (byte in `text`, byte in the original) wherever the distance of the two changes; in order.
    steps: Vec<(usize, usize)>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut steps = vec![(0, 0)];
        let mut rest = original;
        loop {
            let ascii = rest.bytes().position(|b| !b.is_ascii() || b == b'*').unwrap_or(rest.len());
            let (plain, marked) = rest.split_at(ascii);
            text.extend(plain.chars().map(folded_ascii));
            let Some(c) = marked.chars().next() else { break };
            rest = marked.get(c.len_utf8()..).unwrap_or_default();
            let before = text.len();
            text.extend(folded(c));
            if text.len() - before != c.len_utf8() {
                steps.push((text.len(), original.len() - rest.len()));
            }
        }
        Self { text, steps }
    }

    /// The byte of the original at which byte `at` of the folded text stands.
    pub(super) fn original(&self, at: usize) -> usize {
        let after = self.steps.partition_point(|&(folded, _)| folded <= at);
        match after.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some(&(folded, original)) => original + (at - folded),
            None => at,
        }
    }
}

fn folded_ascii(c: char) -> char {
    match c {
        '-' | '\t' | '\n' => ' ',
        c => c.to_ascii_lowercase(),
    }
}

/// One character for one; `None` drops it.
fn folded(c: char) -> Option<char> {
    match TABLE.get(c as usize) {
        Some(&folded) => folded,
        None => rare(c),
    }
}

/// Everything up to the CJK blocks.
static TABLE: LazyLock<Vec<Option<char>>> =
    LazyLock::new(|| (0..0x3000).map(|c| char::from_u32(c).and_then(compute)).collect());

fn compute(c: char) -> Option<char> {
    match c {
        // Points and marks that stand on other letters.
        '\u{300}'..='\u{36F}'
        | '\u{591}'..='\u{5BD}'
        | '\u{5BF}'
        | '\u{5C1}'
        | '\u{5C2}'
        | '\u{5C4}'
        | '\u{5C5}'
        | '\u{5C7}' => None,
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}' => None,
        // The dot below letters of Indic scripts, which is often left out, or part of the letter.
        '\u{93C}' | '\u{9BC}' | '\u{A3C}' | '\u{B3C}' => None,
        // "if you did *not* ask": plain text has no other way.
        '*' => None,
        // Invisible.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => None,
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(' '),
        '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{B4}' => Some('\''),
        'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
        'ى' | 'ی' | 'ئ' | 'ې' => Some('ي'),
        'ک' => Some('ك'),
        'ة' | 'ۀ' | 'ە' => Some('ه'),
        'ؤ' => Some('و'),
        'ё' | 'Ё' => Some('е'),
        'ı' | 'İ' => Some('i'),
        'ł' | 'Ł' => Some('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => Some('d'),
        'ø' | 'Ø' => Some('o'),
        'ħ' | 'Ħ' => Some('h'),
        'ŧ' | 'Ŧ' => Some('t'),
        'ς' => Some('σ'),
        c => {
            let base = if is_marked(c) { base_of(c) } else { c };
            base.to_lowercase().next()
        }
    }
}

/// Letters of scripts whose marks writers leave out: Latin and Greek, and the dotted ones of Indic scripts.
fn is_marked(c: char) -> bool {
    matches!(c, '\u{C0}'..='\u{24F}' | '\u{370}'..='\u{3FF}' | '\u{1E00}'..='\u{1FFF}')
        || matches!(c, '\u{929}' | '\u{931}' | '\u{934}' | '\u{958}'..='\u{95F}' | '\u{9DC}'..='\u{9DF}')
        || matches!(c, '\u{A33}' | '\u{A36}' | '\u{A59}'..='\u{A5E}' | '\u{B5C}' | '\u{B5D}')
}

fn base_of(c: char) -> char {
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    base.unwrap_or(c)
}

fn rare(c: char) -> Option<char> {
    match c {
        '\u{3000}' => Some(' '),
        '\u{FEFF}' => None,
        // Letters of full width.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).map(folded_ascii),
        c => Some(c),
    }
}

/// [`char::is_alphabetic`], fast for the letters that most mails are written in.
pub(super) fn is_letter(c: char) -> bool {
    match c {
        c if c.is_ascii() => c.is_ascii_alphabetic(),
        // Cyrillic, kana, the common ideographs, Hangul.
        '\u{400}'..='\u{481}'
        | '\u{48A}'..='\u{52F}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' => true,
        c => c.is_alphabetic(),
    }
}

/// Latin, Greek and Cyrillic part words by blanks and inflect at the end; the others glue particles on either side, or
/// have no blanks at all.
pub(super) fn is_spaced(c: char) -> bool {
    c < '\u{530}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        Folded::new(text).text
    }

    #[test]
    fn marks_case_and_dashes_do_not_matter() {
        assert_eq!(fold("Vérification"), "verification");
        assert_eq!(fold("Κωδικός"), "κωδικοσ");
        assert_eq!(fold("mã xác minh"), "ma xac minh");
        assert_eq!(fold("sign‑in E-Mail"), "sign in e mail");
        assert_eq!(fold("DOĞRULAMA KODU İÇİN"), "dogrulama kodu icin");
        assert_eq!(fold("йогурт ёж"), "йогурт еж");
        assert_eq!(fold("رَمْز"), "رمز");
        assert_eq!(fold("ＯＴＰ"), "otp");
    }

    #[test]
    fn letters_are_those_of_unicode() {
        assert_eq!(('\0'..=char::MAX).find(|&c| is_letter(c) != c.is_alphabetic()), None);
    }

    #[test]
    fn what_is_found_points_back() {
        let original = "Ｃode: É\u{AD}x İ 42 ж";
        let folded = Folded::new(original);
        for word in ["code", "ex", "42", "ж"] {
            let at = folded.text.find(word).unwrap();
            let start = folded.original(at);
            assert!(original.is_char_boundary(start));
            assert_eq!(fold(&original[start..]).chars().next(), word.chars().next());
        }
        assert_eq!(folded.original(folded.text.len()), original.len());
    }
}
