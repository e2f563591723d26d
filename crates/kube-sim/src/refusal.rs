//! Every refusal, in the API server's words.

use kube::core::Status;
use kube::core::response::{StatusCause, StatusDetails, reason};

use crate::kind::Kind;
use crate::object::Object;

/// Why a request was not carried out.
pub(crate) type Refusal = Box<Status>;

fn refusal(code: u16, reason: &str, message: &str) -> Status {
    Status::failure(message, reason).with_code(code)
}

fn of_object(code: u16, reason: &str, message: &str, kind: &Kind, name: &str) -> Refusal {
    Box::new(refusal(code, reason, message).with_details(StatusDetails {
        name: name.to_owned(),
        group: kind.group.clone(),
        kind: kind.plural.clone(),
        ..no_details()
    }))
}

fn no_details() -> StatusDetails {
    StatusDetails {
        name: String::new(),
        group: String::new(),
        kind: String::new(),
        uid: String::new(),
        causes: Vec::new(),
        retry_after_seconds: 0,
    }
}

pub(crate) fn not_found(kind: &Kind, name: &str) -> Refusal {
    let message = format!("{} {name:?} not found", kind.resource());
    of_object(404, reason::NOT_FOUND, &message, kind, name)
}

/// A path below an object that leads nowhere.
pub(crate) fn no_such_subresource() -> Refusal {
    let message = "the server could not find the requested resource";
    Box::new(refusal(404, reason::NOT_FOUND, message).with_details(no_details()))
}

pub(crate) fn no_such_namespace(name: &str) -> Refusal {
    let details = StatusDetails {
        name: name.to_owned(),
        kind: "namespaces".to_owned(),
        ..no_details()
    };
    let message = format!("namespaces {name:?} not found");
    Box::new(refusal(404, reason::NOT_FOUND, &message).with_details(details))
}

pub(crate) fn already_exists(kind: &Kind, name: &str) -> Refusal {
    let message = format!("{} {name:?} already exists", kind.resource());
    of_object(409, reason::ALREADY_EXISTS, &message, kind, name)
}

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

pub(crate) fn other_version(kind: &Kind, object: &Object, wanted: &str) -> Refusal {
    let why = format!(
        "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({}). The \
         object might have been modified",
        object.metadata_text("resourceVersion")
    );
    conflict(kind, object.name(), &why)
}

/// An apply that means one object, where there is none.
pub(crate) fn uid_of_nothing(kind: &Kind, name: &str, uid: &str) -> Refusal {
    let why = format!(
        "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
    );
    conflict(kind, name, &why)
}

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

/// A field of an object is not as it must be.
pub(crate) fn invalid(kind: &Kind, name: &str, fault: Fault) -> Refusal {
    let subject = kind.qualified();
    let details = StatusDetails {
        name: name.to_owned(),
        kind: kind.kind.clone(),
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

/// A JSON patch that does not fit the object: above all, a failed `test`.
pub(crate) fn patch_failed() -> Refusal {
    let message = "the server rejected our request due to an error in our request";
    Box::new(refusal(422, reason::INVALID, message).with_details(no_details()))
}

pub(crate) fn bad_request(message: &str) -> Refusal {
    Box::new(refusal(400, reason::BAD_REQUEST, message))
}

/// The body names another object than the path.
pub(crate) fn other_name(name: &str, in_path: &str) -> Refusal {
    bad_request(&format!(
        "the name of the object ({name}) does not match the name on the URL ({in_path})"
    ))
}

/// The body names another namespace than the path.
pub(crate) fn other_namespace() -> Refusal {
    bad_request(
        "the namespace of the provided object does not match the namespace sent on the request",
    )
}

pub(crate) fn unsupported_media_type() -> Refusal {
    let message = "the body of the request was in an unknown format - accepted media types include: \
                   application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    Box::new(refusal(415, reason::UNSUPPORTED_MEDIA_TYPE, message))
}

pub(crate) fn method_not_allowed() -> Refusal {
    let message = "the server does not allow this method on the requested resource";
    Box::new(refusal(405, reason::METHOD_NOT_ALLOWED, message).with_details(no_details()))
}

/// What the API server itself calls an internal error, with no reason.
pub(crate) fn internal(message: &str) -> Refusal {
    Box::new(refusal(500, reason::UNKNOWN, message))
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
        [only] => format!("Apply failed with 1 conflict: {}: {}", only.message, only.field),
        several => {
            let lists: Vec<_> = conflicts
                .iter()
                .map(|(manager, paths)| format!("conflicts with {manager}:\n- {}", paths.join("\n- ")))
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

/// A list at a version that is not there yet.
pub(crate) fn too_large_version(wanted: u64, current: u64) -> Refusal {
    let message = format!("Timeout: Too large resource version: {wanted}, current: {current}");
    let details = StatusDetails {
        causes: vec![StatusCause {
            reason: "ResourceVersionTooLarge".to_owned(),
            message: "Too large resource version".to_owned(),
            field: String::new(),
        }],
        retry_after_seconds: 1,
        ..no_details()
    };
    Box::new(refusal(504, reason::TIMEOUT, &message).with_details(details))
}

/// A watch from a version whose successors are forgotten.
pub(crate) fn expired(wanted: u64, oldest: u64) -> Refusal {
    let message = format!("too old resource version: {wanted} ({oldest})");
    Box::new(refusal(410, reason::EXPIRED, &message))
}

/// What the API server can and this one can't.
pub(crate) fn not_simulated(what: &str) -> Refusal {
    Box::new(refusal(501, "NotSimulated", &format!("{what} is not simulated")))
}
