//! A label is a short text about a recording, such as its title or a speaker's name, taken apart once and asked often.

use super::{Branch, Likeness, Node, Part, QueryWord, branches};
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

    /// Returns whether everything that one of the branches requires stands in it, in any order, and nothing that it
    /// excludes does.
    ///
    /// Words are compared without stems, for a label has no language.
    #[must_use]
    pub fn tells(&self, asked: &[Branch<'_>]) -> bool {
        let meets = |branch: &Branch<'_>| {
            let excludes = |node: &&Node| self.tells(&branches(std::slice::from_ref(*node)).0);
            !branch.required.is_empty()
                && branch.required.iter().all(|part| self.says(part))
                && !branch.excluded.iter().any(excludes)
        };
        asked.iter().any(meets)
    }

    fn says(&self, part: &Part) -> bool {
        let says = |asked: &[QueryWord]| {
            let same = |said: &[Terms]| asked.iter().zip(said).all(|(asked, said)| asked.is_like(said));
            self.words.windows(asked.len()).any(same)
        };
        part.operands().into_iter().all(says)
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
            assert_eq!(Label::new(text).holds(&Label::new(other)), expected, "{other:?} in {text:?}");
        }
    }

    #[test]
    fn labels_tell_what_is_asked() {
        let label = Label::new("The Local Museum: volunteers of Łódź");
        for (query, expected) in [
            ("museum lodz", true),
            ("\"local museum\"", true),
            ("\"museum local\"", false),
            ("muse* volunters~", true),
            ("museum -volunteers", false),
            ("harbour OR museum", true),
            ("exact:lodz", false),
            ("speaker:Ann", false),
            ("", false),
        ] {
            assert_eq!(label.tells(&branches(&parse(query).query.asked).0), expected, "{query:?}");
        }
    }
}
