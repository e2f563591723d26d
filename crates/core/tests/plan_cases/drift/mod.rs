//! What people, other programs and failures do to AWS behind our back, one edit a document.

mod accelerator;
mod names;
mod table;
mod unreadable;

use std::fmt::Debug;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;

use crate::balance::Balance;

#[derive(Deserialize)]
#[serde(untagged)]
enum Edit {
    Names(names::Edit),
    Accelerator(accelerator::Edit),
    Table(table::Edit),
    Unreadable { unreadable: Unreadable },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unreadable {
    part: String,
    code: String,
}

pub(crate) fn apply(document: &Value, balance: &mut Balance) {
    match serde_json::from_value(document.clone())
        .unwrap_or_else(|error| panic!("{error}: {document}"))
    {
        Edit::Names(edit) => names::apply(edit, balance),
        Edit::Accelerator(edit) => accelerator::apply(edit, balance),
        Edit::Table(edit) => table::apply(edit, balance),
        Edit::Unreadable {
            unreadable: Unreadable { part, code },
        } => unreadable::apply(balance, &part, &code),
    }
}

fn parsed<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
