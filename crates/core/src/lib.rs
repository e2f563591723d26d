//! What Evenkeel decides.
pub mod crd;
pub mod describe;
pub mod digest;
pub mod dynamodb;
pub mod failure;
pub mod global_accelerator;
pub mod guard;
pub mod identity;
pub mod names;
pub mod observed;
pub mod plan;
pub mod refusal;
pub mod route53;
pub mod settings;
pub mod validate;
pub mod waiting;
