//! Events as progress bars, one a recording that is being worked on, above them what came to an end.

use std::collections::HashMap;
use std::time::Instant;

use indexer::recording::RecordingId;
use indexer::time::Millis;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::lines::{clock, sentence};
use super::{Event, Reporter, Stage};

/// Draws on standard error.
#[derive(Default)]
pub struct Bars {
    screen: MultiProgress,
    bars: HashMap<RecordingId, Bar>,
    /// What is left of everything, below the others.
    rest: Option<ProgressBar>,
}

/// The bar of one recording, with where and when its transcription was first seen, to tell its speed.
struct Bar {
    bar: ProgressBar,
    began: Option<(Instant, Millis)>,
}

impl Bars {
    /// Makes an empty screen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn progress(&mut self, recording: RecordingId, title: &str, stage: Stage, done: Millis, total: Option<Millis>) {
        let screen = &self.screen;
        let bar = self.bars.entry(recording).or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:24!} {bar:24} {msg}");
            let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(title.to_owned());
            Bar { bar: screen.insert(0, bar), began: None }
        });
        let total = total.unwrap_or(done);
        bar.bar.set_length(u64::from(total.get()));
        bar.bar.set_position(u64::from(done.get()));
        bar.bar.set_message(match stage {
            Stage::Reading => format!("{} of {}, reading", clock(done), clock(total)),
            Stage::Transcribing => {
                let (began, first) = *bar.began.get_or_insert((Instant::now(), done));
                let speed = pace(done.since(first), began);
                format!(
                    "{} of {}{}",
                    clock(done),
                    clock(total),
                    speed.map_or_else(String::new, |pace| pace.shown(total.since(done)))
                )
            }
        });
    }
}

/// How fast a recording is transcribed: its time over ours.
struct Pace {
    done: u64,
    took: u64,
}

/// Returns the pace once enough is done to tell.
fn pace(done: Millis, began: Instant) -> Option<Pace> {
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    (done > Millis::ZERO && took > 1000).then_some(Pace { done: u64::from(done.get()), took })
}

impl Pace {
    fn shown(&self, rest: Millis) -> String {
        let tenths = self.done * 10 / self.took;
        let left = u64::from(rest.get()) * self.took / self.done;
        let left = Millis::new(u32::try_from(left).unwrap_or(u32::MAX));
        format!(", {}.{} × real time, {} left", tenths / 10, tenths % 10, clock(left))
    }
}

impl Reporter for Bars {
    fn show(&mut self, event: &Event) {
        if let Event::Progress { recording, title, stage, done_ms, total_ms } = event {
            return self.progress(*recording, title, *stage, *done_ms, *total_ms);
        }
        if let Event::Left { .. } = event {
            let screen = &self.screen;
            let style = || ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
            let rest = self.rest.get_or_insert_with(|| screen.add(ProgressBar::new(0).with_style(style())));
            return rest.set_message(sentence(event).unwrap_or_default());
        }
        if let Event::Searchable { recording, .. }
        | Event::Failed { recording, .. }
        | Event::Postponed { recording, .. }
        | Event::Removed { recording, .. } = event
            && let Some(bar) = self.bars.remove(recording)
        {
            bar.bar.finish_and_clear();
        }
        if let Some(line) = sentence(event) {
            // A screen that went away ends nothing: the work is worth more than its report.
            let _ = self.screen.println(line);
        }
    }

    fn finish(&mut self) {
        // As above.
        let _ = self.screen.clear();
    }
}
