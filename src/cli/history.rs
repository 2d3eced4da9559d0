//! `otp-relay history`: what became of each mail.

use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::output::{self, BAD, DIM, GOOD, NOTE, paint};
use super::{Exit, Failure, Global, block_on};
use crate::config::parse_duration;
use crate::events::short;
use crate::extract::Identifier;
use crate::store::{HistoryFilter, HistoryRow, OfferRow, Store};

/// Between two looks of `--follow`.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(250);

/// Tell what became of each mail: delivered, expired, refused, nothing found …
///
/// Reads the store; the daemon need not run. Codes are masked. Exit code 1 when nothing matches.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  otp-relay history --since 1h\n  otp-relay history --identifier agent@example.com --follow\n  \
otp-relay history --json | jq 'select(.outcome == \"refused\")'"
)]
pub(super) struct History {
    /// Only mail looked at since then: a duration (15m, 1h, 2d) or a time (2026-01-31T12:00Z)
    #[arg(long, value_name = "WHEN", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Only this inbox
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// Only this totp_identifier
    #[arg(long, value_name = "IDENTIFIER")]
    identifier: Option<String>,
    /// At most this many, the newest [default: 50; with --since, --json or --follow all]
    #[arg(long, short = 'n', value_name = "COUNT")]
    limit: Option<u32>,
    /// Go on with what comes, until interrupted
    #[arg(long, short)]
    follow: bool,
    /// Print one JSON object a line, with the time of each step
    #[arg(long)]
    json: bool,
}

impl History {
    pub(super) fn execute(self, global: &Global) -> Result<Exit, Failure> {
        let config = global.config_without_secrets()?;
        let identifier = (self.identifier.as_deref().map(Identifier::new).transpose())
            .map_err(|error| Failure::new(Exit::Usage, format!("--identifier: {error}")))?;
        let unlimited = self.since.is_some() || self.json || self.follow;
        let mut filter = HistoryFilter {
            since: self.since,
            inbox: self.inbox.clone(),
            identifier: identifier.map(|identifier| identifier.as_str().to_owned()),
            limit: self.limit.or((!unlimited).then_some(50)),
            ..HistoryFilter::default()
        };
        block_on(async {
            let store = Store::open_read_only(&config.store.url).await?;
            let rows = store.history(&filter).await?;
            self.show(&rows, true)?;
            if !self.follow {
                if rows.is_empty() && !self.json {
                    eprintln!("nothing in the history matches");
                }
                return Ok(if rows.is_empty() { Exit::CheckFailed } else { Exit::Fine });
            }
            filter.limit = None;
            filter.after_revision = Some(rows.iter().map(|row| row.revision).max().unwrap_or(0));
            loop {
                tokio::time::sleep(FOLLOW_INTERVAL).await;
                let rows = store.history(&filter).await?;
                self.show(&rows, false)?;
                filter.after_revision = rows.iter().map(|row| row.revision).max().or(filter.after_revision);
            }
        })
    }

    fn show(&self, rows: &[HistoryRow], first: bool) -> Result<(), Failure> {
        if self.json {
            return rows.iter().try_for_each(output::print_json);
        }
        if self.follow {
            let head = first.then(|| line(&HEAD.map(str::to_owned)));
            let lines = head.into_iter().chain(rows.iter().map(|row| line(&cells(row)))).map(|line| line + "\n");
            return output::print(&lines.collect::<String>());
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut table = output::table(&HEAD);
        for row in rows {
            table.add_row(cells(row));
        }
        output::print(&output::render(&table))
    }
}

const HEAD: [&str; 8] = ["ID", "LOOKED AT", "INBOX", "FROM", "OUTCOME", "VALUE", "IDENTIFIER", "WHY"];
/// Of `--follow`, where the widest cell is not known beforehand.
const WIDTHS: [usize; 8] = [5, 14, 14, 22, 10, 8, 30, 0];

fn cells(row: &HistoryRow) -> [String; 8] {
    let (outcome, style) = outcome(row);
    let place = match &row.mailbox {
        Some(mailbox) if mailbox != "INBOX" => format!("{} {mailbox}", row.inbox),
        _ => row.inbox.clone(),
    };
    [
        row.id.to_string(),
        row.committed_at.to_zoned(TimeZone::system()).strftime("%b %d %H:%M:%S").to_string(),
        place,
        row.sender_domain.clone().unwrap_or_default(),
        style.map_or(outcome.to_owned(), |style| paint(style, outcome)),
        row.masked.clone().unwrap_or_default(),
        row.identifier.clone().unwrap_or_default(),
        why(row),
    ]
}

/// The word for what became of it in the end.
fn outcome(row: &HistoryRow) -> (&str, Option<anstyle::Style>) {
    let word = match (&row.delivery, &row.offer) {
        (Some(delivery), _) if delivery.state == "delivered" => "delivered",
        // Also where pushing it came to nothing: a run has it.
        (_, Some(offer)) if offer.given_at.is_some() => "given",
        (Some(delivery), _) if delivery.state == "queued" => "waiting",
        (Some(delivery), _) => &delivery.state,
        (None, Some(offer)) if offer.deadline > Timestamp::now() => "waiting",
        (None, Some(_)) => "expired",
        (None, None) => &row.outcome,
    };
    let style = match word {
        "delivered" | "given" => Some(GOOD),
        "nothing" | "ignored" | "duplicate" => Some(DIM),
        "waiting" | "refused" | "overtaken" => Some(NOTE),
        "expired" | "rejected" => Some(BAD),
        _ => None,
    };
    (word, style)
}

fn why(row: &HistoryRow) -> String {
    let by = row.rule.as_ref().map(|rule| format!("rule {rule}"));
    if row.delivery.is_none() && row.offer.is_none() {
        return by.into_iter().chain(row.reason.clone()).collect::<Vec<_>>().join(": ");
    }
    let mut parts =
        vec![by.unwrap_or_else(|| if row.outcome == "replayed" { "sent again".into() } else { "detected".into() })];
    if let Some(offer) = &row.offer {
        parts.push(asked_for(offer));
    }
    let Some(delivery) = &row.delivery else { return parts.join(", ") };
    if let (Some(settled), "delivered") = (delivery.settled_at, delivery.state.as_str()) {
        let took = |from: Timestamp| short(Duration::try_from(settled.duration_since(from)).unwrap_or_default());
        parts.push(
            row.seen_at.map_or_else(|| format!("in {}", took(row.committed_at)), |seen| format!("in {}", took(seen))),
        );
    }
    if delivery.attempts > 1 {
        parts.push(format!("{} attempts", delivery.attempts));
    }
    parts.extend(delivery.reason.clone().filter(|_| delivery.state != "delivered"));
    parts.join(", ")
}

/// Which run asked for it, if one did.
pub(super) fn asked_for(offer: &OfferRow) -> String {
    match (&offer.task_id, &offer.workflow_run_id) {
        (Some(task), Some(run)) => format!("given to {task} of {run}"),
        (Some(run), None) | (None, Some(run)) => format!("given to {run}"),
        (None, None) if offer.deadline > Timestamp::now() => "no run has asked yet".into(),
        (None, None) => "no run asked".into(),
    }
}

fn line(cells: &[String; 8]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        let shown = anstream::adapter::strip_str(cell).to_string().chars().count();
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(shown) + 1));
    }
    line.trim_end().to_owned()
}

