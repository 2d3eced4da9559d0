//! A set of words, found wherever they begin in a text.
//!
//! They stand in one sorted list: all words that a text begins with are the last one that is not greater than the text,
//! or words which that one begins with. The list is a tenth of the size of an automaton, and as fast, since most places of
//! a text are the beginning of no word.

use std::iter;
use std::ops::Range;

/// Words in order, each there once.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: Box<str>,
    /// By word, and one more: where it begins in the text.
    starts: Box<[u32]>,
    /// By word: its first bytes (see [`head`]).
    heads: Box<[u64]>,
    /// By word: how many places before it the longest other word stands that it begins with, or 0.
    stems: Box<[u16]>,
    /// By the first two bytes of a word (see [`first`]): how many words come before all that begin so.
    firsts: Box<[u32]>,
}

impl Words {
    /// Of words in ascending order.
    pub(super) fn new(sorted: &[&str]) -> Self {
        let mut text = String::with_capacity(sorted.iter().map(|word| word.len()).sum());
        let mut starts = Vec::with_capacity(sorted.len() + 1);
        let mut stems: Vec<u16> = Vec::with_capacity(sorted.len());
        let mut firsts = vec![0_u32; FIRSTS + 1];
        for (index, word) in sorted.iter().enumerate() {
            let mut stem = index.checked_sub(1);
            while let Some((at, held)) =
                stem.and_then(|at| Some((at, *sorted.get(at)?))).filter(|(_, held)| !word.starts_with(held))
            {
                debug_assert!(held < *word, "{held} stands before {word}");
                stem = before(at, &stems);
            }
            let distance = stem.map_or(Ok(0), |stem| u16::try_from(index - stem));
            debug_assert!(distance.is_ok(), "too many words begin like {word}");
            stems.push(distance.unwrap_or_default());
            starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            text.push_str(word);
            if let Some(count) = firsts.get_mut(first(word.as_bytes()) + 1) {
                *count += 1;
            }
        }
        starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        let mut sum = 0;
        for count in &mut firsts {
            sum += *count;
            *count = sum;
        }
        Self {
            text: text.into(),
            starts: starts.into(),
            heads: sorted.iter().map(|word| head(word.as_bytes())).collect(),
            stems: stems.into(),
            firsts: firsts.into(),
        }
    }

    /// The words with which the text begins, as their places in the list and lengths, longer ones first.
    pub(super) fn at_start_of(&self, text: &str) -> impl Iterator<Item = (usize, usize)> {
        let text = text.as_bytes();
        let head = head(text);
        let last = self.count_not_after(text, head).checked_sub(1);
        iter::successors(last, |&index| before(index, &self.stems)).filter_map(move |index| {
            let held = *self.heads.get(index)?;
            let length = self.range(index).len();
            let begins = match u32::try_from(length) {
                Ok(length @ 0..8) => (held ^ head).leading_zeros() >= length * 8,
                _ => held == head && text.starts_with(self.word(index)),
            };
            begins.then_some((index, length))
        })
    }

    /// How many words come before the text, or are it.
    fn count_not_after(&self, text: &[u8], head: u64) -> usize {
        let alike = self.alike(first(text));
        let heads = self.heads.get(alike.clone()).unwrap_or_default();
        let mut least = alike.start + heads.partition_point(|&held| held < head);
        let mut most = alike.start + heads.partition_point(|&held| held <= head);
        while least < most {
            let middle = least.midpoint(most);
            if self.word(middle) <= text {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least
    }

    fn alike(&self, first: usize) -> Range<usize> {
        let at = |index: usize| self.firsts.get(index).map_or(0, |&count| count as usize);
        at(first)..at(first + 1)
    }

    fn range(&self, word: usize) -> Range<usize> {
        let at = |index: usize| self.starts.get(index).map_or(0, |&start| start as usize);
        at(word)..at(word + 1)
    }

    fn word(&self, word: usize) -> &[u8] {
        self.text.as_bytes().get(self.range(word)).unwrap_or_default()
    }
}

/// The first two bytes of some words: most places of a text are seen to be the beginning of none of them.
#[derive(Debug)]
pub(super) struct Beginnings(Box<[u64]>);

impl Beginnings {
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut bits = vec![0_u64; FIRSTS / 64];
        for word in words {
            let first = first(word.as_bytes());
            if let Some(held) = bits.get_mut(first / 64) {
                *held |= 1 << (first % 64);
            }
        }
        Self(bits.into())
    }

    /// Whether one of the words, if it has two bytes or more, may begin the text.
    pub(super) fn may_start(&self, text: &str) -> bool {
        let first = first(text.as_bytes());
        self.0.get(first / 64).is_some_and(|held| held >> (first % 64) & 1 == 1)
    }
}

/// The place of the stem of the word at `index`.
fn before(index: usize, stems: &[u16]) -> Option<usize> {
    let distance = stems.get(index).copied().filter(|&distance| distance > 0)?;
    index.checked_sub(usize::from(distance))
}

const FIRSTS: usize = 1 << 16;

/// The first two bytes; the second is zero where there is one alone.
fn first(word: &[u8]) -> usize {
    let byte = |at: usize| word.get(at).map_or(0, |&byte| usize::from(byte));
    byte(0) << 8 | byte(1)
}

/// The first eight bytes as a number, so that two are mostly compared at once; zeros where there are fewer.
fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => (0..8).fold(0, |head, at| head << 8 | text.get(at).map_or(0, |&byte| u64::from(byte))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<usize> {
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        let set = Words::new(&sorted);
        set.at_start_of(text)
            .map(|(index, len)| {
                assert_eq!(&text[..len], sorted[index]);
                words.iter().position(|word| *word == sorted[index]).unwrap()
            })
            .collect()
    }

    #[test]
    fn every_word_with_which_a_text_begins_is_found() {
        let words = ["code", "code is", "co", "c", "codec", "cod fish", "z", "код", "ко", "验证码", "验"];
        assert_eq!(found(&words, "code is 1"), [1, 0, 2, 3]);
        assert_eq!(found(&words, "codes"), [0, 2, 3]);
        assert_eq!(found(&words, "cz"), [3]);
        assert_eq!(found(&words, "c"), [3]);
        assert_eq!(found(&words, "коды"), [7, 8]);
        assert_eq!(found(&words, "кот"), [8]);
        assert_eq!(found(&words, "код"), [7, 8]);
        assert_eq!(found(&words, "验证码是"), [9, 10]);
        assert_eq!(found(&words, "b"), [] as [usize; 0]);
        assert_eq!(found(&words, ""), [] as [usize; 0]);
        assert_eq!(found(&[], "code"), [] as [usize; 0]);
    }

    #[test]
    fn what_begins_like_no_word_is_passed_over() {
        let words = Beginnings::new(["code", "код"]);
        for (text, expected) in
            [("code", true), ("cold", true), ("com", true), ("cake", false), ("ком", true), ("", false)]
        {
            assert_eq!(words.may_start(text), expected, "{text}");
        }
    }
}
