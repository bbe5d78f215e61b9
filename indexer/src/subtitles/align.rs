//! Aligning gives the words that somebody wrote the times at which a recogniser heard them.
//!
//! Both say nearly the same, so runs of three words that stand once in each are found first: they cannot be mistaken.
//! What lies between two of them is short, and is compared word by word (the fewest changes, Levenshtein's way). Words
//! that both have take the recogniser's times and count as exact; those between keep their own distances, stretched to
//! the times around them. The text, its speakers and languages stay as they are.

use std::collections::HashMap;

use crate::term::terms;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Provenance, Stretch, Transcript, WordRange};

/// How many words in a row are sure to be the same place when they stand once in each text.
const RUN: usize = 3;

/// The most pairs of words that are compared between two sure places: a thousand words of each. A longer difference is
/// a part that only one of them has.
const MOST_PAIRS: usize = 1 << 20;

/// A word that both have: its ordinals in what was written and in what was heard.
type Pair = (usize, usize);

/// What aligning came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// The words as they were written, with the times at which they were heard.
    pub transcript: Transcript,
    /// How many of them were heard.
    pub heard: usize,
}

/// Aligns what was written with what a recogniser heard in the same recording.
///
/// Starts never go back. Where nothing agrees, every time stays as it was.
#[must_use]
pub fn align(written: &Transcript, heard: &Transcript) -> Aligned {
    let pairs = pairs(&keys(written), &keys(heard));
    let mut transcript = written.clone();
    let mut exact = vec![false; written.words.len()];
    for &(own, other) in &pairs {
        transcript.words[own].span = heard.words[other].span;
        exact[own] = true;
    }
    for (before, after) in gaps(&pairs) {
        stretch(written, heard, &mut transcript, before, after);
    }
    let mut earliest = Millis::ZERO;
    for word in &mut transcript.words {
        word.span = TimeSpan::at_least_one(word.span.start().max(earliest), word.span.end());
        earliest = word.span.start();
    }
    if !pairs.is_empty() {
        transcript.stretches = written.stretches.iter().flat_map(|stretch| parted(stretch, &exact)).collect();
    }
    Aligned { transcript, heard: pairs.len() }
}

/// Returns the sure places and the ends of the text, each with the next.
fn gaps(pairs: &[Pair]) -> impl Iterator<Item = (Option<Pair>, Option<Pair>)> {
    let ends = || pairs.iter().copied().map(Some);
    std::iter::once(None).chain(ends()).zip(ends().chain([None]))
}

/// Moves the words between two aligned ones: each stands where it stood between them, as a share of the way.
fn stretch(
    written: &Transcript,
    heard: &Transcript,
    moved: &mut Transcript,
    before: Option<Pair>,
    after: Option<Pair>,
) {
    let words = before.map_or(0, |(own, _)| own + 1)..after.map_or(written.words.len(), |(own, _)| own);
    if words.is_empty() {
        return;
    }
    // The way from the end of the word before to the start of the word after, then and now.
    let from = before.map(|(own, other)| (written.words[own].span.end(), heard.words[other].span.end()));
    let to = after.map(|(own, other)| (written.words[own].span.start(), heard.words[other].span.start()));
    for ordinal in words {
        let span = written.words[ordinal].span;
        let place = |time: Millis| match (from, to) {
            (None, None) => time,
            // Before the first and after the last, everything is as late as that one.
            (None, Some((then, now))) => Millis::new(now.get().saturating_sub(then.since(time).get())),
            (Some((then, now)), None) => now.saturating_add(time.since(then)),
            (Some(from), Some(to)) => between(time, from, to),
        };
        moved.words[ordinal].span = TimeSpan::at_least_one(place(span.start()), place(span.end()));
    }
}

/// Returns a time as far between two new times as it was between the two old ones.
fn between(time: Millis, from: (Millis, Millis), to: (Millis, Millis)) -> Millis {
    let (then, now) = (u64::from(to.0.since(from.0).get()), u64::from(to.1.since(from.1).get()));
    let passed = u64::from(time.since(from.0).get()).min(then);
    let share = (passed * now).checked_div(then).unwrap_or(0);
    from.1.saturating_add(Millis::new(u32::try_from(share).unwrap_or(u32::MAX)))
}

/// Parts a stretch into runs of words with exact times and without.
fn parted<'a>(stretch: &'a Stretch, exact: &'a [bool]) -> impl Iterator<Item = Stretch> + 'a {
    let file = match &stretch.provenance {
        Provenance::Imported { file, .. } => file.clone(),
        Provenance::Recognised { model } => model.clone(),
    };
    let own = exact.get(stretch.words.indices()).unwrap_or_default();
    let mut first = stretch.words.start;
    own.chunk_by(|one, next| one == next).map(move |run| {
        let words = WordRange::new(first, first + u32::try_from(run.len()).unwrap_or(u32::MAX));
        first = words.end;
        let provenance = Provenance::Imported { file: file.clone(), exact_times: run[0] };
        Stretch { words, provenance, ..stretch.clone() }
    })
}

