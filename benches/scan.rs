//! Measures how fast many files are taken in: `just bench-scan COUNT`, or `just bench-scan COUNT full`.
//!
//! Makes COUNT different files of 1 MB in nested folders, sparse ones unless they are to be full, takes them in twice, and
//! runs the whole command on them once more. Prints times, how much was read of each file, and whether anything was
//! written the second time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use aloud::catalogue::jobs::JobOptions;
use aloud::ingest::order::Order;
use aloud::ingest::{READERS, Request, find, take_in};
use aloud::library::Library;

/// The size of each file.
const BYTES: usize = 1_000_000;

/// Files in a folder.
const TOGETHER: usize = 50;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let count = arguments.first().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let full = arguments.get(1).is_some_and(|word| word == "full");
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let (media, root) = (place.path().join("media"), place.path().join("library"));
    let began = Instant::now();
    make(&media, count, full).expect("files");
    say(&format!(
        "{count} {} files made in {:.1} s",
        if full { "full" } else { "sparse" },
        began.elapsed().as_secs_f32()
    ));
    if full {
        forget(&media);
    }

    let library = Library::open(&root).await.expect("a library");
    let options = JobOptions { model: "base".into(), segment_seconds: 60, ..JobOptions::default() };
    let request = Request { options: &options, order: Order::Newest, threads: READERS, is_ready: &|_| true };
    for run in ["first", "second"] {
        let worked = processor_seconds();
        let (began, read, state) = (Instant::now(), bytes_read(), library.catalogue.state().await.expect("a number"));
        let found = find::media(std::slice::from_ref(&media));
        let intake = take_in(&library, found, &request, &|_| ()).await.expect("an intake");
        let took = began.elapsed();
        let wrote = if library.catalogue.state().await.expect("a number") == state { "nothing" } else { "something" };
        say(&format!(
            "{run} scan: {:.2} s ({:.2} s of processor), {} files, {} new, {} bytes read a file, {wrote} written",
            took.as_secs_f32(),
            processor_seconds() - worked,
            intake.files,
            intake.new,
            (bytes_read() - read) / count as u64,
        ));
    }
    library.catalogue.set_paused(true).await.expect("paused");
    library.catalogue.close().await;
    drop(library);
    for command in [&["index", "--", &media.display().to_string()][..], &["status"]] {
        let began = Instant::now();
        let ran = Command::new(env!("CARGO_BIN_EXE_aloud")).args(command).env("ALOUD_LIBRARY", &root).output();
        let ran = ran.expect("the program runs");
        assert!(ran.status.success(), "{ran:?}");
        say(&format!("aloud {}, the whole command: {:.2} s", command[0], began.elapsed().as_secs_f32()));
    }
}

/// Makes files that differ at their start, end and middle.
fn make(media: &Path, count: usize, full: bool) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut noise = vec![0_u8; BYTES];
    for number in 0..count {
        let folder = media.join(format!("{:02}/{:02}", number / TOGETHER / 10, number / TOGETHER % 10));
        fs::create_dir_all(&folder)?;
        let file = File::create(folder.join(format!("talk{number:05}.mp4")))?;
        let mark = blake3::hash(&number.to_le_bytes());
        if full {
            blake3::Hasher::new().update(mark.as_bytes()).finalize_xof().fill(&mut noise);
            (&file).write_all(&noise)?;
        } else {
            file.set_len(BYTES as u64)?;
            for at in [0, BYTES / 2, BYTES - 32] {
                file.write_all_at(mark.as_bytes(), at as u64)?;
            }
        }
    }
    Ok(())
}

/// Lets the system forget what it holds of the files in a folder, so that they are read from the disk again.
fn forget(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            forget(&path);
        } else if let Ok(file) = File::open(&path) {
            let _ = file.sync_all();
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        }
    }
}

/// Returns how much this process has read so far, from any file.
fn bytes_read() -> u64 {
    let io = fs::read_to_string("/proc/self/io").expect("Linux");
    io.lines().find_map(|line| line.strip_prefix("rchar: ")?.parse().ok()).expect("a number")
}

/// Returns how long processors have worked for this process, as Linux counts it: in hundredths of a second.
fn processor_seconds() -> f32 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    // Behind the name, which may hold anything: the 12th and 13th field are time in the program and in the system.
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace().skip(11).take(2);
    fields.map(|ticks| ticks.parse::<f32>().expect("a number")).sum::<f32>() / 100.0
}

fn say(line: &str) {
    // A reader that went away ends nothing.
    let _ = writeln!(io::stdout(), "{line}");
}
