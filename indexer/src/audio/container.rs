//! A container is the file format around the sound, known by the first bytes and never by the file's name.

use std::io::{self, Read, Seek, SeekFrom};

/// How many bytes are looked at: enough to find three frames of the longest mp3 behind some padding.
const LOOK: usize = 64 * 1024;

/// How many ID3 tags may stand before the sound. Taggers that do not know each other have been seen to stack two.
const MAX_TAGS: usize = 8;

/// A container whose sound is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Mp4,
    QuickTime,
    Matroska,
    Ogg,
    Mp3,
    Flac,
    Wav,
    Rf64,
    Aiff,
    Caf,
    Adts,
}

impl Container {
    /// Returns the name as people use it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "MP4",
            Self::QuickTime => "QuickTime",
            Self::Matroska => "WebM/Matroska",
            Self::Ogg => "Ogg",
            Self::Mp3 => "MP3",
            Self::Flac => "FLAC",
            Self::Wav => "WAV",
            Self::Rf64 => "RF64",
            Self::Aiff => "AIFF",
            Self::Caf => "CAF",
            Self::Adts => "AAC",
        }
    }

    /// Returns what ffmpeg calls it.
    pub(super) const fn format(self) -> &'static str {
        match self {
            Self::Mp4 | Self::QuickTime => "mov",
            Self::Matroska => "matroska",
            Self::Ogg => "ogg",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Wav | Self::Rf64 => "wav",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Adts => "aac",
        }
    }

    /// Returns whether the file consists of the boxes of ISO/IEC 14496-12.
    pub(super) const fn has_boxes(self) -> bool {
        matches!(self, Self::Mp4 | Self::QuickTime)
    }
}

/// A container that only an ffmpeg takes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The name with its article.
    pub name: &'static str,
    /// What ffmpeg calls it; nothing where there is no sound to be had.
    pub format: Option<&'static str>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A container whose sound is decoded.
    Known(Container),
    /// Sound or video that is not decoded here.
    Foreign(Foreign),
    /// Something else, named with its article.
    Other(&'static str),
}

const fn foreign(name: &'static str, format: &'static str) -> Kind {
    Kind::Foreign(Foreign { name, format: Some(format) })
}

const fn mute(name: &'static str) -> Kind {
    Kind::Foreign(Foreign { name, format: None })
}

/// Looks at the first bytes of a file, behind any ID3 tags, and returns them with what they are.
pub(super) fn sniff(file: &mut (impl Read + Seek)) -> io::Result<(Kind, Vec<u8>)> {
    let mut start = 0;
    let mut bytes = Vec::with_capacity(LOOK);
    for _ in 0..MAX_TAGS {
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        file.by_ref().take(LOOK as u64).read_to_end(&mut bytes)?;
        match id3_length(&bytes) {
            Some(length) => start += length,
            None => break,
        }
    }
    let kind = match kind(&bytes) {
        Kind::Other(_) if start > 0 && bytes.is_empty() => Kind::Other("an ID3 tag without sound"),
        // Behind a tag stands sound, even when it begins with damage.
        Kind::Other(_) if start > 0 => Kind::Known(Container::Mp3),
        kind => kind,
    };
    Ok((kind, bytes))
}

/// Returns a codec that the demultiplexer does not know at all, and a title that it does not tell, both found in the
/// first bytes of a file.
pub(super) fn untold(container: Container, bytes: &[u8]) -> (Option<String>, Option<String>) {
    match container {
        Container::Ogg => (bytes.windows(8).any(|mark| mark == b"Speex   ").then(|| "Speex".to_owned()), None),
        Container::Matroska => (
            ebml_text(bytes, &[0x86], |text| text.starts_with("A_")).map(|name| format!("the codec {name}")),
            ebml_text(bytes, &[0x7b, 0xa9], |text| !text.trim().is_empty()),
        ),
        _ => (None, None),
    }
}

/// Finds the first element of text with some ID (RFC 9559: `CodecID` 0x86, Title 0x7BA9) whose length has one byte.
fn ebml_text(bytes: &[u8], id: &[u8], is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    bytes.windows(id.len() + 1).enumerate().filter(|(_, window)| window.starts_with(id)).find_map(|(at, window)| {
        let length = usize::from(window[id.len()].checked_sub(0x80)?);
        let start = at + window.len();
        let text = std::str::from_utf8(bytes.get(start..start + length)?).ok()?;
        (is_wanted(text) && !text.chars().any(char::is_control)).then(|| text.to_owned())
    })
}

/// Returns the length of an `ID3v2` tag at the start, header and footer included (`ID3v2.4.0` §3.1).
fn id3_length(bytes: &[u8]) -> Option<u64> {
    let [b'I', b'D', b'3', major, _, flags, size @ ..] = bytes.first_chunk::<10>()? else { return None };
    if *major == 0xff || size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let size = size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + size + footer)
}

