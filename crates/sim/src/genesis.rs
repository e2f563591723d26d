//! From a seed to a world at rest.

use crate::dynamodb::{Place, Table};
use crate::elb::LoadBalancer;
use crate::global_accelerator::Accelerator;
use crate::route53::{Content, Key, RecordSet, RecordType, Routing, Zone};
use crate::seed::{self, SimpleType};
use crate::world::World;

pub(crate) fn add_load_balancers(world: &mut World, seeds: Vec<seed::LoadBalancer>) {
    for seed::LoadBalancer {
        arn,
        dns_name,
        scheme,
        healthy,
    } in seeds
    {
        let dns_name = dns_name.unwrap_or_else(|| arn.dns_name(scheme));
        world.endpoints.add(LoadBalancer {
            arn,
            dns_name,
            scheme,
            healthy,
        });
    }
}

pub(crate) fn add_zones(world: &mut World, seeds: Vec<seed::Zone>) {
    for seed::Zone {
        name,
        private,
        record_sets,
    } in seeds
    {
        let reference = format!("seed:{name}");
        let mut zone = Zone::new(&mut world.ids, name, reference);
        zone.private = private;
        for seed::RecordSet {
            name,
            r#type,
            ttl,
            values,
        } in record_sets
        {
            let key = Key {
                name,
                kind: record_type(r#type),
                identifier: None,
            };
            let content = Content::Records { ttl, values };
            let set = RecordSet {
                key: key.clone(),
                routing: Routing::Simple,
                content,
                health_check: None,
            };
            zone.sets.insert(key, set);
        }
        world.route53.add_zone(zone);
    }
}

pub(crate) fn add_accelerators(world: &mut World, seeds: Vec<seed::Accelerator>) {
    for seed::Accelerator { name, tags } in seeds {
        let (now, account) = (world.now(), world.account().to_owned());
        let accelerator = Accelerator::new(&mut world.ids, &account, now, name).with_tags(tags);
        world.accelerators.add(accelerator);
    }
}

pub(crate) fn add_tables(world: &mut World, seeds: Vec<seed::Table>) {
    let now = world.now();
    for seed in seeds {
        let seed::Table {
            name,
            regions,
            partition_key,
            sort_key,
            deletion_protection,
            tags,
        } = seed;
        let tables = regions.into_iter().map(|region| {
            let place = Place {
                region,
                name: name.clone(),
            };
            Table::new(place, world.ids.uuid("table"), now, partition_key.clone())
                .sorted_by(sort_key.clone())
                .protected(deletion_protection)
                .tagged(tags.clone())
        });
        let tables = tables.collect();
        world.tables.add_tables(tables);
    }
}

fn record_type(kind: SimpleType) -> RecordType {
    match kind {
        SimpleType::A => RecordType::A,
        SimpleType::Aaaa => RecordType::Aaaa,
        SimpleType::Cname => RecordType::Cname,
        SimpleType::Txt => RecordType::Txt,
    }
}
