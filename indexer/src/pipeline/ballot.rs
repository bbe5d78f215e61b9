//! A ballot decides which languages a recording is in, by samples spread over its speech.

use crate::recording::Language;
use crate::time::{Millis, SAMPLES_PER_MILLI};

/// How many samples vote at most.
const VOTES: usize = 12;

/// So many vote in the shortest recording, if it has as many turns.
const FEWEST: usize = 4;

/// So much speech has one vote more: listening to samples must not take a large part of the time that all the speech takes.
const A_VOTE: Millis = Millis::new(15_000);

/// How much of a turn is listened to: more costs time and says little more about the language.
const SAMPLE: Millis = Millis::new(3000);

/// A shorter turn says too little of its language and votes only where nobody has spoken before.
const SHORTEST: Millis = Millis::new(1500);

/// A language needs this share of all votes.
const SHARE: f32 = 0.15;

/// So much of one vote is enough, however many there are: a clear vote, not a wavering one.
const CLEAR: f32 = 0.75;

/// Gathers samples from a stream of turns of unknown length, spread evenly over it, in constant memory.
#[derive(Default)]
pub(super) struct Ballot {
    /// The longest turn of each group of `stride` turns.
    samples: Vec<Vec<i16>>,
    stride: usize,
    /// How many turns the last group has.
    filled: usize,
    /// How long all turns are together, in samples.
    speech: usize,
}

impl Ballot {
    /// Takes the sound of the next turn.
    pub(super) fn add(&mut self, turn: &[i16]) {
        let length = SAMPLE.get() as usize * SAMPLES_PER_MILLI;
        self.speech += turn.len();
        let sample = &turn[..turn.len().min(length)];
        if sample.len() < SHORTEST.get() as usize * SAMPLES_PER_MILLI && !self.samples.is_empty() {
            return;
        }
        self.stride = self.stride.max(1);
        if let Some(last) = self.samples.last_mut().filter(|_| self.filled < self.stride) {
            if sample.len() > last.len() {
                *last = sample.to_vec();
            }
            self.filled += 1;
        } else {
            self.samples.push(sample.to_vec());
            self.filled = 1;
        }
        if self.samples.len() == 2 * VOTES && self.filled == self.stride {
            self.join_pairs();
        }
    }

    /// Returns up to twelve samples, spread evenly, fewer of a short recording.
    pub(super) fn samples(&self) -> impl Iterator<Item = &[i16]> {
        let votes = self.speech / (A_VOTE.get() as usize * SAMPLES_PER_MILLI);
        let count = self.samples.len().min(votes.clamp(FEWEST, VOTES));
        (0..count).map(move |vote| self.samples[(2 * vote + 1) * self.samples.len() / (2 * count)].as_slice())
    }

    /// Doubles the stride: of two neighbouring groups the longer sample stays.
    fn join_pairs(&mut self) {
        let mut joined = Vec::with_capacity(2 * VOTES);
        let mut samples = std::mem::take(&mut self.samples).into_iter();
        while let Some(first) = samples.next() {
            let second = samples.next().unwrap_or_default();
            joined.push(if second.len() > first.len() { second } else { first });
        }
        self.samples = joined;
        self.stride *= 2;
        self.filled = self.stride;
    }
}

/// Counts votes, each the probabilities of all languages: the winner first, then the others with enough of all votes.
///
/// Only `allowed` languages count, all when it is empty.
pub(super) fn count(votes: &[Vec<(Language, f32)>], allowed: &[Language]) -> Vec<Language> {
    let mut totals: Vec<(Language, f32)> = Vec::new();
    for vote in votes {
        let counted = || vote.iter().filter(|(language, _)| allowed.is_empty() || allowed.contains(language));
        let sum: f32 = counted().map(|(_, probability)| probability).sum();
        for &(language, probability) in counted().filter(|_| sum > 0.0) {
            match totals.iter_mut().find(|(other, _)| *other == language) {
                Some((_, total)) => *total += probability / sum,
                None => totals.push((language, probability / sum)),
            }
        }
    }
    totals.sort_by(|(a, a_total), (b, b_total)| b_total.total_cmp(a_total).then(a.cmp(b)));
    #[expect(clippy::cast_precision_loss, reason = "twelve at most")]
    let enough = (SHARE * votes.len() as f32).min(CLEAR);
    let others = totals.iter().skip(1).take_while(|&&(_, total)| total >= enough);
    totals.first().into_iter().chain(others).map(|&(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        Language::from_tag(tag).expect("a tag")
    }

    /// Samples of a turn that is long enough to vote.
    const LONG: usize = 1500 * SAMPLES_PER_MILLI;

    #[test]
    fn samples_are_spread_over_any_length() {
        for windows in [0_i16, 1, 3, 5, 9, 10, 11, 40, 1000] {
            let mut ballot = Ballot::default();
            (0..windows).for_each(|number| ballot.add(&vec![number; 10 * LONG]));
            let chosen: Vec<i16> = ballot.samples().map(|sample| sample[0]).collect();
            assert_eq!(chosen.len(), usize::from(windows.unsigned_abs()).min(VOTES));
            assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]), "{chosen:?}");
            if windows >= 24 {
                assert!(chosen[0] <= windows / 3 && chosen[VOTES - 1] >= windows / 2, "{chosen:?} of {windows}");
            }
            assert!(ballot.samples.len() <= 2 * VOTES);
        }
        // Twenty turns of a second and a half are half a minute.
        let mut short = Ballot::default();
        (0..20).for_each(|number| short.add(&vec![number; LONG]));
        let chosen: Vec<i16> = short.samples().map(|sample| sample[0]).collect();
        assert_eq!(chosen, [2, 7, 12, 17]);
    }

    #[test]
    fn the_longest_turn_of_a_group_speaks() {
        let mut ballot = Ballot::default();
        for number in 0..96_i16 {
            ballot.add(&vec![number; if number % 2 == 1 { 3 * LONG } else { LONG }]);
        }
        assert!(ballot.samples().all(|sample| sample.len() == 2 * LONG), "three seconds of the longer one");
    }

    #[test]
    fn the_winner_and_clear_others_are_elected() {
        let vote = |rows: &[(&str, f32)]| rows.iter().map(|&(tag, p)| (language(tag), p)).collect::<Vec<_>>();
        let (en, sv) = (vote(&[("en", 0.9), ("sv", 0.1)]), vote(&[("en", 0.1), ("sv", 0.9)]));
        let shown = |votes: &[Vec<(Language, f32)>], allowed: &[&str]| {
            let allowed: Vec<_> = allowed.iter().map(|tag| language(tag)).collect();
            count(votes, &allowed).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(shown(&[], &[]), Vec::<String>::new());
        assert_eq!(shown(&[en.clone(), en.clone()], &[]), ["en"]);
        assert_eq!(shown(&[en.clone(), sv.clone(), sv.clone()], &[]), ["sv", "en"]);
        assert_eq!(shown(&[en.clone(), sv], &["en"]), ["en"]);
        assert_eq!(shown(&[vote(&[("de", 0.5), ("nl", 0.3), ("en", 0.2)])], &["nl", "en"]), ["nl", "en"]);
        assert_eq!(
            shown(&[en.clone(), en.clone(), en.clone(), en, vote(&[("sv", 0.6), ("en", 0.4)])], &[]),
            ["en", "sv"]
        );
    }
}
