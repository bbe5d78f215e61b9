//! A sound is one sound track of a media file, streamed as 16 kHz mono on the presentation clock.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::boxes::Boxes;
use super::choice::{Selection, TrackChoice};
use super::clock::Clock;
use super::container::{Container, Foreign, Kind, sniff, untold};
use super::convert::{self, Picture};
use super::decode::{Decoder, Facts, Next, Refusal};
use super::error::{MediaError, ShownPath};
use super::ffmpeg::Ffmpeg;
use super::foreign;
use super::fragments::Fragments;
use super::info::{AudioTrack, Damage, MediaInfo};
use super::masked::{Masked, Patch};
use super::matroska;
use super::movie::Movie;
use super::resample::{ImpossibleRate, Resampler};
use super::timeline::{Part, SECOND, Tick, Timeline};
use super::wave::Wave;
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

/// How a file is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What is read of its sound.
    pub selection: Selection,
    /// What decodes the sound that is not decoded here; without it such a file is an error that says how to convert it.
    pub ffmpeg: Option<Ffmpeg>,
}

/// What is known of a file before its sound is decoded.
struct Opened {
    /// What the packets are read from.
    container: Container,
    /// The container of the file as people call it.
    name: &'static str,
    decoder: Decoder,
    facts: Facts,
    timeline: Timeline,
    due: Option<i64>,
    /// Whether the packets are not those of the file.
    is_foreign: bool,
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

/// Opens a file as what it is.
fn open(path: &Path, options: &Options) -> Result<Opened, MediaError> {
    let selection = options.selection;
    let mut file = open_file(path)?;
    let (kind, start) = sniff(&mut file).map_err(|error| MediaError::io(path, error))?;
    let container = match kind {
        Kind::Known(container) => container,
        Kind::Other(looks) => return Err(MediaError::NotMedia { path: ShownPath::new(path), looks }),
        Kind::Foreign(Foreign { name, format }) => {
            if let (Some(ffmpeg), Some(format)) = (&options.ffmpeg, format) {
                return open_foreign(path, ffmpeg, bare(name), format, selection);
            }
            let command = convert::command(path, Picture::Encoded);
            let codec = format.and_then(|format| foreign::codec(format, &start));
            return Err(MediaError::Container { path: ShownPath::new(path), container: name, codec, command });
        }
    };
    let opened = if container.has_boxes() {
        open_boxes(path, &file, container, selection)
    } else {
        open_plain(path, &file, container, &start, selection)
    };
    let Some(ffmpeg) = &options.ffmpeg else { return opened };
    let rate = |track: &AudioTrack| track.sample_rate;
    match opened {
        Err(MediaError::Codec { .. }) => open_foreign(path, ffmpeg, container.name(), container.format(), selection),
        Ok(opened) if opened.facts.may_be_half => match ffmpeg.describe(path, container.format()) {
            // Half of what HE-AAC holds is better than none.
            Ok(Some(facts)) if facts.played().map(rate) > opened.facts.played().map(rate) => {
                open_described(path, ffmpeg, container.name(), container.format(), facts, selection).or(Ok(opened))
            }
            _ => Ok(opened),
        },
        opened => opened,
    }
}

/// Opens a file through ffmpeg.
fn open_foreign(
    path: &Path,
    ffmpeg: &Ffmpeg,
    name: &'static str,
    format: &str,
    selection: Selection,
) -> Result<Opened, MediaError> {
    match ffmpeg.describe(path, format).map_err(|error| MediaError::io(path, error))? {
        Some(facts) => open_described(path, ffmpeg, name, format, facts, selection),
        None => Err(damaged(path, format!("ffmpeg finds no {name} in it"))),
    }
}

fn open_described(
    path: &Path,
    ffmpeg: &Ffmpeg,
    name: &'static str,
    format: &str,
    mut facts: Facts,
    selection: Selection,
) -> Result<Opened, MediaError> {
    let io = |error| MediaError::io(path, error);
    let Some(chosen) = selection.track.pick(&facts.tracks) else {
        let refusal = if facts.tracks.is_empty() { Refusal::NoSound } else { Refusal::NoTrack(facts.tracks) };
        return Err(refused(path, Container::Matroska, selection, refusal));
    };
    facts.track = chosen;
    let track = &facts.tracks[chosen];
    let output = ffmpeg.decode(path, format, track.id).map_err(io)?;
    let only = Selection { track: TrackChoice::Default, ..selection };
    let (decoder, _) = Decoder::open(output, None, Container::Matroska, only).map_err(|refusal| match refusal {
        Refusal::Io(error) => io(error),
        _ => damaged(path, format!("ffmpeg decodes none of its {}", track.codec)),
    })?;
    let due = facts.sound_length.filter(|_| track.is_default);
    Ok(Opened {
        container: Container::Matroska,
        name,
        decoder,
        facts,
        timeline: Timeline::plain(),
        due,
        is_foreign: true,
    })
}

/// Returns a name without its article.
fn bare(name: &'static str) -> &'static str {
    name.split_once(' ').map_or(name, |(_, bare)| bare)
}

/// Opens a regular file for reading; nothing else is opened, because a pipe would wait for its writer.
fn open_file(path: &Path) -> Result<File, MediaError> {
    let metadata = fs::metadata(path).map_err(|error| MediaError::io(path, error))?;
    let shown = || ShownPath::new(path);
    if metadata.is_dir() {
        return Err(MediaError::Folder(shown()));
    } else if !metadata.is_file() {
        return Err(MediaError::NotAFile(shown()));
    } else if metadata.len() == 0 {
        return Err(MediaError::Empty(shown()));
    }
    File::open(path).map_err(|error| MediaError::io(path, error))
}

/// Opens an mp4 or mov file: its times are read here, and the decoder sees one track.
fn open_boxes(path: &Path, file: &File, container: Container, selection: Selection) -> Result<Opened, MediaError> {
    let io = |error| MediaError::io(path, error);
    let length = file.metadata().map_err(io)?.len();
    let Some(movie) = Boxes::new(file, length).movie().map_err(io)? else {
        return Err(MediaError::NoIndex(ShownPath::new(path)));
    };
    let Some(default) = movie.default_sound() else {
        return Err(MediaError::NoSound(ShownPath::new(path)));
    };
    let tracks = described(file, container, &movie, default.id).map_err(io)?;
    let chosen = selection.track.pick(&tracks);
    let Some((chosen, track)) = chosen.and_then(|index| Some((index, movie.sounds().nth(index)?))) else {
        return Err(MediaError::no_track(path, selection.track, &tracks));
    };
    let fragments = if movie.is_fragmented {
        // The decoders have moved the place in the file, of which the first reader knows nothing.
        Boxes::new(file, length).fragments(track).map_err(io)?
    } else {
        Fragments::default()
    };
    let media_end = if movie.is_fragmented { fragments.end } else { track.media_length() };
    let timeline = movie.timeline(track, fragments.jumps);
    let end = timeline.end((media_end > 0).then_some(media_end));

    let masked = file.try_clone().and_then(|file| Masked::new(file, movie.file_length, movie.hide_all_but(track.id)));
    let only = Selection { track: TrackChoice::Default, ..selection };
    let masked = masked.map_err(io)?;
    let length = masked.length();
    let (decoder, mut facts) = Decoder::open(masked, Some(length), container, only).map_err(|refusal| {
        let refusal = match refusal {
            // The boxes know the codec where the decoder only knows that it does not.
            Refusal::Codec(_) | Refusal::NoSound if !track.codec_name().1 => Refusal::Codec(track.codec_name().0),
            refusal => refusal,
        };
        refused(path, container, selection, refusal)
    })?;
    (facts.tracks, facts.track) = (tracks, chosen);
    facts.has_video = movie.has_video();
    // In a fragmented file the stated length is often that of its first part only.
    facts.length = movie.length_nanos().max(if movie.is_fragmented { end } else { None }).or(end);
    let due = if movie.is_fragmented { None } else { end };
    Ok(Opened { container, name: container.name(), decoder, facts, timeline, due, is_foreign: false })
}

/// Returns the sound tracks: as a decoder finds them, else as the boxes describe them.
///
/// Boxes of AAC mostly say two channels, whatever there are (ISO/IEC 14496-14 §5.6 makes that a template).
fn described(file: &File, container: Container, movie: &Movie, default: u32) -> io::Result<Vec<AudioTrack>> {
    let mut described = Vec::new();
    for track in movie.sounds() {
        let masked = Masked::new(file.try_clone()?, movie.file_length, movie.hide_all_but(track.id))?;
        let length = masked.length();
        let decoded = Decoder::open(masked, Some(length), container, Selection::default()).ok();
        let decoded = decoded.and_then(|(_, mut facts)| facts.tracks.pop());
        let boxes = || (track.codec_name().0, track.sample_rate, track.channels);
        let (codec, sample_rate, channels) =
            decoded.map_or_else(boxes, |decoded| (decoded.codec, decoded.sample_rate, decoded.channels));
        let (id, language, is_default) = (track.id, track.language, track.id == default);
        described.push(AudioTrack { id, codec, sample_rate, channels, language, is_default });
    }
    Ok(described)
}

/// Opens a file whose packets carry times that can be used as they are; `start` is how its bytes begin.
fn open_plain(
    path: &Path,
    file: &File,
    container: Container,
    start: &[u8],
    selection: Selection,
) -> Result<Opened, MediaError> {
    // An RF64 file is a WAV file that says "more than 4 GiB" where the lengths stand (EBU Tech 3306).
    let patches: Vec<Patch> = if container == Container::Rf64 { vec![(0, b"RIFF".to_vec())] } else { Vec::new() };
    let open = |is_seekable: bool, patches| {
        let masked = file.metadata().and_then(|metadata| Masked::new(file.try_clone()?, metadata.len(), patches));
        let masked = masked.map_err(Refusal::Io)?;
        let length = is_seekable.then(|| masked.length());
        Decoder::open(masked, length, container, selection)
    };
    let opened = match open(true, patches.clone()) {
        // A file that ends before its declared length, or with damage, may be refused at first sight; read from start
        // to end it gives what there is.
        Err(Refusal::Malformed(_)) => match open(false, patches) {
            // Its sound says that it is longer than the whole: then the whole is as long as can be.
            Err(Refusal::Malformed(_)) if matches!(container, Container::Wav | Container::Aiff) => {
                open(false, vec![(4, vec![0xff; 4])])
            }
            opened => opened,
        },
        opened => opened,
    };
    let (codec, title) = untold(container, start);
    let (decoder, mut facts) = opened.map_err(|refusal| {
        let refusal = match (refusal, codec) {
            (Refusal::NoSound | Refusal::Malformed(_), Some(codec)) => Refusal::Codec(codec),
            (refusal, _) => refusal,
        };
        refused(path, container, selection, refusal)
    })?;
    facts.title = facts.title.or(title);
    let mut timeline = Timeline::plain();
    if container == Container::Rf64
        && let Some(wave) = Wave::read(start)
    {
        let length = Tick::of_rate(wave.rate).nanos(i64::try_from(wave.frames).unwrap_or(i64::MAX));
        (facts.length, facts.sound_length) = (Some(length), Some(length));
        // The chunks behind the sound are none.
        timeline = Timeline::new(vec![Part { at: 0, media: 0, length: Some(length) }], Vec::new());
    }
    let due = match container {
        // Without a header that counts frames these lengths are guessed from the bit rate.
        Container::Mp3 | Container::Adts => None,
        Container::Matroska => facts.length,
        _ => facts.sound_length,
    };
    Ok(Opened { container, name: container.name(), decoder, facts, timeline, due, is_foreign: false })
}

fn refused(path: &Path, container: Container, selection: Selection, refusal: Refusal) -> MediaError {
    let shown = ShownPath::new(path);
    match refusal {
        Refusal::Io(error) => MediaError::io(path, error),
        Refusal::NoSound => MediaError::NoSound(shown),
        Refusal::NoTrack(tracks) => MediaError::no_track(path, selection.track, &tracks),
        Refusal::Malformed(detail) => damaged(path, detail),
        Refusal::Codec(codec) => {
            let command = convert::command(path, Picture::Copied);
            MediaError::Codec { path: shown, container: container.name(), codec, command }
        }
    }
}

fn damaged(path: &Path, detail: String) -> MediaError {
    MediaError::Damaged { path: ShownPath::new(path), detail }
}

/// Nanoseconds as milliseconds, rounded down.
fn millis(nanos: i64) -> Millis {
    Millis::new(u32::try_from(nanos.max(0) / (SECOND / 1000)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
