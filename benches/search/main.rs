//! How fast what was said is found, in libraries of 100 hours and more, beside `SQLite` FTS5 and Elasticsearch.
//!
//! `just bench-search HOURS` runs it. Libraries of 100, 1,000 … up to so many hours are made from a seed (words by Zipf's
//! law, two to four speakers, three languages), indexed, served by the real program, and asked a fixed mix of queries
//! over HTTP: each time is that of a whole request for twenty hits with snippets, totals and facets. FTS5 holds the same
//! passages, or the same words as captions, behind a handler of its own that gives what it can of the same answer; so
//! does Elasticsearch, where it was installed. Processor time is printed too, for the machine may be busy with other
//! things. Words after HOURS:
//!
//! | word | what it does |
//! |---|---|
//! | `alone`; or some of `passages`, `captions`, `elasticsearch` | no peers; or these only |
//! | `only` | leaves out the smaller libraries |
//! | `keep` | the libraries stay in `target/tmp/bench-search` and are taken again |
//! | `indexed` | what was kept is searched as it is, not indexed anew |

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "tables of rounded figures are what it is for")]

mod client;
mod elastic;
mod fts;
mod library;
mod mix;
mod random;
mod speech;
mod vocabulary;

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aloud::library::Library;
use client::{Times, ask, percentile};
use elastic::Elastic;
use mix::Asked;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use vocabulary::Vocabulary;

/// How many queries are asked at a time: cold, to warm up, and warm by one and by several clients.
const COLD: usize = 60;
const WARM_UP: usize = 200;
const WARM: usize = 1000;
const CLIENTS: usize = 8;

/// How long each of these may take of us, and of a peer, which a large library makes slow.
const ENOUGH: Duration = Duration::from_secs(90);
const ENOUGH_OF_A_PEER: Duration = Duration::from_secs(30);

/// The smallest library.
const SMALLEST: u32 = 100;

#[tokio::main]
async fn main() {
    // `cargo bench` adds an option of its own.
    let words: HashSet<String> = std::env::args().skip(1).collect();
    let hours = words.iter().find_map(|word| word.parse().ok()).unwrap_or(SMALLEST);
    let vocabularies = match vocabulary::read() {
        Ok(vocabularies) => vocabularies,
        Err(missing) => return println!("{missing}"),
    };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-search");
    let mut size = if words.contains("only") { hours } else { SMALLEST };
    let mut curve = Vec::new();
    while size <= hours {
        let folder = folder.join(size.to_string());
        fs::create_dir_all(&folder).expect("a folder");
        curve.push((size, measure(&folder, size, &vocabularies, &words).await));
        if !words.contains("keep") {
            fs::remove_dir_all(&folder).expect("removed");
        }
        size *= 10;
    }
    println!("\n## Growth: p50 / slowest of each class, one client, warm, ms\n");
    println!("| class |{}", curve.iter().map(|(size, _)| format!(" {size} h |")).collect::<String>());
    println!("|---|{}", "---|".repeat(curve.len()));
    for (class, _) in mix::CLASSES {
        let cell = |times: &Times| {
            let times = times.by_class().remove(class).unwrap_or_default();
            format!(" {:.1} / {:.1} |", percentile(times.clone(), 0.5), percentile(times, 1.0))
        };
        println!("| {class} |{}", curve.iter().map(|(_, times)| cell(times)).collect::<String>());
    }
}

