//! A restriction is which words of a recording the filters admit: by who says them, in which language, how surely.

use super::columns::{Run, Tone, speaker_of_number};
use super::schema::language_of_number;
use crate::query::{Filters, Value};
use crate::search::Listed;
use crate::transcript::WordRange;

/// Who says the words of a recording, in which language, and which of them are doubtful.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Voices<'a> {
    pub(super) speakers: &'a [Run],
    pub(super) languages: &'a [Run],
    pub(super) doubtful: &'a [WordRange],
    /// What the words of each passage have in common.
    pub(super) tones: &'a [Tone],
}

/// Returns the admitted words of a recording with `count` words, as rising ranges.
pub(super) fn admitted(filters: &Filters, listed: &Listed<'_>, count: u32, voices: &Voices<'_>) -> Vec<WordRange> {
    let mut admitted = vec![WordRange::new(0, count)];
    if filters.iter().any(|filter| matches!(filter.value, Value::Speaker(_))) {
        let name = |number| speaker_of_number(number).and_then(|ordinal| listed.speakers.get(usize::from(ordinal)));
        admitted = both(&admitted, &runs(voices.speakers, count, |number| filters.admit_speaker(name(number))));
    }
    if filters.iter().any(|filter| matches!(filter.value, Value::Language(_))) {
        let is_admitted = |number| filters.admit_language(language_of_number(number));
        admitted = both(&admitted, &runs(voices.languages, count, is_admitted));
    }
    if filters.iter().any(|filter| matches!(filter.value, Value::Doubtful(_))) {
        let mut trusted = Vec::new();
        let mut next = 0;
        for &doubtful in voices.doubtful {
            trusted.extend(filters.admit_trust(false).then_some(WordRange::new(next, doubtful.start)));
            trusted.extend(filters.admit_trust(true).then_some(doubtful));
            next = doubtful.end;
        }
        trusted.extend(filters.admit_trust(false).then_some(WordRange::new(next, count)));
        admitted = both(&admitted, &trusted);
    }
    admitted.retain(|words| !words.is_empty());
    admitted
}

/// The words of the runs that are admitted; each value is asked for once.
fn runs(runs: &[Run], count: u32, is_admitted: impl Fn(u32) -> bool) -> Vec<WordRange> {
    let ends = runs.iter().skip(1).map(|&(start, _)| start).chain([count]);
    let mut known: Vec<(u32, bool)> = Vec::new();
    let mut is_admitted = |value| {
        if let Some(&(_, is_admitted)) = known.iter().find(|(known, _)| *known == value) {
            is_admitted
        } else {
            known.push((value, is_admitted(value)));
            known[known.len() - 1].1
        }
    };
    let words = runs.iter().zip(ends).filter(|((_, value), _)| is_admitted(*value));
    words.map(|(&(start, _), end)| WordRange::new(start, end)).collect()
}

/// The words in both of two series of rising ranges.
fn both(one: &[WordRange], other: &[WordRange]) -> Vec<WordRange> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut both = Vec::new();
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        let words = WordRange::new(left.start.max(right.start), left.end.min(right.end));
        both.extend((!words.is_empty()).then_some(words));
        if left.end <= right.end {
            one.next()
        } else {
            other.next()
        };
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Label, parse};

    #[test]
    fn what_all_filters_admit_is_left() {
        let voices = Voices {
            speakers: &[(0, 0), (10, 1), (20, 2), (30, 1)],
            languages: &[(0, 0x73_76), (15, 0x65_6E)],
            doubtful: &[WordRange::new(12, 14), WordRange::new(35, 40)],
            tones: &[],
        };
        let speakers = [Label::new("Ann Lee"), Label::new("Bo Ek")];
        let listed = Listed { speakers: &speakers, ..Listed::default() };
        for (query, expected) in [
            ("", &[(0, 50)][..]),
            ("speaker:ann", &[(10, 20), (30, 50)]),
            ("-speaker:ann", &[(0, 10), (20, 30)]),
            ("speaker:ann lang:sv", &[(10, 15)]),
            ("trust:doubtful", &[(12, 14), (35, 40)]),
            ("trust:good speaker:lee", &[(10, 12), (14, 20), (30, 35), (40, 50)]),
            ("lang:en trust:doubtful speaker:ek", &[]),
        ] {
            let admitted = admitted(&parse(query).query.filters, &listed, 50, &voices);
            let admitted: Vec<_> = admitted.iter().map(|words| (words.start, words.end)).collect();
            assert_eq!(admitted, expected, "{query:?}");
        }
    }
}
