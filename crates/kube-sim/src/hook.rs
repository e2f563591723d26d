//! Faults that a test puts between a client and the API.

use kube::core::Status;

use crate::request::Request;

/// When a hook is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has been done yet; the request has no status.
    Before,
    /// It has been carried out; the request has its status, and the client no answer yet.
    After,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It goes on.
    Pass,
    /// It is never answered, as by a network that swallows it.
    Hang,
    /// The connection breaks. [`Moment::After`] that is a lost reply: what was asked is done.
    Disconnect,
    /// This is answered. [`Moment::After`] it is a lie: what was asked is done.
    Refuse(Box<Status>),
}

/// Judges every request twice. It may use the API as a person, and must not set another hook.
pub type Hook = Box<dyn FnMut(&Request, Moment) -> Verdict + Send>;
