//! A query is what a person asks for, as it was understood: what must be said, what must not, and where to look.
//!
//! `docs/query.md` explains the language to the person who types it.

use crate::term::Terms;
use crate::time::Millis;

mod branch;
mod change;
mod filter;
mod label;
mod labels;
mod note;
mod parse;
mod write;

pub use branch::{Branch, MAX_BRANCHES, branches};
pub use filter::{About, DateRange, Filter, Filters, Value};
pub use label::Label;
pub use labels::Labels;
pub use note::Note;
pub use parse::{Parsed, parse, takes_words};

/// How far apart the words of a moment may lie: its last word's ordinal less its first's, plus one, is at most this.
///
/// About a minute of speech: long enough for one line of reasoning, short enough to be heard at once.
pub const REACH_WORDS: u32 = 150;

/// The most words and phrases that are looked for near each other: all sets of them are kept as the bits of a number.
pub const MAX_OPERANDS: usize = 7;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What must be said close together, and what must not; no two are the same.
    pub asked: Vec<Node>,
    /// Where it is looked for.
    pub filters: Filters,
    /// How close together.
    pub reach: Reach,
    /// Whether all passages are found where nothing must be said: so it is when filters are all that was typed.
    pub lists_passages: bool,
}

/// How far a moment may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Its words, first and last counted.
    Words(u32),
    /// The end of its last word less the start of its first.
    Time(Millis),
}

impl Default for Reach {
    fn default() -> Self {
        Self::Words(REACH_WORDS)
    }
}

/// What is asked for, or a group of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Something that is said.
    Part(Part),
    /// All of these, close together; at least two.
    All(Vec<Self>),
    /// Any of these; at least two.
    Any(Vec<Self>),
    /// Not this, near what is found.
    Not(Box<Self>),
}

/// One thing that is said or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// One word.
    Word(QueryWord),
    /// At least two words, one directly after the other, whoever says them.
    Phrase(Vec<QueryWord>),
    /// Words and phrases in any order, none on top of another, with few words between them.
    Near {
        /// At least two, each a word or the words of a phrase.
        operands: Vec<Vec<QueryWord>>,
        /// How many other words may lie between the first word and the last.
        distance: u32,
    },
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// As it was typed, without what stands around its letters.
    pub text: String,
    /// What is looked for.
    pub terms: Terms,
    /// Which other words count as this one.
    pub likeness: Likeness,
}

/// Which words of a transcript count as a word of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Those with the same letters, and in their own language those with the same stem, those whose stem it is, and its
    /// stem; marks aside.
    Inflected,
    /// Those with the very same letters and marks.
    Exact,
    /// [`Self::Inflected`] ones, and those that begin with it, marks aside.
    Prefix,
    /// [`Self::Inflected`] ones, and those that become it, marks aside, by at most so many changes: a letter more, less,
    /// other, or two exchanged.
    Fuzzy(u8),
}

impl Part {
    /// Makes what looks for words in a row; `None` when there is none.
    fn row(mut words: Vec<QueryWord>) -> Option<Self> {
        match words.len() {
            0 => None,
            1 => words.pop().map(Self::Word),
            _ => Some(Self::Phrase(words)),
        }
    }

    /// Makes what looks for words and phrases near each other; `None` when there is none.
    fn near(mut operands: Vec<Vec<QueryWord>>, distance: u32) -> Option<Self> {
        match operands.len() {
            0 => None,
            1 => Self::row(operands.remove(0)),
            _ => Some(Self::Near { operands, distance }),
        }
    }

    /// Returns the words and phrases that it is made of: one, unless it is a [`Part::Near`].
    #[must_use]
    pub fn operands(&self) -> Vec<&[QueryWord]> {
        match self {
            Self::Word(word) => vec![std::slice::from_ref(word)],
            Self::Phrase(words) => vec![words],
            Self::Near { operands, .. } => operands.iter().map(Vec::as_slice).collect(),
        }
    }

    /// Returns whether another part looks for the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let distance = |part: &Self| if let Self::Near { distance, .. } = part { Some(*distance) } else { None };
        let (operands, others) = (self.operands(), other.operands());
        distance(self) == distance(other)
            && operands.len() == others.len()
            && operands.iter().zip(&others).all(|(one, other)| meant(one).eq(meant(other)))
    }
}

fn meant(words: &[QueryWord]) -> impl Iterator<Item = (&Terms, Likeness)> {
    words.iter().map(|word| (&word.terms, word.likeness))
}

impl Node {
    /// Makes what looks for all of several, close together; `None` when there is none.
    fn all(nodes: Vec<Self>) -> Option<Self> {
        joined(nodes, Self::All, |node| match node {
            Self::All(nodes) => Ok(nodes),
            node => Err(node),
        })
    }

    /// Makes what looks for any of several; `None` when there is none.
    fn any(nodes: Vec<Self>) -> Option<Self> {
        joined(nodes, Self::Any, |node| match node {
            Self::Any(nodes) => Ok(nodes),
            node => Err(node),
        })
    }

    /// Returns whether another node looks for the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let all = |one: &[Self], other: &[Self]| {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_same(other))
        };
        match (self, other) {
            (Self::Part(one), Self::Part(other)) => one.is_same(other),
            (Self::All(one), Self::All(other)) | (Self::Any(one), Self::Any(other)) => all(one, other),
            (Self::Not(one), Self::Not(other)) => one.is_same(other),
            _ => false,
        }
    }
}

/// Makes one node of several, with groups of the same kind opened and what is the same left out.
fn joined(
    nodes: Vec<Node>,
    group: impl Fn(Vec<Node>) -> Node,
    opened: impl Fn(Node) -> Result<Vec<Node>, Node>,
) -> Option<Node> {
    let mut kept: Vec<Node> = Vec::new();
    for node in nodes.into_iter().flat_map(|node| opened(node).unwrap_or_else(|node| vec![node])) {
        if !kept.iter().any(|known| known.is_same(&node)) {
            kept.push(node);
        }
    }
    match kept.len() {
        0 => None,
        1 => kept.pop(),
        _ => Some(group(kept)),
    }
}