fn parse_since(text: &str) -> Result<Timestamp, String> {
    if let Ok(duration) = parse_duration(text) {
        let ago = SignedDuration::try_from(duration).map_err(|_| "that is too long ago".to_owned())?;
        return Timestamp::now().checked_sub(ago).map_err(|_| "that is too long ago".to_owned());
    }
    let zoned = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::system()).ok();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| zoned().map(|zoned| zoned.timestamp()))
        .ok_or_else(|| "write a duration (15m, 1h, 2d) or a time (2026-01-31T12:00Z)".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DeliveryRow;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// A row of a code that was to be pushed, and that runs could ask for.
    fn both(state: &str, given_at: Option<Timestamp>) -> HistoryRow {
        let at = time("2026-01-31T12:00:00Z");
        let delivery = DeliveryRow {
            id: 1,
            state: state.into(),
            attempts: 1,
            deadline: at,
            sent_at: None,
            settled_at: Some(at),
            reason: None,
            skyvern_row: None,
        };
        let task_id = given_at.map(|_| "tsk_1".into());
        HistoryRow {
            delivery: Some(delivery),
            offer: Some(OfferRow { deadline: at, given_at, task_id, workflow_run_id: None }),
            id: 1,
            revision: 1,
            inbox: "agents".into(),
            mailbox: Some("INBOX".into()),
            uid_validity: Some(1),
            uid: Some(1),
            replay_of: None,
            sender_domain: None,
            outcome: "found".into(),
            rule: None,
            reason: None,
            kind: Some("code".into()),
            masked: Some("4…".into()),
            identifier: Some("agent@example.com".into()),
            task_id: None,
            workflow_id: None,
            workflow_run_id: None,
            arrived_at: at,
            seen_at: Some(at),
            fetched_at: Some(at),
            extracted_at: Some(at),
            committed_at: at,
        }
    }

    #[test]
    fn what_a_run_was_given_is_not_lost_though_its_push_was() {
        let given = Some(time("2026-01-31T11:55:00Z"));
        for (state, given, word) in [
            ("delivered", None, "delivered"),
            ("delivered", given, "delivered"),
            ("expired", None, "expired"),
            ("expired", given, "given"),
            ("rejected", given, "given"),
            ("queued", given, "given"),
            ("queued", None, "waiting"),
        ] {
            assert_eq!(outcome(&both(state, given)).0, word, "{state}, given at {given:?}");
        }
        assert_eq!(why(&both("expired", given)), "detected, given to tsk_1");
    }

    #[test]
    fn since_takes_durations_and_times() {
        let hour = Timestamp::now().duration_since(parse_since("1h").unwrap());
        assert!((3599..=3601).contains(&hour.as_secs()));
        assert_eq!(parse_since("2026-01-31T12:00:00Z").unwrap().to_string(), "2026-01-31T12:00:00Z");
        assert!(parse_since("2026-01-31T12:00").is_ok());
        assert!(parse_since("yesterday").is_err());
    }
}
