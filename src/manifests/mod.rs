//! Manifests from files, as `kubectl apply -f` reads them, and all that is wrong with them at once.

mod check;
mod mistake;
mod rules;
mod tree;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use evenkeel_core::waves::Declared;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

use check::Checker;
pub use mistake::Mistakes;
use mistake::{Mistake, Source};
use rules::API_VERSION;
use tree::{Node, Step};

/// Why manifests could not be read.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// The folder or file.
    #[error("{} could not be read", path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What the files say.
    #[error("{all}\n\n{}", all.plain())]
    Mistakes {
        /// All of them.
        all: Mistakes,
    },
}

/// Reads the objects of ours in files, folders or, as `-`, from standard input; others are passed over.
///
/// An object without a namespace gets that one.
pub fn read(paths: &[PathBuf], namespace: &str) -> Result<Declared, ManifestError> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            sources.push(standard_input()?);
            continue;
        }
        for file in files(path)? {
            let text = std::fs::read_to_string(&file).map_err(|source| ManifestError::Read {
                path: file.clone(),
                source,
            })?;
            sources.push(Source {
                name: file.display().to_string(),
                text,
            });
        }
    }
    parse(sources, namespace).map_err(|all| ManifestError::Mistakes { all })
}

fn standard_input() -> Result<Source, ManifestError> {
    let mut text = String::new();
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|source| ManifestError::Read {
        path: "standard input".into(),
        source,
    })?;
    Ok(Source {
        name: "standard input".to_owned(),
        text,
    })
}

/// The manifests of a folder, not of the folders in it, as kubectl does.
fn files(path: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let failed = |source| ManifestError::Read {
        path: path.to_owned(),
        source,
    };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let is_manifest = file.extension().is_some_and(|extension| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| extension == *known)
        });
        if file.is_file() && is_manifest {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn parse(sources: Vec<Source>, namespace: &str) -> Result<Declared, Mistakes> {
    let mut reader = Reader {
        checker: Checker::new(),
        namespace,
        declared: Declared::default(),
        seen: BTreeMap::new(),
    };
    let mut all = Mistakes::default();
    for source in sources {
        let mistakes = match serde_saphyr::from_multiple::<Node>(&source.text) {
            Ok(documents) => documents
                .iter()
                .flat_map(|document| reader.document(&source.name, document))
                .collect(),
            Err(error) => vec![syntax(&source.text, &error)],
        };
        all.add(source, mistakes);
    }
    if all.is_empty() {
        Ok(reader.declared)
    } else {
        Err(all)
    }
}

/// What is no YAML at all.
fn syntax(text: &str, error: &serde_saphyr::Error) -> Mistake {
    let place = error.location().map(|location| {
        // Without a byte offset the parser still knows the line.
        let line = usize::try_from(location.line())
            .unwrap_or(1)
            .saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let end = text[start..]
            .find('\n')
            .map_or(text.len(), |length| start + length);
        start..end
    });
    Mistake {
        title: error.without_snippet().to_string(),
        span: place.unwrap_or_default(),
        label: None,
        note: None,
    }
}

struct Reader<'a> {
    checker: Checker,
    namespace: &'a str,
    declared: Declared,
    /// Where each object was declared.
    seen: BTreeMap<(String, String, String), String>,
}

impl Reader<'_> {
    /// Adds a document's object, or says what is wrong with it.
    fn document(&mut self, file: &str, document: &Node) -> Vec<Mistake> {
        let text = |name: &str| {
            document
                .field(name)
                .map(Node::to_value)
                .and_then(|value| value.as_str().map(str::to_owned))
        };
        let (Some(version), Some(kind)) = (text("apiVersion"), text("kind")) else {
            return vec![Mistake {
                title: "this is no Kubernetes object: apiVersion and kind are not set".to_owned(),
                span: document.place(&[]),
                label: None,
                note: None,
            }];
        };
        if version == "v1" && kind == "List" {
            let items = document.field("items").map(Node::items).unwrap_or_default();
            return items
                .iter()
                .flat_map(|item| self.document(file, item))
                .collect();
        }
        if version.split('/').next() != API_VERSION.split('/').next() {
            return Vec::new();
        }
        let mut mistakes = self.checker.check(document);
        if mistakes.is_empty() {
            mistakes.extend(self.add(file, &kind, document));
        }
        mistakes
    }

    fn add(&mut self, file: &str, kind: &str, document: &Node) -> Option<Mistake> {
        let mut object = document.to_value();
        let metadata = &mut object["metadata"];
        if metadata["namespace"].is_null() {
            metadata["namespace"] = self.namespace.into();
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (
            kind.to_owned(),
            text(&metadata["namespace"]),
            text(&metadata["name"]),
        );
        let name = format!("{kind} {}/{}", key.1, key.2);
        let mistake = |title: String, place: &[Step]| Mistake {
            title,
            span: document.place(place),
            label: None,
            note: None,
        };
        let name_place = ["metadata", "name"].map(|field| Step::Field(field.to_owned()));
        if let Some(first) = self.seen.insert(key, file.to_owned()) {
            return Some(mistake(
                format!("{name}: declared twice, also in {first}"),
                &name_place,
            ));
        }
        let added = match kind {
            "GlobalApp" => object_of(object).map(|app| self.declared.apps.push(app)),
            "RegionEndpoint" => {
                object_of(object).map(|endpoint| self.declared.endpoints.push(endpoint))
            }
            _ => object_of(object).map(|table| self.declared.tables.push(table)),
        };
        // What the schema lets through, the types take; should they ever differ, nothing is passed over.
        added
            .err()
            .map(|error| mistake(format!("{name}: {error}"), &[]))
    }
}

fn object_of<K: DeserializeOwned>(value: Value) -> Result<K, serde_json::Error> {
    serde_json::from_value(value)
}
