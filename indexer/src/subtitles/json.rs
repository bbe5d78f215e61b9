//! Reading the JSON of Whisper programs: openai-whisper and faster-whisper, WhisperX, whisper.cpp, `OpenTranscribe`.
//!
//! All of them list segments with a text. The words inside may have times of their own, in seconds; in whisper.cpp
//! they come as tokens, with offsets in milliseconds. A field that is missing or of another kind is not there.

use serde_json::Value;

use super::cue::{Cue, Piece, Script};
use super::words::joint;
use super::write::{JSON_APPROXIMATE, JSON_MARK};
use super::{Origin, Skipped, SubtitleError, clock};
use crate::recording::Language;
use crate::time::Millis;
use crate::transcript::Percent;

/// How far in a segment's text a word may lie behind the one before it, in bytes; what stands between is punctuation.
const MAX_DRIFT: usize = 48;

/// Reads a file's text.
pub(super) fn read(text: &str) -> Result<Script, SubtitleError> {
    let not_one = |problem: String| SubtitleError::NotATranscript { format: "JSON", problem };
    let document = parse(text).map_err(|error| not_one(error.to_string()))?;
    let language = document.get("language").or_else(|| document.get("result")?.get("language")).and_then(Value::as_str);
    let is_ours = document.get(JSON_MARK).is_some();
    let mut script = Script {
        cues: Vec::new(),
        skipped: Vec::new(),
        origin: if is_ours { Origin::Ours } else { Origin::Foreign },
        language: language.and_then(Language::from_tag),
        is_approximate: is_ours && document.get(JSON_APPROXIMATE).and_then(Value::as_bool) == Some(true),
    };
    let array = |key: &str| document.get(key).and_then(Value::as_array);
    let lists = ["segments", "transcription", "transcript_segments", "transcript"];
    if let Some(segments) = lists.into_iter().find_map(array).or_else(|| document.as_array()) {
        for (index, segment) in segments.iter().enumerate() {
            read_segment(segment, index + 1, &mut script);
        }
    } else if let Some(words) = array("word_segments") {
        read_words(words, &mut script);
    } else {
        return Err(not_one("it has no segments".into()));
    }
    Ok(script)
}

/// Reads JSON as Python writes it: with `NaN` and `Infinity`, which stand in the averages of Whisper programs.
pub(super) fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).or_else(|error| {
        let mut mended = String::with_capacity(text.len());
        for (index, part) in split_strings(text).enumerate() {
            if index % 2 == 0 {
                mended += &part.replace("-Infinity", "null").replace("Infinity", "null").replace("NaN", "null");
            } else {
                mended += part;
            }
        }
        serde_json::from_str(&mended).map_err(|_| error)
    })
}

/// Cuts JSON into what is outside strings and (every second part) strings with their quotes.
fn split_strings(text: &str) -> impl Iterator<Item = &str> {
    let (mut rest, mut inside) = (text, false);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut escaped = false;
        let end = if inside {
            let quote = |(at, byte): (usize, u8)| {
                let closes = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                (closes && at > 0).then_some(at + 1)
            };
            rest.bytes().enumerate().find_map(quote)
        } else {
            rest.find('"')
        };
        let (part, later) = rest.split_at(end.unwrap_or(rest.len()));
        (rest, inside) = (later, !inside);
        Some(part)
    })
}

fn read_segment(segment: &Value, ordinal: usize, script: &mut Script) {
    let words: Vec<Piece> = ["words", "tokens"]
        .iter()
        .find_map(|key| segment.get(key).and_then(Value::as_array))
        .map(|words| words.iter().filter_map(piece).collect())
        .unwrap_or_default();
    let whole = piece(segment).unwrap_or_else(|| Piece { text: joined(&words), ..Piece::plain("") });
    if segment.is_object() && whole.text.trim().is_empty() {
        return;
    }
    let start = whole.start.into_iter().chain(words.iter().filter_map(|word| word.start)).min();
    let end = whole.end.into_iter().chain(words.iter().filter_map(|word| word.end)).max();
    let (Some(start), false) = (start, whole.text.trim().is_empty()) else {
        let reason = "the segment has no text or no times; it was left out";
        script.skipped.push(Skipped { line: ordinal, reason });
        return;
    };
    let (cue, mended) = Cue::new(start, end.unwrap_or(start), align(&whole, words));
    if mended {
        let reason = "the end does not lie after the start; it was estimated";
        script.skipped.push(Skipped { line: ordinal, reason });
    }
    script.cues.push(cue);
}

