//! The program is killed again and again, at moments that a seed chooses: while it scans, takes words in, merges, commits,
//! rebuilds, removes, backs up and restores. Each time the library opens and the doctor finds nothing wrong, and in the
//! end it holds what an undisturbed run gives.

#![expect(clippy::print_stderr, reason = "how often it was killed at what is what a long run is for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Place, Random, signal, wav};

/// How many times the program is killed; `just torture` asks for ten times as many.
fn kills() -> usize {
    20 * std::env::var("ALOUD_TORTURE").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

/// Talks with sidecars in nested folders, whose words are taken, and silence, which is planned and merged.
fn make_media(folder: &Path) {
    for number in 0..6 {
        let path = folder.join(format!("{}/talk{number}.wav", number % 3));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, wav(10, number)).expect("writing");
        let vtt = format!("WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann{number}>The museum, said number{number}.\n");
        fs::write(path.with_extension("vtt"), vtt).expect("writing");
    }
    for number in 6..8 {
        let mut silence = wav(2, number);
        silence[48..].fill(0);
        fs::write(folder.join(format!("silence{number}.wav")), silence).expect("writing");
    }
}

/// One library of its own over media that all share.
struct Life {
    place: Place,
    media: PathBuf,
}

impl Life {
    fn new(media: &Path) -> Self {
        Self { place: Place::new(), media: media.to_owned() }
    }

    fn index(&self) -> Vec<String> {
        vec!["index".into(), self.media.display().to_string()]
    }

    /// Returns everything that can be found or is known, in the same order always.
    fn content(&self) -> String {
        let found = self.place.run(["search", "--format", "csv", "museum"]).out;
        let status = self.place.run(["status", "--format", "json"]).json();
        let recordings = status["recordings"].as_array().expect("a list").iter();
        let known = recordings.map(|it| {
            format!(
                "{} {} {} {} {} {}\n",
                it["title"], it["state"], it["words"], it["duration_ms"], it["speakers"], it["revision"]
            )
        });
        found + &known.collect::<String>()
    }

    /// Returns how long a command takes when nobody disturbs it.
    #[track_caller]
    fn undisturbed(&self, arguments: &[String]) -> Duration {
        let began = Instant::now();
        let ran = self.place.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        began.elapsed()
    }

    /// Kills a command after a pause; returns what was half done then, or `None` when it had ended.
    #[track_caller]
    fn kill(&self, arguments: &[String], pause: Duration) -> Option<&'static str> {
        let mut child =
            self.place.aloud().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        if has_ended(&mut child, pause) {
            return None;
        }
        signal("KILL", child.id());
        child.wait().expect("its end");
        Some(self.doctor_is_content())
    }

    /// Asserts that nothing is wrong; returns what is half done.
    #[track_caller]
    fn doctor_is_content(&self) -> &'static str {
        // Where ffmpeg is not on the path, it is not asked for its version, which takes longer than all the rest.
        let mut command = self.place.aloud();
        let doctor = command.args(["doctor", "--format", "json"]).env("PATH", "").output().expect("the program runs");
        assert_eq!(doctor.status.code(), Some(0), "{doctor:?}");
        let findings: serde_json::Value = serde_json::from_slice(&doctor.stdout).expect("findings");
        let says = |what: &str, text: &str| {
            let of = |it: &&serde_json::Value| {
                it["what"] == what && it["found"].as_str().is_some_and(|it| it.contains(text))
            };
            findings.as_array().expect("findings").iter().any(|it| of(&it))
        };
        if says("library", "there is no library") {
            return "before there was a library";
        }
        if says("leftovers", "names transcripts") {
            return "a transcript was written, but not in the catalogue, or the other way round";
        }
        if says("leftovers", "names index") {
            return "an index was half built";
        }
        if says("index", "wait to be indexed") {
            return "words were stored, but not indexed";
        }
        let status = self.place.run(["status"]).out;
        if status.contains(" 0 waiting") && !status.starts_with("0 of") {
            "nothing was half done"
        } else {
            "recordings were still waiting"
        }
    }
}

