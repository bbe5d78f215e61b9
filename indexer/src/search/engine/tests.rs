//! The index against the oracle, and what it promises about files and revisions.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::*;
use crate::passage::passages;
use crate::query::parse;
use crate::search::linear::{Linear, LinearHit};
use crate::search::tests::transcript;
use crate::search::{Grouping, Hit, Order, Request, Scope};
use crate::term::terms;
use crate::transcript::{SpeakerOrdinal, Transcript};

/// A small vocabulary, so that words meet and repeat; with words that differ in their marks only.
const VOCABULARY: [&str; 18] = [
    "the",
    "of",
    "a",
    "museum",
    "Musée",
    "musee",
    "cost",
    "coût",
    "cout",
    "volunteer",
    "don't",
    "東",
    "京",
    "état",
    "Straße",
    "report",
    "quorum",
    "xylem",
];

const EVERYTHING: Grouping = Grouping::Hits { offset: 0, limit: usize::MAX };

struct Library {
    index: Index,
    transcripts: Vec<Transcript>,
    folder: TempDir,
}

impl Library {
    fn new(transcripts: Vec<Transcript>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let index = Index::open_or_create(folder.path()).expect("an index");
        index.confirm_rebuild().expect("a version");
        let library = Self { index, transcripts, folder };
        let mut writer = library.index.writer().expect("a writer");
        for (number, transcript) in library.transcripts.iter().enumerate() {
            writer.replace(transcript).expect("written");
            // Several segments.
            if number % 7 == 0 {
                writer.commit().expect("committed");
            }
        }
        writer.commit().expect("committed");
        library
    }

    fn of(texts: &[&str]) -> Self {
        let transcripts = (1..).zip(texts).map(|(number, text)| transcript(number, 1, &[(None, text)]));
        Self::new(transcripts.collect())
    }

    /// A library of recordings of all lengths, drawn from a seed.
    fn random(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let lengths = [0, 1, 2, 3, 15, 40, 110, 150, 151, 200, 320, 700, 10, 10, 60, 90, 0, 1, 5, 900];
        let transcripts = (1..).zip(lengths).map(|(number, length)| {
            let mut turns: Vec<(Option<SpeakerOrdinal>, String)> = Vec::new();
            for _ in 0..length {
                if turns.is_empty() || random.below(25) == 0 {
                    let speaker = [None, Some(0), Some(1), Some(2)][random.below(4)];
                    turns.push((speaker, String::new()));
                }
                // The product of two draws: some words are common, others rare.
                let word =
                    VOCABULARY[random.below(VOCABULARY.len()) * random.below(VOCABULARY.len()) / VOCABULARY.len()];
                let end = [" ", " ", " ", ", ", ". ", "… — "][random.below(6)];
                let (_, text) = turns.last_mut().expect("a turn");
                let _ = write!(text, "{word}{end}");
            }
            let turns: Vec<_> = turns.iter().map(|(speaker, text)| (*speaker, text.as_str())).collect();
            transcript(number, 1, &turns)
        });
        // The two rarest words at every distance around the reach, and too far apart to meet in any other way.
        let apart = |words: usize| format!("quorum {}xylem {}", "so ".repeat(words), "so ".repeat(160));
        let far = transcript(100, 1, &[(None, &(144..=152).map(apart).collect::<Vec<_>>().concat())]);
        Self::new(transcripts.chain([far]).collect())
    }

    fn ask(&self, query: &str, scope: Scope<'_>, grouping: Grouping, order: Order) -> Answer {
        let query = parse(query).query;
        self.index.search(&Request { query: &query, scope, grouping, order }).expect("an answer")
    }

    fn hits(&self, query: &str) -> Vec<(RecordingId, Hit)> {
        let answer = self.ask(query, Scope::All, EVERYTHING, Order::Time);
        answer
            .groups
            .into_iter()
            .flat_map(|group| group.hits.into_iter().map(move |hit| (group.recording, hit)))
            .collect()
    }

    fn transcript(&self, recording: RecordingId) -> &Transcript {
        self.transcripts.iter().find(|transcript| transcript.recording == recording).expect("a transcript")
    }

