//! Evaluates a plan over the recordings of one segment, one recording after the other.

use tantivy::{DocAddress, DocId};

use super::columns::Columns;
use super::cursor::WordCursor;
use super::engine;
use super::plan::{Plan, PlannedBranch};
use super::restriction::{Voices, admitted};
use super::schema::Fields;
use super::snapshot::Snapshot;
use crate::query::Reach;
use crate::search::moment::{Borders, Occurrence, Occurrences, Start, follow, moments, near, reject, starts};
use crate::search::rank::{Scorer, score_of_word};
use crate::search::{Error, Listed};
use crate::time::TimeSpan;
use crate::transcript::WordRange;

pub(super) struct Segment<'a> {
    snapshot: &'a Snapshot,
    number: u32,
    pub(super) columns: &'a Columns,
    plan: &'a Plan<'a>,
    detail: Detail,
    cursors: Vec<WordCursor>,
    /// How often moments were looked for.
    looked: usize,
    found: Found<'a>,
}

/// What is needed of each recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// The passages with hits and their scores.
    Hits,
    /// All that is shown.
    Matches,
}

/// What was found in the recording that was evaluated last.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// The moments of each branch.
    moments: Vec<Vec<WordRange>>,
    /// Where each word of the query is said: anywhere, and where it counts.
    words: Vec<[Read<Vec<Occurrence>>; 2]>,
    parts: Vec<Read<Occurrences>>,
    /// Where each thing that must not be said starts, rising.
    exclusions: Vec<Read<Vec<u32>>>,
    passages: &'a [u32],
    pub(super) voices: Voices<'a>,
    /// The words that the filters admit.
    admitted: Vec<WordRange>,
    /// When each word is said, once that was needed.
    spans: Option<Vec<TimeSpan>>,
}

/// Something that is read when it is needed, into the memory of what was read for the recording before.
#[derive(Debug, Clone, Default)]
struct Read<T> {
    value: T,
    is_read: bool,
}

/// A passage in which moments start.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundHit {
    pub(super) passage: u32,
    /// From the start of the first moment to the end of the last.
    pub(super) words: WordRange,
    /// The score of the best moment.
    pub(super) score: f32,
}

impl<'a> Segment<'a> {
    pub(super) fn open(
        snapshot: &'a Snapshot,
        fields: &Fields,
        number: u32,
        plan: &'a Plan<'a>,
        detail: Detail,
    ) -> Result<Self, Error> {
        let index = snapshot.searcher.segment_reader(number).inverted_index(fields.forms).map_err(engine)?;
        let said = plan.words.iter().map(|word| &word.said[number as usize].lists);
        let cursors = said.map(|lists| WordCursor::open(&index, lists)).collect::<Result<_, _>>()?;
        let found = Found {
            words: vec![Default::default(); plan.words.len()],
            parts: vec![Read::default(); plan.parts.len()],
            exclusions: vec![Read::default(); plan.exclusions.len()],
            ..Found::default()
        };
        Ok(Self {
            snapshot,
            number,
            columns: &snapshot.columns[number as usize],
            plan,
            detail,
            cursors,
            looked: 0,
            found,
        })
    }

