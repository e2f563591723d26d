//! A client, a namespace, and short ways to ask.

use std::pin::Pin;
use std::time::Duration;

use futures::{AsyncBufReadExt, StreamExt, stream::BoxStream};
use http::{Request, header};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

/// No answer and no event takes longer, even of a busy server.
const PATIENCE: Duration = Duration::from_secs(20);

/// Changes the CRD of a kind.
type ChangeCrd = dyn Fn(&'static str) -> Pin<Box<dyn Future<Output = ()>>>;

/// What a case works with.
pub(crate) struct Bench {
    pub(crate) client: Client,
    /// Of this case alone.
    pub(crate) namespace: String,
    change_crd: Box<ChangeCrd>,
}

/// What the server has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    /// JSON, or else a string.
    pub(crate) body: Value,
}

impl Answer {
    /// The object of a success.
    #[track_caller]
    pub(crate) fn object(self) -> Value {
        assert!(self.code < 300, "{self:?}");
        self.body
    }

    /// The Status of a refusal.
    #[track_caller]
    pub(crate) fn refused(self, code: u16, reason: &str) -> Value {
        assert_eq!(self.code, code, "{:?}", self.body);
        assert_eq!(self.body["code"], code, "{:?}", self.body);
        assert_eq!(self.body["reason"].as_str().unwrap_or_default(), reason);
        assert_eq!(self.body["kind"], "Status");
        assert_eq!(self.body["status"], "Failure");
        self.body
    }
}

impl Bench {
    pub(crate) async fn new(
        client: Client,
        name: &str,
        change_crd: impl Fn(&'static str) -> Pin<Box<dyn Future<Output = ()>>> + 'static,
    ) -> Self {
        let namespace: String = name.replace('_', "-").chars().take(63).collect();
        let bench = Self {
            client,
            namespace: namespace.trim_end_matches('-').to_owned(),
            change_crd: Box::new(change_crd),
        };
        let namespace = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": bench.namespace},
        });
        bench.post("/api/v1/namespaces", &namespace).await.object();
        bench
    }

    /// Changes the CRD of a kind, so that the server begins anew with it.
    pub(crate) async fn change_crd(&self, kind: &'static str) {
        (self.change_crd)(kind).await;
    }

    /// A path in the case's namespace, unless it is absolute.
    fn path(&self, path: &str) -> String {
        if path.starts_with('/') {
            return path.to_owned();
        }
        let group = if path.starts_with("leases") {
            "coordination.k8s.io/v1"
        } else if path.starts_with("events") {
            "events.k8s.io/v1"
        } else {
            "evenkeel.dev/v1alpha1"
        };
        format!("/apis/{group}/namespaces/{}/{path}", self.namespace)
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: &str,
        user_agent: &str,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(self.path(path))
            .header(header::CONTENT_TYPE, content_type)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, user_agent)
            .body(Body::from(body.as_bytes().to_vec()))
            .unwrap();
        let response = tokio::time::timeout(PATIENCE, self.client.send(request));
        let (parts, body) = response.await.unwrap().unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            code: parts.status.as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    async fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.send(method, path, "application/json", &body, "conformance/1")
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "application/json", "", "conformance/1")
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_json("POST", path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send_json("PUT", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, "application/json", "", "conformance/1")
            .await
    }

    pub(crate) async fn delete_if(&self, path: &str, preconditions: &Value) -> Answer {
        let options = json!({"preconditions": preconditions});
        self.send_json("DELETE", path, &options).await
    }

    pub(crate) async fn merge(&self, at: &str, patch: &Value) -> Answer {
        self.merge_as("conformance/1", at, patch).await
    }

    pub(crate) async fn merge_as(&self, user_agent: &str, at: &str, patch: &Value) -> Answer {
        let kind = "application/merge-patch+json";
        let patch = patch.to_string();
        self.send("PATCH", at, kind, &patch, user_agent).await
    }

    pub(crate) async fn json_patch(&self, at: &str, patch: &Value) -> Answer {
        let kind = "application/json-patch+json";
        let patch = patch.to_string();
        self.send("PATCH", at, kind, &patch, "conformance/1").await
    }

    /// Applies a configuration without force.
    pub(crate) async fn apply(&self, manager: &str, path: &str, config: &Value) -> Answer {
        let path = format!("{path}?fieldManager={manager}");
        self.send_config(&path, config).await
    }

    /// Applies a configuration, and takes what is another's.
    pub(crate) async fn force(&self, manager: &str, path: &str, config: &Value) -> Answer {
        let path = format!("{path}?fieldManager={manager}&force=true");
        self.send_config(&path, config).await
    }

    pub(crate) async fn send_config(&self, path: &str, config: &Value) -> Answer {
        let kind = "application/apply-patch+yaml";
        let config = config.to_string();
        self.send("PATCH", path, kind, &config, "conformance/1")
            .await
    }

    /// Opens a watch. A server that begins anew is waited for.
    pub(crate) async fn watch(&self, path: &str) -> Watch {
        let opened = async {
            loop {
                let path = self.path(path);
                let request = Request::get(&path).body(Vec::new()).unwrap();
                match self.client.request_stream(request).await {
                    Ok(stream) => return Watch(stream.lines().boxed()),
                    Err(kube::Error::Api(status)) if status.code == 429 => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    Err(error) => panic!("{path}: {error}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, opened).await.unwrap()
    }
}

/// An open watch.
pub(crate) struct Watch(BoxStream<'static, std::io::Result<String>>);

impl Watch {
    /// The next event, or nothing at its end. Bookmarks that end no list may come at any time, and are left out.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let line = tokio::time::timeout(PATIENCE, self.0.next());
            let line = line.await.expect("an event, or the end")?.unwrap();
            let event: Value = serde_json::from_str(&line).unwrap();
            let is_plain_bookmark =
                event["type"] == "BOOKMARK" && event["object"]["metadata"]["annotations"].is_null();
            if !is_plain_bookmark {
                return Some(event);
            }
        }
    }

    /// The next event must be about this state of an object.
    pub(crate) async fn expect(&mut self, kind: &str, object: &Value) {
        assert_eq!(self.event().await, (kind.to_owned(), object.clone()));
    }

    /// The next event's type and object.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        let mut event = self.next().await.expect("an event");
        let kind = event["type"].as_str().unwrap().to_owned();
        (kind, event["object"].take())
    }
}

/// The version of an object.
#[track_caller]
pub(crate) fn version(object: &Value) -> u64 {
    let version = object["metadata"]["resourceVersion"].as_str();
    version.unwrap().parse().unwrap()
}
