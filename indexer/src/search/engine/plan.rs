//! A plan is a query in the terms of the index: which recordings can hold hits, and how much each part says.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

use super::engine;
use super::expansion::{Likes, expand};
use super::schema::Fields;
use super::snapshot::{Snapshot, lives};
use crate::query::{Branch, Likeness, Node, Note, Part, Query, QueryWord, REACH_WORDS, Reach, branches};
use crate::recording::Language;
use crate::search::Error;
use crate::search::fault::{Fault, is_seeded};
use crate::search::moment::Form;
use crate::search::rank::rarity;
use crate::term::{Terms, stem};

pub(super) struct Plan<'q> {
    pub(super) query: &'q Query,
    /// The words of the query, each once.
    pub(super) words: Vec<Word<'q>>,
    /// The parts of the query, each once among the required and once among the excluded.
    pub(super) parts: Vec<PlannedPart>,
    pub(super) branches: Vec<PlannedBranch>,
    /// What must not be said, each once, after whatever stands inside it.
    pub(super) exclusions: Vec<Exclusion<'q>>,
    /// Whether it matters who says a word, in which language, and whether that is doubtful.
    pub(super) restricts_words: bool,
    /// What could not be honoured.
    pub(super) notes: Vec<Note>,
    /// The place of each word in `words`.
    places: HashMap<(&'q Terms, Likeness), usize>,
    until: Instant,
}

/// A word of the query.
pub(super) struct Word<'q> {
    asked: &'q QueryWord,
    /// Where it is said in each segment.
    pub(super) said: Vec<Said>,
    /// How often it is said in the library, at most.
    count: u64,
}

/// Where a word is said in one segment.
pub(super) struct Said {
    /// The terms under which it is said there.
    pub(super) lists: Vec<List<TermInfo>>,
    /// The recordings in which it is said.
    docs: Docs,
    /// How often it is said there, at most.
    count: u64,
}

/// One term under which a word may be said: the term itself, or what a segment knows of it.
pub(super) struct List<T> {
    pub(super) term: T,
    /// How well what is said under it fits.
    pub(super) form: Form,
    /// Only words in this language count.
    pub(super) language: Option<Language>,
}

pub(super) struct PlannedPart {
    /// The words of each operand.
    pub(super) operands: Vec<Vec<usize>>,
    /// The same with the place of each word in its operand, the rarest word first.
    pub(super) rarest: Vec<Vec<(u32, usize)>>,
    /// How many words may lie between operands in any order.
    pub(super) near: Option<u32>,
    /// Whether only words that the filters admit count.
    pub(super) is_restricted: bool,
    pub(super) rarity: f32,
}

pub(super) struct PlannedBranch {
    pub(super) required: Vec<usize>,
    /// What must not be said near it, as places in [`Plan::exclusions`].
    pub(super) excluded: Vec<usize>,
}

/// Something that must not be said.
pub(super) struct Exclusion<'q> {
    node: &'q Node,
    /// The ways in which it can be said.
    pub(super) ways: Vec<PlannedBranch>,
}

impl<'q> Plan<'q> {
    /// Looks up what a query asks for; from `until` on it is given up.
    pub(super) fn new(snapshot: &Snapshot, fields: &Fields, query: &'q Query, until: Instant) -> Result<Self, Error> {
        let filters = &query.filters;
        let restricts_words = filters.iter().any(|filter| filter.value.is_about_words());
        let mut plan = Self {
            query,
            words: Vec::new(),
            parts: Vec::new(),
            branches: Vec::new(),
            exclusions: Vec::new(),
            restricts_words,
            notes: Vec::new(),
            places: HashMap::new(),
            until,
        };
        let languages: Vec<Language> =
            snapshot.languages.iter().copied().filter(|&language| filters.admit_language(language)).collect();
        let context = Context { snapshot, fields, languages };
        let (ways, _) = branches(&query.asked);
        let is_met = |branch: &&Branch<'q>| !branch.required.is_empty() || query.lists_passages;
        for branch in ways.iter().filter(is_met) {
            let planned = plan.branch(&context, branch, true)?;
            plan.branches.push(planned);
        }
        Ok(plan)
    }

