//! Decoding turns the bytes of a subtitle file into text, whatever encoding its maker had.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{Format, MAX_BYTES, SubtitleError};

/// Returns the text of a file.
///
/// A byte order mark decides (UTF-8, UTF-16 LE or BE). Without one the text is UTF-8 when it is valid or nearly so: a
/// file that was cut in the middle of a character, or whose recogniser broke some, keeps the rest. Everything else is
/// Windows-1252, in which old subtitles of western Europe are. JSON is always UTF-8, as its standard (RFC 8259) says.
pub(super) fn text(bytes: &[u8], format: Format) -> Result<Cow<'_, str>, SubtitleError> {
    if bytes.len() > MAX_BYTES {
        return Err(SubtitleError::TooLong);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    if format == Format::Json || is_mostly_utf8(bytes) {
        return Ok(String::from_utf8_lossy(bytes));
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

/// Returns whether more characters beyond ASCII are whole in UTF-8 than are broken; by chance hardly any would be.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || whole > broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn the_encoding_is_found() {
        let text_of = |bytes: &[u8]| text(bytes, Format::Srt).expect("short").into_owned();
        for bytes in [
            "Łódź, år".as_bytes().to_vec(),
            "\u{feff}Łódź, år".as_bytes().to_vec(),
            utf16("\u{feff}Łódź, år", u16::to_le_bytes),
            utf16("\u{feff}Łódź, år", u16::to_be_bytes),
        ] {
            assert_eq!(text_of(&bytes), "Łódź, år");
        }
        assert_eq!(text_of(b"Vad s\xe4gs? \x93Ja\x94 \x96 jo\x85"), "Vad sägs? “Ja” – jo…");
        let cut = "på svenska är öppet".as_bytes();
        assert_eq!(text_of(&[cut, b"\xc3"].concat()), "på svenska är öppet\u{fffd}", "cut in the middle of a letter");
    }

    #[test]
    fn json_is_utf8_even_when_characters_are_broken() {
        assert_eq!(text(b"{\"text\":\"\xe4\"}", Format::Json).expect("short"), "{\"text\":\"\u{fffd}\"}");
    }

    #[test]
    fn a_file_beyond_the_limit_is_refused() {
        assert_eq!(text(&vec![b' '; MAX_BYTES + 1], Format::Srt), Err(SubtitleError::TooLong));
    }
}
