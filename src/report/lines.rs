//! Events as lines: plain ones on standard error for a log, JSON ones on standard output for a program.

use std::collections::HashMap;
use std::io::Write;

use indexer::recording::RecordingId;
use indexer::time::Millis;

use super::{Event, Reporter, Stage};

/// JSON, one event a line, on standard output.
pub struct Json;

impl Reporter for Json {
    fn show(&mut self, event: &Event) {
        if let Ok(line) = serde_json::to_string(event) {
            // A reader that went away ends nothing: the work is worth more than its report.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
}

/// Sentences on standard error; progress only at every tenth of a recording, and of all.
#[derive(Default)]
pub struct Plain {
    tenths: HashMap<RecordingId, u64>,
    /// How many recordings there were to do at first, and at which tenth of them it was said how many are left.
    left: Option<(u32, u32)>,
}

impl Reporter for Plain {
    fn show(&mut self, event: &Event) {
        if let Event::Progress { recording, stage: Stage::Transcribing, done_ms, total_ms: Some(total), .. } = event {
            let tenth = u64::from(done_ms.get()) * 10 / u64::from(total.get()).max(1);
            if self.tenths.insert(*recording, tenth) == Some(tenth) || tenth == 0 {
                return;
            }
        }
        if let Event::Left { recordings, .. } = event {
            let (all, said) = *self.left.get_or_insert((*recordings, 0));
            let tenth = all.saturating_sub(*recordings) * 10 / all.max(1);
            if tenth == said {
                return;
            }
            self.left = Some((all, tenth));
        }
        if let Some(line) = sentence(event) {
            // As above.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}

/// Returns an event in words; `None` for what is of no interest on a line of its own.
#[must_use]
pub fn sentence(event: &Event) -> Option<String> {
    Some(match event {
        Event::Scanned { files, new, queued, moved, missing, removed } => {
            let more = [(*moved, "moved"), (*missing, "missing")].into_iter().filter(|(count, _)| *count > 0);
            let more: String = more.map(|(count, what)| format!(", {count} {what}")).collect();
            let left_out = match removed {
                0 => String::new(),
                removed => {
                    let files = count(*removed, "file", "files");
                    format!("; {files} left out, removed from the library before: see aloud index --dry-run")
                }
            };
            format!("{}, {new} new{more}, {queued} to do{left_out}", count(*files, "media file", "media files"))
        }
        Event::Skipped { path, reason } => format!("{path}: {reason}"),
        Event::Progress { title, stage: Stage::Transcribing, done_ms, total_ms: Some(total), .. } => {
            format!("{title}: {done_ms} of {total}")
        }
        Event::Progress { .. } | Event::Media { .. } => return None,
        Event::Searchable { title, words, duration_ms, missing, damage, .. } => {
            let words = count(*words, "word", "words");
            let but: String = [damage, missing].into_iter().flatten().map(|what| format!("; {what}")).collect();
            format!("{title}: {words} in {duration_ms}, searchable{but}")
        }
        Event::Failed { title, reason, hint, .. } if hint.is_empty() => format!("{title}: {reason}"),
        Event::Failed { title, reason, hint, .. } => format!("{title}: {reason}; {hint}"),
        Event::Edited { title, .. } => format!("{title}: changed"),
        Event::Differs { recording, path, fields } => {
            let (fields, id) = (fields.join(", "), &recording.to_string()[..8]);
            format!("{path}: says something else than a person did about {fields}; decide with: aloud show {id}")
        }
        Event::Postponed { title, reason, hint, next_try, .. } => {
            let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
            format!("{title}: {reason}{hint}; tried again at {}", time_of_day(*next_try))
        }
        Event::Left { recordings, left_ms } => {
            let left = left_ms.map_or_else(String::new, |left| format!(", about {}", clock(left)));
            format!("{} left{left}", count(*recordings, "recording", "recordings"))
        }
        Event::Removed { title, .. } => format!("{title}: removed"),
        Event::Stalled { reason } => reason.clone(),
    })
}

/// Returns a time of this place, for people: `2026-11-26 08:15`.
#[must_use]
pub fn time_of_day(time: jiff::Timestamp) -> String {
    time.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Returns a time in whole seconds.
#[must_use]
pub fn clock(time: Millis) -> String {
    let text = time.to_string();
    text.split('.').next().unwrap_or_default().to_owned()
}

/// Returns a number with its noun.
fn count(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_read_as_sentences() {
        let recording = RecordingId::new([0; 16]);
        let title = "Talk".to_owned();
        let rows = [
            (
                Event::Scanned { files: 1, new: 1, queued: 0, moved: 0, missing: 0, removed: 0 },
                Some("1 media file, 1 new, 0 to do"),
            ),
            (
                Event::Scanned { files: 3, new: 0, queued: 0, moved: 2, missing: 1, removed: 0 },
                Some("3 media files, 0 new, 2 moved, 1 missing, 0 to do"),
            ),
            (
                Event::Scanned { files: 3, new: 0, queued: 0, moved: 0, missing: 0, removed: 2 },
                Some(
                    "3 media files, 0 new, 0 to do; 2 files left out, removed from the library before: \
                     see aloud index --dry-run",
                ),
            ),
            (
                Event::Left { recordings: 2, left_ms: Some(Millis::new(3_661_900)) },
                Some("2 recordings left, about 1:01:01"),
            ),
            (Event::Skipped { path: "a.mp4".into(), reason: "it is empty".into() }, Some("a.mp4: it is empty")),
            (
                Event::Searchable {
                    recording,
                    title: title.clone(),
                    words: 2,
                    duration_ms: Millis::new(61_000),
                    missing: None,
                    damage: Some("truncated at 1:01".into()),
                },
                Some("Talk: 2 words in 1:01.000, searchable; truncated at 1:01"),
            ),
            (
                Event::Progress {
                    recording,
                    title: title.clone(),
                    stage: Stage::Reading,
                    done_ms: Millis::ZERO,
                    total_ms: None,
                },
                None,
            ),
            (
                Event::Failed { recording, title, reason: "no sound".into(), hint: String::new() },
                Some("Talk: no sound"),
            ),
        ];
        for (event, expected) in rows {
            assert_eq!(sentence(&event).as_deref(), expected);
        }
    }
}
