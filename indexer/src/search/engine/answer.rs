//! Makes the answer to a request: every hit is found and counted, then the page asked for is filled in.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::DocAddress;

use super::engine;
use super::plan::Plan;
use super::schema::Fields;
use super::segment::Segment;
use super::snapshot::Snapshot;
use crate::recording::RecordingId;
use crate::search::moment::Start;
use crate::search::words_file::WordsFile;
use crate::search::{Answer, Error, Group, Grouping, Hit, Match, Order, Request, Scope, snippet};
use crate::time::TimeSpan;
use crate::transcript::WordRange;

/// A hit before it is filled in.
#[derive(Debug, Clone, Copy)]
struct Bare {
    passage: u32,
    score: f32,
}

/// A recording with hits.
struct Recording {
    id: RecordingId,
    address: DocAddress,
    hits: Vec<Bare>,
}

impl Recording {
    fn best(&self) -> f32 {
        self.hits.iter().map(|hit| hit.score).fold(0.0, f32::max)
    }
}

/// Answers a request from a snapshot and the folder of words files.
pub(super) fn answer(
    snapshot: &Snapshot,
    fields: &Fields,
    words: &Path,
    request: &Request<'_>,
) -> Result<Answer, Error> {
    if request.query.required.is_empty() {
        return Ok(Answer::default());
    }
    let plan = Plan::new(snapshot, fields, request.query)?;
    let recordings = find(snapshot, &plan, request.scope)?;
    let page = Page { snapshot, plan: &plan, words };
    Ok(Answer {
        total_hits: recordings.iter().map(|recording| recording.hits.len()).sum(),
        total_recordings: recordings.len(),
        groups: match request.grouping {
            Grouping::Recordings { offset, limit, hits_each } => {
                page.by_recording(recordings, request.order, offset, limit, hits_each)?
            }
            Grouping::Hits { offset, limit } => {
                let is_one_group = matches!(request.scope, Scope::One(_));
                page.by_hit(&recordings, request.order, offset, limit, is_one_group)?
            }
        },
    })
}

/// Finds every hit.
fn find(snapshot: &Snapshot, plan: &Plan, scope: Scope<'_>) -> Result<Vec<Recording>, Error> {
    let only = match scope {
        Scope::One(recording) => match snapshot.find(recording)? {
            Some(address) => Some(address),
            None => return Ok(Vec::new()),
        },
        Scope::All | Scope::These(_) => None,
    };
    let mut recordings = Vec::new();
    for number in (0..).take(snapshot.columns.len()) {
        if only.is_some_and(|only| only.segment_ord != number) {
            continue;
        }
        let Some(mut segment) = Segment::open(snapshot, number, plan)? else { continue };
        let mut target = only.map_or(0, |only| only.doc_id);
        while let Some(doc) = segment.next(target) {
            if only.is_some_and(|only| only.doc_id != doc) {
                break;
            }
            target = doc + 1;
            let id = segment.columns.recording(doc);
            if matches!(scope, Scope::These(is_searched) if !is_searched(id)) {
                continue;
            }
            let rarities = segment.rarities();
            let scored = segment.evaluate(doc).scored(rarities);
            let hits: Vec<Bare> = scored.map(|(passage, score)| Bare { passage, score }).collect();
            if !hits.is_empty() {
                recordings.push(Recording { id, address: DocAddress::new(number, doc), hits });
            }
        }
    }
    recordings.sort_unstable_by_key(|recording| recording.id);
    Ok(recordings)
}

/// Fills in what is shown.
struct Page<'a> {
    snapshot: &'a Snapshot,
    plan: &'a Plan,
    words: &'a Path,
}

