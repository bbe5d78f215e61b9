//! An export is a recording's words as a file for players, people and other programs.

use std::collections::HashMap;

use indexer::recording::RecordingId;
use indexer::subtitles::sidecar;
use indexer::subtitles::write::{self, About, ExportFormat};

use crate::catalogue::recordings::Recording;
use crate::library::Library;
use crate::library::transcripts::ReadError;

/// The longest name of a file without its extension, in bytes; file systems allow 255 with everything.
const MAX_NAME: usize = 120;

/// Names that Windows keeps for devices, whatever follows.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Returns the words of a recording's current revision, with the names that its speakers have now; empty without one.
///
/// Times link to `public_url` where the format has links.
///
/// # Errors
/// When the transcript cannot be read.
pub fn text(
    library: &Library,
    recording: &Recording,
    format: ExportFormat,
    public_url: Option<&str>,
) -> Result<String, ReadError> {
    let Some(revision) = recording.revision else { return Ok(String::new()) };
    let mut transcript = library.transcripts.read(recording.id, revision)?;
    transcript.speakers.clone_from(&recording.speakers);
    let link = public_url.map(|url| format!("{}/r/{}?t=", url.trim_end_matches('/'), recording.id));
    let about = About { title: Some(&recording.title), date: recording.date.as_deref(), link: link.as_deref() };
    Ok(write::write(&transcript, format, &about))
}

/// Returns a name under which each recording's export can lie in one folder of any file system, given ids and titles.
///
/// It is the title; where several are alike, all of them are followed by the first digits of their ids.
#[must_use]
pub fn file_names(recordings: &[(RecordingId, &str)], format: ExportFormat) -> Vec<String> {
    let names: Vec<String> = recordings.iter().map(|(_, title)| safe_name(title)).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in &names {
        *counts.entry(sidecar::key(name)).or_default() += 1;
    }
    let extension = format.extension();
    let full = |((id, _), name): (&(RecordingId, &str), &String)| {
        if counts.get(&sidecar::key(name)).is_some_and(|&count| count > 1) {
            format!("{name} ({}).{extension}", &id.to_string()[..8])
        } else {
            format!("{name}.{extension}")
        }
    };
    recordings.iter().zip(&names).map(full).collect()
}

/// Makes a title a file name that no file system, shell or spreadsheet trips over.
#[must_use]
pub fn safe_name(title: &str) -> String {
    let allowed = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { ' ' } else { c };
    let name: String = title.chars().map(allowed).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = &name[..name.floor_char_boundary(MAX_NAME)];
    let name = name.trim_matches(|c: char| c == '.' || c == ' ').trim_start_matches(['-', '~', ' ', '.']);
    let first = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_reserved = RESERVED.contains(&first.trim_end_matches(|c: char| c.is_ascii_digit()));
    match name {
        "" => "untitled".into(),
        _ if is_reserved => format!("_{name}"),
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_one_folder_differ() {
        let named =
            [(1, "Talk"), (2, "talk:"), (3, "Other"), (4, "")].map(|(id, title)| (RecordingId::new([id; 16]), title));
        let expected = ["Talk (01010101).srt", "talk (02020202).srt", "Other.srt", "untitled.srt"];
        assert_eq!(file_names(&named, ExportFormat::Srt), expected);
    }

    #[test]
    fn a_title_becomes_a_name_that_any_disk_takes() {
        for (title, name) in [
            ("Museum partnership", "Museum partnership"),
            ("../../etc/passwd", "etc passwd"),
            ("a/b: \"c\" <d>\n\te", "a b c d e"),
            ("  .hidden. ", "hidden"),
            ("-rf", "rf"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("console", "console"),
            ("Zażółć gęślą 🎤", "Zażółć gęślą 🎤"),
            ("...", "untitled"),
        ] {
            assert_eq!(safe_name(title), name, "{title:?}");
        }
        assert!(safe_name(&"é".repeat(500)).len() <= MAX_NAME);
    }
}
