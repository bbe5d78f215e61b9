//! Makes the answer to a request: every hit is found and counted, then the page asked for is filled in.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::thread;

use tantivy::DocAddress;

use super::columns::{Run, speaker_of_number, value_at};
use super::engine;
use super::plan::Plan;
use super::schema::{Fields, language_of_number};
use super::segment::{Detail, Found, FoundHit, Segment};
use super::snapshot::{Snapshot, lives};
use crate::recording::RecordingId;
use crate::search::rank::is_touched;
use crate::search::words_file::{TextReader, Unpacker, WordsFile};
use crate::search::{Answer, Error, Group, Grouping, Hit, Match, Order, Request, Tallies, snippet};
use crate::time::{Millis, TimeSpan};

/// How many occurrences a query walks through before segments are searched at the same time; below, starting threads
/// takes longer.
const PARALLEL_COST: u64 = 10_000;

/// A recording with hits.
struct Recording {
    id: RecordingId,
    address: DocAddress,
    place: u32,
    count: usize,
    best: f32,
    /// Its hits, when each may stand on the page alone.
    hits: Vec<FoundHit>,
}

/// What was found in some segments.
#[derive(Default)]
struct Finding {
    recordings: Vec<Recording>,
    tallies: Tallies,
}

/// Answers a request from a snapshot.
pub(super) fn answer(snapshot: &Snapshot, fields: &Fields, request: &Request<'_>) -> Result<Answer, Error> {
    let plan = Plan::new(snapshot, fields, request.query, request.until)?;
    let search = Search { snapshot, fields, request, plan: &plan };
    let Finding { recordings, tallies } = search.find()?;
    let (total_hits, total_recordings) = (recordings.iter().map(|it| it.count).sum(), recordings.len());
    let groups = search.page(recordings)?;
    Ok(Answer { total_hits, total_recordings, groups, tallies, notes: plan.notes.clone() })
}

struct Search<'a, 'r> {
    snapshot: &'a Snapshot,
    fields: &'a Fields,
    request: &'a Request<'r>,
    plan: &'a Plan<'a>,
}

impl Search<'_, '_> {
    /// Finds every recording with a hit.
    fn find(&self) -> Result<Finding, Error> {
        let mut found = Finding::default();
        let segments = u32::try_from(self.snapshot.columns.len()).unwrap_or(u32::MAX);
        if let Some(recording) = self.request.only {
            if let Some(address) = self.snapshot.find(recording)? {
                self.find_in(address.segment_ord, Some(address.doc_id), &mut found)?;
            }
            return Ok(found);
        }
        if self.plan.cost() < PARALLEL_COST {
            (0..segments).try_for_each(|segment| self.find_in(segment, None, &mut found))?;
            return Ok(found);
        }
        // The largest first: a thread that is done takes the next.
        let mut largest: Vec<u32> = (0..segments).collect();
        largest.sort_by_key(|&segment| std::cmp::Reverse(self.snapshot.searcher.segment_reader(segment).max_doc()));
        let next = std::sync::atomic::AtomicUsize::new(0);
        let work = || {
            let mut found = Finding::default();
            while let Some(&segment) = largest.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                self.find_in(segment, None, &mut found)?;
            }
            Ok(found)
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(largest.len());
        thread::scope(|scope| {
            let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            found.extend(work()?);
            for worker in workers {
                let gone = |_| Error::Engine("a thread of the search broke off".into());
                found.extend(worker.join().map_err(gone)??);
            }
            Ok(found)
        })
    }

