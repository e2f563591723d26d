//! Carries out one request.

use serde_json::Value;

use crate::cluster::Cluster;
use crate::ownership::{Manager, Operation};
use crate::patch;
use crate::read::Watching;
use crate::refusal::{self, Fault, Refusal};
use crate::request::Verb;
use crate::route::Route;
use crate::write::{Applied, Deletion, Owners, Target, Unknown};

/// The body of a request, and who sent it.
pub(crate) struct Message<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) content_type: &'a str,
    pub(crate) user_agent: &'a str,
}

pub(crate) enum Answer {
    Object { code: u16, object: Value },
    Watch(Watching),
}

impl Answer {
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Object { code, .. } => *code,
            Self::Watch(_) => 200,
        }
    }
}

impl Cluster {
    pub(crate) fn handle(
        &mut self,
        route: &Route,
        message: &Message<'_>,
    ) -> Result<Answer, Refusal> {
        if route.query.get("dryRun").is_some() {
            return Err(refusal::not_simulated("a dry run"));
        }
        let unknown = match route.query.get("fieldValidation") {
            Some("Strict") => Unknown::Refuse,
            _ => Unknown::Drop,
        };
        let target = Target {
            kind: route.kind.clone(),
            key: route.key.clone(),
            part: route.part,
        };
        let writer = || Owners::Writer(manager(route, message, Operation::Update));
        let (code, object) = match route.verb {
            Verb::Get => (200, self.get(route)?),
            Verb::List => (200, self.list(route)?),
            Verb::Watch => return self.watch(route).map(Answer::Watch),
            Verb::Create => {
                let object = target.read(message.body, unknown)?;
                (201, self.create(&target, object, writer())?.to_value())
            }
            Verb::Update => {
                let object = target.read(message.body, unknown)?;
                let is_new = self.find(&target.kind, &target.key).is_none();
                let object = self.update(&target, object, writer())?.to_value();
                (if is_new { 201 } else { 200 }, object)
            }
            Verb::Patch => self.patch(route, &target, message, unknown)?,
            Verb::Delete => (200, self.delete(&target, &Deletion::read(message.body)?)?),
            Verb::Other => return Err(refusal::method_not_allowed()),
        };
        Ok(Answer::Object { code, object })
    }

    fn patch(
        &mut self,
        route: &Route,
        target: &Target,
        message: &Message<'_>,
        unknown: Unknown,
    ) -> Result<(u16, Value), Refusal> {
        let body = || {
            serde_json::from_slice::<Value>(message.body)
                .map_err(|_| refusal::bad_request("invalid JSON patch"))
        };
        let change: fn(&mut Value, Value) -> Result<(), Refusal> = match message.content_type {
            "application/json-patch+json" => |object, patch| patch::json::apply(object, &patch),
            "application/merge-patch+json" => |object, patch| {
                patch::merge::merge(object, patch);
                Ok(())
            },
            "application/apply-patch+yaml" => {
                if route.query.get("fieldManager").is_none() {
                    let fault = Fault::required(
                        "fieldManager",
                        "Required value: is required for apply patch",
                    );
                    return Err(refusal::invalid_options("PatchOptions", fault));
                }
                let manager = manager(route, message, Operation::Apply);
                let applied =
                    self.apply(target, body()?, &manager, route.query.is_true("force"))?;
                return Ok(match applied {
                    Applied::Created(object) => (201, object.to_value()),
                    Applied::Changed(object) => (200, object.to_value()),
                });
            }
            _ => return Err(refusal::unsupported_media_type()),
        };
        let patch = body()?;
        let writer = Owners::Writer(manager(route, message, Operation::Update));
        let changed = self.modify(target, writer, unknown, |object| change(object, patch))?;
        Ok((200, changed.to_value()))
    }
}

/// Who owns what is written: the one whom the request names, or the program that sends it.
fn manager(route: &Route, message: &Message<'_>, operation: Operation) -> Manager {
    let program = message.user_agent.split('/').next().unwrap_or_default();
    let name = route.query.get("fieldManager").unwrap_or(program);
    Manager {
        operation,
        name: name.to_owned(),
        subresource: route.part.subresource().map(str::to_owned),
    }
}
