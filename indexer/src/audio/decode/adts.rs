//! An ADTS reader takes a raw stream of AAC apart, each frame of which states its rate and channels
//! (ISO/IEC 13818-7 §6.2).
//!
//! symphonia has one, too, which takes those of the first frame for those of all; in what was saved from a radio station
//! they change.

use std::io;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::errors::{Error, Result, SeekErrorKind};
use symphonia::core::formats::probe::{ProbeDataMatchSpec, ProbeFormatData, ProbeableFormat, Score, Scoreable};
use symphonia::core::formats::well_known::FORMAT_ID_ADTS;
use symphonia::core::formats::{FormatInfo, FormatOptions, FormatReader, MediaInfo, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::{MediaSource as _, MediaSourceStream, ReadBytes, ScopedStream, SeekBuffered};
use symphonia::core::meta::{Metadata, MetadataLog};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, TimeBase, Timestamp};

use crate::audio::container::adts_frame;

const INFO: FormatInfo = FormatInfo { format: FORMAT_ID_ADTS, short_name: "aac", long_name: "AAC stream (ADTS)" };

/// Bytes of a frame before its sound; a checksum takes two more.
const HEADER: usize = 7;

/// Samples of a frame.
const SAMPLES: Duration = Duration::new(1024);

/// The longest frame, which 13 bits can state, and the header behind it.
const LOOK: usize = (1 << 13) + HEADER;

/// How many frames tell the bit rate, from which the length of the whole is guessed: the first minute.
const MEASURED: u64 = 2800;

pub(super) struct AdtsReader<'s> {
    stream: MediaSourceStream<'s>,
    metadata: MetadataLog,
    media: MediaInfo,
    /// The one track, as the last frames state it.
    tracks: Vec<Track>,
    current: Kind,
    next: Timestamp,
}

/// What a frame states of its sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    rate: u32,
    /// 0 where the sound itself says it.
    channels: u16,
}

#[derive(Debug, Clone, Copy)]
struct Header {
    kind: Kind,
    /// Bytes behind the header.
    rest: usize,
    checksum: usize,
}

impl Header {
    fn of(bytes: [u8; HEADER]) -> Option<Self> {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
        let length = adts_frame(&bytes)?;
        let rate = *RATES.get(usize::from(bytes[2] >> 2 & 0xf))?;
        let channels = match (bytes[2] & 1) << 2 | bytes[3] >> 6 {
            7 => 8,
            channels => channels.into(),
        };
        let checksum = if bytes[1] & 1 == 0 { 2 } else { 0 };
        let rest = length.checked_sub(HEADER + checksum)? + checksum;
        Some(Self { kind: Kind { rate, channels }, rest, checksum })
    }

    /// Reads the next header, wherever it is; `None` at the end.
    fn read(stream: &mut impl ReadBytes) -> Result<Option<Self>> {
        let mut bytes = [0; HEADER];
        let mut read = stream.read_buf_exact(&mut bytes);
        while read.is_ok() {
            if let Some(header) = Self::of(bytes) {
                return Ok(Some(header));
            }
            bytes.rotate_left(1);
            read = stream.read_u8().map(|byte| bytes[HEADER - 1] = byte);
        }
        match read {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error.into()),
            _ => Ok(None),
        }
    }
}

impl<'s> AdtsReader<'s> {
    fn open(mut stream: MediaSourceStream<'s>, options: FormatOptions) -> Result<Self> {
        let nothing = Error::DecodeError("adts: no frames");
        stream.ensure_seekback_buffer(LOOK + HEADER);
        let start = stream.pos();
        let first = Header::read(&mut stream)?.ok_or(nothing)?;
        stream.seek_buffered(start);
        let mut reader = Self {
            metadata: options.external_data.metadata.unwrap_or_default(),
            media: MediaInfo::default(),
            tracks: vec![track(first.kind)],
            current: first.kind,
            next: Timestamp::new(0),
            stream,
        };
        reader.guess_length(start)?;
        Ok(reader)
    }

    /// Guesses the length by the first frames, and goes back to them.
    fn guess_length(&mut self, start: u64) -> Result<()> {
        let Some(end) = self.stream.byte_len().filter(|_| self.stream.is_seekable()) else { return Ok(()) };
        let mut frames = 0;
        while frames < MEASURED
            && let Some(header) = Header::read(&mut self.stream)?
            && self.stream.ignore_bytes(header.rest as u64).is_ok()
        {
            frames += 1;
        }
        let bytes = self.stream.pos().saturating_sub(start).max(1);
        let all = u128::from(frames) * u128::from(end.saturating_sub(start)) / u128::from(bytes);
        self.tracks[0]
            .with_duration(Duration::new(u64::try_from(all).unwrap_or(u64::MAX).saturating_mul(SAMPLES.get())));
        self.media = MediaInfo::from_track(&self.tracks[0]);
        io::Seek::seek(&mut self.stream, io::SeekFrom::Start(start))?;
        Ok(())
    }

