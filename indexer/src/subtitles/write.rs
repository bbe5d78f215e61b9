//! Writing gives a transcript to players, people and other programs, as WebVTT, SubRip, text or JSON.
//!
//! Every file says that this program made it, in a way that its format allows and that reading recognises.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::caption::{Caption, Part, captions};
use super::words::{is_gap, joint};
use crate::recording::Language;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{SpeakerOrdinal, Transcript, Word};

/// The beginning of the comment that marks our WebVTT.
pub(super) const VTT_MARK: &str = "NOTE made by aloud";

/// The beginning of the tag that marks our SubRip, which has no comments: a tag without text shows nothing.
pub(super) const SRT_MARK: &str = "<font made-by=\"aloud\"";

/// The field that marks our JSON.
pub(super) const JSON_MARK: &str = "made_by_aloud";

/// The longest paragraph of plain text before it is cut at the next sentence.
const PARAGRAPH: Millis = Millis::from_seconds(60);

/// Returns a transcript as WebVTT captions.
///
/// One cue is a sentence or a part of one: at most seven seconds and twice 42 columns where the text can be cut. Each
/// speaker is a voice, words in another language than most are in `<lang>`, and every word has its time inside the
/// cue, with a second one where a pause follows it. Read again it gives the same words, speakers, languages and
/// starts to the millisecond; ends too, except that a word which goes on while the next begins ends there.
#[must_use]
pub fn vtt(transcript: &Transcript) -> String {
    let main = main_language(transcript);
    let mut text = format!(
        "WEBVTT\n\n{VTT_MARK}, recording {}, revision {}\nlanguage: {main}\n",
        transcript.recording, transcript.revision
    );
    for caption in captions(transcript) {
        let span = span(transcript, &caption);
        put(&mut text, format_args!("\n{} --> {}\n", clock(span.start(), '.'), clock(span.end(), '.')));
        Marked { transcript, main, text: &mut text, speaker: None, language: main }.caption(&caption);
    }
    text
}

/// Returns a transcript as SubRip captions; a speaker's name stands where the speaker changes.
///
/// The first cue lasts a millisecond and shows nothing: its tag says who made the file.
#[must_use]
pub fn srt(transcript: &Transcript) -> String {
    let mut text = format!(
        "1\n00:00:00,000 --> 00:00:00,001\n{SRT_MARK} recording=\"{}\" revision=\"{}\"></font>\n",
        transcript.recording, transcript.revision
    );
    let mut speaker = None;
    for (index, caption) in captions(transcript).iter().enumerate() {
        let span = span(transcript, caption);
        let times = (clock(span.start(), ','), clock(span.end(), ','));
        put(&mut text, format_args!("\n{}\n{} --> {}\n", index + 2, times.0, times.1));
        let now = transcript.words[caption.words.start].speaker;
        if let (true, Some(name)) = (now != speaker, name(transcript, now)) {
            put(&mut text, format_args!("{name}: "));
        }
        speaker = now;
        for line in &caption.lines {
            put(&mut text, format_args!("{}\n", plain(line)));
        }
    }
    text
}

