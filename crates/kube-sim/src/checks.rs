//! What the API server checks of its own kinds. Custom kinds are not checked here: their schema would.

use serde_json::Value;

use crate::kind::{Kind, Rules};
use crate::object::Object;
use crate::refusal::{self, Fault, Refusal};

/// In bytes, though the API server speaks of characters.
const LONGEST_NOTE: usize = 1024;
const LONGEST_REASON: usize = 128;

pub(crate) fn created(kind: &Kind, object: &Object) -> Result<(), Refusal> {
    let fault = match kind.rules {
        Rules::Event => event(object),
        Rules::Lease => lease(object),
        Rules::Custom { .. } | Rules::Namespace => None,
    };
    fault.map_or(Ok(()), |fault| {
        Err(refusal::invalid(kind, object.name(), vec![fault]))
    })
}

pub(crate) fn updated(kind: &Kind, before: &Object, after: &Object) -> Result<(), Refusal> {
    let fault = match kind.rules {
        Rules::Event => event_change(before, after),
        Rules::Lease => lease(after),
        Rules::Custom { .. } | Rules::Namespace => None,
    };
    fault.map_or(Ok(()), |fault| {
        Err(refusal::invalid(kind, before.name(), vec![fault]))
    })
}

fn event(event: &Object) -> Option<Fault> {
    if event.field("eventTime").is_none() {
        return Some(Fault::required("eventTime", "Required value"));
    }
    for name in [
        "reportingController",
        "reportingInstance",
        "action",
        "reason",
    ] {
        let text = event.text(name);
        if text.is_empty() {
            return Some(Fault::required(name, "Required value"));
        }
        if text.len() > LONGEST_REASON {
            return Some(too_long(name, LONGEST_REASON));
        }
    }
    if event.text("note").len() > LONGEST_NOTE {
        return Some(too_long("message", LONGEST_NOTE));
    }
    let kind = event.text("type");
    if !["Normal", "Warning"].contains(&kind) {
        let message = format!("Invalid value: \"\": has invalid value: {kind}");
        return Some(Fault::invalid("type", message));
    }
    None
}

fn too_long(field: &str, longest: usize) -> Fault {
    Fault::invalid(
        field,
        format!("Invalid value: \"\": can have at most {longest} characters"),
    )
}

/// Of an event, only how often it was seen may change.
fn event_change(before: &Object, after: &Object) -> Option<Fault> {
    let names = before.field_names().chain(after.field_names());
    let changed = names
        .filter(|name| !["metadata", "series"].contains(&name.as_str()))
        .find(|name| before.field(name) != after.field(name))?;
    let field = match changed.as_str() {
        "note" => "message",
        other => other,
    };
    let value = after.field(changed).unwrap_or(&Value::Null);
    Some(Fault::invalid(
        field,
        format!("Invalid value: {value}: field is immutable"),
    ))
}

fn lease(lease: &Object) -> Option<Fault> {
    let number = |name: &str| lease.field("spec")?.get(name)?.as_i64();
    if let Some(seconds) = number("leaseDurationSeconds")
        && seconds <= 0
    {
        let message = format!("Invalid value: {seconds}: must be greater than 0");
        return Some(Fault::invalid("spec.leaseDurationSeconds", message));
    }
    if let Some(transitions) = number("leaseTransitions")
        && transitions < 0
    {
        let message = format!("Invalid value: {transitions}: must be greater than or equal to 0");
        return Some(Fault::invalid("spec.leaseTransitions", message));
    }
    None
}
