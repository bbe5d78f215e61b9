//! Events as lines: plain ones on standard error for a log, JSON ones on standard output for a program.

use std::collections::HashMap;
use std::io::Write;

use indexer::recording::RecordingId;

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

/// Sentences on standard error; progress only at every tenth of a recording.
#[derive(Default)]
pub struct Plain {
    tenths: HashMap<RecordingId, u64>,
}

impl Reporter for Plain {
    fn show(&mut self, event: &Event) {
        if let Event::Progress { recording, stage: Stage::Transcribing, done_ms, total_ms: Some(total), .. } = event {
            let tenth = u64::from(done_ms.get()) * 10 / u64::from(total.get()).max(1);
            if self.tenths.insert(*recording, tenth) == Some(tenth) || tenth == 0 {
                return;
            }
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
        Event::Scanned { files, new, queued } => {
            format!("{}, {new} new, {queued} to do", count(*files, "media file", "media files"))
        }
        Event::Skipped { path, reason } => format!("{path}: {reason}"),
        Event::Progress { title, stage: Stage::Transcribing, done_ms, total_ms: Some(total), .. } => {
            format!("{title}: {done_ms} of {total}")
        }
        Event::Progress { .. } => return None,
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
        Event::Removed { title, .. } => format!("{title}: removed"),
        Event::Stalled { reason } => reason.clone(),
    })
}

/// Returns a number with its noun.
fn count(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use indexer::time::Millis;

    use super::*;

    #[test]
    fn events_read_as_sentences() {
        let recording = RecordingId::new([0; 16]);
        let title = "Talk".to_owned();
        let rows = [
            (Event::Scanned { files: 1, new: 1, queued: 0 }, Some("1 media file, 1 new, 0 to do")),
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
