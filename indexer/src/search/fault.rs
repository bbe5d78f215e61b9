//! Faults that tests seed into the engine, so that the comparison with the oracle is known to notice them.

/// A mistake that such an engine can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Words near each other may lie one word further apart.
    NearDistance,
    /// A moment that holds a shorter one is kept.
    Minimality,
    /// The last position of a word in a recording is lost.
    LastPosition,
    /// Whoever speaks counts.
    Speaker,
    /// Recordings that were replaced are found.
    Deleted,
}

/// Returns whether a fault was seeded; never outside tests.
#[cfg(not(test))]
pub(super) const fn is_seeded(_: Fault) -> bool {
    false
}

#[cfg(test)]
pub(super) use seeded::{is_seeded, with};

#[cfg(test)]
mod seeded {
    use std::cell::Cell;

    use super::Fault;

    thread_local! {
        static SEEDED: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    pub(in crate::search) fn is_seeded(fault: Fault) -> bool {
        SEEDED.get() == Some(fault)
    }

    /// Runs something with a fault seeded.
    pub(in crate::search) fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
        SEEDED.set(Some(fault));
        let result = run();
        SEEDED.set(None);
        result
    }
}
