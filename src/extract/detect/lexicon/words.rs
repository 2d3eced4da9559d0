//! A set of words, found wherever they begin in a text.
//!
//! They stand in one sorted list: all words that a text begins with are the last one that is not greater than the text,
//! or words which that one begins with. The list is a tenth of the size of an automaton, and as fast, since most places of
//! a text are the beginning of no word.

use std::iter;
use std::ops::Range;

use super::tables::{Word, beginning, first, key};

/// Words in order, each there once.
#[derive(Debug)]
pub(super) struct Words {
    /// By the first two bytes of a word: how many [`keys`](Self::keys) come before all that begin so.
    pub(super) firsts: &'static [[u8; 2]],
    /// The [`key`]s of words, each once.
    pub(super) keys: &'static [[u8; 4]],
    /// By key, and one more: the first word that has it.
    pub(super) starts: &'static [[u8; 4]],
    /// By word: its first bytes (see [`head`](super::tables::head)).
    pub(super) heads: &'static [[u8; 8]],
    pub(super) words: &'static [[u8; Word::SIZE]],
    /// What the heads do not hold of longer words.
    pub(super) tails: &'static [u8],
}

impl Words {
    /// The words with which the text goes on after `at`, and their places in the list, longer ones first. `head` is that of
    /// the place.
    pub(super) fn at(&self, text: &[u8], at: usize, head: u64) -> impl Iterator<Item = (usize, Word)> {
        let rest = text.get(at..).and_then(|rest| rest.get(8..)).unwrap_or_default();
        let mut next = self.count_not_after(rest, head).checked_sub(1);
        iter::from_fn(move || {
            loop {
                let index = next?;
                let word = Word::of(self.words.get(index)?);
                next = index.checked_sub(usize::from(word.stem)).filter(|_| word.stem > 0);
                let held = self.head(index);
                let begins = match u32::from(word.length) {
                    length @ 0..8 => (held ^ head).leading_zeros() >= length * 8,
                    _ => held == head && rest.starts_with(self.tail(word)),
                };
                if begins {
                    return Some((index, word));
                }
            }
        })
    }

    /// How many words come before the text that begins with `head` and goes on with `rest`, or are it.
    fn count_not_after(&self, rest: &[u8], head: u64) -> usize {
        let key = key(head);
        let first = first(key);
        let alike = self.keys_before(first)..self.keys_before(first + 1);
        let keys = self.keys.get(alike.clone()).unwrap_or_default();
        let after = alike.start + keys.partition_point(|&held| u32::from_le_bytes(held) <= key);
        let Some(last) = after.checked_sub(1) else { return 0 };
        let words = self.start(last)..self.start(after);
        if self.keys.get(last).is_none_or(|&held| u32::from_le_bytes(held) != key) {
            return words.end;
        }
        let heads = self.heads.get(words.clone()).unwrap_or_default();
        let most = heads.partition_point(|&held| u64::from_le_bytes(held) <= head);
        let heads = heads.get(..most).unwrap_or_default();
        let same = heads.iter().rev().take_while(|&&held| u64::from_le_bytes(held) == head).count();
        let words = words.start + most - same..words.start + most;
        if same == 0 { words.end } else { self.count_of_head(words, rest) }
    }

    /// The same among words that have the head of the text.
    fn count_of_head(&self, words: Range<usize>, rest: &[u8]) -> usize {
        let (mut least, mut most) = (words.start, words.end);
        while least < most {
            let middle = least.midpoint(most);
            let tail = self.words.get(middle).map_or(&[][..], |row| self.tail(Word::of(row)));
            if tail <= rest {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least
    }

    fn keys_before(&self, first: usize) -> usize {
        self.firsts.get(first).map_or(0, |&count| usize::from(u16::from_le_bytes(count)))
    }

    fn start(&self, key: usize) -> usize {
        self.starts.get(key).map_or(0, |&start| u32::from_le_bytes(start) as usize)
    }

    fn head(&self, word: usize) -> u64 {
        self.heads.get(word).map_or(0, |&head| u64::from_le_bytes(head))
    }

    /// What the head of the word does not hold.
    fn tail(&self, word: Word) -> &[u8] {
        let start = word.tail as usize;
        self.tails.get(start..start + usize::from(word.length).saturating_sub(8)).unwrap_or_default()
    }
}

/// The first bytes of some words: most places of a text are seen to be the beginning of none of them.
#[derive(Debug)]
pub(super) struct Beginnings(pub(super) &'static [[u8; 1]]);

impl Beginnings {
    /// Whether one of the words may begin with `head`.
    pub(super) fn may_start(&self, head: u64) -> bool {
        let beginning = beginning(head);
        self.0.get(beginning / 8).is_some_and(|[held]| held >> (beginning % 8) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::{Tables, add_beginnings, add_words};
    use super::super::tables::{Entry, head};
    use super::*;

    fn table<const N: usize>(tables: &Tables, name: &str) -> &'static [[u8; N]] {
        tables[name].clone().leak().as_chunks().0
    }

    fn found(words: &[&str], text: &str) -> Vec<usize> {
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        let mut tables = Tables::new();
        let entries = vec![Entry { kind: 0, more: 0 }; words.len()];
        add_words(&mut tables, &sorted, &entries);
        let set = Words {
            firsts: table(&tables, "firsts"),
            keys: table(&tables, "keys"),
            starts: table(&tables, "starts"),
            heads: table(&tables, "heads"),
            words: table(&tables, "words"),
            tails: tables["tails"].clone().leak(),
        };
        set.at(text.as_bytes(), 0, head(text.as_bytes(), 0))
            .map(|(index, word)| {
                assert_eq!(&text[..usize::from(word.length)], sorted[index]);
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
    fn long_words_that_begin_alike_are_told_apart() {
        let words = ["password", "passwords", "password reset", "password reset link", "passwort"];
        assert_eq!(found(&words, "password"), [0]);
        assert_eq!(found(&words, "password reset links"), [3, 2, 0]);
        assert_eq!(found(&words, "password reset"), [2, 0]);
        assert_eq!(found(&words, "password rest"), [0]);
        assert_eq!(found(&words, "passwords reset"), [1, 0]);
        assert_eq!(found(&words, "passwor"), [] as [usize; 0]);
    }

    #[test]
    fn what_begins_like_no_word_is_passed_over() {
        let mut tables = Tables::new();
        add_beginnings(&mut tables, &["code", "код", "ж"]);
        let words = Beginnings(table(&tables, "inner"));
        for (text, expected) in [
            ("code", true),
            ("cod", true),
            ("com", false),
            ("cake", false),
            ("ко", true),
            ("пар", false),
            ("жа", true),
            ("", false),
        ] {
            assert_eq!(words.may_start(head(text.as_bytes(), 0)), expected, "{text}");
        }
    }

    #[test]
    fn heads_are_the_same_at_the_end_of_a_text() {
        for text in ["", "a", "abcdefg", "abcdefgh", "abcdefghijkl"] {
            for at in 0..=text.len() + 1 {
                let mut bytes = text.as_bytes().get(at..).unwrap_or_default().to_vec();
                bytes.resize(bytes.len().max(8), 0);
                assert_eq!(head(text.as_bytes(), at).to_be_bytes(), bytes[..8], "{text} at {at}");
            }
        }
    }
}
