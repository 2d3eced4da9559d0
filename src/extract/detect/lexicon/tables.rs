//! The form of the compiled lexicon: tables of rows of one size. `build.rs` writes them; the program holds them as they are and
//! reads a row where it stands, so that nothing is made at the start and only the pages that are looked at take memory.

use super::classes::{Classes, Languages};

/// A word, beside its [`head`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Where that of it which its head does not hold begins among the tails.
    pub(super) tail: u32,
    /// In bytes.
    pub(super) length: u16,
    /// How many places before it the longest other word stands that it begins with, or 0.
    pub(super) stem: u16,
    pub(super) entry: Entry,
}

/// What a word means. There are tens of thousands: what few of them have is in [`More`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Which of the kinds.
    pub(super) kind: u16,
    /// Where its [`More`] stands; 0 if it has none.
    pub(super) more: u16,
}

/// What else a word means: few mean more than one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Other {
    pub(super) word: u32,
    pub(super) entry: Entry,
}

/// What a word tells, in which languages, and where it may stand: a few thousand differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) languages: Languages,
    pub(super) classes: Classes,
    /// [`Kind::OPEN_BEFORE`] and the like.
    pub(super) flags: u8,
}

/// What few words have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct More<'t> {
    pub(super) count: u16,
    /// Written with exactly these marks (lower case).
    pub(super) exact: Option<&'t [u8]>,
    /// The words that must follow, one by one.
    pub(super) then: Following<'t>,
}

/// The beginning of a following word, or all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Then<'t> {
    pub(super) word: &'t [u8],
    pub(super) open_after: bool,
}

impl Word {
    pub(super) const SIZE: usize = 12;

    pub(super) fn of(row: &[u8; Self::SIZE]) -> Self {
        let mut row = Bytes(row);
        Self {
            tail: u32::from_le_bytes(row.next()),
            length: u16::from_le_bytes(row.next()),
            stem: u16::from_le_bytes(row.next()),
            entry: Entry::next(&mut row),
        }
    }
}

impl Entry {
    fn next(row: &mut Bytes<'_>) -> Self {
        Self { kind: u16::from_le_bytes(row.next()), more: u16::from_le_bytes(row.next()) }
    }
}

impl Other {
    pub(super) const SIZE: usize = 8;

    pub(super) fn of(row: &[u8; Self::SIZE]) -> Self {
        let mut row = Bytes(row);
        Self { word: u32::from_le_bytes(row.next()), entry: Entry::next(&mut row) }
    }
}

impl Kind {
    pub(super) const SIZE: usize = 17;

    /// Letters may stand before it.
    pub(super) const OPEN_BEFORE: u8 = 1;
    /// Letters may stand after it.
    pub(super) const OPEN_AFTER: u8 = 2;
    /// The word has [`Other`]s.
    pub(super) const HAS_OTHERS: u8 = 4;

    pub(super) fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn of(row: &[u8; Self::SIZE]) -> Self {
        let mut row = Bytes(row);
        let languages = Languages(u64::from_le_bytes(row.next()));
        let classes = Classes(u64::from_le_bytes(row.next()));
        Self { languages, classes, flags: u8::from_le_bytes(row.next()) }
    }
}

impl<'t> More<'t> {
    /// That which stands at a place of the table.
    pub(super) fn at(place: u16, table: &'t [u8]) -> Self {
        if place == 0 {
            return Self::default();
        }
        let mut bytes = Bytes(table.get(usize::from(place)..).unwrap_or_default());
        let count = u16::from_le_bytes(bytes.next());
        let exact = Some(bytes.piece()).filter(|exact| !exact.is_empty());
        Self { count, exact, then: Following { left: u8::from_le_bytes(bytes.next()), bytes } }
    }
}

/// Words that must follow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Following<'t> {
    left: u8,
    bytes: Bytes<'t>,
}

impl<'t> Iterator for Following<'t> {
    type Item = Then<'t>;

    fn next(&mut self) -> Option<Then<'t>> {
        self.left = self.left.checked_sub(1)?;
        Some(Then { open_after: self.bytes.next() == [1], word: self.bytes.piece() })
    }
}

/// What is read piece by piece.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes<'t>(&'t [u8]);

impl<'t> Bytes<'t> {
    fn next<const N: usize>(&mut self) -> [u8; N] {
        let Some((next, rest)) = self.0.split_first_chunk() else { return [0; N] };
        self.0 = rest;
        *next
    }

    /// As many bytes as the next one tells.
    fn piece(&mut self) -> &'t [u8] {
        let length = u8::from_le_bytes(self.next());
        let Some((piece, rest)) = self.0.split_at_checked(usize::from(length)) else { return &[] };
        self.0 = rest;
        piece
    }
}

/// The first eight bytes from `at` on as a number, so that two are mostly compared at once; zeros where there are fewer.
pub(super) fn head(text: &[u8], at: usize) -> u64 {
    if let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        return u64::from_be_bytes(*bytes);
    }
    let last = text.get(text.len().saturating_sub(8)..).unwrap_or_default();
    let last = last.iter().fold(0, |head, &byte| head << 8 | u64::from(byte));
    let count = text.len().saturating_sub(at).min(8) as u32;
    last.checked_shl(64 - 8 * count).unwrap_or(0)
}

/// How many bytes words are put together by.
const KEY: u32 = 4;

/// The first bytes of a head, in which all words between two places of the list agree.
pub(super) fn key(head: u64) -> u32 {
    (head >> (64 - 8 * KEY)) as u32
}

/// The first two bytes of a key; the second is zero where there is one alone.
pub(super) fn first(key: u32) -> usize {
    (key >> 16) as usize
}

/// The bytes of a [`beginning`].
pub(super) const BEGINNING: usize = 3;

/// Which bit stands for the first three bytes; few beginnings of words share one.
pub(super) fn beginning(head: u64) -> usize {
    let bytes = (head >> (64 - 8 * BEGINNING)) as u32;
    (bytes.wrapping_mul(0x9E37_79B1) >> 16) as usize
}
