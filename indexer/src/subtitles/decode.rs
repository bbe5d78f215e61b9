//! Decoding turns the bytes of a subtitle file into text, whatever encoding its maker had.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::{Format, MAX_BYTES, SubtitleError};

/// How much of a file is looked at for zero bytes and for the encoding that XML declares.
const HEAD: usize = 1024;

/// Returns the text of a file.
///
/// A byte order mark decides (UTF-8, UTF-16 LE or BE). Without one, a text of which every other byte is mostly zero is
/// UTF-16. It is UTF-8 when it is valid or nearly so: a file that was cut in the middle of a character, or whose
/// recogniser broke some, keeps the rest. Everything else is what XML declares, or else the old encoding that the bytes
/// look most like: Windows-1252 in western Europe, windows-1251, `Shift_JIS` and so on. JSON is always UTF-8, as its
/// standard (RFC 8259) says.
pub(super) fn text(bytes: &[u8], format: Format) -> Result<Cow<'_, str>, SubtitleError> {
    if bytes.len() > MAX_BYTES {
        return Err(SubtitleError::TooLong);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    if let Some(encoding) = utf16(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes).0);
    }
    if matches!(format, Format::Json | Format::Otr) || is_mostly_utf8(bytes) {
        return Ok(String::from_utf8_lossy(bytes));
    }
    let encoding = declared(bytes).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    });
    Ok(encoding.decode_without_bom_handling(bytes).0)
}

/// Returns the kind of UTF-16 that a text without a mark is in: times are ASCII, whose upper bytes are zero.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match (even * 2 > pairs, odd * 2 > pairs) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next()?;
    Encoding::for_label(value[quote.len_utf8()..].split(quote).next()?.as_bytes())
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

    fn text_of(bytes: &[u8]) -> String {
        text(bytes, Format::Srt).expect("short").into_owned()
    }

    #[test]
    fn the_encoding_is_found() {
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
    fn what_has_no_mark_is_told_by_its_bytes() {
        let cue = "1\n00:00:01,000 --> 00:00:02,000\nКто говорит? Музей открыт.\n";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(text_of(&utf16(cue, bytes)), cue, "UTF-16 without a mark");
        }
        for (encoding, cue) in [
            (encoding_rs::WINDOWS_1251, cue),
            (encoding_rs::SHIFT_JIS, "1\n00:00:01,000 --> 00:00:02,000\n私たちは美術館で働いています。\n"),
            (
                encoding_rs::WINDOWS_1250,
                "1\n00:00:01,000 --> 00:00:02,000\nWolontariusze przyszli do muzeum w środę, żeby pomóc.\n",
            ),
        ] {
            assert_eq!(text_of(&encoding.encode(cue).0), cue, "{}", encoding.name());
        }
        let xml = b"<?xml version='1.0' encoding = 'ISO-8859-2'?><tt><p>\xb3\xf3d\xbc</p></tt>";
        assert!(text(xml, Format::Ttml).expect("short").contains("łódź"));
        // Found by fuzzing: the quotes were broken characters.
        assert!(text(b"<?xml encoding=\xff\xffutf-8\"?>\xe4", Format::Ttml).is_ok());
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
