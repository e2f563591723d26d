//! The quotas of an account that AWS raises on request. Those that it does not are constants beside
//! the rule that they limit.

use serde::{Deserialize, Serialize};

/// Adjustable quotas, with AWS's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Quotas {
    /// Route 53 health checks per account (default 200).
    pub health_checks: usize,
    /// Route 53 hosted zones per account (default 500).
    pub hosted_zones: usize,
    /// Record sets per Route 53 hosted zone (default 10,000).
    pub record_sets: usize,
    /// Standard accelerators per account (default 20).
    pub accelerators: usize,
    /// Listeners per accelerator (default 10).
    pub listeners: usize,
    /// DynamoDB tables per Region (default 2,500).
    pub tables: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            health_checks: 200,
            hosted_zones: 500,
            record_sets: 10_000,
            accelerators: 20,
            listeners: 10,
            tables: 2500,
        }
    }
}
