//! Makes the answer to a request: every hit is found and counted, then the page asked for is filled in.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use tantivy::DocAddress;

use super::columns::{speaker_of_number, value_at};
use super::engine;
use super::first::First;
use super::plan::Plan;
use super::schema::{Fields, language_of_number};
use super::segment::{Detail, Found, FoundHit, Segment};
use super::snapshot::{Snapshot, lives};
use crate::recording::RecordingId;
use crate::search::rank::is_touched;
use crate::search::words_file::{TextReader, Unpacker, WordsFile};
use crate::search::{Answer, Error, Group, Grouping, Hit, Match, Order, Request, Tallies, snippet};
use crate::time::{Millis, TimeSpan};

/// How many occurrences a query walks through before segments are searched at the same time; below, waking another
/// thread takes longer.
const PARALLEL_COST: u64 = 300;

/// How many recordings are filled in before two threads do it.
const PARALLEL_GROUPS: usize = 6;

/// A hit that may be shown; of recordings, their best.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    /// The less, the better it is.
    badness: u32,
    /// The recording's.
    place: u32,
    id: RecordingId,
    address: DocAddress,
    hit: FoundHit,
}

/// What was found in some segments.
struct Finding {
    total_hits: usize,
    total_recordings: usize,
    /// What is shown, and what comes before it.
    first: First<Ranked>,
    tallies: Tallies,
}

/// Answers a request from a snapshot.
pub(super) fn answer(snapshot: &Snapshot, fields: &Fields, request: &Request<'_>) -> Result<Answer, Error> {
    let plan = Plan::new(snapshot, fields, request.query, request.until)?;
    let searching = Searching::new(&snapshot.searching);
    let helpers = if request.only.is_some() { 0 } else { searching.free() };
    let search = Search { snapshot, fields, request, plan: &plan, helpers };
    let Finding { total_hits, total_recordings, first, tallies } = search.find()?;
    let groups = search.page(&first.finish())?;
    Ok(Answer { total_hits, total_recordings, groups, tallies, notes: plan.notes.clone() })
}

struct Search<'a, 'r> {
    snapshot: &'a Snapshot,
    fields: &'a Fields,
    request: &'a Request<'r>,
    plan: &'a Plan<'a>,
    /// How many other threads may help.
    helpers: usize,
}

/// A search that is under way; others wait for a thread that helps it.
struct Searching<'a>(&'a AtomicUsize);

impl<'a> Searching<'a> {
    fn new(searching: &'a AtomicUsize) -> Self {
        searching.fetch_add(1, Relaxed);
        Self(searching)
    }

    /// Returns how many cores no search has.
    fn free(&self) -> usize {
        rayon::current_num_threads().saturating_sub(self.0.load(Relaxed))
    }
}