/// Returns what the first bytes of a file say that it is.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    boxes(bytes)
        .or_else(|| chunks(bytes))
        .or_else(|| magic(bytes))
        // Before the frames: a transport stream is full of bytes that look like them.
        .or_else(|| is_transport_stream(bytes).then_some(foreign("an MPEG transport stream", "mpegts")))
        .or_else(|| frames(bytes).map(Kind::Known))
        .unwrap_or_else(|| Kind::Other(describe(bytes)))
}

/// Recognises the boxes of ISO/IEC 14496-12 and of `QuickTime`, and the pictures that use them too.
fn boxes(bytes: &[u8]) -> Option<Kind> {
    match bytes.get(4..8)? {
        b"ftyp" => Some(match bytes.get(8..12)? {
            b"qt  " => Kind::Known(Container::QuickTime),
            b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx " => Kind::Other("a picture"),
            _ => Kind::Known(Container::Mp4),
        }),
        b"styp" | b"moof" | b"sidx" => Some(Kind::Known(Container::Mp4)),
        b"moov" | b"mdat" | b"wide" | b"pnot" => Some(Kind::Known(Container::QuickTime)),
        b"free" | b"skip" if bytes.len() > 16 => Some(Kind::Known(Container::QuickTime)),
        b"jP  " => Some(Kind::Other("a picture")),
        _ => None,
    }
}

/// Recognises the RIFF and IFF families, whose form stands at byte 8.
fn chunks(bytes: &[u8]) -> Option<Kind> {
    Some(match (bytes.get(..4)?, bytes.get(8..12)?) {
        (b"RIFF", b"WAVE") => Kind::Known(Container::Wav),
        (b"RF64" | b"BW64", b"WAVE") => Kind::Known(Container::Rf64),
        (b"FORM", b"AIFF" | b"AIFC") => Kind::Known(Container::Aiff),
        (b"RIFF" | b"RF64", b"AVI " | b"AVIX") => foreign("an AVI video", "avi"),
        (b"RIFF", b"WEBP") => Kind::Other("a picture"),
        (b"RIFF", b"RMID") => mute("a MIDI file"),
        _ => return None,
    })
}

/// Recognises the formats that begin with a fixed mark.
fn magic(bytes: &[u8]) -> Option<Kind> {
    use Container::{Caf, Flac, Matroska, Ogg};
    const MARKS: [(&[u8], Kind); 37] = [
        (b"\x1a\x45\xdf\xa3", Kind::Known(Matroska)),
        (b"OggS", Kind::Known(Ogg)),
        (b"fLaC", Kind::Known(Flac)),
        (b"caff", Kind::Known(Caf)),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", foreign("a Windows Media file", "asf")),
        (b"FLV\x01", foreign("a Flash video", "flv")),
        (b"#!AMR", foreign("an AMR voice recording", "amr")),
        (b"\x00\x00\x01\xba", foreign("an MPEG program stream", "mpeg")),
        (b"\x00\x00\x01\xb3", mute("an MPEG video without sound")),
        (b".RMF", foreign("a RealMedia file", "rm")),
        (b"MAC ", foreign("a Monkey's Audio file", "ape")),
        (b"wvPk", foreign("a WavPack file", "wv")),
        (b"\x0b\x77", foreign("an AC-3 stream", "ac3")),
        (b"\x7f\xfe\x80\x01", foreign("a DTS stream", "dts")),
        (b".snd", foreign("a Sun audio file", "au")),
        (b"riff\x2e\x91\xcf\x11", foreign("a Wave64 file", "w64")),
        (b"MThd", mute("a MIDI file")),
        (b"\x89PNG", Kind::Other("a picture")),
        (b"\xff\xd8\xff", Kind::Other("a picture")),
        (b"GIF8", Kind::Other("a picture")),
        (b"II*\0", Kind::Other("a picture")),
        (b"MM\0*", Kind::Other("a picture")),
        (b"8BPS", Kind::Other("a picture")),
        (b"%PDF", Kind::Other("a PDF document")),
        (b"PK\x03\x04", Kind::Other("a ZIP archive or an office document")),
        (b"\xd0\xcf\x11\xe0", Kind::Other("an office document")),
        (b"\x1f\x8b", Kind::Other("a compressed archive")),
        (b"7z\xbc\xaf", Kind::Other("a compressed archive")),
        (b"Rar!", Kind::Other("a compressed archive")),
        (b"\xfd7zXZ", Kind::Other("a compressed archive")),
        (b"\x28\xb5\x2f\xfd", Kind::Other("a compressed archive")),
        (b"\x7fELF", Kind::Other("a program")),
        (b"MZ", Kind::Other("a program")),
        (b"SQLite format 3", Kind::Other("a database")),
        (b"{\\rtf", Kind::Other("a text document")),
        (b"WEBVTT", Kind::Other("captions")),
        (b"GGUF", Kind::Other("a model")),
    ];
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|&(_, kind)| kind)
}