    fn open(&self, number: u32, detail: Detail) -> Result<Segment<'_>, Error> {
        Segment::open(self.snapshot, self.fields, number, self.plan, detail)
    }

    fn find_in(&self, number: u32, only: Option<u32>, into: &mut Finding) -> Result<(), Error> {
        let reader = self.snapshot.searcher.segment_reader(number);
        let candidates = self.plan.candidates(number as usize, reader.max_doc());
        let mut segment = self.open(number, Detail::Hits)?;
        let mut hits = Vec::new();
        let mut languages = Vec::new();
        for doc in candidates.iter() {
            if !lives(reader, doc) || only.is_some_and(|only| only != doc) {
                continue;
            }
            let id = segment.columns.recording(doc);
            let Some(listed) = (self.request.listed)(id) else { continue };
            let found = segment.evaluate(doc, &listed)?;
            found.hits(self.plan, &mut hits);
            if hits.is_empty() {
                continue;
            }
            if self.request.with_tallies {
                into.tallies.recordings.push((listed.number, hits.len()));
                let speakers = &mut into.tallies.speakers;
                let before = speakers.len();
                count(found.voices.speakers, &hits, |number, hits| {
                    let Some(speaker) = speaker_of_number(number) else { return };
                    match speakers[before..].iter_mut().find(|(_, known, _)| *known == speaker) {
                        Some((.., count)) => *count += hits,
                        None => speakers.push((listed.number, speaker, hits)),
                    }
                });
                count(found.voices.languages, &hits, |number, hits| {
                    match languages.iter_mut().find(|(known, _)| *known == number) {
                        Some((_, count)) => *count += hits,
                        None => languages.push((number, hits)),
                    }
                });
            }
            into.recordings.push(Recording {
                id,
                address: DocAddress::new(number, doc),
                place: listed.place,
                count: hits.len(),
                best: hits.iter().map(|hit| hit.score).fold(0.0, f32::max),
                hits: if matches!(self.request.grouping, Grouping::Hits { .. }) { hits.clone() } else { Vec::new() },
            });
        }
        let languages = languages.into_iter().map(|(number, hits)| (language_of_number(number), hits));
        into.tallies.languages.extend(languages);
        Ok(())
    }

    /// Fills in the page that is asked for.
    fn page(&self, mut recordings: Vec<Recording>) -> Result<Vec<Group>, Error> {
        let by_score = |one: f32, other: f32| match self.request.order {
            Order::Relevance => other.total_cmp(&one),
            Order::Time => Ordering::Equal,
        };
        recordings.sort_unstable_by(|one, other| {
            by_score(one.best, other.best).then_with(|| (one.place, one.id).cmp(&(other.place, other.id)))
        });
        match self.request.grouping {
            Grouping::Recordings { offset, limit, hits_each } => {
                let shown: Vec<_> = recordings.iter().skip(offset).take(limit).collect();
                let best = |hits: &[FoundHit]| {
                    let mut hits = hits.to_vec();
                    hits.sort_by(|one, other| by_score(one.score, other.score));
                    hits.truncate(hits_each);
                    hits
                };
                self.groups(&shown.iter().map(|recording| (*recording, best)).collect::<Vec<_>>())
            }
            Grouping::Hits { offset, limit } => {
                recordings.sort_unstable_by_key(|recording| (recording.place, recording.id));
                let numbered = recordings.iter().enumerate();
                let hits = numbered.flat_map(|(number, it)| it.hits.iter().map(move |&hit| (number, hit)));
                let shown: Vec<(usize, FoundHit)> = match self.request.order {
                    Order::Time => hits.skip(offset).take(limit).collect(),
                    Order::Relevance => best(hits.collect(), offset, limit),
                };
                self.flat(&recordings, &shown)
            }
        }
    }

    /// Fills in hits one by one; when only one recording is searched, as one group.
    fn flat(&self, recordings: &[Recording], shown: &[(usize, FoundHit)]) -> Result<Vec<Group>, Error> {
        let mut places: HashMap<usize, Vec<FoundHit>> = HashMap::new();
        for &(number, hit) in shown {
            places.entry(number).or_default().push(hit);
        }
        let wanted: Vec<(usize, Vec<FoundHit>)> = places.into_iter().collect();
        let asked: Vec<_> =
            wanted.iter().map(|(number, hits)| (&recordings[*number], |_: &[FoundHit]| hits.clone())).collect();
        let groups = self.groups(&asked)?;
        if self.request.only.is_some() {
            return Ok(groups);
        }
        let mut rest: HashMap<usize, (Group, std::vec::IntoIter<Hit>)> = HashMap::new();
        for ((number, _), mut group) in wanted.iter().zip(groups) {
            let hits = std::mem::take(&mut group.hits).into_iter();
            rest.insert(*number, (group, hits));
        }
        let next = |(number, _): &(usize, FoundHit)| {
            let (group, hits) = rest.get_mut(number)?;
            let hit = hits.next()?;
            Some(Group { positions: vec![hit.span.start()], hits: vec![hit], ..group.clone() })
        };
        Ok(shown.iter().filter_map(next).collect())
    }

    /// Fills in some recordings, each with the hits that are chosen of it.
    fn groups<C: Fn(&[FoundHit]) -> Vec<FoundHit>>(&self, asked: &[(&Recording, C)]) -> Result<Vec<Group>, Error> {
        // Cursors do not go back.
        let mut in_order: Vec<usize> = (0..asked.len()).collect();
        in_order.sort_unstable_by_key(|&index| asked[index].0.address);
        let mut groups: Vec<Option<Group>> = vec![None; asked.len()];
        let mut open: Option<(u32, Segment<'_>)> = None;
        self.snapshot.with_unpacker(|unpacker| {
            for index in in_order {
                let (recording, choose) = &asked[index];
                let number = recording.address.segment_ord;
                let segment = match &mut open {
                    Some((opened, segment)) if *opened == number => segment,
                    open => &mut open.insert((number, self.open(number, Detail::Matches)?)).1,
                };
                groups[index] = Some(self.group(segment, recording, choose, unpacker)?);
            }
            Ok(groups.into_iter().flatten().collect())
        })
    }

    fn group(
        &self,
        segment: &mut Segment<'_>,
        recording: &Recording,
        choose: impl Fn(&[FoundHit]) -> Vec<FoundHit>,
        unpacker: &mut Unpacker,
    ) -> Result<Group, Error> {
        let doc = recording.address.doc_id;
        let revision = segment.columns.revision(doc);
        let file = self.snapshot.words_file(recording.address)?;
        let mut texts = file.texts(unpacker);
        let listed = (self.request.listed)(recording.id).unwrap_or_default();
        let found = segment.evaluate(doc, &listed)?;
        let mut hits = Vec::new();
        found.hits(self.plan, &mut hits);
        Ok(Group {
            recording: recording.id,
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

/// Returns a page of hits, the best first and equals in their order; what is not on it need not be sorted.
fn best(mut hits: Vec<(usize, FoundHit)>, offset: usize, limit: usize) -> Vec<(usize, FoundHit)> {
    let order = |one: &(usize, FoundHit), other: &(usize, FoundHit)| {
        let in_order = || (one.0, one.1.passage).cmp(&(other.0, other.1.passage));
        other.1.score.total_cmp(&one.1.score).then_with(in_order)
    };
    let end = offset.saturating_add(limit);
    if end < hits.len() {
        hits.select_nth_unstable_by(end, order);
        hits.truncate(end);
    }
    hits.sort_unstable_by(order);
    hits.drain(..offset.min(hits.len()));
    hits
}

/// Tells `each` how many of the hits of a recording start in each run; equal values may come more than once.
fn count(mut runs: &[Run], mut hits: &[FoundHit], mut each: impl FnMut(u32, usize)) {
    while let Some(first) = hits.first() {
        // The last run that starts by then.
        let after = runs.partition_point(|&(start, _)| start <= first.words.start);
        let (value, end) = match after.checked_sub(1) {
            Some(index) => (runs[index].1, runs.get(after).map_or(u32::MAX, |next| next.0)),
            None => (0, runs.first().map_or(u32::MAX, |next| next.0)),
        };
        let inside = hits.iter().take_while(|hit| hit.words.start < end).count().max(1);
        each(value, inside);
        runs = &runs[after.saturating_sub(1)..];
        hits = &hits[inside..];
    }
}

impl Finding {
    fn extend(&mut self, other: Self) {
        self.recordings.extend(other.recordings);
        self.tallies.recordings.extend(other.tallies.recordings);
        self.tallies.speakers.extend(other.tallies.speakers);
        self.tallies.languages.extend(other.tallies.languages);
    }
}