/// Returns what words are compared by: the form without case and marks.
fn keys(transcript: &Transcript) -> Vec<String> {
    transcript.words.iter().map(|word| terms(&word.text).folded).collect()
}

/// Returns the words that both have, rising in both.
fn pairs(written: &[String], heard: &[String]) -> Vec<Pair> {
    // Numbers are compared quicker than texts.
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for key in written.iter().chain(heard) {
        let next = numbers.len();
        numbers.entry(key).or_insert(next);
    }
    let numbered = |keys: &[String]| keys.iter().map(|key| numbers[key.as_str()]).collect::<Vec<_>>();
    let (written, heard) = (numbered(written), numbered(heard));
    let (mut pairs, mut from) = (Vec::new(), (0, 0));
    for sure in sure(&written, &heard) {
        pairs.extend(compared(&written, &heard, from, sure));
        pairs.push(sure);
        from = (sure.0 + 1, sure.1 + 1);
    }
    pairs.extend(compared(&written, &heard, from, (written.len(), heard.len())));
    pairs
}

/// Returns the words of the runs that stand once in each text, as many as rise in both.
fn sure(written: &[usize], heard: &[usize]) -> Vec<Pair> {
    let once = |words: &[usize]| {
        let mut places: HashMap<[usize; RUN], Option<usize>> = HashMap::new();
        for (place, run) in words.array_windows::<RUN>().enumerate() {
            places.entry(*run).and_modify(|place| *place = None).or_insert(Some(place));
        }
        places
    };
    let (own, other) = (once(written), once(heard));
    let mut common: Vec<Pair> = own.iter().filter_map(|(run, &own)| Some((own?, (*other.get(run)?)?))).collect();
    common.sort_unstable();
    let mut words: Vec<Pair> = rising(&common)
        .into_iter()
        .flat_map(|(own, other)| (0..RUN).map(move |next| (own + next, other + next)))
        .collect();
    // Runs that overlap name the same words; two that cross inside each other are too close to be sure.
    words.dedup();
    words.sort_unstable();
    words.dedup();
    let mut last: Option<Pair> = None;
    words.retain(|&(own, other)| {
        let rises = last.is_none_or(|last| own > last.0 && other > last.1);
        if rises {
            last = Some((own, other));
        }
        rises
    });
    words
}

/// Returns the longest part of some pairs, sorted by the first, that rises in the second.
fn rising(pairs: &[Pair]) -> Vec<Pair> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut run: Vec<Pair> =
        std::iter::successors(ends.last().copied(), |&index| before[index]).map(|index| pairs[index]).collect();
    run.reverse();
    run
}

