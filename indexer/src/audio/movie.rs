//! A movie is what an mp4 or mov file says about its tracks in `moov` (ISO/IEC 14496-12 §8).
//!
//! The decoder reads it, too, but drops the edit lists, without which sound lands up to seconds beside the picture.

use std::io::{self, Read, Seek};

use super::boxes::{Boxes, Head, u16_at, u32_at, u64_at};
use super::masked::Patch;
use super::timeline::{Jump, Part, Tick, Timeline};
use crate::recording::Language;

/// How many edits are read; players write fewer than ten.
const MAX_EDITS: u64 = 4096;

/// How many tracks are read.
const MAX_TRACKS: usize = 256;

/// `mdia` holds `minf`, which holds `stbl`; a hostile file could nest them until the stack ends.
const MEDIA_LEVELS: u8 = 3;

/// What `moov` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Movie {
    /// Ticks a second of `length` and of the edits.
    pub timescale: u32,
    /// The length of the presentation in ticks; 0 when it is not stated.
    pub length: u64,
    /// Whether sound follows in fragments (`mvex`).
    pub is_fragmented: bool,
    /// The tracks in file order.
    pub tracks: Vec<Track>,
    /// The length that the file would have if it were not cut off inside its last box.
    pub file_length: u64,
}

/// One track.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Track {
    pub id: u32,
    /// The handler: `soun`, `vide`, …
    pub handler: [u8; 4],
    pub is_enabled: bool,
    /// Ticks a second of the media.
    pub timescale: u32,
    /// The length of the media in ticks; 0 when it is not stated.
    pub length: u64,
    pub language: Option<Language>,
    /// The type of the first sample entry: `mp4a`, `Opus`, …
    pub codec: [u8; 4],
    pub channels: u16,
    pub sample_rate: u32,
    /// Frames at 48 kHz that an encoder of Opus put before the sound; it matters where no edit list leaves them out.
    pub pre_skip: u16,
    pub edits: Vec<Edit>,
    /// The sum of the durations in `stts`.
    pub counted: u64,
    /// Where the type of its `trak` and `trex` stands in the file.
    marks: Vec<u64>,
    /// The duration of a fragment's samples that state none (`trex`).
    pub default_duration: u32,
}

/// One entry of an edit list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// In ticks of the movie; 0 in a last edit means to the end of the media.
    pub length: u64,
    /// In ticks of the media; `None` when nothing is presented for this length.
    pub media: Option<u64>,
}

impl Movie {
    /// Returns the sound track that a player plays: the first that is enabled, better one whose codec is decoded.
    pub(super) fn default_sound(&self) -> Option<&Track> {
        let rank = |track: &&Track| (track.codec_name().1, track.is_enabled);
        // Of equals `max_by_key` takes the last.
        self.sounds().collect::<Vec<_>>().into_iter().rev().max_by_key(rank)
    }

    /// Returns the sound tracks in file order.
    pub(super) fn sounds(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().filter(|track| &track.handler == b"soun")
    }

    /// Returns whether there is a track of moving pictures.
    pub(super) fn has_video(&self) -> bool {
        self.tracks.iter().any(|track| &track.handler == b"vide")
    }

    /// Returns the stated length of the presentation in nanoseconds.
    pub(super) fn length_nanos(&self) -> Option<i64> {
        (self.length > 0 && self.timescale > 0).then(|| Tick::of_rate(self.timescale).nanos(signed(self.length)))
    }

    /// Returns the patches that hide all tracks but one from the decoder.
    pub(super) fn hide_all_but(&self, id: u32) -> Vec<Patch> {
        let hidden = self.tracks.iter().filter(|track| track.id != id);
        let mut patches =
            hidden.flat_map(|track| track.marks.iter().map(|&at| (at, b"free".to_vec()))).collect::<Vec<_>>();
        patches.sort_unstable();
        patches
    }

    /// Returns the timeline of a track, given where its fragments state their times.
    pub(super) fn timeline(&self, track: &Track, jumps: Vec<Jump>) -> Timeline {
        let (movie, media) = (Tick::of_rate(self.timescale), Tick::of_rate(track.timescale));
        let mut at = 0_i64;
        let mut parts = Vec::new();
        for (ordinal, edit) in track.edits.iter().enumerate() {
            let length = movie.nanos(signed(edit.length));
            let is_open = edit.length == 0 && ordinal + 1 == track.edits.len();
            if let Some(start) = edit.media
                && (length > 0 || is_open)
            {
                parts.push(Part { at, media: media.nanos(signed(start)), length: (!is_open).then_some(length) });
            }
            at = at.saturating_add(length);
        }
        if parts.is_empty() {
            // Only empty edits, or none: the media follows them from its start, or in the files of recorders in
            // browsers from where its encoder says that the sound begins.
            let media = if track.edits.is_empty() { Tick::of_rate(48_000).nanos(track.pre_skip.into()) } else { 0 };
            parts.push(Part { at, media, length: None });
        }
        Timeline::new(parts, jumps)
    }
}

