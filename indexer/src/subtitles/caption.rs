//! A caption is what is on the screen at one time: a sentence or a part of one, in at most two lines.

use std::ops::Range;

use super::words::{is_gap, is_unspaced, joint};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Transcript, Word};

/// The longest line in columns. This and the next four are the measures of Netflix' Timed Text Style Guide (English
/// template, and general requirements), which broadcasters' guides differ little from.
const LINE: usize = 42;

/// The longest caption: two lines.
const CAPTION: usize = 2 * LINE;

/// The longest time that a caption stays, after which readers start to read it again.
const MAX_DURATION: Millis = Millis::from_seconds(7);

/// The shortest time that a caption stays: five sixths of a second.
const MIN_DURATION: Millis = Millis::new(833);

/// How many columns grown-ups read in a second. Nothing is left out of what was said: a caption gets the time from the
/// silence behind it, as far as there is some.
const READING_SPEED: u32 = 17;

/// A pause after which a new caption begins.
const PAUSE: Millis = Millis::from_seconds(2);

/// A part of a caption: a word, or what the previous word left for its beginning, such as an opening quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// The word's ordinal.
    pub(super) word: Option<usize>,
    pub(super) text: &'a str,
}

/// One caption: its words, and its text in lines.
#[derive(Debug)]
pub(super) struct Caption<'a> {
    pub(super) words: Range<usize>,
    pub(super) lines: Vec<Vec<Part<'a>>>,
}

/// Cuts a transcript into captions.
///
/// A caption ends with a sentence, at a change of speaker, before a pause, or when it is full; but never where a
/// reader, who puts a space or (in scripts without spaces) nothing between two captions, would change the text.
pub(super) fn captions(transcript: &Transcript) -> Vec<Caption<'_>> {
    let words = &transcript.words;
    let mut captions = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let end = caption_end(words, first);
        captions.push(Caption { words: first..end, lines: lines(parts(words, first..end)) });
        first = end;
    }
    captions
}

/// Returns when a caption's words are said: from the first to the last, but not into the next caption.
pub(super) fn said(transcript: &Transcript, caption: &Caption<'_>) -> TimeSpan {
    let words = &transcript.words[caption.words.clone()];
    let (first, last) = (words[0].span, words[words.len() - 1].span);
    TimeSpan::at_least_one(first.start(), last.end().min(next_start(transcript, caption)).max(last.start()))
}

/// Returns when a caption is shown: while it is said, and longer where it takes longer to read and nobody speaks.
pub(super) fn shown(transcript: &Transcript, caption: &Caption<'_>) -> TimeSpan {
    let said = said(transcript, caption);
    let columns: usize = caption.lines.iter().flatten().map(|part| width(part.text)).sum();
    let reading = u32::try_from(columns).unwrap_or(u32::MAX).saturating_mul(1000) / READING_SPEED;
    let needed = Millis::new(reading).clamp(MIN_DURATION, MAX_DURATION);
    let read = said.start().saturating_add(needed).min(next_start(transcript, caption));
    TimeSpan::at_least_one(said.start(), said.end().max(read))
}

fn next_start(transcript: &Transcript, caption: &Caption<'_>) -> Millis {
    transcript.words.get(caption.words.end).map_or(Millis::MAX, |next| next.span.start())
}

/// Returns the ordinal after the last word of the caption that begins with a word.
fn caption_end(words: &[Word], first: usize) -> usize {
    let mut columns = 0;
    let mut best: Option<usize> = None;
    for (ordinal, pair) in words.windows(2).enumerate().skip(first) {
        let [word, next] = pair else { break };
        columns += width(&word.text);
        if !may_cut(word, next) {
            continue;
        }
        let end = ordinal + 1;
        let paused = next.span.start().since(word.span.end()) >= PAUSE;
        // A short sentence takes the next along rather than flash by.
        let flashes = next.span.start().since(words[first].span.start()) < MIN_DURATION;
        if (ends_with(word, ".!?…。！？") && !flashes) || word.speaker != next.speaker || paused {
            return end;
        }
        // A comma in the second half is a better end than the last word that fits.
        let is_full = columns + width(next.text.trim_end()) > CAPTION
            || next.span.end().since(words[first].span.start()) > MAX_DURATION;
        if is_full {
            return best.unwrap_or(end);
        }
        if columns >= CAPTION / 2 && ends_with(word, ",;:—、，；") {
            best = Some(end);
        }
    }
    words.len()
}

/// Cuts a word where its caption may end: behind the last space that follows its letters.
fn cut(word: &Word) -> Option<(&str, &str)> {
    let letters = word.text.rfind(char::is_alphanumeric)?;
    let gap = letters + word.text[letters..].rfind(is_gap)?;
    let length = word.text[gap..].chars().next().map_or(0, char::len_utf8);
    Some((&word.text[..gap], &word.text[gap + length..]))
}

/// Returns whether reading two captions, of which one ends with a word, gives the text back.
fn may_cut(word: &Word, next: &Word) -> bool {
    let (head, tail) = cut(word).unwrap_or((&word.text, ""));
    let before = head.trim_end_matches(is_gap).chars().next_back();
    let after = tail.chars().chain(next.text.chars()).next();
    let (Some(before), Some(after)) = (before, after) else { return false };
    !is_gap(after) && joint(before, after) == if cut(word).is_some() { " " } else { "" }
}

fn ends_with(word: &Word, signs: &str) -> bool {
    let text = cut(word).map_or(word.text.as_str(), |(head, _)| head);
    text.trim_end_matches(|c: char| is_gap(c) || "\"'”’»)]」』".contains(c)).ends_with(|c| signs.contains(c))
}

fn parts(words: &[Word], range: Range<usize>) -> Vec<Part<'_>> {
    let left = range.start.checked_sub(1).and_then(|previous| cut(&words[previous])).map_or("", |(_, tail)| tail);
    let mut parts = vec![Part { word: None, text: left }];
    parts.extend(range.clone().map(|ordinal| Part { word: Some(ordinal), text: &words[ordinal].text }));
    if let (true, Some(last)) = (range.end < words.len(), parts.last_mut()) {
        last.text = cut(&words[range.end - 1]).map_or(last.text, |(head, _)| head);
    }
    parts
}

/// Breaks a caption into two lines, as equal as can be, when it does not fit into one.
fn lines(mut parts: Vec<Part<'_>>) -> Vec<Vec<Part<'_>>> {
    let total: usize = parts.iter().map(|part| width(part.text)).sum();
    if total <= LINE {
        return vec![parts];
    }
    let mut columns = 0;
    let mut best: Option<(usize, usize)> = None;
    for end in 1..parts.len() {
        columns += width(parts[end - 1].text);
        let difference = columns.abs_diff(total - columns);
        if may_break(parts[end - 1].text, parts[end].text) && best.is_none_or(|(least, _)| difference < least) {
            best = Some((difference, end));
        }
    }
    match best {
        Some((_, end)) => {
            let second = parts.split_off(end);
            vec![parts, second]
        }
        None => vec![parts],
    }
}

/// Returns whether a line break between two parts means the same as what stands there.
fn may_break(text: &str, next: &str) -> bool {
    let trimmed = text.trim_end_matches(is_gap);
    let (Some(before), Some(after)) = (trimmed.chars().next_back(), next.chars().next()) else { return false };
    !is_gap(after) && joint(before, after) == if trimmed.len() < text.len() { " " } else { "" }
}

/// Returns how many columns a text takes; signs of unspaced scripts take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if is_unspaced(c) { 2 } else { 1 }).sum()
}
