//! A query is what a person asks for, as it was understood: parts that must be said and parts that must not.
//!
//! `docs/query.md` explains the language to the person who types it.

use std::fmt;

use crate::term::Terms;

mod note;
mod parse;

pub use note::Note;
pub use parse::{Parsed, parse};

/// How far apart the words of a moment may lie: its last word's ordinal less its first's, plus one, is at most this.
///
/// About a minute of speech: long enough for one line of reasoning, short enough to be heard at once.
pub const REACH_WORDS: u32 = 150;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What must be said, close together; nothing is found when this is empty. No part stands here twice.
    pub required: Vec<Part>,
    /// What must not be said in the passages that a moment touches.
    pub excluded: Vec<Part>,
}

/// One thing that is said or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// One word.
    Word(QueryWord),
    /// At least two words, one directly after the other, whoever says them.
    Phrase(Vec<QueryWord>),
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// As it was typed, without what stands around its letters.
    pub text: String,
    /// What is looked for.
    pub terms: Terms,
}

impl Part {
    /// Returns the words, at least one.
    #[must_use]
    pub fn words(&self) -> &[QueryWord] {
        match self {
            Self::Word(word) => std::slice::from_ref(word),
            Self::Phrase(words) => words,
        }
    }

    /// Returns whether another part looks for the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.words().iter().map(|word| &word.terms).eq(other.words().iter().map(|word| &word.terms))
    }
}

/// Writes the query so that [`parse()`] reads the same one again; this is what a person is shown as understood.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.required.iter().map(|part| ("", part)).chain(self.excluded.iter().map(|part| ("-", part)));
        for (number, (sign, part)) in parts.enumerate() {
            let space = if number == 0 { "" } else { " " };
            write!(f, "{space}{sign}{part}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) if parse::is_plain(&word.text) => f.write_str(&word.text),
            Self::Word(word) => write!(f, "\"{}\"", word.text),
            Self::Phrase(words) => {
                f.write_str("\"")?;
                for (number, word) in words.iter().enumerate() {
                    if number > 0 && !parse::stay_apart(&words[number - 1].text, &word.text) {
                        f.write_str(" ")?;
                    }
                    f.write_str(&word.text)?;
                }
                f.write_str("\"")
            }
        }
    }
}
