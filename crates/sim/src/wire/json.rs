//! Reads the body of a JSON request into its typed form. A member that exists in AWS's API but not
//! here is reported by its path instead of being ignored, so that nothing is silently not done.

use serde::de::DeserializeOwned;

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// It is no JSON object, or a member has another type. AWS answers `SerializationException`.
    Type(String),
    /// It sets a member that this world does not serve.
    Unserved(String),
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    let body = if body.is_empty() { b"{}" } else { body };
    let mut unserved: Option<String> = None;
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_ignored::deserialize(&mut reader, |path| {
        unserved.get_or_insert_with(|| path.to_string().replace(".?", ""));
    })
    .and_then(|value| reader.end().map(|()| value))
    .map_err(|error| Malformed::Type(error.to_string()))?;
    match unserved {
        Some(path) => Err(Malformed::Unserved(path)),
        None => Ok(read),
    }
}
