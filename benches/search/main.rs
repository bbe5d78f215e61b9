//! How fast what was said is found, in libraries of 100 hours and more, beside `SQLite` FTS5.
//!
//! `just bench-search HOURS` runs it. Libraries of 100, 1,000 … up to so many hours are made from a seed (words by Zipf's
//! law, two to four speakers, three languages), indexed, served by the real program, and asked a fixed mix of queries
//! over HTTP: each time is that of a whole request for twenty hits with snippets, totals and facets. FTS5 holds the same
//! passages, or the same words as captions, behind a handler of its own that gives what it can of the same answer; with
//! the word `alone` it is left out. Processor time is printed too, for the machine may be busy with other things.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "tables of rounded figures are what it is for")]

mod client;
mod fts;
mod library;
mod mix;
mod random;
mod speech;
mod vocabulary;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use client::{Times, ask, percentile};
use mix::Asked;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use vocabulary::Vocabulary;

/// How many queries are asked at a time: cold, to warm up, and warm by one and by several clients.
const COLD: usize = 60;
const WARM_UP: usize = 100;
const WARM: usize = 400;
const CLIENTS: usize = 8;

/// The smallest library.
const SMALLEST: u32 = 100;

#[tokio::main]
async fn main() {
    // `cargo bench` adds an option of its own.
    let hours = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(SMALLEST);
    let is_alone = std::env::args().any(|argument| argument == "alone");
    let vocabularies = match vocabulary::read() {
        Ok(vocabularies) => vocabularies,
        Err(missing) => return println!("{missing}"),
    };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-search");
    let mut size = SMALLEST;
    let mut curve = Vec::new();
    while size <= hours {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        curve.push((size, measure(&folder, size, &vocabularies, is_alone).await));
        size *= 10;
    }
    let _ = fs::remove_dir_all(&folder);
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
async fn measure(folder: &Path, hours: u32, vocabularies: &[Vocabulary], is_alone: bool) -> Times {
    println!("\n## {hours} hours\n\nload before: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let root = folder.join("library");
    let library = library::write(&root, hours, vocabularies).await;
    let (began, before) = (Instant::now(), processor_s("self"));
    library.rebuild_index().await.expect("an index");
    let (indexing, worked) = (began.elapsed().as_secs_f64(), processor_s("self") - before);
    let rate = f64::from(hours) / indexing;
    println!(
        "indexing from transcripts: {indexing:.1} s, {rate:.0} hours of speech a second; {worked:.1} s of processor"
    );
    let kb = |bytes: u64| bytes as f64 / 1000.0 / f64::from(hours);
    let sizes = library::sizes(&root.join("index"));
    let parts: Vec<_> = sizes.iter().map(|(name, bytes)| format!("{name} {:.1}", kb(*bytes))).collect();
    let index_kb = kb(sizes.iter().map(|(_, bytes)| bytes).sum());
    println!("index: {index_kb:.1} kB an hour of speech ({})", parts.join(", "));

    let queries = |count, seed| mix::queries(count, seed, hours, vocabularies);
    println!(
        "\n| | index s | kB/h | MB of memory | cold p50 / p95 / p99 | warm, 1 client | warm, {CLIENTS} clients | a second |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    drop(library);
    library::forget(&root);
    let server = Server::start(&root);
    let path = |asked: &Asked| {
        let query = utf8_percent_encode(&asked.ours, NON_ALPHANUMERIC);
        format!("/api/v1/search?q={query}&group=none&limit=20&facets=true")
    };
    let run = run(&server.address, &queries, &path, Some(&server));
    println!("| aloud | {indexing:.1} | {index_kb:.1} | {} | {} |", server.memory(), run.cells());
    drop(server);

    let library = aloud::library::Library::open(&root).await.expect("a library");
    let units = [("FTS5, passages", fts::Unit::Passage), ("FTS5, captions", fts::Unit::Caption)];
    for (name, unit) in units.into_iter().filter(|_| !is_alone) {
        let file = folder.join("fts.sqlite");
        let began = Instant::now();
        fts::build(&file, &library, hours, unit).await;
        let indexing = began.elapsed().as_secs_f64();
        let bytes = fs::metadata(&file).map_or(0, |file| file.len());
        library::forget(folder);
        let address = fts::serve(&file).await;
        let queries = |count, seed| queries(count, seed).into_iter().filter(|asked| asked.fts.is_some()).collect();
        let path = |asked: &Asked| {
            let query = asked.fts.as_deref().unwrap_or_default();
            let language = asked.language.map_or(String::new(), |language| format!("&lang={language}"));
            format!("/search?q={}{language}", utf8_percent_encode(query, NON_ALPHANUMERIC))
        };
        let run = tokio::task::block_in_place(|| self::run(&address, &queries, &path, None));
        println!("| {name} | {indexing:.1} | {:.1} | | {} |", kb(bytes), run.cells());
        fs::remove_file(&file).expect("removed");
    }
    let slowest = run.alone.slowest();
    println!(
        "\naloud, one client: {:.2} ms of processor a query; slowest {:.1} ms, {}",
        run.worked_ms, slowest.0, slowest.1
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
    run.alone
}

/// What one server was measured to take.
struct Run {
    cold: Times,
    alone: Times,
    together: Times,
    /// How much processor time of the server one query of one client took on average, where that can be told.
    worked_ms: f64,
}

fn run(
    address: &str,
    queries: &dyn Fn(usize, u64) -> Vec<Asked>,
    path: &(dyn Fn(&Asked) -> String + Sync),
    server: Option<&Server>,
) -> Run {
    let cold = ask(address, &queries(COLD, 1), 1, path);
    ask(address, &queries(WARM_UP, 2), 1, path);
    let worked = || server.map_or(f64::NAN, |server| processor_s(&server.child.id().to_string()));
    let before = worked();
    let alone = ask(address, &queries(WARM, 3), 1, path);
    let worked_ms = (worked() - before) * 1000.0 / WARM as f64;
    let together = ask(address, &queries(WARM * 2, 4), CLIENTS, path);
    Run { cold, alone, together, worked_ms }
}

/// Returns how much processor time a process has had.
fn processor_s(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    // After the name in parentheses, the 12th and 13th field: hundredths of a second.
    let fields = stat.rsplit(')').next().expect("fields").split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

impl Run {
    fn cells(&self) -> String {
        let three = |times: &Times| {
            let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|part| times.percentile(part));
            format!("{p50:.1} / {p95:.1} / {p99:.1}")
        };
        let (cold, alone, together) = (three(&self.cold), three(&self.alone), three(&self.together));
        format!("{cold} | {alone} | {together} | {:.0}", self.together.rate())
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

    /// Returns how much memory is its own, and how much it had at most with the files that it maps.
    fn memory(&self) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let of = |name: &str| {
            let kib = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
            kib.map_or(f64::NAN, |kib: f64| kib * 1.024 / 1000.0)
        };
        format!("{:.0} own, {:.0} with mapped files", of("RssAnon:"), of("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
