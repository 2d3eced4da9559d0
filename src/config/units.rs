//! `"10m"`, `"1h30m"`, `"256KiB"`: durations and sizes as a person writes them.

use std::time::Duration;

/// Why a duration or size can't be understood; completes "`timeout` …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnitError {
    #[error("is empty")]
    Empty,
    #[error("lacks a unit")]
    NoUnit,
    #[error("has the unknown unit `{0}`")]
    UnknownUnit(String),
    #[error("is not a number with a unit")]
    NoNumber,
    #[error("is too large")]
    TooLarge,
}

const DURATION_UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

const SIZE_UNITS: [(&str, u64); 5] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("KB", 1_000), ("MB", 1_000_000)];

/// Whole numbers with `ms`, `s`, `m`, `h` or `d`, one after the other: `"1h30m"`. Blanks between them are allowed.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    total(text, &DURATION_UNITS).map(Duration::from_millis)
}

/// Bytes: a whole number with `B`, `KiB`, `MiB`, `KB` or `MB`.
pub(super) fn parse_size(text: &str) -> Result<u64, UnitError> {
    total(text, &SIZE_UNITS)
}

fn total(text: &str, units: &[(&str, u64)]) -> Result<u64, UnitError> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(UnitError::Empty);
    }
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            return Err(UnitError::NoNumber);
        }
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let factor = match units.iter().find(|(name, _)| *name == unit) {
            Some((_, factor)) => *factor,
            None if !unit.is_empty() => return Err(UnitError::UnknownUnit(unit.to_owned())),
            None if after.is_empty() => return Err(UnitError::NoUnit),
            None => return Err(UnitError::NoNumber),
        };
        let number: u64 = number.parse().map_err(|_| UnitError::TooLarge)?;
        sum = number.checked_mul(factor).and_then(|n| sum.checked_add(n)).ok_or(UnitError::TooLarge)?;
        rest = after.trim_start();
    }
    Ok(sum)
}

/// The shortest way to write a duration: `"1h30m"`.
pub(crate) fn duration_text(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut out = String::new();
    for (unit, factor) in DURATION_UNITS.iter().rev() {
        if rest >= *factor {
            out.push_str(&format!("{}{unit}", rest / factor));
            rest %= factor;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

/// The shortest way to write a size: `"256KiB"`.
pub(crate) fn size_text(bytes: u64) -> String {
    match bytes {
        0 => "0B".to_owned(),
        n if n % (1 << 20) == 0 => format!("{}MiB", n >> 20),
        n if n % (1 << 10) == 0 => format!("{}KiB", n >> 10),
        n => format!("{n}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_understood_as_written() {
        for (text, millis) in [
            ("10s", 10_000),
            ("1h30m", 5_400_000),
            ("1h 30m", 5_400_000),
            ("30d", 2_592_000_000),
            ("250ms", 250),
            ("0s", 0),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        assert_eq!(parse_duration(" "), Err(UnitError::Empty));
        assert_eq!(parse_duration("10"), Err(UnitError::NoUnit));
        assert_eq!(parse_duration("10 minutes"), Err(UnitError::UnknownUnit("minutes".into())));
        assert_eq!(parse_duration("10M"), Err(UnitError::UnknownUnit("M".into())));
        assert_eq!(parse_duration("-5s"), Err(UnitError::NoNumber));
        assert_eq!(parse_duration("1.5h"), Err(UnitError::NoNumber));
        assert_eq!(parse_duration("s"), Err(UnitError::NoNumber));
        assert_eq!(parse_duration("99999999999999999999s"), Err(UnitError::TooLarge));
        assert_eq!(parse_duration("999999999999999999d"), Err(UnitError::TooLarge));
    }

    #[test]
    fn sizes_are_understood_as_written() {
        assert_eq!(parse_size("256KiB"), Ok(262_144));
        assert_eq!(parse_size("2 MiB"), Ok(2_097_152));
        assert_eq!(parse_size("1MB"), Ok(1_000_000));
        assert_eq!(parse_size("2mb"), Err(UnitError::UnknownUnit("mb".into())));
    }

    #[test]
    fn durations_and_sizes_are_written_as_they_are_read() {
        for text in ["1h30m", "30d", "10s", "250ms", "1d1ms"] {
            assert_eq!(parse_duration(text).map(duration_text), Ok(text.into()));
        }
        for text in ["256KiB", "2MiB", "100B", "1025B"] {
            assert_eq!(parse_size(text).map(size_text), Ok(text.into()));
        }
    }
}
