//! What the example costs in calls, against what it needs.

use std::path::Path;
use std::time::Duration;

use evenkeel_core::cost::needed;

use crate::rig::{QUIET, Rig};
use crate::{scenarios, time};

#[test]
fn the_example_costs_what_it_needs_and_then_nothing_is_written() {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        scenarios::apply_all(&rig.kube);
        rig.act(QUIET).await;
        let world = rig.aws.world().clone();
        let created_at = world.calls()[0].at;
        let sweep = created_at + Duration::from_mins(5);
        let creation: Vec<_> = world
            .calls()
            .iter()
            .filter(|call| call.at < sweep)
            .collect();
        let counted = creation.iter().filter(|call| !call.pending).count();
        let writes = creation.iter().filter(|call| call.write).count();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
        let needed = needed(&evenkeel::manifests::read(&[example], "default").unwrap());
        let calls: Vec<String> = creation.iter().map(ToString::to_string).collect();
        let calls = calls.join("\n");
        println!(
            "{} calls, {counted} without polls, needed {}",
            creation.len(),
            needed.total()
        );
        assert_eq!(writes, needed.writes, "{calls}");
        assert!(
            counted * 100 <= needed.total() * 110,
            "{counted} of {needed:?}:\n{calls}"
        );

        let before = world.calls().len();
        rig.act(Duration::from_hours(1)).await;
        let world = rig.aws.world();
        let later: Vec<_> = world.calls()[before..]
            .iter()
            .filter(|call| call.write)
            .collect();
        assert!(world.calls().len() > before, "there was no sweep");
        assert!(later.is_empty(), "{later:#?}");
    });
}
