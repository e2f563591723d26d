//! The files of one cluster: where each is, and what they hold before the servers start.

use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::credentials::Credentials;

/// Every request once, without bodies: who did what to which object.
const AUDIT_POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
";

/// Paths below the folder of a cluster, all absolute: the servers have another working folder.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) etcd_data: PathBuf,
    pub(super) audit_log: PathBuf,
    pub(super) audit_policy: PathBuf,
    pub(super) authority: PathBuf,
    pub(super) server_certificate: PathBuf,
    pub(super) server_key: PathBuf,
    pub(super) token_key: PathBuf,
    pub(super) token_public_key: PathBuf,
    pub(super) kubeconfig: PathBuf,
    pub(super) home: PathBuf,
    folder: PathBuf,
}

impl Files {
    pub(super) fn below(folder: &Path) -> io::Result<Self> {
        let folder = std::path::absolute(folder)?;
        let at = |name: &str| folder.join(name);
        Ok(Self {
            etcd_data: at("etcd"),
            audit_log: at("audit.log"),
            audit_policy: at("audit-policy.yaml"),
            authority: at("authority.crt"),
            server_certificate: at("kube-apiserver.crt"),
            server_key: at("kube-apiserver.key"),
            token_key: at("service-accounts.key"),
            token_public_key: at("service-accounts.pub"),
            kubeconfig: at("admin.kubeconfig"),
            home: at("home"),
            folder,
        })
    }

    pub(super) fn log_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }

    /// Makes the folder of a new cluster. One with data is refused: they belong to lost keys.
    pub(super) fn create(&self, credentials: &Credentials) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&self.etcd_data)?;
        std::fs::create_dir_all(&self.home)?;
        for (path, text) in [
            (&self.audit_policy, AUDIT_POLICY),
            (&self.authority, &credentials.authority),
            (&self.server_certificate, &credentials.server.certificate),
            (&self.server_key, &credentials.server.key),
            (&self.token_key, &credentials.token_key),
            (&self.token_public_key, &credentials.token_public_key),
        ] {
            write_private(path, text)?;
        }
        Ok(())
    }
}

/// Writes a file that only its owner can read.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}
