//! The test bed keeps its promises: real, with RBAC, restarted over its data, gone when stopped.
#![cfg(feature = "sandbox")]
#![expect(
    clippy::unwrap_used,
    reason = "the steps of a test are functions, and one that fails fails the test"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use evenkeel::sandbox::cluster::{self, Cluster};
use evenkeel::sandbox::tools::{self, ClusterTools, Source, Tool};
use k8s_openapi::api::core::v1::{ConfigMap, ServiceAccount};
use kube::api::{ListParams, PostParams};
use kube::{Api, Client};

/// Nothing here takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_cluster_serves_restarts_and_leaves_nothing() {
    let source = Source::from_environment(tools::DEFAULT_FOLDER);
    let tools = tools::cluster(&source, &mut |_| {}).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start(&tools, folder.path()).await.unwrap();

    if source.assets().is_none() {
        reports_the_pinned_version(&cluster).await;
    }
    kubectl_works_and_sees_nothing_of_the_callers_environment(&cluster).await;
    rbac_denies_a_fresh_service_account(&cluster, folder.path()).await;
    two_clusters_run_side_by_side(&tools, &cluster).await;
    a_restart_keeps_the_data(&mut cluster).await;

    let processes = cluster.process_ids();
    assert_eq!(processes.len(), 2);
    cluster.stop().await.unwrap();
    all_end(&processes).await;
}

async fn reports_the_pinned_version(cluster: &Cluster) {
    let version = cluster.client().apiserver_version().await.unwrap();
    assert_eq!(version.git_version, Tool::KubeApiserver.version());
}

async fn kubectl_works_and_sees_nothing_of_the_callers_environment(cluster: &Cluster) {
    let output = cluster
        .kubectl()
        .args(["get", "ns", "-o", "name"])
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let names = String::from_utf8(output.stdout).unwrap();
    assert!(names.contains("namespace/default\n"), "{names}");

    let output = cluster.command("env").output().await.unwrap();
    let variables = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<_> = variables
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "KUBECONFIG", "PATH"]);
}

async fn rbac_denies_a_fresh_service_account(cluster: &Cluster, folder: &Path) {
    let accounts: Api<ServiceAccount> = Api::namespaced(cluster.client(), "default");
    let mut account = ServiceAccount::default();
    account.metadata.name = Some("nobody".to_owned());
    accounts
        .create(&PostParams::default(), &account)
        .await
        .unwrap();
    let kubeconfig = folder.join("nobody.kubeconfig");
    cluster
        .service_account_kubeconfig("default", "nobody", &kubeconfig)
        .await
        .unwrap();

    let nobody = cluster::client(&kubeconfig).await.unwrap();
    // The token is good: every authenticated user may ask for the version, and nobody else.
    nobody.apiserver_version().await.unwrap();
    let denied = Api::<ConfigMap>::namespaced(nobody, "default")
        .list(&ListParams::default())
        .await;
    let message = denied.unwrap_err().to_string();
    assert!(
        message.contains("system:serviceaccount:default:nobody"),
        "{message}"
    );

    let audit = std::fs::read_to_string(cluster.audit_log()).unwrap();
    let denial = audit.lines().find(|line| {
        line.contains(r#""username":"system:serviceaccount:default:nobody""#)
            && line.contains(r#""resource":"configmaps""#)
    });
    assert!(
        denial.is_some_and(|line| line.contains(r#""code":403"#)),
        "{denial:?}"
    );
}

async fn two_clusters_run_side_by_side(tools: &ClusterTools, first: &Cluster) {
    let folder = tempfile::tempdir().unwrap();
    let second = Cluster::start(tools, folder.path()).await.unwrap();
    put(first.client(), "mine", "first").await;
    put(second.client(), "mine", "second").await;
    assert_eq!(get(first.client(), "mine").await, "first");

    let again = Cluster::start(tools, folder.path()).await.err().unwrap();
    assert!(
        again
            .to_string()
            .starts_with("could not lay out a cluster in"),
        "{again}"
    );

    let processes = second.process_ids();
    drop(second);
    all_end(&processes).await;
}

async fn a_restart_keeps_the_data(cluster: &mut Cluster) {
    put(cluster.client(), "kept", "before").await;
    cluster.stop_apiserver().await.unwrap();
    assert!(
        cluster.client().apiserver_version().await.is_err(),
        "a stopped server answered"
    );
    cluster.start_apiserver().await.unwrap();
    assert_eq!(get(cluster.client(), "kept").await, "before");
}

async fn put(client: Client, name: &str, value: &str) {
    let mut object = ConfigMap::default();
    object.metadata.name = Some(name.to_owned());
    object.data = Some([("value".to_owned(), value.to_owned())].into());
    let objects = Api::<ConfigMap>::namespaced(client, "default");
    objects
        .create(&PostParams::default(), &object)
        .await
        .unwrap();
}

async fn get(client: Client, name: &str) -> String {
    let object = Api::<ConfigMap>::namespaced(client, "default")
        .get(name)
        .await
        .unwrap();
    object.data.unwrap()["value"].clone()
}

/// Waits for processes that were told to end; each has a bounded time.
async fn all_end(processes: &[u32]) {
    let deadline = Instant::now() + PATIENCE;
    for id in processes {
        while runs(*id) {
            assert!(Instant::now() < deadline, "process {id} is still there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A zombie does not run: it waits for tokio to collect it.
fn runs(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}
