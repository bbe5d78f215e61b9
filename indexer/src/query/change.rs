//! Queries like another one, to be asked when that finds nothing: with other words, or without one thing that it asks.

use super::{Node, Part, Query, QueryWord, Reach};

impl Query {
    /// Returns the query with other words in the places of those for which `other` gives one.
    #[must_use]
    pub fn with_words(&self, other: &dyn Fn(&QueryWord) -> Option<QueryWord>) -> Self {
        Self { asked: self.asked.iter().map(|node| with_words(node, other)).collect(), ..self.clone() }
    }

    /// Returns the query without each of the things that it asks at once, with that thing as it is written: words,
    /// phrases and groups, filters, the reach. Something to look for is left in each.
    #[must_use]
    pub fn without_each(&self) -> Vec<(String, Self)> {
        let written = |asked: &[Node]| Self { asked: asked.to_vec(), ..Self::default() }.to_string();
        let mut fewer = Vec::new();
        for (place, node) in self.asked.iter().enumerate() {
            let mut asked = self.asked.clone();
            asked.remove(place);
            fewer.push((written(std::slice::from_ref(node)), Self { asked, ..self.clone() }));
        }
        for filter in self.filters.iter() {
            let filters = self.filters.but(filter);
            fewer.push((filter.to_string(), Self { lists_passages: !filters.is_empty(), filters, ..self.clone() }));
        }
        if self.reach != Reach::default() {
            let reach = Self { reach: self.reach, ..Self::default() };
            fewer.push((reach.to_string(), Self { reach: Reach::default(), ..self.clone() }));
        }
        fewer.retain(|(_, query)| query.looks_for_something());
        fewer
    }

    /// Returns the query without some words wherever they are required, also inside phrases; `None` when there are none
    /// such, or nothing to look for is left.
    #[must_use]
    pub fn without_words(&self, is_left_out: &dyn Fn(&QueryWord) -> bool) -> Option<Self> {
        let asked = self.asked.iter().filter_map(|node| without_words(node, is_left_out)).collect();
        let asked = match Node::all(asked)? {
            Node::All(nodes) => nodes,
            node => vec![node],
        };
        let fewer = Self { asked, ..self.clone() };
        (fewer != *self && fewer.looks_for_something()).then_some(fewer)
    }

    fn looks_for_something(&self) -> bool {
        self.asked.iter().any(|node| !matches!(node, Node::Not(_)))
    }

    /// Returns the query with the words of its phrases close together instead of in a row; `None` when it has no phrase.
    #[must_use]
    pub fn without_quotes(&self) -> Option<Self> {
        let is_phrase = |node: &Node| matches!(node, Node::Part(Part::Phrase(_)));
        if !self.asked.iter().any(is_phrase) {
            return None;
        }
        let mut asked: Vec<Node> = Vec::new();
        for node in &self.asked {
            let loose = match node {
                Node::Part(Part::Phrase(words)) => {
                    words.iter().cloned().map(|word| Node::Part(Part::Word(word))).collect()
                }
                node => vec![node.clone()],
            };
            for node in loose {
                if !asked.iter().any(|known| known.is_same(&node)) {
                    asked.push(node);
                }
            }
        }
        Some(Self { asked, ..self.clone() })
    }
}

fn with_words(node: &Node, other: &dyn Fn(&QueryWord) -> Option<QueryWord>) -> Node {
    let nodes = |nodes: &[Node]| nodes.iter().map(|node| with_words(node, other)).collect();
    let words = |words: &[QueryWord]| -> Vec<QueryWord> {
        words.iter().map(|word| other(word).unwrap_or_else(|| word.clone())).collect()
    };
    match node {
        Node::Part(Part::Word(word)) => Node::Part(Part::Word(other(word).unwrap_or_else(|| word.clone()))),
        Node::Part(Part::Phrase(said)) => Node::Part(Part::Phrase(words(said))),
        Node::Part(Part::Near { operands, distance }) => Node::Part(Part::Near {
            operands: operands.iter().map(|operand| words(operand)).collect(),
            distance: *distance,
        }),
        Node::All(all) => Node::All(nodes(all)),
        Node::Any(any) => Node::Any(nodes(any)),
        // What is excluded may well be said nowhere.
        Node::Not(_) => node.clone(),
    }
}

