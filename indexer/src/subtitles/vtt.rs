//! Reading WebVTT, <https://www.w3.org/TR/webvtt1/#webvtt-parser>, and what calls itself so.

use super::blocks::{self, Stray};
use super::cue::Script;
use super::write::{VTT_APPROXIMATE, VTT_MARK, VTT_TIMES};
use super::{Origin, Skipped};
use crate::recording::Language;

/// Reads a file's text. Identifiers, settings, comments, styles and regions say nothing about words and are passed over.
pub(super) fn read(text: &str) -> Script {
    let mut found = blocks::scan(text, blocks::arrow);
    let mut script = Script {
        cues: Vec::new(),
        skipped: std::mem::take(&mut found.skipped),
        origin: Origin::Foreign,
        language: None,
        is_approximate: false,
    };
    for stray in &found.strays {
        match stray.kind() {
            Kind::Mark => {
                script.origin = Origin::Ours;
                script.is_approximate = stray.value(VTT_TIMES) == Some(VTT_APPROXIMATE);
                script.language = stray.language();
            }
            Kind::Header => script.language = stray.language(),
            Kind::Silent => {}
            Kind::Text => {
                let skipped = Skipped { line: stray.line, reason: "text without times; it was left out" };
                script.skipped.push(skipped);
            }
        }
    }
    script.cues = found.blocks.iter().filter_map(|block| block.cue(&mut script.skipped)).collect();
    script.skipped.sort_by_key(|skipped| skipped.line);
    script
}

enum Kind {
    /// `WEBVTT` with what follows it.
    Header,
    /// The comment by which an export of this program is known.
    Mark,
    /// A comment, style or region.
    Silent,
    Text,
}

impl Stray<'_> {
    fn kind(&self) -> Kind {
        let first = self.lines.first().copied().unwrap_or_default();
        let word = first.split_whitespace().next().unwrap_or_default();
        match word {
            _ if first.starts_with(VTT_MARK) => Kind::Mark,
            "WEBVTT" if self.blocks_above == 0 => Kind::Header,
            "NOTE" | "STYLE" | "REGION" => Kind::Silent,
            _ => Kind::Text,
        }
    }

    /// Returns the language of a line such as `Language: en`.
    fn language(&self) -> Option<Language> {
        self.value("language").and_then(Language::from_tag)
    }

    /// Returns what stands behind a key and a colon.
    fn value(&self, key: &str) -> Option<&str> {
        let mut values = self.lines.iter().filter_map(|line| line.split_once(':'));
        values.find(|(name, _)| name.trim().eq_ignore_ascii_case(key)).map(|(_, value)| value.trim())
    }
}
