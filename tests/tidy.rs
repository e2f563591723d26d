//! What holds for every file of the repository.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// More lines than this in one file hide what is in it.
const MOST_LINES: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository with that extension, without what is built.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no file ends in .{extension}");
    found
}

#[test]
fn every_source_file_opens_with_its_job_and_is_short() {
    for file in files("rs") {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//! "),
            "{} does not open with `//!`",
            file.display()
        );
        let lines = text.lines().count();
        assert!(
            lines <= MOST_LINES,
            "{} has {lines} lines: look for the seam",
            file.display()
        );
    }
}

#[test]
fn every_dependency_comes_from_crates_io() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let sources = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "));
    let mut count = 0;
    for source in sources {
        assert_eq!(
            source,
            "\"registry+https://github.com/rust-lang/crates.io-index\""
        );
        count += 1;
    }
    assert!(
        count > 100,
        "Cargo.lock was not understood: {count} sources"
    );
}

#[test]
fn every_link_in_the_docs_leads_somewhere() {
    for file in files("md") {
        let text = fs::read_to_string(&file).unwrap();
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for target in targets {
            let path = target.split('#').next().unwrap();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let linked = file.parent().unwrap().join(path);
            assert!(
                linked.exists(),
                "{}: {target} does not exist",
                file.display()
            );
        }
    }
}

/// The quoted words in capitals of a text: `"NotOurs"`, `"BelowMinimum"`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|letter| letter.is_ascii_alphabetic())
    };
    text.split('"').skip(1).step_by(2).filter(is_word)
}

#[test]
fn the_docs_explain_every_reason() {
    let docs = fs::read_to_string(root().join("docs/objects.md")).unwrap();
    let core = root().join("crates/core/src");
    let mut reasons: Vec<String> = Vec::new();
    for file in files("rs").iter().filter(|file| file.starts_with(&core)) {
        let text = fs::read_to_string(file).unwrap();
        for function in text.split("fn reason(").skip(1) {
            let body = function.split("\n    }\n").next().unwrap();
            reasons.extend(words(body).map(str::to_owned));
        }
    }
    for file in files("rs")
        .iter()
        .filter(|file| file.starts_with(core.join("status")))
    {
        let text = fs::read_to_string(file).unwrap();
        for call in text.split("Verdict::new(").skip(1) {
            let arguments: String = call.chars().take(80).collect();
            reasons.extend(words(&arguments).take(1).map(str::to_owned));
        }
    }
    assert!(
        reasons.len() > 40,
        "the reasons were not found: {reasons:?}"
    );
    for reason in reasons {
        assert!(
            docs.contains(&format!("`{reason}`")),
            "docs/objects.md does not explain {reason}"
        );
    }
}
