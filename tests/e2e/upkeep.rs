//! A library is looked over, mended, backed up and restored: what a person who looks after it does.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::Connection as _;

use crate::support::{Place, Ran, Server};

fn vtt(number: u32) -> String {
    format!(
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>The local museum, number{number}.\n\n\
         00:05.000 --> 00:08.000\n<v Bo>And the volunteers came.\n"
    )
}

/// A library of three talks.
fn indexed() -> Place {
    let place = Place::new();
    for number in 0..3 {
        place.talk(number, &vtt(number));
    }
    let ran = place.run(["index", "media"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    place
}

/// Returns everything that can be searched in a library.
fn content(place: &Place) -> String {
    place.run(["search", "--format", "csv", "museum OR volunteers"]).out
}

fn id_of(place: &Place, number: u32) -> String {
    let list = place.run(["status", "--format", "json"]).json();
    let list = list["recordings"].as_array().expect("a list");
    let found = list.iter().find(|it| it["title"] == format!("talk{number}").as_str()).expect("the recording");
    found["id"].as_str().expect("an id").to_owned()
}

fn transcript(place: &Place, number: u32, revision: u32) -> PathBuf {
    place.library().join("transcripts").join(id_of(place, number)).join(format!("{revision}.json.zst"))
}

/// Changes the catalogue behind the program's back.
fn sql(place: &Place, statement: &'static str) {
    let path = place.library().join("aloud.sqlite");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
        let mut catalogue = sqlx::SqliteConnection::connect_with(&options).await.expect("the catalogue");
        sqlx::query(statement).execute(&mut catalogue).await.expect("a change");
        catalogue.close().await.expect("its end");
    });
}

/// Asserts what the doctor finds wrong: a word of each line, and how it exits.
#[track_caller]
fn finds(place: &Place, code: i32, bad: &[(&str, &str)]) -> Ran {
    let ran = place.run(["doctor", "--format", "json"]);
    let findings = ran.json();
    let wrong: Vec<&Value> = findings.as_array().expect("findings").iter().filter(|it| it["good"] == false).collect();
    assert_eq!((ran.code, wrong.len()), (Some(code), bad.len()), "{wrong:#?}");
    for (finding, (what, said)) in wrong.iter().zip(bad) {
        let found = finding["found"].as_str().expect("a text");
        assert!(finding["what"] == *what && found.contains(said), "{what}: {said}: {finding:#?}");
        assert_ne!(finding["next"], "", "each has a next step: {finding:#?}");
    }
    ran
}

#[track_caller]
fn fix(place: &Place, done: &str) {
    let ran = place.run(["doctor", "--fix"]);
    assert!(ran.out.lines().any(|line| line.contains("mended") && line.contains(done)), "{done}: {ran:?}");
}

