//! The operator dies at each of its calls in turn. The next one must reach what an undisturbed one reaches.

use evenkeel_kube_sim::{KubeApi, Moment};
use serde_json::Value;

use crate::floors::Floors;
use crate::outcome;
use crate::rig::{AtRest, QUIET, Rig, WARM_UP};
use crate::scenarios::{self, Steps};
use crate::time;

/// Takes the last step without a death, and then with one at each call in turn.
pub(crate) fn operators_may_die_in(scenario: &str, steps: Steps) {
    let (change, before) = steps.split_last().unwrap();
    let start = start(before);
    let (undisturbed, _) = run(scenario, &start, *change, None);
    for moment in [Moment::Before, Moment::After] {
        for call in 1.. {
            let death = (moment, call);
            let (end, has_died) = run(scenario, &start, *change, Some(death));
            if !has_died {
                assert!(call > 1, "{scenario}: no call was made");
                println!("{scenario}: {} calls {:?}", call - 1, moment);
                break;
            }
            let difference = json_patch::diff(&undisturbed, &end);
            assert!(
                difference.is_empty(),
                "{scenario}: died {death:?}, and it ended otherwise:\n{difference}"
            );
        }
    }
}

/// What was done before.
fn start(steps: Steps) -> AtRest {
    time::runtime().block_on(async {
        let mut rig = Rig::new(scenarios::account());
        for step in steps {
            step(&rig.kube);
            rig.act(QUIET).await;
        }
        rig.rest()
    })
}

fn run(
    scenario: &str,
    start: &AtRest,
    change: fn(&KubeApi),
    death: Option<(Moment, usize)>,
) -> (Value, bool) {
    time::runtime().block_on(async {
        let mut rig = Rig::resume(start);
        // An operator that has seen everything meets the change.
        rig.act(WARM_UP).await;
        let floors = Floors::watch(&rig);
        change(&rig.kube);
        if let Some((moment, call)) = death {
            rig.death.appoint(moment, call);
        }
        rig.act(QUIET).await;
        let has_died = rig.death.is_over();
        let run = format!("{scenario}: died {death:?}");
        assert_eq!(floors.broken(&rig), None, "{run}");
        rig.assert_the_dead_are_silent(&run);
        (outcome::of(&rig), has_died)
    })
}