impl Track {
    /// Returns the length of the media in nanoseconds, as its samples or else its header say; 0 for neither.
    pub(super) fn media_length(&self) -> i64 {
        let ticks = if self.counted > 0 { self.counted } else { self.length };
        Tick::of_rate(self.timescale).nanos(signed(ticks))
    }

    /// Returns the name of the codec as people use it, and whether it is one that is decoded (if not too unusual).
    pub(super) fn codec_name(&self) -> (String, bool) {
        let name = match &self.codec {
            b"mp4a" => "AAC",
            b"Opus" => "Opus",
            b"alac" => "ALAC",
            b"fLaC" => "FLAC",
            b".mp3" => "MP3",
            b"sowt" | b"twos" | b"lpcm" | b"in24" | b"in32" | b"fl32" | b"fl64" | b"raw " => "PCM",
            other => return (foreign_codec(*other), false),
        };
        (name.to_owned(), true)
    }
}

fn foreign_codec(codec: [u8; 4]) -> String {
    let name = match &codec {
        b"ulaw" => "mu-law PCM",
        b"alaw" => "A-law PCM",
        b"ac-3" => "AC-3",
        b"ec-3" => "E-AC-3",
        b"ac-4" => "AC-4",
        b"dtsc" | b"dtse" | b"dtsh" | b"dtsl" => "DTS",
        b"samr" | b"sawb" => "AMR",
        b"enca" => "an encrypted codec",
        b"QDM2" | b"QDMC" => "QDesign Music",
        b"apac" => "Apple Positional Audio",
        b"ima4" => "IMA ADPCM",
        other => return format!("the codec \"{}\"", other.escape_ascii()),
    };
    name.to_owned()
}

impl<R: Read + Seek> Boxes<R> {
    /// Returns what `moov` says; `None` when the file has none or was cut off inside it.
    pub(super) fn movie(&mut self) -> io::Result<Option<Movie>> {
        let file = self.file();
        let mut movie = None;
        let mut file_length = file.end;
        let mut at = file.body;
        while let Some(head) = self.child(&file, &mut at)? {
            if let Some(length) = head.missing {
                file_length = file.end.saturating_add(length);
            } else if &head.kind == b"moov" && movie.is_none() {
                movie = Some(self.moov(&head)?);
            }
        }
        Ok(movie.map(|movie| Movie { file_length, ..movie }))
    }

    fn moov(&mut self, moov: &Head) -> io::Result<Movie> {
        let mut movie = Movie { timescale: 0, length: 0, is_fragmented: false, tracks: Vec::new(), file_length: 0 };
        let mut defaults = Vec::new();
        let mut at = moov.body;
        while let Some(head) = self.child(moov, &mut at)? {
            match &head.kind {
                b"mvhd" => (movie.timescale, movie.length, _) = self.times(&head)?,
                b"trak" if movie.tracks.len() < MAX_TRACKS => {
                    let track = self.trak(&head)?;
                    movie.tracks.push(track);
                }
                b"mvex" => {
                    movie.is_fragmented = true;
                    let mut inside = head.body;
                    while let Some(child) = self.child(&head, &mut inside)? {
                        if &child.kind == b"trex" && defaults.len() < MAX_TRACKS {
                            let fields = self.bytes::<16>(&child, 0)?;
                            defaults.push((u32_at(&fields, 4), u32_at(&fields, 12), child.start + 4));
                        }
                    }
                }
                _ => {}
            }
        }
        for (id, duration, mark) in defaults {
            for track in movie.tracks.iter_mut().filter(|track| track.id == id) {
                track.default_duration = duration;
                track.marks.push(mark);
            }
        }
        Ok(movie)
    }

    fn trak(&mut self, outer: &Head) -> io::Result<Track> {
        let mut track = Track { marks: vec![outer.start + 4], ..Track::default() };
        let mut at = outer.body;
        while let Some(head) = self.child(outer, &mut at)? {
            match &head.kind {
                b"tkhd" => {
                    let fields = self.bytes::<24>(&head, 0)?;
                    track.is_enabled = fields[3] & 1 != 0;
                    track.id = u32_at(&fields, if fields[0] == 1 { 20 } else { 12 });
                }
                b"edts" => {
                    let mut inside = head.body;
                    while let Some(child) = self.child(&head, &mut inside)? {
                        if &child.kind == b"elst" {
                            track.edits = self.elst(&child)?;
                        }
                    }
                }
                b"mdia" => self.media(&head, &mut track, MEDIA_LEVELS)?,
                _ => {}
            }
        }
        Ok(track)
    }

