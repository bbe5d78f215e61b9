//! The pulse of a job: what tells the program, in the background, that it lives and how far it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indexer::cancel::Cancel;
use indexer::time::Millis;

use super::foreman::Foreman;
use crate::work::protocol::{BEAT, Heartbeat, LeaseId};

/// The shortest time between two reports of progress.
const PROGRESS: Duration = Duration::from_millis(500);

/// Says in the background that a job lives and how far it is, and hears when its lease has run out.
pub(super) struct Pulse {
    done: Arc<AtomicU32>,
    total: Arc<AtomicU32>,
    /// Goes up whenever the job gets on.
    moves: Arc<AtomicU64>,
    ended: Cancel,
    /// Set when the lease has run out.
    pub(super) cancel: Cancel,
}

impl Pulse {
    pub(super) fn new(foreman: Foreman, lease: LeaseId) -> Self {
        let (ended, cancel) = (Cancel::new(), Cancel::new());
        let pulse = Self { done: Arc::default(), total: Arc::default(), moves: Arc::default(), ended, cancel };
        let (done, total, moves) = (pulse.done.clone(), pulse.total.clone(), pulse.moves.clone());
        let (ended, cancel) = (pulse.ended.clone(), pulse.cancel.clone());
        std::thread::spawn(move || {
            let (mut told, mut beaten) = (0, Instant::now());
            let (mut seen, mut moved) = (0, Instant::now());
            while !ended.is_cancelled() {
                std::thread::sleep(PROGRESS);
                let moves = moves.load(Ordering::Relaxed);
                if moves != seen {
                    (seen, moved) = (moves, Instant::now());
                }
                let now = done.load(Ordering::Relaxed);
                if now == told && beaten.elapsed() < BEAT || ended.is_cancelled() {
                    continue;
                }
                let total = Some(total.load(Ordering::Relaxed)).filter(|&total| total > 0).map(Millis::new);
                let still_ms = Millis::new(u32::try_from(moved.elapsed().as_millis()).unwrap_or(u32::MAX));
                let beat = Heartbeat { lease, done_ms: Millis::new(now), total_ms: total, still_ms };
                match foreman.post("heartbeat", &beat) {
                    Ok(answer) if answer.status() == 410 => return cancel.cancel(),
                    // A beat that is lost is followed by the next; a program that is gone ends this process.
                    _ => (told, beaten) = (now, Instant::now()),
                }
            }
        });
        pulse
    }

    pub(super) fn moved(&self) {
        self.moves.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn done(&self, time: Millis) {
        self.moved();
        self.done.store(time.get(), Ordering::Relaxed);
    }

    pub(super) fn total(&self, time: Millis) {
        self.total.store(time.get(), Ordering::Relaxed);
    }

    pub(super) fn stop(&self) {
        self.ended.cancel();
    }
}
