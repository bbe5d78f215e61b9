//! An answer: what a search found, together with what the catalogue knows, as the page and the command line show it.

use std::time::{Duration, Instant};

use indexer::query::{self, Filter, Parsed, Query, Value};
use indexer::recording::RecordingId;
use indexer::search::{self, Group, Grouping, Hit, Listed, Order, Request};
use indexer::time::Millis;
use serde::{Deserialize, Serialize};

use crate::catalogue::recordings::Recording;
use crate::library::Library;
use crate::view::{CoverageView, MediaView};

mod facets;
mod known;
mod suggest;
pub mod table;

use facets::Facets;
use known::Entry;
pub use known::{Known, KnownKeeper};
pub use suggest::Suggestions;

/// How long an answer may take: nobody waits longer, and whoever asks next does.
const LONGEST: Duration = Duration::from_secs(10);

/// The most recordings that an answer names because of what they are called.
const NAMED_RECORDINGS: usize = 10;

/// What comes first in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What fits best.
    #[default]
    Relevance,
    /// By title, and in each recording as it was said.
    Time,
    /// The newest recording, and in each as it was said.
    Date,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The query as it was typed.
    pub text: String,
    /// Only this recording.
    pub recording: Option<RecordingId>,
    /// Whether hits are grouped by recording.
    pub grouped: bool,
    /// What comes first.
    pub sort: Sort,
    /// How many groups or hits are passed over.
    pub offset: usize,
    /// How many are wanted.
    pub limit: usize,
    /// Whether hits are counted by speaker, language, folder and year.
    pub facets: bool,
}

/// What was found (`docs/http-api.md`).
#[derive(Debug, Serialize)]
pub struct Answer {
    query: String,
    /// The query as it was read.
    pub understood: String,
    notes: Vec<Note>,
    /// All hits.
    pub total_hits: usize,
    /// All recordings with hits.
    pub total_recordings: usize,
    offset: usize,
    limit: usize,
    took_ms: u64,
    /// Recordings whose title, people or description hold what is asked for.
    pub recordings: Named,
    /// The part that was asked for.
    pub groups: Vec<Found>,
    facets: Option<Facets>,
    /// What else may be asked; only where nothing was found.
    pub suggestions: Option<Suggestions>,
    /// How much of the library could be searched.
    pub coverage: CoverageView,
}

impl Answer {
    /// Returns whether the query was read as another than what was typed, case and spaces aside.
    #[must_use]
    pub fn is_read_otherwise(&self, typed: &str) -> bool {
        let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        !self.understood.is_empty() && tidy(typed) != tidy(&self.understood)
    }

    /// Returns what could not be honoured, in words.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(|note| note.message.as_str())
    }
}

#[derive(Debug, Serialize)]
struct Note {
    code: String,
    message: String,
}

/// Recordings that are found by what they are called.
#[derive(Debug, Serialize)]
pub struct Named {
    /// All of them.
    pub total: usize,
    /// The first, the newest before others.
    pub first: Vec<Head>,
}

/// Hits in one recording.
#[derive(Debug, Serialize)]
pub struct Found {
    /// The recording.
    pub recording: Head,
    revision: u32,
    /// All its hits.
    pub total_hits: usize,
    positions_ms: Vec<Millis>,
    /// Those that are shown.
    pub hits: Vec<Shown>,
}

/// What is shown of a recording above its hits.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// Its id.
    pub id: RecordingId,
    /// What people call it.
    pub title: String,
    date: Option<String>,
    duration_ms: Option<Millis>,
    kind: String,
    media: MediaView,
}

/// One hit.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The start of its first matched word.
    pub start_ms: Millis,
    end_ms: Millis,
    score: f32,
    /// Who says it.
    pub speaker: Option<String>,
    language: String,
    doubtful: bool,
    /// Where the page shows it.
    pub link: String,
    matches: Vec<MatchView>,
    /// The text around it.
    pub pieces: Vec<PieceView>,
}

#[derive(Debug, Serialize)]
struct MatchView {
    first_word: u32,
    end_word: u32,
    start_ms: Millis,
}

/// A piece of the text around a hit.
#[derive(Debug, Serialize)]
pub struct PieceView {
    /// The text.
    pub text: String,
    /// Whether it was looked for.
    pub matched: bool,
    start_ms: Millis,
}

