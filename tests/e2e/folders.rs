//! Libraries that grow: folders are watched, files come, move, go and return, and people decide about the work.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, Server};

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Writes two seconds of sound that depend on the word, and a sidecar in which only that word is said.
fn talk(path: &Path, word: &str) {
    let rate = 8000_u32;
    let mut state = word.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let samples = (0..2 * rate).flat_map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 24) as u16).to_le_bytes()
    });
    let data: Vec<u8> = samples.collect();
    let length = u32::try_from(data.len()).expect("short");
    let mut wave = Vec::new();
    wave.extend_from_slice(b"RIFF");
    wave.extend_from_slice(&(36 + length).to_le_bytes());
    wave.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wave.extend_from_slice(&rate.to_le_bytes());
    wave.extend_from_slice(&(2 * rate).to_le_bytes());
    wave.extend_from_slice(b"\x02\0\x10\0data");
    wave.extend_from_slice(&length.to_le_bytes());
    wave.extend_from_slice(&data);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path.with_extension("vtt"), format!("WEBVTT\n\n00:00.100 --> 00:01.900\nOnly {word}.\n"))
        .expect("a sidecar");
    std::fs::write(path, wave).expect("a recording");
}

/// Waits until something is so.
#[track_caller]
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn recordings(server: &Server) -> Vec<Value> {
    server.json("/api/v1/recordings")["recordings"].as_array().expect("a list").clone()
}

/// Returns the recording in which a word is said.
fn saying(server: &Server, word: &str) -> Option<Value> {
    let found = server.json(&format!("/api/v1/search?q={word}"));
    let id = found["groups"][0]["recording"]["id"].as_str()?.to_owned();
    Some(server.json(&format!("/api/v1/recordings/{id}")))
}

fn files(recording: &Value) -> Vec<PathBuf> {
    recording["files"].as_array().expect("files").iter().filter_map(Value::as_str).map(PathBuf::from).collect()
}

#[test]
fn a_watched_folder_follows_its_files() {
    let place = Place::new();
    let media = place.media().canonicalize().expect("a folder");
    let at = |name: &str| media.join(name);
    let added = place.run(["folder", "add", "media", "--exclude", "drafts"]);
    assert!(added.code == Some(0) && added.out.contains("aloud serve"), "{added:?}");
    talk(&at("early.wav"), "early");
    let server = Server::start(&place, &["--rest-seconds", "1", "--rescan-seconds", "3600"]);
    until("what was there before", || saying(&server, "early"));

    // New files in a new folder; unfinished and excluded ones are left alone.
    talk(&at("drafts/x.wav"), "draft");
    talk(&at("y.part.wav"), "partial");
    talk(&at("deep/er/a.wav"), "alpha");
    let alpha = until("a new file", || saying(&server, "alpha"));
    assert_eq!(files(&alpha), [at("deep/er/a.wav")]);
    assert_eq!(recordings(&server).len(), 2);

    // A folder inside has its own patterns, and is added through the server that runs.
    let nested = place.run(["folder", "add", "media/drafts", "--include", "*.wav"]);
    assert_eq!(nested.code, Some(0), "{nested:?}");
    until("the folder inside", || saying(&server, "draft"));
    assert_eq!(place.run(["folder", "list", "--format", "json"]).json()[1]["include"], serde_json::json!(["*.wav"]));

    // Moved and renamed with its folder: the same recording.
    std::fs::rename(at("deep"), at("moved")).expect("moving");
    std::fs::rename(at("moved/er/a.wav"), at("moved/er/b.wav")).expect("renaming");
    let moved = until("the move", || saying(&server, "alpha").filter(|it| files(it) == [at("moved/er/b.wav")]));
    assert_eq!(moved["id"], alpha["id"]);
    assert_eq!(moved["revision"], 1, "a sidecar that stayed behind changes nothing");

    // Gone: still searchable and readable, and said everywhere. Back: as if nothing had been.
    std::fs::rename(at("moved"), place.library().join("elsewhere")).expect("moving away");
    let gone = |state: &str| saying(&server, "alpha").filter(|it| it["media"]["state"] == state);
    let missing = until("the loss", || gone("missing"));
    assert_eq!((&missing["media"]["available"], &missing["state"]), (&Value::Bool(false), &"searchable".into()));
    until("the count", || (server.json("/api/v1/coverage")["missing"] == 1).then_some(()));
    let status = place.run(["status"]).out;
    assert!(status.contains("0 failed, 1 without media") && status.contains("its media are gone"), "{status}");
    std::fs::rename(place.library().join("elsewhere"), at("moved")).expect("moving back");
    until("the return", || gone("there"));
    until("the count", || (server.json("/api/v1/coverage")["missing"] == 0).then_some(()));

    // Other bytes at the same path: a new recording; the old one keeps its words.
    talk(&at("moved/er/b.wav"), "beta");
    let beta = until("the change", || saying(&server, "beta"));
    assert_eq!(files(&beta), [at("moved/er/b.wav")]);
    assert_eq!(until("the old one", || gone("changed"))["id"], alpha["id"]);

    // A folder inside is still listened to when the one around it is not, and the other way round.
    assert_eq!(place.run(["folder", "remove", "media"]).code, Some(0));
    talk(&at("drafts/inside.wav"), "inside");
    until("a file in the folder inside", || saying(&server, "inside"));
    assert_eq!(place.run(["folder", "add", "media"]).code, Some(0));
    assert_eq!(place.run(["folder", "remove", "media/drafts"]).code, Some(0));
    talk(&at("drafts/around.wav"), "around");
    until("a file in what was the folder inside", || saying(&server, "around"));
    assert_eq!(place.run(["folder", "add", "media/drafts"]).code, Some(0));

    // What is not watched any more stays in the library. Nobody adds folders over the network.
    assert_eq!(place.run(["folder", "remove", "media/drafts"]).code, Some(0));
    assert_eq!(place.run(["folder", "remove", "media/drafts"]).code, Some(2));
    assert_eq!(place.run(["search", "draft"]).code, Some(0));
    let body = serde_json::json!({"add": {"path": "/etc", "include": [], "exclude": []}});
    assert_eq!(server.post("/api/v1/folders", &body).status, 403);
    assert_eq!(place.run(["folder", "add", "media", "--include", "[a"]).code, Some(2));
}

