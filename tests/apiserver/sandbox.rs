//! `evenkeel sandbox` as a user runs it: what it shows, that a second terminal sees the same world, and that it leaves nothing.

use std::path::Path;
use std::process::Stdio;

use evenkeel::sandbox::tools::DEFAULT_FOLDER;
use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::bench::{PATIENCE, are_worth_it, eventually, path};

/// The sandbox in a folder of this run.
fn sandbox(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command
        .current_dir(path(""))
        .arg("sandbox")
        .arg("--folder")
        .arg(folder)
        .arg("--tools")
        .arg(path(DEFAULT_FOLDER))
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn the_example_becomes_ready_and_nothing_is_left() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("run");
    let output = sandbox(&folder, &["--once"]).output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_data_eq!(
        &shown,
        str![[r"

  world   wave  calls  done                                       waiting for
  0:[..]1     [..]
...
  [..]everything is Ready

     Serving api.example.com in 3 Regions: ap-northeast-1, eu-west-1, us-east-1
             shop.example.com in 3 Regions: ap-northeast-1, eu-west-1, us-east-1
     AWS calls [..], needed 47 (21 writes, 26 reads)

"]]
    );
    assert_data_eq!(
        said,
        str![[r"
    Starting etcd, kube-apiserver and a simulated AWS (zone example.com, load balancers in 3 Regions)
    Starting evenkeel as service account evenkeel/evenkeel, RBAC on, world time x10
    Applying examples/shop: 2 GlobalApps, 3 RegionEndpoints, 1 GlobalTable
    Stopping evenkeel (it lets go of its lease), kube-apiserver, etcd
     Stopped evenkeel-0, kube-apiserver, etcd in [..] s; [..]/run is removed

"]]
    );
    let (calls, needed) = counts(&shown);
    assert!(
        are_worth_it(calls, needed),
        "{calls} calls, needed {needed}"
    );
    nothing_is_left(&folder).await;
}

/// `AWS calls 49, needed 47`
fn counts(shown: &str) -> (usize, usize) {
    let (_, line) = shown.split_once("AWS calls ").unwrap();
    let mut numbers = line.split(|letter: char| !letter.is_ascii_digit());
    let mut next = || {
        numbers
            .find(|text| !text.is_empty())
            .unwrap()
            .parse()
            .unwrap()
    };
    (next(), next())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_terminal_sees_the_same_world_until_ctrl_c() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("run");
    let mut child = sandbox(&folder, &[]).spawn().unwrap();
    shows(&mut child, "Ctrl-C stops everything").await;

    let environment = folder.join("env");
    let examples = edited(&parent);
    in_terminal(
        &environment,
        "evenkeel plan -f examples/shop",
        0,
        "nothing to do",
    )
    .await;
    in_terminal(&environment, "kubectl diff -f examples/shop", 0, "").await;
    let plan = format!("evenkeel plan -f {examples}");
    in_terminal(&environment, &plan, 2, "100 -> 50").await;
    // The health of the other Regions was asked for it.
    in_terminal(&environment, &plan, 2, "- A eu-west-1 alias").await;

    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    kill_process(Pid::from_raw(pid.unwrap()).unwrap(), Signal::INT).unwrap();
    let ended = tokio::time::timeout(PATIENCE, child.wait()).await.unwrap();
    assert!(ended.unwrap().success());
    nothing_is_left(&folder).await;
}

/// Waits for a line. What follows it is short enough for the pipe.
async fn shows(child: &mut Child, what: &str) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let shown = async {
        let mut all = Vec::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(what) {
                return;
            }
            all.push(line);
        }
        panic!("it ended without {what:?}:\n{}", all.join("\n"));
    };
    tokio::time::timeout(PATIENCE, shown).await.unwrap();
}

/// The example with one dial turned down.
fn edited(parent: &TempDir) -> String {
    let folder = parent.path().join("edited");
    std::fs::create_dir(&folder).unwrap();
    for entry in std::fs::read_dir(path("examples/shop")).unwrap() {
        let file = entry.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let mut text = text.replace(
            "{region: eu-west-1, dialPercent: 100}",
            "{region: eu-west-1, dialPercent: 50}",
        );
        if file.file_name() == "api.yaml" {
            text = text.replace(
                "us-east-1, eu-west-1, ap-northeast-1",
                "us-east-1, ap-northeast-1",
            );
        }
        std::fs::write(folder.join(file.file_name()), text).unwrap();
    }
    folder.display().to_string()
}

async fn in_terminal(environment: &Path, command: &str, exit_code: i32, expected: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.current_dir(path("")).env_remove("KUBECONFIG");
    let script = format!(". {}; {command}", environment.display());
    let output = shell.args(["-c", &script]).output().await.unwrap();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(
        output.status.code(),
        Some(exit_code),
        "{command}\n{printed}\n{said}"
    );
    assert!(printed.contains(expected), "{command}\n{printed}\n{said}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// No folder, and no process that was started in it or with a file of it.
async fn nothing_is_left(folder: &Path) {
    assert!(!folder.exists());
    let name = folder.display().to_string();
    eventually("the processes to end", async || {
        let left: Vec<String> = processes()
            .filter(|command| command.contains(&name))
            .collect();
        if left.is_empty() { Ok(()) } else { Err(left) }
    })
    .await;
}

/// The command lines of everything that runs on this machine. Those of zombies are empty.
fn processes() -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some(text(&command))
    })
}
