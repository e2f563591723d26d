//! Builds programs from the pinned Go module, once per set of versions and one process at a time.
//!
//! Go's own cache decides what is compiled; a stamp beside each program saves even asking it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::fs;

use super::go::{self, Message};
use super::{Progress, Report, Tool, pinned};

/// How often a build by another process is looked at.
const LOCK_POLL: Duration = Duration::from_millis(200);

/// Why a build gave no program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder can't be written.
    #[error("could not write \"{}\"", path.display())]
    WriteFolder {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The lock that keeps two builds apart can't be taken.
    #[error("could not lock \"{}\"", path.display())]
    LockFolder {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The packages to compile can't be listed: go or a module is missing.
    #[error("could not list the packages to build")]
    ListPackages(#[source] go::Error),
    /// Go did not build a program.
    #[error("could not build {}", tool.binary())]
    BuildProgram {
        /// The program.
        tool: Tool,
        /// What go says.
        #[source]
        source: go::Error,
    },
}

/// Builds what is missing of `wanted` and returns the absolute path of the folder of programs.
pub(super) async fn all(
    folder: &Path,
    wanted: &[Tool],
    report: Report<'_>,
) -> Result<PathBuf, Error> {
    let folder = std::path::absolute(folder).map_err(|source| write_error(folder, source))?;
    let programs = folder.join("bin");
    let stamp = pinned::stamp();
    if missing(&programs, wanted, &stamp).await.is_empty() {
        return Ok(programs);
    }
    create(&programs).await?;
    // Held until the end of the build: closing the file lets the next process in.
    let _lock = lock(folder.join("lock"), report).await?;
    let missing = missing(&programs, wanted, &stamp).await;
    if !missing.is_empty() {
        let module = write_module(&folder).await?;
        build(&module, &programs, &missing, &stamp, report).await?;
    }
    Ok(programs)
}

async fn build(
    module: &Path,
    programs: &Path,
    missing: &[Tool],
    stamp: &str,
    report: Report<'_>,
) -> Result<(), Error> {
    report(Progress::Started { tools: missing });
    let packages: Vec<_> = missing.iter().map(|tool| pinned::package(*tool)).collect();
    let follow = |message: Message<'_>| {
        if let Message::Downloading(module) = message {
            report(Progress::Downloading { module });
        }
    };
    let listed = go::count_packages(module, &packages, follow).await;
    let total = listed.map_err(Error::ListPackages)?;

    let mut done = 0;
    for &tool in missing {
        let started = Instant::now();
        let program = programs.join(tool.binary());
        let fresh = program.with_extension("new");
        let follow = |message: Message<'_>| match message {
            Message::Downloading(module) => report(Progress::Downloading { module }),
            Message::Compiling(package) => {
                done += 1;
                report(Progress::Compiling {
                    tool,
                    package,
                    done,
                    total,
                });
            }
        };
        let built = go::build(module, pinned::package(tool), &fresh, follow).await;
        built.map_err(|source| Error::BuildProgram { tool, source })?;
        // Renamed and not written into its place: an older one may be running.
        let renamed = fs::rename(&fresh, &program).await;
        renamed.map_err(|source| write_error(&program, source))?;
        write(&stamp_of(programs, tool), stamp).await?;
        let took = started.elapsed();
        report(Progress::Built { tool, took });
    }
    Ok(())
}

/// Those of `wanted` that are not there or were built from something else.
async fn missing(programs: &Path, wanted: &[Tool], stamp: &str) -> Vec<Tool> {
    let mut missing = Vec::new();
    for &tool in wanted {
        let is_there = fs::try_exists(programs.join(tool.binary())).await;
        let built_from = fs::read_to_string(stamp_of(programs, tool)).await;
        // What can't be read counts as missing: the build then says why it can't be written.
        if !is_there.unwrap_or(false) || built_from.unwrap_or_default() != stamp {
            missing.push(tool);
        }
    }
    missing
}

fn stamp_of(programs: &Path, tool: Tool) -> PathBuf {
    programs.join(tool.binary()).with_extension("stamp")
}

async fn write_module(folder: &Path) -> Result<PathBuf, Error> {
    let module = folder.join("module");
    create(&module).await?;
    write(&module.join("go.mod"), pinned::GO_MOD).await?;
    write(&module.join("go.sum"), pinned::GO_SUM).await?;
    Ok(module)
}

/// Polls, because a thread that blocks on the lock would outlive a caller that gives up.
async fn lock(path: PathBuf, report: Report<'_>) -> Result<File, Error> {
    let fail = |source| Error::LockFolder {
        path: path.clone(),
        source,
    };
    let file = File::create(&path).map_err(fail)?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(fail(source)),
            Err(TryLockError::WouldBlock) if told => {}
            Err(TryLockError::WouldBlock) => {
                report(Progress::WaitingForOtherBuild);
                told = true;
            }
        }
        tokio::time::sleep(LOCK_POLL).await;
    }
}

async fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder)
        .await
        .map_err(|source| write_error(folder, source))
}

async fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text)
        .await
        .map_err(|source| write_error(path, source))
}

fn write_error(path: &Path, source: io::Error) -> Error {
    Error::WriteFolder {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_is_kept_as_long_as_it_comes_from_these_sources() {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path();
        std::fs::write(programs.join("etcd"), "").unwrap();
        std::fs::write(programs.join("etcd.stamp"), "these").unwrap();
        std::fs::write(programs.join("helm.stamp"), "these").unwrap();
        let wanted = [Tool::Etcd, Tool::Helm];
        assert_eq!(missing(programs, &wanted, "these").await, [Tool::Helm]);
        assert_eq!(missing(programs, &wanted, "others").await, wanted);
    }

    #[tokio::test]
    async fn a_second_build_waits_for_the_first_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let mut first = Some(lock(path.clone(), &mut |_| {}).await.unwrap());
        let mut told = 0;
        lock(path, &mut |progress| {
            assert!(
                matches!(progress, Progress::WaitingForOtherBuild),
                "{progress:?}"
            );
            told += 1;
            first = None;
        })
        .await
        .unwrap();
        assert_eq!(told, 1);
    }
}
