//! The stem of a word is what its inflected forms have in common, as the Snowball stemmer of its language sees it.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

use super::{folded, is_removed_mark};
use crate::recording::Language;

/// What Arabic writes on to the front of a noun: the article, and the prepositions that melt into it. Before them may
/// stand an "and".
const ARABIC_ARTICLES: [&str; 4] = ["ال", "بال", "كال", "لل"];
const ARABIC_CONJUNCTIONS: [char; 2] = ['و', 'ف'];

/// How many letters an Arabic noun has, at least, for what looks like an article before it to be one: with two,
/// the word for God would have that of a pronoun.
const ARABIC_NOUN: usize = 3;

/// The stems of "father" and "mother", which begin as "and the" does.
const ARABIC_PARENTS: [&str; 2] = ["والد", "والدت"];

/// What Catalan writes on to the front of a word that begins with a vowel.
const CATALAN_ELISIONS: [&str; 6] = ["l'", "d'", "s'", "n'", "m'", "t'"];

/// Languages by code, each with its stemmer.
const STEMMERS: [(&str, Algorithm); 37] = [
    ("ar", Algorithm::Arabic),
    ("ca", Algorithm::Catalan),
    ("cs", Algorithm::Czech),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("eo", Algorithm::Esperanto),
    ("es", Algorithm::Spanish),
    ("et", Algorithm::Estonian),
    ("eu", Algorithm::Basque),
    ("fa", Algorithm::Persian),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("ga", Algorithm::Irish),
    ("hi", Algorithm::Hindi),
    ("hu", Algorithm::Hungarian),
    ("hy", Algorithm::Armenian),
    ("id", Algorithm::Indonesian),
    ("it", Algorithm::Italian),
    ("lt", Algorithm::Lithuanian),
    ("nb", Algorithm::Norwegian),
    ("ne", Algorithm::Nepali),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pl", Algorithm::Polish),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sr", Algorithm::Serbian),
    ("st", Algorithm::Sesotho),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
    ("uk", Algorithm::Ukrainian),
    ("yi", Algorithm::Yiddish),
];

fn algorithm(language: Language) -> Option<Algorithm> {
    let place = STEMMERS.binary_search_by_key(&language.as_str(), |(code, _)| code).ok()?;
    Some(STEMMERS[place].1)
}

/// Returns the name of the stemmer of a language, if there is one.
#[must_use]
pub fn stemmer(language: Language) -> Option<&'static str> {
    algorithm(language).map(Algorithm::name)
}

/// Returns the stem of a word's exact form ([`super::Terms::exact`]) in a language; `None` where there is no stemmer.
///
/// It has no marks, as [`super::Terms::folded`] has none: who leaves them out in typing finds other forms too.
#[must_use]
pub fn stem(exact: &str, language: Language) -> Option<String> {
    let stemmer = Stemmer::new(algorithm(language)?);
    let word: Cow<'_, str> = match language.as_str() {
        "ar" => arabic_noun(exact, &stemmer).into(),
        "ca" => CATALAN_ELISIONS.iter().find_map(|elided| exact.strip_prefix(elided)).unwrap_or(exact).into(),
        // Endings of names and abbreviations: `EU:s`, `tv:ssä`.
        "fi" | "sv" => exact.split(':').next().unwrap_or(exact).into(),
        _ => exact.into(),
    };
    let stem = stemmer.stem(&word);
    (!stem.is_empty()).then(|| folded(&stem))
}

/// Takes vowel signs off an Arabic word, and what is written on to the front of a noun: Snowball does the latter only
/// where no "and" stands before it.
fn arabic_noun(exact: &str, stemmer: &Stemmer) -> String {
    let word: String = exact.chars().filter(|&c| !is_removed_mark(c)).collect();
    let noun = |word: &str| {
        let noun = ARABIC_ARTICLES.iter().find_map(|article| word.strip_prefix(article))?;
        (noun.chars().count() >= ARABIC_NOUN).then(|| noun.to_owned())
    };
    let noun = noun(&word).or_else(|| noun(word.strip_prefix(ARABIC_CONJUNCTIONS)?));
    noun.filter(|_| !ARABIC_PARENTS.contains(&&*stemmer.stem(&word))).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Terms, split_words, terms};
    use super::*;

    fn language(tag: &str) -> Language {
        Language::from_tag(tag).expect("a language")
    }

    #[test]
    fn every_stemmer_has_its_languages() {
        assert!(STEMMERS.is_sorted_by_key(|(code, _)| *code));
        // Older forms of one language's stemmer, or of a language that is not spoken.
        let unused = ["dutch_porter", "earlymodernenglish", "lovins", "porter"];
        for algorithm in Algorithm::all() {
            let is_used = STEMMERS.iter().any(|(_, used)| used == algorithm);
            assert_ne!(is_used, unused.contains(&algorithm.name()), "{}", algorithm.name());
        }
        assert_eq!(stemmer(Language::UNKNOWN), None);
    }

    /// What a word of a transcript and a word of a query must have in common to be found.
    fn finds(typed: &str, said: &str, tag: &str) -> bool {
        let (typed, said) = (terms(typed), terms(said));
        let forms = |terms: &Terms| [Some(terms.folded.clone()), stem(&terms.exact, language(tag))];
        let has_stems = stemmer(language(tag)).is_some();
        let (typed_forms, said_forms) = (forms(&typed), forms(&said));
        typed.folded == said.folded || has_stems && typed_forms.iter().any(|form| said_forms.contains(form))
    }

    #[test]
    fn words_are_found_without_marks_and_in_other_forms() {
        for (tag, typed, said) in [
            ("en", "naive", "naïve"),
            ("fr", "musee", "musée"),
            ("fr", "employes", "employés"),
            ("es", "hablabamos", "hablábamos"),
            ("pt", "organizacao", "organização"),
            ("sv", "samarbetspartner", "samarbetspartners"),
            ("en", "volunteer", "volunteers"),
            ("fr", "archive", "l'archives"),
        ] {
            assert!(finds(typed, said, tag), "{typed} finds no {said}");
        }
    }

    /// Every row of the table in `docs/languages.md` names how its language is cut, and its stemmer.
    #[test]
    fn the_table_of_languages_is_true() {
        let page = include_str!("../../../docs/languages.md");
        let rows: Vec<Vec<&str>> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        for row in &rows {
            let [code, _, cut, named, _, said] = row[..] else { panic!("{row:?}") };
            let (code, said) = (code.trim_matches('`'), said.trim_matches('`'));
            assert_eq!(cut, if split_words(said).len() > 1 { "signs" } else { "words" }, "{row:?}");
            assert_eq!(named, stemmer(language(code)).unwrap_or("none"), "{row:?}");
        }
        let listed = |code: &&str| rows.iter().any(|row| row[0].trim_matches('`') == *code);
        let missing: Vec<_> = STEMMERS.iter().map(|(code, _)| *code).filter(|code| !listed(code)).collect();
        assert!(missing.is_empty() && rows.len() > STEMMERS.len(), "{missing:?} are not in the table");
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in any::<String>(), word in "[a-zåéßαςλабвاينکहिंதமிא'’\u{300}-\u{310}]{0,12}") {
            for (code, _) in STEMMERS {
                let language = language(code);
                for exact in [terms(&text).exact, terms(&word).exact] {
                    let _ = stem(&exact, language);
                }
            }
        }
    }
}
