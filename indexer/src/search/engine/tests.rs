//! The index against the oracle, and what it promises about files and revisions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tempfile::TempDir;

use super::*;
use crate::passage::passages;
use crate::query::{About, Label, parse};
use crate::recording::Language;
use crate::search::fault::{self, Fault};
use crate::search::linear::{Linear, LinearHit};
use crate::search::tests::transcript;
use crate::search::{Grouping, Hit, Listed, MAX_EXPANSION, Order, Request, Roll};
use crate::term::terms;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Doubt, Provenance, SpeakerOrdinal, Stretch, Transcript, Trust, WordRange};

/// A small vocabulary, so that words meet and repeat; with words that differ in their marks, endings or one letter only.
const VOCABULARY: [&str; 24] = [
    "the",
    "of",
    "a",
    "museum",
    "museums",
    "Musée",
    "musee",
    "cost",
    "coût",
    "cout",
    "volunteer",
    "volunteers",
    "volunteering",
    "colunteer",
    "don't",
    "東",
    "京",
    "état",
    "Straße",
    "report",
    "reporter",
    "arkivets",
    "quorum",
    "xylem",
];

const EVERYTHING: Grouping = Grouping::Hits { offset: 0, limit: usize::MAX };

struct Library {
    index: Index,
    transcripts: Vec<Transcript>,
    speakers: Vec<Label>,
    roll: Roll,
    folder: TempDir,
}

