//! A corpus is a folder of speech with what is said in it.

use std::fs;
use std::path::{Path, PathBuf};

use indexer::audio::{Selection, Sound};

use crate::{Failure, normal};

/// Endings of media; others are not speech.
const MEDIA: [&str; 9] = ["wav", "flac", "mp3", "ogg", "opus", "m4a", "mp4", "webm", "mkv"];

/// One file of speech.
pub(crate) struct Sample {
    /// The media file.
    pub(crate) path: PathBuf,
    /// How long it lasts.
    pub(crate) seconds: f64,
    /// What is said, as words are compared.
    pub(crate) reference: Vec<String>,
    /// When words start, by their number in `reference`, in milliseconds.
    pub(crate) starts: Vec<(usize, u32)>,
    /// Stretches of one language: its code, start and end in milliseconds.
    pub(crate) languages: Vec<(String, u32, u32)>,
}

/// Reads the media in a folder that have a text beside them, by name.
pub(crate) fn read(folder: &Path) -> Result<Vec<Sample>, Failure> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| MEDIA.iter().any(|media| ending == *media)));
    paths.sort();
    let mut samples = Vec::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(path.with_extension("txt")) else { continue };
        let reference = normal::words(&text);
        let starts = match (fs::read(path.with_extension("words.json")), fs::read(path.with_extension("srt"))) {
            (Ok(json), _) => starts(&reference, serde_json::from_slice(&json)?),
            (_, Ok(srt)) => starts(&reference, lines(&String::from_utf8_lossy(&srt).replace('\r', ""))),
            _ => Vec::new(),
        };
        let languages = fs::read(path.with_extension("languages.json"));
        let languages = languages.map_or_else(|_| Ok(Vec::new()), |json| serde_json::from_slice(&json))?;
        let duration = Sound::open(&path, Selection::default())?.info().duration;
        let seconds = duration.map_or(0.0, |duration| f64::from(duration.get()) / 1000.0);
        samples.push(Sample { path: fs::canonicalize(path)?, seconds, reference, starts, languages });
    }
    if samples.is_empty() {
        return Err(format!("{} holds no audio file with a text of the same name", folder.display()).into());
    }
    Ok(samples)
}

/// Finds words with times in a reference, in order; those that are not there are passed over.
fn starts(reference: &[String], timed: Vec<(String, Option<u32>)>) -> Vec<(usize, u32)> {
    let mut at = 0;
    let mut found = Vec::new();
    for (text, start) in timed {
        let Some(first) = normal::words(&text).into_iter().next() else { continue };
        if let Some(ahead) = reference[at..].iter().position(|word| *word == first) {
            found.extend(start.map(|start| (at + ahead, start)));
            at += ahead + 1;
        }
    }
    found
}

/// Returns the lines of a `SubRip` file with their starts in milliseconds.
fn lines(srt: &str) -> Vec<(String, Option<u32>)> {
    let blocks = srt.split("\n\n").filter_map(|block| {
        let (times, text) = block.split_once(" --> ")?;
        let (_, text) = text.split_once('\n')?;
        let numbers: Vec<u32> =
            times.lines().last()?.split([':', ',']).map(str::parse).collect::<Result<_, _>>().ok()?;
        let [hours, minutes, seconds, millis] = numbers.try_into().ok()?;
        Some((text.to_owned(), Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)))
    });
    blocks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_find_their_words() {
        let reference = normal::words("From fairest creatures. And the rose");
        let srt = "1\n00:00:00,430 --> 00:00:02,000\nFrom fairest\n\n2\n00:01:02,003 --> 00:01:03,000\nAnd the rose\n";
        assert_eq!(starts(&reference, lines(srt)), [(0, 430), (3, 62_003)]);
        let timed = ["and", "the", "rose"].map(|word| (word.to_owned(), (word == "rose").then_some(9000)));
        assert_eq!(starts(&reference, timed.into()), [(5, 9000)]);
    }
}
