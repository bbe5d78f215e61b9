//! Transcripts come in from elsewhere, are found, and go out again: by the command line and through a running server.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, Server, ffmpeg, say};

const TALK: &str = "Museum talk\n\n[00:01] Ann Lee: The local museum opened its archive.\n[00:06] Bo: And who paid?\n\
                    [00:55] Ann Lee: Nobody did.\n[00:09] Bo: The volunteers came.\n[00:12] Ann Lee: They did.\n";

/// Media that nobody wrote down yet.
fn media(place: &Place, name: &str) -> PathBuf {
    let path = place.interview(name, "");
    std::fs::remove_file(path.with_extension("vtt")).expect("removing");
    path
}

fn write(place: &Place, name: &str, text: &str) -> PathBuf {
    let path = place.media().parent().expect("a folder").join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, text).expect("writing");
    path
}

/// Returns what a recording's words are, when and by whom they are said.
fn segments(place: &Place) -> Value {
    let ran = place.run(["export", "media/talk.mp4", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).expect("JSON");
    document["segments"].clone()
}

#[test]
fn what_was_written_elsewhere_is_taken_found_and_given_back() {
    let place = Place::new();
    media(&place, "talk.mp4");
    write(&place, "from elsewhere.txt", TALK);
    // The media are not known yet, and nothing is recognised: there is no need for a model.
    let ran = place.run(["import", "media/talk.mp4", "from elsewhere.txt", "--models", "nowhere"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "from elsewhere.txt → talk: 16 words (text), with approximate times\n  line 1: text above the first time; it was left out\n  \
                    line 5: the time does not fit between its neighbours; the text stays with the time above\n";
    assert_eq!(ran.out, expected);
    let found = place.run(["search", "--format", "json", "\"archive and who paid\""]).json();
    let hit = &found["groups"][0]["hits"][0];
    assert_eq!((&found["total_hits"], &hit["speaker"]), (&1.into(), &"Ann Lee".into()));
    let start = hit["matches"][0]["start_ms"].as_u64().expect("a time");
    assert!((1000..6000).contains(&start), "{start}");
    let shown = place.run(["show", "media/talk.mp4", "--format", "json"]).json();
    assert_eq!(
        (&shown["recording"]["kind"], &shown["recording"]["revision"]),
        (&"video".into(), &1.into()),
        "it was read"
    );

    // A person's import stays, whatever lies beside the media later.
    std::fs::write(place.media().join("talk.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nSomething else.\n")
        .expect("writing");
    assert_eq!(place.run(["index", "media", "--transcribe"]).code, Some(0));
    assert_eq!(place.run(["search", "something else"]).code, Some(1));
    let again = place.run(["import", "media/talk.mp4", "from elsewhere.txt"]);
    assert!(again.out.contains("they were there already"), "{again:?}");

    // Out and in again: nothing is lost on the way.
    let before = segments(&place);
    let vtt = place.run(["export", "media/talk.mp4", "--format", "vtt"]).out;
    assert!(vtt.contains("NOTE made by aloud") && vtt.contains("<v Bo>"), "{vtt}");
    let mut import = place.aloud();
    import.args(["import", "media/talk.mp4", "-", "--as", "vtt"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = import.spawn().expect("it starts");
    running.stdin.take().expect("its input").write_all(vtt.as_bytes()).expect("writing");
    let ended = running.wait_with_output().expect("its end");
    assert!(
        ended.status.success() && String::from_utf8_lossy(&ended.stdout).contains("- → talk: 16 words (vtt)"),
        "{ended:?}"
    );
    assert_eq!(segments(&place), before);

    // The whole library, into a folder in which a file lies that is not ours.
    write(&place, "out/talk.srt", "mine");
    let ran = place.run(["export", "--all", "--format", "srt", "--to", "out"]);
    assert!(ran.code == Some(3) && ran.err.contains("did not export"), "{ran:?}");
    for format in ["vtt", "text", "md", "csv", "ttml", "json"] {
        assert_eq!(place.run(["export", "--all", "--format", format, "--to", "out"]).code, Some(0), "{format}");
        assert_eq!(place.run(["export", "--all", "--format", format, "--to", "out"]).code, Some(0), "{format} again");
    }
    let mut names: Vec<_> = std::fs::read_dir(place.media().parent().expect("a folder").join("out"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["talk.csv", "talk.json", "talk.md", "talk.srt", "talk.ttml", "talk.txt", "talk.vtt"]);
    let ours = place.run(["import", "--folder", "out"]);
    assert!(ours.code == Some(3) && ours.out.contains("this program exported it"), "{ours:?}");
    let strange = place.run(["import", "media/talk.mp4", "out/talk.srt"]);
    assert!(strange.code == Some(3) && strange.out.contains("no words with times"), "{strange:?}");
}

#[test]
fn a_folder_is_taken_through_the_running_server_and_files_come_back_from_it() {
    let place = Place::new();
    let one = place.interview("one.mp4", "WEBVTT\n\n00:01.000 --> 00:02.000\nOld words.\n");
    media(&place, "two é.webm");
    assert_eq!(place.run(["index", "media/one.mp4"]).code, Some(0));
    let server = Server::start(&place, &[]);
    let sbv = write(&place, "in/deep/one.en.sbv", "0:00:01.000,0:00:04.000\nThe harbour was closed.\n");
    // Longer than what any other address takes.
    let cue = |n: u32| {
        format!(
            "{}:{:02}.000 --> {}:{:02}.900\nThe lighthouse keeper counted again.\n\n",
            n / 60,
            n % 60,
            n / 60,
            n % 60
        )
    };
    let long: String = (0..20_000).map(cue).collect();
    assert!(long.len() > 1 << 20);
    write(&place, "in/nobody.srt", "00:01.000 --> 00:02.000\nx");
    // A file that cannot be used is not in the way of a worse format that can.
    write(&place, "in/one.vtt", "");
    let ran = place.run(["import", "--folder", "in"]);
    assert!(ran.code == Some(3) && ran.out.contains("nobody.srt: no recording bears this name"), "{ran:?}");
    assert!(ran.out.contains("one.en.sbv → one: 4 words (sbv)"), "{ran:?}");
    assert_eq!(server.json("/api/v1/search?q=harbour")["total_hits"], 1);
    let shown = place.run(["show", &one.display().to_string(), "--format", "json"]).json();
    assert_eq!(shown["recording"]["languages"], serde_json::json!(["en"]), "as the name says");
    let id = shown["recording"]["id"].as_str().expect("an id").to_owned();

    write(&place, "long.srt", &long);
    let ran = place.run(["import", "media/two é.webm", "long.srt"]);
    assert!(ran.code == Some(0) && ran.out.contains("two é: 100000 words"), "{ran:?}");
    assert_eq!(server.json("/api/v1/search?q=lighthouse")["total_recordings"], 1);

    let got = server.get(&format!("/api/v1/recordings/{id}/export?format=srt"), &[]);
    assert_eq!((got.status, got.headers["content-type"].as_str()), (200, "application/x-subrip; charset=utf-8"));
    assert_eq!(got.headers["content-disposition"], "attachment; filename=\"one.srt\"; filename*=UTF-8''one%2Esrt");
    assert!(String::from_utf8_lossy(&got.body).contains("The harbour was closed."));
    assert_eq!(server.get(&format!("/api/v1/recordings/{id}/export?format=docx"), &[]).status, 400);

    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let address = format!("{}/api/v1/recordings/{id}/import", server.address);
    let bytes = std::fs::read(sbv).expect("reading");
    let mut answer = agent.post(&address).query("file", "again.sbv").send(&bytes[..]).expect("an answer");
    let mut text = String::new();
    answer.body_mut().as_reader().read_to_string(&mut text).expect("a body");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&report["words"], &report["as"], &report["exact"]), (&4.into(), &"sbv".into(), &0.into()), "{report}");
    for (query, body, status) in [("file", "nothing", 400), ("as", "docx", 400)] {
        let answer =
            agent.post(&address).query("file", "x.doc").query(query, body).send("some words").expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{query}");
    }
}

#[test]
fn words_take_the_times_at_which_they_are_heard() {
    let place = Place::new();
    let spoken = tempfile::tempdir().expect("a temporary folder");
    let [first, second] = ["first.wav", "second.wav"].map(|name| spoken.path().join(name));
    let length = say("en-us+m3", "We had nine thousand photographs in boxes, and nobody had ever seen them.", &first);
    say("en-us+m3", "What changed the mind of your director was an article about the museum.", &second);
    let path = place.media().join("talk.flac");
    let filter = "[0]apad=pad_dur=4[a];[a][1]concat=n=2:v=0:a=1";
    ffmpeg([
        "-i".as_ref(),
        first.as_os_str(),
        "-i".as_ref(),
        second.as_os_str(),
        "-filter_complex".as_ref(),
        filter.as_ref(),
        path.as_os_str(),
    ]);
    // One time for everything, and a word that nobody says.
    let text = "[0:00] We had nine thousand photographs in boxes, and nobody had ever seen them. \
                What changed the mind, unsaid, of your director was an article about the museum.";
    write(&place, "talk.txt", text);
    let ran = place.run(["import", "media/talk.flac", "talk.txt", "--align", "--languages", "en"]);
    assert!(ran.code == Some(0) && ran.out.contains("times follow when the sound is recognised"), "{ran:?}");
    let document = place.run(["export", "media/talk.flac", "--format", "json"]).out;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let words: Vec<_> = document["segments"]
        .as_array()
        .expect("segments")
        .iter()
        .flat_map(|segment| segment["words"].as_array().expect("words").clone())
        .collect();
    let start = |text: &str| {
        let word = words.iter().find(|word| word["word"].as_str().is_some_and(|word| word.starts_with(text)));
        word.and_then(|word| word["start"].as_f64()).expect(text)
    };
    let second_starts = f64::from(length + 4000) / 1000.0;
    assert!((start("What") - second_starts).abs() < 0.5, "{} of {second_starts}", start("What"));
    assert!(start("mind") < start("unsaid") && start("unsaid") < start("director"), "{document}");
    let shown = place.run(["show", "media/talk.flac", "--format", "json"]).json();
    assert_eq!(shown["recording"]["revision"], 2);
    assert!(shown["text"].as_str().is_some_and(|text| text.contains("unsaid")), "the text stays");
}
