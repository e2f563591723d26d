//! What Evenkeel decides.