    fn words_files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(words_path(self.folder.path())).expect("a folder");
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// Marsaglia's xorshift, so that a library depends on its seed alone.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

fn as_linear(hits: &[(RecordingId, Hit)]) -> Vec<LinearHit> {
    let linear = |(recording, hit): &(RecordingId, Hit)| LinearHit {
        recording: *recording,
        passage: hit.passage,
        span: hit.span,
        matches: hit.matches.iter().map(|found| found.words).collect(),
        start: hit.start(),
    };
    hits.iter().map(linear).collect()
}

fn a_query() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(&VOCABULARY[..]);
    let phrase = prop::collection::vec(word(), 2..5).prop_map(|words| format!("\"{}\"", words.join(" ")));
    let part = prop_oneof![3 => word().prop_map(str::to_owned), 1 => phrase];
    let excluded = part.clone().prop_map(|part| format!("-{part}"));
    (prop::collection::vec(part, 1..4), prop::collection::vec(excluded, 0..2))
        .prop_map(|(required, excluded)| [required, excluded].concat().join(" "))
}

/// How many times the usual number of cases are tried.
fn torture() -> u32 {
    std::env::var("ALOUD_TORTURE").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

#[test]
fn the_index_finds_what_the_oracle_finds() {
    for seed in 1..=u64::from(torture()) * 4 {
        let library = Library::random(seed);
        let oracle = Linear::new(&library.transcripts);
        let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
        let run = TestRunner::new(config).run(&a_query(), |query| {
            let hits = library.hits(&query);
            prop_assert_eq!(as_linear(&hits), oracle.search(&parse(&query).query));
            for (recording, hit) in hits {
                let words = &library.transcript(recording).words;
                let first_matched = hit.matches[0].words.start as usize;
                prop_assert_eq!(hit.start(), words[first_matched].span.start());
                prop_assert!(hit.score > 0.0 && hit.pieces.iter().any(|piece| piece.matched));
                for piece in hit.pieces.iter().filter(|piece| piece.matched) {
                    let said = words.iter().find(|word| word.span.start() == piece.start).expect("a word");
                    prop_assert_eq!(terms(&piece.text), terms(&said.text));
                }
            }
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("library {seed}: {error}"));
    }
}

#[test]
fn a_phrase_over_any_passage_border_is_found() {
    let library = Library::random(77);
    let mut borders = 0;
    for transcript in &library.transcripts {
        for passage in passages(transcript).iter().skip(1) {
            let range = crate::transcript::WordRange::new(passage.words.start - 1, passage.words.start + 1);
            let phrase = format!("\"{}\"", transcript.text(range).trim());
            let is_found = |(recording, hit): &(RecordingId, Hit)| {
                *recording == transcript.recording && hit.matches.iter().any(|found| found.words == range)
            };
            assert!(library.hits(&phrase).iter().any(is_found), "{phrase} at {range:?}");
            borders += 1;
        }
    }
    assert!(borders > 30);
}

#[test]
fn the_best_comes_first() {
    let far = format!("museum {} budget", "so ".repeat(60));
    let library = Library::of(&["the musée", "the musee", &far, "museum budget", "volunteers"]);
    let first = |query: &str| {
        let answer = library.ask(query, Scope::All, EVERYTHING, Order::Relevance);
        answer.groups.iter().map(|group| u32::from(group.recording.as_bytes()[15])).collect::<Vec<_>>()
    };
    assert_eq!(first("musee"), [2, 1]);
    assert_eq!(first("musée"), [1, 2]);
    assert_eq!(first("museum budget"), [4, 3]);
    assert_eq!(first("the"), [1, 2]);
    assert_eq!(first("nothing"), [0; 0]);
}

#[test]
fn answers_are_grouped_paged_and_restricted() {
    let long = "museum visit. ".repeat(400);
    let library = Library::of(&["a museum", &long, "no such word", "the museum of a museum"]);
    let [one, two, _, four] = [0, 1, 2, 3].map(|number| library.transcripts[number].recording);
    let by_recording = |offset, limit| Grouping::Recordings { offset, limit, hits_each: 3 };

    let answer = library.ask("museum", Scope::All, by_recording(0, 10), Order::Time);
    let hits_of_two = passages(&library.transcripts[1]).len();
    assert_eq!((answer.total_hits, answer.total_recordings), (hits_of_two + 2, 3));
    let shown: Vec<_> =
        answer.groups.iter().map(|group| (group.recording, group.hits.len(), group.total_hits)).collect();
    assert_eq!(shown, [(one, 1, 1), (two, 3, hits_of_two), (four, 1, 1)]);
    assert_eq!(answer.groups[1].positions.len(), hits_of_two);
    assert!(answer.groups[1].positions.is_sorted());

    let page = library.ask("museum", Scope::All, by_recording(1, 1), Order::Time);
    assert_eq!(page.groups, answer.groups[1..2]);
    let past = library.ask("museum", Scope::All, by_recording(99_999_999, 1), Order::Relevance);
    assert_eq!((past.total_hits, past.groups.len()), (hits_of_two + 2, 0));

    let flat = library.ask("museum", Scope::All, Grouping::Hits { offset: 1, limit: 3 }, Order::Time);
    assert_eq!(flat.groups.iter().map(|group| (group.recording, group.hits.len())).collect::<Vec<_>>(), [(two, 1); 3]);

    let within = library.ask("museum", Scope::One(two), Grouping::Hits { offset: 1, limit: 2 }, Order::Time);
    assert_eq!((within.total_recordings, within.groups.len(), within.groups[0].hits.len()), (1, 1, 2));
    assert_eq!(within.groups[0].hits[0].start(), within.groups[0].positions[1]);
    let unknown = RecordingId::new([9; 16]);
    assert_eq!(library.ask("museum", Scope::One(unknown), EVERYTHING, Order::Time), Answer::default());

    let is_searched = |recording| recording == four;
    let these = library.ask("museum", Scope::These(&is_searched), EVERYTHING, Order::Relevance);
    assert_eq!((these.total_hits, these.groups[0].recording), (1, four));
}

#[test]
fn a_new_revision_takes_the_place_of_the_old_at_the_commit() {
    let library = Library::of(&["old words", "others"]);
    let recording = library.transcripts[0].recording;
    let mut writer = library.index.writer().expect("a writer");
    writer.replace(&transcript(1, 2, &[(None, "new words")])).expect("written");
    assert_eq!((library.hits("old").len(), library.hits("new").len()), (1, 0));
    writer.commit().expect("committed");
    assert_eq!((library.hits("old").len(), library.hits("new").len(), library.hits("words").len()), (0, 1, 1));
    assert_eq!(library.words_files().len(), 2);
    assert!(library.words_files().contains(&format!("{recording}-2.words")));
    // Repeating it, as after a crash, changes nothing.
    writer.replace(&transcript(1, 2, &[(None, "new words")])).expect("written");
    writer.commit().expect("committed");
    assert_eq!((library.hits("words").len(), library.words_files().len()), (1, 2));

    writer.remove(recording).expect("removed");
    writer.commit().expect("committed");
    assert_eq!((library.hits("words").len(), library.words_files().len()), (0, 1));
    assert_eq!(library.index.recordings(), [(library.transcripts[1].recording, 1)]);
    writer.finish().expect("merged");
}

#[test]
fn what_was_not_committed_is_swept() {
    let library = Library::of(&["some words"]);
    let mut writer = library.index.writer().expect("a writer");
    writer.replace(&transcript(5, 1, &[(None, "never committed")])).expect("written");
    assert_eq!(library.words_files().len(), 2);
    assert!(matches!(library.index.writer(), Err(Error::InUse(_))));
    drop(writer);
    drop(library.index.writer().expect("a writer"));
    assert_eq!(library.words_files().len(), 1);
}

#[test]
fn another_process_sees_a_commit_after_a_reload() {
    let library = Library::of(&["first words"]);
    let other = Index::open(library.folder.path()).expect("an index");
    let mut writer = library.index.writer().expect("a writer");
    writer.replace(&transcript(1, 2, &[(None, "second words")])).expect("written");
    writer.commit().expect("committed");
    // Its snapshot names a words file that is gone: it looks again by itself.
    let query = parse("words").query;
    let request = Request { query: &query, scope: Scope::All, grouping: EVERYTHING, order: Order::Time };
    assert_eq!(other.search(&request).expect("an answer").groups[0].revision, 2);
}

#[test]
fn an_index_of_another_version_is_made_anew() {
    let library = Library::of(&["some words"]);
    let path = library.folder.path();
    assert!(!Index::open_or_create(path).expect("an index").needs_rebuild());
    fs::write(version_path(path), "index 0, terms 0\n").expect("written");
    assert!(matches!(Index::open(path), Err(Error::NotBuilt(_))));
    let anew = Index::open_or_create(path).expect("an index");
    assert!(anew.needs_rebuild() && anew.recordings().is_empty() && library.words_files().is_empty());
    // A rebuild that was not confirmed is asked for again.
    assert!(Index::open_or_create(path).expect("an index").needs_rebuild());
    anew.confirm_rebuild().expect("written");
    assert!(!Index::open_or_create(path).expect("an index").needs_rebuild());
    fs::write(terms_path(path).join("meta.json"), "{").expect("written");
    assert!(Index::open_or_create(path).expect("an index").needs_rebuild());
    assert!(matches!(Index::open(&path.join("nowhere")), Err(Error::NotBuilt(_))));
}
