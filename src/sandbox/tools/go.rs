//! Runs the go command in the folder of the pinned module and follows what it says.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::pinned;

/// Lines of go's messages that an error repeats: enough for a compiler error with its package.
const TAIL_LINES: usize = 20;

/// Why the go command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no go command on `PATH`.
    #[error(
        "go {} or newer is needed to build kube-apiserver once",
        pinned::go_version()
    )]
    FindGo(#[source] io::Error),
    /// Go is older than the module needs, and may not fetch a newer toolchain by itself.
    #[error(
        "go {} or newer is needed to build kube-apiserver once: {message}",
        pinned::go_version()
    )]
    UseOldGo {
        /// Go's own words, which name its version.
        message: String,
    },
    /// The command can't be started or followed.
    #[error("could not run go")]
    RunGo(#[source] io::Error),
    /// The command reported failure.
    #[error("go failed with {status}:\n{tail}")]
    Fail {
        /// The exit status.
        status: std::process::ExitStatus,
        /// The end of its messages.
        tail: String,
    },
}

/// What go says while it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// A module is fetched.
    Downloading(&'a str),
    /// A package is compiled.
    Compiling(&'a str),
}

/// Counts the packages that `packages` are made of, themselves included, and fetches their modules.
pub(super) async fn count_packages(
    module: &Path,
    packages: &[&str],
    follow: impl FnMut(Message<'_>),
) -> Result<usize, Error> {
    let arguments = [&["list", "-mod=readonly", "-deps"], packages].concat();
    Ok(run(module, &arguments, follow).await?.lines().count())
}

/// Builds the main package `package` into the file `program`.
pub(super) async fn build(
    module: &Path,
    package: &str,
    program: &Path,
    follow: impl FnMut(Message<'_>),
) -> Result<(), Error> {
    let flags = pinned::linker_flags();
    let arguments = ["build", "-mod=readonly", "-v", "-ldflags", &flags, "-o"].map(OsStr::new);
    let arguments = [&arguments[..], &[program.as_os_str(), package.as_ref()]].concat();
    run(module, &arguments, follow).await.map(drop)
}

async fn run(
    module: &Path,
    arguments: &[impl AsRef<OsStr>],
    mut follow: impl FnMut(Message<'_>),
) -> Result<String, Error> {
    // The user's proxy, cache and flags hold, but not what would build for another machine.
    let mut child = Command::new("go")
        .args(arguments)
        .current_dir(module)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off")
        .env_remove("GOOS")
        .env_remove("GOARCH")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(start_failure)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());

    // Both at once: a full pipe that nobody reads would stop go.
    let read_output = async {
        let mut text = String::new();
        if let Some(mut stdout) = stdout {
            stdout.read_to_string(&mut text).await?;
        }
        Ok(text)
    };
    let read_messages = async {
        let mut tail = VecDeque::new();
        if let Some(stderr) = stderr {
            let mut lines = BufReader::new(stderr).lines();
            while let Some(line) = lines.next_line().await? {
                match message(&line) {
                    Some(message) => follow(message),
                    None => tail.push_back(line),
                }
                if tail.len() > TAIL_LINES {
                    tail.pop_front();
                }
            }
        }
        Ok(Vec::from(tail).join("\n"))
    };
    let (output, tail) = tokio::try_join!(read_output, read_messages).map_err(Error::RunGo)?;
    let status = child.wait().await.map_err(Error::RunGo)?;
    if status.success() {
        Ok(output)
    } else {
        Err(failure(status, tail))
    }
}

fn start_failure(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        Error::FindGo(error)
    } else {
        Error::RunGo(error)
    }
}

fn failure(status: std::process::ExitStatus, tail: String) -> Error {
    // Go has no exit code for it; these are its words since Go 1.21.
    match tail.lines().find(|line| line.contains("requires go >= ")) {
        Some(line) => Error::UseOldGo {
            message: line.to_owned(),
        },
        None => Error::Fail { status, tail },
    }
}

/// None for everything else that go prints, which is then part of an error.
fn message(line: &str) -> Option<Message<'_>> {
    if let Some(module) = line.strip_prefix("go: downloading ") {
        return Some(Message::Downloading(module));
    }
    let is_import_path = !line.is_empty() && !line.contains([' ', ':', '#']);
    is_import_path.then_some(Message::Compiling(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_from_errors() {
        let cases = [
            (
                "go: downloading k8s.io/api v0.37.2",
                Some(Message::Downloading("k8s.io/api v0.37.2")),
            ),
            (
                "internal/goarch",
                Some(Message::Compiling("internal/goarch")),
            ),
            ("# k8s.io/kubernetes/cmd/kubectl", None),
            ("cmd/main.go:3:2: undefined: x", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(message(line), expected, "{line}");
        }
    }
}
