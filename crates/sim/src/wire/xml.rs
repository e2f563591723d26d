//! XML documents of the rest-xml and query protocols, written and read.

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::se::to_string_with_root;
use serde::Serialize;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// No document of these APIs nests deeper; a hostile one is refused before it costs anything.
const DEEPEST: usize = 32;

/// A document with this root element in this namespace, or `None` if `body` can't be written as
/// XML.
pub(crate) fn document(root: &str, namespace: &str, body: &impl Serialize) -> Option<String> {
    let written = to_string_with_root(root, body).ok()?;
    // The first occurrence of the root's name is its start tag.
    let named = written.replacen(root, &format!("{root} xmlns=\"{namespace}\""), 1);
    Some(format!("{DECLARATION}{named}"))
}

/// The error envelope. Several problems with one batch are one message: Route 53 has sent every
/// error this way since 2024, and its modelled `Messages` list is no longer on the wire.
pub(crate) fn error(
    namespace: &str,
    status: u16,
    code: &str,
    message: &str,
    request_id: &str,
) -> String {
    let blame = if status < 500 { "Sender" } else { "Receiver" };
    let (code, message) = (escape(code), escape(message));
    format!(
        "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{blame}</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>{request_id}</RequestId></ErrorResponse>"
    )
}

/// An element of a document that was read, with its text and the elements in it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

impl Node {
    /// The root element of a document, or what is wrong with it.
    pub(crate) fn parse(document: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(document);
        // The outermost entry is not an element: it receives the root.
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) if open.len() > DEEPEST => {
                    let name = start.name().as_ref().to_owned();
                    return Err(format!("element '{name}' is nested too deeply"));
                }
                Event::Start(start) => open.push(Self::starting(&start)),
                Event::Empty(start) => adopt(&mut open, Self::starting(&start)),
                Event::End(_) => {
                    if let Some(done) = open.pop() {
                        adopt(&mut open, done);
                    }
                }
                Event::Text(text) => append(&mut open, &text),
                Event::CData(text) => append(&mut open, &text),
                Event::GeneralRef(reference) => {
                    append(&mut open, &resolve(&reference).unwrap_or_default());
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
                Event::Eof => break,
            }
        }
        let outermost = open.into_iter().next().unwrap_or_default();
        let root = outermost.children.into_iter().next();
        root.ok_or_else(|| "Premature end of file.".to_owned())
    }

    /// The text of the child of this name.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|child| child.name == name)
            .map(|child| child.text.as_str())
    }

    fn starting(start: &BytesStart<'_>) -> Self {
        let name = start.local_name().as_ref().to_owned();
        let declared = start
            .attributes()
            .flatten()
            .find(|pair| pair.key.as_ref() == "xmlns");
        let namespace = declared.map(|pair| pair.value.into_owned());
        Self {
            name,
            namespace,
            ..Self::default()
        }
    }
}

fn adopt(open: &mut [Node], child: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(child);
    }
}

fn append(open: &mut [Node], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// `&amp;` and its kind, and numeric references.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(str::to_owned),
        Err(_) => None,
    }
}