    fn branch(
        &mut self,
        context: &Context<'_>,
        branch: &Branch<'q>,
        is_required: bool,
    ) -> Result<PlannedBranch, Error> {
        let required =
            branch.required.iter().map(|part| self.part(context, part, is_required)).collect::<Result<_, _>>()?;
        let excluded = branch.excluded.iter().map(|node| self.excluded(context, node)).collect::<Result<_, _>>()?;
        Ok(PlannedBranch { required, excluded })
    }

    /// Plans something that must not be said, unless that was done: each of many branches may exclude it.
    fn excluded(&mut self, context: &Context<'_>, node: &'q Node) -> Result<usize, Error> {
        if let Some(known) = self.exclusions.iter().position(|known| std::ptr::eq(known.node, node)) {
            return Ok(known);
        }
        let (ways, _) = branches(std::slice::from_ref(node));
        let ways = ways.iter().filter(|branch| !branch.required.is_empty());
        let ways = ways.map(|branch| self.branch(context, branch, false)).collect::<Result<_, _>>()?;
        self.exclusions.push(Exclusion { node, ways });
        Ok(self.exclusions.len() - 1)
    }

    fn part(&mut self, context: &Context<'_>, part: &'q Part, is_required: bool) -> Result<usize, Error> {
        let words = |words: &'q [QueryWord], plan: &mut Self| -> Result<Vec<usize>, Error> {
            words.iter().map(|word| plan.word(context, word)).collect()
        };
        let operands: Vec<_> =
            part.operands().into_iter().map(|operand| words(operand, self)).collect::<Result<_, _>>()?;
        let near = if let Part::Near { distance, .. } = part { Some(*distance) } else { None };
        let is_restricted = is_required && self.restricts_words && !is_seeded(Fault::Speaker);
        let is_known =
            |it: &PlannedPart| it.operands == operands && it.near == near && it.is_restricted == is_restricted;
        if let Some(known) = self.parts.iter().position(is_known) {
            return Ok(known);
        }
        // How often several words stand together is known only after looking everywhere: the rarest is an upper bound.
        let fewest = operands.iter().flatten().map(|&word| self.words[word].count).min().unwrap_or_default();
        let rarity = rarity(context.snapshot.words, fewest);
        let rarest = |words: &Vec<usize>| {
            let mut rarest: Vec<(u32, usize)> = (0..).zip(words.iter().copied()).collect();
            rarest.sort_by_key(|&(_, word)| self.words[word].count);
            rarest
        };
        let rarest = operands.iter().map(rarest).collect();
        self.parts.push(PlannedPart { operands, rarest, near, is_restricted, rarity });
        Ok(self.parts.len() - 1)
    }

    fn word(&mut self, context: &Context<'_>, asked: &'q QueryWord) -> Result<usize, Error> {
        if let Some(&known) = self.places.get(&(&asked.terms, asked.likeness)) {
            return Ok(known);
        }
        self.in_time()?;
        let lists = context.lists(asked, &mut self.notes)?;
        let segments = context.snapshot.searcher.segment_readers().iter();
        let said = segments.map(|reader| Said::look(reader, context.fields, &lists));
        let said = said.collect::<Result<Vec<_>, _>>()?;
        let count = said.iter().map(|said| said.count).sum();
        self.places.insert((&asked.terms, asked.likeness), self.words.len());
        self.words.push(Word { asked, said, count });
        Ok(self.words.len() - 1)
    }

    /// Returns the recordings of a segment in which some branch has all its words.
    pub(super) fn candidates(&self, segment: usize, count: DocId) -> Docs {
        let mut candidates = Docs::none(count);
        for branch in &self.branches {
            let mut docs = Docs::all(count);
            for &word in branch.required.iter().flat_map(|&part| self.parts[part].operands.iter().flatten()) {
                docs.keep(&self.words[word].said[segment].docs);
            }
            candidates.extend(&docs);
        }
        candidates
    }

    /// Returns the part that is all that is asked for, if it is one word; any reach holds it, but one of time.
    pub(super) fn only_word(&self) -> Option<usize> {
        let [PlannedBranch { required, excluded }] = self.branches.as_slice() else { return None };
        let &[part] = required.as_slice() else { return None };
        let is_word = matches!(self.parts[part].operands.as_slice(), [words] if words.len() == 1);
        let is_held = matches!(self.query.reach, Reach::Words(_));
        (is_word && is_held && excluded.is_empty()).then_some(part)
    }

    /// Returns the words that are required and said nowhere, each once.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'q QueryWord> {
        let required = |word: usize| {
            let holds = |&part: &usize| self.parts[part].operands.iter().flatten().any(|&it| it == word);
            self.branches.iter().flat_map(|branch| &branch.required).any(holds)
        };
        let words = self.words.iter().enumerate();
        words.filter(move |(number, word)| word.count == 0 && required(*number)).map(|(_, word)| word.asked)
    }

    /// Fails when the search is given up.
    pub(super) fn in_time(&self) -> Result<(), Error> {
        if Instant::now() < self.until { Ok(()) } else { Err(Error::TooSlow) }
    }

    /// Returns how many occurrences are walked through, at most.
    pub(super) fn cost(&self) -> u64 {
        self.words.iter().map(|word| word.count).sum()
    }

    /// Returns the reach by which gaps are weighed.
    pub(super) fn reach_words(&self) -> u32 {
        if let Reach::Words(words) = self.query.reach { words } else { REACH_WORDS }
    }
}

