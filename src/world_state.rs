//! The state file of `evenkeel world`: the world's journal, one JSON object a line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use evenkeel_sim::{Broken, Entry, World};
use serde_json::Deserializer;
use thiserror::Error;

/// Why a state file can't be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// It can't be read or written.
    #[error("{} can't be used as a state file", file.display())]
    Use {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process uses it.
    #[error("{} is used by another process", file.display())]
    Used {
        /// The file.
        file: PathBuf,
    },
    /// A line of it is no entry.
    #[error("{} is not understood", file.display())]
    Parse {
        /// The file.
        file: PathBuf,
        /// Why, and where.
        source: serde_json::Error,
    },
    /// A line of it can't have happened.
    #[error("{}: line {line} can't be repeated", file.display())]
    Repeat {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: Broken,
    },
}

/// An open state file, of which no other process can take hold.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    file: File,
}

impl StateFile {
    /// Opens or creates it, and returns the world that it holds, if it holds one. A last line without an end was
    /// not written to its end, and is forgotten.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<World>), StateError> {
        let path = path.to_owned();
        let failed = |source| StateError::Use {
            file: path.clone(),
            source,
        };
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true);
        let mut file = options.open(&path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StateError::Used { file: path.clone() },
            TryLockError::Error(source) => failed(source),
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        // The first line is written at once: a file without one holds something else.
        let whole = text.rfind('\n').map_or(text.len(), |end| end + 1);
        let world = read(&path, text.get(..whole).unwrap_or_default())?;
        file.set_len(whole as u64).map_err(failed)?;
        Ok((Self { path, file }, world))
    }

    /// Adds what happened since.
    pub(crate) fn append(&mut self, entries: &[Entry]) -> Result<(), StateError> {
        let failed = |source| StateError::Use {
            file: self.path.clone(),
            source,
        };
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, entry).map_err(|error| failed(error.into()))?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).map_err(failed)
    }
}

/// The world that a journal makes.
fn read(path: &Path, journal: &str) -> Result<Option<World>, StateError> {
    let mut world = None;
    for (index, entry) in Deserializer::from_str(journal).into_iter().enumerate() {
        let entry = entry.map_err(|source| StateError::Parse {
            file: path.to_owned(),
            source,
        })?;
        let repeated = repeated(world, entry).map_err(|source| StateError::Repeat {
            file: path.to_owned(),
            line: index + 1,
            source,
        })?;
        world = Some(repeated);
    }
    Ok(world)
}

fn repeated(world: Option<World>, entry: Entry) -> Result<World, Broken> {
    match world {
        None => World::begin(entry),
        Some(mut world) => {
            world.repeat(entry)?;
            Ok(world)
        }
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_sim::{Command, Scenario, Seed};

    use super::*;

    fn beginning() -> Entry {
        Entry::Began {
            at: "2026-11-24T10:00:00Z".parse().unwrap(),
            seed: Box::new(Seed::example()),
            scenario: Scenario::default(),
        }
    }

    fn told(command: Command) -> Entry {
        Entry::Told {
            at: "2026-11-24T11:00:00Z".parse().unwrap(),
            command,
        }
    }

    /// The message of an error, with its causes.
    fn refused(path: &Path) -> String {
        let error = StateFile::open(path).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    }

    #[test]
    fn a_world_goes_on_where_it_was_and_a_torn_line_is_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.jsonl");
        let (mut state, world) = StateFile::open(&path).unwrap();
        assert!(world.is_none());
        state.append(&[beginning(), told(Command::Pass)]).unwrap();
        assert!(refused(&path).contains("is used by another process"));
        drop(state);

        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{{\"told\":{{\"at")).unwrap();
        let (_, world) = StateFile::open(&path).unwrap();
        let passed = world.map(|world| world.now().duration_since(world.began()));
        assert_eq!(passed.map(|passed| passed.as_hours()), Some(1));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    }

    #[test]
    fn what_is_no_journal_is_refused_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.jsonl");
        let began = serde_json::to_string(&beginning()).unwrap();
        let unknown = Command::LoadBalancer {
            arn: "none".to_owned(),
            healthy: true,
        };
        let unknown = serde_json::to_string(&told(unknown)).unwrap();
        for (text, message) in [
            ("my notes".to_owned(), "expected value at line 1 column 1"),
            (
                format!("{began}\nmy notes\n"),
                "expected value at line 2 column 1",
            ),
            (
                format!("{unknown}\n"),
                "line 1 can't be repeated: a journal begins with",
            ),
            (format!("{began}\n{unknown}\n"), "line 2 can't be repeated"),
            (
                format!("{began}\n{began}\n"),
                "line 2 can't be repeated: a journal begins with",
            ),
        ] {
            std::fs::write(&path, &text).unwrap();
            let error = refused(&path);
            assert!(error.contains(message), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
