//! The charts: they lint, render what the values say, and refuse values that nobody reads.

use evenkeel::sandbox::tools::{self, Source};
use pretty_assertions::assert_eq;
use serde_json::Value;
use tokio::process::Command;

use crate::bench::path;

async fn helm(arguments: &[&str]) -> Result<String, String> {
    let source = Source::from_environment(path(tools::DEFAULT_FOLDER));
    let helm = tools::helm(&source, &mut |_| {}).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(helm);
    // Nothing of this user's: no repositories, no plugins, no cluster.
    command
        .env_clear()
        .env("HOME", home.path())
        .current_dir(path(""));
    let output = command.args(arguments).output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

/// The objects of the chart with these values, one `kind/name` each, and the Deployment's container.
async fn render(values: &[&str]) -> Result<(Vec<String>, Value), String> {
    let sets: Vec<String> = values
        .iter()
        .map(|value| format!("--set={value}"))
        .collect();
    let mut arguments = vec!["template", "ek", "charts/evenkeel", "--namespace=control"];
    arguments.extend(sets.iter().map(String::as_str));
    let text = helm(&arguments).await?;
    let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    let name = |object: &Value| {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{}/{}",
            word(&object["kind"]),
            word(&object["metadata"]["name"])
        )
    };
    let mut names: Vec<String> = objects.iter().map(name).collect();
    names.sort();
    let deployment = objects
        .iter()
        .find(|object| object["kind"] == "Deployment")
        .unwrap();
    Ok((names, deployment["spec"]["template"]["spec"].clone()))
}

fn variable(pod: &Value, name: &str) -> Value {
    let variables = pod["containers"][0]["env"].as_array().unwrap();
    let found = variables.iter().find(|variable| variable["name"] == name);
    found.map_or(Value::Null, |found| found["value"].clone())
}

#[tokio::test]
async fn the_charts_lint() {
    for chart in ["charts/evenkeel", "charts/evenkeel-crds"] {
        let linted = helm(&["lint", "--strict", chart]).await;
        assert!(linted.is_ok(), "{linted:?}");
    }
}

#[tokio::test]
async fn the_chart_renders_its_defaults() {
    let (names, pod) = render(&[]).await.unwrap();
    assert_eq!(
        names,
        [
            "ClusterRole/ek",
            "ClusterRole/ek-on-call",
            "ClusterRoleBinding/ek",
            "Deployment/ek",
            "Role/ek",
            "RoleBinding/ek",
            "ServiceAccount/ek",
            "ValidatingAdmissionPolicy/annotations.evenkeel.dev",
            "ValidatingAdmissionPolicyBinding/annotations.evenkeel.dev"
        ]
    );
    for unset in [
        "EVENKEEL_FLEET",
        "EVENKEEL_FORMER_WRITERS",
        "EVENKEEL_TIMINGS",
    ] {
        assert_eq!(variable(&pod, unset), Value::Null, "{unset}");
    }
    assert_eq!(variable(&pod, "EVENKEEL_MAX_DELETIONS"), "20");
    assert_eq!(pod["containers"][0]["image"], "evenkeel:0.1.0");
    assert_eq!(
        pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"],
        true
    );
}

#[tokio::test]
async fn the_chart_renders_what_the_values_say() {
    let (_, pod) = render(&[
        "fleet=shops",
        "formerWriters={one,two}",
        "timings.poll=10s",
        "timings.sweep=10m",
        "maxDeletions=5",
        "awsShare=50",
        "image.repository=registry.example.com/evenkeel",
        "image.tag=1.2.3",
        "log.level=debug",
        "serviceAccount.name=own",
    ])
    .await
    .unwrap();
    assert_eq!(variable(&pod, "EVENKEEL_FLEET"), "shops");
    assert_eq!(variable(&pod, "EVENKEEL_FORMER_WRITERS"), "one,two");
    assert_eq!(variable(&pod, "EVENKEEL_TIMINGS"), "poll=10s,sweep=10m");
    assert_eq!(variable(&pod, "EVENKEEL_MAX_DELETIONS"), "5");
    assert_eq!(variable(&pod, "EVENKEEL_AWS_SHARE"), "50");
    assert_eq!(variable(&pod, "EVENKEEL_LOG"), "debug");
    assert_eq!(
        pod["containers"][0]["image"],
        "registry.example.com/evenkeel:1.2.3"
    );
    assert_eq!(pod["serviceAccountName"], "own");
}

#[tokio::test]
async fn the_chart_refuses_what_it_does_not_know() {
    let refused = [
        ("fleets=shops", "additional properties 'fleets' not allowed"),
        ("fleet=Shops", "at '/fleet': 'Shops' does not match pattern"),
        (
            "timings.pol=5s",
            "at '/timings': additional properties 'pol' not allowed",
        ),
        ("timings.poll=5", "at '/timings/poll': "),
        ("awsShare=0", "at '/awsShare': minimum: got 0, want 1"),
        ("replicas=0", "at '/replicas': minimum: got 0, want 1"),
        ("replicas=two", "at '/replicas': got string, want integer"),
        (
            "log.format=xml",
            "at '/log/format': value must be one of 'json', 'text'",
        ),
    ];
    for (value, message) in refused {
        let said = render(&[value]).await.unwrap_err();
        assert!(
            said.contains(message),
            "--set {value} is to say {message:?}, but:\n{said}"
        );
    }
}