    /// Finds the moments of a recording, which must not lie before the one evaluated last.
    pub(super) fn evaluate(&mut self, doc: DocId, listed: &Listed<'_>) -> Result<&Found<'a>, Error> {
        let found = &mut self.found;
        found.words.iter_mut().flatten().for_each(|word| word.is_read = false);
        found.parts.iter_mut().for_each(|part| part.is_read = false);
        found.exclusions.iter_mut().for_each(|exclusion| exclusion.is_read = false);
        found.spans = None;
        let columns = self.columns;
        found.passages = columns.passages(doc);
        found.voices = Voices {
            speakers: columns.speakers(doc),
            languages: columns.languages(doc),
            doubtful: columns.doubtful(doc),
            tones: columns.tones(doc),
        };
        if self.plan.restricts_words || self.plan.branches.iter().any(|branch| branch.required.is_empty()) {
            let count = self.columns.word_count(doc);
            found.admitted = admitted(&self.plan.query.filters, listed, count, &found.voices);
        }
        if let (Some(part), true) = (self.plan.only_word(), self.detail != Detail::Matches) {
            self.count_look()?;
            self.read_part(doc, part);
            return Ok(&self.found);
        }
        let moments = self.plan.branches.iter().map(|branch| self.moments(doc, branch, true));
        let moments = moments.collect::<Result<_, _>>()?;
        self.found.moments = moments;
        Ok(&self.found)
    }

    /// Fails now and then when the search is given up: asking for the time takes as long as a small recording, and one
    /// recording may be looked through for many branches.
    fn count_look(&mut self) -> Result<(), Error> {
        if self.looked.is_multiple_of(8) {
            self.plan.in_time()?;
        }
        self.looked += 1;
        Ok(())
    }

    fn moments(&mut self, doc: DocId, branch: &PlannedBranch, is_asked: bool) -> Result<Vec<WordRange>, Error> {
        self.count_look()?;
        for &part in &branch.required {
            self.read_part(doc, part);
            if self.found.part(part).places.is_empty() {
                return Ok(Vec::new());
            }
        }
        let mut found = Vec::new();
        if branch.required.is_empty() {
            found = self.found.admitted_passages();
        } else {
            let parts: Vec<&[Occurrence]> =
                branch.required.iter().map(|&part| self.found.part(part).places.as_slice()).collect();
            moments(&parts, &mut found);
            // What is excluded alone is excluded however long it is.
            if is_asked || parts.len() > 1 {
                self.keep_in_reach(doc, &mut found)?;
            }
        }
        for &exclusion in &branch.excluded {
            if found.is_empty() {
                break;
            }
            self.read_exclusion(doc, exclusion)?;
            let said = &self.found.exclusions[exclusion].value;
            if !said.is_empty() {
                reject(&mut found, said, Borders::new(self.found.passages));
            }
        }
        Ok(found)
    }

    /// Finds where something starts that must not be said, unless that is known.
    fn read_exclusion(&mut self, doc: DocId, exclusion: usize) -> Result<(), Error> {
        if self.found.exclusions[exclusion].is_read {
            return Ok(());
        }
        let mut read = std::mem::take(&mut self.found.exclusions[exclusion]);
        read.value.clear();
        for way in &self.plan.exclusions[exclusion].ways {
            read.value.extend(self.moments(doc, way, false)?.into_iter().map(|moment| moment.start));
        }
        read.value.sort_unstable();
        read.is_read = true;
        self.found.exclusions[exclusion] = read;
        Ok(())
    }

    fn keep_in_reach(&mut self, doc: DocId, found: &mut Vec<WordRange>) -> Result<(), Error> {
        match self.plan.query.reach {
            Reach::Words(reach) => found.retain(|moment| moment.len() <= reach),
            Reach::Time(reach) if !found.is_empty() => {
                let spans = match &mut self.found.spans {
                    Some(spans) => spans,
                    spans => {
                        let file = self.snapshot.words_file(DocAddress::new(self.number, doc))?;
                        spans.insert(file.spans(WordRange::new(0, file.words()))?)
                    }
                };
                let span = |word: u32| spans.get(word as usize);
                found.retain(|moment| {
                    let ends = span(moment.start).zip(span(moment.end - 1));
                    ends.is_some_and(|(first, last)| last.end().since(first.start()) <= reach)
                });
            }
            Reach::Time(_) => {}
        }
        Ok(())
    }

    /// Finds where a part is said, unless that is known.
    fn read_part(&mut self, doc: DocId, part: usize) {
        let planned = &self.plan.parts[part];
        if self.found.parts[part].is_read {
            return;
        }
        let mut read = std::mem::take(&mut self.found.parts[part]);
        let length: usize = planned.operands.iter().map(Vec::len).sum();
        read.value.length = u32::try_from(length).unwrap_or(u32::MAX);
        read.value.places.clear();
        read.value.marks.clear();
        if let Some(distance) = planned.near {
            let mut operands = vec![Vec::new(); planned.rarest.len()];
            for (words, places) in planned.rarest.iter().zip(&mut operands) {
                self.read_operand(doc, words, planned.is_restricted, places);
                if places.is_empty() {
                    break;
                }
            }
            let slices: Vec<_> = operands.iter().map(Vec::as_slice).collect();
            near(&slices, distance, &mut read.value.places);
            read.value.marks.extend(operands.iter().flatten().map(|place| place.words()));
            read.value.marks.sort_unstable();
            read.value.marks.dedup();
        } else {
            for words in &planned.rarest {
                self.read_operand(doc, words, planned.is_restricted, &mut read.value.places);
            }
        }
        read.is_read = true;
        self.found.parts[part] = read;
    }

    /// Adds to `places` where words stand one directly after the other, each given with its place among them. Those that
    /// come later are not read where those before are never said so.
    fn read_operand(&mut self, doc: DocId, words: &[(u32, usize)], is_restricted: bool, places: &mut Vec<Occurrence>) {
        let count = u32::try_from(words.len()).unwrap_or(u32::MAX);
        for (number, &(offset, word)) in words.iter().enumerate() {
            self.read_word(doc, word, is_restricted);
            let said = self.found.places_of(word, is_restricted);
            if number == 0 {
                places.extend(said.iter().filter_map(|place| {
                    let first = place.first.checked_sub(offset)?;
                    Some(Occurrence { first, end: first + count, form: place.form })
                }));
                continue;
            }
            follow(places, said, offset);
            if places.is_empty() {
                return;
            }
        }
    }

    fn read_word(&mut self, doc: DocId, word: usize, is_restricted: bool) {
        let Found { words, voices, admitted, .. } = &mut self.found;
        let [anywhere, restricted] = &mut words[word];
        if !anywhere.is_read {
            self.cursors[word].read(doc, voices.languages, &mut anywhere.value);
            anywhere.is_read = true;
        }
        if is_restricted && !restricted.is_read {
            let mut range = 0;
            let counts = |place: &&Occurrence| {
                range += admitted[range..].partition_point(|range| range.end <= place.first);
                admitted.get(range).is_some_and(|range| range.contains(place.first))
            };
            restricted.value.clear();
            restricted.value.extend(anywhere.value.iter().filter(counts).copied());
            restricted.is_read = true;
        }
    }
}

impl Found<'_> {
    fn part(&self, part: usize) -> &Occurrences {
        static NOWHERE: Occurrences = Occurrences { length: 0, places: Vec::new(), marks: Vec::new() };
        if self.parts[part].is_read { &self.parts[part].value } else { &NOWHERE }
    }

