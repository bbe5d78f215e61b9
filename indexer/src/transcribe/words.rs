//! Words from a recogniser's tokens: split where words end, timed by letters, laid out inside their window.

use crate::recording::Language;
use crate::term::split_words;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Percent, Word};

/// The shortest word, as long as there is room: three frames of sound.
const SHORTEST: u32 = 48;

/// A word that starts up to this long after the sound that it begins starts with that sound.
const LATE: Millis = Millis::new(400);

/// A piece of text that a recogniser gave; a token may end inside a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// A part of the text as UTF-8.
    pub bytes: Vec<u8>,
    /// When it starts, in the recording.
    pub start: Millis,
    /// When it ends.
    pub end: Millis,
    /// How sure the recogniser was, 0 to 1.
    pub probability: f32,
}

/// Returns the text of some tokens, with U+FFFD for what is not UTF-8.
#[must_use]
pub fn text(tokens: &[Token]) -> String {
    letters(tokens).into_iter().map(|letter| letter.text).collect()
}

/// Returns the words of some tokens.
///
/// They start and end inside `window`, no start goes back, and none overlaps the next. A word that follows a pause
/// starts with the sound after it (`sounds`, from [`super::onset::sounds`]). The last word ends with a space where the
/// language writes spaces, so that windows can be joined.
#[must_use]
pub fn words(tokens: &[Token], window: TimeSpan, sounds: &[TimeSpan], language: Language) -> Vec<Word> {
    let letters = letters(tokens);
    let mut text: String = letters.iter().map(|letter| letter.text).collect();
    text.truncate(text.trim_end().len());
    let leading = text.len() - text.trim_start().len();
    if !is_unspaced(language) {
        text.push(' ');
    }
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    let mut at = leading;
    for word in split_words(&text[leading..]) {
        let end = at + word.len();
        let first = letters.partition_point(|letter| letter.at < at);
        let last = letters.partition_point(|letter| letter.at < end);
        drafts.extend(Draft::of(word, &letters[first..last], tokens));
        at = end;
    }
    drafts.retain(|draft| draft.text.chars().any(char::is_alphanumeric));
    lay_out(&mut drafts, window, sounds);
    drafts
        .into_iter()
        .map(|draft| Word {
            text: draft.text.to_owned(),
            span: TimeSpan::at_least_one(draft.start, draft.end),
            confidence: draft.confidence,
            language,
            speaker: None,
        })
        .collect()
}

/// Returns whether a language is written without spaces between words.
#[must_use]
pub fn is_unspaced(language: Language) -> bool {
    matches!(language.as_str(), "zh" | "yue" | "ja" | "th" | "lo" | "km" | "my")
}

/// A letter of the text: where it stands in it, the token it begins in and its share of that token's time.
struct Letter {
    at: usize,
    text: char,
    token: usize,
    start: Millis,
    end: Millis,
}

/// Decodes the tokens' bytes together and gives every letter its share of the token that it begins in.
fn letters(tokens: &[Token]) -> Vec<Letter> {
    let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.bytes.iter().copied()).collect();
    let owners: Vec<usize> =
        tokens.iter().enumerate().flat_map(|(number, token)| std::iter::repeat_n(number, token.bytes.len())).collect();
    let mut letters: Vec<Letter> = Vec::new();
    let (mut byte, mut at) = (0, 0);
    let mut add = |text: char, byte: usize| {
        let token = owners[byte];
        letters.push(Letter { at, text, token, start: tokens[token].start, end: tokens[token].end });
        at += text.len_utf8();
    };
    for chunk in bytes.utf8_chunks() {
        for text in chunk.valid().chars() {
            add(text, byte);
            byte += text.len_utf8();
        }
        if !chunk.invalid().is_empty() {
            add(char::REPLACEMENT_CHARACTER, byte);
            byte += chunk.invalid().len();
        }
    }
    for group in letters.chunk_by_mut(|a, b| a.token == b.token) {
        share(group);
    }
    letters
}

/// Shares a token's time between its letters; marks and spaces take none.
fn share(group: &mut [Letter]) {
    let Some(first) = group.first() else { return };
    let (start, time) = (first.start, first.end.since(first.start).get());
    let spoken = u32::try_from(group.iter().filter(|letter| letter.text.is_alphanumeric()).count()).unwrap_or(1);
    let mut said = 0;
    for letter in group {
        letter.start = start.saturating_add(Millis::new(part(time, said, spoken)));
        said += u32::from(letter.text.is_alphanumeric());
        letter.end = start.saturating_add(Millis::new(part(time, said, spoken)));
    }
}

