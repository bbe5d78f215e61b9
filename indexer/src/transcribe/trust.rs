//! Trust is what the words themselves say about how far to believe them.

use crate::term::split_words;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Doubt, Word};

use super::words::is_unspaced;

/// The longest run of words that is looked at for repeats: loops are a word, a phrase or a sentence.
const LONGEST_LOOP: usize = 12;

/// So many times in a row nobody says the same.
const LOOPS: usize = 4;

/// Fewer repeated words are left alone: people say "no, no, no, no" and "words, words, words".
const SHORTEST_LOOP: usize = 6;

/// Speech above seven words a second is not understood by listeners either.
const FASTEST: f32 = 7.0;

/// What noise and laughter are taken for is over sooner.
const BRIEF: Millis = Millis::new(2000);

/// Too few words to speak of a speed.
const FEW: usize = 5;

/// Under this mean log-probability of the tokens, Whisper itself takes its output for failed.
const IMPROBABLE: f32 = -1.0;

/// A text that packs so well says little: Whisper's authors take the same limit.
const COMPRESSIBLE: f32 = 2.4;

/// Shorter texts, in bytes, always pack badly.
const LONG_TEXT: usize = 100;

/// Above this probability that nobody speaks, words are doubted.
const NOBODY: f32 = 0.6;

/// What a recogniser knows of a text besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// The mean of the tokens' natural logarithms of probability.
    pub mean_log_probability: f32,
    /// How likely it was, before the first word, that nobody speaks: 0 to 1.
    pub no_speech: f32,
    /// The natural logarithm of how likely its language was, what the recording is in considered.
    pub language: f32,
}

/// Returns the reasons to doubt the words of one window.
#[must_use]
pub fn doubts(words: &[Word], evidence: &Evidence) -> Vec<Doubt> {
    if words.is_empty() {
        return Vec::new();
    }
    [
        (repeats(words) || is_compressible(words), Doubt::Repeats),
        (evidence.mean_log_probability < IMPROBABLE, Doubt::LowProbability),
        (too_fast(words), Doubt::TooFast),
        (evidence.no_speech > NOBODY, Doubt::NoSpeech),
    ]
    .into_iter()
    .filter_map(|(holds, doubt)| holds.then_some(doubt))
    .collect()
}

/// Returns whether words were made of nothing: nobody seems to speak, and the words repeat themselves, come too fast, or
/// are few and improbable. More of them are speech that was heard badly, in a language that the model hardly knows.
#[must_use]
pub fn is_nothing(words: &[Word], evidence: &Evidence) -> bool {
    let doubts = doubts(words, evidence);
    let is_made_up = |doubt: &Doubt| match doubt {
        Doubt::Repeats | Doubt::TooFast => true,
        Doubt::LowProbability => time(words) < BRIEF,
        Doubt::NoSpeech => false,
    };
    doubts.contains(&Doubt::NoSpeech) && doubts.iter().any(is_made_up)
}

/// Returns whether the text packs far better than speech does.
fn is_compressible(words: &[Word]) -> bool {
    let text: String = words.iter().map(|word| word.text.as_str()).collect();
    let packed = zstd::bulk::compress(text.as_bytes(), 3).map_or(text.len(), |packed| packed.len());
    #[expect(clippy::cast_precision_loss, reason = "a few thousand bytes")]
    let ratio = text.len() as f32 / packed as f32;
    text.len() >= LONG_TEXT && ratio > COMPRESSIBLE
}

