//! Fuzzing: files that began as real ones and were bent at random, read through the doors by which strangers' files come
//! in.
//!
//! Each test runs the same 10,000 mutations every time. `just fuzz MINUTES` sets `ALOUD_FUZZ_MINUTES`: then each target
//! runs that long, with mutations that no run had before. A mutation whose outcome is new (another error, another length,
//! another number of damaged places) is mutated further, which leads deeper into a reader than blind chance does, without
//! an instrumented build.
//!
//! A case that panics is kept in `target/tmp/fuzz`. One that hangs or wants more memory than it may have ends the
//! process; its file is there, too, because every case is written before it is run. What was found and mended has a test
//! of its own beside the code that it broke.

mod mutation;
mod run;
mod seeds;
mod watch;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use aloud::metadata::{document, table};
use indexer::audio::{Selection, Sound, TrackChoice, probe};
use indexer::query::{Parsed, parse};
use indexer::recording::{Language, RecordingId};
use indexer::subtitles::{self, Format, write};
use run::fuzz;

/// Sound after this much of it is not read on: a broken time may ask for hours of silence, which take their time.
const ENOUGH_SAMPLES: u64 = 300 * 16_000;

/// The loudest sample that may come out; music that clips is within 2, and the resampler adds little.
const LOUDEST: f32 = 64.0;

/// Left and right side by side take every way that a mix takes, and their own.
const BOTH_SIDES: Selection = Selection { track: TrackChoice::Default, sides: true };

/// Opening and decoding, through every container and codec that is decoded.
#[test]
fn bent_media_give_sound_or_an_error() {
    fuzz("media", seeds::media(), &|path, _| {
        let mut sound = match Sound::open(path, BOTH_SIDES) {
            Ok(sound) => sound,
            Err(error) => return refusal(&error.to_string(), path),
        };
        let (mut samples, mut count) = (Vec::new(), 0_u64);
        loop {
            samples.clear();
            match sound.read(&mut samples) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return refusal(&error.to_string(), path),
            }
            assert!(samples.iter().all(|sample| sample.abs() <= LOUDEST), "a sample of no sound");
            count += samples.len() as u64;
            if count > ENOUGH_SAMPLES {
                break;
            }
        }
        let (info, damage) = (sound.info(), sound.damage());
        let length = info.duration.map(|length| length.get().checked_ilog2());
        let codecs = info.tracks.iter().map(|track| (&track.codec, track.is_default)).collect::<Vec<_>>();
        // To a twentieth of a second.
        let cut = damage.truncated_at.map(|at| at.get() / 50);
        format!("{} {length:?} {codecs:?}: {}, {cut:?} {}", info.container, count / 800, damage.places.min(9))
    });
}

/// The reader of an mp4's boxes, which also sees what no decoder would be given.
#[test]
fn bent_boxes_give_facts_or_an_error() {
    fuzz("boxes", seeds::boxes(), &|path, _| match probe(path) {
        Ok(info) => {
            let mut facts =
                format!("{:?} {}", info.duration.map(|length| length.get().checked_ilog2()), info.has_video);
            for track in &info.tracks {
                let _ = write!(facts, " {} {} {}", track.codec, track.channels, track.sample_rate.max(1).ilog2());
            }
            facts
        }
        Err(error) => refusal(&error.to_string(), path),
    });
}

/// The readers of subtitles; what they give is written and read again.
#[test]
fn bent_subtitles_give_a_transcript_or_an_error() {
    let import =
        |bytes: &[u8], format| subtitles::read(bytes, format, "talk", Language::UNKNOWN, RecordingId::new([0; 16]), 1);
    fuzz("subtitles", seeds::subtitles(), &|_, bytes| {
        let mut outcome = String::new();
        let _ = write!(outcome, "{:?} ", Format::of("", bytes));
        for format in Format::ALL {
            let _ = match import(bytes, format) {
                Ok(imported) => {
                    let words = &imported.transcript.words;
                    assert!(!words.is_empty() && words.is_sorted_by_key(|word| word.span.start()), "starts go back");
                    let again = import(write::vtt(&imported.transcript).as_bytes(), Format::Vtt).expect("our own file");
                    assert_eq!(again.transcript.words.len(), words.len(), "words are lost in writing");
                    write!(outcome, "{} {} ", words.len().ilog2(), imported.skipped.len().min(5))
                }
                Err(error) => write!(outcome, "{error} "),
            };
        }
        outcome
    });
}

/// The readers of documents and tables that state metadata: every value they give is one that its field can have.
#[test]
fn bent_metadata_give_values_or_an_error() {
    fuzz("metadata", seeds::metadata(), &|_, bytes| {
        let mut outcome = String::new();
        for format in [document::Format::Yaml, document::Format::Json] {
            let read = document::read(bytes, format);
            let problems = read.as_ref().map_or_else(std::slice::from_ref, |read| &read.problems);
            assert!(problems.iter().all(|problem| !problem.contains('\n')), "{problems:?}");
            for (field, value) in read.iter().flat_map(|read| &read.values) {
                assert_eq!(field.read(value).as_ref(), Ok(value), "{field} has another form when it is read again");
                let _ = write!(outcome, "{field} ");
            }
            let _ = write!(outcome, "{} {}; ", read.is_ok(), problems.len().min(3));
        }
        if let Ok(read) = table::read(bytes) {
            let again = table::write(read.rows.iter().map(|row| (row.file.clone(), row.values.clone())));
            let again = table::read(again.as_bytes()).expect("our own table");
            assert_eq!((again.rows.len(), again.problems), (read.rows.len(), vec![]), "lines are lost in writing");
            let _ = write!(outcome, "{} {}", read.rows.len().min(5), read.problems.len().min(5));
        }
        outcome
    });
}

/// The reader of queries: whatever is typed is read, and what is shown as understood is read as the same again.
#[test]
fn bent_queries_are_read() {
    fuzz("queries", seeds::queries(), &|_, bytes| {
        let Parsed { query, notes } = parse(&String::from_utf8_lossy(bytes));
        let understood = query.to_string();
        assert_eq!(parse(&understood).query, query, "{understood} is read as another query");
        let kinds: BTreeSet<_> = notes.iter().map(|note| note.code).collect();
        let signs: BTreeSet<_> = understood.chars().filter(|sign| !sign.is_alphanumeric()).collect();
        format!("{kinds:?} {signs:?} {}", query.asked.len().min(9))
    });
}

/// Checks that a message names the file on one line, and returns what is left of it without the file.
fn refusal(message: &str, path: &Path) -> String {
    let path = path.display().to_string();
    assert!(message.contains(&path) && !message.contains('\n'), "{message}");
    message.replace(&path, "").chars().filter(|character| !character.is_ascii_digit()).collect()
}
