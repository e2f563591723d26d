//! The log of requests: what was asked, by whom, and how it ended.

use std::fmt;

use jiff::Timestamp;

/// What a request does, in the words of RBAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Reads one object.
    Get,
    /// Reads all objects.
    List,
    /// Follows all objects.
    Watch,
    /// Makes an object.
    Create,
    /// Replaces an object.
    Update,
    /// Changes an object, or applies it.
    Patch,
    /// Deletes an object.
    Delete,
    /// Nothing that is served here.
    Other,
}

impl Verb {
    /// Whether it changes something when it succeeds.
    pub fn is_write(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Patch | Self::Delete => true,
            Self::Get | Self::List | Self::Watch | Self::Other => false,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Other => "other",
        })
    }
}

/// One request that reached the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it arrived.
    pub at: Timestamp,
    /// What it does.
    pub verb: Verb,
    /// The API group; empty for the core group.
    pub group: String,
    /// The plural name of the kind, or the path of what is not served.
    pub resource: String,
    /// `status`, or empty.
    pub subresource: String,
    /// Empty for all namespaces, and for kinds that have none.
    pub namespace: String,
    /// The object, also of a create; empty for all objects.
    pub name: String,
    /// Who sent it: the `User-Agent` header, or the one that the service was made for.
    pub user_agent: String,
    /// The HTTP status that was answered; nothing as long as the request has not been carried out.
    pub status: Option<u16>,
}

impl Request {
    /// Whether it changes something when it succeeds.
    pub fn is_write(&self) -> bool {
        self.verb.is_write()
    }
}

/// One line, for the trace of a run.
impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            verb,
            group: _,
            resource,
            subresource,
            namespace,
            name,
            user_agent,
            status,
        } = self;
        write!(formatter, "{at} {user_agent} {verb} {resource}")?;
        for part in [subresource, namespace, name] {
            if !part.is_empty() {
                write!(formatter, "/{part}")?;
            }
        }
        match status {
            Some(status) => write!(formatter, " {status}"),
            None => formatter.write_str(" (not carried out)"),
        }
    }
}
