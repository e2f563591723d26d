//! Every refusal, in the API server's words.

mod conflict;
mod invalid;

use kube::core::Status;
use kube::core::response::{StatusCause, StatusDetails, reason};

use crate::kind::Kind;
use crate::object::Object;

pub(crate) use conflict::{
    apply_conflicts, modified, other_uid, precondition_failed, uid_of_nothing,
};
pub(crate) use invalid::{Fault, invalid, invalid_options, version_required};

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

pub(crate) fn already_exists(kind: &Kind, object: &Object) -> Refusal {
    let name = object.name();
    let hint = if object.is_being_deleted() {
        "object is being deleted: "
    } else {
        ""
    };
    let message = format!("{hint}{} {name:?} already exists", kind.resource());
    of_object(409, reason::ALREADY_EXISTS, &message, kind, name)
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
    Box::new(refusal(
        501,
        "NotSimulated",
        &format!("{what} is not simulated"),
    ))
}
