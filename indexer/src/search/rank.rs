//! The score of a moment: rare words, said in the form asked for, often and close together.
//!
//! `Σ over parts ln(1 + W/cf) · form · tf/(tf + 1.2)`, times `1/(1 + gap/reach)`, times 0.9 when doubtful; W is the
//! number of words in the library and cf how often the part is said in it, tf how often it starts in the passages that
//! the moment touches, gap the words of the moment that belong to no part. It is changed by judged examples only.

use super::moment::{Borders, Form, Occurrence, Occurrences};
use crate::transcript::WordRange;

/// What a part is worth by how well what is said fits.
const fn worth(form: Form) -> f32 {
    match form {
        Form::Exact => 1.0,
        Form::Close => 0.8,
        Form::Fuzzy => 0.5,
        Form::Doubtful => 0.25,
    }
}

/// How soon saying a part again stops to count (k1 of BM25).
const SATURATION: f32 = 1.2;

/// What a moment is worth when something in it is doubtful.
const DOUBTFUL: f32 = 0.9;

/// Returns ln(1 + W/cf): how much a part says about what is looked for.
#[expect(clippy::cast_precision_loss, reason = "a logarithm of counts needs no more precision")]
pub(super) fn rarity(library_words: u64, occurrences: u64) -> f32 {
    (library_words as f32 / occurrences.max(1) as f32).ln_1p()
}

/// Returns the score of the best of the places in one passage of a word that is all that is asked for: what a
/// [`Scorer`] gives for the moments that they are.
#[expect(clippy::cast_precision_loss, reason = "passages have few words")]
pub(super) fn score_of_word(places: &[Occurrence], rarity: f32, doubtful: &[WordRange]) -> f32 {
    let frequency = places.len() as f32;
    let weight = rarity * frequency / (frequency + SATURATION);
    let doubt = |place: &Occurrence| if is_touched(doubtful, place.words()) { DOUBTFUL } else { 1.0 };
    let best = if doubtful.is_empty() {
        places.iter().map(|place| place.form).min().map_or(0.0, worth)
    } else {
        places.iter().map(|place| worth(place.form) * doubt(place)).fold(0.0, f32::max)
    };
    weight * best
}

/// Scores the moments of one recording, asked in rising order.
pub(super) struct Scorer<'a> {
    parts: &'a [(&'a Occurrences, f32)],
    reach: u32,
    doubtful: &'a [WordRange],
    first: Borders<'a>,
    last: Borders<'a>,
    /// The words of the passages that the moment before touched.
    touched: WordRange,
    cursors: Vec<Cursor>,
}

/// Where the walk through one part's occurrences stands.
#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    /// The first occurrence that starts in or after the moment.
    inside: usize,
    /// The first occurrence that starts in or after the passages touched, and the first after them.
    touched: (usize, usize),
    /// The part's rarity times how often it is said in the passages touched, saturated.
    weight: f32,
}

impl<'a> Scorer<'a> {
    /// Takes the required parts' occurrences, each with its rarity, the reach in words, and the doubtful words of one
    /// recording.
    pub(super) fn new(
        parts: &'a [(&'a Occurrences, f32)],
        reach: u32,
        doubtful: &'a [WordRange],
        borders: Borders<'a>,
    ) -> Self {
        let cursors = vec![Cursor::default(); parts.len()];
        Self { parts, reach, doubtful, first: borders, last: borders, touched: WordRange::new(0, 0), cursors }
    }

    /// Returns the score of a moment that starts and ends after the one before.
    #[expect(clippy::cast_precision_loss, reason = "a moment has few words")]
    pub(super) fn score(&mut self, moment: WordRange) -> f32 {
        let (first, last) = (self.first.passage_of(moment.start), self.last.passage_of(moment.end - 1));
        self.touch(self.first.words(first, last));
        let (mut sum, mut held) = (0.0, 0);
        for ((part, _), cursor) in self.parts.iter().zip(&mut self.cursors) {
            advance(&part.places, &mut cursor.inside, moment.start);
            let inside = part.places[cursor.inside..].iter().take_while(|place| place.end <= moment.end);
            sum += cursor.weight * inside.map(|place| place.form).min().map_or(0.0, worth);
            held += part.length;
        }
        let gap = moment.len().saturating_sub(held) as f32;
        let doubt = if is_touched(self.doubtful, moment) { DOUBTFUL } else { 1.0 };
        sum / (1.0 + gap / self.reach as f32) * doubt
    }

    /// Weighs the parts by the passages touched, which are mostly those of the moment before.
    #[expect(clippy::cast_precision_loss, reason = "passages have few words")]
    fn touch(&mut self, touched: WordRange) {
        if touched == self.touched {
            return;
        }
        self.touched = touched;
        for (&(part, rarity), cursor) in self.parts.iter().zip(&mut self.cursors) {
            advance(&part.places, &mut cursor.touched.0, touched.start);
            advance(&part.places, &mut cursor.touched.1, touched.end);
            let frequency = (cursor.touched.1 - cursor.touched.0) as f32;
            cursor.weight = rarity * frequency / (frequency + SATURATION);
        }
    }
}

