//! Metadata is what is known of a recording besides its words: its title, its date, who is in it (`docs/metadata.md`).

use std::borrow::Cow;

mod date;
pub mod field;
mod entry;
mod yaml;
mod cells;
pub mod document;
pub mod statements;
pub mod table;

pub use field::{BadValue, Field};
pub use statements::{Conflict, Edit, EditError, Source, Statements};

/// What Windows-1252 has in the place of the controls from 0x80; the rest of it is that of Unicode.
const WINDOWS_SIGNS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Returns the text of a file that a person wrote: a byte order mark decides (UTF-8 or UTF-16), else it is UTF-8 if it
/// can be, else Windows-1252, in which old spreadsheets save.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text),
        [0xff, 0xfe, text @ ..] => wide(text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => wide(text, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => bytes.iter().map(|&byte| windows(byte)).collect(),
        },
    }
}

/// Returns the sign that a byte of Windows-1252 stands for.
fn windows(byte: u8) -> char {
    let place = usize::from(byte).checked_sub(0x80);
    place.and_then(|place| WINDOWS_SIGNS.chars().nth(place)).unwrap_or(char::from(byte))
}

/// Returns a text on one line, without control characters and with single spaces.
#[must_use]
pub fn on_one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_program_are_read() {
        for (bytes, expected) in [
            (&b"Malm\xc3\xb6"[..], "Malmö"),
            (b"\xef\xbb\xbfMalm\xc3\xb6", "Malmö"),
            (b"Malm\xf6 \x80 \x9f", "Malmö € Ÿ"),
            (b"\xfe\xff\x00M\x00\xf6", "Mö"),
            (b"\xff\xfe\x3d\xd8\x00\x00", "\u{fffd}\0"),
            (b"\xff\xfeM\x00\xf6\x00", "Mö"),
            (b"", ""),
        ] {
            assert_eq!(text_of(bytes), expected);
        }
    }

    #[test]
    fn a_line_has_no_breaks() {
        assert_eq!(on_one_line(" a\n\tb\u{0}c \u{a0} d\r\n"), "a b c d");
    }
}
