//! AWS as a deterministic world: Route 53, Global Accelerator, DynamoDB, Elastic Load Balancing and
//! STS, as far as an application that is active in several Regions needs them.
//!
//! A [`World`] answers HTTP requests. It has no clock, no randomness and does no I/O: time comes
//! with each request, ids come from the [`Seed`], and what happens by itself (propagation,
//! deployment, replicas, health) happens when time passes it. [`http`] puts it behind a listener,
//! in real time.
//!
//! Each service is a module of the same make: `operations` says what is served and who answers it,
//! `error` holds every error with its text, and one file per object holds its rules. `wire` is what
//! they share. What AWS leaves unspecified is named in [`Knobs`]. This crate knows nothing of those
//! who use it.

mod agenda;
mod asked;
mod call;
mod command;
mod context;
pub mod control;
mod draw;
mod dynamodb;
mod elb;
mod endpoints;
mod fault;
mod genesis;
mod global_accelerator;
mod history;
pub mod http;
mod ids;
mod journal;
mod knobs;
mod picture;
mod quotas;
mod rates;
mod region;
mod route53;
pub mod scenario;
pub mod seed;
mod serve;
mod serving;
mod shares;
mod sts;
mod traffic;
mod wire;
mod words;
mod world;

pub use call::{Call, Delivery, Service};
pub use command::{Command, Refused};
pub use dynamodb::{AttributeType, KeyAttribute};
pub use elb::{Kind, LoadBalancerArn, NotALoadBalancerArn, Scheme};
pub use endpoints::AlarmState;
pub use fault::{Effect, Fault, Pages};
pub use journal::{Broken, Entry, Letter};
pub use knobs::{Knobs, Seconds};
pub use quotas::Quotas;
pub use rates::Rates;
pub use region::{Region, UnknownRegion};
pub use route53::answer::DnsAnswer;
pub use route53::{BadName, DnsName, DnsView};
pub use scenario::Scenario;
pub use seed::Seed;
pub use serve::Reply;
pub use traffic::{City, Clients, Connection, Report, Tally};
pub use world::{NoSuchLoadBalancer, World};
