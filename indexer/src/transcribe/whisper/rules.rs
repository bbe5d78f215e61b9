//! The rules by which the next token is chosen, as Whisper's authors gave them (`decoding.py` of openai/whisper).
//!
//! Text stands between pairs of times: a time opens a sentence and a time closes it, times never go back, the first
//! comes within the first second, and none lies after the sound.

use super::vocabulary::{TokenId, Vocabulary};

/// The model sees a time every 20 ms.
pub(super) const CENTIS_A_TIME: i64 = 2;

/// The latest time of the first word, in times: one second.
const LATEST_START: TokenId = 50;

/// Logits so far below the best one add nothing to a sum of 52,000.
const NOTHING: f32 = 20.0;

/// A token as it was chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    /// The token.
    pub(super) id: TokenId,
    /// Its probability among all that the rules allowed.
    pub(super) probability: f32,
    /// The likeliest time at this place, with its probability and that of all times together.
    pub(super) time: Option<(TokenId, f32, f32)>,
    /// The likeliest other text token, with its probability.
    pub(super) rival: Option<(TokenId, f32)>,
}

/// Chooses the token after `written` (which begins after the prompt) by the likeliest, but for those that are `barred`.
///
/// `latest` is the last time that lies in the sound.
pub(super) fn choose(
    logits: &[f32],
    written: &[TokenId],
    latest: TokenId,
    barred: &[TokenId],
    vocabulary: &Vocabulary,
) -> Choice {
    let (first_time, end) = (vocabulary.first_time, vocabulary.end);
    let is_time = |id: &TokenId| *id >= first_time;
    let first = written.is_empty();
    let after_time = written.last().is_some_and(is_time);
    let opened = after_time && written.iter().rev().nth(1).is_none_or(is_time);
    let closed = after_time && !opened;

    let last_time = written.iter().rfind(|id| is_time(id));
    // The next sentence may begin at the very time at which the last one ended.
    let earliest = last_time.map_or(first_time, |&last| if closed { last } else { last + 1 });
    let latest = first_time + if first { latest.min(LATEST_START) } else { latest };
    let times = if opened { 0..0 } else { index(earliest)..index(latest + 1).min(logits.len()) };
    let texts = if first || closed { 0..0 } else { 0..index(end) };
    let may_end = !first;

    let is_barred = |id: usize| vocabulary.is_never_written(id) || barred.iter().any(|it| index(*it) == id);
    let best_text = best(logits, texts.clone(), |id| !is_barred(id));
    let rival = best_text.and_then(|(first, _)| best(logits, texts.clone(), |id| id != first && !is_barred(id)));
    let best_end = may_end.then(|| (index(end), logits[index(end)]));
    let best_time = best(logits, times.clone(), |_| true);
    let candidates = [best_text, best_end, best_time];
    let Some(&(_, most)) = candidates.iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Choice { id: end, probability: 1.0, time: None, rival: None };
    };
    // What is never written has no share, however likely it is: music would make every word improbable.
    let counts = |id: usize, over: f32| over > -NOTHING && (id >= index(end) || !vocabulary.is_never_written(id));
    let sum = |range: std::ops::Range<usize>| -> f32 {
        let slice = logits.get(range.clone()).unwrap_or_default();
        let over = range.zip(slice).map(|(id, logit)| (id, logit - most));
        over.filter(|&(id, over)| counts(id, over)).map(|(_, over)| over.exp()).sum()
    };
    let of_times = sum(times);
    let total = sum(texts) + of_times + best_end.map_or(0.0, |(_, logit)| (logit - most).exp());
    let probability = |logit: f32| ((logit - most).exp() / total).min(1.0);

    // All times together against each text: a time is one thing said in many ways.
    let best_other = [best_text, best_end].into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1));
    let chosen = match (best_time, best_other) {
        (Some(time), Some(other)) if of_times > (other.1 - most).exp() => time,
        (Some(time), None) => time,
        (_, Some(other)) => other,
        (None, None) => (index(end), most),
    };
    let rival = if best_text == Some(chosen) { rival } else { None };
    Choice {
        id: TokenId::try_from(chosen.0).unwrap_or(end),
        probability: probability(chosen.1),
        rival: rival.map(|(id, logit)| (TokenId::try_from(id).unwrap_or(end), probability(logit))),
        time: best_time.map(|(id, logit)| {
            (TokenId::try_from(id).unwrap_or(end) - first_time, probability(logit), (of_times / total).min(1.0))
        }),
    }
}

