//! Writing a query so that [`super::parse()`] reads the same one again; this is what a person is shown as understood.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{Filter, Likeness, Node, Part, Query, QueryWord, Reach, Value};
use crate::term::{is_unspaced, split_words};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut shown: Vec<String> = Vec::new();
        let is_alone = self.asked.len() == 1;
        shown.extend(self.asked.iter().map(|node| if is_alone { node.to_string() } else { Grouped(node).to_string() }));
        match self.reach {
            reach if reach == Reach::default() => {}
            Reach::Words(words) => shown.push(format!("within:{words}w")),
            Reach::Time(time) if time.get().is_multiple_of(1000) => {
                shown.push(format!("within:{}s", time.get() / 1000));
            }
            Reach::Time(time) => shown.push(format!("within:{}ms", time.get())),
        }
        shown.extend(self.filters.iter().map(ToString::to_string));
        f.write_str(&shown.join(" "))
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => part.fmt(f),
            Self::All(nodes) => joined(f, nodes, " "),
            Self::Any(nodes) => joined(f, nodes, " OR "),
            Self::Not(node) => match &**node {
                Self::Part(part) if !part.is_chain() => write!(f, "-{part}"),
                node => write!(f, "-({node})"),
            },
        }
    }
}

/// A node where others stand beside it.
struct Grouped<'a>(&'a Node);

impl Display for Grouped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::All(_) | Node::Any(_) => write!(f, "({})", self.0),
            node => node.fmt(f),
        }
    }
}

fn joined(f: &mut Formatter<'_>, nodes: &[Node], between: &str) -> fmt::Result {
    for (number, node) in nodes.iter().enumerate() {
        f.write_str(if number == 0 { "" } else { between })?;
        Grouped(node).fmt(f)?;
    }
    Ok(())
}

impl Part {
    /// Whether it is written with spaces outside quotes.
    fn is_chain(&self) -> bool {
        matches!(self, Self::Near { operands, .. } if !is_quotable(operands))
    }
}

/// Whether all can stand in one pair of quotes: words only, and not some of them exact.
fn is_quotable(operands: &[Vec<QueryWord>]) -> bool {
    let exact = |words: &Vec<QueryWord>| words[0].likeness == Likeness::Exact;
    operands.iter().all(|words| words.len() == 1 && exact(words) == exact(&operands[0]))
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => one_word(f, word),
            Self::Phrase(words) => phrase(f, words),
            Self::Near { operands, distance } if is_quotable(operands) => {
                let words: Vec<_> = operands.iter().map(|words| with_suffix(&words[0])).collect();
                write!(f, "{}\"{}\"~{distance}", exactly(&operands[0][0]), words.join(" "))
            }
            Self::Near { operands, distance } => {
                for (number, words) in operands.iter().enumerate() {
                    if number > 0 {
                        write!(f, " NEAR/{distance} ")?;
                    }
                    if let [word] = words.as_slice() { one_word(f, word)? } else { phrase(f, words)? }
                }
                Ok(())
            }
        }
    }
}

fn exactly(word: &QueryWord) -> &'static str {
    if word.likeness == Likeness::Exact { "exact:" } else { "" }
}

fn with_suffix(word: &QueryWord) -> String {
    let text = &word.text;
    match word.likeness {
        Likeness::Inflected | Likeness::Exact => text.clone(),
        Likeness::Prefix => format!("{text}*"),
        Likeness::Fuzzy(1) => format!("{text}~"),
        Likeness::Fuzzy(changes) => format!("{text}~{changes}"),
    }
}

fn one_word(f: &mut Formatter<'_>, word: &QueryWord) -> fmt::Result {
    let text = with_suffix(word);
    let is_plain = !text.contains(':') && !["OR", "AND"].contains(&text.as_str());
    let quote = if is_plain { "" } else { "\"" };
    write!(f, "{}{quote}{text}{quote}", exactly(word))
}

fn phrase(f: &mut Formatter<'_>, words: &[QueryWord]) -> fmt::Result {
    write!(f, "{}\"", words.first().map_or("", exactly))?;
    for (number, word) in words.iter().enumerate() {
        if number > 0 && !stay_apart(&words[number - 1], word) {
            f.write_char(' ')?;
        }
        f.write_str(&with_suffix(word))?;
    }
    f.write_char('"')
}

/// Whether two words are still two when nothing is put between them.
fn stay_apart(first: &QueryWord, second: &QueryWord) -> bool {
    let is_bare = matches!(first.likeness, Likeness::Inflected | Likeness::Exact);
    // Elsewhere a mark that stands alone may join what follows, or not, by what is before it.
    let is_unspaced = first.text.ends_with(is_unspaced) || second.text.starts_with(is_unspaced);
    is_bare && is_unspaced && split_words(&format!("{}{}", first.text, second.text)) == [&first.text, &second.text]
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sign = if self.is_excluded { "-" } else { "" };
        write!(f, "{sign}{}:", self.value.name())?;
        match &self.value {
            Value::Speaker(words)
            | Value::Title(words)
            | Value::People(words)
            | Value::Place(words)
            | Value::Folder(words) => {
                let text = words.text();
                let is_plain = !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')'));
                if is_plain { f.write_str(text) } else { write!(f, "\"{text}\"") }
            }
            Value::Language(language) => language.fmt(f),
            Value::Doubtful(is_doubtful) => f.write_str(if *is_doubtful { "doubtful" } else { "good" }),
            Value::Date(range) => range.fmt(f),
        }
    }
}
