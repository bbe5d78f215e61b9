//! A vocabulary is the words of one language, the commonest first, drawn by Zipf's law.
//!
//! The words are those of the dictionaries of Debian's packages wamerican, wswedish and wfrench. What comes first are
//! the words of interviews written in that language, by how often they come up there; then short words before long ones,
//! for common words are short.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::random::Random;

/// The exponent of Zipf's law: s = 1 has too few rare words in long texts of speech, 1.1 too few common ones.
const EXPONENT: f64 = 1.05;

pub(crate) struct Vocabulary {
    pub(crate) language: &'static str,
    pub(crate) words: Vec<String>,
}

/// The languages with their dictionary and interviews.
const LANGUAGES: [(&str, &str, &[&str]); 3] = [
    ("en", "american-english", &["harbour", "cannery", "flood", "editathon", "schools", "lantern", "bridge"]),
    ("sv", "swedish", &["arkivet"]),
    ("fr", "french", &["musee"]),
];

/// Reads the vocabularies; says which packages are missing.
pub(crate) fn read() -> Result<Vec<Vocabulary>, String> {
    LANGUAGES.iter().map(|&(language, dictionary, interviews)| of(language, dictionary, interviews)).collect()
}

fn of(language: &'static str, dictionary: &str, interviews: &[&str]) -> Result<Vocabulary, String> {
    let path = Path::new("/usr/share/dict").join(dictionary);
    let missing = |error| format!("{}: {error}; install wamerican, wswedish and wfrench", path.display());
    let bytes = std::fs::read(&path).map_err(missing)?;
    // The Swedish one is in Latin-1, whose bytes are the first code points.
    let dictionary =
        String::from_utf8(bytes).unwrap_or_else(|other| other.into_bytes().into_iter().map(char::from).collect());
    let mut counts: HashMap<String, usize> = HashMap::new();
    for interview in interviews {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ranking/interviews/{interview}.txt"));
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut head: Vec<(String, usize)> = counts.into_iter().collect();
    head.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    let known: HashSet<&str> = head.iter().map(|(word, _)| word.as_str()).collect();
    let is_word = |word: &&str| word.chars().all(char::is_lowercase) && word.chars().count() > 3;
    let mut tail: Vec<&str> = dictionary.lines().filter(is_word).filter(|word| !known.contains(word)).collect();
    let mut random = Random::new(1);
    let mut order: HashMap<&str, (usize, u64)> = HashMap::new();
    for word in &tail {
        // Two more or fewer letters, so that words of one length do not all stand together.
        order.insert(word, (word.chars().count() + random.below(5), random.next()));
    }
    tail.sort_by_key(|word| order[word]);
    let words = head.iter().map(|(word, _)| word.clone()).chain(tail.into_iter().map(str::to_owned));
    Ok(Vocabulary { language, words: words.collect() })
}

impl Vocabulary {
    /// Draws the rank of a word.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is small and not negative")]
    pub(crate) fn rank(&self, random: &mut Random) -> usize {
        let flat = 1.0 - EXPONENT;
        let most = (self.words.len() as f64).powf(flat);
        let rank = (1.0 + random.unit() * (most - 1.0)).powf(1.0 / flat);
        (rank as usize - 1).min(self.words.len() - 1)
    }
}
