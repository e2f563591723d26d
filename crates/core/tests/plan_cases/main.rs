//! Golden plan cases: one directory each, whose name says what happens, in a directory that says where it starts.
//!
//! ```text
//! ../before.yaml  objects that were carried out long ago   (absent: none)
//! observed.yaml   what has changed in AWS since            (absent: nothing)
//! change.yaml     what has changed in the objects since    (absent: nothing)
//! plan.txt        the plan that is printed for them
//! status.yaml     what their statuses say, before anything is done
//! ```
//! `UPDATE_CASES=1 cargo test -p evenkeel-core --test plan_cases` writes plan.txt and status.yaml anew: read the diff.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "cases are files; core itself reads none"
)]
#![expect(clippy::too_many_lines, reason = "one arm for each edit")]

mod balance;
mod case;
mod drift;
mod policies;

use std::fs;
use std::path::{Path, PathBuf};

use case::Case;

fn directories() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan_cases/cases");
    let mut directories: Vec<PathBuf> = below(&cases)
        .iter()
        .flat_map(|start| below(start))
        .collect();
    directories.sort();
    directories
}

fn below(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

#[test]
fn every_case_plans_as_written() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = Vec::new();
    let directories = directories();
    assert!(directories.len() >= 90, "only {} cases", directories.len());
    for directory in directories {
        let outcome = Case::read(&directory).run();
        for (file, actual) in [
            ("plan.txt", &outcome.plan),
            ("status.yaml", &outcome.status),
        ] {
            let path = directory.join(file);
            if update {
                fs::write(&path, actual).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if expected != *actual {
                wrong.push(format!(
                    "--- {}\n{expected}+++ now\n{actual}",
                    path.display()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_CASES=1 writes them anew; read the diff",
        wrong.join("\n")
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for directory in directories() {
        let (first, second) = (Case::read(&directory).run(), Case::read(&directory).run());
        assert_eq!(first.plan, second.plan, "{}", directory.display());
        assert_eq!(first.status, second.status, "{}", directory.display());
    }
}