/// Returns a transcript as text to read: a paragraph for each turn, with its time and the speaker's name.
///
/// A turn longer than a minute is cut at the next sentence. This file alone bears no mark: it cannot be read back.
#[must_use]
pub fn txt(transcript: &Transcript) -> String {
    let mut text = String::new();
    let mut paragraph: Option<(Millis, Option<SpeakerOrdinal>)> = None;
    for caption in captions(transcript) {
        let first = &transcript.words[caption.words.start];
        let goes_on = paragraph
            .is_some_and(|(start, speaker)| speaker == first.speaker && first.span.start().since(start) < PARAGRAPH);
        if !goes_on {
            let blank = if text.is_empty() { "" } else { "\n\n" };
            let time = clock(first.span.start(), '.');
            let seconds = time.split('.').next().unwrap_or_default();
            put(&mut text, format_args!("{blank}[{seconds}] "));
            if let Some(name) = name(transcript, first.speaker) {
                put(&mut text, format_args!("{name}: "));
            }
            paragraph = Some((first.span.start(), first.speaker));
        }
        join(&mut text, &one_line(&caption));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Returns a transcript as JSON in the shape of openai-whisper's, which most programs that read transcripts know.
///
/// `text`, `language` and `segments` of `start`, `end`, `text`, `speaker` and `words`; a word has `word`, `start`,
/// `end`, `probability`, its `speaker` when known, and its `language` when it is not the main one. A segment has a
/// `speaker` when all its words have. Times are seconds, as that shape has them.
#[must_use]
pub fn json(transcript: &Transcript) -> String {
    let main = main_language(transcript);
    let mut whole = String::new();
    let mut segments = Vec::new();
    for caption in captions(transcript) {
        let line = one_line(&caption);
        join(&mut whole, &line);
        let words = &transcript.words[caption.words.clone()];
        let same = words.iter().all(|word| word.speaker == words[0].speaker);
        let speaker = words[0].speaker.filter(|_| same);
        let mut segment = spoken(transcript, span(transcript, &caption), speaker);
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
    json!({JSON_MARK: mark, "language": main, "text": whole, "segments": segments}).to_string()
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

/// A caption that is being written as WebVTT cue text.
struct Marked<'a> {
    transcript: &'a Transcript,
    main: Language,
    text: &'a mut String,
    /// The voice that is open.
    speaker: Option<SpeakerOrdinal>,
    /// The language of what is open; the main language has no tag.
    language: Language,
}

impl Marked<'_> {
    fn caption(&mut self, caption: &Caption<'_>) {
        self.switch(&self.transcript.words[caption.words.start]);
        for (index, line) in caption.lines.iter().enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            for (index, part) in line.iter().enumerate() {
                let text = collapse(part.text);
                let is_last = index + 1 == line.len();
                self.part(caption, part, if is_last { text.trim_end_matches(' ') } else { &text });
            }
        }
        self.close();
        self.text.push('\n');
    }

    fn part(&mut self, caption: &Caption<'_>, part: &Part<'_>, text: &str) {
        let escaped = escape(text);
        let Some(ordinal) = part.word else {
            self.text.push_str(&escaped);
            return;
        };
        let word = &self.transcript.words[ordinal];
        if ordinal > caption.words.start {
            self.switch(word);
            put(self.text, format_args!("<{}>", clock(word.span.start(), '.')));
        }
        self.text.push_str(&escaped);
        if ordinal + 1 < caption.words.end && word.span.end() < self.transcript.words[ordinal + 1].span.start() {
            put(self.text, format_args!("<{}>", clock(word.span.end(), '.')));
        }
    }

    /// Closes and opens tags, so that they say who speaks a word in which language.
    fn switch(&mut self, word: &Word) {
        let speaker = word.speaker.filter(|_| name(self.transcript, word.speaker).is_some());
        if (speaker, word.language) == (self.speaker, self.language) {
            return;
        }
        self.close();
        if let Some(name) = name(self.transcript, speaker) {
            put(self.text, format_args!("<v {}>", escape(&name)));
        }
        if word.language != self.main {
            put(self.text, format_args!("<lang {}>", word.language));
        }
        (self.speaker, self.language) = (speaker, word.language);
    }

    fn close(&mut self) {
        if self.language != self.main {
            self.text.push_str("</lang>");
        }
        if self.speaker.is_some() {
            self.text.push_str("</v>");
        }
        (self.speaker, self.language) = (None, self.main);
    }
}

/// Returns the language of most words.
fn main_language(transcript: &Transcript) -> Language {
    let mut counts = std::collections::BTreeMap::<Language, usize>::new();
    for word in &transcript.words {
        *counts.entry(word.language).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map_or(Language::UNKNOWN, |(language, _)| language)
}

/// Returns when a caption is shown: from its first word to its last, but not into the next caption.
fn span(transcript: &Transcript, caption: &Caption<'_>) -> TimeSpan {
    let words = &transcript.words[caption.words.clone()];
    let (first, last) = (words[0].span, words[words.len() - 1].span);
    let next = transcript.words.get(caption.words.end).map_or(Millis::MAX, |next| next.span.start());
    TimeSpan::at_least_one(first.start(), last.end().min(next).max(last.start()))
}

/// Returns a speaker's name on one line; `None` when there is none.
fn name(transcript: &Transcript, speaker: Option<SpeakerOrdinal>) -> Option<String> {
    let name = transcript.speakers.get(usize::from(speaker?))?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Returns a caption's text without line breaks.
fn one_line(caption: &Caption<'_>) -> String {
    let mut text = String::new();
    for line in &caption.lines {
        join(&mut text, &plain(line));
    }
    text
}

/// Appends a line as readers of captions do: a space between, or nothing in scripts without spaces.
fn join(text: &mut String, line: &str) {
    if let (Some(last), Some(next)) = (text.chars().next_back(), line.chars().next())
        && last != ' '
    {
        text.push_str(joint(last, next));
    }
    text.push_str(line);
}

fn plain(line: &[Part<'_>]) -> String {
    let text: String = line.iter().map(|part| part.text).collect();
    collapse(&text).trim_end_matches(' ').to_owned()
}

/// Makes every run of white space, where a file would break the line, one space; drops control characters.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_gap(c) && !c.is_control() {
            collapsed.push(c);
        } else if is_gap(c) && !collapsed.ends_with(' ') {
            collapsed.push(' ');
        }
    }
    collapsed
}

/// Writes what begins or ends markup as references; `{\` is none in WebVTT, but many readers take it for some.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("{\\", "&#123;\\")
}

/// Writes `01:02:03.250`.
fn clock(time: Millis, point: char) -> String {
    let millis = time.get();
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{point}{:03}", millis % 1000)
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string cannot fail");
}