    /// Returns whether behind this frame comes another of its kind: else it is damage that looks like one.
    fn is_followed(&mut self, header: Header) -> Result<bool> {
        let here = self.stream.pos();
        let mut next = [0; HEADER];
        let read = self.stream.ignore_bytes(header.rest as u64).and_then(|()| self.stream.read_buf_exact(&mut next));
        self.stream.seek_buffered(here);
        match read {
            Ok(()) => Ok(Header::of(next).is_some_and(|next| next.kind == header.kind)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn track(kind: Kind) -> Track {
    let mut params = AudioCodecParameters::new();
    params.for_codec(CODEC_ID_AAC).with_sample_rate(kind.rate);
    if kind.channels > 0 {
        params.with_channels(Channels::Discrete(kind.channels));
    }
    let mut track = Track::new(0);
    track.with_codec_params(CodecParameters::Audio(params));
    if let Some(base) = TimeBase::try_from_recip(kind.rate) {
        track.with_time_base(base);
    }
    track
}

impl FormatReader for AdtsReader<'_> {
    fn format_info(&self) -> &FormatInfo {
        &INFO
    }

    fn media_info(&self) -> &MediaInfo {
        &self.media
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.metadata.metadata()
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn seek(&mut self, _: SeekMode, _: SeekTo) -> Result<SeekedTo> {
        Err(Error::SeekError(SeekErrorKind::Unseekable))
    }

    fn next_packet(&mut self) -> Result<Option<Packet>> {
        while let Some(header) = Header::read(&mut self.stream)? {
            if header.kind == self.current {
                let at = self.next;
                let Some(next) = at.checked_add(SAMPLES) else { break };
                self.next = next;
                self.stream.ignore_bytes(header.checksum as u64)?;
                let data = self.stream.read_boxed_slice_exact(header.rest - header.checksum)?;
                return Ok(Some(Packet::new(0, at, SAMPLES, data)));
            }
            if self.is_followed(header)? {
                self.stream.seek_buffered_rev(HEADER);
                (self.current, self.next) = (header.kind, Timestamp::new(0));
                self.tracks = vec![track(header.kind)];
                return Err(Error::ResetRequired);
            }
            // A true one may begin inside.
            self.stream.seek_buffered_rev(HEADER - 1);
        }
        Ok(None)
    }

    fn into_inner<'s>(self: Box<Self>) -> MediaSourceStream<'s>
    where
        Self: 's,
    {
        self.stream
    }
}

impl Scoreable for AdtsReader<'_> {
    fn score(mut start: ScopedStream<&mut MediaSourceStream<'_>>) -> Result<Score> {
        let mut bytes = [0; HEADER];
        start.read_buf_exact(&mut bytes)?;
        Ok(if Header::of(bytes).is_some() { Score::Supported(255) } else { Score::Unsupported })
    }
}

impl ProbeableFormat<'_> for AdtsReader<'_> {
    fn try_probe_new(stream: MediaSourceStream<'_>, options: FormatOptions) -> Result<Box<dyn FormatReader + '_>> {
        Ok(Box::new(AdtsReader::open(stream, options)?))
    }

    fn probe_data() -> &'static [ProbeFormatData] {
        const MARKS: &[&[u8]] = &[&[0xff, 0xf1], &[0xff, 0xf0], &[0xff, 0xf9], &[0xff, 0xf8]];
        const SPEC: ProbeDataMatchSpec =
            ProbeDataMatchSpec { extensions: &["aac"], mime_types: &["audio/aac"], markers: MARKS };
        &[ProbeFormatData { spec: SPEC, info: INFO }]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use symphonia::core::io::MediaSourceStreamOptions;

    use super::*;

    /// A frame of 100 bytes, at one of the rates, with some channels.
    fn frame(rate: u8, channels: u8) -> [u8; 100] {
        let mut frame = [0; 100];
        frame[..HEADER].copy_from_slice(&[0xff, 0xf1, 0x40 | rate << 2, channels << 6, 0x0c, 0x9f, 0xfc]);
        frame
    }

    /// Returns the packets of a stream, as their times and lengths, and what is said when it changes.
    fn packets(bytes: Vec<u8>) -> Vec<String> {
        let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), MediaSourceStreamOptions::default());
        let mut reader = AdtsReader::open(stream, FormatOptions::default()).expect("a frame");
        let mut found = Vec::new();
        loop {
            match reader.next_packet() {
                Ok(Some(packet)) => found.push(format!("{} {}", packet.pts.get(), packet.data.len())),
                Err(Error::ResetRequired) => found.push(format!("{:?}", reader.current)),
                Ok(None) | Err(_) => return found,
            }
        }
    }

    #[test]
    fn frames_may_change_their_rate_but_damage_does_not() {
        let (usual, other) = (frame(4, 1), frame(3, 2));
        let damage = [&[0xff, 0xf1, 0, 7, 7], &other[..40]].concat();
        let bytes = [&usual[..], &usual, &damage, &usual, &other, &other, &other[..50]].concat();
        let expected =
            ["0 93", "1024 93", "2048 93", "Kind { rate: 48000, channels: 2 }", "0 93", "1024 93"].map(str::to_owned);
        assert_eq!(packets(bytes), expected);
    }
}
