//! The decoder takes a container apart and turns the packets of one track into blocks of frames, each with the media time
//! that the container states. With `decode/adts.rs` it is the only file that knows which libraries do that.

mod adts;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_AC3, CODEC_ID_AC4, CODEC_ID_ALAC, CODEC_ID_DCA, CODEC_ID_EAC3, CODEC_ID_FLAC, CODEC_ID_MP3,
    CODEC_ID_OPUS, CODEC_ID_SPEEX, CODEC_ID_TRUEHD, CODEC_ID_WAVPACK, CODEC_ID_WMA,
};
use symphonia::core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions, CODEC_ID_NULL_AUDIO,
};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, RawValue, StandardTag};
use symphonia::core::packet::{Packet, PacketRef};
use symphonia::core::units::{Duration, TimeBase};
use symphonia::default::formats;
use symphonia::default::meta::Id3v2Reader;

use adts::AdtsReader;

use super::choice::Selection;
use super::container::Container;
use super::info::AudioTrack;
use super::timeline::{Tick, frames_in};
use crate::recording::Language;

/// How many unreadable places in a row the container may have before its rest is given up.
const MAX_STUMBLES: u32 = 64;

/// The loudest sample that is let through. Sound is within 1; more, or no number at all, is damage that would spread.
const LOUDEST: f32 = 16.0;

/// The highest rate of the core of HE-AAC in use; streams of ADTS do not say what they are.
const FASTEST_CORE: u32 = 24_000;

/// Frames by which the upper half of HE-AAC delays the core (ISO/IEC 14496-3 §4.6.18.2.2): it is taken into account when a
/// file is made, and missing when only the core is decoded.
const SBR_DELAY: i64 = 481;

static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// Why a container cannot be taken apart.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The disk failed.
    Io(io::Error),
    /// There is no sound track.
    NoSound,
    /// There are only these tracks, and another is wanted.
    NoTrack(Vec<AudioTrack>),
    /// The codec of the sound is not decoded.
    Codec(String),
    /// The container makes no sense.
    Malformed(String),
}

/// What the container says about itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The sound tracks.
    pub tracks: Vec<AudioTrack>,
    /// Which of them is decoded, as an index.
    pub track: usize,
    /// Whether a track of pictures was seen.
    pub has_video: bool,
    /// The length of the media as a whole, and of the sound that is decoded, in nanoseconds.
    pub length: Option<i64>,
    pub sound_length: Option<i64>,
    pub title: Option<String>,
    pub date: Option<String>,
    /// Whether the sound may be HE-AAC, of which only the core is decoded, at half the rate.
    pub may_be_half: bool,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A block of sound.
    Block {
        /// The media time of its first frame, in nanoseconds.
        media: i64,
        /// Frames a second.
        rate: u32,
    },
    /// Something that is not sound.
    Nothing,
    /// Something that could not be decoded.
    Damage,
    /// Another stream begins, whose media time starts again at 0.
    Chained,
    /// The end; `is_cut` when it came in the middle of something.
    End { is_cut: bool },
}

/// Takes one file apart.
pub(super) struct Decoder {
    container: Container,
    reader: Box<dyn FormatReader>,
    codec: Box<dyn AudioDecoder>,
    track: u32,
    /// Samples of a frame that is given: two when the channels are kept apart, else one.
    width: usize,
    tick: Tick,
    /// The media time that packets state for the first frame that is meant to be heard.
    lead_in: i64,
    /// The media time of a first packet that gave nothing.
    primed: Option<i64>,
    /// Whether the track has given a block.
    has_begun: bool,
    channels: Vec<Vec<f32>>,
    stumbles: u32,
    has_ended: bool,
}

