//! `evenkeel crd`: the CustomResourceDefinitions as YAML.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use evenkeel_core::crd::manifests;
use thiserror::Error;

/// Prints the CustomResourceDefinitions.
#[derive(Args, Clone, Debug)]
pub struct CrdArguments {
    /// Write one file for each into this folder instead of printing them
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
}

/// Why the CustomResourceDefinitions could not be written.
#[derive(Debug, Error)]
pub enum CrdError {
    /// A file could not be written.
    #[error("{} could not be written", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A manifest has no YAML form.
    #[error("{file} has no YAML form")]
    Yaml {
        /// The file.
        file: &'static str,
        /// Why.
        source: serde_saphyr::ser::Error,
    },
}

/// Prints or writes them.
pub fn run(arguments: &CrdArguments) -> Result<(), CrdError> {
    let files = yaml()?;
    if let Some(folder) = &arguments.output {
        return files
            .iter()
            .try_for_each(|(file, text)| write(&folder.join(file), text));
    }
    let texts: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
    print!(
        "{}",
        texts.join(
            "---
"
        )
    );
    Ok(())
}

/// The files of `crds/`.
pub fn yaml() -> Result<Vec<(&'static str, String)>, CrdError> {
    let file = |manifest: evenkeel_core::crd::Manifest| {
        let text = serde_saphyr::to_string(&manifest.value).map_err(|source| CrdError::Yaml {
            file: manifest.file,
            source,
        })?;
        Ok((manifest.file, text))
    };
    manifests().into_iter().map(file).collect()
}

fn write(file: &Path, text: &str) -> Result<(), CrdError> {
    std::fs::write(file, text).map_err(|source| CrdError::Write {
        file: file.to_owned(),
        source,
    })
}
