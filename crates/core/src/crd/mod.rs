//! The custom resources, as users write them and as `crds/` ships them.
//!
//! These types say what the API server accepts. What a valid object *means* is [`crate::validate`]'s to decide.

#![expect(
    unreachable_pub,
    reason = "KubeSchema copies each struct into a function body"
)]

mod global_app;
mod global_table;
mod manifest;
mod region_endpoint;
mod status;

pub use global_app::*;
pub use global_table::*;
pub use manifest::{Manifest, manifests};
pub use region_endpoint::*;
pub use status::*;

/// The finalizer that Evenkeel puts on an object just before the first AWS write on its behalf.
pub const FINALIZER: &str = "evenkeel.dev/finalizer";

/// Field manager of every status, and reporter of every event.
pub const FIELD_MANAGER: &str = "evenkeel";

/// `metadata.name` becomes part of AWS names and tag values.
const NAME_RULE: &str = "self.metadata.name.size() <= 63";
const NAME_MESSAGE: &str = "metadata.name must be at most 63 characters";

const REGION_PATTERN: &str = "^[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$";
const HOSTNAME_PATTERN: &str =
    r"^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
const ZONE_ID_PATTERN: &str = "^Z[A-Z0-9]{1,31}$";
const ZONE_NAME_PATTERN: &str =
    r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
const LABEL_PATTERN: &str = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
