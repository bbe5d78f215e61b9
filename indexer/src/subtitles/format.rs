//! A format is how a program writes a transcript down.

use super::{blocks, decode, ohms, sbv, sheet, text, ttml};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// WebVTT, <https://www.w3.org/TR/webvtt1/>.
    Vtt,
    /// SubRip, which has no standard.
    Srt,
    /// What openai-whisper, faster-whisper, WhisperX, whisper.cpp and `OpenTranscribe` write as JSON.
    Json,
    /// TTML, <https://www.w3.org/TR/ttml2/>, formerly DFXP.
    Ttml,
    /// `YouTube`'s SBV: `0:00:01.000,0:00:02.000` above each text.
    Sbv,
    /// oTranscribe's own files: JSON around a page of HTML with times in it.
    Otr,
    /// The XML of OHMS, the oral histories' synchroniser: a text, and where each minute of it begins.
    Ohms,
    /// Text with times in it: `[00:01:23]`, Otter's `Ann Lee  1:23`, whisper's `[00:01.000 --> 00:02.000]`.
    Text,
    /// A table with a column of times and one of texts: CSV, also with semicolons or tabs.
    Csv,
}

/// How much of a file is looked at to tell what it is.
const HEAD: usize = 64 << 10;

impl Format {
    /// Every format, in the order of preference where several files hold one recording's words.
    pub const ALL: [Self; 9] =
        [Self::Vtt, Self::Srt, Self::Json, Self::Ttml, Self::Sbv, Self::Otr, Self::Ohms, Self::Csv, Self::Text];

    /// Returns the name by which a person asks for the format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Json => "json",
            Self::Ttml => "ttml",
            Self::Sbv => "sbv",
            Self::Otr => "otr",
            Self::Ohms => "ohms",
            Self::Text => "text",
            Self::Csv => "csv",
        }
    }

    /// Returns the format that a person names, whatever the case: a [`Format::name`], or what else people call it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "webvtt" => Some(Self::Vtt),
            "subrip" => Some(Self::Srt),
            "dfxp" => Some(Self::Ttml),
            "otranscribe" => Some(Self::Otr),
            "txt" | "otter" => Some(Self::Text),
            "tsv" => Some(Self::Csv),
            _ => Self::ALL.into_iter().find(|format| format.name() == name),
        }
    }

    /// Returns the format that a file name's extension (without the dot) promises, whatever its case.
    ///
    /// An extension that promises several (`xml`, `json`, `txt`) gives the likeliest; [`Format::of`] looks inside.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "xml" | "ttml" | "dfxp" => Some(Self::Ttml),
            "txt" => Some(Self::Text),
            "csv" | "tsv" => Some(Self::Csv),
            "vtt" => Some(Self::Vtt),
            "srt" => Some(Self::Srt),
            "json" => Some(Self::Json),
            "sbv" => Some(Self::Sbv),
            "otr" => Some(Self::Otr),
            _ => None,
        }
    }

    /// Returns the format of a sidecar's extension: only formats that nothing but transcripts are written in.
    pub(super) fn of_sidecar(extension: &str) -> Option<Self> {
        let is_for_anything = ["xml", "txt", "csv", "tsv"].iter().any(|other| extension.eq_ignore_ascii_case(other));
        if is_for_anything { None } else { Self::from_extension(extension) }
    }

    /// Returns what a file is by its name and, where that leaves a choice, by how it begins.
    #[must_use]
    pub fn of(file_name: &str, bytes: &[u8]) -> Option<Self> {
        let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match Self::from_extension(extension) {
            Some(Self::Json | Self::Ttml | Self::Text) | None => {}
            certain => return certain,
        }
        let head = &bytes[..bytes.len().min(HEAD)];
        let head = decode::text(head, Self::Text).ok()?;
        let head = head.trim_start();
        match head.chars().next()? {
            '{' | '[' if head.contains("data-timestamp") => Some(Self::Otr),
            '{' => Some(Self::Json),
            '[' if head[1..].trim_start().starts_with('{') => Some(Self::Json),
            '<' if ttml::is_one(head) => Some(Self::Ttml),
            '<' if ohms::is_one(head) => Some(Self::Ohms),
            _ if head.starts_with("WEBVTT") => Some(Self::Vtt),
            _ if blocks::lines(head).any(blocks::is_timing) => Some(Self::Srt),
            _ if blocks::lines(head).any(sbv::is_timing) => Some(Self::Sbv),
            _ if text::has_stamp(head) => Some(Self::Text),
            _ if sheet::is_one(head) => Some(Self::Csv),
            _ => Self::from_extension(extension),
        }
    }

    /// Returns what the number of something skipped counts.
    #[must_use]
    pub const fn counts(self) -> &'static str {
        match self {
            Self::Json => "segment",
            Self::Otr => "paragraph",
            _ => "line",
        }
    }

    /// Whether live captions are written in it, which show a line more than once.
    pub(super) const fn may_roll(self) -> bool {
        matches!(self, Self::Vtt | Self::Srt | Self::Sbv | Self::Ttml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_its_beginning() {
        let ttml = "<?xml version=\"1.0\"?>\n<!-- x --><tt:tt xmlns:tt=\"x\">";
        let ohms = "<?xml version=\"1.0\"?><ROOT><record id=\"1\"><sync>1:|2(1)</sync>";
        for (name, text, expected) in [
            ("talk.VTT", "", Some(Format::Vtt)),
            ("talk.dfxp", ttml, Some(Format::Ttml)),
            ("talk.xml", ttml, Some(Format::Ttml)),
            ("talk.xml", ohms, Some(Format::Ohms)),
            ("talk.json", "{\"segments\":[]}", Some(Format::Json)),
            ("talk.json", "{\"text\":\"<span data-timestamp=\\\"1\\\">\"}", Some(Format::Otr)),
            ("talk.json", "[{\"start\":1}]", Some(Format::Json)),
            ("talk.otr", "", Some(Format::Otr)),
            ("talk.txt", "[00:01] Hello", Some(Format::Text)),
            ("talk.txt", "Ann Lee  0:15\nHello", Some(Format::Text)),
            ("talk.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nx", Some(Format::Vtt)),
            ("talk.txt", "1\n00:00:01,000 --> 00:00:02,000\nx", Some(Format::Srt)),
            ("talk.txt", "[00:00:01.000 --> 00:00:02.000]  x", Some(Format::Text)),
            ("talk.txt", "0:00:01.000,0:00:02.000\nx", Some(Format::Sbv)),
            ("talk.txt", "start\tend\ttext\n0\t1000\tx", Some(Format::Csv)),
            ("talk.txt", "words without times", Some(Format::Text)),
            ("-", "start,end,text\n0,1000,x", Some(Format::Csv)),
            ("-", "words without times", None),
            ("talk.mp4", "", None),
        ] {
            assert_eq!(Format::of(name, text.as_bytes()), expected, "{name} {text}");
        }
    }

    #[test]
    fn a_format_has_a_name() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(&format.name().to_uppercase()), Some(format));
        }
        assert_eq!(Format::from_name("otter"), Some(Format::Text));
        assert_eq!(Format::from_name("docx"), None);
    }
}
