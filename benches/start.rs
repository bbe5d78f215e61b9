//! How soon a large library can be searched, and how much memory that takes.
//!
//! `just bench-start RECORDINGS` runs it. A library of so many recordings of ten minutes each is made from a seed, without
//! media; then the real program serves it, three times. Printed are the time from the start to the line that says where
//! it listens and to the first answer, and the memory that belongs to the process alone (`RssAnon`) after the start, after
//! searches and after the list of all recordings. `aloud status` and `aloud doctor` are timed too.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "rounded figures are what it is for")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aloud::catalogue::files::Stamp;
use aloud::catalogue::recordings::{Kind, MediaFacts};
use aloud::catalogue::revisions::{RevisionFacts, Source};
use aloud::library::Library;
use indexer::recording::{Language, RecordingId};
use indexer::time::{Millis, TimeSpan};
use indexer::transcript::{Percent, Provenance, Stretch, Transcript, Trust, Word, WordRange};

/// Ten minutes at 150 words a minute.
const WORDS: u32 = 1500;

/// How many words there are; the commonest is every eighth.
const VOCABULARY: u32 = 20_000;

/// How often the program is started.
const STARTS: usize = 3;

#[tokio::main]
async fn main() {
    // `cargo bench` adds an option of its own.
    let count: u32 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-start-{count}"));
    let began = Instant::now();
    if !root.join("whole").exists() {
        let _ = fs::remove_dir_all(&root);
        write(&root, count).await;
        fs::write(root.join("whole"), "").expect("writing");
    }
    println!("{count} recordings of {WORDS} words, made or found in {:.0} s", began.elapsed().as_secs_f64());
    println!("load: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!(
        "\n| start | listens | first answer | RssAnon then | after searches | after the list of all |\n|---|---|---|---|---|---|"
    );
    for start in 1..=STARTS {
        let mut server = Server::start(&root);
        let listens = server.began.elapsed();
        server.get("/api/v1/search?q=w1%20w7");
        let answers = server.began.elapsed();
        let first = server.memory_mb();
        for word in 0..50 {
            server.get(&format!("/api/v1/search?q=w{word}&facets=true"));
        }
        let searched = server.memory_mb();
        server.get("/api/v1/recordings");
        let listed = server.memory_mb();
        println!("| {start} | {} | {} | {first:.0} MB | {searched:.0} MB | {listed:.0} MB |", s(listens), s(answers));
        server.child.kill().and_then(|()| server.child.wait()).expect("its end");
    }
    println!();
    for command in ["status", "doctor"] {
        let began = Instant::now();
        let output = aloud(&root).arg(command).output().expect("the program runs");
        let lines = String::from_utf8_lossy(&output.stdout).lines().count();
        println!("aloud {command}: {}, {lines} lines", s(began.elapsed()));
    }
}

fn s(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn aloud(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aloud"));
    command.env("ALOUD_LIBRARY", root);
    command
}

async fn write(root: &Path, count: u32) {
    let library = Library::open(root).await.expect("a library");
    for number in 0..count {
        let transcript = transcript(number);
        let id = transcript.recording;
        let path = PathBuf::from(format!("/recordings/{}/{}/interview-{number}.mp4", number % 20, number % 300));
        let hash = library.transcripts.write(&transcript).expect("a transcript");
        library.catalogue.add_recording(id, &format!("Interview {number}")).await.expect("a recording");
        let stamp = Stamp { size: 1 << 28, mtime_ns: 0, inode: number.into() };
        library.catalogue.set_file(&path, stamp, id).await.expect("a file");
        let media = MediaFacts {
            kind: Kind::Video,
            duration: Millis::from_seconds(600),
            full_hash: None,
            damage: None,
            date: Some(format!("{}-{:02}-{:02}", 1990 + number % 33, 1 + number % 12, 1 + number % 28)),
            title: None,
        };
        library.catalogue.set_media(id, &media).await.expect("facts");
        let facts = RevisionFacts { source: Source::Recognised, sidecars: None, missing: None, by_hand: false };
        library.catalogue.store_revision(&transcript, &facts, &hash).await.expect("a revision");
    }
    library.rebuild_index().await.expect("an index");
    library.catalogue.close().await;
}

/// Returns ten minutes of words by Zipf's law, of two speakers in turns.
fn transcript(number: u32) -> Transcript {
    let mut state = u64::from(number) + 1;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let word = |ordinal: u32| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the vocabulary")]
        let rank = f64::from(VOCABULARY).powf(random()) as u32 - 1;
        let span = TimeSpan::at_least_one(Millis::new(ordinal * 400), Millis::new(ordinal * 400 + 350));
        let speaker = Some(u16::from(ordinal / 60 % 2 == 1));
        let text = format!("w{rank} ");
        Word { text, span, confidence: Percent::FULL, language: Language::from_tag("en").expect("English"), speaker }
    };
    let words: Vec<_> = (0..WORDS).map(word).collect();
    let mut id = [0x42; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    id[12..].copy_from_slice(&number.to_be_bytes());
    Transcript {
        recording: RecordingId::new(id),
        revision: 1,
        stretches: vec![Stretch {
            words: WordRange::new(0, WORDS),
            language: Language::from_tag("en").expect("English"),
            trust: Trust::Good,
            provenance: Provenance::Recognised { model: "base".into() },
        }],
        words,
        gaps: Vec::new(),
        speakers: vec![format!("Speaker {}", number % 500), "Interviewer".into()],
    }
}

/// The real program.
struct Server {
    child: Child,
    address: String,
    began: Instant,
}

impl Server {
    fn start(root: &Path) -> Self {
        let began = Instant::now();
        let mut command = aloud(root);
        let mut child =
            command.args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("serving ").expect("an address").trim_end_matches('/').to_owned();
        Self { child, address, began }
    }

    fn get(&self, path: &str) {
        let config = ureq::Agent::config_builder().proxy(None).build();
        let agent: ureq::Agent = config.into();
        let mut answer = agent.get(format!("{}{path}", self.address)).call().expect("an answer");
        std::io::copy(&mut answer.body_mut().as_reader(), &mut std::io::sink()).expect("a body");
    }

    /// Returns the memory that belongs to the process alone, in megabytes.
    fn memory_mb(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1000.0
    }
}
