//! A world's journal: its seed, its scenario, and all that reached it, in order. The same of these
//! at the same times makes the same world, so nothing else has to be kept of one.

use bytes::Bytes;
use data_encoding::BASE64;
use http::{HeaderMap, HeaderName, Method, Request, Uri, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::command::{Command, Refused};
use crate::scenario::{Impossible, Scenario};
use crate::seed::Seed;
use crate::world::World;

/// One line of a journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Entry {
    /// A world began. This is the first.
    Began {
        /// When.
        at: Timestamp,
        /// With what.
        seed: Box<Seed>,
        /// And what is to happen to it.
        #[serde(default)]
        scenario: Scenario,
    },
    /// A request arrived.
    Asked {
        /// When.
        at: Timestamp,
        /// As much of it as a world reads.
        request: Letter,
    },
    /// It was told something.
    Told {
        /// When.
        at: Timestamp,
        /// What.
        command: Command,
    },
}

/// What a world reads of an HTTP request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Letter {
    method: String,
    uri: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    authorization: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    target: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body: String,
    /// In base64, of a body that is no UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

/// Why a journal makes no world.
#[derive(Debug, Error)]
pub enum Broken {
    /// It does not begin.
    #[error("a journal begins with `began`, and has it nowhere else")]
    Beginning,
    /// A request that can't have been one.
    #[error("this is no HTTP request")]
    Request(#[from] http::Error),
    /// A body that is not in base64.
    #[error("`bodyBase64` is not base64")]
    Body(#[from] data_encoding::DecodeError),
    /// A scenario that can't happen.
    #[error("the scenario can't happen in this world")]
    Scenario(#[from] Impossible),
    /// A command that can't be carried out.
    #[error("this can't be done in this world")]
    Command(#[from] Refused),
}

/// The entries that nobody has taken yet, if a journal is kept at all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Option<Vec<Entry>>);

impl Journal {
    pub(crate) fn asked(&mut self, at: Timestamp, request: &Request<Bytes>) {
        if let Self(Some(entries)) = self {
            let request = Letter::of(request);
            entries.push(Entry::Asked { at, request });
        }
    }

    pub(crate) fn told(&mut self, at: Timestamp, command: Command) {
        if let Self(Some(entries)) = self {
            entries.push(Entry::Told { at, command });
        }
    }
}

impl World {
    /// The world that a journal begins with.
    pub fn begin(entry: Entry) -> Result<Self, Broken> {
        let Entry::Began { at, seed, scenario } = entry else {
            return Err(Broken::Beginning);
        };
        let mut world = Self::new(*seed, at);
        world.play(scenario)?;
        Ok(world)
    }

    /// Lets a later entry of a journal happen again. What is answered is not kept.
    pub fn repeat(&mut self, entry: Entry) -> Result<(), Broken> {
        match entry {
            Entry::Began { .. } => return Err(Broken::Beginning),
            Entry::Asked { at, request } => {
                self.ask(at, request.open()?);
            }
            Entry::Told { at, command } => self.tell(at, command)?,
        }
        Ok(())
    }

    /// From now on, what reaches this world is kept until it is taken.
    pub fn keep_journal(&mut self) {
        self.journal = Journal(Some(Vec::new()));
    }

    /// What reached this world since the last time, if it keeps a journal.
    pub fn take_journal(&mut self) -> Vec<Entry> {
        self.journal
            .0
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

impl Letter {
    fn of(request: &Request<Bytes>) -> Self {
        let body = request.body();
        let text = str::from_utf8(body);
        Self {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            authorization: text_of(request.headers(), header::AUTHORIZATION),
            target: text_of(request.headers(), TARGET),
            body_base64: text.is_err().then(|| BASE64.encode(body)),
            body: text.unwrap_or_default().to_owned(),
        }
    }

    fn open(self) -> Result<Request<Bytes>, Broken> {
        let Self {
            method,
            uri,
            authorization,
            target,
            body,
            body_base64,
        } = self;
        let body = match body_base64 {
            None => Bytes::from(body),
            Some(encoded) => Bytes::from(BASE64.decode(encoded.as_bytes())?),
        };
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).map_err(http::Error::from)?)
            .uri(Uri::try_from(uri).map_err(http::Error::from)?)
            .header(header::AUTHORIZATION, authorization)
            .header(TARGET, target)
            .body(body)?;
        Ok(request)
    }
}

/// A header that is no text reads as none, as in a request.
fn text_of(headers: &HeaderMap, name: HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
