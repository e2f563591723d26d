//! The operator against a simulated AWS, in one process and on virtual time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod agreement;
mod aws;
mod budget;
mod death;
mod faults;
#[cfg(feature = "figures")]
mod figures;
mod floors;
mod kill;
mod lookout;
mod outcome;
mod pack;
mod price;
mod quota;
mod random;
mod rig;
mod scenarios;
mod shapes;
mod spellings;
mod surprises;
mod time;