impl Decoder {
    /// Opens what a file holds. Without a length it is read from start to end and never gone back in.
    pub(super) fn open<B: Bytes>(
        bytes: B,
        length: Option<u64>,
        container: Container,
        selection: Selection,
    ) -> Result<(Self, Facts), Refusal> {
        let source = Box::new(Source { bytes, length });
        let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let opened = AssertUnwindSafe(|| {
            probe(container).probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        });
        let mut reader = catch_unwind(opened).map_err(|_| malformed("its header breaks the reader"))??;

        let mut facts = facts(&mut *reader);
        facts.track = match selection.track.pick(&facts.tracks) {
            Some(index) => index,
            None if facts.tracks.iter().all(|track| !track.is_default) => return Err(Refusal::NoSound),
            None => return Err(Refusal::NoTrack(facts.tracks)),
        };
        let described = &mut facts.tracks[facts.track];
        let track = reader.tracks().iter().find(|track| track.id == described.id).ok_or(Refusal::NoSound)?;
        facts.sound_length = nanos(track.time_base, track.duration);
        let (track, tick, lead_in, codec) = prepare(track, container)?;
        let params = codec.codec_params();
        facts.may_be_half = params.codec == CODEC_ID_AAC && params.sample_rate <= Some(FASTEST_CORE);
        described.sample_rate = params.sample_rate.unwrap_or(described.sample_rate);
        described.channels = channels(params).unwrap_or(described.channels);
        let width = if selection.sides && described.channels == 2 { 2 } else { 1 };
        let decoder = Self {
            container,
            reader,
            codec,
            track,
            width,
            tick,
            lead_in,
            primed: None,
            has_begun: false,
            channels: Vec::new(),
            stumbles: 0,
            has_ended: false,
        };
        Ok((decoder, facts))
    }

    /// Returns how many samples make a frame: 2 when the channels are kept apart, else 1.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// Reads on; a block of sound is put into `frames`.
    ///
    /// # Errors
    /// When the disk fails. After the end it only gives the end.
    pub(super) fn next(&mut self, frames: &mut Vec<f32>) -> io::Result<Next> {
        if self.has_ended {
            return Ok(Next::End { is_cut: false });
        }
        let packet = match catch_unwind(AssertUnwindSafe(|| self.reader.next_packet())) {
            Ok(Ok(Some(packet))) => packet,
            Ok(Ok(None)) => return Ok(self.end(false)),
            Ok(Err(Error::ResetRequired)) => return Ok(self.chained()),
            Ok(Err(Error::IoError(error))) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(self.end(true)),
            Ok(Err(Error::IoError(error))) => return Err(error),
            Ok(Err(Error::DecodeError(_))) if self.stumbles < MAX_STUMBLES => {
                self.stumbles += 1;
                return Ok(Next::Damage);
            }
            Ok(Err(_)) | Err(_) => return Ok(self.end(true)),
        };
        self.stumbles = 0;
        Ok(if packet.track_id == self.track { self.decode(&packet, frames) } else { Next::Nothing })
    }

    fn decode(&mut self, packet: &Packet, frames: &mut Vec<f32>) -> Next {
        frames.clear();
        // Without the trimming that the packet asks for: the media time says what is to be heard, and decoders
        // disagree about who trims.
        let whole = PacketRef::new(packet.track_id, packet.pts, packet.dur, &packet.data);
        let (codec, channels, width) = (&mut self.codec, &mut self.channels, self.width);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let buffer = codec.decode_ref(&whole)?;
            buffer.copy_to_vecs_planar(channels);
            arrange(channels, width, frames);
            Ok::<_, Error>(buffer.spec().rate())
        }));
        let rate = match outcome {
            Ok(Ok(rate)) => rate,
            Ok(Err(_)) => return Next::Damage,
            Err(_) => {
                self.codec.reset();
                return Next::Damage;
            }
        };
        let stated = self.tick.nanos(packet.pts.get());
        if frames.is_empty() {
            if self.container == Container::Matroska && !self.has_begun {
                self.primed = self.primed.or(Some(stated));
            }
            return Next::Nothing;
        }
        // Vorbis gives sound from its second packet on; WebM, unlike Ogg, counts from the first, and so do players.
        if let Some(primed) = self.primed.take() {
            self.lead_in = self.lead_in.saturating_add(stated.saturating_sub(primed));
        }
        self.has_begun = true;
        // A last packet is padded. One that would vanish as a whole is kept: then the declared length is wrong.
        let padding = self.tick.nanos(i64::try_from(packet.trim_end.get()).unwrap_or(i64::MAX));
        let padding = usize::try_from(frames_in(padding, rate)).unwrap_or(usize::MAX);
        let count = frames.len() / width;
        if padding < count {
            frames.truncate((count - padding) * width);
        }
        Next::Block { media: stated.saturating_sub(self.lead_in), rate }
    }

    /// Goes over to the next stream of a chained file.
    fn chained(&mut self) -> Next {
        let next = self.reader.first_track_known_codec(TrackType::Audio).map(|track| prepare(track, self.container));
        match next {
            Some(Ok((track, tick, lead_in, codec))) => {
                (self.track, self.tick, self.lead_in, self.codec) = (track, tick, lead_in, codec);
                (self.primed, self.has_begun) = (None, false);
                Next::Chained
            }
            // A stream without sound that is decoded: its packets belong to no known track and pass.
            _ => Next::Damage,
        }
    }

    fn end(&mut self, is_cut: bool) -> Next {
        self.has_ended = true;
        Next::End { is_cut }
    }
}

