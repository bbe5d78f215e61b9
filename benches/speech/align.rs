//! An alignment pairs the words of a reference with those that were heard, with the least number of errors.

/// A word of the reference, the heard word, or both where they stand for each other; as indices.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Aligns two texts (Levenshtein 1966); of equally good alignments the one that pairs words late.
pub(crate) fn align(reference: &[String], heard: &[String]) -> Vec<Pair> {
    let width = heard.len() + 1;
    let mut costs = vec![0_u32; (reference.len() + 1) * width];
    let cost = |costs: &[u32], i: usize, j: usize| costs[i * width + j];
    for i in 0..=reference.len() {
        for j in 0..=heard.len() {
            let mut best = if i == 0 && j == 0 { 0 } else { u32::MAX };
            if i > 0 {
                best = best.min(cost(&costs, i - 1, j) + 1);
            }
            if j > 0 {
                best = best.min(cost(&costs, i, j - 1) + 1);
            }
            if i > 0 && j > 0 {
                best = best.min(cost(&costs, i - 1, j - 1) + u32::from(reference[i - 1] != heard[j - 1]));
            }
            costs[i * width + j] = best;
        }
    }
    let (mut i, mut j, mut pairs) = (reference.len(), heard.len(), Vec::new());
    while i > 0 || j > 0 {
        let here = cost(&costs, i, j);
        if i > 0 && j > 0 && here == cost(&costs, i - 1, j - 1) + u32::from(reference[i - 1] != heard[j - 1]) {
            (i, j) = (i - 1, j - 1);
            pairs.push((Some(i), Some(j)));
        } else if i > 0 && here == cost(&costs, i - 1, j) + 1 {
            i -= 1;
            pairs.push((Some(i), None));
        } else {
            j -= 1;
            pairs.push((None, Some(j)));
        }
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_errors_are_found() {
        for (reference, heard, errors) in [
            ("a b c", "a b c", 0),
            ("a b c", "a x c", 1),
            ("a b c", "a c", 1),
            ("a c", "a b c", 1),
            ("", "a", 1),
            ("a b c d", "x a b d y", 3),
        ] {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let (reference, heard) = (words(reference), words(heard));
            let wrong = |&(r, h): &Pair| r.is_none() || h.is_none() || r.map(|r| &reference[r]) != h.map(|h| &heard[h]);
            let pairs = align(&reference, &heard);
            assert_eq!(pairs.iter().filter(|pair| wrong(pair)).count(), errors, "{reference:?} {heard:?}");
            assert!(pairs.iter().filter_map(|pair| pair.0).eq(0..reference.len()));
            assert!(pairs.iter().filter_map(|pair| pair.1).eq(0..heard.len()));
        }
    }
}
