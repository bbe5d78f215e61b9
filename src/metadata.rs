//! Metadata is what is known of a recording besides its words: its title, its date, who is in it (`docs/metadata.md`).

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

mod date;
pub mod field;
mod entry;
mod yaml;
pub mod document;
pub mod statements;
pub mod table;

pub use field::{BadValue, Field};
pub use statements::{Conflict, Edit, EditError, Source, Statements};

/// Returns the text of a file that a person wrote: a byte order mark decides, else it is UTF-8 if it can be, else
/// Windows-1252, in which old spreadsheets save.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
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
            (b"Malm\xf6", "Malmö"),
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
