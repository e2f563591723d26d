//! Manifests that are refused, by the real API server and by `evenkeel plan`, and what each says.
//!
//! One file of `refused/` is one mistake. Its first line is what kubectl's message ends with. Rules of our own (CEL) say
//! the same in a plan; what a schema's keyword says is worded by each, so a plan's words are in a second line. A file of
//! two documents is a change: the first is taken, the second refused. A plan does not see changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;

use evenkeel::sandbox::cluster::Cluster;
use evenkeel::sandbox::tools::{self, Source};
use pretty_assertions::assert_eq;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::bench::path;

/// One file.
struct Refused {
    file: PathBuf,
    message: String,
    /// What a plan says, if it has words of its own.
    plan: Option<String>,
    documents: Vec<String>,
}

impl Refused {
    fn surprise(&self, expected: &str, said: &str) -> String {
        let file = self.file.display();
        format!("{file} is to be refused with {expected:?}, but:\n{said}\n")
    }
}

fn all() -> Vec<Refused> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(path("tests/apiserver/refused"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.into_iter().map(read).collect()
}

fn read(file: PathBuf) -> Refused {
    let text = std::fs::read_to_string(&file).unwrap();
    let line = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(&format!("# {name}: ")).map(str::to_owned))
    };
    let message = line("message");
    Refused {
        message: message.unwrap_or_else(|| panic!("{} names no message", file.display())),
        plan: line("plan"),
        documents: text.split("---\n").map(str::to_owned).collect(),
        file,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_server_refuses_every_mistake_by_name() {
    let source = Source::from_environment(path(tools::DEFAULT_FOLDER));
    let programs = tools::cluster(&source, &mut |_| {}).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(&programs, folder.path()).await.unwrap();
    let crds = path("crds").display().to_string();
    apply(&cluster, &["-f", &crds], "").await.unwrap();
    let mut wait = cluster.kubectl();
    wait.args([
        "wait",
        "--for=condition=Established",
        "crd",
        "--all",
        "--timeout=60s",
    ]);
    assert!(wait.status().await.unwrap().success());

    let mut surprises = Vec::new();
    for refused in all() {
        let (last, before) = refused.documents.split_last().unwrap();
        for document in before {
            let applied = apply(&cluster, &["-f", "-"], document).await;
            assert_eq!(applied, Ok(()), "{}", refused.file.display());
        }
        let refusal = apply(&cluster, &["-f", "-"], last).await.err();
        let refusal = refusal.unwrap_or_else(|| "it was taken".to_owned());
        let is_said = match complaints(&refusal).as_slice() {
            [complaint] => complaint.ends_with(&refused.message),
            _ => false,
        };
        if !is_said {
            surprises.push(refused.surprise(&refused.message, &refusal));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    cluster.stop().await.unwrap();
}

/// What kubectl complains of: one line, or one of many each. Rules are not run on an object of the wrong shape, and the
/// API server says so in a line of its own.
fn complaints(refusal: &str) -> Vec<&str> {
    let many = refusal.lines().filter(|line| line.starts_with("* "));
    let many: Vec<&str> = many
        .filter(|line| !line.contains("some validation rules were not checked"))
        .collect();
    if many.is_empty() {
        refusal.lines().collect()
    } else {
        many
    }
}

/// Applies what it is given, or says what kubectl says.
async fn apply(cluster: &Cluster, arguments: &[&str], input: &str) -> Result<(), String> {
    let mut command = cluster.kubectl();
    command.arg("apply").args(arguments);
    let (is_done, said) = run(command, input).await;
    if is_done { Ok(()) } else { Err(said) }
}

/// Whether the command succeeds, and what it says of mistakes.
async fn run(mut command: Command, input: &str) -> (bool, String) {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said.trim_end().to_owned())
}

#[tokio::test]
async fn a_plan_refuses_the_same_mistakes_before_any_call() {
    let mut surprises = Vec::new();
    for refused in all() {
        let [document] = refused.documents.as_slice() else {
            continue;
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
        command.args(["plan", "--assume-empty", "-f", "-"]);
        let (is_done, said) = run(command, document).await;
        let titles: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        let is_said = match (titles.as_slice(), &refused.plan) {
            ([title], Some(own)) => title.contains(own.as_str()),
            ([title], None) => title.ends_with(&format!(": {}", refused.message)),
            _ => false,
        };
        if is_done || !is_said {
            let expected = refused.plan.as_ref().unwrap_or(&refused.message);
            surprises.push(refused.surprise(expected, &said));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn every_rule_has_a_mistake() {
    let mut rules = BTreeSet::new();
    for manifest in evenkeel_core::crd::manifests() {
        messages(&manifest.value, &mut rules);
    }
    assert!(rules.len() > 20, "{rules:#?}");
    for refused in all() {
        rules.remove(&refused.message);
    }
    assert_eq!(
        rules,
        BTreeSet::new(),
        "no file of tests/apiserver/refused breaks these rules"
    );
}

/// The message of every CEL rule below.
fn messages(schema: &Value, found: &mut BTreeSet<String>) {
    let rules = schema["x-kubernetes-validations"].as_array();
    for rule in rules.into_iter().flatten() {
        found.insert(
            rule["message"]
                .as_str()
                .expect("every rule has a message")
                .to_owned(),
        );
    }
    match schema {
        Value::Object(fields) => fields.values().for_each(|field| messages(field, found)),
        Value::Array(items) => items.iter().for_each(|item| messages(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