/// Recognises the packets of ISO/IEC 13818-1: a 0x47 every 188 bytes; 192 on Blu-ray and AVCHD, 204 off the air.
fn is_transport_stream(bytes: &[u8]) -> bool {
    /// What was cut out of a broadcast begins anywhere; then it takes this many marks to rule out chance.
    const MARKS: usize = 8;
    [188, 192, 204].into_iter().any(|distance| {
        (0..distance).any(|first| {
            let mut marks = bytes.iter().skip(first).step_by(distance).take(MARKS);
            let is_whole = first == 0 || (first, distance) == (4, 192);
            marks.len() >= if is_whole { 3 } else { MARKS } && marks.all(|&mark| mark == 0x47)
        })
    })
}

/// Recognises a run of MPEG audio or ADTS frames: three headers, each where the one before it says.
fn frames(bytes: &[u8]) -> Option<Container> {
    let starts = (0..bytes.len().saturating_sub(1)).filter(|&at| bytes[at] == 0xff && bytes[at + 1] & 0xe0 == 0xe0);
    starts.into_iter().find_map(|start| {
        for (container, length) in
            [(Container::Mp3, mpeg_frame as fn(&[u8]) -> Option<usize>), (Container::Adts, adts_frame)]
        {
            let mut at = start;
            let mut found = 0;
            while found < 3
                && let Some(length) = bytes.get(at..).and_then(length)
            {
                at += length;
                found += 1;
            }
            // A file with fewer frames is accepted when it is nothing but frames.
            if found == 3 || (found > 0 && start == 0 && at == bytes.len()) {
                return Some(container);
            }
        }
        None
    })
}

/// Returns the length of the MPEG audio layer III frame that starts here (ISO/IEC 11172-3 §2.4.1.3, 13818-3).
fn mpeg_frame(bytes: &[u8]) -> Option<usize> {
    const VERSION_1: [usize; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
    const VERSION_2: [usize; 16] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
    let &[sync, first, second, _] = bytes.first_chunk::<4>()?;
    let is_layer_3 = first & 0b0110 == 0b0010;
    if sync != 0xff || first & 0xe0 != 0xe0 || !is_layer_3 {
        return None;
    }
    let (bit_rates, divisor, per_frame) = match first >> 3 & 3 {
        3 => (VERSION_1, 1, 144),
        2 => (VERSION_2, 2, 72),
        0 => (VERSION_2, 4, 72),
        _ => return None,
    };
    let rate = [44_100, 48_000, 32_000].get(usize::from(second >> 2 & 3))? / divisor;
    let bit_rate = bit_rates[usize::from(second >> 4)] * 1000;
    let padding = usize::from(second >> 1 & 1);
    (bit_rate > 0).then(|| per_frame * bit_rate / rate + padding)
}

/// Returns the length of the ADTS frame that starts here (ISO/IEC 13818-7 §6.2).
pub(super) fn adts_frame(bytes: &[u8]) -> Option<usize> {
    let header = bytes.first_chunk::<7>()?;
    let has_rate = header[2] >> 2 & 0xf < 13;
    if header[0] != 0xff || header[1] & 0xf6 != 0xf0 || !has_rate {
        return None;
    }
    let length = usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5] >> 5);
    (length > 7).then_some(length)
}

