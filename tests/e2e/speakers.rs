//! Two people on a channel each become two speakers, and of two sound tracks the one is heard that is asked for.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Place, Server, ffmpeg, say};

/// The voice of the person on the left, and on the right.
const VOICES: [&str; 2] = ["en-gb+f4", "en-us+m3"];

/// What they say by turns, the left first.
const TURNS: [&str; 4] = [
    "How did the partnership between your museum and the volunteers begin?",
    "It began with a storeroom. We had nine thousand photographs in boxes, and nobody had ever seen them.",
    "And what changed the mind of your director?",
    "One of these pictures was used in an article about the shipyard, and a woman in Canada recognised her grandfather.",
];

/// Silence between two turns.
const PAUSE_MS: u32 = 700;

/// Makes an interview with a person on each channel, each heard on the other's by so many decibels less.
fn interview(place: &Place, name: &str, turns: &[&str], crosstalk: &str) -> PathBuf {
    let path = place.media().join(name);
    let spoken = tempfile::tempdir().expect("a temporary folder");
    let mut arguments: Vec<std::ffi::OsString> = Vec::new();
    let (mut filters, mut start) = (Vec::new(), 500);
    for (turn, text) in turns.iter().enumerate() {
        let wav = spoken.path().join(format!("{turn}.wav"));
        let length = say(VOICES[turn % 2], text, &wav);
        arguments.extend(["-i".into(), wav.into()]);
        let (left, right) = if turn % 2 == 0 { ("0dB", crosstalk) } else { (crosstalk, "0dB") };
        filters.push(format!("[{turn}]adelay={start},asplit[{turn}a][{turn}b]"));
        filters.push(format!("[{turn}a]volume={left}[{turn}l];[{turn}b]volume={right}[{turn}r]"));
        filters.push(format!("[{turn}l][{turn}r]join=inputs=2:channel_layout=stereo[{turn}s]"));
        start += length + PAUSE_MS;
    }
    let all: String = (0..turns.len()).map(|turn| format!("[{turn}s]")).collect();
    filters.push(format!("{all}amix=inputs={}:normalize=0:duration=longest", turns.len()));
    arguments.extend([
        "-filter_complex".into(),
        filters.join(";").into(),
        "-ar".into(),
        "48000".into(),
        path.clone().into(),
    ]);
    ffmpeg(arguments);
    path
}

/// Returns what each speaker says, and what nobody known says last.
fn said(transcript: &Value) -> [String; 3] {
    let mut said: [String; 3] = Default::default();
    let column = |name: &str| transcript["words"][name].as_array().expect("a column").clone();
    for (text, speaker) in column("text").iter().zip(column("speaker")) {
        let speaker = speaker.as_u64().map_or(2, |ordinal| usize::try_from(ordinal).expect("an ordinal"));
        said[speaker].push_str(&text.as_str().expect("a text").to_lowercase());
    }
    said
}

