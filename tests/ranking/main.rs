//! Ranking: a judged set of queries, each with the moment that should come first, on interviews written for it.
//!
//! The test compares every rank with `golden.txt`, so that no change of the score passes unseen. `just ranking` prints
//! how often the right moment comes first, beside two ways in which others search transcripts, and writes the goldens
//! anew.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "rounded shares of few queries are printed")]

mod baseline;
mod interview;
mod judged;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use indexer::query::{Label, parse};
use indexer::recording::RecordingId;
use indexer::search::engine::Index;
use indexer::search::{Grouping, Listed, Order, Request, Roll};
use indexer::time::Millis;
use indexer::transcript::WordRange;

use baseline::Baseline;
use interview::Interview;
use judged::Judged;

/// How often the right moment must come first.
const GOAL: f64 = 0.9;

/// How many results of each query stand in the goldens.
const SHOWN: usize = 5;

/// How many words of each place.
const PLACE_WORDS: u32 = 6;

/// A way to search: its name, and where the right result stands for each judged query.
struct Way {
    name: &'static str,
    ranks: Vec<Option<usize>>,
}

impl Way {
    fn success(&self) -> f64 {
        self.ranks.iter().filter(|rank| **rank == Some(1)).count() as f64 / self.ranks.len() as f64
    }

    /// The mean of one divided by the rank; nothing for what is not found.
    fn reciprocal_rank(&self) -> f64 {
        self.ranks.iter().flatten().map(|&rank| 1.0 / rank as f64).sum::<f64>() / self.ranks.len() as f64
    }
}

/// Something that a search found: in which interview, and to which word its link leads.
#[derive(Clone)]
struct Result {
    interview: usize,
    word: u32,
    start: Millis,
}

impl Result {
    fn is_right(&self, judged: &Judged) -> bool {
        self.interview == judged.interview && judged.from <= self.start && self.word < judged.words.end
    }
}

fn rank(results: &[Result], judged: &Judged) -> Option<usize> {
    results.iter().position(|result| result.is_right(judged)).map(|place| place + 1)
}

#[test]
fn the_right_moment_comes_first() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ranking");
    let interviews = interview::read_all(&folder.join("interviews"));
    let judged = judged::read(&folder.join("queries.txt"), &interviews);
    assert!(judged.len() >= 60);
    let library = tempfile::tempdir().expect("a folder");
    let index = indexed(library.path(), &interviews);

    let mut golden = String::new();
    let mut ours = Vec::new();
    for judged in &judged {
        let (understood, results) = search(&index, &interviews, &judged.query);
        let rank = rank(&results, judged);
        ours.push(rank);
        let shown = |rank: Option<usize>| rank.map_or("not found".into(), |rank: usize| rank.to_string());
        let _ = writeln!(golden, "{}\n  understood {understood}\n  rank {}", judged.query, shown(rank));
        let _ = writeln!(golden, "  target {}", interviews[judged.interview].place(judged.words));
        for result in results.iter().take(SHOWN) {
            let mark = if result.is_right(judged) { '*' } else { '-' };
            let _ = writeln!(
                golden,
                "  {mark} {}",
                interviews[result.interview].place(WordRange::new(result.word, result.word + PLACE_WORDS))
            );
        }
        golden.push('\n');
    }
    let baseline = |name, baseline: &Baseline| {
        let ranks = judged.iter().map(|judged| rank(&baseline.search(&judged.query), judged));
        Way { name, ranks: ranks.collect() }
    };
    let ways = [
        Way { name: "aloud", ranks: ours },
        baseline("BM25 over captions", &Baseline::captions(&interviews)),
        baseline("BM25 over chunks of 200 words", &Baseline::chunks(&interviews)),
    ];

    println!("{} queries          success@1    MRR", judged.len());
    for way in &ways {
        println!("{:<30} {:.3}  {:.3}", way.name, way.success(), way.reciprocal_rank());
    }
    for (judged, rank) in judged.iter().zip(&ways[0].ranks).filter(|(_, rank)| **rank != Some(1)) {
        println!("not first: {} ({rank:?})", judged.query);
    }
    let path = folder.join("golden.txt");
    if std::env::var_os("WRITE_RANKING").is_some() {
        std::fs::write(&path, &golden).expect("the goldens are written");
    }
    let known = std::fs::read_to_string(&path).expect("goldens: just ranking");
    assert!(
        known == golden,
        "the order changed: just ranking writes it to {}, git shows the difference",
        path.display()
    );
    assert!(ways[0].success() >= GOAL);
    assert!(ways[1..].iter().all(|way| way.success() < ways[0].success() - 0.1));
}

fn indexed(folder: &Path, interviews: &[Interview]) -> Index {
    let index = Index::open_or_empty(folder).expect("an index");
    let mut rebuild = index.rebuild().expect("a rebuild");
    for interview in interviews {
        rebuild.writer().replace(&interview.transcript).expect("written");
    }
    rebuild.finish().expect("built");
    index
}

fn search(index: &Index, interviews: &[Interview], query: &str) -> (String, Vec<Result>) {
    let query = parse(query).query;
    let number =
        |id: RecordingId| interviews.iter().position(|it| it.transcript.recording == id).expect("an interview");
    let labels: Vec<Vec<Label>> = interviews
        .iter()
        .map(|interview| interview.transcript.speakers.iter().map(|name| Label::new(name)).collect())
        .collect();
    let roll = Roll::new(interviews.iter().map(|interview| interview.transcript.recording));
    let listed = |number: u32| Some(Listed { place: number, speakers: &labels[number as usize] });
    let request = Request {
        query: &query,
        only: None,
        roll: &roll,
        listed: &listed,
        grouping: Grouping::Hits { offset: 0, limit: 1000 },
        order: Order::Relevance,
        with_tallies: false,
        until: Instant::now() + Duration::from_secs(600),
    };
    let answer = index.search(&request).expect("an answer");
    let results = answer.groups.into_iter().map(|group| {
        let (hit, interview) = (&group.hits[0], number(group.recording));
        Result { interview, word: hit.matches[0].words.start, start: hit.start() }
    });
    (query.to_string(), results.collect())
}
