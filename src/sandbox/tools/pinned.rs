//! The versions and packages of the test bed's programs, as `tools/go.mod` pins them.
//!
//! Both files of the module are part of this binary, so an installed one needs no checkout.

use sha2::{Digest, Sha256};

use super::Tool;

pub(super) const GO_MOD: &str = include_str!("../../../tools/go.mod");
pub(super) const GO_SUM: &str = include_str!("../../../tools/go.sum");

/// The main package of a program.
pub(super) fn package(tool: Tool) -> &'static str {
    match tool {
        Tool::Etcd => "go.etcd.io/etcd/server/v3",
        Tool::KubeApiserver => "k8s.io/kubernetes/cmd/kube-apiserver",
        Tool::Kubectl => "k8s.io/kubernetes/cmd/kubectl",
        Tool::Helm => "helm.sh/helm/v4/cmd/helm",
    }
}

pub(super) fn version(tool: Tool) -> &'static str {
    version_of_module(match tool {
        Tool::Etcd => "go.etcd.io/etcd/server/v3",
        Tool::KubeApiserver | Tool::Kubectl => "k8s.io/kubernetes",
        Tool::Helm => "helm.sh/helm/v4",
    })
}

/// The oldest Go that builds the module.
pub(super) fn go_version() -> &'static str {
    first_field_after(GO_MOD, "go ")
}

/// Linker flags for every program; a name that a program lacks is skipped by the linker.
///
/// Kubernetes and helm learn their version from their own release scripts. Without it an API server
/// reports v0.0.0, and a chart's `kubeVersion` fails against it.
pub(super) fn linker_flags() -> String {
    let kubernetes = version(Tool::KubeApiserver);
    let helm = version(Tool::Helm);
    let mut numbers = kubernetes.trim_start_matches('v').split('.');
    let major = numbers.next().unwrap_or_default();
    let minor = numbers.next().unwrap_or_default();
    let at = "k8s.io/component-base/version";
    format!(
        "-s -w -X {at}.gitVersion={kubernetes} -X {at}.gitMajor={major} -X {at}.gitMinor={minor} \
         -X helm.sh/helm/v4/internal/version.version={helm}"
    )
}

/// What decides the bytes of the programs, as one word: the pinned sources and how they are linked.
pub(super) fn stamp() -> String {
    let digest = Sha256::new()
        .chain_update(GO_MOD)
        .chain_update(GO_SUM)
        .chain_update(linker_flags())
        .finalize();
    data_encoding::HEXLOWER.encode(&digest)
}

/// Empty if go.mod does not require the module, which a test excludes.
fn version_of_module(module: &str) -> &'static str {
    first_field_after(GO_MOD, &format!("\t{module} "))
}

fn first_field_after(text: &'static str, prefix: &str) -> &'static str {
    text.lines()
        .find_map(|line| line.strip_prefix(prefix))
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_mod_pins_every_program() {
        for tool in [Tool::Etcd, Tool::KubeApiserver, Tool::Kubectl, Tool::Helm] {
            assert!(
                version(tool).starts_with('v'),
                "{tool:?}: \"{}\"",
                version(tool)
            );
            assert!(
                GO_MOD.contains(&format!("\t{}\n", package(tool))),
                "{tool:?} is not a tool of the module"
            );
        }
        assert!(!go_version().is_empty());
    }

    #[test]
    fn the_parts_of_kubernetes_are_of_the_same_release() {
        let release = version(Tool::KubeApiserver).replacen("v1", "v0", 1);
        for line in GO_MOD.lines().filter(|line| line.contains("=> k8s.io/")) {
            assert!(line.ends_with(&format!(" {release}")), "{line}");
        }
    }

    #[test]
    fn the_linker_is_told_the_version_of_kubernetes() {
        let flags = linker_flags();
        let version = version(Tool::KubeApiserver);
        let (major, minor) = version[1..].split_once('.').unwrap();
        assert!(flags.contains(&format!("gitVersion={version} ")), "{flags}");
        assert!(flags.contains(&format!("gitMajor={major} ")), "{flags}");
        assert!(
            flags.contains(&format!("gitMinor={} ", minor.split('.').next().unwrap())),
            "{flags}"
        );
    }
}