impl Page<'_> {
    fn by_recording(
        &self,
        mut recordings: Vec<Recording>,
        order: Order,
        offset: usize,
        limit: usize,
        hits_each: usize,
    ) -> Result<Vec<Group>, Error> {
        if order == Order::Relevance {
            // Stable: equals stay in the order of their ids.
            recordings.sort_by(|one, other| other.best().total_cmp(&one.best()));
        }
        let shown = recordings.into_iter().skip(offset).take(limit);
        shown
            .map(|mut recording| {
                if order == Order::Relevance {
                    recording.hits.sort_by(|one, other| other.score.total_cmp(&one.score));
                }
                let hits = recording.hits[..hits_each.min(recording.hits.len())].to_vec();
                self.group(&recording, &hits)
            })
            .collect()
    }

    fn by_hit(
        &self,
        recordings: &[Recording],
        order: Order,
        offset: usize,
        limit: usize,
        is_one_group: bool,
    ) -> Result<Vec<Group>, Error> {
        let hits_of = |(number, recording): (usize, &Recording)| {
            recording.hits.iter().map(move |&hit| (number, hit)).collect::<Vec<_>>()
        };
        let mut hits: Vec<(usize, Bare)> = recordings.iter().enumerate().flat_map(hits_of).collect();
        if order == Order::Relevance {
            hits.sort_by(|(_, one), (_, other)| other.score.total_cmp(&one.score));
        }
        // The places on the page that each recording fills.
        let mut places: BTreeMap<usize, Vec<(usize, Bare)>> = BTreeMap::new();
        for (place, &(number, hit)) in hits.iter().skip(offset).take(limit).enumerate() {
            places.entry(number).or_default().push((place, hit));
        }
        let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
        for (number, places) in places {
            let bare: Vec<Bare> = places.iter().map(|&(_, hit)| hit).collect();
            let group = self.group(&recordings[number], &bare)?;
            if is_one_group {
                return Ok(vec![group]);
            }
            for (&(place, _), hit) in places.iter().zip(&group.hits) {
                groups.insert(place, Group { hits: vec![hit.clone()], positions: group.positions.clone(), ..group });
            }
        }
        Ok(groups.into_values().collect())
    }

    /// Fills in some hits of a recording, in the order in which they are given.
    fn group(&self, recording: &Recording, hits: &[Bare]) -> Result<Group, Error> {
        let DocAddress { segment_ord, doc_id } = recording.address;
        let gone = || Error::Engine("a recording was found and then was not".into());
        let mut segment = Segment::open(self.snapshot, segment_ord, self.plan)?.ok_or_else(gone)?;
        let revision = segment.columns.revision(doc_id);
        let file = WordsFile::open(self.words, recording.id, revision)?;
        if segment.next(doc_id) != Some(doc_id) {
            return Err(gone());
        }
        let found = segment.evaluate(doc_id);
        let starts: Vec<Start<'_>> = found.starts().collect();
        let filled_in = |bare: &Bare| {
            let start = starts.iter().find(|start| start.passage == bare.passage).ok_or_else(gone)?;
            hit(&file, *bare, start.words(), &found.matches(start))
        };
        Ok(Group {
            recording: recording.id,
            revision,
            total_hits: recording.hits.len(),
            positions: starts.iter().map(|start| file.start(start.words().start)).collect::<Result<_, _>>()?,
            hits: hits.iter().map(filled_in).collect::<Result<_, _>>()?,
        })
    }
}

/// Fills in a hit: the words from its first moment's start to its last one's end, and the matches in them.
fn hit(file: &WordsFile, bare: Bare, words: WordRange, matches: &[WordRange]) -> Result<Hit, Error> {
    let stored = file.read(words)?;
    let gone = || engine(tantivy::TantivyError::InternalError("words are missing".into()));
    let start_of = |word: u32| stored.get((word - words.start) as usize).map(|word| word.span.start());
    let start = start_of(words.start).ok_or_else(gone)?;
    let end = stored.iter().map(|word| word.span.end()).max().ok_or_else(gone)?;
    let voice = file.voice(words.start).ok_or_else(gone)?;
    let with_start = |&words: &WordRange| Some(Match { words, start: start_of(words.start)? });
    Ok(Hit {
        passage: bare.passage,
        span: TimeSpan::at_least_one(start, end),
        score: bare.score,
        language: voice.language,
        speaker: voice.speaker,
        doubtful: file.is_doubtful(words),
        matches: matches.iter().map(with_start).collect::<Option<_>>().ok_or_else(gone)?,
        pieces: snippet::pieces(file, matches)?,
    })
}
