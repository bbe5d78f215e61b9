//! The paired bootstrap (Bisani and Ney 2004): how sure a difference of word error rates is, given these files.

use crate::score::Score;

/// How many corpora are drawn.
const DRAWS: usize = 2000;

/// Returns the 2.5th and the 97.5th percentile of `theirs - ours`, in percent of words.
///
/// Files are drawn, since errors within one file hang together; the generator begins alike each time.
pub(crate) fn interval(ours: &[Score], theirs: &[Score]) -> (f64, f64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
    };
    let mut differences: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let (mut errors, mut words) = (0.0, 0.0);
            for _ in 0..ours.len() {
                let file = next(ours.len());
                errors += count(theirs[file].errors) - count(ours[file].errors);
                words += count(ours[file].words);
            }
            100.0 * errors / f64::max(words, 1.0)
        })
        .collect();
    differences.sort_unstable_by(f64::total_cmp);
    (differences[DRAWS / 40], differences[DRAWS - 1 - DRAWS / 40])
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_difference_is_sure_and_none_is_not() {
        let scores = |errors: [usize; 4]| errors.map(|errors| Score { words: 100, errors, ..Score::default() });
        let ours = scores([5, 6, 4, 5]);
        let (low, high) = interval(&ours, &scores([15, 14, 16, 15]));
        assert!(low > 5.0 && high < 15.0, "{low} {high}");
        let (low, high) = interval(&ours, &scores([4, 7, 5, 4]));
        assert!(low < 0.0 && high > 0.0, "{low} {high}");
    }
}