#[test]
fn what_is_damaged_by_hand_is_named_and_mended() {
    let place = indexed();
    let expected = content(&place);
    finds(&place, 0, &[]);

    // A transcript with one bit turned, and one that is missing: the media are there, so the words come again.
    let path = transcript(&place, 1, 1);
    let good = std::fs::read(&path).expect("reading");
    let mut bent = good.clone();
    *bent.last_mut().expect("a byte") ^= 1;
    std::fs::write(&path, bent).expect("writing");
    std::fs::remove_file(transcript(&place, 2, 1)).expect("removing");
    finds(
        &place,
        3,
        &[("transcript", "talk1, revision 1: the file is damaged"), ("transcript", "the file is missing")],
    );
    let broken = place.run(["reindex"]);
    let said: Vec<&str> = broken.out.lines().map(|line| line.split(';').next().unwrap_or_default()).collect();
    let lost = ["talk1", "talk2"].map(|title| format!("{title}: its transcript cannot be read"));
    assert_eq!(said, [&lost[0], &lost[1], "1 recordings indexed"], "one never stops another: {broken:?}");
    assert_eq!(broken.code, Some(3), "{broken:?}");
    assert!(place.run(["status"]).out.starts_with("1 of 3 recordings can be searched, 0 waiting, 2 failed"));
    fix(&place, "asked for the words of talk1 to be made again");
    finds(&place, 0, &[]);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(content(&place), expected);
    // The damaged one is not in use now. It is kept aside, for it may be all that somebody has.
    finds(&place, 3, &[("transcript", "talk1, revision 1"), ("transcript", "talk2, revision 1: the file is missing")]);
    fix(&place, "put revision 1 of talk1 aside");
    finds(&place, 0, &[]);
    assert!(path.with_extension("zst.damaged").exists());

    // A file that comes back is taken back.
    let path = transcript(&place, 0, 1);
    let good = std::fs::read(&path).expect("reading");
    std::fs::write(&path, b"nothing").expect("writing");
    assert_eq!(place.run(["reindex"]).code, Some(3));
    std::fs::write(&path, good).expect("writing");
    finds(&place, 3, &[("transcript", "was lost and is back")]);
    fix(&place, "took the transcript of talk0 back");
    assert_eq!(content(&place), expected);
    finds(&place, 0, &[]);

    // The index: gone, and not what the catalogue says.
    std::fs::remove_dir_all(place.library().join("index")).expect("removing");
    finds(&place, 4, &[("index", "index")]);
    assert_eq!(place.run(["doctor", "--fix"]).code, Some(0));
    finds(&place, 0, &[]);
    sql(&place, "UPDATE recordings SET indexed_revision = NULL, revision = NULL WHERE title = 'talk2'");
    finds(&place, 4, &[("index", "holds 1 too many")]);
    sql(&place, "UPDATE recordings SET indexed_revision = 2, revision = 2 WHERE title = 'talk2'");
    finds(&place, 0, &[]);

    // Rows that contradict each other.
    sql(&place, "UPDATE recordings SET revision = 99, indexed_revision = 99 WHERE title = 'talk2'");
    let both = [("catalogue", "talk2: the catalogue names a revision that is not there"), ("index", "1 too many")];
    finds(&place, 4, &both);
    fix(&place, "took the newest revision of talk2 into use");
    assert_eq!(content(&place), expected);
    sql(&place, "UPDATE recordings SET duration_ms = -1 WHERE title = 'talk2'");
    finds(&place, 4, &[("catalogue", "a number of recording")]);
    sql(&place, "UPDATE recordings SET duration_ms = 10000 WHERE title = 'talk2'");

    // What nothing names is noted, and removed.
    let library = place.library();
    let stranger = library.join("transcripts").join("0".repeat(32));
    let work = library.join("work").join(format!("{}-0123456789abcdef", "2".repeat(32)));
    for folder in [&stranger, &work, &library.join("access"), &library.join("index/77")] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    let mut left: Vec<PathBuf> = vec![
        stranger.join("1.json.zst"),
        transcript(&place, 0, 1).with_file_name("9.json.zst"),
        transcript(&place, 0, 1).with_file_name("2.json.zst.part"),
        library.join("access").join(format!("{}.mp4", "1".repeat(32))),
    ];
    for path in &left {
        std::fs::write(path, "x").expect("writing");
    }
    left.extend([work, library.join("index/77")]);
    let noted = finds(&place, 0, &[]);
    for path in &left {
        let name = path.strip_prefix(&library).expect("inside").display().to_string();
        let name = if name.contains(&"0".repeat(32)) { "0".repeat(32) } else { name };
        // Opening the library to mend it already clears the index.
        assert!(noted.out.contains(&name), "{name}: {noted:?}");
    }
    fix(&place, "removed transcripts");
    assert!(left.iter().all(|path| !path.exists()), "{left:?}");
    assert_eq!(content(&place), expected);

    // Removing a recording leaves nothing of it but its media.
    let id = id_of(&place, 0);
    std::fs::write(library.join("access").join(format!("{id}-480p.mp4")), "x").expect("writing");
    assert_eq!(place.run(["remove", &id]).code, Some(0));
    let list = std::process::Command::new("find").arg(&library).output().expect("find runs");
    let list = String::from_utf8(list.stdout).expect("UTF-8");
    assert!(list.contains("transcripts") && !list.contains(&id), "{list}");
    assert!(place.media().join("talk0.wav").exists());
    finds(&place, 0, &[]);
}