/// Measures one size; returns the times of one client.
async fn measure(folder: &Path, hours: u32, vocabularies: &[Vocabulary], words: &HashSet<String>) -> Times {
    println!("\n## {hours} hours\n\nload before: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let root = folder.join("library");
    let library = library::open(&root, hours, vocabularies).await;
    let (began, before) = (Instant::now(), processor_s("self"));
    if !words.contains("indexed") {
        library.rebuild_index().await.expect("an index");
    }
    let (indexing, worked) = (began.elapsed().as_secs_f64(), processor_s("self") - before);
    let rate = f64::from(hours) / indexing;
    println!(
        "indexing from transcripts: {indexing:.1} s, {rate:.0} hours of speech a second; {:.1} ms of processor an hour",
        worked * 1000.0 / f64::from(hours)
    );
    let kb = |bytes: u64| bytes as f64 / 1000.0 / f64::from(hours);
    let sizes = library::sizes(&root.join("index"));
    let parts: Vec<_> = sizes.iter().map(|(name, bytes)| format!("{name} {:.1}", kb(*bytes))).collect();
    let index_kb = kb(sizes.iter().map(|(_, bytes)| bytes).sum());
    println!("index: {index_kb:.1} kB an hour of speech ({})", parts.join(", "));

    let bench = Bench { hours, vocabularies };
    println!(
        "\n| | index s | kB/h | MB of memory | cold p50 / p95 / p99 | warm, 1 client | warm, {CLIENTS} clients | a second | processor |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    drop(library);
    library::forget(&root);
    let server = Server::start(&root);
    let path = |asked: &Asked| {
        let query = utf8_percent_encode(&asked.ours(), NON_ALPHANUMERIC).to_string();
        Some(format!("/api/v1/search?q={query}&group=none&limit=20&facets=true"))
    };
    let run = bench.run(&server.address, &root.join("index"), &path, server.child.id(), ENOUGH);
    println!("| aloud | {indexing:.1} | {index_kb:.1} | {} | {} |", memory(server.child.id()), run.cells());
    drop(server);

    let library = Library::open(&root).await.expect("a library");
    let named = ["passages", "captions", "elasticsearch"].into_iter().filter(|&peer| words.contains(peer));
    let named: HashSet<&str> = named.collect();
    let is_asked = |peer: &str| !words.contains("alone") && (named.is_empty() || named.contains(peer));
    if is_asked("passages") || is_asked("captions") {
        let [cold, alone, together] =
            [&run.cold, &run.alone, &run.together].map(|times| three(&times.without("fuzzy")));
        println!("| aloud, but for misspellings | | | | {cold} | {alone} | {together} | | |");
    }
    for (peer, unit) in [("passages", fts::Unit::Passage), ("captions", fts::Unit::Caption)] {
        if is_asked(peer) {
            bench.fts(folder, &library, peer, unit).await;
        }
    }
    if let Some(installed) = Elastic::installed().filter(|_| is_asked("elasticsearch")) {
        bench.elastic(&installed, folder, &library).await;
    }
    let slowest = run.alone.slowest();
    println!(
        "\nprocessor: ms a query of one client, of FTS5 with that of the client; aloud's slowest: {:.1} ms, {}",
        slowest.0, slowest.1
    );
    let adding = library::add(&library, hours, vocabularies).await;
    println!(
        "adding {} recordings one by one: found after {:.0} ms (p50), {:.0} ms (slowest); {:.0} kB written for each, {:.1} times its index",
        library::ADDED,
        percentile(adding.took.clone(), 0.5),
        percentile(adding.took, 1.0),
        adding.bytes as f64 / 1000.0,
        adding.bytes as f64 / 1000.0 / index_kb,
    );
    if words.contains("keep") {
        library::restore(&library, hours).await;
    }
    run.alone
}

/// What is asked of one library.
struct Bench<'a> {
    hours: u32,
    vocabularies: &'a [Vocabulary],
}

/// What one server was measured to take.
struct Run {
    cold: Times,
    alone: Times,
    together: Times,
    /// How much processor time of the server one query of one client took on average.
    worked_ms: f64,
}

impl Bench<'_> {
    /// Asks a server, in the process of a number, which has its index in `files`; `path` is where it is asked for a
    /// query, if it can be.
    fn run(
        &self,
        address: &str,
        files: &Path,
        path: &(dyn Fn(&Asked) -> Option<String> + Sync),
        process: u32,
        enough: Duration,
    ) -> Run {
        let queries = |count, seed| {
            let mut queries = mix::queries(count, seed, self.hours, self.vocabularies);
            queries.retain(|asked| path(asked).is_some());
            queries
        };
        let path = |asked: &Asked| path(asked).unwrap_or_default();
        let cold = ask(address, &queries(COLD, 1), 1, enough, &path);
        // Two hundred queries would leave most of a large index on the disk.
        library::remember(files);
        ask(address, &queries(WARM_UP, 2), 1, enough, &path);
        let worked = || processor_s(&process.to_string());
        let before = worked();
        let alone = ask(address, &queries(WARM, 3), 1, enough, &path);
        let worked_ms = (worked() - before) * 1000.0 / alone.count() as f64;
        let together = ask(address, &queries(WARM * 2, 4), CLIENTS, enough, &path);
        Run { cold, alone, together, worked_ms }
    }

    async fn fts(&self, folder: &Path, library: &Library, name: &str, unit: fts::Unit) {
        let file = folder.join("fts.sqlite");
        let _ = fs::remove_file(&file);
        let began = Instant::now();
        fts::build(&file, library, unit).await;
        let indexing = began.elapsed().as_secs_f64();
        let bytes = fs::metadata(&file).map_or(0, |file| file.len());
        library::forget(folder);
        let address = fts::serve(&file).await;
        let run = || self.run(&address, &file, &fts::path, std::process::id(), ENOUGH_OF_A_PEER);
        self.peer(&format!("FTS5, {name}"), indexing, bytes, "", &tokio::task::block_in_place(run));
        fs::remove_file(&file).expect("removed");
    }

    async fn elastic(&self, installed: &Path, folder: &Path, library: &Library) {
        let home = folder.join("elasticsearch");
        let _ = fs::remove_dir_all(&home);
        let server = Elastic::start(installed, &home);
        let began = Instant::now();
        server.build(library).await;
        let indexing = began.elapsed().as_secs_f64();
        let bytes = library::sizes(&home.join("data")).into_iter().map(|(_, bytes)| bytes).sum();
        library::forget(&home);
        let path = |asked: &Asked| Some(elastic::path(asked));
        let run = self.run(&server.address, &home.join("data"), &path, server.process(), ENOUGH_OF_A_PEER);
        self.peer("Elasticsearch", indexing, bytes, &memory(server.process()), &run);
        drop(server);
        fs::remove_dir_all(&home).expect("removed");
    }

    fn peer(&self, name: &str, indexing: f64, bytes: u64, memory: &str, run: &Run) {
        let kb = bytes as f64 / 1000.0 / f64::from(self.hours);
        println!("| {name} | {indexing:.1} | {kb:.1} | {memory} | {} |", run.cells());
    }
}

/// Returns how much processor time a process has had.
fn processor_s(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    // After the name in parentheses, the 12th and 13th field: hundredths of a second.
    let fields = stat.rsplit(')').next().expect("fields").split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Returns how much memory is a process's own, and how much it had at most with the files that it maps.
fn memory(process: u32) -> String {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let of = |name: &str| {
        let kib = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
        kib.map_or(f64::NAN, |kib: f64| kib * 1.024 / 1000.0)
    };
    format!("{:.0} own, {:.0} with mapped files", of("RssAnon:"), of("VmHWM:"))
}

/// Returns the median and the tail.
fn three(times: &Times) -> String {
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|part| times.percentile(part));
    format!("{p50:.1} / {p95:.1} / {p99:.1}")
}

impl Run {
    fn cells(&self) -> String {
        let (cold, alone, together) = (three(&self.cold), three(&self.alone), three(&self.together));
        format!("{cold} | {alone} | {together} | {:.0} | {:.2}", self.together.rate(), self.worked_ms)
    }
}

/// The program, serving a library; it ends when this is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(root: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aloud"))
            .args(["serve", "--port", "0", "--library"])
            .arg(root)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().trim_start_matches("serving http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
