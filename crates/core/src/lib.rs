//! What Evenkeel decides: pure functions of what is declared, what is observed, and the time.
//!
//! [`crd`] is what people write. [`validate`] makes valid values of it, [`observed`] is what AWS shows. [`plan`] compares the two, one
//! service after another ([`route53`], [`global_accelerator`], [`dynamodb`]), and the guard keeps each action that is safe. What is left
//! is a list of [`plan::Action`]s, of [`waiting`] and of [`refusal`]. [`status`] and [`render`] tell people of it, [`schedule`] says when
//! to look again, and [`waves`] plans ahead by believing that each call does what AWS documents ([`observed::Observed::after`]).

pub mod assumed;
pub mod consent;
pub mod cost;
pub mod crd;
pub mod describe;
pub mod digest;
pub mod dynamodb;
pub mod entrance;
pub mod failure;
pub mod global_accelerator;
pub mod guard;
pub mod identity;
pub mod load_balancer;
pub mod names;
pub mod observed;
pub mod plan;
pub mod refusal;
pub mod render;
pub mod route53;
pub mod schedule;
pub mod settings;
pub mod shared;
pub mod status;
pub mod validate;
pub mod waiting;
pub mod waves;
