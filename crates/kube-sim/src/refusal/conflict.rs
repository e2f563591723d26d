//! 409: somebody else was faster, or means another object.

use kube::core::response::{StatusCause, StatusDetails, reason};

use super::{Refusal, no_details, of_object, refusal};
use crate::kind::Kind;
use crate::object::Object;

fn conflict(kind: &Kind, name: &str, why: &str) -> Refusal {
    let message = format!(
        "Operation cannot be fulfilled on {} {name:?}: {why}",
        kind.resource()
    );
    of_object(409, reason::CONFLICT, &message, kind, name)
}

/// The writer has read another version.
pub(crate) fn modified(kind: &Kind, name: &str) -> Refusal {
    let why = "the object has been modified; please apply your changes to the latest version and try again";
    conflict(kind, name, why)
}

/// The writer means an object that had this name before.
pub(crate) fn other_uid(kind: &Kind, object: &Object, wanted: &str) -> Refusal {
    let why = format!(
        "Precondition failed: UID in precondition: {wanted}, UID in object meta: {}",
        object.uid()
    );
    conflict(kind, object.name(), &why)
}

/// A deletion that names another state of the object than the one that is there; `hint` says how that may be.
pub(crate) fn precondition_failed(
    kind: &Kind,
    object: &Object,
    (field, wanted, found): (&str, &str, &str),
    hint: &str,
) -> Refusal {
    let subject = kind.qualified();
    let message = format!(
        "Operation cannot be fulfilled on {subject} {:?}: the {field} in the precondition ({wanted}) does not match the \
         {field} in record ({found}). The object might have been {hint}",
        object.name()
    );
    Box::new(
        refusal(409, reason::CONFLICT, &message).with_details(StatusDetails {
            name: object.name().to_owned(),
            group: kind.group.clone(),
            kind: kind.name.clone(),
            ..no_details()
        }),
    )
}

/// An apply that means one object, where there is none.
pub(crate) fn uid_of_nothing(kind: &Kind, name: &str, uid: &str) -> Refusal {
    let why = format!(
        "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
    );
    conflict(kind, name, &why)
}

/// Other managers own these fields, with other values.
pub(crate) fn apply_conflicts(conflicts: &[(String, Vec<String>)]) -> Refusal {
    let causes: Vec<_> = conflicts
        .iter()
        .flat_map(|(manager, paths)| paths.iter().map(move |path| (manager, path)))
        .map(|(manager, path)| StatusCause {
            reason: "FieldManagerConflict".to_owned(),
            message: format!("conflict with {manager}"),
            field: path.clone(),
        })
        .collect();
    let message = match causes.as_slice() {
        [only] => format!(
            "Apply failed with 1 conflict: {}: {}",
            only.message, only.field
        ),
        several => {
            let lists: Vec<_> = conflicts
                .iter()
                .map(|(manager, paths)| {
                    format!("conflicts with {manager}:\n- {}", paths.join("\n- "))
                })
                .collect();
            let count = several.len();
            format!("Apply failed with {count} conflicts: {}", lists.join("\n"))
        }
    };
    let details = StatusDetails {
        causes,
        ..no_details()
    };
    Box::new(refusal(409, reason::CONFLICT, &message).with_details(details))
}
