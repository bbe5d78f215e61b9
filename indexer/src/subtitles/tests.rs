//! Rows: what files look like, and what they mean.

use std::fmt::Write;

use super::*;
use crate::time::Millis;
use crate::transcript::{Percent, Provenance};

mod formats;
mod hostile;
mod round_trip;
mod schema;

/// Reads a file as a transcript of an unknown language.
fn import(bytes: &[u8], format: Format) -> Result<Imported, SubtitleError> {
    read(bytes, format, "talk", Language::UNKNOWN, RecordingId::new([7; 16]), 1)
}

fn transcript(text: &str, format: Format) -> Transcript {
    import(text.as_bytes(), format).expect("words").transcript
}

/// Shows words as `start|speaker|text`, the speaker only where it changes.
fn rows(transcript: &Transcript) -> Vec<String> {
    let mut speaker = None;
    let mut rows = Vec::new();
    for word in &transcript.words {
        let name = word.speaker.map(|ordinal| transcript.speakers[usize::from(ordinal)].as_str());
        let shown = if name == speaker { "" } else { name.unwrap_or("-") };
        rows.push(format!("{}|{shown}|{}", word.span.start().get(), word.text));
        speaker = name;
    }
    rows
}

fn whole(transcript: &Transcript) -> String {
    transcript.words.iter().map(|word| word.text.as_str()).collect()
}

fn lines_of(imported: &Imported) -> Vec<usize> {
    imported.skipped.iter().map(|skipped| skipped.line).collect()
}

/// A file of cues of one second each.
fn cues(format: Format, texts: &[&str]) -> String {
    let mut file = String::from(if format == Format::Vtt { "WEBVTT\n\n" } else { "" });
    for (index, text) in texts.iter().enumerate() {
        let next = index + 1;
        writeln!(file, "{next}\n00:{index:02}.000 --> 00:{next:02}.000\n{text}\n").expect("a string");
    }
    file
}

