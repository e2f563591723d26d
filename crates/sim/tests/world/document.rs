//! docs/world.md names everything that can be set, with its default.

use evenkeel_sim::{Knobs, Quotas, Rates, Scenario};
use serde::Serialize;

const PAGE: &str = include_str!("../../../../docs/world.md");

fn check(what: &str, defaults: impl Serialize) {
    let defaults = serde_json::to_value(defaults).unwrap();
    for (name, default) in defaults.as_object().unwrap() {
        let row = format!("| `{name}` | {default} |");
        let line = format!("docs/world.md has no line for the {what} that begins {row:?}");
        assert!(PAGE.contains(&row), "{line}");
    }
}

#[test]
fn j01_every_quota_rate_and_knob_is_in_the_document() {
    check("quota", Quotas::default());
    check("rate", Rates::default());
    check("knob", Knobs::default());
}

#[test]
fn j02_every_effect_is_in_the_document() {
    let unknown = "events: [{call: {}, effect: nothing}]";
    let error = serde_saphyr::from_str::<Scenario>(unknown)
        .unwrap_err()
        .to_string();
    let known: Vec<&str> = error
        .split(|found: char| !found.is_alphanumeric())
        .collect();
    let start = known.iter().position(|word| *word == "throttle").unwrap();
    let end = known.iter().position(|word| *word == "console").unwrap();
    for name in known[start..=end].iter().filter(|name| !name.is_empty()) {
        let shown = [format!("`{name}`"), format!("`{{{name}:")];
        let found = shown.iter().any(|shown| PAGE.contains(shown));
        assert!(
            found,
            "docs/world.md does not say what the effect {name:?} is"
        );
    }
}
