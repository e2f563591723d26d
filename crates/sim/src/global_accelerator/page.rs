//! The paging that the lists share: ten entries unless up to a hundred are asked for, and opaque
//! tokens.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::Error;
use crate::wire::{Answer, Constraints, ServiceError};

const USUAL_PAGE: i64 = 10;
const LARGEST_PAGE: i64 = 100;

/// The members by which every list is paged.
pub(super) struct Paging {
    pub(super) max_results: Option<i64>,
    pub(super) next_token: Option<String>,
}

impl Paging {
    pub(super) fn constrain(&self, constraints: &mut Constraints) {
        constraints.between("maxResults", self.max_results, 1, LARGEST_PAGE);
        constraints.length("nextToken", self.next_token.as_deref(), 0, 255);
    }
}

/// The ARN whose children are listed.
pub(super) fn parent(name: &str, arn: Option<String>, paging: &Paging) -> Result<String, Error> {
    let mut constraints = Constraints::default();
    let arn = constraints.required_text(name, arn, 0, 255);
    paging.constrain(&mut constraints);
    constraints.verdict().map_err(Error::Validation)?;
    Ok(arn)
}

/// A page of `entries`, which are in the order of their ARNs. A token names the ARN that the page
/// starts with, so that entries created or deleted meanwhile neither shift nor repeat others.
pub(super) fn answer<'a, K: ToString + 'a, V: 'a>(
    member: &str,
    entries: impl Iterator<Item = (&'a K, &'a V)>,
    paging: &Paging,
    show: impl Fn(&V) -> Value,
) -> Result<Answer, ServiceError> {
    let start = match &paging.next_token {
        None => String::new(),
        Some(token) => decode(token).ok_or(Error::InvalidNextToken)?,
    };
    let size = usize::try_from(paging.max_results.unwrap_or(USUAL_PAGE)).unwrap_or_default();
    let mut rest = entries.skip_while(|(arn, _)| arn.to_string() < start);
    let page: Vec<Value> = rest
        .by_ref()
        .take(size)
        .map(|(_, entry)| show(entry))
        .collect();
    let mut body = Map::new();
    body.insert(member.to_owned(), page.into());
    if let Some((arn, _)) = rest.next() {
        let token = BASE64URL_NOPAD.encode(short(&arn.to_string()).as_bytes());
        body.insert("NextToken".to_owned(), token.into());
    }
    Answer::json(&body)
}

/// ARNs of one account share this beginning, and a token has at most 255 characters.
const COMMON: &str = "arn:aws:globalaccelerator::";

fn short(arn: &str) -> &str {
    arn.strip_prefix(COMMON).unwrap_or(arn)
}

fn decode(token: &str) -> Option<String> {
    let rest = String::from_utf8(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()?;
    rest.contains(":accelerator/")
        .then(|| format!("{COMMON}{rest}"))
}