/// Chooses the readers that may look at a file, so that no other can mistake it for its own.
fn probe(container: Container) -> Probe {
    let mut probe = Probe::default();
    match container {
        Container::Mp4 | Container::QuickTime => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        Container::Matroska => probe.register_format::<formats::MkvReader<'_>>(),
        Container::Ogg => probe.register_format::<formats::OggReader<'_>>(),
        Container::Mp3 => probe.register_format::<formats::MpaReader<'_>>(),
        Container::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        Container::Wav | Container::Rf64 => probe.register_format::<formats::WavReader<'_>>(),
        Container::Aiff => probe.register_format::<formats::AiffReader<'_>>(),
        Container::Caf => probe.register_format::<formats::CafReader<'_>>(),
        Container::Adts => probe.register_format::<AdtsReader<'_>>(),
    }
    if matches!(container, Container::Mp3 | Container::Flac | Container::Adts) {
        probe.register_metadata::<Id3v2Reader<'_>>();
    }
    probe
}

/// Makes the decoder of a track; returns the track's number, tick and lead-in with it.
fn prepare(track: &Track, container: Container) -> Result<(u32, Tick, i64, Box<dyn AudioDecoder>), Refusal> {
    let Some(CodecParameters::Audio(params)) = &track.codec_params else { return Err(Refusal::NoSound) };
    let mut params = params.clone();
    if params.codec == CODEC_ID_OPUS {
        // The head only says how much to skip; the decoder would misread it in an mp4 and lose 20 ms.
        params.extra_data = None;
    }
    let mut missing_delay = 0;
    if params.codec == CODEC_ID_AAC
        && let Some(core) = params.extra_data.as_deref().and_then(core_of_he_aac)
    {
        params.extra_data = Some(core.into());
        missing_delay = SBR_DELAY;
    }
    let made = catch_unwind(AssertUnwindSafe(|| CODECS.make_audio_decoder(&params, &AudioDecoderOptions::default())));
    let decoder = match made {
        Ok(Ok(decoder)) => decoder,
        Ok(Err(Error::IoError(error))) if error.kind() != io::ErrorKind::UnexpectedEof => {
            return Err(Refusal::Io(error));
        }
        _ => return Err(Refusal::Codec(described(&params))),
    };
    let tick = match track.time_base {
        Some(base) => base.into(),
        None => Tick::of_rate(params.sample_rate.unwrap_or_default()),
    };
    // In these two the times of packets count the frames that the encoder put before the sound.
    let counts_delay = container == Container::Caf || (container == Container::Ogg && params.codec == CODEC_ID_OPUS);
    let delay = if counts_delay { track.delay.unwrap_or_default() } else { 0 };
    let rate = decoder.codec_params().sample_rate.or(params.sample_rate).unwrap_or_default();
    let lead_in = Tick::of_rate(rate).nanos(i64::from(delay) - missing_delay);
    Ok((track.id, tick, lead_in, decoder))
}

