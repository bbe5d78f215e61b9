//! A branch is one way in which a query can be met: its alternatives chosen, so that only parts are left.

use super::{Node, Part};

/// The most branches that are looked for. `(a OR b) (c OR d)` has four; each costs a walk through its occurrences.
pub const MAX_BRANCHES: usize = 64;

/// One way to meet a query.
#[derive(Debug, Clone, Default)]
pub struct Branch<'a> {
    /// What must be said, close together; no two are the same.
    pub required: Vec<&'a Part>,
    /// What must not be said near it.
    pub excluded: Vec<&'a Node>,
}

/// Returns the branches of all the nodes together, and whether there were more than [`MAX_BRANCHES`], of these or of
/// something that they exclude.
#[must_use]
pub fn branches(asked: &[Node]) -> (Vec<Branch<'_>>, bool) {
    let mut is_cut = false;
    let branches = all(asked, &mut is_cut);
    (branches, is_cut)
}

fn all<'a>(nodes: &'a [Node], is_cut: &mut bool) -> Vec<Branch<'a>> {
    nodes.iter().fold(vec![Branch::default()], |before, node| {
        let chosen = one(node, is_cut);
        let joined = before.iter().flat_map(|left| chosen.iter().map(move |right| join(left, right)));
        cut(joined, is_cut)
    })
}

fn one<'a>(node: &'a Node, is_cut: &mut bool) -> Vec<Branch<'a>> {
    match node {
        Node::Part(part) => vec![Branch { required: vec![part], excluded: Vec::new() }],
        Node::Not(excluded) => {
            // Its own are chosen where it is looked for.
            one(excluded, is_cut);
            vec![Branch { required: Vec::new(), excluded: vec![excluded] }]
        }
        Node::All(nodes) => all(nodes, is_cut),
        Node::Any(nodes) => {
            let chosen: Vec<_> = nodes.iter().flat_map(|node| one(node, is_cut)).collect();
            cut(chosen.into_iter(), is_cut)
        }
    }
}

fn join<'a>(left: &Branch<'a>, right: &Branch<'a>) -> Branch<'a> {
    let mut joined = left.clone();
    for &part in &right.required {
        if !joined.required.iter().any(|known| known.is_same(part)) {
            joined.required.push(part);
        }
    }
    joined.excluded.extend(&right.excluded);
    joined
}

fn cut<'a>(mut branches: impl Iterator<Item = Branch<'a>>, is_cut: &mut bool) -> Vec<Branch<'a>> {
    let kept = branches.by_ref().take(MAX_BRANCHES).collect();
    *is_cut |= branches.next().is_some();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn alternatives_are_chosen_one_by_one() {
        for (input, expected) in [
            ("", &[""][..]),
            ("a b", &["a b"]),
            ("a b OR c d", &["a b d", "a c d"]),
            ("(a b) OR c", &["a b", "c"]),
            ("a (a OR b)", &["a", "a b"]),
            ("(a OR -b) c", &["a c", "c -b"]),
            ("a -(b OR c)", &["a -(b OR c)"]),
        ] {
            let query = parse(input).query;
            let (branches, _) = branches(&query.asked);
            let shown = branches.iter().map(|branch| {
                let required = branch.required.iter().map(ToString::to_string);
                let excluded = branch.excluded.iter().map(|node| Node::Not(Box::new((*node).clone())).to_string());
                required.chain(excluded).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(shown.collect::<Vec<_>>(), expected, "{input:?}");
        }
    }

    #[test]
    fn there_is_an_end_to_them() {
        for (pairs, count, is_cut) in [(6, 64, false), (7, 64, true)] {
            let pairs = (0..pairs).map(|n| format!("(a{n} OR b{n})")).collect::<Vec<_>>().join(" ");
            for (query, count) in
                [(pairs.clone(), count), (format!("c -({pairs})"), 1), (format!("c -(d -({pairs}))"), 1)]
            {
                let query = parse(&query).query;
                let found = branches(&query.asked);
                assert_eq!((found.0.len(), found.1), (count, is_cut));
            }
        }
    }
}
