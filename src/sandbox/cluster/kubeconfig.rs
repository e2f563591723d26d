//! Kubeconfigs of a cluster, complete in themselves, and the clients and tokens that go with them.

use std::path::Path;

use data_encoding::BASE64;
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::json;

use super::credentials::Identity;
use super::error::Error;
use super::files::write_private;

/// The name of cluster and context, which kubectl shows.
const NAME: &str = "evenkeel-sandbox";

/// A token ends with its cluster, whose keys nobody else has: a sandbox left running keeps working.
const TOKEN_SECONDS: i64 = 30 * 24 * 60 * 60;

/// How the user of a kubeconfig proves who they are.
pub(super) enum User<'a> {
    /// By a client certificate.
    Certificate(&'a Identity),
    /// By a bearer token.
    Token(&'a str),
}

/// Writes a kubeconfig for the server at `url`, whose certificate `authority` (PEM) signed.
pub(super) fn write(path: &Path, url: &str, authority: &str, user: &User<'_>) -> Result<(), Error> {
    let user = match user {
        User::Certificate(identity) => json!({
            "client-certificate-data": BASE64.encode(identity.certificate.as_bytes()),
            "client-key-data": BASE64.encode(identity.key.as_bytes()),
        }),
        User::Token(token) => json!({ "token": token }),
    };
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": NAME,
            "cluster": {
                "server": url,
                "certificate-authority-data": BASE64.encode(authority.as_bytes()),
            },
        }],
        "users": [{ "name": "user", "user": user }],
        "contexts": [{ "name": NAME, "context": { "cluster": NAME, "user": "user" } }],
        "current-context": NAME,
    });
    // JSON is YAML, and rendering it can't fail.
    write_private(path, &format!("{kubeconfig:#}\n")).map_err(|source| Error::WriteKubeconfig {
        path: path.to_owned(),
        source,
    })
}

/// A client for exactly this kubeconfig: the environment has no say.
pub async fn client(path: &Path) -> Result<Client, Error> {
    let unreadable = |source| Error::ReadKubeconfig {
        path: path.to_owned(),
        source,
    };
    let kubeconfig = Kubeconfig::read_from(path).map_err(unreadable)?;
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(unreadable)?;
    // The environment may name a proxy for the way out; the server is on this machine.
    config.proxy_url = None;
    Client::try_from(config).map_err(|source| Error::MakeClient {
        path: path.to_owned(),
        source,
    })
}

/// Asks for a token of a service account, as a kubelet does for a pod.
pub(super) async fn token(client: &Client, namespace: &str, name: &str) -> Result<String, Error> {
    let account = format!("{namespace}/{name}");
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), namespace);
    let request = TokenRequest {
        spec: TokenRequestSpec {
            expiration_seconds: Some(TOKEN_SECONDS),
            ..Default::default()
        },
        ..Default::default()
    };
    let parameters = PostParams::default();
    match accounts
        .create_token_request(name, &parameters, &request)
        .await
    {
        Ok(answer) => Ok(answer.status.ok_or(Error::ReadToken { account })?.token),
        Err(source) => Err(Error::RequestToken { account, source }),
    }
}
