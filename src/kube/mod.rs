//! What kube-runtime leaves to us: a re-list that loses nothing, a finalizer at the right moment, a lease.

pub(crate) mod finalizer;
pub mod lease;
pub(crate) mod relist;
