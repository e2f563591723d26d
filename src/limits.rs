//! What a plan may do without a person's consent, as it is said on the command line.

use clap::Args;
use evenkeel_core::settings::DEFAULT_MAX_DELETIONS;

/// The limits of a plan: the same for who prints it and who carries it out.
#[derive(Args, Clone, Copy, Debug)]
pub struct Limits {
    /// Names, listeners and endpoint groups of one app that a plan may delete without a delete-many consent
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = DEFAULT_MAX_DELETIONS,
        env = "EVENKEEL_MAX_DELETIONS"
    )]
    pub max_deletions: usize,
}
