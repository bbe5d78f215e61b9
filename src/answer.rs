//! An answer: what a search found, together with what the catalogue knows, as the page and the command line show it.

use std::collections::HashMap;
use std::time::Instant;

use indexer::query::{self, Parsed};
use indexer::recording::RecordingId;
use indexer::search::{Group, Grouping, Hit, Order, Request, Scope};
use indexer::time::Millis;
use serde::Serialize;

use crate::catalogue::recordings::{Coverage, Recording};
use crate::library::Library;
use crate::view::{CoverageView, MediaView, RecordingView};

/// The most hits or recordings that one answer holds.
pub const MOST: usize = 1000;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The query as it was typed.
    pub text: String,
    /// Only this recording.
    pub recording: Option<RecordingId>,
    /// Whether hits are grouped by recording.
    pub grouped: bool,
    /// Whether what was said earlier comes first, and not what fits best.
    pub by_time: bool,
    /// How many groups or hits are passed over.
    pub offset: usize,
    /// How many are wanted.
    pub limit: usize,
}

/// What was found (`docs/http-api.md`).
#[derive(Debug, Serialize)]
pub struct Answer {
    query: String,
    understood: String,
    notes: Vec<Note>,
    /// All hits.
    pub total_hits: usize,
    /// All recordings with hits.
    pub total_recordings: usize,
    offset: usize,
    limit: usize,
    took_ms: u64,
    /// The part that was asked for.
    pub groups: Vec<Found>,
    coverage: CoverageView,
}

impl Answer {
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

/// What the catalogue adds to an answer, read before the search so that the search itself waits for nothing.
pub struct Known {
    recordings: HashMap<RecordingId, Recording>,
    coverage: Coverage,
}

impl Known {
    /// Reads what the catalogue knows.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn of(library: &Library) -> Result<Self, crate::catalogue::CatalogueError> {
        let recordings = library.catalogue.recordings().await?;
        let coverage = library.catalogue.coverage().await?;
        Ok(Self { recordings: recordings.into_iter().map(|it| (it.id, it)).collect(), coverage })
    }
}

/// Searches.
///
/// # Errors
/// When the index cannot be read.
pub fn ask(library: &Library, known: &Known, question: &Question) -> Result<Answer, indexer::search::Error> {
    let began = Instant::now();
    let Parsed { query, notes } = query::parse(&question.text);
    let limit = question.limit.clamp(1, MOST);
    let is_known = |id: RecordingId| known.recordings.contains_key(&id);
    let request = Request {
        query: &query,
        // The index may still hold a recording that was removed this moment.
        scope: question.recording.map_or(Scope::These(&is_known), Scope::One),
        grouping: if question.grouped && question.recording.is_none() {
            Grouping::Recordings { offset: question.offset, limit, hits_each: 3 }
        } else {
            Grouping::Hits { offset: question.offset, limit }
        },
        order: if question.by_time { Order::Time } else { Order::Relevance },
    };
    let found = library.index.search(&request)?;
    let groups = found.groups.into_iter().filter_map(|group| show(group, known, &question.text)).collect();
    Ok(Answer {
        query: question.text.clone(),
        understood: query.to_string(),
        notes: notes
            .into_iter()
            .map(|note| Note { code: note.code.to_string(), message: note.message.clone() })
            .collect(),
        total_hits: found.total_hits,
        total_recordings: found.total_recordings,
        offset: question.offset,
        limit,
        groups,
        coverage: known.coverage.into(),
        took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

fn show(group: Group, known: &Known, query: &str) -> Option<Found> {
    let recording = known.recordings.get(&group.recording)?;
    let view = RecordingView::new(recording, Millis::ZERO);
    let hits = group.hits.into_iter().map(|hit| shown(hit, recording, query)).collect();
    Some(Found {
        recording: Head {
            id: recording.id,
            title: view.title,
            date: view.date,
            duration_ms: view.duration_ms,
            kind: view.kind,
            media: view.media,
        },
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
