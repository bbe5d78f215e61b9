//! Parsing never fails: whatever is typed means something, and what could not be honoured becomes a note.
//!
//! [`lex`] reads the operands and operators; here they are put together. A dash binds most, then `NEAR/n`, then `OR`,
//! then standing side by side.

use super::note::{Kind, Notes};
use super::{MAX_BRANCHES, MAX_OPERANDS, Node, Note, Part, Query, QueryWord, Reach, branches};

mod lex;

pub use lex::takes_words;
use lex::{Lexed, Token};

/// A query and what there is to say about how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What is looked for.
    pub query: Query,
    /// What could not be honoured.
    pub notes: Vec<Note>,
}

/// Reads what a person typed; `docs/query.md` says how.
///
/// At most 10,000 bytes, 64 words and phrases, 150 words of a phrase and 20 levels of parentheses are read.
#[must_use]
pub fn parse(input: &str) -> Parsed {
    let Lexed { tokens, filters, reach, notes } = lex::lex(input);
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), notes };
    let asked = match parser.side_by_side() {
        None => Vec::new(),
        Some(Node::All(nodes)) => nodes,
        Some(node) => vec![node],
    };
    let mut notes = parser.notes;
    let (ways, is_cut) = branches(&asked);
    if is_cut {
        notes.add(Kind::TooManyBranches, "");
    }
    let empty = ways.iter().filter(|branch| branch.required.is_empty()).count();
    let lists_passages = !filters.is_empty();
    let is_something_asked = !asked.is_empty() || reach != Reach::default();
    if is_something_asked && !lists_passages && empty > 0 {
        notes.add(if empty == ways.len() { Kind::NothingRequired } else { Kind::ExclusionAlone }, "");
    }
    Parsed { query: Query { asked, filters, reach, lists_passages }, notes: notes.finish() }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    notes: Notes,
}

impl Parser {
    /// Reads up to the end of the group.
    fn side_by_side(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        loop {
            match self.tokens.peek() {
                None | Some(Token::Close) => return Node::all(nodes),
                Some(Token::Or | Token::Near(_)) => self.skip_operator(),
                Some(Token::Open { .. } | Token::Operand { .. }) => nodes.extend(self.alternatives()),
            }
        }
    }

    /// Passes over an operator with nothing to look for on one of its sides.
    fn skip_operator(&mut self) {
        let name = match self.tokens.next() {
            Some(Token::Near(distance)) => format!("NEAR/{distance}"),
            _ => "OR".into(),
        };
        self.notes.add(Kind::LoneOperator, &name);
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut nodes: Vec<Node> = self.signed().into_iter().collect();
        while matches!(self.tokens.peek(), Some(Token::Or)) {
            self.tokens.next();
            while matches!(self.tokens.peek(), Some(Token::Or | Token::Near(_))) {
                self.skip_operator();
            }
            match self.tokens.peek() {
                Some(Token::Open { .. } | Token::Operand { .. }) => nodes.extend(self.signed()),
                _ => self.notes.add(Kind::LoneOperator, "OR"),
            }
        }
        Node::any(nodes)
    }

    fn signed(&mut self) -> Option<Node> {
        let is_excluded = matches!(
            self.tokens.peek(),
            Some(Token::Open { is_excluded: true } | Token::Operand { is_excluded: true, .. })
        );
        let node = self.chain()?;
        Some(if is_excluded { Node::Not(Box::new(node)) } else { node })
    }

    fn chain(&mut self) -> Option<Node> {
        let mut units: Vec<Node> = self.unit().into_iter().collect();
        let mut distances = Vec::new();
        while let Some(&Token::Near(distance)) = self.tokens.peek() {
            self.tokens.next();
            match self.tokens.peek() {
                Some(Token::Open { is_excluded: false } | Token::Operand { is_excluded: false, .. }) => {
                    units.extend(self.unit());
                    distances.push(distance);
                }
                _ => self.notes.add(Kind::LoneOperator, &format!("NEAR/{distance}")),
            }
        }
        let Some(&distance) = distances.iter().max() else { return Node::all(units) };
        if distances.iter().any(|&other| other != distance) {
            self.notes.add(Kind::NearDistances, "");
        }
        let Some(operands) = units.iter().map(operands).collect::<Option<Vec<_>>>() else {
            self.notes.add(Kind::NearGroup, "");
            return Node::all(units);
        };
        self.near(operands, distance)
    }

    /// Takes one of the alternatives for each operand, in all ways.
    fn near(&mut self, mut operands: Vec<Vec<Vec<QueryWord>>>, distance: u32) -> Option<Node> {
        if operands.len() > MAX_OPERANDS {
            self.notes.add(Kind::NearCut, &MAX_OPERANDS.to_string());
            operands.truncate(MAX_OPERANDS);
        }
        let mut chosen: Vec<Vec<Vec<QueryWord>>> = vec![Vec::new()];
        for alternatives in &operands {
            if chosen.len() * alternatives.len() > MAX_BRANCHES {
                self.notes.add(Kind::TooManyBranches, "");
            }
            let joined = chosen.iter().flat_map(|before| {
                alternatives.iter().map(move |operand| before.iter().chain([operand]).cloned().collect())
            });
            chosen = joined.take(MAX_BRANCHES).collect();
        }
        Node::any(chosen.into_iter().filter_map(|operands| Part::near(operands, distance)).map(Node::Part).collect())
    }

    fn unit(&mut self) -> Option<Node> {
        match self.tokens.next()? {
            Token::Operand { operands, distance, .. } => self.operand(operands, distance),
            Token::Open { .. } => {
                let group = self.side_by_side();
                self.tokens.next();
                group
            }
            Token::Or | Token::Near(_) | Token::Close => None,
        }
    }

    fn operand(&mut self, operands: Vec<Vec<QueryWord>>, distance: Option<u32>) -> Option<Node> {
        match distance {
            Some(distance) => self.near(operands.into_iter().map(|operand| vec![operand]).collect(), distance),
            None => Part::row(operands.concat()).map(Node::Part),
        }
    }
}

/// The words and phrases that stand for an operand of NEAR; `None` when it is another group.
fn operands(node: &Node) -> Option<Vec<Vec<QueryWord>>> {
    match node {
        Node::Part(Part::Word(word)) => Some(vec![vec![word.clone()]]),
        Node::Part(Part::Phrase(words)) => Some(vec![words.clone()]),
        Node::Any(nodes) => nodes.iter().map(|node| matches!(node, Node::Part(_)).then(|| operands(node))?).try_fold(
            Vec::new(),
            |mut all, one| {
                all.extend(one?);
                Some(all)
            },
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
