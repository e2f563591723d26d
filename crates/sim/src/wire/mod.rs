//! What the five services share on the wire: how a request is told apart, and how an answer or an
//! error is written in the protocol of its service.

mod answer;
mod constraints;
pub(crate) mod form;
pub(crate) mod json;
mod request;
mod schema;
pub(crate) mod time;
pub(crate) mod xml;

pub(crate) use answer::{Answer, ServiceError, response};
pub(crate) use constraints::Constraints;
pub(crate) use request::{Request, Unreadable};
pub(crate) use schema::{Content, Element, Misfit, optional, required};

/// The largest request that is read, in bytes. AWS's own limits differ by service and are of this
/// order.
pub(crate) const LARGEST_REQUEST: usize = 1024 * 1024;
