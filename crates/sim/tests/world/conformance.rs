//! docs/conformance.md lists every numbered case of these files, under what its file says it is about and where it comes
//! from. `UPDATE_CONFORMANCE=1 cargo test -p evenkeel-sim conformance` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const INTRODUCTION: &str = "\
# What the simulated AWS is held against

Each line is a test, through the unmodified AWS SDK for Rust or as bytes where the SDK can't go; the SDK for Go builds the whole
example besides. All of them pass: a case that fails would fail `make test`. What AWS leaves unspecified is said beside the rule
in the code, and in [world.md](world.md) where it can be changed.

";

#[test]
fn the_document_lists_every_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = root.join("../../docs/conformance.md");
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("tests/world"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut sections = String::new();
    let mut count = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let cases: Vec<String> = text.lines().filter_map(case).collect();
        if cases.is_empty() {
            continue;
        }
        count += cases.len();
        let name = file.file_stem().unwrap().to_str().unwrap();
        let (about, sources) = header(&text);
        assert!(!about.is_empty(), "{name} does not say what it is about");
        write!(sections, "## `{name}`\n\n{about}\n\n").unwrap();
        if !sources.is_empty() {
            write!(sections, "{sources}\n\n").unwrap();
        }
        sections.push_str(&cases.concat());
        sections.push('\n');
    }
    let expected = format!("{INTRODUCTION}{count} cases.\n\n{}\n", sections.trim_end());
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        fs::write(&document, &expected).unwrap();
    }
    let found = fs::read_to_string(&document).unwrap_or_default();
    assert!(
        found == expected,
        "docs/conformance.md is stale: UPDATE_CONFORMANCE=1 cargo test -p evenkeel-sim conformance"
    );
}

/// `async fn c01_a_set_exists_once() {` becomes a line of the list.
fn case(line: &str) -> Option<String> {
    let (_, rest) = line.trim_start().split_once("fn ")?;
    let (name, _) = rest.split_once('(')?;
    let (number, sentence) = name.split_once('_')?;
    let letters = number.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_numbered = letters.len() < number.len() && letters.len() == 1;
    is_numbered.then(|| format!("- {number}: {}\n", sentence.replace('_', " ")))
}

/// The first paragraphs of a file, and the one that says where its cases come from.
fn header(text: &str) -> (String, String) {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let prose: Vec<&str> = lines
        .map(|line| line.trim_start_matches("//!").trim())
        .collect();
    let prose = prose.join("\n");
    let paragraphs = prose
        .split("\n\n")
        .map(|paragraph| paragraph.replace('\n', " "));
    let (sources, about): (Vec<_>, Vec<_>) =
        paragraphs.partition(|paragraph| paragraph.starts_with("Source"));
    (about.join("\n\n"), sources.join("\n\n"))
}