/// Returns the configuration of the AAC-LC core when a configuration is that of HE-AAC (ISO/IEC 14496-3 §1.6.2.1).
///
/// The core has half the sample rate, which is more than speech needs; what makes it "high efficiency" rides along in
/// elements that the decoder skips.
fn core_of_he_aac(config: &[u8]) -> Option<[u8; 2]> {
    const SBR: u8 = 5;
    const PS: u8 = 29;
    let &[first, second, ..] = config else { return None };
    let (object, rate, channels) = (first >> 3, (first & 7) << 1 | second >> 7, second >> 3 & 0xf);
    // A rate of 15 is spelt out in 24 bits; no encoder of HE-AAC does that.
    (matches!(object, SBR | PS) && rate < 15).then_some([2 << 3 | rate >> 1, (rate & 1) << 7 | channels << 3])
}

/// Puts the samples of some channels into frames of one sample, all channels mixed with equal shares, or of two.
fn arrange(channels: &[Vec<f32>], width: usize, frames: &mut Vec<f32>) {
    let share = 1.0 / f32::from(u16::try_from(channels.len().max(1)).unwrap_or(u16::MAX));
    let sound = |sample: f32| if sample.is_nan() { 0.0 } else { sample.clamp(-LOUDEST, LOUDEST) };
    match (channels, width) {
        ([left, right], 2) => {
            frames.extend(left.iter().zip(right).flat_map(|(&left, &right)| [sound(left), sound(right)]));
        }
        // What has not two channels in the middle of a stereo track is heard on both sides.
        (_, 2) => {
            arrange(channels, 1, frames);
            let mono = std::mem::take(frames);
            frames.extend(mono.iter().flat_map(|&sample| [sample; 2]));
        }
        ([], _) => {}
        ([only], _) => frames.extend(only.iter().map(|&sample| sound(sample))),
        ([left, right], _) => frames.extend(left.iter().zip(right).map(|(left, right)| sound((left + right) * share))),
        ([first, rest @ ..], _) => {
            frames.extend_from_slice(first);
            for channel in rest {
                for (sum, sample) in frames.iter_mut().zip(channel) {
                    *sum += sample;
                }
            }
            for sample in frames {
                *sample = sound(*sample * share);
            }
        }
    }
}

fn facts(reader: &mut dyn FormatReader) -> Facts {
    // Not the one that the container flags: Chromium plays the first of a WebM file whatever the flags say.
    let chosen = reader.first_track_known_codec(TrackType::Audio).map(|track| track.id);
    let mut facts = Facts::default();
    for track in reader.tracks() {
        match &track.codec_params {
            Some(CodecParameters::Audio(params)) => {
                let is_default = chosen == Some(track.id);
                facts.tracks.push(AudioTrack {
                    id: track.id,
                    codec: described(params),
                    sample_rate: params.sample_rate.unwrap_or_default(),
                    channels: channels(params).unwrap_or_default(),
                    language: language(track),
                    is_default,
                });
            }
            Some(CodecParameters::Video(_)) => facts.has_video = true,
            _ => {}
        }
    }
    let media = reader.media_info();
    facts.length = nanos(media.time_base, media.duration);
    (facts.title, facts.date) = tags(reader);
    facts
}

/// Returns a length in nanoseconds; a length of 0 is one that was never filled in.
fn nanos(base: Option<TimeBase>, length: Option<Duration>) -> Option<i64> {
    let ticks = i64::try_from(length?.get()).ok().filter(|&ticks| ticks > 0)?;
    Some(Tick::from(base?).nanos(ticks))
}

fn language(track: &Track) -> Option<Language> {
    let tag = track.language.as_deref()?;
    Language::from_tag(tag).filter(|&language| language != Language::UNKNOWN).map(Language::shortest)
}

