//! The first line of the figures: when and on what they were taken.

use std::fs;
use std::time::SystemTime;

use anyhow::Context;
use chrono::DateTime;
use serde::Serialize;

/// When, on what, and how busy it was.
#[derive(Serialize)]
struct Machine {
    /// UTC, to the minute.
    taken_at: String,
    processor: String,
    processors: usize,
    system: &'static str,
    /// Processes that wanted a processor, on average over the last minute. Over `processors`, only CPU-seconds count.
    load: Option<f64>,
}

/// Prints the line.
pub(crate) fn print() -> anyhow::Result<()> {
    let machine = Machine {
        taken_at: now()?,
        processor: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        processors: std::thread::available_parallelism()?.get(),
        system: std::env::consts::OS,
        load: load(),
    };
    println!("{}", serde_json::to_string(&machine)?);
    Ok(())
}

fn now() -> anyhow::Result<String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = DateTime::from_timestamp(since.as_secs().try_into()?, 0);
    let now = now.context("the clock of this machine is beyond all dates")?;
    Ok(now.format("%Y-%m-%dT%H:%MZ").to_string())
}

/// The name that the processor gives itself, where the system tells it.
fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