    fn places_of(&self, word: usize, is_restricted: bool) -> &[Occurrence] {
        &self.words[word][usize::from(is_restricted)].value
    }

    /// The words of each passage from the first that the filters admit to the last.
    fn admitted_passages(&self) -> Vec<WordRange> {
        let mut found: Vec<WordRange> = Vec::new();
        let ends = self.passages.iter().skip(1).copied().chain([u32::MAX]);
        let mut range = 0;
        for (&start, end) in self.passages.iter().zip(ends) {
            range += self.admitted[range..].partition_point(|range| range.end <= start);
            let inside = self.admitted[range..].iter().take_while(|range| range.start < end);
            let words = inside.map(|range| WordRange::new(range.start.max(start), range.end.min(end)));
            found.extend(words.reduce(|all, words| WordRange::new(all.start, words.end)));
        }
        found
    }

    fn starts(&self, branch: usize) -> impl Iterator<Item = Start<'_>> {
        starts(&self.moments[branch], Borders::new(self.passages))
    }

    /// Puts the passages in which moments start into `hits`, in rising order.
    pub(super) fn hits(&self, plan: &Plan<'_>, hits: &mut Vec<FoundHit>) {
        hits.clear();
        if let Some(part) = plan.only_word() {
            return self.hits_of_word(&self.part(part).places, plan.parts[part].rarity, hits);
        }
        for (number, branch) in plan.branches.iter().enumerate().filter(|&(number, _)| !self.moments[number].is_empty())
        {
            let parts: Vec<_> =
                branch.required.iter().map(|&part| (self.part(part), plan.parts[part].rarity)).collect();
            let mut scorer = Scorer::new(&parts, plan.reach_words(), self.voices.doubtful, Borders::new(self.passages));
            hits.extend(self.starts(number).map(|start| {
                let score = start.moments.iter().map(|&moment| scorer.score(moment)).fold(0.0, f32::max);
                FoundHit { passage: start.passage, words: start.words(), score }
            }));
        }
        if plan.branches.len() > 1 {
            hits.sort_by_key(|hit| hit.passage);
            hits.dedup_by(|next, hit| {
                let is_same = next.passage == hit.passage;
                if is_same {
                    hit.words.start = hit.words.start.min(next.words.start);
                    hit.words.end = hit.words.end.max(next.words.end);
                    hit.score = hit.score.max(next.score);
                }
                is_same
            });
        }
    }

    /// Returns the passages in which a word is said that is all that is asked for: each place is a moment, and the
    /// commonest words have too many for making them one by one.
    fn hits_of_word(&self, mut places: &[Occurrence], rarity: f32, hits: &mut Vec<FoundHit>) {
        let mut borders = Borders::new(self.passages);
        while let Some(first) = places.first() {
            let passage = borders.passage_of(first.first);
            let end = borders.words(passage, passage).end;
            // Few lie in one passage.
            let count = places.iter().take_while(|place| place.first < end).count();
            let (here, after) = places.split_at(count);
            let words = WordRange::new(first.first, here[count - 1].end);
            let is_doubtful = self.voices.tones.get(passage as usize).is_none_or(|tone| tone.is_doubtful);
            let doubtful = if is_doubtful { self.voices.doubtful } else { &[] };
            hits.push(FoundHit { passage, words, score: score_of_word(here, rarity, doubtful) });
            places = after;
        }
    }

    /// Returns what is marked in a hit, in order.
    pub(super) fn matches(&self, plan: &Plan<'_>, passage: u32) -> Vec<WordRange> {
        let mut matches = Vec::new();
        for (number, branch) in plan.branches.iter().enumerate() {
            let parts: Vec<_> = branch.required.iter().map(|&part| self.part(part)).collect();
            for start in self.starts(number).filter(|start| start.passage == passage) {
                start.matches(&parts, &mut matches);
            }
        }
        matches.sort_unstable();
        matches.dedup();
        matches
    }
}
