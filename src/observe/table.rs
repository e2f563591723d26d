//! What a GlobalTable needs to know: its replicas, their tags and its time to live, each no older than told here.

use evenkeel_core::dynamodb::{self, TableStatus, Ttl};
use evenkeel_core::failure::Read;
use evenkeel_core::names::{Region, TableName};
use evenkeel_core::validate::Table;

use super::{Observer, Part};

impl Observer {
    /// What a GlobalTable needs to know.
    pub async fn table(&self, table: &Table) -> dynamodb::Observed {
        let timings = &self.settings.timings;
        let regions = || table.regions.iter().chain(table.known.keys());
        for region in regions() {
            let age = if self.is_table_moving(&table.name, region) {
                timings.poll
            } else {
                timings.sweep
            };
            self.ensure(&Part::Table(table.name.clone(), region.clone()), age)
                .await;
        }
        let home = |known: &dynamodb::Observed| {
            dynamodb::home(&table.regions, known)
                .map(|(region, home)| (region.clone(), home.clone()))
        };
        let known = self.known_tables(&table.name);
        if let Some((region, home)) = home(&known) {
            // A replica that has just become Active was absent when its Region was read.
            for (replica, status) in &home.replicas {
                let is_unread = known
                    .get(replica)
                    .is_none_or(|read| matches!(read, Read::Known(None) | Read::NotRead));
                if *status == TableStatus::Active && is_unread {
                    self.ensure(
                        &Part::Table(table.name.clone(), replica.clone()),
                        timings.poll,
                    )
                    .await;
                }
            }
            for member in std::iter::once(&region).chain(home.replicas.keys()) {
                if self
                    .known_tables(&table.name)
                    .get(member)
                    .and_then(Read::known)
                    .is_some_and(Option::is_some)
                {
                    self.ensure(
                        &Part::TableTags(table.name.clone(), member.clone()),
                        timings.slow_sweep,
                    )
                    .await;
                }
            }
            let is_moving = home.ttl.known().is_some_and(Ttl::is_moving);
            let oldest = if is_moving {
                timings.sweep
            } else {
                timings.slow_sweep
            };
            self.ensure(&Part::TimeToLive(table.name.clone(), region), oldest)
                .await;
        }
        self.known_tables(&table.name)
    }

    /// What is known of the tables of that name, without reading.
    pub fn known_tables(&self, name: &TableName) -> dynamodb::Observed {
        self.snapshot
            .known()
            .observed
            .dynamodb
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    fn is_table_moving(&self, name: &TableName, region: &Region) -> bool {
        let known = self.known_tables(name);
        let Some(Some(table)) = known.get(region).and_then(Read::known) else {
            return false;
        };
        table.status != TableStatus::Active
            || table
                .replicas
                .values()
                .any(|status| *status != TableStatus::Active)
    }
}
