//! Search finds the moments at which something was said.
//!
//! What counts as found is the contract in `docs/query.md`: a *moment* is a stretch of one recording that holds every
//! required part of the query close together and cannot be shortened, and a [`Hit`] is a passage in which at least
//! one moment starts. [`linear`] evaluates that contract by brute force; [`engine`] does the same with an index.

use std::path::PathBuf;
use std::time::Instant;

use crate::query::{Label, Note, Query, QueryWord};
use crate::recording::{Language, RecordingId};
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Revision, SpeakerOrdinal, WordRange};

mod fault;
mod moment;
pub mod linear;
mod rank;
mod roll;
pub mod words_file;
mod snippet;
pub mod engine;

pub use roll::Roll;

/// The most words of the library that stand for one word of a query, as a prefix or a word that may be misspelt.
pub const MAX_EXPANSION: usize = 500;

/// A question to the index.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What is looked for.
    pub query: &'a Query,
    /// Only this recording.
    pub only: Option<RecordingId>,
    /// The recordings that may be searched.
    pub roll: &'a Roll,
    /// What is known of the recording of a number of the roll, `None` when it is not searched; asked for those that could
    /// hold a hit.
    pub listed: &'a (dyn Fn(u32) -> Option<Listed<'a>> + Sync),
    /// Which part of what is found is returned, and how it is grouped.
    pub grouping: Grouping,
    /// What comes first.
    pub order: Order,
    /// Whether hits are counted by speaker and language.
    pub with_tallies: bool,
    /// When it is given up.
    pub until: Instant,
}

/// What the index does not know of a recording.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed<'a> {
    /// Its place among recordings that are equally good.
    pub place: u32,
    /// The names of its speakers by ordinal; looked at for filters on them only.
    pub speakers: &'a [Label],
}

/// How hits are grouped and paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// One group for each recording; `offset` and `limit` count recordings.
    Recordings {
        /// How many recordings are passed over.
        offset: usize,
        /// The most groups returned.
        limit: usize,
        /// The most hits returned in each.
        hits_each: usize,
    },
    /// `offset` and `limit` count hits; every hit is a group of its own, or all are one group under [`Request::only`].
    Hits {
        /// How many hits are passed over.
        offset: usize,
        /// The most hits returned.
        limit: usize,
    },
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The best hit, and the recording with the best hit; equals by the recordings' places, then as they were said.
    Relevance,
    /// By the recordings' places, and in each as it was said.
    Time,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// All hits in the scope, not only those returned.
    pub total_hits: usize,
    /// All recordings in the scope that have a hit.
    pub total_recordings: usize,
    /// The page asked for.
    pub groups: Vec<Group>,
    /// How many hits there are of each kind, when that was asked for.
    pub tallies: Tallies,
    /// What could not be honoured.
    pub notes: Vec<Note>,
}

/// How many hits there are by recording, by who says their first word, and by its language.
///
/// Flat lists, for there may be many thousand recordings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tallies {
    /// By the number in the [`Roll`].
    pub recordings: Vec<(u32, usize)>,
    /// By the number in the [`Roll`] and the speaker of that recording, where one is known.
    pub speakers: Vec<(u32, SpeakerOrdinal, usize)>,
    /// By language; one may come more than once.
    pub languages: Vec<(Language, usize)>,
}

/// Hits of one recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The recording.
    pub recording: RecordingId,
    /// The revision of its transcript that was searched.
    pub revision: Revision,
    /// All its hits, not only those returned.
    pub total_hits: usize,
    /// When each of all its hits starts, in the order of time; of a hit that is a group of its own, when it starts.
    pub positions: Vec<Millis>,
    /// The hits returned.
    pub hits: Vec<Hit>,
}

/// A passage in which at least one moment starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The passage's ordinal in this revision.
    pub passage: u32,
    /// From the start of the first moment to the end of the last one that starts in the passage.
    pub span: TimeSpan,
    /// How good the best of its moments is; comparable within one answer only.
    pub score: f32,
    /// The language of its first word.
    pub language: Language,
    /// Who says its first word.
    pub speaker: Option<SpeakerOrdinal>,
    /// Whether a stretch that its moments touch is doubtful.
    pub doubtful: bool,
    /// Every occurrence of a required part that lies inside a moment that starts in the passage, in order; empty when
    /// nothing was required.
    pub matches: Vec<Match>,
    /// The words around the matches, ready to be shown.
    pub pieces: Vec<Piece>,
}

impl Hit {
    /// Returns where a link to the hit points: the start of its first matched word.
    #[must_use]
    pub fn start(&self) -> Millis {
        self.matches.first().map_or(self.span.start(), |first| first.start)
    }
}

/// One occurrence of a required part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Its words.
    pub words: WordRange,
    /// When the first of them starts.
    pub start: Millis,
}

/// A run of text that is shown; pieces joined are the snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text; of a matched word only its letters, without the punctuation and space around.
    pub text: String,
    /// Whether it was looked for.
    pub matched: bool,
    /// When its first word starts.
    pub start: Millis,
}

/// A word of a query that is said nowhere in the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingWord {
    /// The word.
    pub word: QueryWord,
    /// Words of the library that look like it, as they are said but for case, the likeliest first; at most three.
    pub similar: Vec<String>,
}

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no index, or another version of the program made it.
    #[error("the search index in {} must be built by this version first (aloud reindex)", .0.display())]
    NotBuilt(PathBuf),
    /// Another process writes to it.
    #[error("the search index in {} is being written by another process; stop it or wait for it", .0.display())]
    InUse(PathBuf),
    /// A file cannot be read or written.
    #[error("cannot access {} of the search index ({source})", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{} is damaged ({what}); rebuild the search index (aloud reindex)", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It was not done in time.
    #[error("the query takes too long; narrow it down")]
    TooSlow,
    /// The engine failed.
    #[error("the search index failed ({0}); if this stays, rebuild it (aloud reindex)")]
    Engine(String),
}

#[cfg(test)]
mod tests {
    use crate::recording::{Language, RecordingId};
    use crate::term::split_words;
    use crate::time::{Millis, TimeSpan};
    use crate::transcript::{Percent, Revision, SpeakerOrdinal, Transcript, Word};

    /// Returns a transcript in which each speaker says a text, 300 ms a word with pauses of 50 ms.
    pub(super) fn transcript(number: u32, revision: Revision, turns: &[(Option<SpeakerOrdinal>, &str)]) -> Transcript {
        let spoken =
            turns.iter().flat_map(|&(speaker, text)| split_words(text).into_iter().map(move |word| (speaker, word)));
        let words = (0_u32..).zip(spoken).map(|(ordinal, (speaker, text))| Word {
            text: text.to_owned(),
            span: TimeSpan::at_least_one(Millis::new(ordinal * 350), Millis::new(ordinal * 350 + 300)),
            confidence: Percent::FULL,
            language: Language::UNKNOWN,
            speaker,
        });
        let mut id = [0; 16];
        id[12..].copy_from_slice(&number.to_be_bytes());
        Transcript {
            recording: RecordingId::new(id),
            revision,
            words: words.collect(),
            stretches: Vec::new(),
            gaps: Vec::new(),
            speakers: vec!["Ann".into(), "Bo".into(), "Cy".into()],
        }
    }
}
