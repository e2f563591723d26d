//! Manifests from files, as `kubectl apply -f FOLDER` reads them: every YAML or JSON file, every document.

use std::io;
use std::path::{Path, PathBuf};

use evenkeel_core::waves::Declared;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

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
    /// No YAML.
    #[error("{} is no YAML", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<serde_saphyr::Error>,
    },
    /// An object of ours that does not fit its schema.
    #[error("{}: {kind} {name}", path.display())]
    Object {
        /// The file.
        path: PathBuf,
        /// Its kind.
        kind: String,
        /// Its name.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// Reads the objects of ours in a folder or file; others are passed over.
pub fn read(path: &Path) -> Result<Declared, ManifestError> {
    let mut declared = Declared::default();
    for file in files(path)? {
        let failed = |source| ManifestError::Read {
            path: file.clone(),
            source,
        };
        let text = std::fs::read_to_string(&file).map_err(failed)?;
        let documents: Vec<Value> =
            serde_saphyr::from_multiple(&text).map_err(|source| ManifestError::Parse {
                path: file.clone(),
                source: source.into(),
            })?;
        for document in documents {
            add(&mut declared, &file, document)?;
        }
    }
    Ok(declared)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let failed = |source| ManifestError::Read {
        path: path.to_owned(),
        source,
    };
    if path.is_file() {
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

fn add(declared: &mut Declared, file: &Path, document: Value) -> Result<(), ManifestError> {
    let is_ours = document["apiVersion"]
        .as_str()
        .is_some_and(|version| version.starts_with("evenkeel.dev/"));
    match document["kind"].as_str() {
        Some("GlobalApp") if is_ours => declared.apps.push(object(file, document)?),
        Some("RegionEndpoint") if is_ours => declared.endpoints.push(object(file, document)?),
        Some("GlobalTable") if is_ours => declared.tables.push(object(file, document)?),
        _ => {}
    }
    Ok(())
}

fn object<K: DeserializeOwned>(file: &Path, document: Value) -> Result<K, ManifestError> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
    serde_json::from_value(document).map_err(|source| ManifestError::Object {
        path: file.to_owned(),
        kind,
        name,
        source,
    })
}
