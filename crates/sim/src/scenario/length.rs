//! Lengths of time as people write them: `90s`, `1h30m`, `250ms`.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A length of time, not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Length(pub(crate) SignedDuration);

#[derive(Debug, Error)]
#[error("{0:?} is no length of time such as 90s, 1h30m or 250ms")]
pub(crate) struct NotALength(String);

impl TryFrom<String> for Length {
    type Error = NotALength;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed = text.parse::<SignedDuration>().ok();
        let length = parsed.filter(|length| !length.is_negative());
        length.map(Self).ok_or(NotALength(text))
    }
}

impl From<Length> for String {
    fn from(Length(length): Length) -> Self {
        format!("{length:#}")
    }
}
