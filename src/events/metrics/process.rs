//! The process's own figures under the names that all Prometheus clients use, from `/proc` (proc(5)).

use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A tick of `/proc/self/stat`: Linux shows hundredths to programs, whatever the kernel counts in.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Debug, Default)]
pub(super) struct Process {
    start: Gauge<f64, AtomicU64>,
    resident: Gauge,
    files: Gauge,
    cpu: Counter<f64, AtomicU64>,
}

impl Process {
    pub(super) fn register(&self, registry: &mut Registry) {
        self.start.set(Timestamp::now().as_duration().as_secs_f64());
        registry.register("process_start_time_seconds", "When the process started, since 1970", self.start.clone());
        registry.register("process_resident_memory_bytes", "Memory that is really used", self.resident.clone());
        registry.register("process_open_fds", "Open files and connections", self.files.clone());
        registry.register("process_cpu_seconds", "Processor time that was used", self.cpu.clone());
    }

    /// What can't be read stays as it was.
    pub(super) fn look(&self) {
        if let Some(bytes) = resident() {
            self.resident.set(bytes);
        }
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.files.set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
        if let Some(seconds) = cpu() {
            // Only one page at a time is made.
            self.cpu.inc_by((seconds - self.cpu.get()).max(0.0));
        }
    }
}

fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok().map(|kib| kib * 1024)
}

fn cpu() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the command, may hold blanks and parentheses; utime and stime are the 12th and 13th after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}
