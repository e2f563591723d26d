//! Checks one object as the API server would, but says everything that is wrong, and where.
//!
//! The rules are the CustomResourceDefinition's own: its schema, and its CEL expressions. An API server drops unknown fields
//! of an applied object with no more than a warning; here they are mistakes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use evenkeel_core::crd;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::{Location, LocationSegment};
use kube_cel::ErrorKind;
use serde_json::Value;

use super::mistake::Mistake;
use super::rules::{API_VERSION, Rules, schema_at};
use super::tree::{Node, Step};

/// Names that are less alike than this are no misspellings of each other.
const ALIKE: f64 = 0.8;

/// The rules of every kind.
pub(super) struct Checker {
    kinds: BTreeMap<String, Rules>,
    cel: kube_cel::Validator,
}

impl Checker {
    pub(super) fn new() -> Self {
        let rules = crd::manifests().into_iter().map(|manifest| {
            let kind = manifest.value["spec"]["names"]["kind"].as_str();
            (
                kind.unwrap_or_default().to_owned(),
                Rules::new(&manifest.value),
            )
        });
        Self {
            kinds: rules.collect(),
            cel: kube_cel::Validator::new(),
        }
    }

    /// Everything that is wrong with one object of ours.
    pub(super) fn check(&self, node: &Node) -> Vec<Mistake> {
        let value = node.to_value();
        let kind = value["kind"].as_str().unwrap_or_default();
        let object = Object {
            node,
            value: &value,
        };
        let Some(rules) = self.kinds.get(kind) else {
            return vec![object.unknown_kind(self.kinds.keys().map(String::as_str))];
        };
        let mut mistakes: Vec<Mistake> = rules
            .validator
            .iter_errors(&value)
            .flat_map(|error| object.schema_mistakes(rules, &error))
            .collect();
        duplicates(&rules.closed, &value, &mut Vec::new(), &mut |path, what| {
            mistakes.push(object.mistake(path, what));
        });
        let is_shaped = mistakes.is_empty();
        let broken = self.cel.validate(&rules.schema, &value, None);
        for error in broken.err().into_iter().flatten() {
            // On an object of the wrong shape a rule may fail without a reason of its own.
            if is_shaped || error.kind == ErrorKind::ValidationFailure {
                mistakes.push(object.mistake(&steps(&error.field_path), error.message.clone()));
            }
        }
        mistakes
    }
}

/// An object that is checked.
struct Object<'a> {
    node: &'a Node,
    value: &'a Value,
}

