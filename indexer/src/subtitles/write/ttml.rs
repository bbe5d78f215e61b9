//! Writing TTML, <https://www.w3.org/TR/ttml2/>: the captions, with their speakers as agents.

use super::super::caption::{captions, shown};
use super::{About, TTML_MARK, clock, main_language, name, plain, put};
use crate::transcript::{SpeakerOrdinal, Transcript};

/// Returns a transcript as TTML captions.
#[must_use]
pub fn ttml(transcript: &Transcript, about: &About<'_>) -> String {
    let main = main_language(transcript);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tt xmlns=\"http://www.w3.org/ns/ttml\" \
         xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\" xml:lang=\"{main}\">\n<head>\n<metadata>\n\
         <ttm:desc>{TTML_MARK}, recording {}, revision {}</ttm:desc>\n",
        transcript.recording, transcript.revision
    );
    if let Some(title) = about.title {
        put(&mut text, format_args!("<ttm:title>{}</ttm:title>\n", escape(title)));
    }
    for ordinal in 0..transcript.speakers.len() {
        let speaker = SpeakerOrdinal::try_from(ordinal).ok();
        if let Some(name) = name(transcript, speaker) {
            let name = escape(&name);
            put(&mut text, format_args!("<ttm:agent type=\"person\" xml:id=\"s{ordinal}\">"));
            put(&mut text, format_args!("<ttm:name type=\"full\">{name}</ttm:name></ttm:agent>\n"));
        }
    }
    text.push_str("</metadata>\n</head>\n<body>\n<div>\n");
    for caption in captions(transcript) {
        let span = shown(transcript, &caption);
        let first = &transcript.words[caption.words.start];
        put(&mut text, format_args!("<p begin=\"{}\" end=\"{}\"", clock(span.start(), '.'), clock(span.end(), '.')));
        if let (Some(ordinal), Some(_)) = (first.speaker, name(transcript, first.speaker)) {
            put(&mut text, format_args!(" ttm:agent=\"s{ordinal}\""));
        }
        if first.language != main {
            put(&mut text, format_args!(" xml:lang=\"{}\"", first.language));
        }
        let lines: Vec<String> = caption.lines.iter().map(|line| escape(&plain(line))).collect();
        put(&mut text, format_args!(">{}</p>\n", lines.join("<br/>")));
    }
    text.push_str("</div>\n</body>\n</tt>\n");
    text
}

/// Writes what XML means something by as references, and leaves out what it does not allow.
fn escape(text: &str) -> String {
    let allowed: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    allowed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
