//! The data plane: where clients are, what their resolvers know, and which Region serves them.

mod clients;
mod connections;
pub(crate) mod edge;
pub(crate) mod places;
mod resolver;
mod route;
mod world;

pub(crate) use clients::Population;
pub use clients::{Clients, Report, Tally};
pub use connections::Connection;
pub(crate) use connections::Connections;
pub use places::City;

/// Stands for the Region of what belongs to none.
const ELSEWHERE: &str = "elsewhere";
