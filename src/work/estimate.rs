//! An estimate says how long what is left will take, by how long took what was done.
//!
//! Work is measured in time of recordings: reading one costs a small part of its length, recognising its words the
//! length of its speech. Time counts only while something is being done.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use indexer::time::Millis;

use crate::catalogue::backlog::{Backlog, Density};

/// Reading a recording costs about this part of recognising its words.
const READING: u64 = 64;

/// Before so much time was worked nothing is said: starting takes part of it.
const TOO_SHORT: Duration = Duration::from_secs(2);

/// What was done so far, and in which time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    busy: Duration,
    until: Option<Instant>,
    work: u64,
    /// How long the recordings were that were read, and how much of that is speech to recognise.
    read: u64,
    speech: u64,
}

impl Pace {
    /// Notes the time: something was being done since this was last called, or nothing was.
    pub fn tick(&mut self, now: Instant, was_busy: bool) {
        if let Some(before) = self.until.replace(now).filter(|_| was_busy) {
            self.busy += now.duration_since(before);
        }
    }

    /// Notes that a recording was read; `speech` is how much of it is to be recognised.
    pub fn read(&mut self, length: Millis, speech: u64) {
        self.work += u64::from(length.get()) / READING;
        self.read += u64::from(length.get());
        self.speech += speech;
    }

    /// Notes that a recording was read, whose words were beside it.
    pub fn imported(&mut self, length: Millis) {
        self.work += u64::from(length.get()) / READING;
    }

    /// Notes that words were recognised.
    pub fn recognised(&mut self, length: Millis) {
        self.work += u64::from(length.get());
    }

    /// Returns how long what is left will take; `None` while that cannot be told. `running` is how much of jobs that
    /// have not ended is recognised.
    #[must_use]
    pub fn left(&self, backlog: &Backlog, densities: &HashMap<String, Density>, running: Millis) -> Option<Millis> {
        let running = u64::from(running.get());
        let work = u128::from(self.work + running);
        if self.busy < TOO_SHORT || work == 0 {
            return None;
        }
        let mut rest = u64::from(backlog.unrecognised.get()).saturating_sub(running);
        let (mut bytes, mut length_ms) = (0, 0);
        for density in densities.values() {
            bytes += density.bytes;
            length_ms += density.length_ms;
        }
        let overall = Density { length_ms, bytes };
        for unread in &backlog.unread {
            let density = densities.get(&unread.ending).copied().unwrap_or(overall);
            let by_bytes = (density.bytes > 0)
                .then(|| u128::from(unread.bytes) * u128::from(density.length_ms) / u128::from(density.bytes));
            let length = unread.duration.map(|duration| u128::from(duration.get())).or(by_bytes)?;
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            // Until one was read, all of a recording may be speech.
            let speech = if self.read > 0 { ratio(length, self.speech, self.read) } else { length };
            rest = rest.saturating_add(length / READING);
            rest = rest.saturating_add(if unread.is_recognised { speech } else { 0 });
        }
        let left = u128::from(rest) * self.busy.as_millis() / work;
        Some(Millis::new(u32::try_from(left).unwrap_or(u32::MAX)))
    }
}

/// Returns `of` times `part` over `whole`.
fn ratio(of: u64, part: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(of) * u128::from(part) / u128::from(whole.max(1))).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::backlog::Unread;

    /// Works through recordings of these lengths in minutes, half speech, in two kinds of file, and returns the largest
    /// error of the estimate after the first tenth, in percent of the time that was really left.
    fn worst_error(lengths: &[u32], sidecar_every: usize) -> u64 {
        let start = Instant::now();
        let is_recognised = |at: usize| sidecar_every == 0 || !at.is_multiple_of(sidecar_every);
        let millis = |at: usize| Millis::new(lengths[at] * 60_000);
        // A second of work recognises ten of speech; reading is fifty times as fast as that.
        let cost = |at: usize| {
            let length = u64::from(millis(at).get());
            length / 500 + if is_recognised(at) { length / 2 / 10 } else { 0 }
        };
        let (ending, rate) = (|at: usize| ["mp4", "mp3"][at % 2], |at: usize| [400, 16][at % 2]);
        let total: u64 = (0..lengths.len()).map(cost).sum();
        let (mut pace, mut densities, mut now, mut worst) = (Pace::default(), HashMap::<_, Density>::new(), 0, 0);
        pace.tick(start, false);
        for at in 0..lengths.len() {
            now += cost(at);
            pace.tick(start + Duration::from_millis(now), true);
            let (length, speech) = (millis(at), millis(at).get() / 2);
            if is_recognised(at) {
                pace.read(length, u64::from(speech));
                pace.recognised(Millis::new(speech));
            } else {
                pace.imported(length);
            }
            let density = densities.entry(ending(at).to_owned()).or_default();
            density.length_ms += u64::from(length.get());
            density.bytes += u64::from(length.get()) * rate(at);
            let unread = (at + 1..lengths.len()).map(|at| Unread {
                duration: None,
                bytes: u64::from(millis(at).get()) * rate(at),
                ending: ending(at).to_owned(),
                is_recognised: is_recognised(at),
            });
            let backlog = Backlog { recordings: 0, unread: unread.collect(), unrecognised: Millis::ZERO };
            let (left, really) = (pace.left(&backlog, &densities, Millis::ZERO), total - now);
            if now * 10 >= total && really > 0 {
                let left = u64::from(left.expect("an estimate after the first tenth").get());
                worst = worst.max(left.abs_diff(really) * 100 / really);
            }
        }
        worst
    }

    #[test]
    fn estimates_are_right_after_the_first_tenth() {
        let rising: Vec<u32> = (1..=40).map(|n| n * 3).collect();
        let falling: Vec<u32> = rising.iter().rev().copied().collect();
        for (name, lengths, sidecar_every) in [
            ("equal", vec![30; 40], 0),
            ("rising", rising, 0),
            ("falling", falling, 0),
            ("mixed", (0..40).map(|n| 5 + n * 37 % 90).collect(), 0),
            ("every third has a sidecar", (0..40).map(|n| 5 + n * 37 % 90).collect(), 3),
        ] {
            let worst = worst_error(&lengths, sidecar_every);
            assert!(worst <= 30, "{name}: {worst} %");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let unread = Unread { duration: None, bytes: 1, ending: "mp4".into(), is_recognised: true };
        let backlog = Backlog { recordings: 1, unread: vec![unread], unrecognised: Millis::new(60_000) };
        assert_eq!(pace.left(&backlog, &HashMap::new(), Millis::ZERO), None, "nothing was done");
        pace.tick(start, false);
        pace.tick(start + Duration::from_secs(60), true);
        pace.recognised(Millis::new(600_000));
        assert_eq!(pace.left(&backlog, &HashMap::new(), Millis::ZERO), None, "the length of files is unknown");
        let backlog = Backlog { unread: Vec::new(), ..backlog };
        assert_eq!(pace.left(&backlog, &HashMap::new(), Millis::ZERO), Some(Millis::new(6_000)));
    }
}
