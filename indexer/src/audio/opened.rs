//! An opened file is what is known of a media file before its sound is decoded: what its packets are read from, which
//! track is wanted, and how the times of its packets become those of the presentation.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::boxes::Boxes;
use super::choice::{Selection, TrackChoice};
use super::container::{Container, Foreign, Kind, sniff, untold};
use super::convert::{self, Picture};
use super::decode::{Decoder, Facts, Refusal};
use super::error::{MediaError, ShownPath};
use super::ffmpeg::{Contents, Ffmpeg};
use super::foreign;
use super::fragments::Fragments;
use super::info::AudioTrack;
use super::masked::{Masked, Patch};
use super::movie::Movie;
use super::timeline::{Part, Tick, Timeline};
use super::wave::Wave;

/// How a file is opened.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What is read of its sound.
    pub selection: Selection,
    /// What decodes the sound that is not decoded here; without it such a file is an error that says how to convert it.
    pub ffmpeg: Option<Ffmpeg>,
}

/// What is known of a file before its sound is decoded.
pub(super) struct Opened {
    /// What the packets are read from.
    pub container: Container,
    /// The container of the file as people call it.
    pub name: &'static str,
    pub decoder: Decoder,
    pub facts: Facts,
    pub timeline: Timeline,
    /// The declared end of the presented sound, for a container whose word can be trusted.
    pub due: Option<i64>,
    /// Whether the packets are not those of the file.
    pub is_foreign: bool,
}

/// Opens a file as what it is.
pub(super) fn open(path: &Path, options: &Options) -> Result<Opened, MediaError> {
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
    let rate = |facts: &Facts, track: Option<usize>| Some(facts.tracks.get(track?)?.sample_rate);
    match opened {
        Err(MediaError::Codec { .. }) => open_foreign(path, ffmpeg, container.name(), container.format(), selection),
        Ok(opened) if opened.facts.may_be_half => match ffmpeg.describe(path, container.format()) {
            // Half of what HE-AAC holds is better than none.
            Ok(Some(contents))
                if rate(&contents.facts, selection.track.pick(&contents.facts.tracks))
                    > rate(&opened.facts, Some(opened.facts.track)) =>
            {
                open_described(path, ffmpeg, container.name(), container.format(), contents, selection).or(Ok(opened))
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
        Some(contents) => open_described(path, ffmpeg, name, format, contents, selection),
        None => Err(damaged(path, format!("ffmpeg finds no {name} in it"))),
    }
}

fn open_described(
    path: &Path,
    ffmpeg: &Ffmpeg,
    name: &'static str,
    format: &str,
    mut contents: Contents,
    selection: Selection,
) -> Result<Opened, MediaError> {
    let io = |error| MediaError::io(path, error);
    let facts = &mut contents.facts;
    let Some(chosen) = selection.track.pick(&facts.tracks) else {
        let refusal = if facts.tracks.is_empty() {
            Refusal::NoSound
        } else {
            Refusal::NoTrack(std::mem::take(&mut facts.tracks))
        };
        return Err(refused(path, Container::Matroska, selection, refusal));
    };
    facts.track = chosen;
    let output = ffmpeg.decode(path, format, &contents).map_err(io)?;
    let facts = contents.facts;
    let track = &facts.tracks[chosen];
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
pub(super) fn open_file(path: &Path) -> Result<File, MediaError> {
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
        // MP3 says it only in its packets.
        let channels = if channels == 0 { track.channels } else { channels };
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

pub(super) fn damaged(path: &Path, detail: String) -> MediaError {
    MediaError::Damaged { path: ShownPath::new(path), detail }
}