impl Said {
    /// Looks up terms in a segment; those that only removed recordings hold are said nowhere.
    fn look(reader: &SegmentReader, fields: &Fields, lists: &[List<Term>]) -> Result<Self, Error> {
        let mut said = Self { lists: Vec::new(), docs: Docs::none(reader.max_doc()), count: 0 };
        let failed = |error: std::io::Error| engine(error);
        let index = reader.inverted_index(fields.forms).map_err(engine)?;
        for &List { ref term, form, language } in lists {
            let Some(term) = index.get_term_info(term).map_err(failed)? else { continue };
            let postings = index.read_block_postings_from_terminfo(&term, IndexRecordOption::WithFreqs);
            let mut postings = postings.map_err(failed)?;
            let before = said.count;
            while !postings.docs().is_empty() {
                for (&doc, &count) in
                    postings.docs().iter().zip(postings.freqs()).filter(|(doc, _)| lives(reader, **doc))
                {
                    said.docs.add(doc);
                    said.count += u64::from(count);
                }
                postings.advance();
            }
            if said.count > before {
                said.lists.push(List { term, form, language });
            }
        }
        Ok(said)
    }
}

struct Context<'s> {
    snapshot: &'s Snapshot,
    fields: &'s Fields,
    /// Those in which a word may have a stem.
    languages: Vec<Language>,
}

