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

pub(crate) fn invalid(kind: &Kind, name: &str, fault: Fault) -> Refusal {
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
    with_fault(&format!("{subject} {name:?}"), details, fault)
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
    with_fault(&format!("{} {name:?}", kind.resource()), details, fault)
}

/// The options of a request, which are objects too: `PatchOptions`, `ListOptions`.
pub(crate) fn invalid_options(options: &str, fault: Fault) -> Refusal {
    let details = StatusDetails {
        group: "meta.k8s.io".to_owned(),
        kind: options.to_owned(),
        ..no_details()
    };
    with_fault(&format!("{options}.meta.k8s.io \"\""), details, fault)
}

fn with_fault(subject: &str, mut details: StatusDetails, fault: Fault) -> Refusal {
    let message = format!("{subject} is invalid: {}: {}", fault.field, fault.message);
    details.causes = vec![StatusCause {
        reason: fault.reason.to_owned(),
        message: fault.message,
        field: fault.field,
    }];
    Box::new(refusal(422, reason::INVALID, &message).with_details(details))
}