impl Object<'_> {
    /// Its kind and name.
    fn title(&self) -> String {
        let kind = self.value["kind"].as_str().unwrap_or("object");
        match self.value["metadata"]["name"].as_str() {
            Some(name) => format!("{kind} {name}"),
            None => format!("{kind} without a name"),
        }
    }

    fn at(&self, path: &[Step], what: impl AsRef<str>, span: Range<usize>) -> Mistake {
        let field: String = path.iter().map(ToString::to_string).collect();
        let field = field.trim_start_matches('.');
        let title = match field {
            "" => format!("{}: {}", self.title(), what.as_ref()),
            _ => format!("{}: {field}: {}", self.title(), what.as_ref()),
        };
        Mistake {
            title,
            span,
            label: None,
            note: None,
        }
    }

    fn mistake(&self, path: &[Step], what: impl AsRef<str>) -> Mistake {
        self.at(path, what, self.node.place(path))
    }

    fn unknown_kind<'k>(&self, known: impl Iterator<Item = &'k str>) -> Mistake {
        let known: Vec<&str> = known.collect();
        let kind = self.value["kind"].as_str().unwrap_or_default();
        Mistake {
            label: meant(kind, &known),
            note: Some(format!("kinds of {API_VERSION}: {}", known.join(", "))),
            ..self.mistake(
                &[Step::Field("kind".to_owned())],
                format!("there is no kind {kind:?}"),
            )
        }
    }

    fn schema_mistakes(
        &self,
        rules: &Rules,
        error: &jsonschema::ValidationError<'_>,
    ) -> Vec<Mistake> {
        let path = path(error.instance_path());
        let schema = schema_at(&rules.closed, &path);
        let about = schema["description"].as_str().map(str::to_owned);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the library's own words are good for every other keyword"
        )]
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known: Vec<&str> = schema["properties"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name.as_str())
                    .collect();
                let unknown = |name: &String| {
                    let path: Vec<Step> = path
                        .iter()
                        .cloned()
                        .chain([Step::Field(name.clone())])
                        .collect();
                    Mistake {
                        label: meant(name, &known),
                        note: Some(format!("allowed: {}", known.join(", "))),
                        ..self.at(&path, "there is no such field", self.node.key_place(&path))
                    }
                };
                unexpected.iter().map(unknown).collect()
            }
            ValidationErrorKind::Enum { options } => {
                let options: Vec<String> =
                    options.as_array().into_iter().flatten().map(bare).collect();
                let known: Vec<&str> = options.iter().map(String::as_str).collect();
                let found = error.instance();
                vec![Mistake {
                    label: found.as_str().and_then(|found| meant(found, &known)),
                    note: Some(format!("allowed: {}", options.join(", "))),
                    ..self.mistake(&path, format!("{found} is not allowed"))
                }]
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let missing: Vec<Step> = path
                    .iter()
                    .cloned()
                    .chain([Step::Field(name.to_owned())])
                    .collect();
                let about = schema["properties"][name]["description"].as_str();
                vec![Mistake {
                    note: about.map(str::to_owned),
                    ..self.mistake(&missing, "is not set")
                }]
            }
            ValidationErrorKind::Type { kind } => {
                let wanted = match kind {
                    TypeKind::Single(kind) => kind.to_string(),
                    TypeKind::Multiple(kinds) => kinds
                        .iter()
                        .map(|kind| kind.to_string())
                        .collect::<Vec<_>>()
                        .join(" or "),
                };
                vec![Mistake {
                    note: about,
                    ..self.mistake(
                        &path,
                        format!(
                            "{} where a value of type {wanted} belongs",
                            said(error.instance())
                        ),
                    )
                }]
            }
            _ => vec![Mistake {
                note: about,
                ..self.mistake(&path, error.to_string())
            }],
        }
    }
}

/// A value as YAML writes it.
fn bare(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A value in few words.
fn said(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// What may have been meant.
fn meant(found: &str, known: &[&str]) -> Option<String> {
    let alike = |known: &&str| strsim::jaro_winkler(&found.to_lowercase(), &known.to_lowercase());
    let best = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) > ALIKE).then(|| format!("did you mean {best}?"))
}

/// What a list says twice that may not.
fn duplicates(
    schema: &Value,
    value: &Value,
    path: &mut Vec<Step>,
    report: &mut impl FnMut(&[Step], String),
) {
    if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object())
    {
        for (name, schema) in properties {
            if let Some(value) = fields.get(name) {
                path.push(Step::Field(name.clone()));
                duplicates(schema, value, path, report);
                path.pop();
            }
        }
    }
    let keys: Vec<&str> = schema["x-kubernetes-list-map-keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let is_set = schema["x-kubernetes-list-type"] == "set";
    let mut seen = BTreeSet::new();
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        path.push(Step::Item(index));
        let identity = match keys.as_slice() {
            [] => item.to_string(),
            keys => keys
                .iter()
                .map(|key| item[key].to_string())
                .collect::<Vec<_>>()
                .join(", "),
        };
        if (is_set || !keys.is_empty()) && !seen.insert(identity.clone()) {
            let key = keys.first().map(|key| Step::Field((*key).to_owned()));
            let place: Vec<Step> = path.iter().cloned().chain(key).collect();
            report(&place, format!("{identity} is listed twice"));
        }
        duplicates(&schema["items"], item, path, report);
        path.pop();
    }
}

fn path(location: &Location) -> Vec<Step> {
    let step = |segment: LocationSegment<'_>| match segment {
        LocationSegment::Property(name) => Step::Field(name.to_string()),
        LocationSegment::Index(index) => Step::Item(index),
    };
    location.into_iter().map(step).collect()
}

/// A path as CEL errors write it: `spec.hostnames[0]`.
fn steps(path: &str) -> Vec<Step> {
    let parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse()
                .map_or_else(|_| Step::Field(part.to_owned()), Step::Item)
        })
        .collect()
}
