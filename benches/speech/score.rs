//! A score is what is right and wrong in one heard text.

use crate::align::{Pair, align};
use crate::corpus::Sample;
use crate::normal;
use crate::way::HeardWord;

/// So many words of the reference in a row, all unheard, take five seconds to say: a stretch that was lost.
const LOST: usize = 12;

/// The counts of one text, or of several together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    /// Words of the reference.
    pub(crate) words: usize,
    /// Wrong, missing and invented words.
    pub(crate) errors: usize,
    /// Heard words for which the reference has none.
    pub(crate) invented: usize,
    /// Words of the reference in long stretches that were lost.
    pub(crate) lost: usize,
    /// Heard words, and the wrong or invented ones among them.
    pub(crate) sure: (usize, usize),
    /// The same for words marked doubtful.
    pub(crate) doubtful: (usize, usize),
    /// How far starts are off, milliseconds, for words that were heard right.
    pub(crate) off: Vec<u32>,
    /// Stretches of one language, and those whose words were mostly heard in it.
    pub(crate) stretches: (usize, usize),
    /// Words of the reference that are in the glossary, and those of them that were heard.
    pub(crate) names: (usize, usize),
    /// Words of the glossary that were heard and not said.
    pub(crate) invented_names: usize,
}

impl Score {
    pub(crate) fn of(sample: &Sample, words: &[HeardWord], names: &[String]) -> Self {
        let reference = &sample.reference;
        let parts = words.iter().map(|word| normal::words(&word.text));
        let (mut owners, mut heard) = (Vec::new(), Vec::new());
        for (number, part) in parts.enumerate() {
            owners.extend(part.iter().map(|_| number));
            heard.extend(part);
        }
        let pairs = align(reference, &heard);
        let right = |&(r, h): &Pair| matches!((r, h), (Some(r), Some(h)) if reference[r] == heard[h]);
        let mut score = Self { words: reference.len(), ..Self::default() };
        score.errors = pairs.iter().filter(|pair| !right(pair)).count();
        score.invented = pairs.iter().filter(|pair| pair.0.is_none()).count();
        score.stretches = (sample.languages.len(), sample.languages.iter().filter(|it| in_language(it, words)).count());
        score.lost = runs(pairs.iter().map(|pair| pair.1.is_none())).filter(|&run| run >= LOST).sum();
        let is_name = |word: &String| names.contains(word);
        for pair in &pairs {
            let said = pair.0.is_some_and(|r| is_name(&reference[r]));
            score.names = (score.names.0 + usize::from(said), score.names.1 + usize::from(said && right(pair)));
            let Some(h) = pair.1 else { continue };
            score.invented_names += usize::from(is_name(&heard[h]) && !right(pair));
            let count = if words[owners[h]].doubtful { &mut score.doubtful } else { &mut score.sure };
            count.0 += 1;
            count.1 += usize::from(!right(pair));
            let start = pair.0.and_then(|r| sample.starts.iter().find(|(word, _)| *word == r));
            if let Some((_, start)) = start.filter(|_| right(pair)) {
                score.off.push(words[owners[h]].start_ms.abs_diff(*start));
            }
        }
        score
    }

    pub(crate) fn sum<'a>(scores: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for score in scores {
            sum.words += score.words;
            sum.errors += score.errors;
            sum.invented += score.invented;
            sum.lost += score.lost;
            sum.sure = (sum.sure.0 + score.sure.0, sum.sure.1 + score.sure.1);
            sum.doubtful = (sum.doubtful.0 + score.doubtful.0, sum.doubtful.1 + score.doubtful.1);
            sum.off.extend(&score.off);
            sum.names = (sum.names.0 + score.names.0, sum.names.1 + score.names.1);
            sum.invented_names += score.invented_names;
            sum.stretches = (sum.stretches.0 + score.stretches.0, sum.stretches.1 + score.stretches.1);
        }
        sum.off.sort_unstable();
        sum
    }
}

/// Returns whether most of the words in a stretch were heard in its language.
fn in_language((language, start, end): &(String, u32, u32), words: &[HeardWord]) -> bool {
    let inside = words.iter().filter(|word| (start..end).contains(&&word.start_ms));
    let (right, all) =
        inside.fold((0, 0), |(right, all), word| (right + usize::from(word.language == *language), all + 1));
    2 * right > all
}

/// Returns the lengths of runs of `true`.
fn runs(flags: impl Iterator<Item = bool>) -> impl Iterator<Item = usize> {
    let mut runs = vec![0];
    for flag in flags {
        match runs.last_mut() {
            Some(run) if flag => *run += 1,
            _ => runs.push(0),
        }
    }
    runs.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_losses_and_times_are_counted() {
        let text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
        let sample = Sample {
            path: "x.wav".into(),
            seconds: 1.0,
            reference: normal::words(text),
            starts: vec![(0, 100), (13, 9000)],
            languages: vec![("en".into(), 0, 8000), ("sv".into(), 8000, 9000), ("en".into(), 9000, 9500)],
        };
        let word =
            |text: &str, start_ms, doubtful| HeardWord { text: text.into(), start_ms, doubtful, language: "en".into() };
        let score = Score::of(
            &sample,
            &[word("One, ", 150, false), word("fortune ", 8000, true)],
            &["1".into(), "2".into(), "fortune".into()],
        );
        assert_eq!((score.names, score.invented_names), ((2, 1), 1));
        assert_eq!((score.words, score.errors, score.lost, score.invented), (14, 13, 12, 0));
        assert_eq!(score.stretches, (3, 1));
        assert_eq!((score.sure, score.doubtful), ((1, 0), (1, 1)));
        assert_eq!(score.off, [50]);
    }
}
