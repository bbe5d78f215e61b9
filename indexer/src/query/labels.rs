//! Labels of many recordings, of which a query asks at once which tell what it looks for.
//!
//! Each search asks, so that one label after the other would not do for ten thousand recordings.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::label::tell;
use super::{Branch, Label, Likeness, Node, QueryWord, branches};

/// Labels with an index of their words.
#[derive(Debug, Default)]
pub struct Labels {
    /// Those of each recording.
    labels: Vec<Vec<Label>>,
    /// The folded form of each word, with what its letters are and the recordings whose labels hold it.
    holders: BTreeMap<String, (Letters, Vec<usize>)>,
}

/// Which letters a word has, a bit for those of a kind: one change adds one kind at most, and takes one away.
#[derive(Debug, Clone, Copy)]
struct Letters(u64);

impl Labels {
    /// Takes the labels of recordings; each recording is known by its place.
    #[must_use]
    pub fn new(labels: Vec<Vec<Label>>) -> Self {
        let mut holders: BTreeMap<String, (Letters, Vec<usize>)> = BTreeMap::new();
        for (place, labels) in labels.iter().enumerate() {
            for word in labels.iter().flat_map(Label::words) {
                let (_, places) =
                    holders.entry(word.folded.clone()).or_insert_with(|| (Letters::of(&word.folded), Vec::new()));
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { labels, holders }
    }

    /// Returns the places of those whose labels tell what is asked for, each part in one of them, rising.
    #[must_use]
    pub fn telling(&self, asked: &[Node]) -> Vec<usize> {
        let (ways, _) = branches(asked);
        let mut found: Vec<usize> = ways.iter().flat_map(|branch| self.candidates(branch)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|&place| tell(&self.labels[place], asked));
        found
    }

    /// Returns the places whose labels hold the word of a branch that fewest hold; others cannot tell it.
    fn candidates(&self, branch: &Branch<'_>) -> Vec<usize> {
        let words = branch.required.iter().flat_map(|part| part.operands().into_iter().flatten());
        let (fuzzy, plain): (Vec<_>, Vec<_>) = words.partition(|word| matches!(word.likeness, Likeness::Fuzzy(_)));
        // Looking for one that may be misspelt takes a look at every word.
        let words = if plain.is_empty() { fuzzy } else { plain };
        words.into_iter().map(|word| self.holding(word)).min_by_key(Vec::len).unwrap_or_default()
    }

    fn holding(&self, word: &QueryWord) -> Vec<usize> {
        let asked = &word.terms.folded;
        match word.likeness {
            Likeness::Inflected | Likeness::Exact => {
                self.holders.get(asked).map(|(_, places)| places.clone()).unwrap_or_default()
            }
            Likeness::Prefix => {
                let from = self.holders.range::<str, _>((Bound::Included(asked.as_str()), Bound::Unbounded));
                let words = from.take_while(|(folded, _)| folded.starts_with(asked));
                words.flat_map(|(_, (_, places))| places.iter().copied()).collect()
            }
            Likeness::Fuzzy(changes) => {
                let letters = Letters::of(asked);
                let may_be = |its: Letters| its.differ_by(letters) <= changes.into();
                let near = self.holders.iter().filter(|&(folded, &(its, _))| {
                    may_be(its) && strsim::osa_distance(folded, asked) <= changes.into()
                });
                near.flat_map(|(_, (_, places))| places.iter().copied()).collect()
            }
        }
    }
}

impl Letters {
    fn of(word: &str) -> Self {
        Self(word.chars().fold(0, |kinds, c| kinds | 1 << (u32::from(c) % 64)))
    }

    /// Returns how many changes there are between two words, at least.
    fn differ_by(self, other: Self) -> u32 {
        (self.0 & !other.0).count_ones().max((other.0 & !self.0).count_ones())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::parse;

    proptest! {
        #[test]
        fn those_tell_that_tell_alone(
            titles in prop::collection::vec("(the|local|museum|musée|Łódź|harbour|harbor|3|42)( (the|local|museum|ruins|hvn|5)){0,3}", 0..12),
            query in "(museum|local|\"the museum\"|muse\\*|harbuor~|lodz|exact:lodz|hvan~2|-the|the NEAR/3 local|3|x\\*)( (OR )?(museum|ruin~|-local|\"the local\"|mus\\*)){0,2}",
        ) {
            let labels: Vec<Label> = titles.iter().map(|title| Label::new(title)).collect();
            let labels: Vec<Vec<Label>> = labels.chunks(2).map(<[Label]>::to_vec).collect();
            let asked = parse(&query).query.asked;
            let alone: Vec<usize> = (0..labels.len()).filter(|&place| tell(&labels[place], &asked)).collect();
            prop_assert_eq!(Labels::new(labels).telling(&asked), alone);
        }
    }
}
