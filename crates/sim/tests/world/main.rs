//! The world, held against what AWS documents: through the unmodified AWS SDK for Rust in process, and as
//! bytes where the SDK can't go.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod aws;
mod front;
mod shop;