/// Returns `said / of` of a time.
fn part(time: u32, said: u32, of: u32) -> u32 {
    u32::try_from(u64::from(time) * u64::from(said) / u64::from(of.max(1))).unwrap_or(time)
}

/// A word before it has its place.
struct Draft<'a> {
    text: &'a str,
    start: Millis,
    end: Millis,
    confidence: Percent,
}

impl<'a> Draft<'a> {
    fn of(text: &'a str, letters: &[Letter], tokens: &[Token]) -> Option<Self> {
        let spoken = |letter: &&Letter| letter.text.is_alphanumeric();
        let first = letters.iter().find(spoken).or(letters.first())?;
        let last = letters.iter().rfind(spoken).or(letters.last())?;
        // The geometric mean: one bad token of a word makes the word doubtful.
        let logs: Vec<f32> = (first.token..=last.token).map(|token| tokens[token].probability.max(1e-6).ln()).collect();
        #[expect(clippy::cast_precision_loss, reason = "a word has few tokens")]
        let mean = logs.iter().sum::<f32>() / logs.len() as f32;
        Some(Self { text, start: first.start, end: last.end, confidence: Percent::from_probability(mean.exp()) })
    }
}

/// Gives the words their places in the window: on the sounds, in order, side by side.
fn lay_out(words: &mut [Draft<'_>], window: TimeSpan, sounds: &[TimeSpan]) {
    let mut previous = Millis::ZERO;
    for word in &mut *words {
        word.start = onto_sound(word, previous, sounds);
        word.end = back_onto_sound(word, sounds);
        previous = word.start;
    }
    let count = u32::try_from(words.len()).unwrap_or(u32::MAX).max(1);
    let shortest = Millis::new(SHORTEST.min(window.duration().get() / count));
    let mut earliest = window.start();
    for word in &mut *words {
        word.start = word.start.max(earliest);
        earliest = word.start.saturating_add(shortest);
    }
    let mut latest = window.end();
    for word in words.iter_mut().rev() {
        word.start = word.start.min(Millis::new(latest.get().saturating_sub(shortest.get())));
        word.end = word.end.max(word.start.saturating_add(shortest)).min(latest);
        latest = word.start;
    }
}

/// Returns where a word starts, given that no word starts in a pause and that the first after a pause starts with the
/// sound.
fn onto_sound(word: &Draft<'_>, previous: Millis, sounds: &[TimeSpan]) -> Millis {
    let next = sounds.partition_point(|sound| sound.start() <= word.start);
    let within = next.checked_sub(1).map(|before| sounds[before]);
    if let Some(sound) = within.filter(|sound| sound.contains(word.start)) {
        let begins_it = previous < sound.start() && word.start.since(sound.start()) <= LATE;
        return if begins_it { sound.start() } else { word.start };
    }
    let Some(after) = sounds.get(next) else { return word.start };
    let back = within.map_or(Millis::MAX, |sound| word.start.since(sound.end()));
    let nearer = after.start().since(word.start) <= back;
    if nearer || word.end > after.start() { after.start() } else { word.start }
}

/// Returns where a word ends, given that it does not reach into a pause.
fn back_onto_sound(word: &Draft<'_>, sounds: &[TimeSpan]) -> Millis {
    let before = sounds.iter().rfind(|sound| sound.start() < word.end);
    before.filter(|sound| sound.end() > word.start).map_or(word.end, |sound| word.end.min(sound.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(rows: &[(&[u8], u32, u32, f32)]) -> Vec<Token> {
        let token = |&(bytes, start, end, probability): &(&[u8], u32, u32, f32)| Token {
            bytes: bytes.to_vec(),
            start: Millis::new(start),
            end: Millis::new(end),
            probability,
        };
        rows.iter().map(token).collect()
    }

    fn span(start: u32, end: u32) -> TimeSpan {
        TimeSpan::at_least_one(Millis::new(start), Millis::new(end))
    }

    fn shown(words: &[Word]) -> Vec<(&str, u32, u32, u8)> {
        let row = |word: &Word| (word.span.start().get(), word.span.end().get(), word.confidence.get());
        words.iter().map(|word| (word.text.as_str(), row(word).0, row(word).1, row(word).2)).collect()
    }

    type Times = &'static [(u32, u32)];

    fn english() -> Language {
        Language::from_tag("en").expect("a tag")
    }

    #[test]
    fn tokens_become_words_with_their_share_of_the_time() {
        let given = tokens(&[
            (b" Good", 100, 400, 0.9),
            (b" mor", 400, 700, 1.0),
            (b"ning", 700, 1100, 0.25),
            (b".", 1100, 1500, 0.1),
        ]);
        let found = words(&given, span(0, 2000), &[], english());
        assert_eq!(shown(&found), [("Good ", 100, 400, 90), ("morning. ", 400, 1100, 50)]);

        let one = tokens(&[(b" it's self-made", 0, 1200, 1.0)]);
        let found = words(&one, span(0, 2000), &[], english());
        let texts: Vec<_> = found.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["it's ", "self-", "made "]);
        assert_eq!(found[1].span, span(327, 763));
    }

    #[test]
    fn a_letter_may_be_spread_over_tokens() {
        let given = tokens(&[(b" p\xc3", 0, 300, 1.0), (b"\xa5 k\xff", 300, 600, 1.0), (b"ra", 600, 900, 1.0)]);
        assert_eq!(text(&given), " på k\u{fffd}ra");
        let found = words(&given, span(0, 2000), &[], english());
        assert_eq!(found.iter().map(|word| word.text.as_str()).collect::<String>(), "på k\u{fffd}ra ");
    }

    #[test]
    fn no_space_is_added_where_none_is_written() {
        let given = tokens(&["再见".as_bytes()].map(|bytes| (bytes, 0, 600, 1.0)));
        let text =
            |language| words(&given, span(0, 600), &[], language).iter().map(|w| w.text.clone()).collect::<String>();
        assert_eq!(text(Language::from_tag("zh").expect("a tag")), "再见");
        assert_eq!(text(Language::UNKNOWN), "再见 ");
    }

    #[test]
    fn words_start_with_the_sound_after_a_pause() {
        let sounds = [span(200, 1000), span(1600, 2500)];
        let rows: [(Times, Times); 5] = [
            // In the silence before the sound, then late in it.
            (&[(0, 600), (600, 1000)], &[(200, 600), (600, 1000)]),
            (&[(500, 600), (600, 1000)], &[(200, 600), (600, 1000)]),
            // Reaching over the pause, and in the middle of it but nearer to what follows.
            (&[(300, 1000), (1100, 1900)], &[(200, 1000), (1600, 1900)]),
            (&[(700, 1400), (1400, 1500)], &[(700, 1000), (1600, 1648)]),
            // Just after the sound that it belongs to.
            (&[(700, 900), (1050, 1100)], &[(700, 900), (1050, 1100)]),
        ];
        for (given, expected) in rows {
            let given: Vec<_> = given.iter().map(|&(start, end)| (b" a".as_slice(), start, end, 1.0)).collect();
            let found = words(&tokens(&given), span(0, 3000), &sounds, english());
            let found: Vec<_> = shown(&found).iter().map(|&(_, start, end, _)| (start, end)).collect();
            assert_eq!(found, expected, "{given:?}");
        }
    }

    #[test]
    fn marks_alone_are_no_words() {
        assert_eq!(words(&tokens(&[(b" ...", 0, 100, 1.0)]), span(0, 1000), &[], english()), []);
        assert_eq!(words(&[], span(0, 1000), &[], english()), []);
    }

    proptest! {
        #[test]
        fn words_lie_in_order_in_their_window(
            pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..4), 0_u32..9000, 0_u32..900, 0.0_f32..=1.0), 0..40),
            texts in prop::collection::vec("[ a-zé]{0,6}", 40),
            garbage: bool,
            sounds in prop::collection::vec(1_u32..900, 0..12),
            start in 0_u32..4000, length in 400_u32..9000,
        ) {
            let tokens: Vec<Token> = pieces.into_iter().zip(texts).map(|((bytes, start, length, probability), text)| Token {
                bytes: if garbage { bytes } else { text.into_bytes() },
                start: Millis::new(start),
                end: Millis::new(start + length),
                probability,
            }).collect();
            let mut now = 0;
            let edges: Vec<u32> = sounds.into_iter().map(|step| { now += step; now }).collect();
            let sounds: Vec<TimeSpan> = edges.chunks_exact(2).map(|edge| span(edge[0], edge[1])).collect();
            let window = span(start, start + length);
            let found = words(&tokens, window, &sounds, english());
            prop_assert!(found.iter().all(|word| window.start() <= word.span.start() && word.span.end() <= window.end()));
            prop_assert!(found.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
            let joined: String = found.iter().map(|word| word.text.as_str()).collect();
            if !found.is_empty() {
                let text = text(&tokens);
                prop_assert_eq!(joined.trim(), text.trim());
            }
        }
    }
}
