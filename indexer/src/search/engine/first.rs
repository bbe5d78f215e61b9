//! The first of many values: what a page shows, without keeping and sorting all that was found.

/// Keeps so many of the least of the values that it is given.
pub(super) struct First<T> {
    count: usize,
    kept: Vec<T>,
    /// A value that is not below this one is not among the first.
    bound: Option<T>,
}

impl<T: Ord + Copy> First<T> {
    pub(super) fn new(count: usize) -> Self {
        Self { count, kept: Vec::new(), bound: None }
    }

    #[inline]
    pub(super) fn add(&mut self, value: T) {
        if self.count == 0 || self.bound.is_some_and(|bound| value >= bound) {
            return;
        }
        self.kept.push(value);
        // Twice as many, so that cutting costs a few comparisons a value.
        if self.kept.len() > self.count.saturating_mul(2) {
            self.kept.select_nth_unstable(self.count);
            self.kept.truncate(self.count);
            self.bound = self.kept.iter().max().copied();
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for value in other.kept {
            self.add(value);
        }
    }

    /// Returns them, the least first.
    pub(super) fn finish(mut self) -> Vec<T> {
        self.kept.sort_unstable();
        self.kept.truncate(self.count);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_the_first_of_all(values in prop::collection::vec(0_u16..300, 0..200), count in 0_usize..40, at in 0_usize..200) {
            let (one, other) = values.split_at(at.min(values.len()));
            let [mut first, mut rest] = [one, other].map(|values| {
                let mut first = First::new(count);
                for &value in values {
                    first.add(value);
                }
                first
            });
            std::mem::swap(&mut first, &mut rest);
            first.extend(rest);
            let mut sorted = values;
            sorted.sort_unstable();
            sorted.truncate(count);
            prop_assert_eq!(first.finish(), sorted);
        }
    }
}
