//! A label is a short text about a recording, such as its title or a speaker's name, taken apart once and asked often.

use super::{Likeness, Node, Part, QueryWord};
use crate::term::{Terms, split_words, terms};

/// A text and its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    text: String,
    words: Vec<Terms>,
}

impl Label {
    /// Takes a text apart.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words = split_words(text).into_iter().map(terms).filter(|terms| !terms.exact.is_empty()).collect();
        Self { text: text.to_owned(), words }
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the terms of its words.
    pub(super) fn words(&self) -> &[Terms] {
        &self.words
    }

    /// Returns whether it has no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns whether all words of another label stand in it one after the other, marks and case aside.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        let same = |words: &[Terms]| words.iter().zip(&other.words).all(|(one, other)| one.folded == other.folded);
        !other.is_empty() && self.words.windows(other.words.len()).any(same)
    }

    /// Returns the words in a row of every label that it [holds](Self::holds), as [`Self::row`] has them.
    pub fn rows(&self) -> impl Iterator<Item = String> {
        let from = move |start: usize| (start..self.words.len()).map(move |end| row(&self.words[start..=end]));
        (0..self.words.len()).flat_map(from)
    }

    /// Returns its words in a row, marks and case aside.
    #[must_use]
    pub fn row(&self) -> String {
        row(&self.words)
    }

    /// Returns whether a part stands in it: the words of a phrase in a row, those of a NEAR close together.
    fn says(&self, part: &Part) -> bool {
        let operands = part.operands();
        let places: Vec<Vec<usize>> = operands.iter().map(|asked| self.places(asked)).collect();
        let held: usize = operands.iter().map(|asked| asked.len()).sum();
        let between = if let Part::Near { distance, .. } = part { *distance as usize } else { 0 };
        let all_from = |&start: &usize| {
            places.iter().zip(&operands).all(|(places, asked)| {
                let next = places.get(places.partition_point(|&place| place < start));
                next.is_some_and(|place| place + asked.len() <= start + held + between)
            })
        };
        places.iter().flatten().any(all_from)
    }

    /// Returns where some words stand in a row.
    fn places(&self, asked: &[QueryWord]) -> Vec<usize> {
        let same = |said: &[Terms]| asked.iter().zip(said).all(|(asked, said)| asked.is_like(said));
        let windows = self.words.windows(asked.len()).enumerate();
        windows.filter(|(_, said)| same(said)).map(|(place, _)| place).collect()
    }
}

fn row(words: &[Terms]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
}

/// Returns whether what is asked for stands in some labels of one thing, each part in one of them, and nothing that is
/// excluded does; where nothing is asked for, nothing is told.
///
/// Words are compared without stems, for a label has no language.
pub(super) fn tell(labels: &[Label], asked: &[Node]) -> bool {
    all_told(labels, asked) == Told::Said
}

/// How some labels meet what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Not,
    /// What must not stand there does not.
    Met,
    /// And something else does.
    Said,
}

fn all_told(labels: &[Label], nodes: &[Node]) -> Told {
    let each = nodes.iter().map(|node| told(labels, node));
    each.fold(Told::Met, |all, one| if all.min(one) == Told::Not { Told::Not } else { all.max(one) })
}

fn told(labels: &[Label], node: &Node) -> Told {
    match node {
        Node::Part(part) if labels.iter().any(|label| label.says(part)) => Told::Said,
        Node::Part(_) => Told::Not,
        Node::All(nodes) => all_told(labels, nodes),
        Node::Any(nodes) => nodes.iter().map(|node| told(labels, node)).max().unwrap_or(Told::Not),
        Node::Not(node) if told(labels, node) == Told::Said => Told::Not,
        Node::Not(_) => Told::Met,
    }
}

impl QueryWord {
    /// Whether a word of no known language counts as this one.
    fn is_like(&self, said: &Terms) -> bool {
        let asked = &self.terms;
        match self.likeness {
            Likeness::Inflected => said.folded == asked.folded,
            Likeness::Exact => said.exact == asked.exact,
            Likeness::Prefix => said.folded.starts_with(&asked.folded),
            Likeness::Fuzzy(changes) => strsim::osa_distance(&said.folded, &asked.folded) <= changes.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn labels_hold_words_in_a_row() {
        for (text, other, expected) in [
            ("Ann Lee", "ann lee", true),
            ("Ann Lee", "lee", true),
            ("Ann Lee", "lee ann", false),
            ("Ann \"Annie\" Lee", "Ann Annie Lee", true),
            ("צה\"ל", "צה״ל", true),
            ("/data/Malmö 2021/b", "malmo 2021", true),
            ("Ann", "", false),
        ] {
            let (text, other) = (Label::new(text), Label::new(other));
            assert_eq!(text.holds(&other), expected, "{other:?} in {text:?}");
            assert_eq!(text.rows().any(|row| row == other.row()), expected, "{other:?} in {text:?}");
        }
    }

    #[test]
    fn labels_tell_what_is_asked() {
        let labels = [Label::new("The Local Museum: volunteers of Łódź"), Label::new("Carl Ek")];
        for (query, expected) in [
            ("museum lodz", true),
            ("\"local museum\"", true),
            ("\"museum local\"", false),
            ("muse* volunters~", true),
            ("museum -volunteers", false),
            ("harbour OR museum", true),
            ("exact:lodz", false),
            ("museum carl", true),
            ("\"łódź carl\"", false),
            ("\"local lodz\"~3", true),
            ("\"local lodz\"~2", false),
            ("\"lodz local\"~3", true),
            ("museum NEAR/9 carl", false),
            ("museum -(carl harbour)", true),
            ("museum -(carl -harbour)", false),
            ("museum -(carl OR harbour)", false),
            ("-harbour", false),
            ("harbour OR -carl", false),
            ("museum (harbour OR -bo)", true),
            ("speaker:Ann", false),
            ("", false),
        ] {
            assert_eq!(tell(&labels, &parse(query).query.asked), expected, "{query:?}");
        }
    }
}