/// Returns the title, and of all the dates in the tags the one most likely to be that of the recording.
fn tags(reader: &mut dyn FormatReader) -> (Option<String>, Option<String>) {
    let mut metadata = reader.metadata();
    let (mut title, mut date) = (None, None::<(u8, String)>);
    loop {
        for tag in metadata.current().iter().flat_map(|revision| &revision.media.tags) {
            let (rank, text) = match &tag.std {
                Some(StandardTag::TrackTitle(text)) => {
                    title = title.or_else(|| said(text));
                    continue;
                }
                Some(StandardTag::RecordingDate(text) | StandardTag::OriginalRecordingDate(text)) => (0, text),
                Some(StandardTag::ReleaseDate(text) | StandardTag::OriginalReleaseDate(text)) => (1, text),
                Some(StandardTag::DigitizedDate(text) | StandardTag::EncodingDate(text)) => (2, text),
                // What ffmpeg writes into Matroska; the reader puts `ALBUM@` before it.
                None if tag.raw.key.rsplit('@').next().is_some_and(|key| key.eq_ignore_ascii_case("DATE")) => {
                    match &tag.raw.value {
                        RawValue::String(text) => (0, text),
                        _ => continue,
                    }
                }
                _ => continue,
            };
            if let Some(text) = said(text)
                && date.as_ref().is_none_or(|&(best, _)| rank < best)
            {
                date = Some((rank, text));
            }
        }
        if metadata.pop().is_none() {
            return (title, date.map(|(_, text)| text));
        }
    }
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns the name of a codec as people use it.
fn described(params: &AudioCodecParameters) -> String {
    let name = name_of(params.codec);
    match channels(params) {
        Some(channels @ 3..) => format!("{name} with {channels} channels"),
        _ => name.to_owned(),
    }
}

fn channels(params: &AudioCodecParameters) -> Option<u16> {
    let channels = params.channels.as_ref()?;
    u16::try_from(channels.count()).ok()
}

fn name_of(codec: AudioCodecId) -> &'static str {
    match codec {
        CODEC_ID_NULL_AUDIO => "an unknown codec",
        CODEC_ID_AAC => "AAC",
        CODEC_ID_MP3 => "MP3",
        CODEC_ID_FLAC => "FLAC",
        CODEC_ID_ALAC => "ALAC",
        CODEC_ID_AC3 => "AC-3",
        CODEC_ID_EAC3 => "E-AC-3",
        CODEC_ID_AC4 => "AC-4",
        CODEC_ID_DCA => "DTS",
        CODEC_ID_TRUEHD => "TrueHD",
        CODEC_ID_WMA => "Windows Media Audio",
        CODEC_ID_SPEEX => "Speex",
        CODEC_ID_WAVPACK => "WavPack",
        _ => match CODECS.get_audio_decoder(codec).map(|known| known.codec.info.long_name) {
            Some(name) if name.starts_with("PCM") => "PCM",
            Some(name) => name,
            None => "an unusual codec",
        },
    }
}

fn malformed(what: &str) -> Refusal {
    Refusal::Malformed(what.to_owned())
}

impl From<TimeBase> for Tick {
    fn from(base: TimeBase) -> Self {
        Self { numerator: base.numer.get(), denominator: base.denom.get() }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => Self::Io(error),
            Error::IoError(_) => malformed("it ends inside its header"),
            error => Self::Malformed(error.to_string()),
        }
    }
}

/// Bytes that a decoder may keep.
pub(super) trait Bytes: io::Read + io::Seek + Send + Sync + 'static {}

impl<B: io::Read + io::Seek + Send + Sync + 'static> Bytes for B {}

/// Bytes as the demultiplexer wants them.
struct Source<B> {
    bytes: B,
    length: Option<u64>,
}

impl<B: Bytes> io::Read for Source<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl<B: Bytes> io::Seek for Source<B> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl<B: Bytes> MediaSource for Source<B> {
    fn is_seekable(&self) -> bool {
        self.length.is_some()
    }

    fn byte_len(&self) -> Option<u64> {
        self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_of_he_aac_is_found() {
        for (config, core) in [
            // HE-AAC: SBR over a core of 22.05 kHz with two channels, 44.1 kHz in all.
            (&[0x2b, 0x92, 0x08, 0x00][..], Some([0x13, 0x90])),
            // HE-AAC v2: parametric stereo over a core of 24 kHz with one channel.
            (&[0xeb, 0x09, 0x88, 0x00], Some([0x13, 0x08])),
            // AAC-LC at 48 kHz, a rate spelt out, nothing.
            (&[0x11, 0x90], None),
            (&[0x2f, 0x80, 0, 0, 0], None),
            (&[0x2b], None),
        ] {
            assert_eq!(core_of_he_aac(config), core, "{config:x?}");
        }
    }
}