    /// Reads `mdia` and what lies in it on some levels.
    fn media(&mut self, outer: &Head, track: &mut Track, levels: u8) -> io::Result<()> {
        let mut at = outer.body;
        while let Some(head) = self.child(outer, &mut at)? {
            match &head.kind {
                b"mdhd" => {
                    let language;
                    (track.timescale, track.length, language) = self.times(&head)?;
                    track.language = packed_language(language);
                }
                // QuickTime has another one in `minf`, which says how the data is found.
                b"hdlr" if levels == MEDIA_LEVELS => track.handler.copy_from_slice(&self.bytes::<12>(&head, 0)?[8..]),
                b"minf" | b"stbl" if levels > 1 => self.media(&head, track, levels - 1)?,
                b"stts" => track.counted = self.stts(&head)?,
                b"stsd" => {
                    /// Where the boxes of the first sample entry begin.
                    const ENTRY: usize = 44;
                    let entry = self.bytes::<ENTRY>(&head, 0)?;
                    track.codec.copy_from_slice(&entry[12..16]);
                    track.channels = u16_at(&entry, 32);
                    track.sample_rate = u32_at(&entry, 40) >> 16;
                    let mut inside = head.body + ENTRY as u64;
                    while &track.codec == b"Opus"
                        && let Some(child) = self.child(&head, &mut inside)?
                    {
                        // "Encapsulation of Opus in ISO Base Media File Format" §4.3.2.
                        if &child.kind == b"dOps" {
                            track.pre_skip = u16_at(&self.bytes::<4>(&child, 0)?, 2);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads what `mvhd` and `mdhd` have in common: timescale, length, and the 16 bits behind them.
    fn times(&mut self, head: &Head) -> io::Result<(u32, u64, u16)> {
        let fields = self.bytes::<36>(head, 0)?;
        Ok(if fields[0] == 1 {
            (u32_at(&fields, 20), known(u64_at(&fields, 24), u64::MAX), u16_at(&fields, 32))
        } else {
            (u32_at(&fields, 12), known(u32_at(&fields, 16).into(), u32::MAX.into()), u16_at(&fields, 20))
        })
    }

    fn elst(&mut self, head: &Head) -> io::Result<Vec<Edit>> {
        let fields = self.bytes::<8>(head, 0)?;
        let is_long = fields[0] == 1;
        let size = if is_long { 20 } else { 12 };
        let count = u64::from(u32_at(&fields, 4)).min(head.size().saturating_sub(8) / size).min(MAX_EDITS);
        let mut edits = Vec::new();
        for ordinal in 0..count {
            let entry = self.bytes::<16>(head, 8 + ordinal * size)?;
            let (length, media) = if is_long {
                (u64_at(&entry, 0), u64_at(&entry, 8).cast_signed())
            } else {
                (u32_at(&entry, 0).into(), u32_at(&entry, 4).cast_signed().into())
            };
            edits.push(Edit { length, media: u64::try_from(media).ok() });
        }
        Ok(edits)
    }

    fn stts(&mut self, head: &Head) -> io::Result<u64> {
        let fields = self.bytes::<8>(head, 0)?;
        let count = u64::from(u32_at(&fields, 4)).min(head.size().saturating_sub(8) / 8);
        let mut sum = 0_u64;
        for ordinal in 0..count {
            let entry = self.bytes::<8>(head, 8 + ordinal * 8)?;
            let duration = u64::from(u32_at(&entry, 0)).saturating_mul(u32_at(&entry, 4).into());
            sum = sum.saturating_add(duration);
        }
        Ok(sum)
    }
}

/// Ticks as signed; what does not fit is as good as endless.
pub(super) fn signed(ticks: u64) -> i64 {
    i64::try_from(ticks).unwrap_or(i64::MAX)
}

/// All bits set means that a length is not known.
const fn known(length: u64, unknown: u64) -> u64 {
    if length == unknown { 0 } else { length }
}

/// Reads three letters of five bits each (ISO/IEC 14496-12 §8.4.2.3); `und` is none.
fn packed_language(packed: u16) -> Option<Language> {
    let letters = [packed >> 10, packed >> 5, packed].map(|bits| u8::try_from(bits & 0x1f).unwrap_or(0) + 0x60);
    let tag = std::str::from_utf8(&letters).ok()?;
    Language::from_tag(tag).filter(|&language| language != Language::UNKNOWN).map(Language::shortest)
}

#[cfg(test)]
mod tests;