/// Reads a list of words alone; one without times goes to the word before it.
fn read_words(words: &[Value], script: &mut Script) {
    for (index, word) in words.iter().enumerate() {
        match (word_piece(word), script.cues.last_mut()) {
            (Some((piece, Some(start), Some(end))), _) => script.cues.push(Cue::new(start, end, vec![piece]).0),
            (Some((mut piece, ..)), Some(cue)) => {
                piece.text.insert(0, '\n');
                (piece.start, piece.end) = (None, None);
                cue.pieces.push(piece);
            }
            _ => script.skipped.push(Skipped { line: index + 1, reason: "the word has no text or no times" }),
        }
    }
}

fn word_piece(word: &Value) -> Option<(Piece, Option<Millis>, Option<Millis>)> {
    piece(word).map(|piece| (piece.clone(), piece.start, piece.end))
}

/// Reads a segment, word or token; `None` without a text.
fn piece(value: &Value) -> Option<Piece> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let number = |key: &str| value.get(key).and_then(Value::as_f64);
    let offset = |key: &str| value.get("offsets").and_then(|offsets| offsets.get(key)).and_then(Value::as_f64);
    let seconds = |keys: [&str; 2]| keys.into_iter().find_map(number).map(|seconds| seconds * 1000.0);
    let probability = ["probability", "score", "p", "confidence"].iter().find_map(|key| number(key));
    Some(Piece {
        text: text("word").or_else(|| text("text"))?.to_owned(),
        start: offset("from").or_else(|| seconds(["start", "start_time"])).map(clock::from_millis),
        end: offset("to").or_else(|| seconds(["end", "end_time"])).map(clock::from_millis),
        speaker: speaker(value),
        language: text("language").and_then(Language::from_tag),
        confidence: probability.map_or(Percent::FULL, |p| {
            #[expect(clippy::cast_possible_truncation, reason = "a percentage needs no more digits")]
            Percent::from_probability(p as f32)
        }),
    })
}

/// Returns who speaks: a name, or, in `OpenTranscribe`, a person with the name that somebody gave or the recogniser's label.
fn speaker(value: &Value) -> Option<String> {
    let said = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::trim).map(str::to_owned);
    let person = value.get("speaker");
    let names = [
        said(value, "resolved_speaker_name"),
        said(value, "speaker"),
        person.and_then(|person| said(person, "display_name")),
        person.and_then(|person| said(person, "name")),
        said(value, "speaker_label"),
    ];
    names.into_iter().flatten().find(|name| !name.is_empty())
}

/// Puts words side by side with the spaces that they lack.
fn joined(words: &[Piece]) -> String {
    let mut text = String::new();
    for word in words {
        if let (Some(last), Some(next)) = (text.chars().next_back(), word.text.chars().next())
            && !last.is_whitespace()
            && !next.is_whitespace()
        {
            text += joint(last, next);
        }
        text += &word.text;
    }
    text
}

/// Gives the words' times to the segment's text, which alone has all spaces and punctuation.
///
/// A word that is not found where it should be (a broken character, a mark such as `[_BEG_]`) gives no time; what it
/// stands for in the text has none then.
fn align(segment: &Piece, words: Vec<Piece>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let untimed = |pieces: &mut Vec<Piece>, text: &str| match pieces.last_mut() {
        Some(last) if !text.contains(char::is_alphanumeric) => last.text += text,
        _ => pieces.push(Piece { start: None, end: None, text: text.to_owned(), ..segment.clone() }),
    };
    let mut rest = segment.text.as_str();
    for word in words {
        let spoken = word.text.trim();
        let found = if spoken.is_empty() { None } else { rest.find(spoken) };
        let Some(found) = found.filter(|&found| found <= MAX_DRIFT) else { continue };
        untimed(&mut pieces, &rest[..found]);
        rest = &rest[found + spoken.len()..];
        pieces.push(Piece {
            text: spoken.to_owned(),
            speaker: word.speaker.or_else(|| segment.speaker.clone()),
            language: word.language.or(segment.language),
            ..word
        });
    }
    untimed(&mut pieces, rest);
    pieces
}
