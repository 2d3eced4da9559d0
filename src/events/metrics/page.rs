//! The page as text: OpenMetrics 1.0 for who asks for it, else Prometheus' own text format 0.0.4
//! (prometheus.io/docs/instrumenting/exposition_formats).

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;

/// How the page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Prometheus,
    OpenMetrics,
}

impl Format {
    /// What a request's `Accept` asks for.
    pub fn of_accept(accept: Option<&str>) -> Self {
        match accept {
            Some(accept) if accept.contains("application/openmetrics-text") => Self::OpenMetrics,
            _ => Self::Prometheus,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

pub(super) fn encode(registries: &[Registry], format: Format) -> String {
    let mut text = String::new();
    // Writing to a String can't fail.
    for registry in registries {
        let _ = encode_registry(&mut text, registry);
    }
    match format {
        Format::OpenMetrics => {
            let _ = encode_eof(&mut text);
            text
        }
        Format::Prometheus => prometheus(&text),
    }
}

/// OpenMetrics names a counter without its `_total`, and knows a type `info`; the older format has neither.
fn prometheus(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1024);
    let mut help = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                kind => ("", kind),
            };
            if let Some((_, help)) = help.take_if(|(named, _)| *named == name) {
                out.push_str(&format!("# HELP {name}{suffix} {help}\n"));
            }
            out.push_str(&format!("# TYPE {name}{suffix} {kind}\n"));
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