impl Drop for Searching<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Search<'_, '_> {
    /// Finds every recording with a hit.
    fn find(&self) -> Result<Finding, Error> {
        let mut found = self.nothing();
        let segments = u32::try_from(self.snapshot.columns.len()).unwrap_or(u32::MAX);
        if let Some(recording) = self.request.only {
            if let Some(address) = self.snapshot.find(recording)? {
                self.find_in(address.segment_ord, Some(address.doc_id), &mut found)?;
            }
            return Ok(found);
        }
        if self.helpers == 0 || self.plan.cost() < PARALLEL_COST {
            (0..segments).try_for_each(|segment| self.find_in(segment, None, &mut found))?;
            return Ok(found);
        }
        // The largest first: a thread that is done takes the next.
        let mut largest: Vec<u32> = (0..segments).collect();
        largest.sort_by_key(|&segment| std::cmp::Reverse(self.snapshot.searcher.segment_reader(segment).max_doc()));
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = self.nothing();
            while let Some(&segment) = largest.get(next.fetch_add(1, Relaxed)) {
                self.find_in(segment, None, &mut found)?;
            }
            Ok(found)
        };
        for other in self.together(largest.len(), work) {
            found.extend(other?);
        }
        Ok(found)
    }

    /// Does so many jobs on this thread and on those that are free; each takes the next until there are none.
    fn together<T: Send>(&self, jobs: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
        let mut others: Vec<Option<T>> = (1..jobs).take(self.helpers).map(|_| None).collect();
        let own = rayon::in_place_scope(|scope| {
            for other in &mut others {
                scope.spawn(|_| *other = Some(work()));
            }
            work()
        });
        others.into_iter().flatten().chain([own]).collect()
    }

    fn nothing(&self) -> Finding {
        let (Grouping::Recordings { offset, limit, .. } | Grouping::Hits { offset, limit }) = self.request.grouping;
        Finding {
            total_hits: 0,
            total_recordings: 0,
            first: First::new(if limit == 0 { 0 } else { offset.saturating_add(limit) }),
            tallies: Tallies::default(),
        }
    }

    fn open(&self, number: u32, detail: Detail) -> Result<Segment<'_>, Error> {
        Segment::open(self.snapshot, self.fields, number, self.plan, detail)
    }

    fn find_in(&self, number: u32, only: Option<u32>, into: &mut Finding) -> Result<(), Error> {
        let reader = self.snapshot.searcher.segment_reader(number);
        let candidates = self.plan.candidates(number as usize, reader.max_doc());
        let mut segment = self.open(number, Detail::Hits)?;
        let numbers = segment.columns.numbers(self.request.roll);
        let mut hits = Vec::new();
        let (mut speakers, mut languages) = (Vec::new(), Vec::new());
        for doc in candidates.iter() {
            if !lives(reader, doc) || only.is_some_and(|only| only != doc) {
                continue;
            }
            let Some(roll_number) = numbers[doc as usize] else { continue };
            let Some(listed) = (self.request.listed)(roll_number) else { continue };
            let found = segment.evaluate(doc, &listed)?;
            found.hits(self.plan, &mut hits);
            if hits.is_empty() {
                continue;
            }
            if self.request.with_tallies {
                into.tallies.recordings.push((roll_number, hits.len()));
                speakers.clear();
                for hit in &hits {
                    let (tone, word) = (found.voices.tones[hit.passage as usize], hit.words.start);
                    count(&mut speakers, tone.speaker(found.voices.speakers, word));
                    count(&mut languages, tone.language(found.voices.languages, word));
                }
                let named = speakers.iter().filter_map(|&(number, hits)| Some((speaker_of_number(number)?, hits)));
                into.tallies.speakers.extend(named.map(|(speaker, hits)| (roll_number, speaker, hits)));
            }
            into.total_recordings += 1;
            into.total_hits += hits.len();
            let ranked = |hit: FoundHit| Ranked {
                badness: self.badness(hit.score),
                place: listed.place,
                id: segment.columns.recording(doc),
                address: DocAddress::new(number, doc),
                hit,
            };
            if matches!(self.request.grouping, Grouping::Hits { .. }) {
                for &hit in &hits {
                    into.first.add(ranked(hit));
                }
            } else if let Some(&best) = hits.iter().min_by_key(|hit| self.badness(hit.score)) {
                into.first.add(ranked(best));
            }
        }
        let languages = languages.into_iter().map(|(number, hits)| (language_of_number(number), hits));
        into.tallies.languages.extend(languages);
        Ok(())
    }

    /// Returns by what hits are sorted first: the less the better, and all alike where the score does not count.
    fn badness(&self, score: f32) -> u32 {
        // The bits of floats that are not negative rise as they do.
        if self.request.order == Order::Relevance { !score.to_bits() } else { 0 }
    }

    /// Fills in the page that is asked for, of the first hits or recordings.
    fn page(&self, first: &[Ranked]) -> Result<Vec<Group>, Error> {
        match self.request.grouping {
            Grouping::Recordings { offset, hits_each, .. } => {
                let shown = first.get(offset..).unwrap_or_default();
                let best = |hits: &[FoundHit]| {
                    let mut hits = hits.to_vec();
                    hits.sort_by_key(|hit| self.badness(hit.score));
                    hits.truncate(hits_each);
                    hits
                };
                self.groups(&shown.iter().map(|ranked| (ranked.address, best)).collect::<Vec<_>>())
            }
            Grouping::Hits { offset, .. } => self.flat(first.get(offset..).unwrap_or_default()),
        }
    }

    /// Fills in hits one by one; when only one recording is searched, as one group.
    fn flat(&self, shown: &[Ranked]) -> Result<Vec<Group>, Error> {
        let mut places: HashMap<DocAddress, Vec<FoundHit>> = HashMap::new();
        for ranked in shown {
            places.entry(ranked.address).or_default().push(ranked.hit);
        }
        let asked: Vec<_> = places.iter().map(|(&address, hits)| (address, |_: &[FoundHit]| hits.clone())).collect();
        let groups = self.groups(&asked)?;
        if self.request.only.is_some() {
            return Ok(groups);
        }
        let mut rest: HashMap<DocAddress, (Group, std::vec::IntoIter<Hit>)> = HashMap::new();
        for (&(address, _), mut group) in asked.iter().zip(groups) {
            let hits = std::mem::take(&mut group.hits).into_iter();
            rest.insert(address, (group, hits));
        }
        let next = |ranked: &Ranked| {
            let (group, hits) = rest.get_mut(&ranked.address)?;
            let hit = hits.next()?;
            Some(Group { positions: vec![hit.span.start()], hits: vec![hit], ..group.clone() })
        };
        Ok(shown.iter().filter_map(next).collect())
    }

    /// Fills in some recordings, each with the hits that are chosen of it.
    fn groups<C: Fn(&[FoundHit]) -> Vec<FoundHit> + Sync>(
        &self,
        asked: &[(DocAddress, C)],
    ) -> Result<Vec<Group>, Error> {
        // Cursors do not go back.
        let mut in_order: Vec<usize> = (0..asked.len()).collect();
        in_order.sort_unstable_by_key(|&index| asked[index].0);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut filled = Vec::new();
            let mut open: Option<(u32, Segment<'_>)> = None;
            self.snapshot.with_unpacker(|unpacker| {
                while let Some(&index) = in_order.get(next.fetch_add(1, Relaxed)) {
                    let (address, choose) = &asked[index];
                    let number = address.segment_ord;
                    let segment = match &mut open {
                        Some((opened, segment)) if *opened == number => segment,
                        open => &mut open.insert((number, self.open(number, Detail::Matches)?)).1,
                    };
                    filled.push((index, self.group(segment, *address, choose, unpacker)?));
                }
                Ok(filled)
            })
        };
        let mut groups: Vec<Option<Group>> = vec![None; asked.len()];
        let filled = if asked.len() < PARALLEL_GROUPS { vec![work()] } else { self.together(asked.len(), work) };
        for filled in filled {
            for (index, group) in filled? {
                groups[index] = Some(group);
            }
        }
        Ok(groups.into_iter().flatten().collect())
    }

    fn group(
        &self,
        segment: &mut Segment<'_>,
        address: DocAddress,
        choose: impl Fn(&[FoundHit]) -> Vec<FoundHit>,
        unpacker: &mut Unpacker,
    ) -> Result<Group, Error> {
        let doc = address.doc_id;
        let (recording, revision) = (segment.columns.recording(doc), segment.columns.revision(doc));
        let file = self.snapshot.words_file(address)?;
        let mut texts = file.texts(unpacker);
        let listed = self.request.roll.number(recording).and_then(self.request.listed).unwrap_or_default();
        let found = segment.evaluate(doc, &listed)?;
        let mut hits = Vec::new();
        found.hits(self.plan, &mut hits);
        Ok(Group {
            recording,
            revision,
            total_hits: hits.len(),
            positions: if self.has_positions() { positions(&file, &hits)? } else { Vec::new() },
            hits: choose(&hits).iter().map(|hit| self.hit(&file, &mut texts, found, hit)).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the positions of all hits of a recording are shown, not only of one.
    fn has_positions(&self) -> bool {
        self.request.only.is_some() || matches!(self.request.grouping, Grouping::Recordings { .. })
    }

    /// Fills in a hit.
    fn hit(
        &self,
        file: &WordsFile,
        texts: &mut TextReader<'_>,
        found: &Found<'_>,
        hit: &FoundHit,
    ) -> Result<Hit, Error> {
        let words = hit.words;
        let spans = file.spans(words)?;
        let gone = || engine(tantivy::TantivyError::InternalError("words are missing".into()));
        let start_of = |word: u32| spans.get((word - words.start) as usize).map(|span| span.start());
        let start = start_of(words.start).ok_or_else(gone)?;
        let end = spans.iter().map(|span| span.end()).max().ok_or_else(gone)?;
        let matches = found.matches(self.plan, hit.passage);
        Ok(Hit {
            passage: hit.passage,
            span: TimeSpan::at_least_one(start, end),
            score: hit.score,
            language: language_of_number(value_at(found.voices.languages, words.start)),
            speaker: speaker_of_number(value_at(found.voices.speakers, words.start)),
            doubtful: is_touched(found.voices.doubtful, words),
            pieces: snippet::pieces(texts, words, &matches)?,
            matches: matches
                .into_iter()
                .map(|words| Some(Match { words, start: start_of(words.start)? }))
                .collect::<Option<_>>()
                .ok_or_else(gone)?,
        })
    }
}

fn positions(file: &WordsFile, hits: &[FoundHit]) -> Result<Vec<Millis>, Error> {
    hits.iter().map(|hit| file.start(hit.words.start)).collect()
}

/// Counts one more of a number; there are few, and mostly the same comes again.
fn count(counts: &mut Vec<(u32, usize)>, number: u32) {
    match counts.iter_mut().find(|(known, _)| *known == number) {
        Some((_, count)) => *count += 1,
        None => counts.push((number, 1)),
    }
}

impl Finding {
    fn extend(&mut self, other: Self) {
        self.total_hits += other.total_hits;
        self.total_recordings += other.total_recordings;
        self.first.extend(other.first);
        self.tallies.recordings.extend(other.tallies.recordings);
        self.tallies.speakers.extend(other.tallies.speakers);
        self.tallies.languages.extend(other.tallies.languages);
    }
}

impl Ranked {
    fn rank(&self) -> (u32, u32, RecordingId, u32) {
        (self.badness, self.place, self.id, self.hit.passage)
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}