/// Waits a while for the end of a program.
fn has_ended(child: &mut Child, pause: Duration) -> bool {
    let began = Instant::now();
    loop {
        if child.try_wait().expect("its state").is_some() {
            return true;
        }
        if began.elapsed() >= pause {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_program_that_is_killed_anywhere_ends_in_what_an_undisturbed_run_gives() {
    let mut random = Random::new(kills() > 20);
    let media = tempfile::tempdir().expect("a folder");
    make_media(media.path());
    let backups = tempfile::tempdir().expect("a folder");
    let file = |name: String| backups.path().join(name).display().to_string();
    let command = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();

    // What each takes, and what comes of it, when nobody disturbs it.
    let life = Life::new(media.path());
    let indexing = life.undisturbed(&life.index());
    let expected = life.content();
    assert!(expected.contains("number5") && expected.contains("silence7"), "{expected}");
    assert_eq!(life.doctor_is_content(), "nothing was half done");
    let reindexing = life.undisturbed(&command(&["reindex"]));
    let backing_up = life.undisturbed(&command(&["backup", &file("first".into())]));
    let restoring = Life::new(media.path()).undisturbed(&command(&["restore", &file("first".into())]));
    let removing = life.undisturbed(&command(&["remove", &media.path().join("0/talk0.wav").display().to_string()]));

    let mut counts = BTreeMap::<(&str, &str), usize>::new();
    let mut killed = 0;
    let mut lives = 0;
    while killed < kills() {
        lives += 1;
        let life = Life::new(media.path());
        let mut count = |what, at: Option<&'static str>| {
            *counts.entry((what, at.unwrap_or("it had ended"))).or_default() += 1;
            killed += usize::from(at.is_some());
        };
        // Each goes on where the one before was killed, so that the later ones are killed in what comes later.
        for _ in 0..4 {
            count("index", life.kill(&life.index(), random.part_of(indexing)));
        }
        life.undisturbed(&life.index());
        assert_eq!(life.content(), expected, "after index was killed in life {lives}");
        assert_eq!(life.doctor_is_content(), "nothing was half done");

        count("reindex", life.kill(&command(&["reindex"]), random.part_of(reindexing)));
        assert_eq!(life.content(), expected, "after reindex was killed in life {lives}");

        let backup = file(format!("{lives}"));
        count("backup", life.kill(&command(&["backup", &backup]), random.part_of(backing_up)));
        if !Path::new(&backup).exists() {
            life.undisturbed(&command(&["backup", &backup]));
        }
        let other = Life::new(media.path());
        count("restore", other.kill(&command(&["restore", &backup]), random.part_of(restoring)));
        if !other.place.library().join("aloud.sqlite").exists() {
            other.undisturbed(&command(&["restore", &backup]));
        }
        other.undisturbed(&other.index());
        assert_eq!(other.content(), expected, "after restore was killed in life {lives}");

        let path = media.path().join("0/talk0.wav").display().to_string();
        let id = id_of(&life, "talk0");
        count("remove", life.kill(&command(&["remove", &path]), random.part_of(removing)));
        // Either it was not removed yet, or it was.
        life.place.run(["remove", &path]);
        life.undisturbed(&command(&["remove", "--forget", &id]));
        life.undisturbed(&life.index());
        assert_eq!(life.content(), expected, "after remove was killed in life {lives}");
        life.place.run(["doctor", "--fix"]);
        assert_eq!(life.doctor_is_content(), "nothing was half done");
    }
    eprintln!("killed {killed} times in {lives} libraries:");
    for ((what, at), count) in counts {
        eprintln!("  {count:4} {what}: {at}");
    }
}

fn id_of(life: &Life, title: &str) -> String {
    let status = life.place.run(["status", "--format", "json"]).json();
    let list = status["recordings"].as_array().expect("a list");
    let found = list.iter().find(|it| it["title"] == title).expect("the recording");
    found["id"].as_str().expect("an id").to_owned()
}
