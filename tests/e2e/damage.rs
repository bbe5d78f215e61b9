//! Bad input: each gets one clear sentence, the right exit code, and the others are still done.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Place, ffmpeg, librivox};

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\nThe local museum.\n";

#[test]
fn one_bad_file_never_stops_another() {
    let place = Place::new();
    place.interview("good.mp4", TALK);
    let media = place.media();
    let good = std::fs::read(media.join("good.mp4")).expect("the good file");
    std::fs::write(media.join("empty.mp4"), b"").expect("writing");
    std::fs::write(media.join("letter.mp4"), b"Dear Ann, this is a letter.").expect("writing");
    std::fs::write(media.join("cut.mp4"), &good[..good.len() / 2]).expect("writing");
    let mute = media.join("mute.mp4");
    ffmpeg(["-f", "lavfi", "-i", "color=gray:size=160x90:duration=1", &mute.display().to_string()]);
    let ran = place.run(["index", "media"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for (name, said) in [("empty", "empty"), ("letter", "not"), ("cut", "cut off"), ("mute", "no sound")] {
        let line = ran.err.lines().find(|line| line.contains(name) && line.contains(said));
        assert!(line.is_some(), "{name} should say {said:?}: {}", ran.err);
    }
    assert_eq!(place.run(["search", "museum"]).code, Some(0));
    let states = place.run(["status"]).out;
    assert!(states.starts_with("1 of 5 recordings can be searched, 0 waiting, 4 failed"), "{states}");
    assert_eq!(place.run(["index", "media"]).code, Some(3), "the same again is as bad");
}

#[test]
fn odd_names_are_no_matter() {
    let place = Place::new();
    let plain = place.interview("plain.mp4", TALK);
    for name in [
        &b"with space \"quotes\" 'n' $all.mp4"[..],
        b"new\nline.mp4",
        "emoji \u{1f3a4}.mp4".as_bytes(),
        b"not-\xff-utf8.mp4",
    ] {
        let path = place.media().join(std::ffi::OsStr::from_bytes(name));
        // Other bytes at the end of the file make another recording of it.
        let mut bytes = std::fs::read(&plain).expect("the plain file");
        bytes.extend_from_slice(b"\0\0\0\x10free");
        bytes.extend_from_slice(&blake(name));
        std::fs::write(&path, bytes).expect("writing");
        std::fs::write(path.with_extension("vtt"), TALK).expect("writing");
    }
    let ran = place.run(["index", "media"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(place.run(["search", "--format", "json", "museum"]).json()["total_recordings"], 5);
    assert_eq!(place.run(["status"]).out.lines().count(), 6, "names with line breaks stay on one line");
}

fn blake(name: &[u8]) -> [u8; 8] {
    let mut tail = [0; 8];
    for (n, byte) in name.iter().enumerate() {
        tail[n % 8] ^= byte.rotate_left(u32::try_from(n % 8).unwrap_or(0));
    }
    tail
}

#[test]
fn nothing_to_index_is_said() {
    let place = Place::new();
    std::fs::write(place.media().join("notes.txt"), b"x").expect("writing");
    let ran = place.run(["index", "media", "gone.mp4"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.contains("no media files in this folder"), "{ran:?}");
    assert!(ran.err.contains("gone.mp4: there is no such file"), "{ran:?}");
    let empty = Place::new();
    let search = empty.run(["search", "x"]);
    assert_eq!(search.code, Some(4));
    assert!(search.err.contains("there is no library") && search.err.contains("aloud index"), "{search:?}");
    assert!(!empty.library().exists(), "reading never makes a library");
}

#[test]
fn a_missing_model_is_named_before_any_work() {
    let place = Place::new();
    let speech = librivox().join("sense_and_sensibility_01_austen_64kb-0880.wav");
    std::fs::copy(speech, place.media().join("speech.wav")).expect("copying");
    let models = place.media().join("no-models").display().to_string();
    let ran = place.run(["index", "media", "--models", &models]);
    assert_eq!(ran.code, Some(5));
    assert!(ran.err.contains("aloud models get base"), "{ran:?}");
    let damaged = place.media().join("models");
    std::fs::create_dir_all(&damaged).expect("a folder");
    std::fs::write(damaged.join("base.ggml"), b"lmggnot a model").expect("writing");
    let import = place.run(["models", "import", &damaged.join("base.ggml").display().to_string(), "--name", "mine"]);
    assert_eq!(import.code, Some(5), "{import:?}");
    let ran = place.run(["index", "media", "--models", &damaged.display().to_string()]);
    assert!(matches!(ran.code, Some(3 | 5)), "{ran:?}");
    assert!(ran.err.contains("base.ggml"), "{ran:?}");
}

#[test]
fn media_that_vanish_before_they_are_read_are_named() {
    let place = Place::new();
    let speech = place.media().join("speech.wav");
    std::fs::copy(librivox().join("sense_and_sensibility_01_austen_64kb-0880.wav"), &speech).expect("copying");
    let none = place.media().join("no-models").display().to_string();
    assert_eq!(place.run(["index", "media", "--models", &none]).code, Some(5), "queued, but not begun");
    std::fs::remove_file(&speech).expect("removing");
    place.interview("talk.mp4", TALK);
    let ran = place.run(["index", "media"]);
    assert!(ran.err.contains("the media file is gone") && ran.err.contains("speech.wav"), "{ran:?}");
    assert_eq!(place.run(["search", "museum"]).code, Some(0));
}

#[test]
fn a_read_only_library_can_be_searched_and_says_why_it_cannot_be_written() {
    let place = Place::new();
    place.interview("talk.mp4", TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    // Root may write anywhere, so the folder is mounted read-only; where only root may do that, permissions do.
    let library = place.library().display().to_string();
    let script = format!(
        "mount --bind '{library}' '{library}' && mount -o remount,ro,bind '{library}' && \
         \"$0\" search museum; echo searched=$?; \"$0\" index media; echo indexed=$?"
    );
    let Some((out, err)) = in_namespace(&place, &script) else {
        std::fs::set_permissions(place.library(), std::fs::Permissions::from_mode(0o555)).expect("permissions");
        let refused = place.run(["index", "media"]);
        std::fs::set_permissions(place.library(), std::fs::Permissions::from_mode(0o755)).expect("permissions");
        assert_eq!(refused.code, Some(4), "{refused:?}");
        return;
    };
    assert!(out.contains("searched=0"), "{out}{err}");
    assert!(out.contains("indexed=4") && err.contains("cannot write in the library"), "{out}{err}");
}

/// Runs a script as root in a mount namespace of its own; `None` where this user may not make one.
fn in_namespace(place: &Place, script: &str) -> Option<(String, String)> {
    let ran = Command::new("unshare")
        .args(["--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_aloud")])
        .env("ALOUD_LIBRARY", place.library())
        .current_dir(place.media().parent().expect("a folder"))
        .output()
        .expect("unshare runs");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (!err.starts_with("unshare:")).then(|| (out.into_owned(), err.into_owned()))
}

#[test]
fn a_full_disk_is_said_nothing_is_lost_and_room_lets_it_go_on() {
    let place = Place::new();
    for number in 0..4 {
        place.interview(&format!("talk{number}.mp4"), &format!("{TALK}\n00:06.000 --> 00:07.000\nnumber{number}\n"));
    }
    let library = place.library().display().to_string();
    std::fs::create_dir_all(&library).expect("a folder");
    let script = format!(
        "mount -t tmpfs -o size=700k none '{library}' && dd if=/dev/zero of='{library}/filler' bs=1k count=420 2>/dev/null
         \"$0\" index media; echo first=$?
         rm '{library}/filler'; mount -o remount,size=64m '{library}'
         \"$0\" index media; echo second=$?
         \"$0\" search museum; echo searched=$?; \"$0\" doctor | grep library"
    );
    let Some((out, err)) = in_namespace(&place, &script) else { return };
    assert!(out.contains("first=3") || out.contains("first=4"), "{out}{err}");
    assert!(err.to_lowercase().contains("no space left") && err.contains("make room"), "{out}{err}");
    assert!(!err.contains("panicked"), "{err}");
    assert!(out.contains("second=0") && out.contains("searched=0"), "{out}{err}");
    assert!(out.contains("4 hits in 4 recordings"), "{out}{err}");
    assert!(out.contains("the index agrees with the catalogue"), "{out}{err}");
}

#[test]
fn wrong_settings_are_named_with_their_place() {
    let place = Place::new();
    std::fs::create_dir_all(place.library()).expect("a folder");
    std::fs::write(place.library().join("config.toml"), "thread = 2\n").expect("writing");
    let ran = place.run(["status"]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.err.contains("there is no setting \"thread\"; did you mean \"threads\"?"), "{ran:?}");
    assert_eq!(place.run(["index"]).code, Some(2));
    assert_eq!(place.run(["serve", "--port", "99999"]).code, Some(4));
}
