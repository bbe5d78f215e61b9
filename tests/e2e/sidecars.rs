//! Transcripts beside the media are taken: the quick way to a full library, and what people already have.

use crate::support::Place;

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann Lee>The local museum opened its archive to volunteers.\n\n\
                    00:06.000 --> 00:09.500\n<v Bo>And who paid for the budget?\n\n\
                    00:10.000 --> 00:15.000\n<v Ann Lee>Nobody paid, the volunteers came on Saturdays.\n";

#[test]
fn words_phrases_and_exclusions_are_found_at_their_time() {
    let place = Place::new();
    place.interview("Museum_talk.mp4", TALK);
    place.interview("other.webm", "WEBVTT\n\n00:01.000 --> 00:04.000\nVolunteers need a budget.\n");
    let ran = place.run(["index", "media", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    // A phrase over the border of two cues and two speakers.
    let found = place.run(["search", "--format", "json", "\"volunteers and who paid\""]).json();
    assert_eq!(found["total_hits"], 1);
    let group = &found["groups"][0];
    assert_eq!(group["recording"]["title"], "Museum talk");
    let hit = &group["hits"][0];
    assert_eq!(hit["speaker"], "Ann Lee");
    assert_eq!(
        hit["matches"][0]["end_word"].as_u64().zip(hit["matches"][0]["first_word"].as_u64()).map(|(e, f)| e - f),
        Some(4)
    );
    let shown: String =
        hit["pieces"].as_array().expect("pieces").iter().filter_map(|piece| piece["text"].as_str()).collect();
    assert!(shown.contains("volunteers. And who paid"), "{shown}");

    assert_eq!(place.run(["search", "--format", "json", "volunteers budget"]).json()["total_recordings"], 2);
    assert_eq!(place.run(["search", "--format", "json", "volunteers -museum"]).json()["total_recordings"], 1);
    assert_eq!(place.run(["search", "unheard-of"]).code, Some(1));
    let text = place.run(["search", "museum"]);
    assert!(text.out.contains("[museum]") && text.out.contains("1 hit in 1 recording"), "{text:?}");
    let table = place.run(["search", "--format", "csv", "museum"]).out;
    assert!(table.starts_with("recording,title,start_ms"), "{table}");
    assert_eq!(table.lines().count(), 2);
}

#[test]
fn the_second_run_has_nothing_to_do_and_a_changed_sidecar_makes_a_revision() {
    let place = Place::new();
    let media = place.interview("talk.mp4", TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let again = place.run(["index", "media"]);
    assert_eq!((again.code, again.err.trim()), (Some(0), "1 media file, 0 new, 0 to do"));

    std::fs::write(media.with_extension("vtt"), TALK.replace("museum", "library")).expect("writing");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(place.run(["search", "museum"]).code, Some(1), "the old words are gone");
    assert_eq!(place.run(["search", "library"]).code, Some(0));
    let shown = place.run(["show", "media/talk.mp4", "--format", "json"]).json();
    assert_eq!(shown["recording"]["revision"], 2);
    assert_eq!(shown["recording"]["speakers"], serde_json::json!(["Ann Lee", "Bo"]));
}

#[test]
fn a_moved_file_is_the_same_recording_and_a_removed_one_stays_away() {
    let place = Place::new();
    let media = place.interview("talk.mp4", TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let moved = place.media().join("deep").join("renamed \u{1f3a4} \"x\".mp4");
    std::fs::create_dir_all(moved.parent().expect("a folder")).expect("a folder");
    std::fs::rename(&media, &moved).expect("moving");
    std::fs::remove_file(media.with_extension("vtt")).expect("removing");
    let again = place.run(["index", "media"]);
    assert!(again.err.contains("1 media file, 0 new"), "{again:?}");
    assert_eq!(place.run(["status", "--format", "json"]).json()["recordings"].as_array().map(Vec::len), Some(1));

    let id =
        place.run(["status", "--format", "json"]).json()["recordings"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(place.run(["remove", &id[..8]]).code, Some(0));
    assert!(moved.exists(), "media are never removed");
    assert_eq!(place.run(["search", "museum"]).code, Some(1));
    for _ in 0..2 {
        let back = place.run(["index", "media"]);
        assert!(back.code == Some(0) && back.err.contains("0 to do; 1 file left out, removed"), "{back:?}");
    }
    let preview = place.run(["index", "media", "--dry-run"]);
    assert!(preview.code == Some(0) && preview.out.contains(&format!("--forget {}", &id[..8])), "{preview:?}");
    assert_eq!(place.run(["remove", "--forget", &id[..8]]).code, Some(0));
    let doctor = place.run(["doctor", "--format", "json"]).json();
    let index = doctor.as_array().expect("findings").iter().find(|finding| finding["what"] == "index");
    assert_eq!(index.expect("a finding")["good"], true);
}

#[test]
fn the_transcript_in_the_declared_language_is_taken_the_other_becomes_captions() {
    let place = Place::new();
    let media = place.interview("talk.mp4", TALK);
    let german = "WEBVTT\n\n00:01.000 --> 00:05.000\nDas Museum vor Ort.\n";
    std::fs::write(place.media().join("talk.de.vtt"), german).expect("writing");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    assert_eq!(place.run(["search", "museum archive"]).code, Some(0));
    assert_eq!(place.run(["search", "vor Ort"]).code, Some(1));
    let shown = place.run(["show", &media.display().to_string()]).out;
    assert!(shown.contains("talk.de.vtt (de)"), "{shown}");
}

#[test]
fn of_two_copies_the_one_with_a_transcript_counts() {
    let place = Place::new();
    let media = place.talk(1, TALK);
    let copy = place.media().join("a copy.wav");
    std::fs::copy(&media, &copy).expect("copying");
    // Without the transcript it would have to be recognised.
    let indexed = place.run(["index", "media", "--model", "none"]);
    assert_eq!(indexed.code, Some(0), "{indexed:?}");
    assert_eq!(place.run(["search", "museum"]).code, Some(0));
    let again = place.run(["index", "media", "--model", "none"]);
    assert!(again.err.contains("2 media files, 0 new, 0 to do"), "{again:?}");
}

#[test]
fn reindex_makes_the_index_anew() {
    let place = Place::new();
    place.interview("talk.mp4", TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let before = place.run(["search", "--format", "csv", "volunteers"]).out;
    std::fs::remove_dir_all(place.library().join("index")).expect("removing the index");
    assert_eq!(place.run(["search", "volunteers"]).code, Some(4));
    assert_eq!(place.run(["reindex"]).code, Some(0));
    assert_eq!(place.run(["search", "--format", "csv", "volunteers"]).out, before);
    // One of an earlier version is made anew by whoever opens it, and that at once.
    let current = place.library().join("index/current");
    let earlier = std::fs::read_to_string(&current).expect("reading").replace("content ", "content 9");
    std::fs::write(&current, earlier).expect("writing");
    let reindexed = place.run(["reindex"]);
    assert_eq!(reindexed.code, Some(0), "{reindexed:?}");
    assert_eq!(place.run(["search", "--format", "csv", "volunteers"]).out, before);
}
