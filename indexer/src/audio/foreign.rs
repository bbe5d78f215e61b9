//! The codec of the sound in a container that is not taken apart here, so that a message can name it.
//!
//! Each format is looked at only as far as its first mention of a codec; what is not found is not named.

/// Returns the codec of the sound in a file of a format, as ffmpeg calls formats, from its first bytes.
pub(super) fn codec(format: &str, start: &[u8]) -> Option<&'static str> {
    match format {
        "avi" => avi(start),
        "asf" => asf(start),
        "flv" => flv(start),
        "mpegts" => transport_stream(start),
        "mpeg" => program_stream(start),
        _ => None,
    }
}

/// Names a format tag of RIFF, which Windows Media uses, too (RFC 2361).
const fn tagged(tag: u16) -> Option<&'static str> {
    Some(match tag {
        0x01 | 0x03 => "PCM",
        0x02 | 0x11 => "ADPCM",
        0x06 => "A-law PCM",
        0x07 => "mu-law PCM",
        0x50 => "MP2",
        0x55 => "MP3",
        0xff | 0x1600 => "AAC",
        0x0a | 0x160..=0x163 => "Windows Media Audio",
        0x2000 => "AC-3",
        0x2001 => "DTS",
        _ => return None,
    })
}

fn u16_le(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// The header of a stream of sound is followed by its format (`strh`, `strf`).
fn avi(bytes: &[u8]) -> Option<&'static str> {
    let sound = bytes.get(find(bytes, b"auds")?..)?;
    tagged(u16_le(sound, find(sound, b"strf")? + 8)?)
}

/// The properties of a stream of sound: its type, 38 bytes of other properties, its format (ASF specification §3.3).
fn asf(bytes: &[u8]) -> Option<&'static str> {
    const SOUND: [u8; 16] = *b"\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b";
    tagged(u16_le(bytes, find(bytes, &SOUND)? + 16 + 38)?)
}

/// The first tag of sound names its format in four bits (Video File Format Specification 10.1, §E.4.2).
fn flv(bytes: &[u8]) -> Option<&'static str> {
    const SOUND: u8 = 8;
    let mut rest = bytes.get(9 + 4..)?;
    loop {
        let head = rest.first_chunk::<12>()?;
        if head[0] & 0x1f == SOUND {
            return Some(match head[11] >> 4 {
                0 | 3 => "PCM",
                1 => "ADPCM",
                2 | 14 => "MP3",
                4..=6 => "Nellymoser",
                7 => "A-law PCM",
                8 => "mu-law PCM",
                10 => "AAC",
                11 => "Speex",
                _ => return None,
            });
        }
        let length = u32::from_be_bytes([0, head[1], head[2], head[3]]);
        rest = rest.get(usize::try_from(length).ok()?.checked_add(11 + 4)?..)?;
    }
}

/// The map of a program lists a type for each of its streams (ISO/IEC 13818-1 §2.4.4.8).
fn transport_stream(bytes: &[u8]) -> Option<&'static str> {
    const MAP: u8 = 2;
    let first = bytes.iter().position(|&byte| byte == 0x47)?;
    // With stamps or without: what lies between two packets is skipped by looking for the next mark.
    bytes.get(first..)?.windows(188).filter(|packet| packet[0] == 0x47 && packet[1] & 0x40 != 0).find_map(|packet| {
        let has_adaptation = packet[3] & 0x20 != 0;
        let payload = packet.get(if has_adaptation { 5 + usize::from(packet[4]) } else { 4 }..)?;
        let section = payload.get(1 + usize::from(*payload.first()?)..)?;
        if *section.first()? != MAP {
            return None;
        }
        let twelve_bits = |bytes: &[u8]| usize::from(bytes[0] & 0xf) << 8 | usize::from(bytes[1]);
        let end = (3 + twelve_bits(section.get(1..3)?)).checked_sub(4)?;
        let mut streams = section.get(12 + twelve_bits(section.get(10..12)?)..end.min(section.len()))?;
        while let Some(stream) = streams.first_chunk::<5>() {
            let about = streams.get(5..5 + twelve_bits(&stream[3..]))?;
            if let Some(name) = stream_type(stream[0], about) {
                return Some(name);
            }
            streams = &streams[5 + about.len()..];
        }
        None
    })
}

fn stream_type(kind: u8, about: &[u8]) -> Option<&'static str> {
    const PRIVATE: u8 = 6;
    Some(match kind {
        3 | 4 => "MPEG audio",
        0x0f | 0x11 => "AAC",
        0x81 => "AC-3",
        0x82 | 0x85 => "DTS",
        0x87 => "E-AC-3",
        // Broadcasters in Europe name it by a descriptor (ETSI EN 300 468 §6.1).
        PRIVATE if about.first() == Some(&0x6a) => "AC-3",
        PRIVATE if about.first() == Some(&0x7a) => "E-AC-3",
        _ => return None,
    })
}

/// A packet of sound is one of MPEG audio, or a private one that names its codec after its header (ISO/IEC 13818-1
/// §2.4.3.7, DVD).
fn program_stream(bytes: &[u8]) -> Option<&'static str> {
    const PRIVATE: u8 = 0xbd;
    bytes.windows(10).enumerate().filter(|(_, window)| window.starts_with(&[0, 0, 1])).find_map(|(at, window)| {
        match window[3] {
            0xc0..=0xdf => Some("MPEG audio"),
            PRIVATE => match bytes.get(at + 9 + usize::from(window[8]))? {
                0x80..=0x87 => Some("AC-3"),
                0x88..=0x8f => Some("DTS"),
                0xa0..=0xaf => Some("PCM"),
                _ => None,
            },
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMATS: [&str; 6] = ["avi", "asf", "flv", "mpegts", "mpeg", "amr"];

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            for format in FORMATS {
                codec(format, &bytes);
            }
        }

        #[test]
        fn damaged_packets_are_looked_at(bytes in proptest::collection::vec(any::<u8>(), 188..400), adaptation in 0u8..200) {
            let mut bytes = bytes;
            bytes[..7].copy_from_slice(&[0x47, 0x40, 0, 0x30, adaptation, 0, 2]);
            codec("mpegts", &bytes);
            bytes[3..7].copy_from_slice(&[0x10, 0, 2, 0]);
            codec("mpegts", &bytes);
        }
    }
}
