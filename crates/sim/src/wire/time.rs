//! Points in time, as each protocol writes them.

use jiff::Timestamp;
use serde_json::{Number, Value};

/// Seconds since 1970 with milliseconds, as the JSON protocols write them.
pub(crate) fn epoch_seconds(at: Timestamp) -> Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds stay exact until the year 287396"
    )]
    let seconds = at.as_millisecond() as f64 / 1000.0;
    Number::from_f64(seconds).map_or(Value::Null, Value::Number)
}

/// ISO 8601 in UTC with milliseconds, as the XML protocols write them.
pub(crate) fn iso8601(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
