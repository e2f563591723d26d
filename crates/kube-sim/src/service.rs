//! The API as a service: what a client talks to, and where faults come in.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request as HttpRequest, Response, header};
use kube::client::Body;
use thiserror::Error;
use tower_service::Service;

use crate::api::KubeApi;
use crate::handle::{Answer, Message};
use crate::hook::{Moment, Verdict};
use crate::read::status_object;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Request, Verb};
use crate::route::{Route, Unrouted};

/// One process's way to the API.
#[derive(Clone, Debug)]
pub struct KubeService {
    api: KubeApi,
    user_agent: String,
}

/// The connection broke before an answer came.
#[derive(Debug, Error)]
pub enum Disconnected {
    /// A hook broke it.
    #[error("connection reset by peer")]
    Reset,
    /// The request's body ended early.
    #[error("could not read the request")]
    ReadRequest(#[source] kube::Error),
}

impl KubeService {
    pub(crate) fn new(api: KubeApi, user_agent: &str) -> Self {
        Self {
            api,
            user_agent: user_agent.to_owned(),
        }
    }
}

impl Service<HttpRequest<Body>> for KubeService {
    type Response = Response<Reply>;
    type Error = Disconnected;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Reply>, Disconnected>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Disconnected>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(service.answer(request))
    }
}

impl KubeService {
    async fn answer(self, request: HttpRequest<Body>) -> Result<Response<Reply>, Disconnected> {
        let (parts, body) = request.into_parts();
        let body = body
            .collect_bytes()
            .await
            .map_err(Disconnected::ReadRequest)?;
        let route = self.api.cluster().route(&parts.method, &parts.uri);
        let mut logged = self.describe(&parts, route.as_ref().ok(), &body);
        let entry = self.api.log(logged.clone());
        if let Some(instead) = self.judge(&logged, Moment::Before).await? {
            return Ok(instead);
        }
        let response = match route {
            Ok(route) => {
                let message = Message {
                    body: &body,
                    content_type: header_text(&parts.headers, &header::CONTENT_TYPE),
                    user_agent: &logged.user_agent,
                };
                let outcome = self.api.cluster().handle(&route, &message);
                logged.status = Some(code(&outcome));
                respond(outcome)
            }
            Err(Unrouted::NoSuchPath) => {
                logged.status = Some(404);
                response(
                    404,
                    "text/plain; charset=utf-8",
                    Reply::whole("404 page not found\n"),
                )
            }
            Err(Unrouted::Refused(refusal)) => {
                logged.status = Some(refusal.code);
                refuse(&refusal)
            }
        };
        self.api.set_status(entry, logged.status);
        let instead = self.judge(&logged, Moment::After).await?;
        Ok(instead.unwrap_or(response))
    }

    /// Asks the hook. Returns what is answered instead of the truth.
    async fn judge(
        &self,
        request: &Request,
        moment: Moment,
    ) -> Result<Option<Response<Reply>>, Disconnected> {
        match self.api.verdict(request, moment) {
            Verdict::Pass => Ok(None),
            Verdict::Hang => std::future::pending().await,
            Verdict::Disconnect => Err(Disconnected::Reset),
            Verdict::Refuse(status) => Ok(Some(refuse(&status))),
        }
    }

    fn describe(
        &self,
        parts: &http::request::Parts,
        route: Option<&Route>,
        body: &Bytes,
    ) -> Request {
        let user_agent = header_text(&parts.headers, &header::USER_AGENT);
        let user_agent = if user_agent.is_empty() {
            self.user_agent.clone()
        } else {
            user_agent.to_owned()
        };
        let at = self.api.cluster().now();
        let Some(route) = route else {
            return Request {
                at,
                verb: Verb::Other,
                group: String::new(),
                resource: parts.uri.path().to_owned(),
                subresource: String::new(),
                namespace: String::new(),
                name: String::new(),
                user_agent,
                status: None,
            };
        };
        let name = match route.verb {
            Verb::Create => name_in(body),
            Verb::Get
            | Verb::List
            | Verb::Watch
            | Verb::Update
            | Verb::Patch
            | Verb::Delete
            | Verb::Other => route.key.name.clone(),
        };
        Request {
            at,
            verb: route.verb,
            group: route.kind.group.clone(),
            resource: route.kind.plural.clone(),
            subresource: route.part.subresource().unwrap_or_default().to_owned(),
            namespace: route.key.namespace.clone(),
            name,
            user_agent,
            status: None,
        }
    }
}

fn name_in(body: &Bytes) -> String {
    let object: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let name = object.pointer("/metadata/name");
    let name = name.and_then(serde_json::Value::as_str);
    name.unwrap_or_default().to_owned()
}

fn header_text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn code(outcome: &Result<Answer, Refusal>) -> u16 {
    outcome
        .as_ref()
        .map_or_else(|refusal| refusal.code, Answer::code)
}

fn respond(outcome: Result<Answer, Refusal>) -> Response<Reply> {
    match outcome {
        Ok(Answer::Object { code, object }) => {
            response(code, "application/json", Reply::whole(object.to_string()))
        }
        Ok(Answer::Watch(watching)) => response(200, "application/json", Reply::events(watching)),
        Err(refusal) => refuse(&refusal),
    }
}

fn refuse(refusal: &Refusal) -> Response<Reply> {
    let body = Reply::whole(status_object(refusal).to_string());
    response(refusal.code, "application/json", body)
}

fn response(code: u16, content_type: &'static str, body: Reply) -> Response<Reply> {
    let mut response = Response::new(body);
    // A hook may name a code that is none.
    *response.status_mut() =
        http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        http::HeaderValue::from_static(content_type),
    );
    response
}
