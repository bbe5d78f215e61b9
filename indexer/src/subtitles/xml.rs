//! XML as the readers see it: elements that open and close, and text, each with its line.
//!
//! Prefixes are left out: no format here has two elements of one name in different namespaces. Entities that a document
//! declares are not resolved and nothing outside the file is fetched.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Skipped;

/// How deep elements may be nested; transcripts need less than ten.
const MAX_DEPTH: usize = 100;

/// Something in a document.
pub(super) enum Node {
    Open(Element),
    Text(String),
    /// The element that was opened last closes.
    Close,
}

/// An element with what its tag says.
pub(super) struct Element {
    pub(super) line: usize,
    /// Without prefix.
    pub(super) name: String,
    /// Names without prefix.
    attributes: Vec<(String, String)>,
}

impl Element {
    /// Returns an attribute's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Shows a document's nodes one by one. What cannot be read ends it; what stands above counts.
pub(super) fn read(text: &str, skipped: &mut Vec<Skipped>, visit: &mut dyn FnMut(Node)) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut depth = 0_usize;
    loop {
        let line = lines.number(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => {
                if depth == MAX_DEPTH {
                    let reason = "elements are nested too deep; what follows was left out";
                    skipped.push(Skipped { line, reason });
                    break;
                }
                depth += 1;
                visit(Node::Open(element(&tag, line)));
            }
            Ok(Event::Empty(tag)) => {
                visit(Node::Open(element(&tag, line)));
                visit(Node::Close);
            }
            Ok(Event::End(_)) => {
                if depth > 0 {
                    depth -= 1;
                    visit(Node::Close);
                }
            }
            Ok(Event::Text(text)) => visit(Node::Text((*text).to_owned())),
            Ok(Event::CData(text)) => visit(Node::Text((*text).to_owned())),
            Ok(Event::GeneralRef(name)) => {
                let reference = format!("&{};", &*name);
                visit(Node::Text(html_escape::decode_html_entities(&reference).into_owned()));
            }
            Ok(_) => {}
            Err(_) => {
                skipped.push(Skipped { line, reason: "the XML is broken here; what follows was left out" });
                break;
            }
        }
    }
    for _ in 0..depth {
        visit(Node::Close);
    }
}

/// Returns the name, without prefix, of the first element of a document's beginning.
pub(super) fn root(head: &str) -> Option<String> {
    let mut reader = Reader::from_str(head);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => return Some(element(&tag, 1).name),
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn element(tag: &BytesStart<'_>, line: usize) -> Element {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    let attributes = attributes.flatten().map(|attribute| {
        let value = html_escape::decode_html_entities(&attribute.value).into_owned();
        (attribute.key.local_name().as_ref().to_owned(), value)
    });
    Element { line, name: tag.local_name().as_ref().to_owned(), attributes: attributes.collect() }
}

/// Counts lines while a document is read from its start to its end.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// Returns the line of a place, which never lies before an earlier one.
    fn number(&mut self, place: u64) -> usize {
        let place = usize::try_from(place).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(passed) = self.text.get(self.at..place) {
            self.line += memchr::memchr_iter(b'\n', passed).count();
            self.at = place;
        }
        self.line
    }
}
