//! Evaluates a plan over the recordings of one segment, one recording after the other.

use tantivy::{DocId, SegmentReader, TERMINATED};

use super::cursor::WordCursor;
use super::engine;
use super::plan::{Plan, WordTerms};
use super::snapshot::{Columns, Snapshot};
use crate::query::REACH_WORDS;
use crate::search::Error;
use crate::search::moment::{Borders, Occurrence, Occurrences, Start, moments, phrase, reject, starts};
use crate::search::rank::Scorer;
use crate::transcript::WordRange;

pub(super) struct Segment<'a> {
    reader: &'a SegmentReader,
    pub(super) columns: &'a Columns,
    plan: &'a Plan,
    required: Vec<Vec<WordCursor>>,
    excluded: Vec<Vec<WordCursor>>,
    /// The required words as (part, word), the one said in the fewest recordings first.
    rarest_first: Vec<(usize, usize)>,
    found: Found,
    words: Vec<Vec<Occurrence>>,
}

/// What was found in the recording that was evaluated last.
#[derive(Default)]
pub(super) struct Found {
    /// The occurrences of each required part.
    parts: Vec<Occurrences>,
    excluded: Vec<Occurrences>,
    moments: Vec<WordRange>,
    passages: Vec<u32>,
    doubtful: Vec<WordRange>,
}

impl<'a> Segment<'a> {
    /// Opens a segment; `None` when nothing can be found in it.
    pub(super) fn open(snapshot: &'a Snapshot, number: u32, plan: &'a Plan) -> Result<Option<Self>, Error> {
        let reader = snapshot.searcher.segment_reader(number);
        let forms = plan.required.iter().flatten().next().map(|word| word.unmarked.field());
        let Some(forms) = forms else { return Ok(None) };
        let index = reader.inverted_index(forms).map_err(engine)?;
        // A part is open when all its words are.
        let open = |words: &Vec<WordTerms>| -> Result<Option<Vec<WordCursor>>, Error> {
            words.iter().map(|word| WordCursor::open(&index, word)).collect()
        };
        let Some(required) = plan.required.iter().map(open).collect::<Result<Option<Vec<_>>, _>>()? else {
            return Ok(None);
        };
        let excluded: Vec<_> =
            plan.excluded.iter().filter_map(|words| open(words).transpose()).collect::<Result<_, _>>()?;
        let mut rarest_first: Vec<_> = required
            .iter()
            .enumerate()
            .flat_map(|(part, words)| (0..words.len()).map(move |word| (part, word)))
            .collect();
        rarest_first.sort_by_key(|&(part, word)| required[part][word].cost());
        let found = Found {
            parts: vec![Occurrences::default(); required.len()],
            excluded: vec![Occurrences::default(); excluded.len()],
            ..Found::default()
        };
        let columns = &snapshot.columns[number as usize];
        Ok(Some(Self { reader, columns, plan, required, excluded, rarest_first, found, words: Vec::new() }))
    }

    /// Returns the first recording at or after `target` in which every required word is said.
    pub(super) fn next(&mut self, mut target: DocId) -> Option<DocId> {
        'recordings: while target < TERMINATED {
            for &(part, word) in &self.rarest_first {
                let doc = self.required[part][word].seek(target);
                if doc > target {
                    target = doc;
                    continue 'recordings;
                }
            }
            if !self.reader.is_deleted(target) {
                return Some(target);
            }
            target += 1;
        }
        None
    }

    /// Finds the moments of a recording that [`Segment::next`] returned last.
    pub(super) fn evaluate(&mut self, doc: DocId) -> &Found {
        let found = &mut self.found;
        found.moments.clear();
        for (part, cursors) in found.parts.iter_mut().zip(&mut self.required) {
            read_part(cursors, doc, &mut self.words, part);
            if part.places.is_empty() {
                return found;
            }
        }
        moments(&found.parts, REACH_WORDS, &mut found.moments);
        if found.moments.is_empty() {
            return found;
        }
        self.columns.passages(doc, &mut found.passages);
        self.columns.doubtful(doc, &mut found.doubtful);
        for (part, cursors) in found.excluded.iter_mut().zip(&mut self.excluded) {
            part.places.clear();
            if cursors.iter_mut().all(|cursor| cursor.seek(doc) == doc) {
                read_part(cursors, doc, &mut self.words, part);
            }
        }
        if found.excluded.iter().any(|part| !part.places.is_empty()) {
            reject(&mut found.moments, &found.excluded, Borders::new(&found.passages));
        }
        found
    }

    /// Returns the rarities of the required parts.
    pub(super) fn rarities(&self) -> &'a [f32] {
        &self.plan.rarities
    }
}

/// Puts where a part is said into `part`; each of its words is said in the recording.
fn read_part(cursors: &mut [WordCursor], doc: DocId, words: &mut Vec<Vec<Occurrence>>, part: &mut Occurrences) {
    part.length = u32::try_from(cursors.len()).unwrap_or(u32::MAX);
    part.places.clear();
    if let [cursor] = cursors {
        return cursor.read(doc, &mut part.places);
    }
    words.resize_with(cursors.len(), Vec::new);
    for (cursor, places) in cursors.iter_mut().zip(words.iter_mut()) {
        cursor.read(doc, places);
    }
    phrase(words, &mut part.places);
}

impl Found {
    /// Returns the passages in which moments start.
    pub(super) fn starts(&self) -> impl Iterator<Item = Start<'_>> {
        starts(&self.moments, Borders::new(&self.passages))
    }

    /// Returns the passages in which moments start, each with the score of its best moment.
    pub(super) fn scored<'a>(&'a self, rarities: &'a [f32]) -> impl Iterator<Item = (u32, f32)> {
        let mut scorer = Scorer::new(&self.parts, rarities, &self.doubtful, Borders::new(&self.passages));
        self.starts().map(move |start| {
            let best = start.moments.iter().map(|&moment| scorer.score(moment)).fold(0.0, f32::max);
            (start.passage, best)
        })
    }

    /// Returns the occurrences that a hit shows, in order.
    pub(super) fn matches(&self, start: &Start<'_>) -> Vec<WordRange> {
        start.matches(&self.parts)
    }
}
