//! Missed speech lies in a window's regions of speech and has no words.

use super::window::Window;
use crate::time::{Millis, TimeSpan};
use crate::transcript::Word;

/// Speech at least this long must have words; shorter sounds may be a breath or a laugh.
const MUST_HAVE_WORDS: Millis = Millis::new(1000);

/// Between words of one region of speech, somebody may hesitate, laugh or say `um` for so long.
const HESITATION: Millis = Millis::new(3000);

/// No word lasts longer; where a text breaks off, its last words are stretched over all that follows.
const LONGEST_WORD: Millis = Millis::new(2000);

/// Returns the speech of a window in which no word lies; the whole window when it has none at all.
#[must_use]
pub fn missed(window: &Window, words: &[Word]) -> Vec<TimeSpan> {
    if words.is_empty() {
        return if window.speech_time() >= MUST_HAVE_WORDS { vec![window.span] } else { Vec::new() };
    }
    window.speech.iter().flat_map(|&region| between(region, words)).collect()
}

/// Returns what words leave of a region of speech: all of it when it should have words, else only long parts.
fn between(region: TimeSpan, words: &[Word]) -> Vec<TimeSpan> {
    let mut free = region.start();
    let mut parts = Vec::new();
    for word in words.iter().filter(|word| word.span.intersection(region).is_some()) {
        parts.extend(TimeSpan::new(free, word.span.start()));
        free = free.max(word.span.end().min(word.span.start().saturating_add(LONGEST_WORD)));
    }
    parts.extend(TimeSpan::new(free, region.end()));
    parts.retain(|part| part.duration() >= if *part == region { MUST_HAVE_WORDS } else { HESITATION });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Language;
    use crate::transcript::Percent;

    type Times = &'static [(u32, u32)];

    fn spans(times: &[(u32, u32)]) -> Vec<TimeSpan> {
        times.iter().filter_map(|&(start, end)| TimeSpan::new(Millis::new(start), Millis::new(end))).collect()
    }

    #[test]
    fn speech_without_words_is_noted() {
        let rows: [(Times, Times, Times); 7] = [
            (&[(0, 900)], &[], &[]),
            (&[(0, 600), (1000, 1500)], &[], &[(0, 1500)]),
            (&[(0, 5000)], &[(2900, 3200)], &[]),
            (&[(0, 5000)], &[(3000, 3200)], &[(0, 3000)]),
            (&[(0, 9000)], &[(500, 1000), (1000, 2000), (5500, 6000)], &[(2000, 5500), (6000, 9000)]),
            (&[(0, 9000)], &[(500, 1000), (1000, 9000)], &[(3000, 9000)]),
            (&[(0, 900), (1500, 2500), (3000, 4000)], &[(3500, 3800)], &[(1500, 2500)]),
        ];
        for (speech, said, expected) in rows {
            let speech = spans(speech);
            let span = TimeSpan::at_least_one(speech[0].start(), speech[speech.len() - 1].end());
            let word = |span| Word {
                text: "hm ".into(),
                span,
                confidence: Percent::FULL,
                language: Language::UNKNOWN,
                speaker: None,
            };
            let words: Vec<Word> = spans(said).into_iter().map(word).collect();
            assert_eq!(missed(&Window { span, speech }, &words), spans(expected), "{said:?}");
        }
    }
}