#[test]
fn network_folders_that_tell_nothing_are_looked_through() {
    let place = Place::new();
    let media = place.media();
    assert_eq!(place.run(["folder", "add", "media"]).code, Some(0));
    std::fs::remove_dir(&media).expect("an empty folder");
    // Nothing can be told of a folder that is not there when the server starts.
    let server = Server::start(&place, &["--rest-seconds", "0", "--rescan-seconds", "1"]);
    assert_eq!(recordings(&server).len(), 0);
    talk(&media.join("late.wav"), "late");
    until("a file in a folder that came back", || saying(&server, "late"));
}

#[test]
fn people_decide_about_the_work() {
    let place = Place::new();
    let media = place.media();
    for name in ["one", "two", "three"] {
        talk(&media.join(format!("{name}.wav")), name);
    }
    let preview = place.run(["index", "media", "--dry-run", "--order", "name"]);
    assert_eq!(preview.code, Some(0), "{preview:?}");
    let lines: Vec<_> = preview.out.lines().map(|line| line.split(['/', ' ']).next_back().expect("words")).collect();
    assert_eq!(lines, ["one.wav", "three.wav", "two.wav", "done"], "{preview:?}");
    assert!(!place.library().exists(), "nothing was done");

    assert_eq!(place.run(["pause"]).code, Some(4), "a mistyped path makes no library");
    assert!(!place.library().exists());
    std::fs::create_dir_all(media.join("empty")).expect("a folder");
    assert_eq!(place.run(["index", "media/empty"]).code, Some(3), "a library without recordings");
    assert_eq!(place.run(["pause"]).code, Some(0));
    let paused = place.run(["index", "media", "--order", "name"]);
    assert!(paused.code == Some(0) && paused.err.contains("aloud resume"), "{paused:?}");
    let status = place.run(["status"]).out;
    assert!(
        status.starts_with("0 of 3 recordings can be searched, 3 waiting") && status.contains("paused"),
        "{status}"
    );
    assert_eq!(place.run(["first", "media/two.wav"]).code, Some(0));
    std::fs::rename(media.join("one.wav"), place.library().join("one.wav")).expect("moving away");
    assert_eq!(place.run(["resume"]).code, Some(0));
    let worked = place.run(["index", "media", "--jobs", "1", "--order", "name", "--format", "json"]);
    let events: Vec<Value> = worked.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |kind: &str| -> Vec<&str> {
        events.iter().filter(|event| event["event"] == kind).filter_map(|event| event["title"].as_str()).collect()
    };
    assert_eq!(of("searchable"), ["two", "three"], "{worked:?}");
    // What may come back is tried again.
    assert_eq!(of("postponed"), ["one"], "{worked:?}");
    let one = |place: &Place| {
        let status = place.run(["status", "--format", "json"]).json();
        let all = status["recordings"].as_array().expect("recordings").clone();
        all.into_iter().find(|it| it["title"] == "one").expect("the recording")
    };
    let waiting = one(&place);
    assert_eq!((waiting["state"].as_str(), waiting["media"]["state"].as_str()), (Some("waiting"), Some("missing")));
    assert!(
        waiting["next_try"].is_string() && waiting["failure"]["reason"].as_str().is_some_and(|it| it.contains("gone"))
    );
    std::fs::rename(place.library().join("one.wav"), media.join("one.wav")).expect("moving back");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(one(&place)["state"], "searchable");

    // What cannot pass is not tried again, unless somebody asks for it.
    std::fs::write(media.join("letter.wav"), "Dear Ann").expect("writing");
    assert_eq!(place.run(["index", "media"]).code, Some(3));
    let server = Server::start(&place, &[]);
    let jobs = server.json("/api/v1/jobs");
    let job = &jobs["jobs"][0];
    assert_eq!(
        (&job["title"], &job["state"], &job["attempts"]),
        (&"letter".into(), &"failed".into(), &1.into()),
        "{jobs}"
    );
    assert_eq!((&job["next_try"], &jobs["paused"], &jobs["recordings_left"]), (&Value::Null, &false.into(), &0.into()));
    let again = place.run(["retry", "media/letter.wav"]);
    assert!(again.code == Some(3) && again.err.contains("letter:"), "{again:?}");
    assert_eq!(place.run(["retry", "--all"]).code, Some(3));
    assert_eq!(place.run(["retry", "media/one.wav"]).code, Some(2));
    let id = one(&place)["id"].as_str().expect("an id").to_owned();
    for (address, status) in [
        (format!("/api/v1/recordings/{id}/retry"), 409),
        (format!("/api/v1/recordings/{id}/first"), 409),
        (format!("/api/v1/recordings/{}/first", "0".repeat(32)), 404),
        ("/api/v1/jobs/pause".into(), 200),
    ] {
        assert_eq!(server.post(&address, &Value::Null).status, status, "{address}");
    }
    // A command that hands its files over sees that nothing goes on.
    talk(&media.join("four.wav"), "four");
    let handed = place.run(["index", "media"]);
    assert!(handed.err.contains("aloud resume"), "{handed:?}");
    assert_eq!(server.json("/api/v1/coverage")["paused"], true);
    assert!(server.terminate().success());
    // The pause outlasts the server.
    let server = Server::start(&place, &[]);
    assert_eq!(server.json("/api/v1/coverage")["waiting"], 1);
    assert_eq!(place.run(["first", "media/four.wav"]).code, Some(0));
    assert_eq!(place.run(["resume"]).code, Some(0));
    until("the rest", || saying(&server, "four"));
}

#[test]
fn a_large_library_says_what_somebody_may_want_to_know() {
    let place = Place::new();
    let talk = |number| place.talk(number, "WEBVTT\n\n00:01.000 --> 00:05.000\nA word.\n");
    let mut media = vec![talk(0)];
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(place.run(["pause"]).code, Some(0));
    media.extend((1..22).map(talk));
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    for path in &media[..5] {
        std::fs::remove_file(path).expect("removing");
    }
    let status = place.run(["status"]).out;
    assert_eq!(status.matches("its media are gone").count(), 4, "{status}");
    assert!(status.contains("and 1 more without their media"), "{status}");
}
