//! Writing WebVTT, <https://www.w3.org/TR/webvtt1/>.

use super::super::caption::{Caption, Part, captions, shown};
use super::{VTT_APPROXIMATE, VTT_MARK, VTT_TIMES, clock, collapse, is_approximate, main_language, name, put};
use crate::recording::Language;
use crate::time::Millis;
use crate::transcript::{SpeakerOrdinal, Transcript, Word};

/// Returns a transcript as WebVTT captions.
///
/// One cue is a sentence or a part of one: at most seven seconds and twice 42 columns where the text can be cut. Each
/// speaker is a voice, words in another language than most are in `<lang>`, and every word has its time inside the
/// cue, with a second one where a pause follows it; the caption itself may stay longer, so that it can be read. Read again it gives the same words, speakers, languages and
/// starts to the millisecond; ends too, except that a word which goes on while the next begins ends there.
#[must_use]
pub fn vtt(transcript: &Transcript) -> String {
    let main = main_language(transcript);
    let mut text = format!(
        "WEBVTT\n\n{VTT_MARK}, recording {}, revision {}\nlanguage: {main}\n",
        transcript.recording, transcript.revision
    );
    if is_approximate(transcript) {
        put(&mut text, format_args!("{VTT_TIMES}: {VTT_APPROXIMATE}\n"));
    }
    for caption in captions(transcript) {
        let span = shown(transcript, &caption);
        put(&mut text, format_args!("\n{} --> {}\n", clock(span.start(), '.'), clock(span.end(), '.')));
        Marked { transcript, main, text: &mut text, end: span.end(), speaker: None, language: main }.caption(&caption);
    }
    text
}

/// A caption that is being written as WebVTT cue text.
struct Marked<'a> {
    transcript: &'a Transcript,
    main: Language,
    text: &'a mut String,
    /// When the caption goes.
    end: Millis,
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
        let is_last = ordinal + 1 == caption.words.end;
        let next = if is_last { self.end } else { self.transcript.words[ordinal + 1].span.start() };
        if word.span.end() < next {
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
            let name = escape(&name);
            // A name that ends in dashes would make an arrow.
            match name.strip_suffix('-') {
                Some(name) => put(self.text, format_args!("<v {name}&#45;>")),
                None => put(self.text, format_args!("<v {name}>")),
            }
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

/// Writes what begins or ends markup as references; `{\` is none in WebVTT, but many readers take it for some.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("{\\", "&#123;\\")
}
