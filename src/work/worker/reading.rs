//! Reading a recording's media file once, from its first sample to its hash.

use std::io::{self, Read};
use std::path::Path;

use indexer::audio::{MediaInfo, Sound};
use indexer::pipeline::{self, Plan, PlanOptions, SegmentSink, SoundSource, SourceError};
use indexer::recording::{Language, RecordingId};
use indexer::time::{Millis, TimeSpan};
use indexer::transcribe::whisper;

use super::failure::{lasting, plan_failure, recognition_failure};
use super::profile;
use super::pulse::Pulse;
use super::weights::{Lazy, Wanted};
use crate::catalogue::files::Stamp;
use crate::ingest::identity;
use crate::work::folder::WorkFolder;
use crate::work::protocol::{PlanTask, SoundTrack, WorkFailure};

/// What is needed to read a recording's sound once.
pub(super) struct Reading<'a> {
    pub(super) task: &'a PlanTask,
    pub(super) folder: &'a WorkFolder,
    pub(super) recogniser: &'a mut Lazy,
    /// Where the configured model is kept.
    pub(super) configured: &'a Path,
    pub(super) pulse: &'a Pulse,
}

impl Reading<'_> {
    pub(super) fn plan(&mut self, sound: &mut Sound) -> Result<Plan, WorkFailure> {
        self.recogniser.choose(Wanted { model: self.task.model.clone(), ..Wanted::default() });
        // Before the sound is read: segments that fail one by one would leave a revision without words.
        let is_english_only = self.recogniser.load().map_err(|error| recognition_failure(&error, self.configured))?;
        let languages = known_languages(self.task.recording, &self.task.languages, &self.task.model, is_english_only)?;
        if let Some(duration) = sound.info().duration {
            self.pulse.total(duration);
        }
        let options = PlanOptions {
            languages,
            segment: Millis::from_seconds(self.task.segment_seconds),
            channels: self.task.channels,
            profile: profile(self.task.fast),
        };
        pipeline::plan(
            &mut Source(sound, self.pulse),
            self.recogniser,
            &options,
            &mut Sink { folder: self.folder, count: 0 },
            &mut |until| self.pulse.done(until),
            &self.pulse.cancel,
        )
        .map_err(|error| plan_failure(&error, &self.task.media.0, self.configured))
    }
}

/// Returns those of a recording's languages that a model knows, none for all, or why it cannot be recognised.
fn known_languages(
    recording: RecordingId,
    languages: &[Language],
    model: &str,
    is_english_only: bool,
) -> Result<Vec<Language>, WorkFailure> {
    let knows = |language: &Language| {
        if is_english_only { language.as_str() == "en" } else { whisper::knows(*language) }
    };
    let known: Vec<_> = languages.iter().copied().filter(knows).collect();
    if !known.is_empty() || languages.is_empty() {
        return Ok(known);
    }
    let unknown = languages.iter().map(Language::as_str).collect::<Vec<_>>().join(", ");
    let alone = if is_english_only { ", only English" } else { "" };
    let id = &recording.to_string()[..8];
    let hint = format!(
        "choose another model, or another language with: aloud edit {id} --language CODES; then: aloud transcribe {id}"
    );
    Err(lasting(format!("the model {model} does not know {unknown}{alone}"), &hint))
}

/// A media file's sound as the pipeline reads it.
struct Source<'a>(&'a mut Sound, &'a Pulse);

impl SoundSource for Source<'_> {
    fn channels(&self) -> usize {
        self.0.channels()
    }

    fn mix(&mut self) {
        self.0.mix();
    }

    fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError> {
        out.clear();
        self.1.moved();
        Ok(self.0.read(out)?)
    }
}

/// A work folder as the pipeline writes it.
struct Sink<'a> {
    folder: &'a WorkFolder,
    /// How many segments there are.
    count: u32,
}

impl SegmentSink for Sink<'_> {
    fn write(&mut self, ordinal: u32, _span: TimeSpan, samples: &[i16]) -> io::Result<()> {
        self.count = ordinal + 1;
        self.folder.write_sound(ordinal, samples)
    }

    fn keep(&mut self, ordinals: &[u32]) -> io::Result<()> {
        self.folder.keep_sounds(ordinals, self.count)?;
        self.count = u32::try_from(ordinals.len()).unwrap_or(u32::MAX);
        Ok(())
    }
}

/// Returns a file's sound tracks as they are reported.
pub(super) fn tracks(info: &MediaInfo) -> Vec<SoundTrack> {
    let report = |(index, track): (usize, &indexer::audio::AudioTrack)| SoundTrack {
        language: track.language,
        codec: track.codec.clone(),
        channels: track.channels,
        is_default: track.is_default,
        is_read: index == info.track,
    };
    info.tracks.iter().enumerate().map(report).collect()
}

/// Reads a recording whose words are known, only to find its damage; says why when it cannot be read to its end.
pub(super) fn read_through(sound: &mut Sound, pulse: &Pulse) -> Result<(), String> {
    let (mut samples, mut count) = (Vec::new(), 0);
    while sound.read(&mut samples).map_err(|error| error.to_string())? {
        count += (samples.len() / sound.channels()) as u64;
        samples.clear();
        pulse.done(Millis::from_samples(count));
        if pulse.cancel.is_cancelled() {
            return Err("reading it was broken off".into());
        }
    }
    Ok(())
}

/// Returns what is wrong with a file that was read to its end, in words; `before` is what it looked like at first.
pub(super) fn damage(sound: &Sound, path: &Path, before: Option<Stamp>) -> Option<String> {
    let damage = sound.damage();
    let mut words: Vec<_> = (!damage.is_none()).then(|| damage.to_string()).into_iter().collect();
    if identity::stamp(path).ok() != before {
        words.push("changed while it was read: index it again when it is complete".into());
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// Reads the whole file once more, mostly from memory; a file that vanished has no hash.
pub(super) fn full_hash(path: &Path, pulse: &Pulse) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(Moving(std::fs::File::open(path).ok()?, pulse)).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// A file that says it is being read.
struct Moving<'a>(std::fs::File, &'a Pulse);

impl Read for Moving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.moved();
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_needs_a_language_that_the_model_knows() {
        for (languages, is_english_only, expected) in [
            (&[][..], true, Ok(&[][..])),
            (&["en", "sv"], true, Ok(&["en"])),
            (&["se", "sv"], false, Ok(&["sv"])),
            (&["sv", "de"], true, Err("the model base does not know sv, de, only English")),
            (&["se"], false, Err("the model base does not know se")),
        ] {
            let language = |tag: &&str| Language::from_tag(tag).expect("a tag");
            let languages: Vec<_> = languages.iter().map(language).collect();
            let known = known_languages(RecordingId::new([1; 16]), &languages, "base", is_english_only);
            let known = known.map_err(|failure| failure.reason);
            let expected = expected.map(|tags| tags.iter().map(language).collect()).map_err(str::to_owned);
            assert_eq!(known, expected);
        }
    }
}
