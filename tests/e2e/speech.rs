//! What the real model makes of sound in which nobody speaks, and of several languages in one recording.

use std::path::PathBuf;

use indexer::transcript::{Percent, Transcript, Trust};

use crate::support::{Place, ffmpeg, say};

/// Returns the text of the words that are not marked doubtful.
fn believed(transcript: &Transcript) -> String {
    let good = transcript.stretches.iter().filter(|stretch| stretch.trust == Trust::Good);
    let words = good.flat_map(|stretch| &transcript.words[stretch.words.indices()]);
    words.filter(|word| word.confidence >= Percent::DOUBTFUL).map(|word| word.text.as_str()).collect()
}

#[test]
fn sound_in_which_nobody_speaks_gives_no_words_to_believe() {
    let place = Place::new();
    let chord = "aevalsrc=0.2*(sin(2*PI*220*t)+sin(2*PI*277*t)+sin(2*PI*330*t))*exp(-3*mod(t\\,0.5)):d=6";
    let sounds = [
        ("silence", "anullsrc=d=6"),
        ("tone", "sine=frequency=440:duration=6"),
        ("noise", "anoisesrc=color=pink:amplitude=0.4:seed=1:d=6"),
        ("music", chord),
    ];
    let paths = sounds.map(|(name, source)| {
        let path = place.media().join(format!("{name}.flac"));
        ffmpeg(["-f".as_ref(), "lavfi".as_ref(), "-i".as_ref(), source.as_ref(), path.as_os_str()]);
        path
    });
    // Far more names than the model can be told of, none of which is heard in anything.
    let names: String = (0..300).map(|number| format!("Tredinnick the {number}th of Threlkeld\n")).collect();
    std::fs::write(place.media().with_file_name("names.txt"), names).expect("written");
    let ran = place.run(["index", "media", "--languages", "en", "--glossary", "names.txt"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for path in paths {
        let transcript = place.transcript(&path);
        assert_eq!(believed(&transcript), "", "{}", path.display());
        assert!(path.ends_with("music.flac") || transcript.words.is_empty(), "{}", path.display());
    }
}

/// Makes a recording of turns in several languages; returns it and when each turn starts, in milliseconds.
fn spoken(place: &Place, turns: &[(&str, &str)]) -> (PathBuf, Vec<u32>) {
    /// Silence before the first turn and after each.
    const PAUSE_MS: u32 = 1200;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut arguments, mut filters) = (Vec::<std::ffi::OsString>::new(), Vec::new());
    let (mut starts, mut start) = (Vec::new(), PAUSE_MS);
    for (number, (voice, text)) in turns.iter().enumerate() {
        let wav = folder.path().join(format!("{number}.wav"));
        starts.push(start);
        let length = say(voice, text, &wav);
        arguments.extend(["-i".into(), wav.into()]);
        filters.push(format!("[{number}]adelay={start}[turn{number}]"));
        start += length + PAUSE_MS;
    }
    let all: String = (0..turns.len()).map(|number| format!("[turn{number}]")).collect();
    filters.push(format!("{all}amix=inputs={}:normalize=0:duration=longest", turns.len()));
    let path = place.media().join("turns.flac");
    arguments.extend([
        "-filter_complex".into(),
        filters.join(";").into(),
        "-ar".into(),
        "16000".into(),
        path.clone().into(),
    ]);
    ffmpeg(arguments);
    (path, starts)
}

#[test]
fn every_turn_is_recognised_in_its_own_language_and_begins_where_it_is_heard() {
    let place = Place::new();
    let turns = [
        ("en-gb", "Good morning, tomorrow we take the train to visit our old friends."),
        ("de", "Die Sitzung beginnt um neun Uhr und alle müssen pünktlich da sein."),
        ("es", "Los niños aprenden a leer y a escribir en dos lenguas."),
        ("en-gb", "Nobody knows what will happen when the museum closes its doors."),
    ];
    let (path, starts) = spoken(&place, &turns);
    let ran = place.run(["index", "media"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let transcript = place.transcript(&path);
    for ((voice, text), start) in turns.iter().zip(starts) {
        let first = transcript.words.iter().find(|word| word.span.start().get() + 500 > start);
        let first = first.unwrap_or_else(|| panic!("nothing was heard of {text:?}: {:?}", transcript.words));
        assert_eq!(first.language.as_str(), &voice[..2], "{text:?}: {:?}", transcript.words);
        let off = first.span.start().get().abs_diff(start);
        assert!(off <= 300, "{text:?} starts {off} ms off");
    }
}
