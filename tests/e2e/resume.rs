//! A program that is killed loses nothing that was finished, and ends in the same words.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use indexer::time::Millis;
use indexer::transcript::{Transcript, Word};

use crate::support::{Place, Random, Server, child_of, ffmpeg, librivox, signal};

/// How many times the program is killed; `just torture` asks for ten times as many.
fn kills() -> usize {
    5 * std::env::var("ALOUD_TORTURE").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(300);

/// How the long recording is transcribed.
const INDEX: [&str; 6] = ["index", "media", "--languages", "en", "--segment-seconds", "30"];

/// What an undisturbed run makes of the long recording.
static UNDISTURBED: LazyLock<Transcript> = LazyLock::new(|| {
    let place = Place::new();
    let path = long_recording(&place);
    assert_eq!(place.run(INDEX).code, Some(0));
    let transcript = place.transcript(&path);
    assert!(transcript.words.len() > 50);
    transcript
});

/// Real speech and much silence, so that several segments of 30 s are recognised in little time.
fn long_recording(place: &Place) -> PathBuf {
    let path = place.media().join("long.flac");
    let mut wavs: Vec<_> = std::fs::read_dir(librivox())
        .expect("the recordings")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wav"))
        .collect();
    wavs.sort();
    let mut arguments: Vec<std::ffi::OsString> = Vec::new();
    let mut filters = Vec::new();
    for (number, wav) in wavs.iter().enumerate() {
        arguments.extend(["-i".into(), wav.into()]);
        filters.push(format!("[{number}]apad=whole_dur=29[p{number}]"));
    }
    let padded: String = (0..wavs.len()).map(|number| format!("[p{number}]")).collect();
    filters.push(format!("{padded}concat=n={}:v=0:a=1", wavs.len()));
    arguments.extend(["-filter_complex".into(), filters.join(";").into(), path.clone().into()]);
    ffmpeg(arguments);
    path
}

/// Returns how many segments' words are on disk.
fn finished(place: &Place) -> usize {
    let Ok(folders) = std::fs::read_dir(place.library().join("work")) else { return 0 };
    let files = folders.flatten().filter_map(|folder| std::fs::read_dir(folder.path()).ok()).flatten().flatten();
    files
        .filter(|file| {
            file.file_name().to_string_lossy().starts_with('0') && file.path().extension().is_some_and(|e| e == "json")
        })
        .count()
}

#[test]
fn a_killed_program_goes_on_and_ends_in_the_same_words() {
    let mut random = Random::new(kills() > 20);
    let another = || {
        let place = Place::new();
        long_recording(&place);
        place
    };
    let words = |place: &Place| place.transcript(&place.media().join("long.flac"));
    let (mut place, mut seen, mut killed, mut ended) = (another(), 0, 0, 0);
    while killed < kills() {
        let mut child = place.aloud().args(INDEX).stderr(Stdio::null()).spawn().expect("the program");
        // Killed at a different moment each time: while reading, right away, or once one more segment is done.
        let began = Instant::now();
        let pause = random.part_of(Duration::from_millis(2300));
        while began.elapsed() < pause && child.try_wait().expect("its state").is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        if random.next() % 2 == 1 {
            while finished(&place) <= seen && child.try_wait().expect("its state").is_none() {
                assert!(began.elapsed() < PATIENCE, "no segment is ever finished");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let is_running = child.try_wait().expect("its state").is_none();
        if is_running {
            signal("KILL", child.id());
            killed += 1;
        }
        child.wait().expect("its end");
        let now = finished(&place);
        if is_running && now >= seen {
            seen = now;
        } else {
            // They are merged, be it that nobody finds them yet; then there is nothing left to kill.
            assert_eq!(words(&place), *UNDISTURBED, "lost segments: {seen} then {now}");
            (place, seen, ended) = (another(), 0, ended + 1);
        }
    }
    assert!(kills() < 20 || ended > 1, "the program came to its end {ended} times");
    let last = place.run(INDEX);
    assert_eq!(last.code, Some(0), "{last:?}");
    assert_eq!(words(&place), *UNDISTURBED);
    assert_eq!(std::fs::read_dir(place.library().join("work")).expect("the folder").count(), 0, "work is cleared away");
}

#[test]
fn a_killed_worker_costs_nothing() {
    let place = Place::new();
    let path = long_recording(&place);
    let mut child = place.aloud().args(INDEX).stderr(Stdio::null()).spawn().expect("the program");
    let mut random = Random::new(kills() > 20);
    let began = Instant::now();
    let mut killed = 0;
    while killed < 2 {
        assert!(began.elapsed() < PATIENCE, "no worker was seen");
        if child.try_wait().expect("its state").is_some() {
            break;
        }
        if let Some(worker) = child_of(child.id()) {
            std::thread::sleep(random.part_of(Duration::from_millis(1500)));
            if child_of(child.id()) == Some(worker) {
                signal("KILL", worker);
                killed += 1;
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(killed > 0);
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    assert_eq!(place.transcript(&path), *UNDISTURBED);
}

#[test]
fn a_segment_that_crashes_alone_fails_and_the_rest_is_found() {
    /// The segment that ends whoever works on it.
    const BAD: u64 = 2;
    let place = Place::new();
    let path = long_recording(&place);
    let server = Server::start(&place, &["--languages", "en", "--segment-seconds", "30"]);
    let index = place.aloud().args(["index", "media"]).stderr(Stdio::null()).spawn().expect("the program");
    let began = Instant::now();
    let mut killed = Vec::new();
    let reason = loop {
        assert!(began.elapsed() < PATIENCE, "it goes on");
        let jobs = server.json("/api/v1/jobs");
        let segments = jobs["jobs"].as_array().expect("a list").iter().filter(|job| job["kind"] == "segment");
        let (bad, others): (Vec<_>, Vec<_>) = segments.partition(|job| job["ordinal"] == BAD);
        let Some(bad) = bad.first() else { continue };
        assert!(others.iter().all(|job| job["attempts"] == 0), "{jobs}");
        if bad["state"] == "failed" {
            break bad["reason"].as_str().expect("a reason").to_owned();
        }
        if let Some(worker) = child_of(server.pid()).filter(|it| bad["state"] == "running" && !killed.contains(it)) {
            signal("ABRT", worker);
            killed.push(worker);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    // A death just before the job was handed out is nobody's.
    assert!(killed.len() >= 4, "once beside others, three times alone: {killed:?}");
    assert!(reason.starts_with("the worker process died 3 times on it"), "{reason}");
    assert_eq!(index.wait_with_output().expect("its end").status.code(), Some(0), "it can be searched");
    let found = place.transcript(&path);
    let lost =
        |word: &&Word| word.span.start() >= Millis::from_seconds(58) && word.span.end() <= Millis::from_seconds(87);
    let kept: Vec<_> = UNDISTURBED.words.iter().filter(|word| !lost(word)).cloned().collect();
    assert!(kept.len() < UNDISTURBED.words.len() && found.words == kept, "{found:?}");
    let status = place.run(["status"]).out;
    assert!(status.contains("1 of 5 segments failed, the first at 0:58"), "{status}");
}

#[test]
fn words_stay_when_every_segment_of_another_try_fails() {
    let place = Place::new();
    let path = place.media().join("talk.wav");
    let spoken = std::fs::read_dir(librivox()).expect("the recordings").flatten().map(|entry| entry.path());
    let spoken = spoken.filter(|path| path.extension().is_some_and(|extension| extension == "wav")).min();
    std::fs::copy(spoken.expect("a recording"), &path).expect("copying");
    let words = |place: &Place| place.transcript(&path);
    let older = "WEBVTT\n\n00:01.000 --> 00:05.000\nThe local museum opened its archive.\n";
    std::fs::write(path.with_extension("vtt"), older).expect("a transcript");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let before = words(&place);

    let again = ["transcribe", "media/talk.wav", "--languages", "en"];
    let mut child = place.aloud().args(again).stderr(Stdio::null()).spawn().expect("the program");
    let began = Instant::now();
    while child.try_wait().expect("its state").is_none() {
        assert!(began.elapsed() < PATIENCE, "it goes on");
        let is_planned = std::fs::read_dir(place.library().join("work"))
            .is_ok_and(|folders| folders.flatten().any(|folder| folder.path().join("plan.json").exists()));
        if let Some(worker) = child_of(child.id()).filter(|_| is_planned) {
            // Not before it has begun: that would be laid to something outside the work.
            std::thread::sleep(Duration::from_millis(200));
            if child_of(child.id()) == Some(worker) {
                signal("ABRT", worker);
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(child.wait().expect("its end").code(), Some(3));
    let status = place.run(["status"]).out;
    assert!(status.contains("every segment failed: the worker process died 3 times on it"), "{status}");
    assert_eq!(words(&place), before);
    assert_eq!(place.run(["search", "museum"]).code, Some(0));
    assert_eq!(std::fs::read_dir(place.library().join("work")).expect("the folder").count(), 0, "work is cleared away");

    assert_eq!(place.run(["retry", "media/talk.wav"]).code, Some(0));
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_ne!(words(&place), before, "the recogniser's");
}
