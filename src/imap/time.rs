//! IMAP's two date formats.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// INTERNALDATE (RFC 3501 `date-time`): `17-Jul-1996 02:44:25 -0700`, the day padded with a blank.
pub(super) fn internal_date(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()
}

/// The date for `SINCE` that surely finds what arrived at `moment`, in whatever time zone the server counts days:
/// the day before (RFC 3501 `date`).
pub(super) fn day_before(moment: Timestamp) -> String {
    let day = moment.to_zoned(TimeZone::UTC).date();
    day.saturating_sub(1.day()).strftime("%-d-%b-%Y").to_string()
}

/// When a mail arrived: its INTERNALDATE, unless that is missing, far in the future or from before there were such mails
/// (a server without a clock). Then `otherwise`. A server's clock that is a little ahead counts: what was cut down to now
/// would be another time whenever the mail is looked at again, and come after mails that came after it.
pub(super) fn arrival(internal_date: Option<Timestamp>, now: Timestamp, otherwise: Timestamp) -> Timestamp {
    const AHEAD: SignedDuration = SignedDuration::from_mins(10);
    const YEAR_2000: Timestamp = Timestamp::constant(946_684_800, 0);
    match internal_date {
        Some(date) if date < YEAR_2000 => otherwise,
        Some(date) if date.duration_since(now) > AHEAD => now,
        Some(date) => date,
        None => otherwise,
    }
}

/// When a mail arrived, of which the one with the UID before it arrived `before`. Servers count seconds, and their processes do not
/// all turn to the next one at once: what has the higher UID came later (RFC 3501 section 2.3.1.1). Only what was moved here
/// from elsewhere has an older date of its own.
pub(super) fn in_order(arrived_at: Timestamp, before: Option<Timestamp>) -> Timestamp {
    const GRAIN: SignedDuration = SignedDuration::from_secs(2);
    before.filter(|&before| before > arrived_at && before.duration_since(arrived_at) <= GRAIN).unwrap_or(arrived_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn internal_dates_are_read_with_padding_and_zone() {
        assert_eq!(internal_date(" 7-Jul-1996 02:44:25 -0700"), Some(at("1996-07-07T09:44:25Z")));
        assert!(internal_date("17-Nov-2025 23:59:60 +0000").is_some());
        assert_eq!(internal_date("yesterday"), None);
        assert_eq!(internal_date(""), None);
    }

    #[test]
    fn since_reaches_back_far_enough_for_every_time_zone() {
        assert_eq!(day_before(at("2025-03-01T00:10:00Z")), "28-Feb-2025");
        assert_eq!(day_before(at("2025-01-01T23:00:00Z")), "31-Dec-2024");
    }

    #[test]
    fn mails_within_the_grain_of_a_clock_keep_the_order_of_their_uids() {
        let noon = at("2025-06-01T12:00:00Z");
        for (arrived_at, before, expected) in [
            ("2025-06-01T11:59:59Z", Some(noon), "2025-06-01T12:00:00Z"),
            ("2025-06-01T11:59:57Z", Some(noon), "2025-06-01T11:59:57Z"),
            ("2025-06-01T12:00:01Z", Some(noon), "2025-06-01T12:00:01Z"),
            ("2025-06-01T11:59:59Z", None, "2025-06-01T11:59:59Z"),
        ] {
            assert_eq!(in_order(at(arrived_at), before), at(expected), "{arrived_at}");
        }
    }

    #[test]
    fn absurd_arrivals_are_replaced() {
        let now = at("2025-06-01T12:00:00Z");
        let otherwise = at("2025-06-01T11:59:59Z");
        assert_eq!(arrival(None, now, otherwise), otherwise);
        assert_eq!(arrival(Some(at("1970-01-01T00:00:00Z")), now, otherwise), otherwise);
        assert_eq!(arrival(Some(at("2030-01-01T00:00:00Z")), now, otherwise), now);
        assert_eq!(arrival(Some(at("2025-06-01T12:00:20Z")), now, otherwise), at("2025-06-01T12:00:20Z"));
        assert_eq!(arrival(Some(at("2025-06-01T11:00:00Z")), now, otherwise), at("2025-06-01T11:00:00Z"));
    }
}
