//! Server processes that log to a file, stop on request and never outlive who started them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, ChildStdin, Command};

/// Lines of a log that an error repeats.
const TAIL_LINES: usize = 15;

/// Why a process could not be started, watched or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program can't be run.
    #[error("could not start {name}")]
    Start {
        /// What the process is called here.
        name: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The log can't be opened.
    #[error("could not write \"{}\"", path.display())]
    OpenLog {
        /// The log file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The process ended by itself.
    #[error("{name} ended with {status}; the end of its log:\n{tail}")]
    EndedEarly {
        /// What the process is called here.
        name: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        tail: String,
    },
    /// The state of the process can't be read.
    #[error("could not wait for {name}")]
    Wait {
        /// What the process is called here.
        name: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// A process group that ends with this value, or when this process ends in any way, even SIGKILL.
///
/// Its leader is a shell that waits on a pipe of which only this process holds the other end. The
/// kernel's parent-death signal would need unsafe code, and comes when a mere thread ends.
#[derive(Debug)]
pub(super) struct Group {
    leader: Child,
    lifeline: Option<ChildStdin>,
    id: i32,
}

impl Group {
    pub(super) fn start() -> Result<Self, Error> {
        let fail = |source| Error::Start {
            name: "the process group".to_owned(),
            source,
        };
        let mut leader = Command::new("/bin/sh")
            .args(["-c", "read -r _; kill -KILL 0"])
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(fail)?;
        let lifeline = leader.stdin.take();
        let id = leader.id().and_then(|id| i32::try_from(id).ok());
        let id = id.ok_or_else(|| fail(io::ErrorKind::NotFound.into()))?;
        Ok(Self {
            leader,
            lifeline,
            id,
        })
    }

    /// Makes `command` a member. A member gets no Ctrl-C of the terminal, so that its owner can stop
    /// all members in order.
    pub(super) fn adopt(&self, command: &mut Command) {
        command.process_group(self.id).kill_on_drop(true);
    }

    /// Starts `command` as a member of the group, with its output added to `log`.
    pub(super) fn spawn(
        &self,
        name: &str,
        command: &mut Command,
        log: PathBuf,
    ) -> Result<Process, Error> {
        let open = || {
            let file = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&log)?;
            Ok((file.try_clone()?, file))
        };
        let (stdout, stderr) = open().map_err(|source| Error::OpenLog {
            path: log.clone(),
            source,
        })?;
        self.adopt(command);
        let child = command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .map_err(|source| Error::Start {
                name: name.to_owned(),
                source,
            })?;
        Ok(Process {
            name: name.to_owned(),
            child,
            log,
        })
    }

    /// Ends the leader and every member that is left.
    pub(super) async fn end(mut self) -> Result<(), Error> {
        drop(self.lifeline.take());
        let ended = self.leader.wait().await;
        ended.map(drop).map_err(|source| Error::Wait {
            name: "the process group".to_owned(),
            source,
        })
    }
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// The process id, as long as the process has not been seen to end.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Fails if the process has ended, with the end of its log.
    pub fn check(&mut self) -> Result<(), Error> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(Error::EndedEarly {
                name: self.name.clone(),
                status,
                tail: tail(&self.log),
            }),
            Err(source) => Err(Error::Wait {
                name: self.name.clone(),
                source,
            }),
        }
    }

    /// Asks the process to end (SIGTERM) and kills it if it has not within `patience`.
    pub async fn stop(mut self, patience: Duration) -> Result<(), Error> {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // Until it is waited for, no other process has its id. A failure ends in the kill below.
            let _ = kill_process(pid, Signal::TERM);
        }
        let ended = match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(ended) => ended.map(drop),
            Err(_) => self.child.kill().await,
        };
        ended.map_err(|source| Error::Wait {
            name: self.name,
            source,
        })
    }

    /// Kills the process where it stands (SIGKILL).
    pub async fn kill(mut self) -> Result<(), Error> {
        let killed = self.child.kill().await;
        killed.map_err(|source| Error::Wait {
            name: self.name,
            source,
        })
    }
}

/// The end of a log, or why there is none.
pub(super) fn tail(log: &Path) -> String {
    let text = match std::fs::read(log) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return format!("(\"{}\" can't be read: {error})", log.display()),
    };
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(group: &Group, folder: &Path, script: &str) -> Process {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        group
            .spawn("script", &mut command, folder.join("script.log"))
            .unwrap()
    }

    #[tokio::test]
    async fn a_process_that_ends_by_itself_is_reported_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let group = Group::start().unwrap();
        let mut process = start(
            &group,
            folder.path(),
            "echo first; echo last words >&2; exit 3",
        );
        process.child.wait().await.unwrap();
        let message = process.check().unwrap_err().to_string();
        assert!(message.contains("exit status: 3"), "{message}");
        assert!(message.ends_with("first\nlast words"), "{message}");
    }

    #[tokio::test]
    async fn a_process_that_ignores_the_request_to_end_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let group = Group::start().unwrap();
        // The shell waits for the line, so that its trap is set before the signal comes.
        let process = start(
            &group,
            folder.path(),
            "trap '' TERM; echo ready; while :; do sleep 60; done",
        );
        while !tail(process.log()).contains("ready") {
            tokio::task::yield_now().await;
        }
        process.stop(Duration::from_millis(50)).await.unwrap();
    }

    #[tokio::test]
    async fn a_group_takes_its_members_along_when_its_owner_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let group = Group::start().unwrap();
        let mut member = start(&group, folder.path(), "sleep 600");
        // What the kernel does when the owner is killed; `kill_on_drop` has no part in it.
        drop(group);
        let status = member.child.wait().await.unwrap();
        assert!(!status.success(), "{status}");
    }
}
