//! A plan as text, 100 columns wide: one line a call, grouped into waves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use textwrap::WordSplitter;

use super::Printed;
use crate::describe::Change;
use crate::plan::Action;
use crate::waves::{ObjectPlan, Wave};
use crate::{dynamodb, global_accelerator, route53};

/// The width that texts are wrapped at.
const WIDTH: usize = 100;

/// The column of the calls.
const CALLS: usize = 76;

/// The plan as text, with a final line break.
pub fn text(printed: &Printed<'_>) -> String {
    let mut out = String::new();
    let acting: Vec<&Wave> = printed
        .waves
        .iter()
        .filter(|wave| wave.plans.iter().any(|one| !one.plan.actions.is_empty()))
        .collect();
    let objects = objects(printed);
    let calls = printed.calls();
    match calls {
        0 => push(
            &mut out,
            &format!(
                "{objects} on {}: nothing to do ({} reads, 0 writes)",
                printed.target, printed.reads
            ),
        ),
        _ => push(
            &mut out,
            &format!(
                "{objects} on {}: {} in {}",
                printed.target,
                count(calls, "call"),
                count(acting.len(), "wave")
            ),
        ),
    }
    let mut before: Option<&Wave> = None;
    for (index, wave) in acting.iter().enumerate() {
        out.push('\n');
        let head = format!("Wave {}, {}", index + 1, when(before, wave));
        if head.chars().count() > WIDTH {
            push(&mut out, &head.replace(" and ", "\n        and "));
        } else {
            push(&mut out, &head);
        }
        for one in &wave.plans {
            one.plan
                .actions
                .iter()
                .for_each(|action| push(&mut out, &line(action)));
        }
        before = Some(wave);
    }
    let last = printed.last();
    let plans = || last.into_iter().flat_map(|wave| &wave.plans);
    rest(&mut out, "Waiting", plans().flat_map(waiting));
    rest(&mut out, "Refused", plans().flat_map(refused));
    let waits: usize = plans().map(|one| one.plan.waiting.len()).sum();
    let refusals: usize = plans().map(|one| one.plan.refused.len()).sum();
    if calls + waits + refusals > 0 {
        out.push('\n');
        let removals = removals(printed);
        let deleted = if removals == 0 {
            "Nothing is deleted.".to_owned()
        } else {
            format!("{} removed.", count(removals, "object"))
        };
        let safe = if calls == 0 {
            ""
        } else {
            " Safe to stop after any call."
        };
        push(
            &mut out,
            &format!("{calls} to do, {waits} waiting, {refusals} refused. {deleted}{safe}"),
        );
    }
    out
}