fn best(logits: &[f32], range: std::ops::Range<usize>, allowed: impl Fn(usize) -> bool) -> Option<(usize, f32)> {
    let slice = logits.get(range.clone())?;
    let mut best: Option<(usize, f32)> = None;
    for (id, &logit) in range.zip(slice) {
        if best.is_none_or(|(_, most)| logit > most) && allowed(id) {
            best = Some((id, logit));
        }
    }
    best
}

fn index(id: TokenId) -> usize {
    usize::try_from(id).unwrap_or(0)
}

/// Returns the probability of each of some tokens, as if there were no others; they sum to 1.
pub(super) fn softmax(logits: &[f32], some: impl Iterator<Item = TokenId> + Clone) -> Vec<f32> {
    let of = |id| logits.get(index(id)).copied().unwrap_or(f32::NEG_INFINITY);
    let most = some.clone().map(of).fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = some.map(|id| (of(id) - most).exp()).collect();
    let total: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total.max(f32::MIN_POSITIVE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text is 0 to 9, of which 7 is never written; 10 ends; 11 to 17 are marks; 18 is the time 0.
    fn vocabulary() -> Vocabulary {
        Vocabulary {
            end: 10,
            start: 11,
            earlier: 12,
            transcribe: 13,
            no_speech: 14,
            first_time: 18,
            languages: vec![15, 16],
            never_written: (0..10).map(|id| id == 7).collect(),
        }
    }

    /// Logits that are 0 but for some tokens.
    fn logits(some: &[(usize, f32)]) -> Vec<f32> {
        let mut logits = vec![0.0; 18 + 100];
        for &(id, logit) in some {
            logits[id] = logit;
        }
        logits
    }

    #[test]
    fn text_stands_between_times_that_never_go_back() {
        let rows: [(&[TokenId], &[(usize, f32)], TokenId); 9] = [
            // Before all there is a time within the sound and the first second, whatever seems likelier.
            (&[], &[(3, 9.0), (22, 5.0)], 22),
            (&[], &[(22, 5.0), (18 + 60, 9.0)], 22),
            // Then text or the end, but no second time.
            (&[20], &[(3, 4.0), (30, 9.0)], 3),
            (&[20], &[(10, 4.0), (30, 9.0)], 10),
            // What is never written, and marks, are passed over.
            (&[20], &[(7, 9.0), (13, 9.0), (4, 3.0)], 4),
            // A time may close text when all times together are likelier; it lies later than the first.
            (&[20, 3], &[(4, 2.0), (19, 9.0), (25, 8.0)], 25),
            (&[20, 3], &[(4, 2.0), (30, 1.5), (31, 1.5), (32, 1.5)], 30),
            // After it comes the end or a time that may be the same, and no text.
            (&[20, 3, 25], &[(4, 9.0), (25, 5.0)], 25),
            (&[20, 3, 25], &[(4, 9.0), (10, 7.0)], 10),
        ];
        for (written, some, expected) in rows {
            assert_eq!(choose(&logits(some), written, 80, &[], &vocabulary()).id, expected, "{written:?} {some:?}");
        }
    }

    #[test]
    fn a_choice_is_as_sure_as_what_the_rules_allow() {
        let choice = choose(&logits(&[(3, 10.0), (7, 30.0), (40, 8.0)]), &[20, 5], 80, &[], &vocabulary());
        assert_eq!(choice.id, 3);
        assert!((0.8..0.9).contains(&choice.probability), "{choice:?}");
        assert!(matches!(choice.time, Some((22, alone, all)) if alone > 0.1 && all >= alone), "{choice:?}");
    }

    #[test]
    fn shares_sum_to_one() {
        let shares = softmax(&logits(&[(15, 2.0), (16, 2.0 + 3_f32.ln())]), [15, 16].into_iter());
        assert!((shares[0] - 0.25).abs() < 1e-5 && (shares[1] - 0.75).abs() < 1e-5, "{shares:?}");
    }
}
