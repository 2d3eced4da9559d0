//! How long a mail says that its code or link may be used: *expires in 10 minutes*, *valid for one hour*, *有効期限は5分*.

use std::time::Duration;

use super::lexicon::{Classes, Hit};
use super::reading::{Reading, Sentence};

/// Longer ones are not about a code: warranties, offers.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// The lifetime that a sentence states. Where several do, one that names a code, link or sign-in comes first, then what
/// stands first.
pub(super) fn stated(readings: &[Reading<'_>]) -> Option<Duration> {
    let mut best: Option<(u8, Duration)> = None;
    for reading in readings {
        let sentences =
            reading.sentences.iter().filter(|s| s.classes.has(Classes::EXPIRY) && s.classes.has(Classes::UNIT));
        for sentence in sentences.take(50) {
            if reading.row_at(sentence.range.start).and_then(|row| reading.rows.get(row)).is_none_or(|row| row.quoted) {
                continue;
            }
            let Some(duration) = of_sentence(reading, sentence).filter(|duration| *duration <= LONGEST) else {
                continue;
            };
            let named = Classes::CODE.or(Classes::STRONG).or(Classes::CLICK);
            let rank = match sentence.classes {
                classes if classes.has(named) => 0,
                classes if classes.has(Classes::AUTH.or(Classes::SOFT).or(Classes::NUMBER)) => 1,
                _ => 2,
            };
            if best.is_none_or(|(held, _)| rank < held) {
                best = Some((rank, duration));
            }
        }
    }
    best.map(|(_, duration)| duration)
}

/// The first number with a unit.
fn of_sentence(reading: &Reading<'_>, sentence: &Sentence) -> Option<Duration> {
    let hits = reading.hits_in(sentence.range.clone());
    let mut alone = None;
    for (index, unit) in hits.iter().enumerate().filter(|(_, hit)| hit.classes.has(Classes::UNIT)) {
        let seconds = seconds(unit.classes);
        if let Some(count) = number(reading, sentence, hits, index) {
            let duration = Duration::from_secs(u64::from(count).checked_mul(seconds)?);
            return (count > 0).then_some(duration);
        }
        // "Within the hour".
        if unit.classes.has(Classes::HOUR) {
            alone.get_or_insert(Duration::from_secs(seconds));
        }
    }
    alone
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
fn number(reading: &Reading<'_>, sentence: &Sentence, hits: &[Hit], index: usize) -> Option<u32> {
    let unit = hits.get(index)?;
    let before =
        reading.slice(sentence.range.start..unit.start).trim_end_matches([' ', '\u{A0}', '-', '‑', '(', ')', '*', '_']);
    let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
    if let Some(count) = before.get(digits..).filter(|digits| (1..=4).contains(&digits.len())) {
        return count.parse().ok();
    }
    let word = hits.iter().take(index).rev().take(6).filter(|hit| hit.classes.has(Classes::COUNT)).find(|hit| {
        reading.slice(hit.end..unit.start).chars().filter(|c| !c.is_whitespace()).count() <= 2 && hit.end <= unit.start
    });
    if let Some(word) = word {
        return Some(word.count.into());
    }
    let after = reading.slice(unit.end..sentence.range.end);
    let after = after.trim_start_matches(|c: char| c.is_alphabetic()).trim_start();
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) {
        return after.get(..digits)?.parse().ok();
    }
    let word = hits.iter().skip(index + 1).take(4).find(|hit| hit.classes.has(Classes::COUNT))?;
    (reading.slice(unit.end..word.start).chars().filter(|c| !c.is_whitespace()).count() <= 2)
        .then_some(word.count.into())
}
