//! The whole product on a real API server: charts, RBAC, manifests, outages, and what it asks of AWS and Kubernetes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the steps of a test are functions, and one that fails fails the test"
)]

mod bench;
mod changes;
mod charts;
mod consents;
mod creation;
mod deletion;
mod faults;
mod many;
mod neighbours;
mod outages;
mod permissions;
mod refusals;
mod sandbox;

use bench::Bench;

/// One installation's life, from nothing to nothing; in the end, what it has asked of AWS and of the API server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_lives() {
    let mut bench = Bench::start(&["timings.unreferenced=2s"]).await;
    bench.start_operator("evenkeel-0").await;

    creation::manifests_in_any_order_cost_what_they_need(&bench).await;
    creation::nothing_is_written_while_nothing_changes(&bench).await;
    creation::the_same_manifests_again_change_nothing(&bench).await;
    creation::kubectl_shows_what_matters(&bench).await;

    changes::a_weight_is_one_call(&bench).await;
    changes::a_dial_is_one_call(&bench).await;
    changes::a_listener_changes_comes_and_goes(&bench).await;
    changes::a_region_leaves_and_comes_back(&bench).await;
    changes::another_health_check_replaces_the_first(&bench).await;

    consents::a_consent_needs_its_form_and_its_verb(&bench).await;

    faults::a_denied_call_is_shown_and_heals(&bench).await;
    faults::a_throttled_call_is_shown_and_heals(&bench).await;

    outages::a_killed_operator_goes_on_where_it_was(&mut bench).await;
    outages::a_lost_api_server_loses_nothing(&mut bench).await;
    outages::a_standby_takes_over(&mut bench).await;

    deletion::delete_takes_the_names_away(&bench).await;
    deletion::retain_leaves_users_served(&bench).await;

    permissions::aws_is_asked_what_the_policy_allows(&bench);
    permissions::the_api_server_is_asked_what_the_chart_allows(&bench).await;
    bench.stop().await;
}