impl Library {
    fn new(transcripts: Vec<Transcript>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let index = built(folder.path(), &[]);
        let speakers = transcripts.first().map_or(&[][..], |first| &first.speakers).iter().map(|name| Label::new(name));
        let roll = Roll::new(transcripts.iter().map(|transcript| transcript.recording));
        let library = Self { index, speakers: speakers.collect(), roll, transcripts, folder };
        let mut writer = library.index.writer().expect("a writer");
        for (number, transcript) in library.transcripts.iter().enumerate() {
            // Each has a former revision that must not be found.
            let mut former = transcript.clone();
            former.revision = 0;
            former.words.reverse();
            let times = transcript.words.iter().map(|word| word.span);
            former.words.iter_mut().zip(times).for_each(|(word, span)| word.span = span);
            writer.replace(&former).expect("written");
            writer.commit().expect("committed");
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
        let transcripts = random_transcripts(&lengths, &mut random);

        // The two rarest words at every distance around the reach, and too far apart to meet in any other way.
        let apart = |words: usize| format!("quorum {}xylem {}", "so ".repeat(words), "so ".repeat(160));
        let far = transcript(100, 1, &[(None, &(144..=152).map(apart).collect::<Vec<_>>().concat())]);
        Self::new(transcripts.into_iter().chain([far]).collect())
    }

    fn try_ask(
        &self,
        query: &str,
        only: Option<RecordingId>,
        grouping: Grouping,
        order: Order,
    ) -> Result<Answer, Error> {
        let query = parse(query).query;
        let listed = |number: u32| {
            let recording = self.transcripts[number as usize].recording;
            let is_admitted = query.filters.admit(&about(recording));
            is_admitted.then_some(Listed { place: recording.as_bytes()[15].into(), speakers: &self.speakers })
        };
        let with_tallies = true;
        self.index.search(&Request {
            query: &query,
            only,
            roll: &self.roll,
            listed: &listed,
            grouping,
            order,
            with_tallies,
            until: soon(),
        })
    }

    fn ask(&self, query: &str, only: Option<RecordingId>, grouping: Grouping, order: Order) -> Answer {
        self.try_ask(query, only, grouping, order).expect("an answer")
    }

    fn hits(&self, query: &str) -> Vec<(RecordingId, Hit)> {
        hits_of(self.ask(query, None, EVERYTHING, Order::Time))
    }

    fn transcript(&self, recording: RecordingId) -> &Transcript {
        self.transcripts.iter().find(|transcript| transcript.recording == recording).expect("a transcript")
    }

    fn words_files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.index.generation().words_path()).expect("a folder");
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// What is known of a recording: titles, dates, people, places and folders go by its number.
fn about(recording: RecordingId) -> About {
    let number = usize::from(recording.as_bytes()[15]);
    let label = |texts: &[&str]| Label::new(texts[number % texts.len()]);
    About {
        title: label(&["Museum visit", "The cost", ""]),
        people: [&["Ann Lee", "Bo Ek"][..], &["Cy Ek"]][number % 2].iter().map(|name| Label::new(name)).collect(),
        place: label(&["Malmö", "Łódź", "", "Malmö"]),
        folders: vec![label(&["/talks/2020", "/talks", "/tapes/Lund", "/tapes"])],
        date: [Some("2020-02-29"), Some("2021"), None][number % 3].map(str::to_owned),
    }
}

/// When a test would be given up.
fn soon() -> Instant {
    Instant::now() + Duration::from_secs(600)
}

/// Recordings of some lengths in words.
fn random_transcripts(lengths: &[usize], random: &mut Random) -> Vec<Transcript> {
    let transcripts = (1..).zip(lengths).map(|(number, &length)| {
        let mut turns: Vec<(Option<SpeakerOrdinal>, String)> = Vec::new();
        for _ in 0..length {
            if turns.is_empty() || random.below(25) == 0 {
                let speaker = [None, Some(0), Some(1), Some(2)][random.below(4)];
                turns.push((speaker, String::new()));
            }
            // The product of two draws: some words are common, others rare.
            let word = VOCABULARY[random.below(VOCABULARY.len()) * random.below(VOCABULARY.len()) / VOCABULARY.len()];
            let end = [" ", " ", " ", ", ", ". ", "… — "][random.below(6)];
            let (_, text) = turns.last_mut().expect("a turn");
            let _ = write!(text, "{word}{end}");
        }
        let turns: Vec<_> = turns.iter().map(|(speaker, text)| (*speaker, text.as_str())).collect();
        spoken(transcript(number, 1, &turns), random)
    });
    transcripts.collect()
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

/// Builds an index from nothing.
fn built(folder: &Path, transcripts: &[Transcript]) -> Index {
    let index = Index::open_or_empty(folder).expect("an index");
    let mut rebuild = index.rebuild().expect("a rebuild");
    for transcript in transcripts {
        rebuild.writer().replace(transcript).expect("written");
    }
    rebuild.finish().expect("built");
    index
}

/// Gives the words of a transcript languages, doubtful stretches and uneven times.
fn spoken(mut transcript: Transcript, random: &mut Random) -> Transcript {
    let (mut language, mut clock) = (0, 0);
    for word in &mut transcript.words {
        if random.below(30) == 0 {
            language = random.below(4);
        }
        word.language = Language::from_tag(["en", "sv", "fr", "und"][language]).expect("a language");
        let lengths =
            [100, 250, 250, 300, 700, 4000].map(|length| length + u32::try_from(random.below(9)).expect("small"));
        let length = lengths[random.below(lengths.len())];
        word.span = TimeSpan::at_least_one(Millis::new(clock), Millis::new(clock + length));
        clock += length + [0, 0, 40][random.below(3)];
    }
    let count = u32::try_from(transcript.words.len()).expect("few words");
    transcript.stretches = (0..count.div_ceil(20))
        .map(|number| Stretch {
            words: WordRange::new(number * 20, count.min(number * 20 + 20)),
            language: Language::UNKNOWN,
            trust: if random.below(4) == 0 { Trust::Doubtful(vec![Doubt::Repeats]) } else { Trust::Good },
            provenance: Provenance::Recognised { model: "base".into() },
        })
        .collect();
    transcript
}

fn hits_of(answer: Answer) -> Vec<(RecordingId, Hit)> {
    let hits = |group: crate::search::Group| group.hits.into_iter().map(move |hit| (group.recording, hit));
    answer.groups.into_iter().flat_map(hits).collect()
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

/// A query of the whole grammar over the vocabulary.
fn a_query() -> impl Strategy<Value = String> {
    let plain = || prop::sample::select(&VOCABULARY[..]);
    // A word cut short or misspelt: its letters but one, or its beginning.
    let letters = |word: &str, but: usize| -> String {
        word.chars().enumerate().filter(|(at, _)| *at != but).map(|(_, c)| c).collect()
    };
    let inexact = (plain(), 1..6_usize, 0..4).prop_map(move |(word, at, how)| match how {
        0 => format!("{}~", letters(word, at)),
        1 => format!("{}~2", word.chars().rev().take(at).chain(word.chars().skip(at)).collect::<String>()),
        _ => format!("{}*", word.chars().take(at).collect::<String>()),
    });
    let word = prop_oneof![6 => plain().prop_map(str::to_owned), 1 => inexact];
    let words = prop::collection::vec(word.clone(), 2..4);
    let phrase = words.clone().prop_map(|words| format!("\"{}\"", words.join(" ")));
    let many = prop::collection::vec(word.clone(), 2..7);
    let near = (many, 0..9).prop_map(|(words, distance)| format!("\"{}\"~{distance}", words.join(" ")));
    let either = prop::collection::vec(prop_oneof![word.clone(), phrase.clone()], 2..4);
    let either = either.prop_map(|words| format!("({})", words.join(" OR ")));
    let operand = prop_oneof![word.clone(), phrase.clone(), either];
    let chain =
        (prop::collection::vec(operand, 2..4), 0..6).prop_map(|(operands, n)| operands.join(&format!(" NEAR/{n} ")));
    let exact = prop::collection::vec(plain(), 1..3).prop_map(|words| format!("exact:\"{}\"", words.join(" ")));
    let part = prop_oneof![6 => word, 3 => phrase, 2 => near, 1 => chain, 1 => exact];
    let group = part.clone().prop_recursive(2, 6, 3, |inner| {
        let some = || prop::collection::vec(inner.clone(), 2..4);
        let signed =
            (any::<bool>(), inner.clone()).prop_map(|(sign, it)| format!("{}({it})", if sign { "-" } else { "" }));
        prop_oneof![
            2 => some().prop_map(|parts| format!("({})", parts.join(" OR "))),
            2 => some().prop_map(|parts| format!("({})", parts.join(" "))),
            1 => signed,
        ]
    });
    let excluded = group.clone().prop_map(|group| format!("-({group})"));
    let filter = prop::sample::select(vec![
        "speaker:Ann",
        "speaker:bo",
        "-speaker:Cy",
        "lang:sv",
        "lang:en",
        "-lang:fr",
        "trust:doubtful",
        "trust:good",
        "title:museum",
        "-title:\"the cost\"",
        "people:ek",
        "-people:\"ann lee\"",
        "place:malmo",
        "-place:lodz",
        "folder:talks",
        "folder:2020",
        "-folder:tapes",
        "date:2020..2021",
        "-date:2021",
        "after:2020-02",
        "within:5w",
        "within:20w",
        "within:3s",
        "within:400w",
        "within:1500ms",
    ]);
    (
        prop::collection::vec(group, 0..3),
        prop::collection::vec(excluded, 0..2),
        prop::collection::vec(filter.prop_map(str::to_owned), 0..3),
    )
        .prop_map(|(required, excluded, filters)| [required, excluded, filters].concat().join(" "))
}

/// Adds up what is counted more than once.
fn sums<K: Ord>(counts: impl IntoIterator<Item = (K, usize)>) -> BTreeMap<K, usize> {
    let mut sums = BTreeMap::new();
    for (key, count) in counts {
        *sums.entry(key).or_default() += count;
    }
    sums
}

/// Counts hits one by one, each by what `key` makes of it and of the number of its recording.
fn ones<K: Ord>(
    hits: &[(RecordingId, Hit)],
    key: impl Fn(u32, &Hit) -> Option<K>,
    library: &Library,
) -> BTreeMap<K, usize> {
    let number = |recording: &RecordingId| library.roll.number(*recording).expect("a known recording");
    sums(hits.iter().filter_map(|(recording, hit)| Some((key(number(recording), hit)?, 1))))
}

/// How many times the usual number of cases are tried.
fn torture() -> u32 {
    std::env::var("ALOUD_TORTURE").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

/// Compares the index with the oracle on random queries, others for each `seed`; returns the first difference.
fn compare(library: &Library, seed: u64, cases: u32) -> Result<(), String> {
    let oracle = Linear::new(&library.transcripts);
    let mut config = Config { cases, failure_persistence: None, ..Config::default() };
    if let RngSeed::Fixed(set) = config.rng_seed {
        config.rng_seed = RngSeed::Fixed(set.wrapping_add(seed));
    }
    let run = TestRunner::new(config).run(&a_query(), |query| {
        let answer = library.try_ask(&query, None, EVERYTHING, Order::Time);
        let answer = answer.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let tallies = answer.tallies.clone();
        let hits = hits_of(answer);
        prop_assert_eq!(sums(tallies.recordings), ones(&hits, |number, _| Some(number), library));
        let speakers = tallies.speakers.into_iter().map(|(number, speaker, count)| ((number, speaker), count));
        prop_assert_eq!(sums(speakers), ones(&hits, |number, hit| Some((number, hit.speaker?)), library));
        prop_assert_eq!(sums(tallies.languages), ones(&hits, |_, hit| Some(hit.language), library));
        let asked = parse(&query).query;
        let mut expected = oracle.search(&asked);
        expected.retain(|hit| asked.filters.admit(&about(hit.recording)));
        prop_assert_eq!(as_linear(&hits), expected);
        for (recording, hit) in hits {
            let words = &library.transcript(recording).words;
            if let Some(matched) = hit.matches.first() {
                prop_assert_eq!(hit.start(), words[matched.words.start as usize].span.start());
                prop_assert!(hit.score > 0.0 && hit.pieces.iter().any(|piece| piece.matched));
            }
            for piece in hit.pieces.iter().filter(|piece| piece.matched) {
                let said = words.iter().find(|word| word.span.start() == piece.start).expect("a word");
                prop_assert_eq!(terms(&piece.text), terms(&said.text));
            }
        }
        Ok(())
    });
    run.map_err(|error| error.to_string())
}

#[test]
fn the_index_finds_what_the_oracle_finds() {
    let last = u64::from(torture()) * 4;
    // Side by side: alone, this takes longer than all other tests together.
    std::thread::scope(|scope| {
        for first in 1..=2 {
            scope.spawn(move || {
                for seed in (first..=last).step_by(2) {
                    compare(&Library::random(seed), seed, 500)
                        .unwrap_or_else(|error| panic!("library {seed}: {error}"));
                }
            });
        }
    });
}

#[test]
fn a_recording_of_an_hour_is_searched_as_the_oracle_does() {
    let mut random = Random(9);
    let library = Library::new(random_transcripts(&[10_000], &mut random));
    compare(&library, 0, torture() * 20).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_oracle_notices_every_fault() {
    let library = Library::random(5);
    compare(&library, 0, 100).expect("no fault");
    for fault in [Fault::NearDistance, Fault::Minimality, Fault::LastPosition, Fault::Speaker, Fault::Deleted] {
        // What it says of the faults is not to be read.
        let found = fault::with(fault, || compare(&library, 0, 2000));
        assert!(found.is_err(), "{fault:?} was not noticed");
    }
}

#[test]
fn a_phrase_over_any_passage_border_is_found() {
    let library = Library::random(77);
    let mut borders = 0;
    for transcript in &library.transcripts {
        for passage in passages(transcript).iter().skip(1) {
            let range = WordRange::new(passage.words.start - 1, passage.words.start + 1);
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
        let answer = library.ask(query, None, EVERYTHING, Order::Relevance);
        answer.groups.iter().map(|group| u32::from(group.recording.as_bytes()[15])).collect::<Vec<_>>()
    };
    assert_eq!(first("musee"), [2, 1]);
    assert_eq!(first("musée"), [1, 2]);
    assert_eq!(first("museum budget"), [4, 3]);
    assert_eq!(first("the"), [1, 2]);
    assert_eq!(first("nothing"), [0; 0]);
    assert_eq!(first("the musee~"), [2, 1]);
}

#[test]
fn answers_are_grouped_paged_and_restricted() {
    let long = "museum visit. ".repeat(400);
    let library = Library::of(&["a museum", &long, "no such word", "the museum of a museum"]);
    let [one, two, _, four] = [0, 1, 2, 3].map(|number| library.transcripts[number].recording);
    let by_recording = |offset, limit| Grouping::Recordings { offset, limit, hits_each: 3 };

    let answer = library.ask("museum", None, by_recording(0, 10), Order::Time);
    let hits_of_two = passages(&library.transcripts[1]).len();
    assert_eq!((answer.total_hits, answer.total_recordings), (hits_of_two + 2, 3));
    let shown: Vec<_> =
        answer.groups.iter().map(|group| (group.recording, group.hits.len(), group.total_hits)).collect();
    assert_eq!(shown, [(one, 1, 1), (two, 3, hits_of_two), (four, 1, 1)]);
    assert_eq!(answer.groups[1].positions.len(), hits_of_two);
    assert!(answer.groups[1].positions.is_sorted());

    let page = library.ask("museum", None, by_recording(1, 1), Order::Time);
    assert_eq!(page.groups, answer.groups[1..2]);
    let past = library.ask("museum", None, by_recording(99_999_999, 1), Order::Relevance);
    assert_eq!((past.total_hits, past.groups.len()), (hits_of_two + 2, 0));

    let flat = library.ask("museum", None, Grouping::Hits { offset: 1, limit: 3 }, Order::Time);
    assert_eq!(flat.groups.iter().map(|group| (group.recording, group.hits.len())).collect::<Vec<_>>(), [(two, 1); 3]);

    let within = library.ask("museum", Some(two), Grouping::Hits { offset: 1, limit: 2 }, Order::Time);
    assert_eq!((within.total_recordings, within.groups.len(), within.groups[0].hits.len()), (1, 1, 2));
    assert_eq!(within.groups[0].hits[0].start(), within.groups[0].positions[1]);
    let unknown = RecordingId::new([9; 16]);
    assert_eq!(library.ask("museum", Some(unknown), EVERYTHING, Order::Time), Answer::default());

    let query = parse("museum").query;
    let (roll, listed) = (Roll::new([four]), |_| Some(Listed::default()));
    let (grouping, order, with_tallies, until) = (EVERYTHING, Order::Relevance, false, soon());
    let request =
        Request { query: &query, only: None, roll: &roll, listed: &listed, grouping, order, with_tallies, until };
    let these = library.index.search(&request).expect("an answer");
    assert_eq!((these.total_hits, these.groups[0].recording), (1, four));
    // Equals come in the order of their places.
    let listed = |number: u32| {
        let place = library.transcripts[number as usize].recording == one;
        Some(Listed { place: place.into(), ..Listed::default() })
    };
    let request = Request { roll: &library.roll, listed: &listed, order: Order::Time, ..request };
    let ordered = library.index.search(&request).expect("an answer");
    assert_eq!(ordered.groups.last().expect("a hit").recording, one);
    // When nobody waits any longer.
    assert!(matches!(library.index.search(&Request { until: Instant::now(), ..request }), Err(Error::TooSlow)));
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
    assert_eq!(search(&other, "words").groups[0].revision, 2);
    // And a rebuild, which takes away all files; those that it has opened it keeps until it looks.
    drop(writer);
    built(library.folder.path(), &[transcript(3, 1, &[(None, "third words")])]);
    assert_eq!(search(&other, "second").total_hits, 1);
    other.reload().expect("reloaded");
    assert_eq!(search(&other, "second").total_hits, 0);
    assert_eq!(search(&other, "third").total_hits, 1);
}

fn search(index: &Index, query: &str) -> Answer {
    let query = parse(query).query;
    let roll = Roll::new(index.recordings().into_iter().map(|(recording, _)| recording));
    let listed = |_| Some(Listed::default());
    let (grouping, order, with_tallies, until) = (EVERYTHING, Order::Time, false, soon());
    let request =
        Request { query: &query, only: None, roll: &roll, listed: &listed, grouping, order, with_tallies, until };
    index.search(&request).expect("an answer")
}

#[test]
fn an_index_of_another_version_answers_until_it_is_rebuilt() {
    let library = Library::of(&["some words"]);
    let path = library.folder.path();
    let current = path.join("current");
    assert!(!Index::open_or_empty(path).expect("an index").needs_rebuild());
    // Made with other terms: it is read, and replaced as a whole.
    let stale = fs::read_to_string(&current).expect("a file").replace("content ", "content 9");
    fs::write(&current, stale).expect("written");
    let index = Index::open_or_empty(path).expect("an index");
    assert!(index.needs_rebuild() && index.can_answer());
    let clone = index.clone();
    let mut rebuild = index.rebuild().expect("a rebuild");
    rebuild.writer().replace(&library.transcripts[0]).expect("written");
    rebuild.writer().replace(&transcript(2, 1, &[(None, "more words")])).expect("written");
    assert_eq!(search(&clone, "words").total_hits, 1);
    assert_eq!(search(&Index::open(path).expect("an index"), "words").total_hits, 1);
    rebuild.finish().expect("built");
    assert!(!clone.needs_rebuild());
    assert_eq!((search(&clone, "words").total_hits, search(&library.index, "more").total_hits), (2, 0));
    library.index.reload().expect("reloaded");
    assert_eq!(search(&library.index, "more").total_hits, 1);
    assert_eq!(fs::read_dir(path).expect("a folder").count(), 2, "one generation and the file that names it");

    // Made in another format: it cannot be read.
    let stale = fs::read_to_string(&current).expect("a file").replace("format ", "format 9");
    fs::write(&current, stale).expect("written");
    assert!(matches!(Index::open(path), Err(Error::NotBuilt(_))));
    let index = Index::open_or_empty(path).expect("an index");
    assert!(index.needs_rebuild() && !index.can_answer() && search(&index, "words").total_hits == 0);
    assert!(matches!(index.writer(), Err(Error::NotBuilt(_))));
    assert!(matches!(Index::open(&path.join("nowhere")), Err(Error::NotBuilt(_))));
}

#[test]
fn a_rebuild_that_broke_off_leaves_the_index_as_it_was() {
    let library = Library::of(&["some words"]);
    for _ in 0..2 {
        let mut rebuild = library.index.rebuild().expect("a rebuild");
        rebuild.writer().replace(&transcript(2, 1, &[(None, "more words")])).expect("written");
    }
    assert_eq!(search(&library.index, "words").total_hits, 1);
    assert_eq!(search(&Index::open(library.folder.path()).expect("an index"), "words").total_hits, 1);
}

#[test]
fn a_rebuild_leaves_no_files_of_segments_that_it_merged() {
    let library = Library::of(&["some words"]);
    let mut rebuild = library.index.rebuild().expect("a rebuild");
    for id in 1..9 {
        rebuild.writer().replace(&transcript(id, 1, &[(None, "more words")])).expect("written");
        rebuild.writer().commit().expect("committed");
    }
    rebuild.finish().expect("built");
    let generation = library.index.generation();
    let segments = generation.index.searchable_segment_metas().expect("segments");
    let mut used: Vec<_> = segments.iter().map(|segment| segment.id().uuid_string()).collect();
    let terms = generation.words_path().with_file_name("terms");
    let files = std::fs::read_dir(terms).expect("a folder").flatten().map(|file| file.path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "idx"));
    let mut there: Vec<_> = files.map(|file| file.file_stem().expect("a name").display().to_string()).collect();
    used.sort();
    there.sort();
    assert_eq!(there, used);
}

/// Every row of the table in `docs/languages.md`, all in one recording, each in its own language.
#[test]
fn every_language_of_the_table_is_found() {
    let page = include_str!("../../../../docs/languages.md");
    let rows: Vec<[&str; 3]> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect::<Vec<_>>())
        .map(|row| [row[0], row[4], row[5]])
        .collect();
    let mut mixed = transcript(1, 1, &rows.iter().map(|[_, _, said]| (None, *said)).collect::<Vec<_>>());
    let mut ranges = Vec::new();
    let mut alone = Vec::new();
    for (number, [code, typed, said]) in (0..).zip(&rows) {
        let start = ranges.last().map_or(0, |range: &WordRange| range.end);
        let count = u32::try_from(crate::term::split_words(said).len()).expect("few words");
        let range = WordRange::new(start, start + count);
        let language = Language::from_tag(code).expect("a language");
        mixed.words[range.indices()].iter_mut().for_each(|word| word.language = language);
        ranges.push(range);
        for (which, text) in [(0, said), (1, typed)] {
            let mut alone_in_it = transcript(number * 2 + which, 1, &[(None, text)]);
            alone_in_it.words.iter_mut().for_each(|word| word.language = language);
            alone.push(alone_in_it);
        }
    }
    // What is said as it was typed comes before what is said in another form.
    let folder = tempfile::tempdir().expect("a folder");
    let index = built(folder.path(), &alone);
    for ([_, typed, said], these) in rows.iter().zip(alone.chunks(2)) {
        let query = parse(typed).query;
        let roll = Roll::new(these.iter().map(|it| it.recording));
        let listed = |_| Some(Listed::default());
        let (grouping, order, with_tallies, until) = (EVERYTHING, Order::Relevance, false, soon());
        let request =
            Request { query: &query, only: None, roll: &roll, listed: &listed, grouping, order, with_tallies, until };
        let answer = index.search(&request).expect("an answer");
        assert_eq!(answer.total_hits, 2, "{typed} finds no {said}");
        let is_said_so = terms(said).exact.contains(&terms(typed).exact) || crate::term::split_words(said).len() > 1;
        assert!(answer.groups[0].recording == these[1].recording || is_said_so, "{said} comes before {typed}");
    }
    let library = Library::new(vec![mixed]);
    for ([code, typed, said], range) in rows.iter().zip(ranges) {
        let found = library.hits(&format!("{typed} lang:{code}"));
        let is_there = |(_, hit): &(RecordingId, Hit)| {
            hit.matches.iter().any(|found| range.start <= found.words.start && found.words.end <= range.end)
        };
        assert!(found.iter().any(is_there), "{typed} finds no {said} among other languages");
    }
}

#[test]
fn words_that_are_said_nowhere_are_named_with_similar_ones() {
    let library = Library::of(&[
        "the museum and its volunteers",
        "museums, a museum",
        "le musée Łódź",
        "the café",
        "cafe",
        "no cafe",
        "박물관에서 만났다 박물관을",
    ]);
    let missing = |query: &str| {
        let missing = library.index.missing_words(&parse(query).query, soon()).expect("an answer");
        missing.into_iter().map(|missing| (missing.word.text, missing.similar.join(" "))).collect::<Vec<_>>()
    };
    let row = |word: &str, similar: &str| (word.to_owned(), similar.to_owned());
    assert_eq!(missing("museum volunteers"), []);
    assert_eq!(missing("musuem volunteer -nothing"), [row("musuem", "museum"), row("volunteer", "volunteers")]);
    assert_eq!(missing("\"the mousee\" OR lodzz"), [row("mousee", "musée"), row("lodzz", "łódź")]);
    assert_eq!(missing("caffe"), [row("caffe", "cafe")]);
    assert_eq!(missing("xylophone* it~ an quartz"), [row("xylophone", ""), row("an", ""), row("quartz", "")]);
    assert_eq!(missing("musuem* exact:musee muxee~"), [row("musuem", "museum"), row("musee", "musée")]);
    assert_eq!(missing("박물괸 박물관 학교"), [row("박물괸", "박물관"), row("학교", "")]);
    // In another language than the one looked in.
    let mut english = transcript(1, 1, &[(None, "volunteers came")]);
    let language = Language::from_tag("en").expect("a language");
    english.words.iter_mut().for_each(|word| word.language = language);
    let library = Library::new(vec![english]);
    let missing = library.index.missing_words(&parse("volunteer lang:sv").query, soon()).expect("an answer");
    assert_eq!(missing, []);
}

/// What a recording said that was removed is in no suggestion, in no count and in no file.
#[test]
fn removed_words_are_gone() {
    let library = Library::of(&["kowalsky was here", "kovalsk street", "others"]);
    let missing = || {
        let missing = library.index.missing_words(&parse("kowalska kowalsky").query, soon()).expect("an answer");
        missing.into_iter().map(|missing| missing.similar.concat()).collect::<Vec<_>>()
    };
    assert_eq!(missing(), ["kowalsky"]);
    let mut writer = library.index.writer().expect("a writer");
    writer.remove(library.transcripts[0].recording).expect("removed");
    writer.commit().expect("committed");
    assert_eq!(missing(), ["kovalsk", "kovalsk"]);
    writer.finish().expect("merged");
    let segments = library.index.generation().index.searchable_segment_metas().expect("segments");
    assert!(segments.iter().all(|segment| segment.num_deleted_docs() == 0));
}

#[test]
fn a_prefix_of_too_many_words_is_cut_and_said() {
    let rare = (0..MAX_EXPANSION + 100).map(|number| format!("pre{number} ")).collect::<String>();
    let library = Library::of(&[&rare, "precious", "precious pre7"]);
    let answer = library.ask("pre*", None, EVERYTHING, Order::Time);
    assert_eq!(answer.notes.len(), 1);
    assert_eq!(answer.notes[0].message, "pre* stands for 601 words; the 500 commonest are looked for");
    let used: usize = answer.groups.iter().map(|group| group.hits[0].matches.len()).sum();
    assert!(used >= MAX_EXPANSION && answer.groups.last().expect("a hit").hits[0].matches.len() == 2);
    assert_eq!(as_linear(&library.hits("pre*")), Linear::new(&library.transcripts).search(&parse("pre*").query));
    assert!(library.ask("prec*", None, EVERYTHING, Order::Time).notes.is_empty());
}
