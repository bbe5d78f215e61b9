//! The mix of queries that is measured: a fixed share of each class, drawn from what is said.

use indexer::term::letters;
use indexer::transcript::Transcript;

use crate::random::Random;
use crate::speech;
use crate::vocabulary::Vocabulary;

/// A query.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) class: &'static str,
    pub(crate) form: Form,
    /// Only this language.
    pub(crate) language: Option<&'static str>,
}

/// What is looked for, in lower case.
#[derive(Clone)]
pub(crate) enum Form {
    /// All of these.
    Words(Vec<String>),
    /// These, one directly after the other.
    Phrase(Vec<String>),
    /// Words that begin so.
    Prefix(String),
    /// Words that become it by one change.
    Fuzzy(String),
    /// These two, with at most [`NEAR`] others between them.
    Near([String; 2]),
}

/// How many words lie between two that are near each other.
pub(crate) const NEAR: usize = 5;

impl Asked {
    /// Returns the query as we write it.
    pub(crate) fn ours(&self) -> String {
        let said = match &self.form {
            Form::Words(words) => words.join(" "),
            Form::Phrase(words) => format!("\"{}\"", words.join(" ")),
            Form::Prefix(prefix) => format!("{prefix}*"),
            Form::Fuzzy(word) => format!("{word}~"),
            Form::Near([one, other]) => format!("{one} NEAR/{NEAR} {other}"),
        };
        said + &self.language.map_or(String::new(), |language| format!(" lang:{language}"))
    }
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
    let mut language = None;
    let form = match class {
        "rare word" => Form::Words(vec![ranked(random, 5000, 60_000)]),
        "common word" => Form::Words(vec![ranked(random, 50, 500)]),
        "very common word" => Form::Words(vec![ranked(random, 0, 5)]),
        "2-4 words" | "words + filter" => {
            let count = 2 + random.below(3);
            language = (class == "words + filter").then_some(vocabulary_of(&said, vocabularies));
            Form::Words(near_each_other(&said, count, 40, random))
        }
        "phrase of 2-6" => {
            let count = 2 + random.below(5);
            let start = random.below(said.words.len() - count);
            Form::Phrase(said.words[start..start + count].iter().map(|word| plain(&word.text)).collect())
        }
        "prefix" => Form::Prefix(ranked(random, 300, 20_000).chars().take(5).collect()),
        "fuzzy" => {
            let mut letters: Vec<char> = ranked(random, 300, 20_000).chars().collect();
            let place = random.below(letters.len() - 1);
            letters.swap(place, place + 1);
            Form::Fuzzy(String::from_iter(letters))
        }
        _ => Form::Near(near_each_other(&said, 2, NEAR, random).try_into().expect("two")),
    };
    Asked { class, form, language }
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