impl Context<'_> {
    /// Returns the terms under which a word is said; no term twice.
    fn lists(&self, asked: &QueryWord, notes: &mut Vec<Note>) -> Result<Vec<List<Term>>, Error> {
        let mut lists = Lists::default();
        let (exact, folded) = (&asked.terms.exact, &asked.terms.folded);
        lists.add(self.fields.exact_term(exact), Form::Exact, None);
        if asked.likeness == Likeness::Exact {
            return Ok(lists.finish());
        }
        let unmarked = if folded == exact { Form::Exact } else { Form::Close };
        self.add_folded(&mut lists, folded, [unmarked, Form::Close], None);
        let is_doubtful = matches!(asked.likeness, Likeness::Fuzzy(_));
        let inflected = if is_doubtful { Form::Doubtful } else { Form::Close };
        for &language in &self.languages {
            let Some(stem) = stem(exact, language) else { continue };
            lists.add(self.fields.stem_term(language, &stem), inflected, None);
            lists.add(self.fields.stem_term(language, folded), inflected, None);
            self.add_folded(&mut lists, &stem, [inflected; 2], Some(language));
        }
        let (likes, other) = match asked.likeness {
            Likeness::Inflected | Likeness::Exact => return Ok(lists.finish()),
            Likeness::Prefix => (Likes::Beginning, Form::Close),
            Likeness::Fuzzy(changes) => (Likes::Changed(changes), Form::Fuzzy),
        };
        let expansion = expand(self.snapshot, self.fields, folded, likes)?;
        if expansion.found > expansion.used.len() {
            let word = Part::Word(asked.clone()).to_string();
            notes.push(Note::expansion_cut(&word, expansion.used.len(), expansion.found));
        }
        for used in &expansion.used {
            self.add_folded(&mut lists, used, [other; 2], None);
        }
        Ok(lists.finish())
    }

    /// Adds what is said with these letters: without marks, and with some.
    fn add_folded(&self, lists: &mut Lists, folded: &str, [unmarked, marked]: [Form; 2], language: Option<Language>) {
        lists.add(self.fields.exact_term(folded), unmarked, language);
        lists.add(self.fields.folded_term(folded), marked, language);
    }
}

/// Terms with what is said under each; what counts in any language counts in one.
#[derive(Default)]
struct Lists(BTreeMap<Term, Vec<(Option<Language>, Form)>>);

impl Lists {
    fn add(&mut self, term: Term, form: Form, language: Option<Language>) {
        self.0.entry(term).or_default().push((language, form));
    }

    fn finish(self) -> Vec<List<Term>> {
        let mut lists = Vec::new();
        for (term, uses) in self.0 {
            let anywhere = uses.iter().filter(|(language, _)| language.is_none()).map(|&(_, form)| form).min();
            match anywhere {
                Some(form) => lists.push(List { term, form, language: None }),
                None => {
                    lists.extend(uses.into_iter().map(|(language, form)| List { term: term.clone(), form, language }));
                }
            }
        }
        lists
    }
}

/// A set of the recordings of a segment.
pub(super) struct Docs(Vec<u64>);

impl Docs {
    fn none(count: DocId) -> Self {
        Self(vec![0; count.div_ceil(64) as usize])
    }

    fn all(count: DocId) -> Self {
        let mut docs = Self(vec![u64::MAX; count.div_ceil(64) as usize]);
        if let (Some(last), beyond @ 1..) = (docs.0.last_mut(), count.wrapping_neg() % 64) {
            *last >>= beyond;
        }
        docs
    }

    fn add(&mut self, doc: DocId) {
        self.0[(doc / 64) as usize] |= 1 << (doc % 64);
    }

    fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits &= other);
    }

    fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits |= other);
    }

    /// Returns the recordings in rising order.
    pub(super) fn iter(&self) -> impl Iterator<Item = DocId> {
        (0..).zip(&self.0).flat_map(|(number, &bits)| {
            let mut rest = bits;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(number * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_recordings_end_where_the_segment_ends() {
        for count in [0, 1, 63, 64, 65, 200] {
            let mut docs = Docs::all(count);
            assert_eq!(docs.iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
            let mut some = Docs::none(count);
            let odd: Vec<DocId> = (0..count).filter(|doc| doc % 3 == 1).collect();
            for &doc in &odd {
                some.add(doc);
            }
            docs.keep(&some);
            assert_eq!(docs.iter().collect::<Vec<_>>(), odd);
            docs.extend(&Docs::all(count));
            assert_eq!(docs.iter().count(), count as usize);
        }
    }
}
