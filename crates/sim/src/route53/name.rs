//! Domain names as Route 53 keeps them: lower-case, with a trailing dot, unusual characters as
//! octal codes, and sorted by their labels from the right, octal codes as they are written.
//!
//! Sources: "DNS domain name format", Route 53 Developer Guide; `ListResourceRecordSets` and
//! `ListHostedZonesByName` ("alphabetizes the domain name using the escaped or Punycoded value"),
//! API Reference.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 255;

/// A fully qualified domain name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DnsName {
    /// `com.example.www.`: names sort by this, dots included.
    reversed: String,
    /// `www.example.com.`, with octal codes.
    text: String,
}

/// Why a string is no domain name, in the words of Route 53's parser.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BadName {
    /// Nothing but dots.
    #[error("FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '{0}'")]
    Empty(String),
    /// Two dots in a row.
    #[error("FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with '{0}'")]
    EmptyLabel(String),
    /// A label of more than 63 bytes.
    #[error("FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '{0}'")]
    LongLabel(String),
    /// A name of more than 255 bytes.
    #[error("FATAL problem: DomainNameTooLong (Domain name is too long) encountered with '{0}'")]
    LongName(String),
    /// Not printable ASCII, or a broken octal code.
    #[error(
        "FATAL problem: UnsupportedCharacter (Value contains unsupported characters) \
         encountered with '{0}'"
    )]
    Unsupported(String),
}

impl DnsName {
    /// Reads a name, with or without a trailing dot, in any case, with or without octal codes.
    pub fn parse(given: &str) -> Result<Self, BadName> {
        let whole = given.strip_suffix('.').unwrap_or(given);
        if whole.is_empty() {
            return Err(BadName::Empty(given.to_owned()));
        }
        let labels = whole
            .split('.')
            .map(|label| match decode(label) {
                None => Err(BadName::Unsupported(given.to_owned())),
                Some(bytes) if bytes.is_empty() => Err(BadName::EmptyLabel(given.to_owned())),
                Some(bytes) if bytes.len() > LONGEST_LABEL => {
                    Err(BadName::LongLabel(label.to_owned()))
                }
                Some(bytes) => Ok(bytes),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if labels.iter().map(|label| label.len() + 1).sum::<usize>() > LONGEST_NAME {
            return Err(BadName::LongName(given.to_owned()));
        }
        let written: Vec<String> = labels.iter().map(|label| encode(label) + ".").collect();
        Ok(Self {
            reversed: written.iter().rev().map(String::as_str).collect(),
            text: written.concat(),
        })
    }

    /// The name in Route 53's spelling.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the name is the zone's own or lies below it.
    pub fn is_within(&self, zone: &Self) -> bool {
        self.reversed.starts_with(&zone.reversed)
    }

    /// Whether the first label is `*`.
    pub(super) fn is_wildcard(&self) -> bool {
        self.text.starts_with("\\052.")
    }

    /// The name with `*` instead of its first label.
    pub(crate) fn wildcard(&self) -> Option<Self> {
        let (_, rest) = self.text.split_once('.')?;
        Self::parse(&format!("*.{rest}")).ok()
    }
}

/// The bytes of a label in lower case, or `None` for what Route 53 can't store.
fn decode(label: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(label.len());
    let mut rest = label.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'\\' {
            let digits = [rest.next()?, rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?
        } else if byte.is_ascii_graphic() {
            byte
        } else {
            return None;
        };
        bytes.push(byte.to_ascii_lowercase());
    }
    Some(bytes)
}

fn encode(label: &[u8]) -> String {
    label
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => char::from(*byte).to_string(),
            other => format!("\\{other:03o}"),
        })
        .collect()
}

impl fmt::Display for DnsName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for DnsName {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<DnsName> for String {
    fn from(name: DnsName) -> Self {
        name.text
    }
}
