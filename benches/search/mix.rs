//! The mix of queries that is measured: a fixed share of each class, drawn from what is said.

use indexer::term::letters;
use indexer::transcript::Transcript;

use crate::random::Random;
use crate::speech;
use crate::vocabulary::Vocabulary;

/// A query, as we write it and as FTS5 and Elasticsearch do, where they can.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) class: &'static str,
    pub(crate) ours: String,
    /// `None` where FTS5 has no such query.
    pub(crate) fts: Option<String>,
    /// Only this language.
    pub(crate) language: Option<&'static str>,
}

/// The classes with their shares in the mix, of a hundred.
pub(crate) const CLASSES: [(&str, usize); 9] = [
    ("rare word", 12),
    ("common word", 13),
    ("2-4 words", 25),
    ("phrase of 2-6", 15),
    ("prefix", 8),
    ("fuzzy", 7),
    ("NEAR", 7),
    ("words + filter", 8),
    ("very common word", 5),
];

/// Returns some queries, each class by its share, shuffled.
pub(crate) fn queries(count: usize, seed: u64, recordings: u32, vocabularies: &[Vocabulary]) -> Vec<Asked> {
    let mut random = Random::new(seed);
    let mut mix: Vec<Asked> = Vec::with_capacity(count);
    for (class, share) in CLASSES {
        for _ in 0..(count * share).div_ceil(100) {
            mix.push(query(class, &mut random, recordings, vocabularies));
        }
    }
    for place in (1..mix.len()).rev() {
        mix.swap(place, random.below(place + 1));
    }
    mix.truncate(count);
    mix
}

fn query(class: &'static str, random: &mut Random, recordings: u32, vocabularies: &[Vocabulary]) -> Asked {
    let vocabulary = &vocabularies[random.below(vocabularies.len())];
    let ranked = |random: &mut Random, from: usize, to: usize| {
        let to = to.min(vocabulary.words.len());
        vocabulary.words[from + random.below(to - from)].clone()
    };
    let number = u32::try_from(random.below(recordings as usize)).expect("few recordings");
    let said = speech::recording(number, vocabularies);
    let asked = |ours: String, fts: Option<String>| Asked { class, ours, fts, language: None };
    let all = |words: &[String]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
    match class {
        "rare word" => {
            let word = ranked(random, 5000, 60_000);
            asked(word.clone(), Some(all(&[word])))
        }
        "common word" => {
            let word = ranked(random, 50, 500);
            asked(word.clone(), Some(all(&[word])))
        }
        "very common word" => {
            let word = ranked(random, 0, 5);
            asked(word.clone(), Some(all(&[word])))
        }
        "2-4 words" | "words + filter" => {
            let count = 2 + random.below(3);
            let words = near_each_other(&said, count, 40, random);
            let language = (class == "words + filter").then_some(vocabulary_of(&said, vocabularies));
            let filter = language.map_or(String::new(), |language| format!(" lang:{language}"));
            Asked { class, ours: words.join(" ") + &filter, fts: Some(all(&words)), language }
        }
        "phrase of 2-6" => {
            let count = 2 + random.below(5);
            let start = random.below(said.words.len() - count);
            let words: Vec<String> = said.words[start..start + count].iter().map(|word| plain(&word.text)).collect();
            let phrase = format!("\"{}\"", words.join(" "));
            asked(phrase.clone(), Some(phrase))
        }
        "prefix" => {
            let word = ranked(random, 300, 20_000);
            let prefix: String = word.chars().take(5).collect();
            asked(format!("{prefix}*"), Some(format!("\"{prefix}\"*")))
        }
        "fuzzy" => {
            let word = ranked(random, 300, 20_000);
            let mut letters: Vec<char> = word.chars().collect();
            let place = random.below(letters.len() - 1);
            letters.swap(place, place + 1);
            asked(format!("{}~", String::from_iter(letters)), None)
        }
        _ => {
            let words = near_each_other(&said, 2, 5, random);
            asked(format!("{} NEAR/5 {}", words[0], words[1]), Some(format!("NEAR({}, 5)", all(&words))))
        }
    }
}

/// Different words of more than three letters that are said within so many words.
fn near_each_other(said: &Transcript, count: usize, within: usize, random: &mut Random) -> Vec<String> {
    loop {
        let start = random.below(said.words.len() - within);
        let mut words: Vec<String> = said.words[start..start + within].iter().map(|word| plain(&word.text)).collect();
        words.retain(|word| word.chars().count() > 3);
        words.sort_unstable();
        words.dedup();
        while words.len() > count {
            words.swap_remove(random.below(words.len()));
        }
        if words.len() == count {
            return words;
        }
    }
}

fn plain(text: &str) -> String {
    letters(text).to_lowercase()
}

fn vocabulary_of(said: &Transcript, vocabularies: &[Vocabulary]) -> &'static str {
    let first = said.words[0].language;
    vocabularies.iter().find(|it| it.language == first.as_str()).map_or("en", |it| it.language)
}