/// The object, or how many of each kind.
fn objects(printed: &Printed<'_>) -> String {
    let plans = printed.waves.first().map_or(&[][..], |wave| &wave.plans);
    if let [one] = plans {
        return format!("{} {}", one.kind, one.key);
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for one in plans {
        *kinds.entry(one.kind).or_default() += 1;
    }
    let counts: Vec<String> = kinds
        .iter()
        .map(|(kind, number)| count(*number, kind))
        .collect();
    if counts.is_empty() {
        "no object".to_owned()
    } else {
        counts.join(" and ")
    }
}

fn removals(printed: &Printed<'_>) -> usize {
    let actions = printed
        .waves
        .iter()
        .flat_map(|wave| &wave.plans)
        .flat_map(|one| &one.plan.actions);
    let removed = |action: &Action| {
        // What users don't miss is one thing a call.
        let itself = usize::from(action.describe().change == Change::Remove);
        action.deletions().len().max(itself)
    };
    actions.map(removed).sum()
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// What a wave begins with: now, a timer, or the slowest thing that the wave before began.
fn when(before: Option<&Wave>, wave: &Wave) -> String {
    let Some(before) = before else {
        return "now".to_owned();
    };
    if wave.at > before.at {
        return format!("{} later", duration(wave.at.duration_since(before.at)));
    }
    let awaited: BTreeSet<String> = before
        .plans
        .iter()
        .flat_map(|one| &one.plan.actions)
        .filter_map(awaited)
        .collect();
    let awaited: Vec<String> = awaited.into_iter().collect();
    match awaited.as_slice() {
        [] => "about 1 s later".to_owned(),
        some => format!("when {}", some.join(" and ")),
    }
}

/// What an action leaves to be awaited, and how long that usually takes.
fn awaited(action: &Action) -> Option<String> {
    match action {
        Action::DynamoDb(dynamodb::Action { table, call, .. }) => match call {
            dynamodb::Call::CreateTable { .. } => {
                Some(format!("table {table} is Active, about 10 s"))
            }
            dynamodb::Call::CreateReplica { replica } => Some(format!(
                "replica {replica} is Active, 14 to 49 s (11 min if the table holds items)"
            )),
            dynamodb::Call::SetDeletionProtection { .. } => {
                Some(format!("table {table} is Active again, about 40 s"))
            }
            dynamodb::Call::UpdateTimeToLive { .. } | dynamodb::Call::TagTable { .. } => None,
        },
        Action::GlobalAccelerator(
            global_accelerator::Action::CreateGroup { .. }
            | global_accelerator::Action::UpdateGroup { .. }
            | global_accelerator::Action::DeleteGroup { .. },
        ) => Some("the accelerator is Deployed, 1 to 5 min".to_owned()),
        Action::Route53(
            route53::Action::ChangeRecordSets(_)
            | route53::Action::CreateHealthCheck { .. }
            | route53::Action::NameHealthCheck { .. }
            | route53::Action::DeleteHealthCheck { .. },
        )
        | Action::GlobalAccelerator(
            global_accelerator::Action::CreateAccelerator { .. }
            | global_accelerator::Action::TagAccelerator { .. }
            | global_accelerator::Action::CreateListener { .. }
            | global_accelerator::Action::UpdateListener { .. }
            | global_accelerator::Action::DeleteListener { .. },
        ) => None,
    }
}

fn line(action: &Action) -> String {
    let words = action.describe();
    let sign = words.change.sign();
    let head = format!("  {sign} {:<14} {:<25}", words.kind, words.name);
    let whole = format!(
        "{:<CALLS$}{}",
        format!("{head} {} ", words.detail),
        words.call
    );
    // A long detail goes below, so that the calls stay in one column.
    let (mut text, below) = if whole.chars().count() <= WIDTH {
        (whole, words.parts)
    } else {
        let below = wrapped(&words.detail, WIDTH - 19)
            .into_iter()
            .chain(words.parts)
            .collect();
        (
            format!("{:<CALLS$}{}", format!("{} ", head.trim_end()), words.call),
            below,
        )
    };
    for part in below {
        let _ = write!(text, "\n{:19}{part}", "");
    }
    text
}

fn waiting(one: &ObjectPlan) -> impl Iterator<Item = (String, String)> {
    let key = &one.key;
    one.plan.waiting.iter().map(move |item| {
        (
            format!("{} {key} ({})", one.kind, item.reason()),
            item.to_string(),
        )
    })
}

fn refused(one: &ObjectPlan) -> impl Iterator<Item = (String, String)> {
    let key = &one.key;
    one.plan.refused.iter().map(move |item| {
        (
            format!("{} {key} ({})", one.kind, item.reason()),
            item.to_string(),
        )
    })
}

fn rest(out: &mut String, title: &str, items: impl Iterator<Item = (String, String)>) {
    let items: Vec<_> = items.collect();
    if items.is_empty() {
        return;
    }
    out.push('\n');
    push(out, title);
    for (head, message) in items {
        push(out, &format!("  ! {head}"));
        for part in wrapped(&message, WIDTH - 6) {
            push(out, &format!("      {part}"));
        }
    }
}

fn push(out: &mut String, line: &str) {
    for part in line.split('\n') {
        out.push_str(part.trim_end());
        out.push('\n');
    }
}

/// The lines of a text of that width. ARNs and names are read, and copied, whole.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width).word_splitter(WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(text, options);
    lines.into_iter().map(Cow::into_owned).collect()
}

fn duration(duration: SignedDuration) -> String {
    format!("{duration:#}")
}

/// A time as JSON and messages say it.
pub(super) fn timestamp(time: Timestamp) -> String {
    format!("{time:.0}")
}