#[test]
fn damage_inside_the_index_is_found_and_mended() {
    let place = indexed();
    let expected = content(&place);
    // A words file that was cut, and a byte of tantivy's turned, which makes it panic.
    let files = |folder: &str, ending: &str| {
        let current = std::fs::read_to_string(place.library().join("index/current")).expect("reading");
        let number = current.split_whitespace().nth(1).expect("a number");
        let entries = std::fs::read_dir(place.library().join("index").join(number).join(folder)).expect("the folder");
        let files = entries.flatten().map(|entry| entry.path());
        files.filter(|path| path.extension().is_some_and(|it| it == ending)).collect::<Vec<_>>()
    };
    let words = &files("words", "words")[0];
    let bytes = std::fs::read(words).expect("reading");
    std::fs::write(words, &bytes[..bytes.len() - 1]).expect("writing");
    assert_eq!(place.run(["search", "museum"]).code, Some(4));
    finds(&place, 4, &[("index", "it lacks 1 recordings")]);
    fix(&place, "made the index anew: 3 recordings");
    assert_eq!(content(&place), expected);
    for path in files("terms", "term") {
        let mut bytes = std::fs::read(&path).expect("reading");
        bytes[20..40].fill(0xff);
        std::fs::write(&path, bytes).expect("writing");
    }
    let ran = place.run(["search", "museum"]);
    assert!(ran.code == Some(0) || ran.code == Some(4) && ran.err.contains("aloud reindex"), "{ran:?}");
    finds(&place, 4, &[("index", "is damaged")]);
    fix(&place, "made the index anew: 3 recordings");
    assert_eq!(content(&place), expected);
}

#[test]
fn no_words_are_lost_with_their_rows() {
    let place = indexed();
    // Rows that lost their recording, and a person's words that lost their row: the files have them still.
    std::fs::write(place.media().join("better.srt"), "1\n00:00:01,000 --> 00:00:02,000\nA better museum.\n")
        .expect("writing");
    assert_eq!(place.run(["import", "media/talk0.wav", "media/better.srt"]).code, Some(0));
    let expected = content(&place);
    sql(&place, "DELETE FROM recordings WHERE title = 'talk1'");
    finds(&place, 4, &[("catalogue", "rows name recordings that are not there"), ("index", "1 too many")]);
    fix(&place, "took talk1 back into the catalogue");
    finds(&place, 0, &[]);
    sql(&place, "DELETE FROM revisions WHERE by_hand");
    finds(
        &place,
        4,
        &[("catalogue", "talk0: the catalogue names a revision that is not there"), ("index", "1 too many")],
    );
    fix(&place, "took revision 2 of talk0 back into use");
    finds(&place, 0, &[]);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(content(&place), expected);
    // Of a recording that nobody knows they are put aside.
    let stranger = |path: &Path| path.parent().expect("a folder").with_file_name("1".repeat(32)).join("7.json.zst");
    let good = transcript(&place, 0, 1);
    let stray = stranger(&good);
    std::fs::create_dir_all(stray.parent().expect("a folder")).expect("a folder");
    std::fs::copy(&good, &stray).expect("copying");
    fix(&place, "put transcripts/11111111111111111111111111111111/7.json.zst aside");
    let aside = std::fs::read_dir(place.library().join("aside")).expect("the folder").flatten().next().expect("a file");
    assert_eq!(std::fs::read(aside.path()).expect("reading"), std::fs::read(&good).expect("reading"));
    assert!(!stray.exists());

    // Media that were changed leave the words that they had.
    std::fs::copy(place.talk(9, &vtt(9)), place.media().join("talk2.wav")).expect("copying");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert!(finds(&place, 0, &[]).out.contains("talk2: its media were changed"));
}

#[test]
fn the_files_for_services_name_only_settings_that_there_are() {
    let known = Place::new().run(["config"]).out;
    for file in ["aloud.service", "Containerfile", "../docs/operate.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib").join(file);
        let text = std::fs::read_to_string(&path).expect("the file");
        let mut named = 0;
        for word in text.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|it| it.starts_with("ALOUD_")) {
            let setting = word.trim_start_matches("ALOUD_").to_lowercase();
            assert!(setting.is_empty() || known.contains(&format!("{setting} = ")), "{file}: {word}");
            named += 1;
        }
        assert!(named > 3, "{file}");
    }
}

