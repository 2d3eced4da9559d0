//! The daemon's log: one event a line on standard error, as text or JSON. Under systemd without timestamps and with
//! the priority prefixes of `sd-daemon(3)`, so that `journalctl -p warning` works.
//!
//! Only this program's own events are shown below WARN, whatever level is asked for: async-imap traces passwords and
//! mail text, HTTP libraries trace headers. async-imap and its parser are silent altogether.

use std::fmt;
use std::io;

use crate::imap::SILENCED;
use clap::ValueEnum;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Sends this process's events to standard error from now on.
pub(super) fn start(format: LogFormat, level: LogLevel) {
    let filter = Targets::new()
        .with_target("otp_relay", level.filter())
        .with_targets(SILENCED.map(|target| (target, LevelFilter::OFF)))
        .with_default(level.filter().min(LevelFilter::WARN));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    let color = !journal && anstream::stderr().current_choice() != anstream::ColorChoice::Never;
    match format {
        LogFormat::Json if journal => {
            registry.with(layer.json().flatten_event(true).without_time().with_target(false)).init()
        }
        LogFormat::Json => registry.with(layer.json().flatten_event(true).with_target(false)).init(),
        LogFormat::Text if journal => registry.with(layer.event_format(Journal::default()).with_ansi(false)).init(),
        LogFormat::Text => registry.with(layer.with_target(false).with_ansi(color)).init(),
    }
    // A panic's own words may quote the mail or the response that caused it: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "otp_relay", place, "a bug: something panicked, the rest goes on");
    }));
}

/// A line without time and level, led by `<N>`, the syslog priority that journald takes off again.
struct Journal(Format<Full, ()>);

impl Default for Journal {
    fn default() -> Self {
        Self(tracing_subscriber::fmt::format().with_target(false).with_level(false).without_time())
    }
}

impl<S, N> FormatEvent<S, N> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let priority = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            Level::DEBUG | Level::TRACE => 7,
        };
        write!(writer, "<{priority}>")?;
        self.0.format_event(context, writer, event)
    }
}