/// Says what bytes look like that are no sound.
fn describe(bytes: &[u8]) -> &'static str {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // The look may have ended inside a character.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    let is_printed = |text: &str| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    match text {
        _ if bytes.iter().all(|&byte| byte == 0) => "a file of zero bytes (was it copied to the end?)",
        Some(text) if is_printed(text) => {
            let start = text.trim_start().get(..9).unwrap_or_default().to_ascii_lowercase();
            if start.starts_with("<!doctype") || start.starts_with("<html") {
                "a web page (was the right link saved?)"
            } else {
                "text"
            }
        }
        _ => "nothing that is known",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn sniffed(bytes: impl AsRef<[u8]>) -> Kind {
        sniff(&mut Cursor::new(bytes.as_ref())).expect("memory can be read").0
    }

    fn mp3(frames: usize) -> Vec<u8> {
        // MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(b"\xff\xfb\x90\x64");
        frame.repeat(frames)
    }

    fn adts(frames: usize) -> Vec<u8> {
        let mut frame = [0; 100];
        frame[..7].copy_from_slice(&[0xff, 0xf1, 0x50, 0x80, 0x0c, 0x9f, 0xfc]);
        frame.repeat(frames)
    }

    fn transport_stream(lead: usize, distance: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; lead];
        for _ in 0..20 {
            let mut packet = vec![0xff; distance];
            packet[0] = 0x47;
            packet[20..22].copy_from_slice(&[0xff, 0xf1]);
            bytes.extend(packet);
        }
        bytes
    }

    fn tagged(tag: usize, sound: &[u8]) -> Vec<u8> {
        let size = [tag >> 21, tag >> 14, tag >> 7, tag].map(|bits| u8::try_from(bits & 0x7f).expect("7 bits"));
        let mut bytes = [b"ID3\x04\0\0".as_slice(), &size].concat();
        bytes.resize(10 + tag, 0xff);
        bytes.extend(sound);
        bytes
    }

    #[test]
    fn containers_are_known_by_their_bytes() {
        use Container::*;
        let rows: [(&[u8], Container); 12] = [
            (b"\0\0\0\x20ftypisom\0\0\x02\0", Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", QuickTime),
            (b"\0\0\0\x08wide\0\0\0\x10mdat", QuickTime),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81", Matroska),
            (b"OggS\0\x02\0\0", Ogg),
            (b"fLaC\0\0\0\x22", Flac),
            (b"RIFF\x24\0\0\0WAVEfmt ", Wav),
            (b"RF64\xff\xff\xff\xffWAVEds64", Rf64),
            (b"FORM\0\0\0\0AIFCFVER", Aiff),
            (b"caff\0\x01\0\0", Caf),
            (&mp3(3), Mp3),
            (&adts(3), Adts),
        ];
        for (bytes, container) in rows {
            assert_eq!(sniffed(bytes), Kind::Known(container), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn tags_and_padding_before_the_sound_are_skipped() {
        for (bytes, container) in [
            (tagged(200_000, &mp3(4)), Container::Mp3),
            (tagged(300, &tagged(70_000, &mp3(4))), Container::Mp3),
            (tagged(1000, &adts(4)), Container::Adts),
            (tagged(1000, b"fLaC\0\0\0\x22"), Container::Flac),
            ([vec![0; 5000], mp3(4)].concat(), Container::Mp3),
            (mp3(1), Container::Mp3),
        ] {
            assert_eq!(sniffed(bytes), Kind::Known(container));
        }
        assert_eq!(sniffed(tagged(1000, b"")), Kind::Other("an ID3 tag without sound"));
    }

    #[test]
    fn what_is_not_decoded_is_named() {
        for (bytes, name) in [
            (transport_stream(0, 188), "an MPEG transport stream"),
            (transport_stream(4, 192), "an MPEG transport stream"),
            (transport_stream(0, 204), "an MPEG transport stream"),
            (transport_stream(0, 188)[77..].to_vec(), "an MPEG transport stream"),
            (b"RIFF\x24\0\0\0AVI LIST".to_vec(), "an AVI video"),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9".to_vec(), "a Windows Media file"),
            (b"FLV\x01\x05".to_vec(), "a Flash video"),
            (b"#!AMR\n".to_vec(), "an AMR voice recording"),
        ] {
            assert!(matches!(sniffed(bytes), Kind::Foreign(foreign) if foreign.name == name), "{name}");
        }
        for (bytes, name) in [
            (b"\x89PNG\r\n\x1a\n".to_vec(), "a picture"),
            (b"\0\0\0\x1cftypheic".to_vec(), "a picture"),
            (b"%PDF-1.7".to_vec(), "a PDF document"),
            (b"PK\x03\x04\x14\0".to_vec(), "a ZIP archive or an office document"),
            ("hej då, Ann\n".into(), "text"),
            (b"  <!DOCTYPE html><title>404".to_vec(), "a web page (was the right link saved?)"),
            (vec![0; 100_000], "a file of zero bytes (was it copied to the end?)"),
            (b"\x01\x02\x03\x04\x05\xf0\xff".to_vec(), "nothing that is known"),
            ("å".repeat(40_000).into_bytes()[1..].to_vec(), "nothing that is known"),
            ("aå".repeat(40_000).into_bytes(), "text"),
        ] {
            assert_eq!(sniffed(bytes), Kind::Other(name));
        }
    }

    #[test]
    fn what_the_demultiplexer_does_not_tell_is_found() {
        let matroska = b"\x1a\x45\xdf\xa3\x7b\xa9\x83Ann\x86\x88V_MPEG4/\x86\x88A_MS/ACM\x86\xff";
        let untold = untold(Container::Matroska, matroska);
        assert_eq!(untold, (Some("the codec A_MS/ACM".to_owned()), Some("Ann".to_owned())));
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            sniffed(&bytes);
            untold(Container::Matroska, &bytes);
        }

        #[test]
        fn random_bytes_are_not_taken_for_sound(bytes in proptest::collection::vec(any::<u8>(), 2000..4000)) {
            // The fixed marks are at least two bytes and may come up; three linked frames may not.
            prop_assert_eq!(frames(&bytes), None);
        }
    }
}
