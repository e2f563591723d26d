//! 422: a field of an object is not as it must be.

use kube::core::response::{StatusCause, StatusDetails, reason};

use super::{Refusal, no_details, refusal};
use crate::kind::Kind;

/// A fault of one field.
pub(crate) struct Fault {
    pub(crate) reason: &'static str,
    pub(crate) field: String,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn invalid(field: &str, message: String) -> Self {
        Self {
            reason: "FieldValueInvalid",
            field: field.to_owned(),
            message,
        }
    }

    pub(crate) fn type_invalid(field: &str, message: String) -> Self {
        Self {
            reason: "FieldValueTypeInvalid",
            field: field.to_owned(),
            message,
        }
    }

    pub(crate) fn required(field: &str, message: &str) -> Self {
        Self {
            reason: "FieldValueRequired",
            field: field.to_owned(),
            message: message.to_owned(),
        }
    }

    pub(crate) fn forbidden(field: &str, message: String) -> Self {
        Self {
            reason: "FieldValueForbidden",
            field: field.to_owned(),
            message,
        }
    }
}

pub(crate) fn invalid(kind: &Kind, name: &str, faults: Vec<Fault>) -> Refusal {
    let subject = kind.qualified();
    let details = StatusDetails {
        name: name.to_owned(),
        kind: kind.name.clone(),
        group: match subject.split_once('.') {
            Some((_, group)) => group.to_owned(),
            None => String::new(),
        },
        ..no_details()
    };
    with_faults(&format!("{subject} {name:?}"), details, faults)
}

/// A PUT must say which version it replaces.
pub(crate) fn version_required(kind: &Kind, name: &str) -> Refusal {
    let details = StatusDetails {
        name: name.to_owned(),
        kind: kind.plural.clone(),
        group: kind.group.clone(),
        ..no_details()
    };
    let message = "Invalid value: 0: must be specified for an update".to_owned();
    let fault = Fault::invalid("metadata.resourceVersion", message);
    with_faults(
        &format!("{} {name:?}", kind.resource()),
        details,
        vec![fault],
    )
}

/// The options of a request, which are objects too: `PatchOptions`, `ListOptions`.
pub(crate) fn invalid_options(options: &str, fault: Fault) -> Refusal {
    let details = StatusDetails {
        group: "meta.k8s.io".to_owned(),
        kind: options.to_owned(),
        ..no_details()
    };
    with_faults(&format!("{options}.meta.k8s.io \"\""), details, vec![fault])
}

fn with_faults(subject: &str, mut details: StatusDetails, faults: Vec<Fault>) -> Refusal {
    let listed: Vec<_> = faults
        .iter()
        .map(|fault| format!("{}: {}", fault.field, fault.message))
        .collect();
    let message = match listed.as_slice() {
        [only] => format!("{subject} is invalid: {only}"),
        several => format!("{subject} is invalid: [{}]", several.join(", ")),
    };
    let causes = faults.into_iter().map(|fault| StatusCause {
        reason: fault.reason.to_owned(),
        message: fault.message,
        field: fault.field,
    });
    details.causes = causes.collect();
    Box::new(refusal(422, reason::INVALID, &message).with_details(details))
}
