//! A recording is one interview as it was filmed, known by its bytes and not by its file name.

use std::fmt;
use std::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod codes;

/// The identity of a recording: 128 bits of a hash over its length and sampled bytes, written as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordingId([u8; 16]);

impl RecordingId {
    /// Makes an id of its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<RecordingId> for String {
    fn from(id: RecordingId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for RecordingId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl FromStr for RecordingId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = text.as_bytes();
        if digits.len() != 32 || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotAnId);
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotAnId)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAnId)?;
        }
        Ok(Self(bytes))
    }
}

/// A text is not 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a recording id (32 lower-case hex digits)")]
pub struct NotAnId;

/// A language: the primary subtag of a BCP 47 tag, two or three lower-case letters (`en`, `yue`), `und` when unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 3]);

impl Language {
    /// The language is not known (ISO 639-2 `und`).
    pub const UNKNOWN: Self = Self(*b"und");

    /// Reads a tag such as `en`, `EN`, `pt-BR` or `zh_Hans`; only the primary subtag counts.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.as_bytes();
        if !matches!(primary.len(), 2 | 3) || !primary.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let mut code = [0; 3];
        code[..primary.len()].copy_from_slice(primary);
        code.make_ascii_lowercase();
        Some(Self(code))
    }

    /// Returns the language under its two-letter code, if it is known to have one: `de` for `deu` and `ger`.
    #[must_use]
    pub fn shortest(self) -> Self {
        self.renamed(codes::THREE_LETTERS)
    }

    /// Returns the language under the code that Whisper has for it, if it has one: `no` for `nb` and `nob`.
    #[must_use]
    pub fn recognised(self) -> Self {
        self.shortest().renamed(codes::RECOGNISED)
    }

    /// Returns the language as a table of old and new codes names it.
    fn renamed(self, table: &str) -> Self {
        let mut rows = table.split(' ').filter_map(|row| row.split_once('='));
        rows.find(|&(old, _)| old == self.as_str()).and_then(|(_, new)| Self::from_tag(new)).unwrap_or(self)
    }

    /// Returns the code: two or three lower-case letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..length]).unwrap_or("und")
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({self})")
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

// By hand, for every word of a transcript has one: nothing is allocated.
impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tag;

        impl Visitor<'_> for Tag {
            type Value = Language;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a language code")
            }

            fn visit_str<E: serde::de::Error>(self, tag: &str) -> Result<Language, E> {
                tag.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Tag)
    }
}

impl FromStr for Language {
    type Err = NotALanguage;

    fn from_str(tag: &str) -> Result<Self, NotALanguage> {
        Self::from_tag(tag).ok_or_else(|| NotALanguage(tag.to_owned()))
    }
}

/// A text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a language code: {0:?} (use two or three letters such as en, sv, fr)")]
pub struct NotALanguage(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = RecordingId::new(*b"\x00\x01\xfe\xff0123456789ab");
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "00", "0001feff3031323334353637383961g2", "0001FEFF303132333435363738396162", "é"] {
            assert_eq!(wrong.parse::<RecordingId>(), Err(NotAnId), "{wrong:?}");
        }
    }

    #[test]
    fn a_language_is_its_primary_subtag() {
        for (tag, code) in [("en", "en"), ("EN", "en"), ("pt-BR", "pt"), ("zh_Hans", "zh"), ("yue", "yue")] {
            assert_eq!(Language::from_tag(tag).map(|l| l.to_string()).as_deref(), Some(code));
        }
        for (tag, code) in [("swe", "sv"), ("nob", "no"), ("fil", "tl"), ("iw", "he"), ("jav", "jw"), ("yue", "yue")] {
            assert_eq!(Language::from_tag(tag).map(Language::recognised), Language::from_tag(code));
        }
        for wrong in ["", "e", "engl", "e1", "språk", "-en"] {
            assert_eq!(Language::from_tag(wrong), None, "{wrong:?}");
        }
    }
}