/// Searches.
///
/// # Errors
/// When the index cannot be read, or the answer takes more than ten seconds.
pub fn ask(library: &Library, known: &Known, question: &Question) -> Result<Answer, search::Error> {
    let began = Instant::now();
    let Parsed { query, notes } = query::parse(&question.text);
    let limit = question.limit;
    let grouping = if question.grouped && question.recording.is_none() {
        Grouping::Recordings { offset: question.offset, limit, hits_each: 3 }
    } else {
        Grouping::Hits { offset: question.offset, limit }
    };
    let until = began + LONGEST;
    let found = search(library, known, question, &query, grouping, until)?;
    let nothing = Grouping::Recordings { offset: 0, limit: 0, hits_each: 0 };
    let count = |query: &Query| search(library, known, question, query, nothing, until);
    let facets = question.facets.then(|| Facets::count(&query, &found, known, count)).transpose()?;
    let suggest = || {
        let missing = library.index.missing_words(&query, until)?;
        Suggestions::of(&query, &missing, |query| Ok(count(query)?.total_hits))
    };
    let suggestions = match (found.total_hits == 0).then(suggest).transpose() {
        // That nothing was found is an answer.
        Err(search::Error::TooSlow) => None,
        suggestions => suggestions?,
    };
    let notes = notes.into_iter().chain(found.notes);
    Ok(Answer {
        query: question.text.clone(),
        understood: query.to_string(),
        notes: notes.map(|note| Note { code: note.code.to_string(), message: note.message }).collect(),
        total_hits: found.total_hits,
        total_recordings: found.total_recordings,
        offset: question.offset,
        limit,
        recordings: named(known, question, &query),
        groups: found.groups.into_iter().filter_map(|group| show(group, known, &question.text)).collect(),
        facets,
        suggestions,
        coverage: known.coverage.into(),
        took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn search(
    library: &Library,
    known: &Known,
    question: &Question,
    query: &Query,
    grouping: Grouping,
    until: Instant,
) -> Result<search::Answer, search::Error> {
    let asks = |filter: &Filter| !filter.value.is_about_words() || matches!(filter.value, Value::Speaker(_));
    let is_restricted = query.filters.iter().any(asks);
    let listed = |number: u32| {
        let place = if question.sort == Sort::Time { number } else { *known.places.get(number as usize)? };
        if !is_restricted {
            return Some(Listed { place, speakers: &[] });
        }
        let entry = known.entries.get(number as usize)?;
        query.filters.admit(&entry.about).then_some(Listed { place, speakers: &entry.speakers })
    };
    library.index.search(&Request {
        query,
        only: question.recording,
        roll: &known.roll,
        listed: &listed,
        grouping,
        order: if question.sort == Sort::Relevance { Order::Relevance } else { Order::Time },
        with_tallies: question.facets,
        until,
    })
}

/// Finds recordings by what they are called.
fn named(known: &Known, question: &Question, query: &Query) -> Named {
    // What is written of a recording is said by nobody, in no language.
    let is_told = question.recording.is_none() && !query.filters.iter().any(|filter| filter.value.is_about_words());
    let told = if is_told { known.told.telling(&query.asked) } else { Vec::new() };
    let entries = told.into_iter().filter_map(|place| known.entries.get(*known.dated.get(place)?));
    let entries: Vec<&Entry> = entries.filter(|entry| query.filters.admit(&entry.about)).collect();
    let first = entries.iter().take(NAMED_RECORDINGS).map(|entry| Head::of(&entry.recording)).collect();
    Named { total: entries.len(), first }
}

impl Head {
    fn of(recording: &Recording) -> Self {
        Self {
            id: recording.id,
            title: recording.title.clone(),
            date: recording.date.clone(),
            duration_ms: recording.duration,
            kind: recording.kind.as_str().into(),
            media: recording.into(),
        }
    }
}

fn show(group: Group, known: &Known, query: &str) -> Option<Found> {
    let recording = &known.get(group.recording)?.recording;
    let hits = group.hits.into_iter().map(|hit| shown(hit, recording, query)).collect();
    Some(Found {
        recording: Head::of(recording),
        revision: group.revision,
        total_hits: group.total_hits,
        positions_ms: group.positions,
        hits,
    })
}

fn shown(hit: Hit, recording: &Recording, query: &str) -> Shown {
    let start = hit.start();
    let seconds = format!("{}.{:03}", start.get() / 1000, start.get() % 1000);
    let query = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC);
    Shown {
        start_ms: start,
        end_ms: hit.span.end(),
        score: hit.score,
        speaker: hit.speaker.and_then(|ordinal| recording.speakers.get(usize::from(ordinal)).cloned()),
        language: hit.language.to_string(),
        doubtful: hit.doubtful,
        link: format!("/r/{}?t={seconds}&q={query}", recording.id),
        matches: hit
            .matches
            .iter()
            .map(|it| MatchView { first_word: it.words.start, end_word: it.words.end, start_ms: it.start })
            .collect(),
        pieces: hit
            .pieces
            .into_iter()
            .map(|piece| PieceView { text: piece.text, matched: piece.matched, start_ms: piece.start })
            .collect(),
    }
}