/// Returns the equal words of two short texts where the fewest words must be put in, left out or changed.
fn compared(written: &[usize], heard: &[usize], from: Pair, to: Pair) -> Vec<Pair> {
    let (own, other) = (&written[from.0..to.0], &heard[from.1..to.1]);
    let columns = other.len() + 1;
    if own.is_empty() || other.is_empty() || own.len().saturating_mul(other.len()) > MOST_PAIRS {
        return Vec::new();
    }
    // How many changes are needed up to each place, row by row.
    let mut changes: Vec<u32> = (0..).take(columns).collect();
    changes.reserve_exact(own.len() * columns);
    for (row, word) in own.iter().enumerate() {
        let above = row * columns;
        changes.push(changes[above] + 1);
        for (column, also) in other.iter().enumerate() {
            let kept = changes[above + column] + u32::from(word != also);
            let moved = changes[above + column + 1].min(changes[above + columns + column]) + 1;
            changes.push(kept.min(moved));
        }
    }
    // Back along a cheapest way; straight on where that is one, so that equal words stay together.
    let (mut row, mut column) = (own.len(), other.len());
    let mut pairs = Vec::new();
    while row > 0 && column > 0 {
        let here = changes[row * columns + column];
        let is_same = own[row - 1] == other[column - 1];
        if here == changes[(row - 1) * columns + column - 1] + u32::from(!is_same) {
            if is_same {
                pairs.push((from.0 + row - 1, from.1 + column - 1));
            }
            (row, column) = (row - 1, column - 1);
        } else if here == changes[(row - 1) * columns + column] + 1 {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::recording::{Language, RecordingId};
    use crate::transcript::{Percent, Trust, Word};

    /// A text whose words start so many milliseconds after each other and last half of that.
    fn said(text: &str, first: u32, step: u32, provenance: Provenance) -> Transcript {
        let word = |(index, text): (u32, &str)| {
            let start = first + index * step;
            Word {
                text: format!("{text} "),
                span: TimeSpan::at_least_one(Millis::new(start), Millis::new(start + step / 2)),
                confidence: Percent::FULL,
                language: Language::UNKNOWN,
                speaker: None,
            }
        };
        let words: Vec<_> = (0..).zip(text.split_whitespace()).map(word).collect();
        let all = WordRange::new(0, u32::try_from(words.len()).expect("few"));
        let stretch = Stretch { words: all, language: Language::UNKNOWN, trust: Trust::Good, provenance };
        Transcript {
            recording: RecordingId::new([7; 16]),
            revision: 1,
            words,
            stretches: vec![stretch],
            gaps: Vec::new(),
            speakers: Vec::new(),
        }
    }

    fn imported(text: &str) -> Transcript {
        said(text, 0, 100, Provenance::Imported { file: "talk.txt".into(), exact_times: false })
    }

    fn recognised(text: &str) -> Transcript {
        said(text, 10_000, 1000, Provenance::Recognised { model: "base".into() })
    }

    fn starts(transcript: &Transcript) -> Vec<u32> {
        transcript.words.iter().map(|word| word.span.start().get()).collect()
    }

    #[test]
    fn words_take_the_times_at_which_they_were_heard() {
        for (written, heard, expected) in [
            ("a b c d", "a b c d", &[10_000, 11_000, 12_000, 13_000][..]),
            ("A, B. C! d?", "a b c d", &[10_000, 11_000, 12_000, 13_000]),
            // Left out by the recogniser: between its neighbours.
            ("a b x c d", "a b c d", &[10_000, 11_000, 11_666, 12_000, 13_000]),
            // Put in by the recogniser, or heard wrong.
            ("a b c d", "a b x c d", &[10_000, 11_000, 13_000, 14_000]),
            ("a b colour d", "a b color d", &[10_000, 11_000, 12_000, 13_000]),
            // What stands before and after the recogniser's words keeps its distance.
            ("x a b c y", "a b c", &[9900, 10_000, 11_000, 12_000, 12_550]),
            ("x y z", "a b c", &[0, 100, 200]),
            ("a b c", "", &[0, 100, 200]),
            // The same words again and again: in order.
            ("no no no yes", "no no no yes", &[10_000, 11_000, 12_000, 13_000]),
        ] {
            let aligned = align(&imported(written), &recognised(heard));
            assert_eq!(starts(&aligned.transcript), expected, "{written} | {heard}");
        }
    }

    #[test]
    fn aligned_words_count_as_exact_and_their_text_stays() {
        let written = imported("One two, three — vier five");
        let aligned = align(&written, &recognised("one two three four five"));
        let texts = |transcript: &Transcript| transcript.words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&aligned.transcript), texts(&written));
        let exact = |exact_times| Provenance::Imported { file: "talk.txt".into(), exact_times };
        let seen: Vec<_> = aligned
            .transcript
            .stretches
            .iter()
            .map(|it| (it.words.start, it.words.end, it.provenance.clone()))
            .collect();
        assert_eq!(aligned.heard, 4);
        assert_eq!(seen, [(0, 3, exact(true)), (3, 5, exact(false)), (5, 6, exact(true))]);
    }

    #[test]
    fn a_part_that_only_one_has_is_no_hindrance() {
        let long = |from: usize, to: usize| (from..to).map(|word| format!("w{word} ")).collect::<String>();
        let written = imported(&format!("{} {}", long(0, 200), long(5000, 5200)));
        let aligned =
            align(&written, &recognised(&format!("{} {} {}", long(0, 200), long(1000, 3000), long(5000, 5200))));
        assert_eq!(aligned.heard, 400);
        assert_eq!(starts(&aligned.transcript)[199..=200], [209_000, 2_210_000]);
    }

    proptest! {
        #[test]
        fn whatever_is_said_the_text_stays_and_times_rise(
            written in "([a-e] ){0,60}", heard in "([a-f] ){0,60}", cut in 0_usize..60,
        ) {
            let (written, heard) = (imported(&written), recognised(&heard));
            let aligned = align(&written, &heard);
            prop_assert!(aligned.transcript.words.is_sorted_by_key(|word| word.span.start()));
            prop_assert_eq!(aligned.transcript.words.len(), written.words.len());
            let covered: u32 = aligned.transcript.stretches.iter().map(|stretch| stretch.words.len()).sum();
            prop_assert_eq!(covered as usize, written.words.len());
            // Against itself, everything is found again.
            let cut = cut.min(written.words.len());
            let again = align(&written, &written);
            prop_assert_eq!(again.heard, written.words.len());
            prop_assert_eq!(&again.transcript.words[..cut], &written.words[..cut]);
        }
    }
}
