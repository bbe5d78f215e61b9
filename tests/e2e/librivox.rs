//! Real speech through the real model: five recordings of a volunteer reader, with their reference texts.

use crate::support::{Place, librivox};

/// Whisper `base` makes about one error in ten words here; more than this means that something broke.
const MOST_ERRORS_PERCENT: usize = 15;

#[test]
fn words_are_recognised_and_found() {
    let place = Place::new();
    let folder = librivox().display().to_string();
    let ran = place.run(["index", &folder, "--languages", "en"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    let references = std::fs::read_to_string(librivox().join("transcription")).expect("the references");
    let (mut errors, mut total) = (0, 0);
    for line in references.lines() {
        let (text, name) = line.rsplit_once('(').expect("a text and a name in brackets");
        let name = name.trim_end_matches(')');
        let path = librivox().join(format!("{name}.wav"));
        let shown = place.run(["show", "--format", "json", &path.display().to_string()]).json();
        let reference = normal(text);
        let heard = normal(shown["text"].as_str().unwrap_or_default());
        errors += distance(&reference, &heard);
        total += reference.len();
    }
    assert!(total > 50, "{total} words are no test");
    assert!(errors * 100 <= total * MOST_ERRORS_PERCENT, "{errors} errors in {total} words");
}

/// Lower case, without punctuation and the marks of sentence borders.
fn normal(text: &str) -> Vec<String> {
    let text = text.replace("<s>", " ").replace("</s>", " ").to_lowercase().replace('\'', "");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The least number of words to insert, delete or replace (Levenshtein 1966).
fn distance(reference: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, expected) in reference.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, word) in heard.iter().enumerate() {
            let replaced = diagonal + usize::from(expected != word);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[heard.len()]
}
