//! The command lines of etcd and kube-apiserver.

use std::path::Path;

use super::files::Files;
use super::ports::Ports;

pub(super) fn etcd(files: &Files, ports: &Ports) -> Vec<String> {
    let clients = format!("http://{}", ports.etcd_clients.address());
    let peers = format!("http://{}", ports.etcd_peers.address());
    vec![
        flag("data-dir", &path(&files.etcd_data)),
        flag("listen-client-urls", &clients),
        flag("advertise-client-urls", &clients),
        flag("listen-peer-urls", &peers),
        // A power cut may lose the data: they are gone when the cluster stops anyway.
        "--unsafe-no-fsync".to_owned(),
    ]
}

pub(super) fn kube_apiserver(files: &Files, ports: &Ports) -> Vec<String> {
    vec![
        flag(
            "etcd-servers",
            &format!("http://{}", ports.etcd_clients.address()),
        ),
        flag("bind-address", "127.0.0.1"),
        flag("secure-port", &ports.apiserver.number().to_string()),
        // Else the server looks for a routable address, and fails where there is none.
        flag("advertise-address", "127.0.0.1"),
        // Nobody comes by the Service `kubernetes`, whose endpoints may not be loopback addresses.
        flag("endpoint-reconciler-type", "none"),
        flag("service-cluster-ip-range", "10.0.0.0/24"),
        flag("client-ca-file", &path(&files.authority)),
        flag("tls-cert-file", &path(&files.server_certificate)),
        flag("tls-private-key-file", &path(&files.server_key)),
        flag("service-account-issuer", "https://kubernetes.default.svc"),
        flag("service-account-key-file", &path(&files.token_public_key)),
        flag("service-account-signing-key-file", &path(&files.token_key)),
        flag("authorization-mode", "RBAC"),
        // It wants a service account in each namespace, which only a controller makes.
        flag("disable-admission-plugins", "ServiceAccount"),
        // Without it, open watches hold up the end of the server for a minute.
        flag("shutdown-watch-termination-grace-period", "1s"),
        flag("audit-policy-file", &path(&files.audit_policy)),
        flag("audit-log-path", &path(&files.audit_log)),
        // A sandbox may run for days: at most two files, of 100 MB.
        flag("audit-log-maxsize", "100"),
        flag("audit-log-maxbackup", "1"),
    ]
}

fn flag(name: &str, value: &str) -> String {
    format!("--{name}={value}")
}

fn path(path: &Path) -> String {
    path.display().to_string()
}
