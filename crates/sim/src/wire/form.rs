//! The query protocol: parameters in a form body (or in the query string), lists as
//! `Name.member.1`.

use std::collections::BTreeMap;

use super::Request;

/// The parameters of a request.
#[derive(Debug)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    pub(crate) fn read(request: &Request) -> Self {
        let body = form_urlencoded::parse(&request.body);
        let query = form_urlencoded::parse(request.query.as_bytes());
        Self(
            body.chain(query)
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The entries of a list, in the order of their numbers.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let prefix = format!("{name}.member.");
        let mut entries: Vec<(u32, &str)> = self
            .0
            .iter()
            .filter_map(|(key, value)| {
                Some((key.strip_prefix(&prefix)?.parse().ok()?, value.as_str()))
            })
            .collect();
        entries.sort_unstable();
        entries.into_iter().map(|(_, value)| value).collect()
    }

    /// The first parameter that is none of `served`, which end in `.` for lists.
    pub(crate) fn unserved(&self, served: &[&str]) -> Option<&str> {
        let known = |key: &str| {
            ["Action", "Version"].contains(&key)
                || served.iter().any(|name| {
                    if name.ends_with('.') {
                        key.starts_with(name)
                    } else {
                        key == *name
                    }
                })
        };
        self.0.keys().map(String::as_str).find(|key| !known(key))
    }
}