/// Moves an index on to the first place at or after a word.
fn advance(places: &[Occurrence], index: &mut usize, word: u32) {
    while places.get(*index).is_some_and(|place| place.first < word) {
        *index += 1;
    }
}

/// Returns whether some words share a word with any of the rising ranges.
pub(super) fn is_touched(ranges: &[WordRange], words: WordRange) -> bool {
    let next = ranges.partition_point(|range| range.end <= words.start);
    ranges.get(next).is_some_and(|range| range.start < words.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(places: &[(u32, bool)]) -> Occurrences {
        let form = |is_exact| if is_exact { Form::Exact } else { Form::Close };
        let place = |&(first, is_exact)| Occurrence { first, end: first + 1, form: form(is_exact) };
        Occurrences { length: 1, places: places.iter().map(place).collect(), marks: Vec::new() }
    }

    fn score(parts: &[Occurrences], rarities: &[f32], doubtful: &[WordRange], moment: (u32, u32)) -> f32 {
        let moment = WordRange::new(moment.0, moment.1);
        let parts: Vec<_> = parts.iter().zip(rarities.iter().copied()).collect();
        Scorer::new(&parts, 150, doubtful, Borders::new(&[0, 100, 200])).score(moment)
    }

    #[test]
    fn what_makes_a_moment_better() {
        let two = |first, second| [part(&[(10, first)]), part(&[(second, true)])];
        let plain = score(&two(true, 11), &[5.0, 5.0], &[], (10, 12));
        let rarer = score(&two(true, 11), &[5.0, 6.0], &[], (10, 12));
        let folded = score(&two(false, 11), &[5.0, 5.0], &[], (10, 12));
        let apart = score(&two(true, 20), &[5.0, 5.0], &[], (10, 21));
        let doubtful = score(&two(true, 11), &[5.0, 5.0], &[WordRange::new(11, 50)], (10, 12));
        let again = score(&[part(&[(10, true), (90, true)]), part(&[(11, true)])], &[5.0, 5.0], &[], (10, 12));
        let elsewhere = score(&[part(&[(10, true), (110, true)]), part(&[(11, true)])], &[5.0, 5.0], &[], (10, 12));
        assert!(rarer > plain && again > plain && plain > folded && plain > apart && plain > doubtful);
        assert!((elsewhere - plain).abs() < f32::EPSILON);
    }

    #[test]
    fn a_word_alone_is_scored_as_its_moments_are() {
        let part = part(&[(10, false), (12, true), (40, false)]);
        for doubtful in [vec![], vec![WordRange::new(12, 13)], vec![WordRange::new(0, 90)]] {
            let parts = [(&part, 5.0)];
            let mut scorer = Scorer::new(&parts, 150, &doubtful, Borders::new(&[0, 100]));
            let moments = part.places.iter().map(|place| scorer.score(place.words()));
            let best = moments.fold(0.0, f32::max);
            assert!((score_of_word(&part.places, 5.0, &doubtful) - best).abs() < 1e-5, "{doubtful:?}");
        }
    }

    #[test]
    fn a_rarer_part_says_more() {
        assert!(rarity(1_000_000, 5) > rarity(1_000_000, 50));
        assert!(rarity(0, 0) >= 0.0 && rarity(u64::MAX, 0).is_finite());
    }
}
