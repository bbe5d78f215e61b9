//! YAML as far as documents need it: one mapping of texts and lists of texts.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::entry::{Entry, NO_TEXT};

/// What stands under a key.
type Texts = Result<Vec<String>, &'static str>;

/// Returns the entries of a document; none of an empty one. Only its first part counts.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let mut events = Events(Parser::new_from_str(text));
    let mut entries = Vec::new();
    loop {
        match events.next()?.0 {
            Event::StreamEnd | Event::DocumentEnd => return Ok(entries),
            Event::MappingStart(..) => break,
            Event::Scalar(text, style, ..) if is_nothing(&text, style) => return Ok(entries),
            Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_) => {
                return Err("not a mapping of fields, such as title: …".into());
            }
            _ => {}
        }
    }
    loop {
        let (event, span) = events.next()?;
        let key = match event {
            Event::MappingEnd => return Ok(entries),
            Event::Scalar(text, ..) => Some(text.into_owned()),
            event => {
                events.pass(&event)?;
                None
            }
        };
        let texts = events.texts()?;
        if let Some(key) = key {
            entries.push(Entry { key, line: Some(span.start.line() as u64), texts });
        }
    }
}

/// A parser that says in words where it cannot go on.
struct Events<'a>(Parser<'a, saphyr_parser::StrInput<'a>>);

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), String> {
        match self.0.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let hint = "a text with a colon or a sign at its start stands in quotation marks";
                Err(format!("line {}: not YAML: {}; {hint}", error.marker().line(), error.info()))
            }
            None => Err("not YAML: it breaks off".into()),
        }
    }

    /// Reads what stands under a key.
    fn texts(&mut self) -> Result<Texts, String> {
        Ok(match self.next()?.0 {
            Event::Scalar(text, style, ..) if is_nothing(&text, style) => Ok(Vec::new()),
            Event::Scalar(text, ..) => Ok(vec![text.into_owned()]),
            Event::Alias(_) => Err("an alias; write the text itself"),
            Event::SequenceStart(..) => {
                let mut texts = Ok(Vec::new());
                loop {
                    match self.next()?.0 {
                        Event::SequenceEnd => break texts,
                        Event::Scalar(text, style, ..) if is_nothing(&text, style) => {}
                        Event::Scalar(text, ..) => {
                            if let Ok(texts) = &mut texts {
                                texts.push(text.into_owned());
                            }
                        }
                        event => {
                            self.pass(&event)?;
                            texts = Err(NO_TEXT);
                        }
                    }
                }
            }
            event => {
                self.pass(&event)?;
                Err(NO_TEXT)
            }
        })
    }

    /// Passes over what begins with an event, however deep it is.
    fn pass(&mut self, first: &Event<'_>) -> Result<(), String> {
        let mut depth = i64::from(matches!(first, Event::SequenceStart(..) | Event::MappingStart(..)));
        while depth > 0 {
            depth += match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => 1,
                Event::SequenceEnd | Event::MappingEnd => -1,
                _ => 0,
            };
        }
        Ok(())
    }
}

/// Whether a scalar is one of the ways to write nothing.
fn is_nothing(text: &str, style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
