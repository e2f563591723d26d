//! A YAML or JSON document that knows where each of its parts stands.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    content: Content,
    /// Its bytes in the file. Of a list or a map only the first, if any.
    span: Range<usize>,
}

#[derive(Clone, Debug)]
enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
struct Entry {
    key: String,
    key_span: Range<usize>,
    value: Node,
}

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A field of a map.
    Field(String),
    /// An item of a list.
    Item(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Item(index) => write!(f, "[{index}]"),
        }
    }
}

impl Node {
    /// The value, without fields that are null: the API server takes those for absent.
    pub(super) fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::to_value).collect(),
            Content::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_value()))
                .filter(|(_, value)| !value.is_null())
                .collect(),
        }
    }

    /// The items of a list; nothing otherwise.
    pub(super) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items) => items,
            Content::Scalar(_) | Content::Map(_) => &[],
        }
    }

    /// A field of a map.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.value)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.content {
            Content::Map(entries) => entries.iter().find(|entry| entry.key == name),
            Content::Scalar(_) | Content::List(_) => None,
        }
    }

    /// Where to look for the part at that path: its value, or the key of a list or a map, or what is nearest.
    pub(super) fn place(&self, path: &[Step]) -> Range<usize> {
        self.find(path, self.first_span())
    }

    /// Where the name of the part at that path stands.
    pub(super) fn key_place(&self, path: &[Step]) -> Range<usize> {
        let Some((Step::Field(name), parent)) = path.split_last() else {
            return self.place(path);
        };
        let entry = self.get(parent).and_then(|node| node.entry(name));
        entry.map_or_else(|| self.place(parent), |entry| entry.key_span.clone())
    }

    fn get(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| match step {
            Step::Field(name) => node.field(name),
            Step::Item(index) => node.items().get(*index),
        })
    }

    fn find(&self, path: &[Step], best: Range<usize>) -> Range<usize> {
        match path.split_first() {
            None => match &self.content {
                Content::Scalar(_) => self.span.clone(),
                Content::List(_) | Content::Map(_) => best,
            },
            Some((Step::Field(name), rest)) => match self.entry(name) {
                Some(entry) => entry.value.find(rest, entry.key_span.clone()),
                None => best,
            },
            Some((Step::Item(index), rest)) => match self.items().get(*index) {
                Some(item) => item.find(rest, item.first_span()),
                None => best,
            },
        }
    }

    /// The first thing that can be pointed at.
    fn first_span(&self) -> Range<usize> {
        match &self.content {
            Content::Map(entries) => entries
                .first()
                .map_or_else(|| self.span.clone(), |entry| entry.key_span.clone()),
            Content::List(items) => items
                .first()
                .map_or_else(|| self.span.clone(), Self::first_span),
            Content::Scalar(_) => self.span.clone(),
        }
    }
}

/// The bytes that the parser means.
pub(super) fn bytes(location: &Location) -> Range<usize> {
    let span = location.span();
    let whole = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
    let start = whole(span.byte_offset()).unwrap_or_default();
    start..start + whole(span.byte_len()).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned: Spanned<Content> = Spanned::deserialize(deserializer)?;
        Ok(Self {
            content: spanned.value,
            span: bytes(&spanned.referenced),
        })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Content::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Content, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = access.next_entry::<Spanned<String>, Node>()? {
            entries.push(Entry {
                key_span: bytes(&key.referenced),
                key: key.value,
                value,
            });
        }
        Ok(Content::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "kind: GlobalApp\nspec:\n  dns: {ttlSeconds: 60}\n  hostnames:\n  - é.example.com\n  - b\n";

    fn field(name: &str) -> Step {
        Step::Field(name.to_owned())
    }

    fn pointed_at(path: &[Step]) -> &'static str {
        let node: Node = serde_saphyr::from_str(TEXT).unwrap();
        &TEXT[node.place(path)]
    }

    #[test]
    fn a_place_is_the_value_or_the_key_or_what_is_nearest() {
        let spec = || field("spec");
        assert_eq!(
            pointed_at(&[spec(), field("dns"), field("ttlSeconds")]),
            "60"
        );
        assert_eq!(
            pointed_at(&[spec(), field("hostnames"), Step::Item(0)]),
            "é.example.com"
        );
        assert_eq!(
            pointed_at(&[spec(), field("hostnames"), Step::Item(1)]),
            "b"
        );
        assert_eq!(pointed_at(&[spec(), field("dns")]), "dns");
        assert_eq!(
            pointed_at(&[spec(), field("dns"), field("absent"), field("more")]),
            "dns"
        );
        assert_eq!(pointed_at(&[]), "kind");
    }

    #[test]
    fn a_null_field_is_absent_and_a_null_item_is_not() {
        let node: Node = serde_saphyr::from_str("a: ~\nb: [~, 1]\n").unwrap();
        assert_eq!(node.to_value(), serde_json::json!({"b": [null, 1]}));
    }
}
