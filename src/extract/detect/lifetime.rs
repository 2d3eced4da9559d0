//! How long a mail says that its code or link may be used: *expires in 10 minutes*, *valid for one hour*, *有効期限は5分*.

use std::time::Duration;

use super::lexicon::{Classes, Hit};
use super::reading::{Reading, Sentence};

/// Longer ones are not about a code: warranties, offers.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);
/// More sentences of one text are not looked at.
const MOST_SENTENCES: usize = 100;

/// The lifetime that a sentence states. Where several do, one that names a code, link or sign-in comes first, then what
/// stands first. A sentence of minutes or hours that says no word of expiring counts last, and only if it is about a code or link
/// ("enter it in 5 minutes", in words that the lexicon does not know).
pub(super) fn stated(readings: &[Reading<'_>]) -> Option<Duration> {
    let mut best: Option<(u8, Duration)> = None;
    for reading in readings {
        let sentences = reading.sentences.iter().filter(|sentence| sentence.classes.has(Classes::UNIT));
        for sentence in sentences.take(MOST_SENTENCES) {
            let Some(rank) = rank(sentence.classes).filter(|rank| best.is_none_or(|(held, _)| *rank < held)) else {
                continue;
            };
            let row = reading.row_at(sentence.range.start).and_then(|row| reading.rows.get(row));
            if row.is_none_or(|row| row.quoted) {
                continue;
            }
            if let Some(duration) = of_sentence(reading, sentence).filter(|duration| *duration <= LONGEST) {
                best = Some((rank, duration));
            }
        }
    }
    best.map(|(_, duration)| duration)
}

/// How likely a sentence with a unit of time is about the value; lower is likelier.
fn rank(sentence: Classes) -> Option<u8> {
    let named = Classes::CODE.or(Classes::STRONG).or(Classes::CLICK);
    let about = Classes::AUTH.or(Classes::SOFT).or(Classes::NUMBER).or(Classes::GIVE);
    if sentence.has(Classes::EXPIRY) {
        return Some(match sentence {
            sentence if sentence.has(named) => 0,
            sentence if sentence.has(about) => 1,
            _ => 2,
        });
    }
    let soon = sentence.has(Classes::MINUTE.or(Classes::HOUR)) && !sentence.has(Classes::ELSEWHERE);
    (soon && sentence.has(named.or(about))).then_some(3)
}

/// The first number with a unit.
fn of_sentence(reading: &Reading<'_>, sentence: &Sentence) -> Option<Duration> {
    let hits = reading.hits_in(sentence.range.clone());
    let mut alone = None;
    for (index, unit) in hits.iter().enumerate().filter(|(_, hit)| hit.classes.has(Classes::UNIT)) {
        // The "hour" inside of "lifetime" (有効時間, 유효시간) is none.
        let around = hits.iter().take(index).rev().take(4);
        if around.clone().any(|hit| hit.start < unit.start && unit.end <= hit.end && !hit.classes.has(Classes::UNIT)) {
            continue;
        }
        let seconds = seconds(unit.classes);
        match number(reading, sentence, hits, index) {
            Some(Count::Half) => return Some(Duration::from_secs(seconds / 2)),
            Some(Count::Of(count)) => {
                return (count > 0).then(|| Duration::from_secs(u64::from(count).saturating_mul(seconds)));
            }
            // "Within the hour".
            None if unit.classes.has(Classes::HOUR) && sentence.classes.has(Classes::EXPIRY) => {
                alone.get_or_insert(Duration::from_secs(seconds));
            }
            None => {}
        }
    }
    alone
}

/// How many of a unit.
#[derive(Clone, Copy, Debug)]
enum Count {
    Half,
    Of(u32),
}

impl Count {
    fn of_word(word: &Hit) -> Self {
        if word.count == 0 { Self::Half } else { Self::Of(word.count.into()) }
    }

    fn of_digits(digits: &str) -> Option<Self> {
        (1..=4).contains(&digits.len()).then(|| digits.parse().ok().map(Self::Of)).flatten()
    }
}

fn seconds(unit: Classes) -> u64 {
    match unit {
        unit if unit.has(Classes::SECOND) => 1,
        unit if unit.has(Classes::MINUTE) => 60,
        unit if unit.has(Classes::HOUR) => 3600,
        _ => 86_400,
    }
}

/// The number right before a unit, or right after it (*dakika 10*), in digits or in words.
fn number(reading: &Reading<'_>, sentence: &Sentence, hits: &[Hit], index: usize) -> Option<Count> {
    let unit = hits.get(index)?;
    let is_close = |from: usize, to: usize| {
        from <= to && reading.slice(from..to).chars().filter(|c| !c.is_whitespace()).count() <= 2
    };
    let before = reading.slice(sentence.range.start..unit.start);
    let before = before.trim_end_matches([' ', '\u{A0}', '-', '\u{2011}', '(', ')', '*', '_']);
    let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
    if let Some(count) = before.get(digits..).and_then(Count::of_digits) {
        return Some(count);
    }
    let earlier = hits.iter().take(index).rev().take(6);
    let words: Vec<&Hit> =
        earlier.filter(|hit| hit.classes.has(Classes::COUNT) && is_close(hit.end, unit.start)).collect();
    // "Half an hour" is no hour.
    if let Some(word) = words.iter().find(|word| word.count == 0).or(words.first()) {
        return Some(Count::of_word(word));
    }
    let after = reading.slice(unit.end..sentence.range.end);
    let after = after.strip_prefix(' ').unwrap_or_default();
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(count) = after.get(..digits).and_then(Count::of_digits) {
        return Some(count);
    }
    let mut later = hits.iter().skip(index + 1).take(4).filter(|hit| hit.classes.has(Classes::COUNT));
    later.find(|word| is_close(unit.end, word.start)).map(Count::of_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds_of(text: &str) -> Option<u64> {
        let mut reading = Reading::of_subject(text, &[]);
        reading.settle(None);
        stated(&[reading]).map(|duration| duration.as_secs())
    }

    #[test]
    fn lifetimes_are_read_in_many_languages() {
        for (text, seconds) in [
            ("This code expires in 10 minutes.", 600),
            ("The link is valid for one hour.", 3600),
            ("It is valid for half an hour.", 1800),
            ("Your code will self-destruct in 120 seconds.", 120),
            ("Der Code ist 15 Minuten gültig.", 900),
            ("Er gilt innerhalb der nächsten halben Stunde.", 1800),
            ("Ce code expire dans 5 minutes.", 300),
            ("El código caduca en media hora.", 1800),
            ("Код действителен в течение 10 минут.", 600),
            ("Ссылка действует один час: истекает через час", 3600),
            ("有効期限は30分です。", 1800),
            ("验证码5分钟内有效", 300),
            ("인증번호는 3분간 유효합니다", 180),
            ("صالح لمدة 10 دقائق", 600),
            ("הקוד תקף ל-10 דקות", 600),
            ("Msimbo huu utaisha baada ya dakika 10.", 600),
            ("Kod 3 dakika geçerlidir.", 180),
            ("Mã có hiệu lực trong 5 phút.", 300),
            ("รหัสนี้จะหมดอายุภายใน 15 นาที", 900),
            ("यह कोड 10 मिनट तक मान्य है", 600),
        ] {
            assert_eq!(seconds_of(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn other_times_are_no_lifetimes() {
        for text in [
            "Request a new code after 60 seconds.",
            "We reply within 3 working days, at the latest in 400 days.",
            "Your code: 123456",
            "The meeting takes 30 minutes.",
        ] {
            assert_eq!(seconds_of(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_said_of_the_code_comes_first() {
        let text = "Unconfirmed accounts are deleted within 2 days. The code expires in 10 minutes.";
        assert_eq!(seconds_of(text), Some(600));
    }
}
