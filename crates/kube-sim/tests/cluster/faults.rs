//! What a hook can do to a request, and what the log says of it.

use evenkeel_kube_sim::{KubeApi, Moment, Request, Verb, Verdict};
use kube::api::PostParams;
use kube::core::Status;

use crate::{cluster, ends, lease, leases};

/// Judges the first create at one moment, and lets everything else pass.
fn judge_create(api: &KubeApi, when: Moment, verdict: Verdict) {
    let mut verdict = Some(verdict);
    api.set_hook(move |request: &Request, moment| {
        let is_meant = request.verb == Verb::Create && moment == when;
        if is_meant { verdict.take() } else { None }.unwrap_or(Verdict::Pass)
    });
}

fn unavailable() -> Verdict {
    Verdict::Refuse(Box::new(
        Status::failure("etcd has no leader", "ServiceUnavailable").with_code(503),
    ))
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_refused_is_not_carried_out() {
    let api = cluster(1);
    judge_create(&api, Moment::Before, unavailable());
    let refused = leases(&api)
        .create(&PostParams::default(), &lease("one"))
        .await;
    assert!(
        matches!(refused, Err(kube::Error::Api(status)) if status.code == 503 && status.message == "etcd has no leader")
    );
    assert_eq!(api.get("Lease", "default", "evenkeel"), None);
    assert_eq!(api.requests()[0].status, None);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_reply_is_lost_is_carried_out() {
    for verdict in [Verdict::Disconnect, unavailable()] {
        let api = cluster(1);
        judge_create(&api, Moment::After, verdict);
        let leases = leases(&api);
        let lost = leases.create(&PostParams::default(), &lease("one")).await;
        assert!(lost.is_err());
        assert!(api.get("Lease", "default", "evenkeel").is_some());
        assert_eq!(api.requests()[0].status, Some(201));
        let again = leases.create(&PostParams::default(), &lease("one")).await;
        assert!(matches!(again, Err(kube::Error::Api(status)) if status.is_already_exists()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_before_carries_nothing_out() {
    let api = cluster(1);
    judge_create(&api, Moment::Before, Verdict::Disconnect);
    let broken = leases(&api)
        .create(&PostParams::default(), &lease("one"))
        .await;
    assert!(matches!(broken, Err(kube::Error::Service(_))));
    assert_eq!(api.get("Lease", "default", "evenkeel"), None);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_is_never_answered() {
    for (moment, is_done) in [(Moment::Before, false), (Moment::After, true)] {
        let api = cluster(1);
        judge_create(&api, moment, Verdict::Hang);
        let leases = leases(&api);
        assert!(!ends(leases.create(&PostParams::default(), &lease("one"))).await);
        assert_eq!(api.get("Lease", "default", "evenkeel").is_some(), is_done);
        // One request hangs, not the connection.
        assert!(ends(leases.get_opt("evenkeel")).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_can_act_between_a_read_and_the_write_that_follows() {
    let api = cluster(1);
    let leases = leases(&api);
    let parameters = PostParams::default();
    let mut held = leases.create(&parameters, &lease("one")).await.unwrap();
    let meddler = api.clone();
    api.set_hook(move |request, moment| {
        if request.verb == Verb::Update && moment == Moment::Before {
            let meddle = meddler.edit("Lease", "default", "evenkeel", |lease| {
                lease["spec"]["holderIdentity"] = "two".into();
            });
            meddle.unwrap();
        }
        Verdict::Pass
    });
    held.spec.get_or_insert_default().lease_transitions = Some(1);
    let late = leases.replace("evenkeel", &parameters, &held).await;
    assert!(matches!(late, Err(kube::Error::Api(status)) if status.is_conflict()));
    api.clear_hook();
    let lease = leases.get("evenkeel").await.unwrap();
    assert_eq!(lease.spec.unwrap().holder_identity.as_deref(), Some("two"));
}

#[tokio::test(start_paused = true)]
async fn the_log_says_who_did_what_and_how_it_ended() {
    let api = cluster(1);
    let leases = leases(&api);
    leases.get_opt("evenkeel").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(90)).await;
    let parameters = PostParams::default();
    let created = leases.create(&parameters, &lease("one")).await;
    let mut created = created.unwrap();
    created.metadata.resource_version = Some("1".to_owned());
    let stale = leases.replace("evenkeel", &parameters, &created).await;
    stale.unwrap_err();
    let nowhere = http::Request::get("/nowhere").body(Vec::new()).unwrap();
    api.client("curl").request_text(nowhere).await.unwrap_err();
    let log: Vec<_> = api.requests().iter().map(ToString::to_string).collect();
    assert_eq!(
        log,
        [
            "2026-11-24T12:00:00Z evenkeel/1 get leases/default/evenkeel 404",
            "2026-11-24T12:01:30Z evenkeel/1 create leases/default/evenkeel 201",
            "2026-11-24T12:01:30Z evenkeel/1 update leases/default/evenkeel 409",
            "2026-11-24T12:01:30Z curl other /nowhere 404",
        ]
    );
    let writes: Vec<_> = api.requests().iter().map(Request::is_write).collect();
    assert_eq!(writes, [false, true, true, false]);
}