/// Returns whether some run of words comes [`LOOPS`] times in a row.
fn repeats(words: &[Word]) -> bool {
    let forms: Vec<String> = words.iter().map(|word| bare(&word.text)).collect();
    (1..=LONGEST_LOOP).any(|length| {
        // The run repeats as long as each word equals the one `length` before it.
        let mut equal = 0;
        forms.iter().zip(forms.iter().skip(length)).any(|(word, later)| {
            equal = if word == later { equal + 1 } else { 0 };
            equal >= (length * (LOOPS - 1)).max(SHORTEST_LOOP)
        })
    })
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn too_fast(words: &[Word]) -> bool {
    let Some(first) = words.first() else { return false };
    #[expect(clippy::cast_precision_loss, reason = "a window has some hundred words and lasts under a minute")]
    let speed = words.len() as f32 * 1000.0 / time(words).get() as f32;
    words.len() >= FEW && speed > FASTEST && !is_unspaced(first.language)
}

/// Returns how long it takes to say some words.
fn time(words: &[Word]) -> Millis {
    let ends = words.first().zip(words.last());
    ends.map_or(Millis::ZERO, |(first, last)| TimeSpan::at_least_one(first.span.start(), last.span.end()).duration())
}

/// Returns whether a text only describes sound, as in `[BLANK_AUDIO]`, `(music)`, `*laughs*` or `♪`.
#[must_use]
pub fn is_sound_note(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '[' => ']',
            '(' => ')',
            '*' | '♪' => first,
            '♫' | '.' | '-' | ' ' => {
                rest = &rest[first.len_utf8()..];
                continue;
            }
            _ => return split_words(text).iter().all(|word| bare(word).is_empty()),
        };
        rest = rest[first.len_utf8()..].split_once(close).map_or("", |(_, after)| after);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Language;
    use crate::transcript::Percent;

    fn words(text: &str, millis_each: u32) -> Vec<Word> {
        let word = |(ordinal, text): (u32, &str)| Word {
            text: format!("{text} "),
            span: TimeSpan::at_least_one(Millis::new(ordinal * millis_each), Millis::new((ordinal + 1) * millis_each)),
            confidence: Percent::FULL,
            language: Language::UNKNOWN,
            speaker: None,
        };
        (0..).zip(text.split(' ')).map(word).collect()
    }

    #[test]
    fn words_are_doubted_for_a_reason() {
        let rows: [(&str, u32, f32, &[Doubt]); 9] = [
            ("and so we met them", 400, -0.3, &[]),
            ("no no no we met", 400, -0.3, &[]),
            ("no, No no no no no", 400, -0.3, &[]),
            ("no, No no no no no no", 400, -0.3, &[Doubt::Repeats]),
            ("I know I know I know, I know", 400, -0.3, &[Doubt::Repeats]),
            ("we saw it we saw it we saw it we saw it then", 400, -0.3, &[Doubt::Repeats]),
            ("we saw it we saw it we saw it then", 400, -0.3, &[]),
            ("and so we met them", 400, -1.3, &[Doubt::LowProbability]),
            ("and so we met them", 100, -0.3, &[Doubt::TooFast]),
        ];
        for (text, pace, probability, doubts) in rows {
            let evidence = Evidence { mean_log_probability: probability, no_speech: 0.1, ..Evidence::default() };
            assert_eq!(super::doubts(&words(text, pace), &evidence), doubts, "{text}");
        }
        let nobody = Evidence { mean_log_probability: -1.5, no_speech: 0.9, ..Evidence::default() };
        assert_eq!(super::doubts(&[], &nobody), []);
        let thanks = words("Thank you", 400);
        assert_eq!(super::doubts(&thanks, &nobody), [Doubt::LowProbability, Doubt::NoSpeech]);
        assert!(is_nothing(&thanks, &nobody));
        assert!(!is_nothing(&words("God mogen i mogen skal vi", 400), &nobody));
        assert!(!is_nothing(&thanks, &Evidence { no_speech: 0.1, ..nobody }));
        assert!(!is_nothing(&thanks, &Evidence { mean_log_probability: -0.5, ..nobody }));
        assert!(is_nothing(&words("no, No no no no no no", 400), &Evidence { mean_log_probability: -0.5, ..nobody }));
    }

    #[test]
    fn a_sound_note_is_not_speech() {
        for note in
            ["[BLANK_AUDIO]", " (upbeat music)", "♪", "♪ la la ♪", "*laughs* [music]", "...", "", "[cut off", "!"]
        {
            assert!(is_sound_note(note), "{note:?}");
        }
        for speech in ["Hello", "[sighs] yes", "(we) agree", "- no"] {
            assert!(!is_sound_note(speech), "{speech:?}");
        }
    }
}
