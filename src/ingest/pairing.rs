//! Pairing finds the recording to which each transcript in a folder belongs, by their names.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;
use indexer::subtitles::{Format, sidecar};

use crate::catalogue::recordings::Recording;

/// How deep folders are searched; deeper ones are a mistake or an attack.
const MAX_DEPTH: usize = 64;

/// A transcript and what it belongs to, or why that is not known.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The file.
    pub path: PathBuf,
    /// The recording.
    pub recording: Result<RecordingId, String>,
}

/// Returns the files in a folder that may hold a transcript, by path; hidden ones are left out.
///
/// # Errors
/// When the folder cannot be listed.
pub fn transcripts(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let kind = entry.file_type()?;
            if kind.is_dir() && !is_hidden && depth < MAX_DEPTH {
                open.push((path, depth + 1));
            } else if !kind.is_dir() && !is_hidden && format(&path).is_some() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn format(path: &Path) -> Option<Format> {
    Format::from_extension(path.extension()?.to_str()?)
}

/// Finds the recording of each transcript: by the name of its media file, with or without extension, then by its title,
/// then by its id as exports have it. Of several transcripts of one recording the better format comes first.
#[must_use]
pub fn pair(transcripts: Vec<PathBuf>, recordings: &[Recording]) -> Vec<Pair> {
    let mut by_name: HashMap<String, Vec<&Recording>> = HashMap::new();
    let mut by_title: HashMap<String, Vec<&Recording>> = HashMap::new();
    for recording in recordings {
        let names = recording.files.iter().flat_map(|path| [path.file_name(), path.file_stem()]).flatten();
        let names: HashSet<String> = names.map(|name| sidecar::key(&name.to_string_lossy())).collect();
        for name in names {
            by_name.entry(name).or_default().push(recording);
        }
        by_title.entry(sidecar::key(&recording.title)).or_default().push(recording);
    }
    let find = |path: &Path| -> Result<RecordingId, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (name, _) in sidecar::names(&name) {
            let found = by_name.get(&name).or_else(|| by_title.get(&name));
            match found.map(Vec::as_slice) {
                None | Some([]) => {}
                Some([recording]) => return Ok(recording.id),
                Some(several) => {
                    let beside =
                        |recording: &&&Recording| recording.files.iter().any(|file| file.parent() == path.parent());
                    let mut beside = several.iter().filter(beside);
                    return match (beside.next(), beside.next()) {
                        (Some(recording), None) => Ok(recording.id),
                        _ => {
                            Err(format!("{} recordings bear this name; name one: aloud import ID FILE", several.len()))
                        }
                    };
                }
            }
            if let Some(recording) = recordings.iter().find(|recording| bears_id(&name, recording.id)) {
                return Ok(recording.id);
            }
        }
        Err("no recording bears this name".into())
    };
    let place = |path: &Path| Format::ALL.iter().position(|known| Some(*known) == format(path));
    let mut pairs: Vec<_> = transcripts.into_iter().map(|path| Pair { recording: find(&path), path }).collect();
    pairs.sort_by(|one, other| (place(&one.path), &one.path).cmp(&(place(&other.path), &other.path)));
    pairs
}

/// Returns whether a name is a recording's id, or ends with the first eight digits of it in brackets.
fn bears_id(name: &str, id: RecordingId) -> bool {
    let id = id.to_string();
    name == id || name.strip_suffix(')').is_some_and(|name| name.ends_with(&format!("({}", &id[..8])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::recordings::{Counts, Kind, Media, State};
    use indexer::time::Millis;

    fn recording(number: u8, title: &str, files: &[&str]) -> Recording {
        Recording {
            id: RecordingId::new([number; 16]),
            title: title.into(),
            date: None,
            people: None,
            place: None,
            description: None,
            folder: None,
            conflicts: Vec::new(),
            document_problem: None,
            kind: Kind::Audio,
            duration: None,
            stated_languages: Vec::new(),
            damage: None,
            revision: None,
            state: State::Waiting,
            failure: None,
            attempts: 0,
            is_pending: false,
            next_try: None,
            media: Media::There,
            done: Millis::ZERO,
            counts: Counts::default(),
            files: files.iter().map(PathBuf::from).collect(),
            speakers: Vec::new(),
        }
    }

    #[test]
    fn a_transcript_finds_its_recording_by_name() {
        let recordings = [
            recording(1, "Museum talk", &["/media/Museum_talk.mp4"]),
            recording(2, "talk", &["/media/a/talk.mp4"]),
            recording(3, "talk", &["/media/b/talk.mp4", "/media/c/cafe\u{301}.webm"]),
        ];
        for (transcript, expected) in [
            ("/t/Museum_talk.vtt", Some(1)),
            ("/t/museum_talk.MP4.srt", Some(1)),
            ("/t/Museum_talk.en.json", Some(1)),
            ("/t/Museum talk.txt", Some(1)),
            ("/t/café.csv", Some(3)),
            ("/t/talk.vtt", None),
            ("/media/b/talk.vtt", Some(3)),
            ("/t/anything (02020202).srt", Some(2)),
            ("/t/02020202020202020202020202020202.srt", Some(2)),
            ("/t/other.vtt", None),
        ] {
            let pairs = pair(vec![transcript.into()], &recordings);
            let expected = expected.map(|number| RecordingId::new([number; 16]));
            assert_eq!(pairs[0].recording.as_ref().ok().copied(), expected, "{transcript}");
        }
        let pairs = pair(["/t/Museum_talk.txt", "/t/Museum_talk.vtt"].map(Into::into).to_vec(), &recordings);
        let order: Vec<_> = pairs.iter().map(|pair| (pair.path.as_path(), pair.recording.is_ok())).collect();
        assert_eq!(order, ["/t/Museum_talk.vtt", "/t/Museum_talk.txt"].map(|path| (Path::new(path), true)));
    }
}
