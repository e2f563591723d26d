//! Why a reconcile could not be finished. Failed AWS calls are no errors: they are data, and shown in status.

use thiserror::Error;

/// Why a reconcile could not be finished.
#[derive(Debug, Error)]
pub enum ReconcileError {
    /// The API server did not take a status.
    #[error("the status of {object} could not be written")]
    WriteStatus {
        /// The object.
        object: String,
        /// Why.
        #[source]
        source: kube::Error,
    },
    /// The API server did not take a finalizer on or off.
    #[error("the finalizer of {object} could not be changed")]
    ChangeFinalizer {
        /// The object.
        object: String,
        /// Why.
        #[source]
        source: kube::Error,
    },
}

/// An error with its causes, as one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        // Some errors repeat their cause in their own words.
        if !text.ends_with(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}