#[test]
fn what_cannot_be_mended_says_what_can_be_done() {
    let place = indexed();
    // Media that are gone, with their transcript: the index has the last of the words, and they stay.
    std::fs::remove_file(place.media().join("talk0.wav")).expect("removing");
    finds(&place, 3, &[("media", "talk0: the media are gone")]);
    let expected = content(&place);
    std::fs::write(transcript(&place, 0, 1), b"nothing").expect("writing");
    assert_eq!(place.run(["doctor", "--fix"]).code, Some(3));
    finds(&place, 3, &[("media", "talk0"), ("transcript", "talk0, revision 1: the file is damaged")]);
    assert_eq!(content(&place), expected);

    // A catalogue that is another library's: nothing is removed for it.
    let library = place.library();
    let move_all = |from: &str, to: &str| {
        for ending in ["", "-wal", "-shm"] {
            // The log is there only while somebody writes, or was killed.
            let _ = std::fs::rename(library.join(format!("{from}{ending}")), library.join(format!("{to}{ending}")));
        }
    };
    move_all("aloud.sqlite", "kept");
    let empty = Place::new();
    std::fs::create_dir_all(empty.library()).expect("a folder");
    assert_eq!(
        empty.run(["index", &empty.media().display().to_string()]).code,
        Some(3),
        "a library without recordings"
    );
    std::fs::copy(empty.library().join("aloud.sqlite"), library.join("aloud.sqlite")).expect("copying");
    let odd = place.run(["doctor", "--fix"]);
    assert_eq!(odd.code, Some(4), "{odd:?}");
    assert!(odd.out.contains("3 recordings have transcripts, but the catalogue does not know them"), "{odd:?}");
    move_all("aloud.sqlite", "odd");
    move_all("kept", "aloud.sqlite");
    assert_eq!(place.run(["doctor", "--fix"]).code, Some(3), "all is as before");

    // A catalogue that is no catalogue.
    let mut bytes = std::fs::read(library.join("aloud.sqlite")).expect("reading");
    bytes[..64].fill(b'x');
    std::fs::write(library.join("aloud.sqlite"), bytes).expect("writing");
    let ran = place.run(["doctor"]);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.out.contains("FAIL catalogue") && ran.out.contains("aloud restore"), "{ran:?}");
}

#[test]
fn a_backup_made_beside_a_server_is_a_library_again() {
    let place = indexed();
    std::fs::write(place.library().join("config.toml"), "segment_seconds = 45\n").expect("writing");
    let server = Server::start(&place, &[]);
    let file = place.media().join("backup.tar.zst");
    let name = file.display().to_string();
    let made = place.run(["backup", &name]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("3 recordings, 3 transcripts"), "{made:?}");
    assert_eq!(place.run(["backup", &name]).code, Some(2), "what is there is not overwritten");
    let beside = |folder: &Path| {
        let files = std::fs::read_dir(folder).expect("the folder").flatten();
        files.filter(|file| file.path().extension().is_some_and(|it| it == "part")).count()
    };
    assert_eq!(beside(&place.media()), 0);
    assert!(server.terminate().success());

    let other = Place::new();
    let restored = other.run(["restore", &name]);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert_eq!(content(&other), content(&place));
    assert_eq!(std::fs::read(other.library().join("config.toml")).expect("reading"), b"segment_seconds = 45\n");
    finds(&other, 0, &[]);
    assert_eq!(other.run(["restore", &name]).code, Some(2), "a library is not overwritten");

    // Nor is anybody's folder, whatever its parts are called.
    let project = Place::new();
    for (path, text) in [("index/precious.txt", "x"), ("restoring/mine", "y"), ("transcripts/mine", "z")] {
        let path = project.library().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("writing");
        assert_eq!(project.run(["restore", &name]).code, Some(2));
        assert_eq!(std::fs::read_to_string(path).expect("reading"), text);
        if text == "x" {
            std::fs::remove_dir_all(project.library().join("index")).expect("removing");
        }
    }
    assert!(!project.library().join("lock").exists());

    // A backup that is not whole makes no library, and the folder stays free for another.
    let bytes = std::fs::read(&file).expect("reading");
    let cut = place.media().join("cut");
    let another = Place::new();
    for (bytes, said) in [(&bytes[..bytes.len() - 40], "cannot be restored"), (b"letter", "cannot be restored")] {
        std::fs::write(&cut, bytes).expect("writing");
        let refused = another.run(["restore", &cut.display().to_string()]);
        assert_eq!(refused.code, Some(4), "{refused:?}");
        assert!(refused.err.contains(said) && !another.library().join("aloud.sqlite").exists(), "{refused:?}");
    }
    assert_eq!(another.run(["restore", &name]).code, Some(0));

    // What is damaged in the library is backed up as it is, and said.
    std::fs::write(transcript(&place, 0, 1), b"nothing").expect("writing");
    let said = place.run(["backup", &place.media().join("second").display().to_string()]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.contains("talk0") && said.out.contains("is damaged"), "{said:?}");
}
