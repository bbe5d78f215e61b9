//! Writing Markdown (CommonMark): a heading, and a paragraph for each turn.

use super::paragraph::paragraphs;
use super::{About, TXT_MARK, clock_of_seconds, collapse, put};
use crate::transcript::Transcript;

/// Returns a transcript as Markdown. Each time is a link where it is known at which address the recording is watched.
#[must_use]
pub fn markdown(transcript: &Transcript, about: &About<'_>) -> String {
    let mut text = String::new();
    if let Some(title) = about.title {
        put(&mut text, format_args!("# {}\n\n", escape(&collapse(title))));
    }
    // A comment, which no reader of Markdown shows.
    let (recording, revision) = (transcript.recording, transcript.revision);
    put(&mut text, format_args!("<!-- {TXT_MARK}, recording {recording}, revision {revision} -->\n"));
    if let Some(date) = about.date {
        put(&mut text, format_args!("\n{}\n", escape(&collapse(date))));
    }
    for paragraph in paragraphs(transcript) {
        let time = clock_of_seconds(paragraph.start);
        match about.link {
            Some(link) => {
                let millis = paragraph.start.get();
                let address = format!("{link}{}.{:03}", millis / 1000, millis % 1000);
                put(&mut text, format_args!("\n[{time}](<{}>) ", address.replace(['<', '>', '\n', ' '], "")));
            }
            None => put(&mut text, format_args!("\n{time} ")),
        }
        if let Some(name) = &paragraph.speaker {
            put(&mut text, format_args!("**{}:** ", escape(name)));
        }
        put(&mut text, format_args!("{}\n", escape(&paragraph.text)));
    }
    text
}

/// Puts a backslash before every sign that may mean something; all of them are ASCII punctuation.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>#|~&!$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
