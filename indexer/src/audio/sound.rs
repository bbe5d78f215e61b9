//! A sound is one sound track of a media file, streamed as 16 kHz mono on the presentation clock.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::choice::Selection;
use super::clock::Clock;
use super::container::Container;
use super::decode::{Decoder, Next};
use super::error::MediaError;
use super::info::{Damage, MediaInfo};
use super::masked::Masked;
use super::matroska;
use super::opened::{Opened, Options, damaged, open, open_file};
use super::resample::{ImpossibleRate, Resampler};
use super::timeline::{SECOND, Tick, Timeline};
use crate::time::{Millis, SAMPLE_RATE};

/// How many frames one call of [`Sound::read`] tries to give: half a second.
const ENOUGH: usize = SAMPLE_RATE as usize / 2;

/// How many packets one call looks at, so that it returns soon even where nothing can be decoded.
const MAX_PACKETS: usize = 4096;

/// A longer length is not believed.
const MAX_LENGTH: i64 = 48 * 3600 * SECOND;

/// How much earlier than declared the sound may end without being called truncated.
const SHORT: i64 = SECOND;

/// A longer hole between two blocks may be damage that the demultiplexer passed over in silence.
const HOLE: i64 = SECOND / 10;

/// Nanoseconds of a sample.
const SAMPLE: i64 = SECOND / SAMPLE_RATE as i64;

/// Returns what a media file says about itself, without decoding its sound.
///
/// # Errors
/// When the file cannot be read or decoded; the message names the file and the next step.
pub fn probe(path: &Path) -> Result<MediaInfo, MediaError> {
    Sound::open(path, Selection::default()).map(Sound::into_info)
}

/// Streams one sound track of a media file at 16 kHz, samples between -1 and 1.
///
/// The stream is mono, or frames of left and right: see [`Sound::channels`]. Frame `n` of the stream is heard `n / 16` ms
/// after the start of the presentation: gaps are filled with silence, overlaps dropped, and what cannot be decoded leaves
/// silence of its length. The file is only ever read.
pub struct Sound {
    path: PathBuf,
    container: Container,
    selection: Selection,
    info: MediaInfo,
    decoder: Decoder,
    timeline: Timeline,
    /// The declared end of the presented sound, for a container whose word can be trusted.
    due: Option<i64>,
    /// The declared length of the presentation, which bounds impossible times.
    limit: Option<i64>,
    playing: Option<(Clock, Resampler)>,
    /// Frames given by resamplers that are finished.
    finished: u64,
    block: Vec<f32>,
    steps: VecDeque<Step>,
    damage: Damage,
    /// Whether the last thing read was damage, so that neighbours count as one place.
    in_damage: bool,
    /// The media time of the last block, and where it ends.
    last: Option<(i64, i64)>,
    /// Whether the file was looked through for damage or is not to be, and until which media time its sound had been heard by then.
    is_mended: bool,
    heard: Option<(i64, i64)>,
    has_ended: bool,
}

/// What is to be done with the block that was read last.
#[derive(Debug)]
enum Step {
    Silence(u64),
    Frames(Range<usize>),
}

impl Sound {
    /// Opens a sound track, if it can be decoded here.
    ///
    /// # Errors
    /// When the file cannot be read, its sound not decoded, or it has no such track; the message names the file and the
    /// next step.
    pub fn open(path: &Path, selection: Selection) -> Result<Self, MediaError> {
        Self::open_with(path, &Options { selection, ffmpeg: None })
    }