#[test]
fn every_shape_of_webvtt_is_read() {
    let expected = ["1000||Good ", "1571||day. ", "3000||Yes."];
    for (what, file) in [
        ("plain", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood day.\n\n00:03.000 --> 00:04.000\nYes.\n"),
        (
            "mark and CRLF",
            "\u{feff}WEBVTT - a title\r\n\r\n00:01.000 --> 00:02.000\r\nGood day.\r\n\r\n00:03.000 --> 00:04.000\r\nYes.",
        ),
        ("lone CR", "WEBVTT\r\r00:01.000 --> 00:02.000\rGood day.\r\r00:03.000 --> 00:04.000\rYes.\r"),
        (
            "no blank lines",
            "WEBVTT\nKind: captions\n00:01.000 --> 00:02.000\nGood day.\n00:03.000 --> 00:04.000\nYes.\n",
        ),
        (
            "identifiers and settings",
            "WEBVTT\n\nintro\n00:01.000 --> 00:02.000 align:start position:0%\nGood day.\n\n2\n00:03.000 --> 00:04.000 line:0\nYes.",
        ),
        (
            "numbers without blank lines",
            "WEBVTT\n1\n00:01.000 --> 00:02.000\nGood day.\n2\n00:03.000 --> 00:04.000\nYes.",
        ),
        (
            "comments, styles, regions",
            "WEBVTT\n\nNOTE a\nb\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:x\n\n00:01.000 --> 00:02.000\nGood day.\n\nNOTE\nlater\n\n00:03.000 --> 00:04.000\nYes.",
        ),
        (
            "blank line under the times",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n\nGood day.\n\n00:03.000 --> 00:04.000\n \nYes.",
        ),
        (
            "an empty cue",
            "WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n\n00:02.000 --> 00:03.000\n\nx\n00:03.000 --> 00:04.000\nYes.",
        ),
        ("no header", "00:01.000 --> 00:02.000\nGood day.\n\n00:03.000 --> 00:04.000\nYes."),
        ("times out of order", "WEBVTT\n\n00:03.000 --> 00:04.000\nYes.\n\n00:01.000 --> 00:02.000\nGood\nday."),
        (
            "the same cue twice",
            "WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n\n00:01.000 --> 00:02.000\nGood day.\n\n00:03.000 --> 00:04.000\nYes.",
        ),
    ] {
        let imported = import(file.as_bytes(), Format::Vtt).expect(what);
        assert_eq!(rows(&imported.transcript), expected, "{what}");
        assert_eq!(imported.skipped, [], "{what}");
        assert_eq!(imported.origin, Origin::Foreign, "{what}");
    }
}

#[test]
fn every_shape_of_subrip_is_read() {
    let expected = ["1000||Good ", "1571||day. ", "3000||Yes."];
    for (what, file) in [
        ("plain", "1\n00:00:01,000 --> 00:00:02,000\nGood day.\n\n2\n00:00:03,000 --> 00:00:04,000\nYes.\n"),
        ("dots, no numbers", "00:00:01.000 --> 00:00:02.000\nGood day.\n\n00:00:03.000 --> 00:00:04.000\nYes.\n"),
        (
            "tags and positions",
            "1\n00:00:01,000 --> 00:00:02,000 X1:40 X2:600\n{\\an8}<i>Good</i> <font color=\"#ffff00\">day.</font>\n\n2\n00:00:03,000 --> 00:00:04,000\n<b>Yes.\n",
        ),
        (
            "blank line inside",
            "1\n00:00:01,000 --> 00:00:02,000\nGood\n\nday.\n\n2\n00:00:03,000 --> 00:00:04,000\nYes.\n",
        ),
        (
            "no blank line between",
            "1\n00:00:01,000 --> 00:00:02,000\nGood day.\n2\n00:00:03,000 --> 00:00:04,000\nYes.\n",
        ),
        (
            "spaces for blank lines",
            "1\n00:00:01,000 --> 00:00:02,000\nGood day.\n  \n2\n00:00:03,000 --> 00:00:04,000\nYes.\n  \n3\n",
        ),
        ("wrong numbers", "7\n00:00:01,000 --> 00:00:02,000\nGood day.\n\n7\n00:00:03,000-->00:00:04,000\nYes.\n"),
    ] {
        let imported = import(file.as_bytes(), Format::Srt).expect(what);
        assert_eq!(rows(&imported.transcript), expected, "{what}");
        assert_eq!(imported.skipped, [], "{what}");
    }
}

#[test]
fn what_is_skipped_is_named_by_its_line() {
    let file = "WEBVTT\n\n00:xx.000 --> 00:02.000\nlost\n\n00:03.000 --> 00:04.000\nkept\n\nno time\n\n00:09.000 --> 00:05.000\nmended\n";
    let imported = import(file.as_bytes(), Format::Vtt).expect("words");
    assert_eq!(whole(&imported.transcript), "kept mended");
    assert_eq!(lines_of(&imported), [3, 9, 11]);
    let last = imported.transcript.words.last().expect("two words");
    assert_eq!((last.span.start(), last.span.duration()), (Millis::new(9000), Millis::new(360)));

    let file = "above\n\n1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:0x,000 --> 00:00:09,000\nlost\n\n3\n00:00:03,000 --> 00:00:03,000\ntwo";
    let imported = import(file.as_bytes(), Format::Srt).expect("words");
    assert_eq!(whole(&imported.transcript), "one two");
    assert_eq!(lines_of(&imported), [1, 8, 12]);
}

#[test]
fn a_file_without_words_is_refused() {
    for (format, text) in [
        (Format::Vtt, ""),
        (Format::Vtt, "WEBVTT\n\n"),
        (Format::Vtt, "WEBVTT\n\n00:01.000 --> 00:02.000\n♪♪\n"),
        (Format::Srt, "just a text file\nwith two lines"),
        (Format::Json, "{\"segments\": []}"),
        (Format::Json, "{\"segments\": [1, \"a\", null, [2], {\"start\": 1}]}"),
    ] {
        assert_eq!(import(text.as_bytes(), format), Err(SubtitleError::NoWords(format.name())), "{text:?}");
    }
    for json in ["", "{", "3", "{\"name\": \"talk\"}", "{\"segments\": 3}", "\"segments\""] {
        assert!(matches!(import(json.as_bytes(), Format::Json), Err(SubtitleError::NotATranscript { .. })), "{json:?}");
    }
}

#[test]
fn word_times_inside_a_cue_are_kept() {
    let file = "WEBVTT\nLanguage: sv\n\n00:00:00.160 --> 00:00:03.000\nhej<00:00:00.480><c> på</c><00:00:01.000><c> er-själva</c>\n";
    let words = transcript(file, Format::Vtt);
    assert_eq!(rows(&words), ["160||hej ", "480||på ", "1000||er-", "1500||själva"]);
    assert_eq!(words.words[0].span.end(), Millis::new(480));
    assert_eq!(words.words[0].language, Language::from_tag("sv").expect("a language"));
    assert_eq!(words.stretches.len(), 1);
    assert_eq!(words.stretches[0].provenance, Provenance::Imported { file: "talk".into(), exact_times: true });
}

#[test]
fn times_that_cannot_be_are_passed_over() {
    let file = "WEBVTT\n\n00:10.000 --> 00:12.000\nab<00:02.000>cd <00:11.000>ef <00:10.500>gh <00:59.000>ij\n";
    assert_eq!(rows(&transcript(file, Format::Vtt)), ["10000||abcd ", "11000||ef ", "11333||gh ", "11666||ij"]);
}

#[test]
fn cues_without_word_times_are_approximate() {
    let words = transcript(&cues(Format::Srt, &["Yes.", "one two three"]), Format::Srt);
    assert_eq!(words.stretches.len(), 1);
    assert_eq!(words.stretches[0].provenance, Provenance::Imported { file: "talk".into(), exact_times: false });
    assert!(words.words.iter().all(|word| word.confidence == Percent::FULL));
    let mixed = "WEBVTT\n\n00:01.000 --> 00:02.000\na <00:01.500>b\n\n00:03.000 --> 00:04.000\nc d\n";
    assert_eq!(transcript(mixed, Format::Vtt).stretches.len(), 2);
}

#[test]
fn overlapping_cues_are_parted() {
    for (file, expected) in [
        ("00:01.000 --> 00:04.000\na b\n\n00:03.000 --> 00:05.000\nc\n", vec!["1000||a ", "2000||b ", "3000||c"]),
        ("00:01.000 --> 00:03.000\na\n\n00:01.000 --> 00:03.000\nb\n", vec!["1000||a ", "2000||b"]),
        (
            "00:00.000 --> 59:00.000\ncredit\n\n00:06.000 --> 00:08.000\na\n\n00:08.000 --> 00:09.000\nb\n",
            vec!["0||credit ", "6000||a ", "8000||b"],
        ),
    ] {
        assert_eq!(rows(&transcript(file, Format::Srt)), expected, "{file}");
    }
}

#[test]
fn joined_text_reads_well() {
    for (texts, text) in [
        (&["Good\nday", "to you"][..], "Good day to you"),
        (&["He said", "“Hello”", "♪♪", "- Yes"], "He said “Hello” ♪♪ - Yes"),
        (&["私たちは", "美術館で\n働く。", "OK です"], "私たちは美術館で働く。 OK です"),
        (&["a\u{a0}b\tc  d"], "a\u{a0}b c d"),
        (&["한국어", "자막"], "한국어 자막"),
    ] {
        let words = transcript(&cues(Format::Vtt, texts), Format::Vtt);
        assert_eq!(whole(&words), text);
        assert!(words.words.iter().all(|word| word.text.contains(char::is_alphanumeric)), "{text}");
    }
}

#[test]
fn rolling_captions_say_each_word_once() {
    let youtube = "WEBVTT\nKind: captions\nLanguage: en\n\n\
        00:00:00.160 --> 00:00:02.389 align:start position:0%\n \nhello<00:00:00.480><c> world</c>\n\n\
        00:00:02.389 --> 00:00:02.399 align:start position:0%\nhello world\n \n\n\
        00:00:02.399 --> 00:00:04.000 align:start position:0%\nhello world\nnext<00:00:03.000><c> line</c>\n\n\
        00:00:04.000 --> 00:00:04.010 align:start position:0%\nnext line\n \n\n\
        00:00:04.010 --> 00:00:06.000 align:start position:0%\nnext line\nlast<00:00:05.000><c> one</c>\n";
    let expected = ["160||hello ", "480||world ", "2399||next ", "3000||line ", "4010||last ", "5000||one"];
    assert_eq!(rows(&transcript(youtube, Format::Vtt)), expected);
    let without_spaces = youtube.replace("\n \n", "\n\n");
    assert_eq!(rows(&transcript(&without_spaces, Format::Vtt)), expected, "trimmed by an editor");

    let two_lines = cues(Format::Srt, &["a b\nc d", "c d\ne f", "e f\ng h", "g h\ni j"]);
    assert_eq!(whole(&transcript(&two_lines, Format::Srt)), "a b c d e f g h i j");
    let growing = cues(Format::Srt, &["so", "so we", "so we went", "so we went home", "and slept"]);
    assert_eq!(whole(&transcript(&growing, Format::Srt)), "so we went home and slept");
}

#[test]
fn people_who_repeat_themselves_are_heard_twice() {
    for texts in [
        &["No.", "No.", "No, I mean it.", "Fine."][..],
        &["Yes.", "Yes. I do.", "Good."],
        &["very", "very good", "I say", "I do say", "so there", "it is", "it is", "good"],
        &["we went\nto the museum", "to the museum?", "yes", "every week", "every day", "now"],
    ] {
        let words = transcript(&cues(Format::Srt, texts), Format::Srt);
        assert_eq!(whole(&words), texts.join(" ").replace('\n', " "));
    }
}

#[test]
fn voices_and_labels_become_speakers() {
    let voices = "<v Roger Bingham>We are in New York\n<v.loud Mary>Yes</v> all";
    let words = transcript(&cues(Format::Vtt, &[voices, "unnamed"]), Format::Vtt);
    assert_eq!(words.speakers, ["Roger Bingham", "Mary"]);
    let speakers: Vec<_> = words.words.iter().map(|word| word.speaker).collect();
    assert_eq!(speakers, [Some(0), Some(0), Some(0), Some(0), Some(0), Some(1), None, None]);

    let labels =
        ["Ann Lee: Hello", "my name\nBo: Hi", "Ann Lee: At 12:30: no", ">> who?", "Bo: <i>Bye</i>", "Note: this"];
    let words = transcript(&cues(Format::Srt, &labels), Format::Srt);
    assert_eq!(whole(&words), "Hello my name Hi At 12:30: no >> who? Bye Note: this");
    let said = |text: &str| {
        let word = words.words.iter().find(|word| word.text.trim_end() == text).expect(text);
        word.speaker.map(|ordinal| words.speakers[usize::from(ordinal)].as_str())
    };
    assert_eq!((said("name"), said("Hi"), said("who?"), said("Bye")), (Some("Ann Lee"), Some("Bo"), None, Some("Bo")));

    let once = transcript(&cues(Format::Srt, &["Warning: this is", "a text: with colons"]), Format::Srt);
    assert_eq!(once.speakers, [""; 0]);
}

#[test]
fn the_json_of_whisper_programs_is_read() {
    let openai = r#"{"text": " Good day.", "language": "en", "segments": [
        {"id": 0, "start": 1.0, "end": 2.0, "text": " Good day.", "avg_logprob": NaN, "tokens": [50364, 2205],
         "words": [{"word": " Good", "start": 1.0, "end": 1.4, "probability": 0.5},
                   {"word": " day.", "start": 1.5, "end": 2.0, "probability": 0.98}]},
        {"id": 1, "start": 2.0, "end": 2.0, "text": ""}, {"id": 2, "start": "x", "text": "lost"}]}"#;
    let imported = import(openai.as_bytes(), Format::Json).expect("words");
    let words = &imported.transcript;
    assert_eq!(rows(words), ["1000||Good ", "1500||day."]);
    assert_eq!(words.words[0].span.end(), Millis::new(1400));
    assert_eq!(words.words[0].confidence, Percent::new(50));
    assert_eq!(words.words[0].language.as_str(), "en");
    assert_eq!(words.stretches[0].provenance, Provenance::Imported { file: "talk".into(), exact_times: true });
    assert_eq!(lines_of(&imported), [3]);

    let whisperx = r#"{"segments": [{"start": 1.0, "end": 3.0, "text": " In 2014 we met.", "speaker": "SPEAKER_01", "words": [
        {"word": "In", "start": 1.0, "end": 1.2, "score": 0.9, "speaker": "SPEAKER_01"}, {"word": "2014"},
        {"word": "we", "start": 2.0, "end": 2.2, "score": 0.9, "speaker": "SPEAKER_00"},
        {"word": "met.", "start": 2.2, "end": 2.6, "score": 0.9}]}], "word_segments": []}"#;
    let words = transcript(whisperx, Format::Json);
    assert_eq!(rows(&words), ["1000|SPEAKER_01|In ", "1200||2014 ", "2000|SPEAKER_00|we ", "2200|SPEAKER_01|met."]);
    assert_eq!(words.stretches[0].provenance, Provenance::Imported { file: "talk".into(), exact_times: true });

    let word_list = r#"{"word_segments": [{"word": "In", "start": 1.0, "end": 1.2}, {"word": "2014"},
        {"word": "we", "start": 2, "end": 2.2}]}"#;
    assert_eq!(rows(&transcript(word_list, Format::Json)), ["1000||In ", "1066||2014 ", "2000||we"]);

    let whisper_cpp = r#"{"result": {"language": "de"}, "transcription": [{"timestamps": {}, "offsets": {"from": 0, "to": 3000},
        "text": " Partnerschaft für", "tokens": [
        {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
        {"text": " Partner", "offsets": {"from": 100, "to": 500}, "p": 0.9},
        {"text": "schaft", "offsets": {"from": 500, "to": 900}, "p": 0.4},
        {"text": " f�", "offsets": {"from": 900, "to": 1000}, "p": 0.9},
        {"text": "r", "offsets": {"from": 1000, "to": 1200}, "p": 0.8}]}]}"#;
    let words = transcript(whisper_cpp, Format::Json);
    assert_eq!(whole(&words), "Partnerschaft für");
    assert_eq!((words.words[0].span.start(), words.words[0].span.end()), (Millis::new(100), Millis::new(900)));
    assert_eq!(words.words[0].confidence, Percent::new(40));

    let segments_only = r#"[{"start": 1.0, "end": 3.0, "text": "ab cd"}]"#;
    let words = transcript(segments_only, Format::Json);
    assert_eq!(rows(&words), ["1000||ab ", "2000||cd"]);
    assert_eq!(words.stretches[0].provenance, Provenance::Imported { file: "talk".into(), exact_times: false });
}

#[test]
fn the_language_is_the_words_own_then_the_callers_then_the_files() {
    let file = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:02.000\na <lang sv>b</lang>\n";
    for (given, seen) in [("und", ["en", "sv"]), ("fr", ["fr", "sv"])] {
        let given = Language::from_tag(given).expect("a language");
        let imported = read(file.as_bytes(), Format::Vtt, "talk", given, RecordingId::new([7; 16]), 1).expect("words");
        let languages: Vec<_> = imported.transcript.words.iter().map(|word| word.language.to_string()).collect();
        assert_eq!(languages, seen);
        assert_eq!(imported.transcript.stretches.len(), 2);
    }
}
