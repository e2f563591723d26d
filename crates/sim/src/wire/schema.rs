//! Holds a document against the part of an XML schema that AWS enforces: which elements, and the plain
//! types of their text. Their order is free: the AWS SDK for Go sends them by name, that for Rust as
//! the API Reference lists them. The messages are those of the validator behind Route 53.

use super::xml::Node;

/// An element that may or must appear.
#[derive(Debug)]
pub(crate) struct Element {
    name: &'static str,
    required: bool,
    content: Content,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Content {
    Text,
    Integer,
    Boolean,
    /// These elements, each at most once, in any order.
    All(&'static [Element]),
    /// Any number of elements of this name.
    List(&'static Element),
}

pub(crate) const fn required(name: &'static str, content: Content) -> Element {
    Element {
        name,
        required: true,
        content,
    }
}

pub(crate) const fn optional(name: &'static str, content: Content) -> Element {
    Element {
        name,
        required: false,
        content,
    }
}

/// Why a document does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The root is another element.
    Root {
        found: String,
        expected: &'static str,
    },
    /// A violation inside, in the validator's words.
    Inside(String),
}

impl Element {
    pub(crate) fn check(&'static self, root: &Node, namespace: &str) -> Result<(), Misfit> {
        if root.name != self.name {
            return Err(Misfit::Root {
                found: root.name.clone(),
                expected: self.name,
            });
        }
        if root.namespace.as_deref() != Some(namespace) {
            return Err(Misfit::Inside(format!(
                "cvc-elt.1: Cannot find the declaration of element '{}'.",
                self.name
            )));
        }
        self.content.check(root, namespace).map_err(Misfit::Inside)
    }
}

impl Content {
    fn check(&'static self, node: &Node, namespace: &str) -> Result<(), String> {
        match self {
            Self::Text => childless(node),
            Self::Integer => typed(node, "integer", |text| text.parse::<i64>().is_ok()),
            Self::Boolean => typed(node, "boolean", |text| ["true", "false"].contains(&text)),
            Self::All(elements) => all(node, elements, namespace),
            Self::List(element) => {
                node.children.iter().try_for_each(|child| {
                    if child.name != element.name {
                        return Err(unexpected(&child.name, &[element.name], namespace));
                    }
                    element.content.check(child, namespace)
                })?;
                if element.required && node.children.is_empty() {
                    return Err(incomplete(&node.name, &[element.name], namespace));
                }
                Ok(())
            }
        }
    }
}

fn all(node: &Node, elements: &'static [Element], namespace: &str) -> Result<(), String> {
    let mut rest: Vec<&'static Element> = elements.iter().collect();
    for child in &node.children {
        let Some(index) = rest.iter().position(|element| element.name == child.name) else {
            let expected: Vec<&str> = rest.iter().map(|element| element.name).collect();
            return Err(unexpected(&child.name, &expected, namespace));
        };
        rest.remove(index).content.check(child, namespace)?;
    }
    let missing: Vec<&str> = rest
        .iter()
        .filter(|element| element.required)
        .map(|element| element.name)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(incomplete(&node.name, &missing, namespace))
    }
}

fn childless(node: &Node) -> Result<(), String> {
    match node.children.first() {
        None => Ok(()),
        Some(child) => Err(format!(
            "cvc-type.3.1.2: Element '{}' is a simple type, so it must have no element information \
             item [children]. Found '{}'.",
            node.name, child.name
        )),
    }
}

fn typed(node: &Node, name: &str, fits: impl Fn(&str) -> bool) -> Result<(), String> {
    childless(node)?;
    let text = node.text.trim();
    if fits(text) {
        return Ok(());
    }
    Err(format!(
        "cvc-datatype-valid.1.2.1: '{text}' is not a valid value for '{name}'."
    ))
}

fn unexpected(found: &str, expected: &[&str], namespace: &str) -> String {
    if expected.is_empty() {
        return format!(
            "cvc-complex-type.2.4.d: Invalid content was found starting with element '{found}'. \
             No child element is expected at this point."
        );
    }
    format!(
        "cvc-complex-type.2.4.a: Invalid content was found starting with element '{found}'. \
         One of '{}' is expected.",
        choices(expected, namespace)
    )
}

fn incomplete(name: &str, expected: &[&str], namespace: &str) -> String {
    format!(
        "cvc-complex-type.2.4.b: The content of element '{name}' is not complete. \
         One of '{}' is expected.",
        choices(expected, namespace)
    )
}

fn choices(names: &[&str], namespace: &str) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("\"{namespace}\":{name}"))
        .collect();
    format!("{{{}}}", quoted.join(", "))
}
