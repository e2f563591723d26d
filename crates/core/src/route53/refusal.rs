//! Why a name can't be had.

use std::fmt;

use crate::consent::Token;
use crate::identity::Stranger;
use crate::names::Hostname;

/// A name that is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRefusal {
    /// The name.
    pub hostname: Hostname,
    /// Whose it is.
    pub owner: Stranger,
    /// How it could be had.
    pub way: Way,
}

/// How a name could be had that is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Only if its owner lets it go.
    None,
    /// By another adoption policy.
    Adopt,
    /// By this consent.
    Consent(Token),
}

impl NameRefusal {
    /// The one word of it.
    pub(crate) fn reason(&self) -> &'static str {
        match self.owner {
            // Another GlobalApp of this installation claimed it first.
            Stranger::Owner(_) => "HostnameConflict",
            Stranger::Unmarked
            | Stranger::Registry { .. }
            | Stranger::Foreign(_)
            | Stranger::Policy(_)
            | Stranger::Fleet(_)
            | Stranger::Writer(_)
            | Stranger::Incarnation(_) => "NotOurs",
        }
    }

    /// What was not changed.
    pub(crate) fn object(&self) -> String {
        if self.reason() == "HostnameConflict" {
            self.hostname.to_string()
        } else {
            format!("record set {} A", self.hostname)
        }
    }

    /// The consent that allows it.
    pub(crate) fn consent(&self) -> Option<&Token> {
        match &self.way {
            Way::Consent(token) => Some(token),
            Way::None | Way::Adopt => None,
        }
    }
}

/// The fact, its cause and what to do, in lower case.
impl fmt::Display for NameRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Stranger::Owner(owner) = &self.owner {
            write!(
                f,
                "{} belongs to ekapp/{} of namespace {}; take it out of one of the two",
                self.hostname, owner.name, owner.namespace
            )?;
            return match &self.way {
                Way::Consent(token) => write!(f, ", or consent with {token}"),
                Way::None | Way::Adopt => Ok(()),
            };
        }
        write!(
            f,
            "record set {} A exists and {}; nothing was changed: ",
            self.hostname, self.owner
        )?;
        match &self.way {
            Way::None => f.write_str("remove it, or take the name out of spec.hostnames"),
            Way::Adopt => f.write_str(
                "remove it, take the name out of spec.hostnames, or let nobody else keep it and set dns.adoptionPolicy to \
                 AdoptOrCreate",
            ),
            Way::Consent(token) => write!(
                f,
                "see that nobody else keeps it any more, then consent with {token}"
            ),
        }
    }
}
