//! What the API server does, as cases that any API server can be held against.
//!
//! A case has a client, a namespace of its own, and a way to change a CRD. Whatever else a person does, it does
//! through the client.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a case that can't go on fails"
)]

mod apply;
pub(crate) mod bench;
mod create;
mod delete;
mod event;
mod lease;
mod lists;
pub(crate) mod manifests;
mod nulls;
mod ownership;
mod patch;
mod read;
mod status;
mod update;
mod watch;
mod watch_ends;

use std::pin::Pin;

pub(crate) use bench::Bench;

/// A case in progress.
pub(crate) type Running = Pin<Box<dyn Future<Output = ()>>>;

/// What an API server does.
pub(crate) struct Case {
    /// A sentence.
    pub(crate) name: &'static str,
    /// Panics if it is not so.
    pub(crate) run: fn(Bench) -> Running,
}

macro_rules! cases {
    ($($module:ident: $($name:ident)*;)*) => {
        /// Every case.
        pub(crate) fn all() -> Vec<Case> {
            vec![$($(Case {
                name: stringify!($name),
                run: |bench| Box::pin($module::$name(bench)),
            },)*)*]
        }
    };
}

cases! {
    create:
        a_new_object_gets_an_identity_and_defaults
        a_name_is_taken_once
        an_object_needs_a_namespace
        an_object_needs_a_name_and_no_version
        a_body_must_mean_the_object_of_its_path
        unknown_fields_and_nulls_are_dropped
        a_strict_writer_is_told_of_unknown_fields;
    read:
        what_is_not_there_is_not_found
        a_list_is_in_order_and_says_its_version
        a_cluster_has_two_namespaces_from_the_start;
    update:
        a_replacement_names_the_version_that_it_replaces
        a_replacement_may_name_the_uid_that_it_means
        a_write_that_changes_nothing_is_none
        the_first_write_stores_the_default_status
        the_generation_counts_changes_of_the_spec
        identity_does_not_change;
    status:
        the_status_has_its_own_path
        the_path_of_the_status_changes_nothing_else
        a_status_can_be_replaced
        a_removed_status_becomes_the_default;
    patch:
        a_json_patch_tests_before_it_changes
        a_test_for_null_passes_where_a_field_is_missing
        a_json_patch_adds_moves_and_removes
        a_json_patch_that_does_not_fit_changes_nothing
        a_merge_patch_removes_by_null
        a_patch_may_name_the_version_that_it_means
        a_patch_must_be_of_a_known_kind;
    delete:
        an_object_without_finalizers_is_gone_at_once
        an_object_with_finalizers_is_marked_once
        nobody_adds_a_finalizer_to_what_is_being_deleted
        what_is_being_deleted_can_still_change
        the_last_finalizer_takes_the_object_along
        a_deletion_may_name_the_object_that_it_means;
    apply:
        an_application_creates_what_is_not_there
        an_application_of_the_same_changes_nothing
        a_field_that_is_no_longer_applied_goes
        a_field_that_somebody_else_applies_stays
        managers_of_different_parts_do_not_meet
        the_value_of_another_is_a_conflict
        several_conflicts_are_listed_by_manager
        an_application_says_what_and_whose_it_is
        an_application_may_name_the_object_that_it_means
        an_application_has_no_unknown_fields;
    lists:
        items_with_keys_are_applied_one_by_one
        applied_items_keep_their_order_among_others
        sets_and_dictionaries_are_applied_value_by_value
        an_item_must_have_its_keys_once
        an_application_of_nothing_brings_the_default_status_back;
    nulls:
        an_applied_null_is_refused_where_none_may_be
        an_applied_null_becomes_the_default
        an_applied_null_for_a_list_or_a_dictionary_applies_none_of_it;
    ownership:
        a_writer_owns_what_it_has_written
        a_writer_takes_what_it_changes
        a_writer_is_told_apart_by_the_part_it_writes;
    watch:
        a_watch_tells_every_change_once
        the_end_of_an_object_shows_its_last_state
        a_streaming_list_tells_what_is_there_and_its_end
        a_watch_without_a_version_begins_with_what_is_there
        a_watch_resumes_after_the_version_that_it_names
        a_watch_of_one_namespace_sees_no_other
        a_streaming_list_says_which_version_will_do;
    watch_ends:
        a_watch_ends_when_its_time_is_over
        a_change_of_the_crd_ends_watches_and_expires_them
        a_watcher_lists_anew_after_a_change_of_the_crd;
    lease:
        a_lease_is_taken_by_whoever_saw_its_last_version
        a_lease_is_let_go_of_by_an_empty_holder
        a_lease_can_be_created_by_a_replacement
        a_lease_lasts_some_time;
    event:
        an_event_is_published_and_counted
        an_event_does_not_change_its_story
        an_event_is_complete_and_short
        a_recorder_publishes_and_counts;
}
