//! What the sandbox prints while it works: a verb a line, as cargo does, and a row for each wave.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use evenkeel_core::render::wrapped;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Deserialize;

use super::tools::Progress;

/// Prints what is done, with its verb in cargo's column.
pub(super) fn verb(verb: &str, what: &str) {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
    anstream::eprintln!("{style}{verb:>12}{style:#} {what}");
}

/// The progress of a build.
#[derive(Default)]
pub(super) struct Build {
    bar: Option<ProgressBar>,
}

impl Build {
    pub(super) fn report(&mut self, progress: Progress<'_>) {
        match progress {
            Progress::Provided(folder) => verb(
                "Using",
                &format!("the programs in {} (KUBEBUILDER_ASSETS)", folder.display()),
            ),
            Progress::WaitingForOtherBuild => {
                verb("Waiting", "for another build of the same programs");
            }
            Progress::Started { tools } => {
                let names: Vec<&str> = tools.iter().map(|tool| tool.binary()).collect();
                verb(
                    "Building",
                    &format!(
                        "{} from pinned Go modules (first run only, about 5 minutes)",
                        names.join(", ")
                    ),
                );
            }
            Progress::Downloading { .. } => {}
            Progress::Compiling {
                tool,
                package: _,
                done,
                total,
            } => {
                let bar = self.bar.get_or_insert_with(bar);
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                bar.set_message(tool.binary());
            }
            Progress::Built { tool, took } => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                verb(
                    "Built",
                    &format!(
                        "{} {} in {} s",
                        tool.binary(),
                        tool.version(),
                        took.as_secs()
                    ),
                );
            }
        }
    }
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("    Building [{bar:30}] {pos}/{len} packages, {msg}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A line of the operator's log that says what was done.
#[derive(Deserialize)]
struct Done {
    timestamp: Timestamp,
    message: String,
    what: Option<String>,
}

/// The waves so far, read from the operator's log: what it did without having to wait in between.
pub(super) struct Waves {
    log: PathBuf,
    start: Timestamp,
    speed: u32,
    gap: Duration,
    read: usize,
    open: Vec<(Timestamp, String)>,
    count: usize,
}

impl Waves {
    pub(super) fn new(log: &Path, speed: u32) -> Self {
        // What one wave does takes milliseconds; what the next one waits for takes seconds of the world's time.
        let gap = Duration::from_millis(300);
        Self {
            log: log.to_owned(),
            start: Timestamp::now(),
            speed,
            gap,
            read: 0,
            open: Vec::new(),
            count: 0,
        }
    }

    /// Reads on. `waiting` says what is waited for now.
    pub(super) fn follow(&mut self, waiting: &str) {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        // The last line may be half written.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        for line in text.get(self.read..whole).unwrap_or_default().lines() {
            let Ok(Done {
                timestamp,
                message,
                what: Some(what),
            }) = serde_json::from_str(line)
            else {
                continue;
            };
            if message == "done" {
                self.open.push((timestamp, what));
            }
        }
        self.read = whole;
        let is_over = self.open.last().is_some_and(|(last, _)| {
            Duration::try_from(Timestamp::now().duration_since(*last))
                .is_ok_and(|quiet| quiet > self.gap)
        });
        if is_over {
            self.print(waiting);
        }
    }

    fn print(&mut self, waiting: &str) {
        if self.count == 0 {
            println!(
                "\n  {:<8}{:<6}{:<7}{:<43}waiting for",
                "world", "wave", "calls", "done"
            );
        }
        self.count += 1;
        let done = std::mem::take(&mut self.open);
        let Some((at, _)) = done.first() else { return };
        let time =
            clock(at.duration_since(self.start).as_millis() * i128::from(self.speed) / 1_000);
        let lines = wrapped(&summary(done.iter().map(|(_, what)| what.as_str())), 42);
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                println!(
                    "  {time:<8}{:<6}{:<7}{line:<43}{waiting}",
                    self.count,
                    done.len()
                );
            } else {
                println!("  {:21}{line}", "");
            }
        }
    }

    /// The world's time since the start, as a clock.
    pub(super) fn now(&self) -> String {
        clock(
            Timestamp::now().duration_since(self.start).as_millis() * i128::from(self.speed)
                / 1_000,
        )
    }
}

fn clock(seconds: i128) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `3 health checks, accelerator shop, table sessions us-east-1`
fn summary<'a>(done: impl Iterator<Item = &'a str>) -> String {
    // Several calls may have been about one thing.
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for what in done {
        let head = what.split(':').next().unwrap_or(what);
        let kind = [
            "health check",
            "endpoint group",
            "record sets",
            "accelerator",
            "listener",
            "replica",
            "table",
        ]
        .into_iter()
        .find(|kind| head.starts_with(kind))
        .unwrap_or("other");
        kinds
            .entry(kind)
            .or_default()
            .insert(head.strip_prefix(kind).unwrap_or(head).trim());
    }
    let part = |(kind, names): (&&str, &BTreeSet<&str>)| {
        let names: Vec<&str> = names.iter().copied().collect();
        match names.as_slice() {
            [name] => format!("{kind} {name}"),
            names if *kind == "health check" => format!("{} health checks", names.len()),
            names => format!("{kind} {}", names.join(" + ")),
        }
    };
    kinds.iter().map(part).collect::<Vec<_>>().join(", ")
}
