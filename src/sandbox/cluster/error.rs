//! Why a cluster does not run.

use std::io;
use std::path::PathBuf;

use super::process;

/// Why a cluster could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder can't be written, or it holds a cluster already.
    #[error("could not lay out a cluster in \"{}\"", folder.display())]
    LayOutFolder {
        /// The folder of the cluster.
        folder: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// No port of 127.0.0.1 is free.
    #[error("could not reserve a port")]
    ReservePort(#[source] io::Error),
    /// No key or certificate could be made.
    #[error("could not make the cluster's certificates")]
    MakeCredentials(#[source] rcgen::Error),
    /// A kubeconfig can't be written.
    #[error("could not write \"{}\"", path.display())]
    WriteKubeconfig {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A kubeconfig can't be read.
    #[error("could not read \"{}\"", path.display())]
    ReadKubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: kube::config::KubeconfigError,
    },
    /// A kubeconfig is of no use to a client.
    #[error("could not make a client from \"{}\"", path.display())]
    MakeClient {
        /// The file.
        path: PathBuf,
        /// What the client says.
        #[source]
        source: kube::Error,
    },
    /// A process could not be started or stopped, or it ended by itself.
    #[error("could not run the cluster's processes")]
    RunProcess(#[from] process::Error),
    /// The API server runs and does not become ready.
    #[error("kube-apiserver was not ready in time; the end of its log:\n{tail}")]
    AwaitReady {
        /// The last lines of its log.
        tail: String,
    },
    /// The API server gives no token.
    #[error("could not get a token of service account \"{account}\"")]
    RequestToken {
        /// Namespace and name.
        account: String,
        /// What the API server says.
        #[source]
        source: kube::Error,
    },
    /// The API server's answer holds no token.
    #[error("no token was issued for service account \"{account}\"")]
    ReadToken {
        /// Namespace and name.
        account: String,
    },
}
