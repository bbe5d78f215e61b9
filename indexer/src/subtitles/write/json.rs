//! Writing JSON.

use serde_json::{Map, Value, json};

use super::super::caption::{captions, said};
use super::{About, JSON_APPROXIMATE, JSON_MARK, collapse, is_approximate, join, main_language, name, one_line};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{SpeakerOrdinal, Transcript};

/// Returns a transcript as JSON in the shape of openai-whisper's, which most programs that read transcripts know.
///
/// `text`, `language` and `segments` of `start`, `end`, `text`, `speaker` and `words`; a word has `word`, `start`,
/// `end`, `probability`, its `speaker` when known, and its `language` when it is not the main one. A segment has a
/// `speaker` when all its words have. Times are seconds, as that shape has them. `docs/transcript.schema.json` says it
/// for programs.
#[must_use]
pub fn json(transcript: &Transcript, about: &About<'_>) -> String {
    let main = main_language(transcript);
    let mut whole = String::new();
    let mut segments = Vec::new();
    for caption in captions(transcript) {
        let line = one_line(&caption);
        join(&mut whole, &line);
        let words = &transcript.words[caption.words.clone()];
        let same = words.iter().all(|word| word.speaker == words[0].speaker);
        let speaker = words[0].speaker.filter(|_| same);
        let mut segment = spoken(transcript, said(transcript, &caption), speaker);
        segment.insert("id".into(), segments.len().into());
        segment.insert("text".into(), line.into());
        let words =
            caption.lines.iter().flatten().filter_map(|part| Some((part.word?, part.text))).map(|(ordinal, text)| {
                let word = &transcript.words[ordinal];
                let mut fields = spoken(transcript, word.span, word.speaker);
                fields.insert("word".into(), collapse(text).trim_matches(' ').into());
                fields.insert("probability".into(), (f64::from(word.confidence.get()) / 100.0).into());
                if word.language != main {
                    fields.insert("language".into(), word.language.as_str().into());
                }
                Value::Object(fields)
            });
        segment.insert("words".into(), words.collect());
        segments.push(Value::Object(segment));
    }
    let mark = json!({"recording": transcript.recording, "revision": transcript.revision});
    let mut document = json!({JSON_MARK: mark, "language": main, "text": whole, "segments": segments});
    if is_approximate(transcript) {
        document[JSON_APPROXIMATE] = true.into();
    }
    for (key, value) in [("title", about.title), ("date", about.date)] {
        if let Some(value) = value {
            document[key] = value.into();
        }
    }
    document.to_string()
}

/// Makes what segments and words have in common.
fn spoken(transcript: &Transcript, span: TimeSpan, speaker: Option<SpeakerOrdinal>) -> Map<String, Value> {
    let seconds = |time: Millis| Value::from(f64::from(time.get()) / 1000.0);
    let mut fields = Map::new();
    fields.insert("start".into(), seconds(span.start()));
    fields.insert("end".into(), seconds(span.end()));
    if let Some(name) = name(transcript, speaker) {
        fields.insert("speaker".into(), name.into());
    }
    fields
}
