//! The folder of one run of the sandbox: made anew, never one that is somebody else's, and removed at the end.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The file that says whose folder it is.
const MARK: &str = "made-by-evenkeel-sandbox";

/// Why there is no folder to work in.
#[derive(Debug, Error)]
pub enum FolderError {
    /// A folder that is not ours.
    #[error("{} exists and is no sandbox's; name another one with --folder", .0.display())]
    Occupied(PathBuf),
    /// A folder or a file in it.
    #[error("{} could not be used", path.display())]
    Use {
        /// The folder, or the file in it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl FolderError {
    /// For what failed at that path.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Use {
            path: path.to_owned(),
            source,
        }
    }
}

/// Makes the folder anew. One that a killed sandbox left behind is removed; any other is left alone.
pub(super) fn make(path: &Path) -> Result<(), FolderError> {
    let failed = FolderError::at(path);
    if path.exists() {
        let is_empty = std::fs::read_dir(path).map_err(&failed)?.next().is_none();
        if !is_empty && !path.join(MARK).exists() {
            return Err(FolderError::Occupied(path.to_owned()));
        }
        remove(path)?;
    }
    std::fs::create_dir_all(path).map_err(&failed)?;
    std::fs::write(path.join(MARK), "").map_err(&failed)
}

/// Removes the folder.
pub(super) fn remove(path: &Path) -> Result<(), FolderError> {
    std::fs::remove_dir_all(path).map_err(FolderError::at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_sandbox_left_is_removed_and_what_is_somebody_elses_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("ours");
        make(&ours).unwrap();
        std::fs::write(ours.join("left"), "").unwrap();
        make(&ours).unwrap();
        assert!(!ours.join("left").exists());

        let theirs = folder.path().join("theirs");
        std::fs::create_dir(&theirs).unwrap();
        make(&theirs).unwrap();
        remove(&theirs).unwrap();
        std::fs::create_dir(&theirs).unwrap();
        std::fs::write(theirs.join("notes"), "").unwrap();
        let error = make(&theirs).unwrap_err().to_string();
        assert!(error.contains("is no sandbox's"), "{error}");
        assert!(theirs.join("notes").exists());
    }
}
