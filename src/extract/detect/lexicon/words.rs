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
    text: String,
    words: Box<[Word]>,
    /// By the first two bytes of a word (see [`first`]): how many words come before all that begin so.
    firsts: Box<[u32]>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    head: u64,
    start: u32,
    len: u8,
    /// The longest other word that this one begins with, or [`NONE`].
    stem: u32,
}

const NONE: u32 = u32::MAX;

impl Words {
    /// Of words in ascending order; those that are longer than 255 bytes are left out.
    pub(super) fn new<'w>(sorted: impl IntoIterator<Item = &'w str>) -> Self {
        let mut set = Self::default();
        let mut words: Vec<Word> = Vec::new();
        let mut counts = vec![0_u32; FIRSTS + 1];
        for word in sorted {
            let (Ok(start), Ok(len)) = (u32::try_from(set.text.len()), u8::try_from(word.len())) else { continue };
            let mut stem = previous(words.len());
            while let Some(held) = words.get(stem as usize) {
                if word.as_bytes().starts_with(set.bytes(*held)) {
                    break;
                }
                stem = held.stem;
            }
            set.text.push_str(word);
            words.push(Word { head: head(word.as_bytes()), start, len, stem });
            if let Some(count) = counts.get_mut(first(word.as_bytes()) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for count in &mut counts {
            before += *count;
            *count = before;
        }
        set.text.shrink_to_fit();
        set.words = words.into();
        set.firsts = counts.into();
        set
    }

    /// The words with which the text begins, as their places in the list and lengths, longer ones first.
    pub(super) fn at_start_of(&self, text: &str) -> impl Iterator<Item = (usize, usize)> {
        let text = text.as_bytes();
        let range = self.alike(first(text));
        let alike = self.words.get(range.clone()).unwrap_or_default();
        let head = head(text);
        let not_greater = |word: &Word| word.head < head || word.head == head && self.bytes(*word) <= text;
        let last = range.start + alike.partition_point(not_greater);
        let last = Some(previous(last)).filter(|&last| last != NONE);
        let stem = |index: &u32| self.words.get(*index as usize).map(|word| word.stem).filter(|&stem| stem != NONE);
        iter::successors(last, stem).filter_map(move |index| {
            let word = self.words.get(index as usize)?;
            let begins = match word.len {
                len @ 0..8 => (word.head ^ head).leading_zeros() >= u32::from(len) * 8,
                _ => word.head == head && text.starts_with(self.bytes(*word)),
            };
            begins.then_some((index as usize, usize::from(word.len)))
        })
    }

    /// Whether a text that begins so may begin with a word of two bytes or more.
    pub(super) fn may_start(&self, text: &str) -> bool {
        !self.alike(first(text.as_bytes())).is_empty()
    }

    fn alike(&self, first: usize) -> Range<usize> {
        let at = |index: usize| self.firsts.get(index).map_or(0, |&count| count as usize);
        at(first)..at(first + 1)
    }

    fn bytes(&self, word: Word) -> &[u8] {
        let start = word.start as usize;
        self.text.as_bytes().get(start..start + usize::from(word.len)).unwrap_or_default()
    }
}

/// The place before, if there is one.
fn previous(at: usize) -> u32 {
    at.checked_sub(1).and_then(|previous| u32::try_from(previous).ok()).unwrap_or(NONE)
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
        let set = Words::new(sorted.iter().copied());
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
}