fn without_words(node: &Node, is_left_out: &dyn Fn(&QueryWord) -> bool) -> Option<Node> {
    let kept = |words: &[QueryWord]| words.iter().filter(|word| !is_left_out(word)).cloned().collect::<Vec<_>>();
    let nodes = |nodes: &[Node]| nodes.iter().filter_map(|node| without_words(node, is_left_out)).collect();
    match node {
        Node::Part(Part::Word(word)) => Part::row(kept(std::slice::from_ref(word))).map(Node::Part),
        Node::Part(Part::Phrase(words)) => Part::row(kept(words)).map(Node::Part),
        Node::Part(Part::Near { operands, distance }) => {
            let operands = operands.iter().map(|operand| kept(operand)).filter(|words| !words.is_empty()).collect();
            Part::near(operands, *distance).map(Node::Part)
        }
        Node::All(all) => Node::all(nodes(all)),
        Node::Any(any) => Node::any(nodes(any)),
        Node::Not(_) => Some(node.clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::query::{Likeness, QueryWord, parse};
    use crate::term::terms;

    #[test]
    fn one_thing_is_left_out_at_a_time() {
        for (input, expected) in [
            ("museum", &[][..]),
            ("museum budget", &[("museum", "budget"), ("budget", "museum")]),
            ("museum -budget", &[("-budget", "museum")]),
            ("\"open day\" (a OR b)", &[("\"open day\"", "a OR b"), ("a OR b", "\"open day\"")]),
            ("museum speaker:ann", &[("speaker:ann", "museum")]),
            (
                "museum speaker:ann lang:sv within:9w",
                &[
                    ("speaker:ann", "museum within:9w lang:sv"),
                    ("lang:sv", "museum within:9w speaker:ann"),
                    ("within:9w", "museum speaker:ann lang:sv"),
                ],
            ),
            ("speaker:ann", &[]),
        ] {
            let fewer = parse(input).query.without_each();
            let fewer: Vec<_> = fewer.into_iter().map(|(left_out, query)| (left_out, query.to_string())).collect();
            let fewer: Vec<_> = fewer.iter().map(|(left_out, query)| (left_out.as_str(), query.as_str())).collect();
            assert_eq!(fewer, expected, "{input:?}");
            for (_, query) in fewer {
                let of_text = parse(query).query;
                assert_eq!(of_text.to_string(), query, "{query} is a query that a person could have typed");
            }
        }
    }

    #[test]
    fn a_phrase_becomes_its_words() {
        let loose = |input: &str| parse(input).query.without_quotes().map(|query| query.to_string());
        assert_eq!(loose("\"the open day\" the -\"a b\""), Some("the open day -\"a b\"".into()));
        assert_eq!(loose("museum -\"a b\""), None);
    }

    #[test]
    fn words_are_left_out_wherever_they_are_required() {
        for (input, expected) in [
            ("museum zzz", Some("museum")),
            ("\"the zzz museum\" -zzz", Some("\"the museum\" -zzz")),
            ("\"zzz museum\" museum zzz NEAR/2 \"zzz open\" (zzz OR day)", Some("museum open day")),
            ("zzz -museum", None),
            ("museum -zzz", None),
        ] {
            let fewer = parse(input).query.without_words(&|word| word.text == "zzz");
            assert_eq!(fewer.map(|query| query.to_string()).as_deref(), expected, "{input:?}");
        }
    }

    #[test]
    fn words_are_replaced_wherever_they_are_required() {
        let other = |word: &QueryWord| {
            let better = QueryWord { text: "museum".into(), terms: terms("museum"), likeness: Likeness::Inflected };
            (word.text == "musuem").then_some(better)
        };
        for (input, expected) in [
            ("musuem", "museum"),
            ("\"the musuem\" OR musuem NEAR/2 \"a b\"", "\"the museum\" OR museum NEAR/2 \"a b\""),
            ("cost -musuem", "cost -musuem"),
        ] {
            assert_eq!(parse(input).query.with_words(&other).to_string(), expected, "{input:?}");
        }
    }
}
