//! What a word of the lexicon tells, in which languages, and where one stands in a text.

/// What a word tells; several may be true of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Classes(pub(super) u64);

impl Classes {
    /// A noun that names a code.
    pub(in super::super) const CODE: Self = Self(1);
    /// A noun that names a code only together with [`Self::AUTH`] or [`Self::SOFT`]: "number", "password".
    pub(in super::super) const NUMBER: Self = Self(1 << 1);
    /// A noun that names a one-time code and nothing else.
    pub(in super::super) const STRONG: Self = Self(1 << 2);
    /// Verifying, signing in, being used once.
    pub(in super::super) const AUTH: Self = Self(1 << 3);
    /// As [`Self::AUTH`], but said of other things too: confirm, access, activate.
    pub(in super::super) const SOFT: Self = Self(1 << 4);
    /// Asks to use what is delivered here: enter, use, below.
    pub(in super::super) const GIVE: Self = Self(1 << 5);
    /// Things that have codes and numbers of their own: order, discount, parcel, meeting, error.
    pub(in super::super) const OTHER: Self = Self(1 << 6);
    /// Names the number right beside it, and only that: account, customer, telephone.
    pub(in super::super) const OWNER: Self = Self(1 << 7);
    /// Warnings never to share a code.
    pub(in super::super) const NEVER: Self = Self(1 << 8);
    /// The code is somewhere else: by SMS, in an app.
    pub(in super::super) const ELSEWHERE: Self = Self(1 << 9);
    /// If you did not request this.
    pub(in super::super) const UNASKED: Self = Self(1 << 10);
    /// Tells of a sign-in or a change that has happened.
    pub(in super::super) const ALERT: Self = Self(1 << 11);
    /// Valid, expires, within.
    pub(in super::super) const EXPIRY: Self = Self(1 << 12);
    pub(in super::super) const SECOND: Self = Self(1 << 13);
    pub(in super::super) const MINUTE: Self = Self(1 << 14);
    pub(in super::super) const HOUR: Self = Self(1 << 15);
    pub(in super::super) const DAY: Self = Self(1 << 16);
    /// A number in words.
    pub(in super::super) const COUNT: Self = Self(1 << 17);
    /// Click, button, link.
    pub(in super::super) const CLICK: Self = Self(1 << 18);
    /// What the anchor of a link that is to be opened says beside [`Self::AUTH`]: continue, accept, set password.
    pub(in super::super) const OPEN: Self = Self(1 << 19);
    /// What other anchors say: unsubscribe, help, view in browser.
    pub(in super::super) const AWAY: Self = Self(1 << 20);
    /// An example follows.
    pub(in super::super) const SAMPLE: Self = Self(1 << 21);
    /// A password or key, which names a code only together with [`Self::ONCE`].
    pub(in super::super) const SECRET: Self = Self(1 << 22);
    /// Being used once; counts as [`Self::AUTH`] too.
    pub(in super::super) const ONCE: Self = Self(1 << 23);

    /// What follows (or stands before) are the last digits of something longer: ending in.
    pub(in super::super) const ENDING: Self = Self(1 << 24);

    /// Tells that a verifying or signing up is over.
    pub(in super::super) const DONE: Self = Self(1 << 25);

    /// A meeting or a call that one joins with a number and a code; counts as [`Self::OTHER`] too.
    pub(in super::super) const MEETING: Self = Self(1 << 26);

    /// Something was confirmed, registered, paid: what a subject tells of when nothing is left to do.
    pub(in super::super) const PAST: Self = Self(1 << 27);

    /// A mail that is sent to many: unsubscribe, you get this because you subscribed.
    pub(in super::super) const MAILING: Self = Self(1 << 28);
    /// An address of mail, a mailbox.
    pub(in super::super) const MAILBOX: Self = Self(1 << 29);

    /// Who brings a parcel to the door, and asks for its code there.
    pub(in super::super) const COURIER: Self = Self(1 << 30);

    /// What makes a purchase cheaper, and has codes of its own: discounts, vouchers. Mostly [`Self::OTHER`], too.
    pub(in super::super) const DISCOUNT: Self = Self(1 << 31);

    /// What follows has not happened yet, or perhaps not: if, once, as soon as, until.
    pub(in super::super) const CONDITION: Self = Self(1 << 32);

    /// Where things are picked up: a shop, a locker, a counter.
    pub(in super::super) const PICKUP: Self = Self(1 << 33);

    /// Parts of buildings, which people open with codes.
    pub(in super::super) const DOOR: Self = Self(1 << 34);

    /// Over without having come to its end, or not valid any more: expired, used, cancelled.
    pub(in super::super) const STALE: Self = Self(1 << 35);

    pub(in super::super) const UNIT: Self = Self::SECOND.or(Self::MINUTE).or(Self::HOUR).or(Self::DAY);

    pub(in super::super) fn has(self, any_of: Self) -> bool {
        self.0 & any_of.0 != 0
    }

    pub(in super::super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in super::super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in super::super) fn without_other_if(self, drop: bool) -> Self {
        if drop { self.without(Self::OTHER) } else { self }
    }

    pub(in super::super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A word of the lexicon in a text.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Hit {
    /// Bytes of the original text.
    pub(in super::super) start: usize,
    pub(in super::super) end: usize,
    pub(in super::super) classes: Classes,
    /// What a [`Classes::COUNT`] counts.
    pub(in super::super) count: u16,
    pub(in super::super) languages: Languages,
    /// Which word of the lexicon it is.
    pub(in super::super) word: u32,
}

impl Hit {
    /// Takes what the other one tells, if it stands in the same place.
    pub(in super::super) fn join(&mut self, other: &Self) -> bool {
        let is_one = (self.start, self.end) == (other.start, other.end);
        if is_one {
            self.classes = self.classes.or(other.classes);
            self.count = self.count.max(other.count);
            self.languages = self.languages.or(other.languages);
        }
        is_one
    }
}

/// Languages that have a word, one bit a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Languages(pub(super) u64);

impl Languages {
    /// `common.toml`, which comes first.
    pub(in super::super) const COMMON: Self = Self(1);

    /// `en.toml`, which comes second.
    pub(in super::super) const ENGLISH: Self = Self(1 << 1);

    pub(in super::super) fn nth(index: usize) -> Self {
        Self(1u64.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    pub(in super::super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in super::super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(in super::super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The languages one by one.
    pub(in super::super) fn each(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            usize::try_from(next).ok()
        })
    }
}
