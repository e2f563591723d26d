//! The shell of Evenkeel.
