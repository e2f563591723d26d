//! Finds the programs of the test bed, or has them built: etcd, kube-apiserver, kubectl and helm.
//!
//! The user's own come first (`KUBEBUILDER_ASSETS`), then those built earlier, then a build from
//! pinned sources.

mod build;
mod go;
mod pinned;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use build::Error as BuildError;
pub use go::Error as GoError;

/// Where the built programs are kept when the caller has no better place, relative to the checkout.
pub const DEFAULT_FOLDER: &str = "target/sandbox";

/// The convention of controller tests: a folder with `etcd`, `kube-apiserver` and `kubectl`.
const ASSETS_VARIABLE: &str = "KUBEBUILDER_ASSETS";

/// A program of the test bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The store of the API server.
    Etcd,
    /// The API server.
    KubeApiserver,
    /// The client that users have.
    Kubectl,
    /// What renders and installs the chart.
    Helm,
}

impl Tool {
    /// The file name of the program.
    pub fn binary(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::Kubectl => "kubectl",
            Self::Helm => "helm",
        }
    }

    /// The version that a build gives, with its leading `v`.
    pub fn version(self) -> &'static str {
        pinned::version(self)
    }
}

/// Where programs are looked for and where they are built.
#[derive(Clone, Debug)]
pub struct Source {
    assets: Option<PathBuf>,
    folder: PathBuf,
}

impl Source {
    /// Takes the user's own programs if `KUBEBUILDER_ASSETS` is set, and builds others in `folder`.
    pub fn from_environment(folder: impl Into<PathBuf>) -> Self {
        let assets = std::env::var_os(ASSETS_VARIABLE).filter(|value| !value.is_empty());
        Self {
            assets: assets.map(PathBuf::from),
            folder: folder.into(),
        }
    }

    /// The user's folder of programs, if there is one. Its versions need not be the pinned ones.
    pub fn assets(&self) -> Option<&Path> {
        self.assets.as_deref()
    }
}

/// What a cluster runs on.
#[derive(Clone, Debug)]
pub struct ClusterTools {
    /// The path of etcd.
    pub etcd: PathBuf,
    /// The path of kube-apiserver.
    pub kube_apiserver: PathBuf,
    /// The path of kubectl.
    pub kubectl: PathBuf,
}

/// What happens while programs are found or built: a first build takes minutes.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The programs of `KUBEBUILDER_ASSETS` are used.
    Provided(&'a Path),
    /// Another process builds in the same folder and is waited for.
    WaitingForOtherBuild,
    /// These programs are missing and are built now, which takes minutes the first time.
    Started {
        /// In the order in which they are built.
        tools: &'a [Tool],
    },
    /// Go's module proxy sends a module.
    Downloading {
        /// The module and its version.
        module: &'a str,
    },
    /// A package is compiled.
    Compiling {
        /// The program that is being built.
        tool: Tool,
        /// The import path of the package.
        package: &'a str,
        /// Packages compiled so far, this one included.
        done: usize,
        /// Packages that a build from nothing compiles. Go keeps earlier results, so `done` may
        /// never reach it.
        total: usize,
    },
    /// A program is in its place.
    Built {
        /// The program.
        tool: Tool,
        /// How long its build took.
        took: Duration,
    },
}

/// Receives the progress; it decides what is shown.
pub type Report<'a> = &'a mut (dyn FnMut(Progress<'_>) + Send);

/// Why there is no program to run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user's folder lacks a program. Building it instead would hide a mistyped path.
    #[error("{ASSETS_VARIABLE} is \"{}\", which has no {name}", folder.display())]
    FindProvided {
        /// What `KUBEBUILDER_ASSETS` says.
        folder: PathBuf,
        /// The missing program.
        name: &'static str,
    },
    /// The build failed.
    #[error("could not build the test bed's programs")]
    Build(#[source] build::Error),
}

/// Finds or builds what a cluster runs on.
pub async fn cluster(source: &Source, report: Report<'_>) -> Result<ClusterTools, Error> {
    let wanted = [Tool::Etcd, Tool::KubeApiserver, Tool::Kubectl];
    let folder = match source.assets() {
        Some(assets) => provided(assets, &wanted, report)?,
        None => built(source, &wanted, report).await?,
    };
    Ok(ClusterTools {
        etcd: folder.join(Tool::Etcd.binary()),
        kube_apiserver: folder.join(Tool::KubeApiserver.binary()),
        kubectl: folder.join(Tool::Kubectl.binary()),
    })
}

/// Finds or builds helm, which the folders that `KUBEBUILDER_ASSETS` names usually lack.
pub async fn helm(source: &Source, report: Report<'_>) -> Result<PathBuf, Error> {
    let own = source
        .assets()
        .map(|assets| assets.join(Tool::Helm.binary()));
    match own.filter(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => Ok(built(source, &[Tool::Helm], report)
            .await?
            .join(Tool::Helm.binary())),
    }
}

fn provided(assets: &Path, wanted: &[Tool], report: Report<'_>) -> Result<PathBuf, Error> {
    let missing = wanted
        .iter()
        .find(|tool| !assets.join(tool.binary()).is_file());
    if let Some(tool) = missing {
        return Err(Error::FindProvided {
            folder: assets.to_owned(),
            name: tool.binary(),
        });
    }
    report(Progress::Provided(assets));
    Ok(assets.to_owned())
}

async fn built(source: &Source, wanted: &[Tool], report: Report<'_>) -> Result<PathBuf, Error> {
    build::all(&source.folder, wanted, report)
        .await
        .map_err(Error::Build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_provided_folder_that_lacks_a_program_is_refused_by_name() {
        let assets = tempfile::tempdir().unwrap();
        std::fs::write(assets.path().join("etcd"), "").unwrap();
        let source = Source {
            assets: Some(assets.path().to_owned()),
            folder: assets.path().join("unused"),
        };
        let error = cluster(&source, &mut |_| {}).await.unwrap_err();
        assert!(
            error.to_string().ends_with("which has no kube-apiserver"),
            "{error}"
        );
        assert!(!source.folder.exists(), "a build was started");
    }
}