    /// Opens a sound track.
    ///
    /// # Errors
    /// When the file cannot be read, its sound not decoded, or it has no such track; the message names the file and the
    /// next step.
    pub fn open_with(path: &Path, options: &Options) -> Result<Self, MediaError> {
        let Opened { container, name, decoder, facts, timeline, due, is_foreign } = open(path, options)?;
        let limit = facts.length.filter(|&length| length <= MAX_LENGTH);
        let selection = options.selection;
        let info = MediaInfo {
            container: name,
            duration: limit.map(millis),
            has_video: facts.has_video,
            tracks: facts.tracks,
            track: facts.track,
            title: facts.title,
            date: facts.date,
        };
        Ok(Self {
            path: path.to_owned(),
            container,
            selection,
            info,
            decoder,
            timeline,
            due,
            limit,
            playing: None,
            finished: 0,
            block: Vec::new(),
            steps: VecDeque::new(),
            damage: Damage::default(),
            in_damage: false,
            last: None,
            is_mended: is_foreign,
            heard: None,
            has_ended: false,
        })
    }

    /// Returns how many samples make a frame: 2 when left and right were selected and are there, else 1.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.decoder.width()
    }

    /// Returns what the file says about itself.
    #[must_use]
    pub const fn info(&self) -> &MediaInfo {
        &self.info
    }

    pub(super) fn into_info(self) -> MediaInfo {
        self.info
    }

    /// Returns what was wrong with the file; complete after the end.
    #[must_use]
    pub const fn damage(&self) -> Damage {
        self.damage
    }

    /// Appends the next frames, about half a second of them; returns false at the end, and then appends nothing.
    ///
    /// In a stretch that cannot be decoded a call may append nothing and still return true.
    ///
    /// # Errors
    /// When the disk fails, or when the end comes without any sound.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, MediaError> {
        let before = out.len();
        for _ in 0..MAX_PACKETS {
            if out.len() - before >= ENOUGH * self.channels() {
                break;
            } else if let Some(step) = self.steps.pop_front() {
                self.take(step, out);
            } else if self.has_ended {
                return Ok(out.len() > before);
            } else {
                let next = self.decoder.next(&mut self.block).map_err(|error| MediaError::io(&self.path, error))?;
                self.meet(next, out)?;
            }
        }
        Ok(true)
    }

    fn meet(&mut self, next: Next, out: &mut Vec<f32>) -> Result<(), MediaError> {
        match next {
            Next::Nothing => {}
            // Heard before the file was mended and is read again from its start.
            Next::Block { media, .. } if self.heard.is_some_and(|(heard, _)| media <= heard) => {}
            Next::Damage if self.heard.is_some() && self.last == self.heard => {}
            Next::Block { media, .. }
                if self.last.is_some_and(|(_, end)| media > end.saturating_add(HOLE)) && self.mend()? => {}
            Next::Block { media, rate } => {
                // Its frames follow one another without a hole, whatever the reader had to pass over.
                if self.container == Container::Flac
                    && self.last.is_some_and(|(_, end)| media > end.saturating_add(SAMPLE))
                {
                    self.damage.places += u32::from(!self.in_damage);
                }
                let frames = i64::try_from(self.block.len() / self.channels()).unwrap_or(i64::MAX);
                self.last = Some((media, media.saturating_add(Tick::of_rate(rate).nanos(frames))));
                self.place(media, rate, out)?;
            }
            Next::Damage if self.mend()? => {}
            Next::End { is_cut } if (is_cut || self.is_short()) && self.mend()? => {}
            Next::Damage => {
                self.damage.places += u32::from(!self.in_damage);
                self.in_damage = true;
            }
            Next::Chained => {
                if let Some((clock, _)) = &mut self.playing {
                    clock.chain();
                }
            }
            Next::End { is_cut } => self.end(is_cut, out)?,
        }
        Ok(())
    }

    /// Goes on behind the damage of a Matroska file, in which the demultiplexer may have lost its way; returns whether
    /// there is any that can be passed over.
    fn mend(&mut self) -> Result<bool, MediaError> {
        if self.container != Container::Matroska || self.is_mended {
            return Ok(false);
        }
        self.is_mended = true;
        let io = |error| MediaError::io(&self.path, error);
        let file = open_file(&self.path)?;
        let length = file.metadata().map_err(io)?.len();
        let matroska::Mending { patches, places } = matroska::mend(&file, length).map_err(io)?;
        if places == 0 {
            return Ok(false);
        }
        let masked = Masked::new(file, length, patches).map_err(io)?;
        let Ok((decoder, _)) = Decoder::open(masked, Some(length), self.container, self.selection) else {
            return Ok(false);
        };
        self.decoder = decoder;
        self.heard = self.last;
        self.damage.places = self.damage.places.saturating_sub(u32::from(self.in_damage)) + places;
        self.in_damage = false;
        Ok(true)
    }

    /// Decides what is heard of a block, and when.
    fn place(&mut self, media: i64, rate: u32, out: &mut Vec<f32>) -> Result<(), MediaError> {
        self.in_damage = false;
        let width = self.channels();
        let (clock, _) = match &mut self.playing {
            Some(playing) if playing.1.rate() == rate => playing,
            playing => {
                let resampler = Resampler::new(rate, width).map_err(|ImpossibleRate(rate)| {
                    damaged(&self.path, format!("it declares {rate} samples a second"))
                })?;
                let clock = match playing.take() {
                    None => Clock::new(rate, self.limit),
                    Some((mut clock, mut old)) => {
                        old.finish(out);
                        self.finished += old.given();
                        let now = i64::try_from(self.finished).unwrap_or(i64::MAX).saturating_mul(SAMPLE);
                        clock.change_rate(rate, now);
                        clock
                    }
                };
                playing.insert((clock, resampler))
            }
        };
        let media = self.timeline.media_time(media);
        for (frames, at) in self.timeline.presented(media, rate, self.block.len() / width) {
            let place = clock.place(at, frames.len());
            if place.silence > 0 {
                self.steps.push_back(Step::Silence(place.silence));
            }
            if place.skip < frames.len() {
                self.steps.push_back(Step::Frames(frames.start + place.skip..frames.end));
            }
        }
        Ok(())
    }

    fn take(&mut self, step: Step, out: &mut Vec<f32>) {
        let width = self.channels();
        let Some((_, resampler)) = &mut self.playing else { return };
        match step {
            Step::Frames(frames) => {
                let samples = frames.start * width..frames.end * width;
                resampler.push(self.block.get(samples).unwrap_or_default(), out);
            }
            Step::Silence(frames) => {
                // A second at most, so that an hour of silence needs no memory.
                let now = frames.min(resampler.rate().into());
                resampler.push(&vec![0.0; usize::try_from(now).unwrap_or_default() * width], out);
                if now < frames {
                    self.steps.push_front(Step::Silence(frames - now));
                }
            }
        }
    }

    /// Returns whether there is less sound so far than the file declares.
    fn is_short(&self) -> bool {
        let now = self.playing.as_ref().map_or(0, |(clock, _)| clock.now());
        self.due.is_some_and(|due| now.saturating_add(SHORT) < due)
    }

    fn end(&mut self, is_cut: bool, out: &mut Vec<f32>) -> Result<(), MediaError> {
        self.has_ended = true;
        let is_short = self.is_short();
        let Some((clock, resampler)) = &mut self.playing else {
            let detail = if self.damage.places > 0 { "none of its sound can be decoded" } else { "it holds no sound" };
            return Err(damaged(&self.path, detail.to_owned()));
        };
        resampler.finish(out);
        self.damage.places = self.damage.places.saturating_add(clock.impossible_times());
        let now = clock.now();
        let is_truncated = match self.container {
            // The declared length is that of the picture, too, which may well be longer than the sound.
            Container::Matroska => is_short && is_cut,
            // The last page is marked.
            Container::Ogg => is_cut,
            _ => is_short,
        };
        if is_truncated {
            self.damage.truncated_at = Some(millis(now));
        }
        Ok(())
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sound").field("path", &self.path).field("info", &self.info).finish_non_exhaustive()
    }
}

/// Nanoseconds as milliseconds, rounded down.
fn millis(nanos: i64) -> Millis {
    Millis::new(u32::try_from(nanos.max(0) / (SECOND / 1000)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
