//! Streams: given at creation, turned on and off by `UpdateTable`, and held on while a table has
//! replicas.

use jiff::Timestamp;
use serde::Deserialize;

use super::Error;
use super::table::{Stream, StreamViewType, Table};
use crate::wire::Constraints;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StreamSpecification {
    stream_enabled: Option<bool>,
    stream_view_type: Option<String>,
}

/// A specification whose members fit their types.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    enabled: bool,
    view: Option<StreamViewType>,
}

pub(super) fn read(
    constraints: &mut Constraints,
    given: Option<&StreamSpecification>,
) -> Option<Asked> {
    let given = given?;
    let view = given.stream_view_type.as_deref();
    Some(Asked {
        enabled: constraints.required("streamSpecification.streamEnabled", given.stream_enabled),
        view: constraints.word("streamSpecification.streamViewType", view),
    })
}

pub(super) fn at_creation(asked: Asked, now: Timestamp) -> Result<Option<Stream>, Error> {
    let invalid = |text: &str| Err(Error::Invalid(text.to_owned()));
    match (asked.enabled, asked.view) {
        (true, Some(view)) => Ok(Some(Stream {
            enabled: true,
            view,
            label: now,
        })),
        (true, None) => {
            invalid("Table is being created with a stream enabled, UpdateViewType is required")
        }
        (false, None) => Ok(None),
        (false, Some(_)) => invalid(
            "Table is being created with a stream disabled, UpdateViewType should not be \
                     specified",
        ),
    }
}

/// The stream after an update.
pub(super) fn updated(table: &Table, asked: Asked, now: Timestamp) -> Result<Stream, Error> {
    let invalid = |text: &str| Err(Error::Invalid(text.to_owned()));
    let name = || table.place.name.clone();
    let current = table.stream.filter(|stream| stream.enabled);
    match (asked.enabled, asked.view, current) {
        (true, None, _) => invalid("If stream is being enabled then UpdateViewType is required"),
        (true, Some(_), Some(_)) => Err(Error::StreamEnabled(name())),
        (true, Some(view), None) => Ok(Stream {
            enabled: true,
            view,
            label: now,
        }),
        (false, Some(_), _) => {
            invalid("If stream is being disabled, then UpdateViewType must not be specified")
        }
        (false, None, None) => Err(Error::NoStream(name())),
        (false, None, Some(_)) if table.group.is_some() => {
            invalid("Disabling Stream is not allowed for a Global Table replica.")
        }
        (false, None, Some(stream)) => Ok(Stream {
            enabled: false,
            ..stream
        }),
    }
}