#[test]
fn a_person_on_each_channel_is_a_speaker() {
    let place = Place::new();
    let path = interview(&place, "two people.m4a", &TURNS, "-20dB");
    let ran = place.run(["index", "media", "--languages", "en"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    let shown = place.run(["show", "--format", "json", &path.display().to_string()]).json();
    assert_eq!(shown["recording"]["speakers"], serde_json::json!(["Left", "Right"]), "{shown}");
    let id = shown["recording"]["id"].as_str().expect("an id").to_owned();
    let text = place.run(["show", &id]).out;
    assert!(text.contains("speakers  Left, Right"), "{text}");

    // Each is found once, in the mouth of the one who said it: nobody is heard through the other's microphone.
    for (word, speaker) in [("museum", "Left"), ("director", "Left"), ("photographs", "Right"), ("shipyard", "Right")] {
        let found = place.run(["search", "--format", "json", word]).json();
        let hit = &found["groups"][0]["hits"][0];
        assert_eq!((&found["total_hits"], hit["matches"].as_array().map(Vec::len)), (&1.into(), Some(1)), "{word}");
        assert_eq!(hit["speaker"], speaker, "{word}");
    }

    let server = Server::start(&place, &[]);
    let transcript = server.json(&format!("/api/v1/recordings/{id}/transcript"));
    assert_eq!(transcript["speakers"], serde_json::json!(["Left", "Right"]));
    let [left, right, nobody] = said(&transcript);
    assert!(left.contains("how did") && left.contains("your director"), "{left}");
    assert!(right.contains("storeroom") && !left.contains("storeroom"), "{left} | {right}");
    assert!(right.contains("grandfather") && !left.contains("grandfather"), "{left} | {right}");
    assert_eq!(nobody, "");
    let starts: Vec<_> =
        transcript["words"]["start_ms"].as_array().expect("starts").iter().map(Value::as_u64).collect();
    assert!(starts.is_sorted());
    let captions = server.get(&format!("/api/v1/recordings/{id}/captions.vtt"), &[]);
    let captions = String::from_utf8(captions.body).expect("UTF-8");
    assert!(captions.contains("<v Left>") && captions.contains("<v Right>"), "{captions}");
    drop(server);

    let ran = place.run(["transcribe", &id, "--languages", "en", "--channels", "mix"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let shown = place.run(["show", "--format", "json", &id]).json();
    assert_eq!(shown["recording"]["speakers"], serde_json::json!([]), "mixed");
    assert_eq!(shown["recording"]["revision"], 2);
    assert!(shown["text"].as_str().is_some_and(|text| text.contains("director") && text.contains("shipyard")));
}

#[test]
fn the_same_sound_on_both_channels_or_on_one_alone_is_one_speaker() {
    let place = Place::new();
    interview(&place, "mono.flac", &TURNS[..2], "0dB");
    let left = place.media().join("left only.flac");
    let mono = place.media().join("mono.flac");
    ffmpeg([mono.as_os_str()].into_iter().flat_map(|path| ["-i".as_ref(), path]).chain([
        "-af".as_ref(),
        "pan=stereo|c0=c0|c1=0*c0".as_ref(),
        left.as_os_str(),
    ]));
    let ran = place.run(["index", "media", "--languages", "en"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let shown = |path: &Path| place.run(["show", "--format", "json", &path.display().to_string()]).json();
    for path in [&mono, &left] {
        let shown = shown(path);
        assert_eq!(shown["recording"]["speakers"], serde_json::json!([]), "{}", path.display());
    }
    // The silent channel took nothing away: the same sound gives the same words.
    assert_eq!(shown(&mono)["text"], shown(&left)["text"]);
}

#[test]
fn the_default_track_is_heard_unless_another_is_asked_for() {
    let place = Place::new();
    let spoken = tempfile::tempdir().expect("a temporary folder");
    let [english, german] = ["english.wav", "german.wav"].map(|name| spoken.path().join(name));
    say("en-us+m3", TURNS[1], &english);
    say("de+m1", "Guten Morgen. Das Museum hat im Sommer eine Ausstellung über die Arbeit im Hafen gezeigt.", &german);
    let path = place.media().join("interpreted.mp4");
    ffmpeg(
        ["-i".as_ref(), english.as_os_str(), "-i".as_ref(), german.as_os_str()].into_iter().chain(
            "-map 0 -map 1 -c:a aac -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu"
                .split(' ')
                .map(std::ffi::OsStr::new)
                .chain([path.as_os_str()]),
        ),
    );
    let wrong = place.run(["index", "media", "--languages", "en,de", "--track", "3"]);
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert!(wrong.err.contains("has no sound track 3") && wrong.err.contains("1 (en, AAC, mono, default), 2 (de, "));

    assert_eq!(place.run(["index", "media", "--languages", "en,de"]).code, Some(0));
    let file = path.display().to_string();
    let first = place.run(["show", "--format", "json", &file]).json();
    assert!(first["text"].as_str().is_some_and(|text| text.contains("photographs")), "{first}");
    let track = |language: &str, default: bool, used: bool| serde_json::json!({"language": language, "codec": "AAC", "channels": 1, "default": default, "used": used});
    assert_eq!(first["tracks"], serde_json::json!([track("en", true, true), track("de", false, false)]));

    let ran = place.run(["transcribe", &file, "--languages", "en,de", "--track", "de"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let second = place.run(["show", "--format", "json", &file]).json();
    let text = second["text"].as_str().unwrap_or_default();
    assert!(text.contains("Museum") && text.contains("Hafen") && !text.contains("photographs"), "{text}");
    assert_eq!(second["recording"]["revision"], 2);
    assert_eq!(second["tracks"], serde_json::json!([track("en", true, false), track("de", false, true)]));
    let shown = place.run(["show", &file]).out;
    assert!(shown.contains("track 2   de, AAC, 1 channel (used)"), "{shown}");
    assert_eq!(place.run(["transcribe", &file, "--track", "0"]).code, Some(2));
    let wrong = place.run(["transcribe", &file, "--track", "sv"]);
    assert!(wrong.code == Some(3) && wrong.err.contains("has no sound track sv; choose"), "{wrong:?}");
    assert_eq!(place.run(["show", "--format", "json", &file]).json()["text"], text, "the old words stay");
}
