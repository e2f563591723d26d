//! Idempotency tokens. A creation repeated with its token returns what it made. With other
//! parameters, or after that was deleted, the token is refused. (How long AWS remembers a token,
//! and what it answers in those two cases, is unspecified; the strictest answer shows misuse. Knobs
//! change the first two.)

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Error;
use crate::context::Context;
use crate::wire::Constraints;

#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    used: BTreeMap<(&'static str, String), Use>,
}

#[derive(Clone, Debug)]
struct Use {
    request: Value,
    made: String,
    at: Timestamp,
}

impl Tokens {
    /// The ARN of what this token made, if it was used before.
    pub(super) fn recall(
        &self,
        context: &Context<'_>,
        operation: &'static str,
        token: &str,
        body: &[u8],
    ) -> Result<Option<String>, Error> {
        let known = |earlier: &&Use| context.knobs.token_memory.after(earlier.at) > context.now;
        let earlier = self.used.get(&(operation, token.to_owned()));
        let Some(earlier) = earlier.filter(known) else {
            return Ok(None);
        };
        if context.knobs.tokens_must_match
            && serde_json::from_slice::<Value>(body).ok().as_ref() != Some(&earlier.request)
        {
            return Err(Error::InvalidArgument(
                "The idempotency token was used before with other parameters.".to_owned(),
            ));
        }
        Ok(Some(earlier.made.clone()))
    }

    pub(super) fn remember(
        &mut self,
        context: &Context<'_>,
        operation: &'static str,
        token: String,
        body: &[u8],
        made: String,
    ) {
        let request = serde_json::from_slice(body).unwrap_or_default();
        let at = context.now;
        self.used
            .insert((operation, token), Use { request, made, at });
    }
}

/// The token that every creation must have.
pub(super) fn read(constraints: &mut Constraints, token: Option<String>) -> String {
    constraints.required_text("idempotencyToken", token, 0, 255)
}
