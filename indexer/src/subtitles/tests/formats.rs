//! Rows of the formats that other programs write, each with what became of it: the table in `docs/transcripts.md`.

use super::{import, lines_of, rows, transcript, whole};
use crate::recording::{Language, RecordingId};
use crate::subtitles::{Format, Origin, SubtitleError, read_untimed};
use crate::transcript::{Provenance, Transcript};

/// Returns whether every word of a transcript counts as exactly timed; `None` when some do.
fn exact(transcript: &Transcript) -> Option<bool> {
    let exact =
        |it: &crate::transcript::Stretch| matches!(&it.provenance, Provenance::Imported { exact_times: true, .. });
    let first = exact(&transcript.stretches[0]);
    transcript.stretches.iter().all(|stretch| exact(stretch) == first).then_some(first)
}

#[test]
fn ttml_has_times_of_every_kind_agents_and_spans() {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tt xmlns=\"http://www.w3.org/ns/ttml\" \
                xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\" xml:lang=\"en\"";
    let agents = "<head><metadata><ttm:title>not said</ttm:title><ttm:agent xml:id=\"a\" type=\"person\">\
                  <ttm:name type=\"full\">Ann\n Lee</ttm:name></ttm:agent><ttm:agent xml:id=\"b\"/></metadata></head>";
    for (what, rest, expected) in [
        (
            "clocks",
            "><body><div><p begin=\"00:00:01.000\" end=\"00:00:02\">Good\n  day</p></div></body></tt>",
            &["1000||Good ", "1571||day"][..],
        ),
        (
            "a duration in an offset body",
            "><body begin=\"1s\"><div begin=\"500ms\"><p begin=\"0.5s\" dur=\"1s\">a b</p></div></body></tt>",
            &["2000||a ", "2500||b"],
        ),
        (
            "frames",
            " ttp:frameRate=\"25\"><body><div><p begin=\"00:00:01:05\" end=\"50f\">a</p></div></body></tt>",
            &["1200||a"],
        ),
        (
            "ticks",
            " ttp:tickRate=\"10000000\"><body><div><p begin=\"10000000t\" end=\"20000000t\">a</p></div></body></tt>",
            &["1000||a"],
        ),
        (
            "one after the other",
            "><body><div timeContainer=\"seq\"><p dur=\"1s\">a</p><p dur=\"1s\">b</p></div></body></tt>",
            &["0||a ", "1000||b"],
        ),
        (
            "lines, references and CDATA",
            "><body><div><p begin=\"1s\" end=\"2s\">a<br/>b &amp; <![CDATA[c <d>]]> &#228; &unknown;</p></div></body></tt>",
            &["1000||a ", "1083||b & ", "1166||c <", "1250||d> ", "1333||ä &", "1416||unknown;"],
        ),
        (
            "words in spans",
            "><body><div><p begin=\"1s\" end=\"3s\"><span begin=\"0s\" end=\"0.5s\">one</span> <span begin=\"1s\"><span>two</span></span></p></div></body></tt>",
            &["1000||one ", "2000||two"],
        ),
        (
            "DFXP with another prefix",
            "><tt:body><tt:div><tt:p begin=\"1s\" end=\"2s\">a</tt:p></tt:div></tt:body></tt>",
            &["1000||a"],
        ),
    ] {
        let imported = import(format!("{head}{rest}").as_bytes(), Format::Ttml).expect(what);
        assert_eq!(rows(&imported.transcript), expected, "{what}");
        assert_eq!(imported.skipped, [], "{what}");
        assert_eq!(exact(&imported.transcript), Some(what.contains("spans")), "{what}");
    }
    let speakers = format!(
        "{head}>{agents}<body><div><p begin=\"1s\" end=\"2s\" ttm:agent=\"a\">Good <span ttm:agent=\"b\" xml:lang=\"sv\">dag</span></p>\n\
         <p>lost</p>\n<p begin=\"4s\" end=\"3s\">mended</p></div>"
    );
    let imported = import(speakers.as_bytes(), Format::Ttml).expect("words, although it is cut");
    assert_eq!(rows(&imported.transcript), ["1000|Ann Lee|Good ", "1571|b|dag ", "4000|-|mended"]);
    assert_eq!(lines_of(&imported), [4, 5]);
    let languages: Vec<_> = imported.transcript.words.iter().map(|word| word.language.to_string()).collect();
    assert_eq!(languages, ["en", "sv", "en"]);
}

#[test]
fn broken_xml_keeps_what_stands_above() {
    let file = "<tt>\n<p begin=\"1s\" end=\"2s\">kept</p>\n<p begin=\"3s\" <<<\n<p begin=\"4s\" end=\"5s\">lost";
    let imported = import(file.as_bytes(), Format::Ttml).expect("words");
    assert!(whole(&imported.transcript).starts_with("kept"), "{imported:?}");
    let deep = format!("<tt>{}{}", "<div>".repeat(100_000), "<p begin=\"1s\">x</p>");
    assert_eq!(import(deep.as_bytes(), Format::Ttml), Err(SubtitleError::NoWords("ttml")));
    // Entities that would grow to gigabytes stay what they are.
    let bomb =
        "<!DOCTYPE tt [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><tt><p begin=\"1s\" end=\"2s\">x &b; y</p></tt>";
    assert_eq!(whole(&transcript(bomb, Format::Ttml)), "x &b; y");
}

#[test]
fn sbv_has_times_above_its_texts() {
    let file = "0:00:00.599,0:00:04.160\n>> ALICE LEE: Hi, my name\nis Alice[br]Lee\n\n0:00:04.160,0:00:06.770\n>> JOHN: and we're\n\n\
                0:00:07.000,0:00:08.000\n>> ALICE LEE: At 1,5 percent\n\n0:00:0x.000,0:00:09.000\n";
    let imported = import(file.as_bytes(), Format::Sbv).expect("words");
    assert_eq!(
        whole(&imported.transcript),
        "Hi, my name is Alice Lee >> JOHN: and we're At 1,5 percent 0:00:0x.000,0:00:09.000"
    );
    let seen = rows(&imported.transcript);
    assert_eq!((seen[0].as_str(), seen[6].as_str()), ("599|ALICE LEE|Hi, ", "4160|-|JOHN: "), "JOHN stands once");
    let twice = format!("{file}\n0:00:10.000,0:00:11.000\n>> JOHN: Yes.");
    assert_eq!(rows(&transcript(&twice, Format::Sbv))[6], "4160|JOHN|and ");
}

#[test]
fn text_has_times_in_many_shapes() {
    for (what, file, expected) in [
        (
            "in front",
            "A title\n\n[00:00:01] Good day.\n[00:00:03] Yes.",
            &["1000||Good ", "1800||day. ", "3000||Yes."][..],
        ),
        (
            "round, inside and between",
            "(0:01) Good [0:02] day. {0:03} Yes.",
            &["1000||Good ", "2000||day. ", "3000||Yes."],
        ),
        (
            "whisper's own",
            "[00:00:01.000 --> 00:00:02.000]   Good day.\n[00:00:03.000 --> 00:00:04.000]   Yes.",
            &["1000||Good ", "1571||day. ", "3000||Yes."],
        ),
        (
            "Otter",
            "Ann Lee  0:01  \nGood day.\n\nSpeaker 2  0:03  \nYes.\n\nTranscribed by https://otter.ai\n",
            &["1000|Ann Lee|Good ", "1800||day. ", "3000|Speaker 2|Yes."],
        ),
        ("Otter without speakers", "0:01  \nGood day.\n\n0:03\nYes.\n", &["1000||Good ", "1800||day. ", "3000||Yes."]),
        (
            "headings in brackets",
            "Ann Lee (00:00:01):\nGood day.\n\nBo [0:03]\nYes.\n",
            &["1000|Ann Lee|Good ", "1800||day. ", "3000|Bo|Yes."],
        ),
        (
            "bare",
            "0:01 Good day.\n0:03 - Yes, at 12:30.",
            &["1000||Good ", "1800||day. ", "3000||Yes, ", "3180||at ", "3300||12:", "3420||30."],
        ),
        (
            "labels",
            "[0:01] Ann: Good day.\n[0:03] Bo: Yes.\n[0:04] Ann: No.\n[0:05] Bo: Oh.",
            &["1000|Ann|Good ", "2142||day. ", "3000|Bo|Yes. ", "4000|Ann|No. ", "5000|Bo|Oh."],
        ),
    ] {
        let seen = rows(&transcript(file, Format::Text));
        assert_eq!(seen, expected, "{what}");
    }
    let wrong = "Preface\n[0:01] one\n[0:59] two\n[0:03] three\n[0:04] four";
    let imported = import(wrong.as_bytes(), Format::Text).expect("words");
    assert_eq!(whole(&imported.transcript), "one two three four", "its own order is kept");
    assert_eq!(lines_of(&imported), [1, 3]);
    let words = transcript("[0:01] a few words\n[9:00] and nine minutes later", Format::Text);
    let third = words.words[2].span.end().get();
    assert!(third < 4000, "words do not last into the silence: {third}");
    assert_eq!(exact(&words), Some(false));
    assert_eq!(import(b"No times at all.\nNone.", Format::Text), Err(SubtitleError::NoWords("text")));
}

#[test]
fn a_text_without_times_can_be_read_to_be_aligned() {
    let text = "ANN LEE: Good day.\n\nBO: Yes, it is.\nANN LEE: So.\nBO: Bye.";
    let read = |text: &str| read_untimed(text.as_bytes(), "talk", Language::UNKNOWN, RecordingId::new([7; 16]), 1);
    let words = read(text).expect("words").transcript;
    assert_eq!(whole(&words), "Good day. Yes, it is. So. Bye.");
    assert_eq!((words.speakers.len(), exact(&words)), (2, Some(false)));
    assert_eq!(read("...\n").map(|_| ()), Err(SubtitleError::NoWords("text")));
}

#[test]
fn otranscribe_has_times_in_its_page() {
    let file = r#"{"text":"<p>Intro<br></p><p><span class=\"timestamp\" contenteditable=\"false\" data-timestamp=\"1.5\">0:00:01</span>&nbsp;Ann: Good <b>day</b>.<br></p><p><span class=\"timestamp\">0:03</span> Bo: Yes &amp; no</p><p><span class=\"timestamp\" data-timestamp=\"0:00:04\">x</span>Ann: a &lt; b</p><p><span class='timestamp' data-timestamp='2'>0:02</span>Bo: late</p>","media":"talk.mp3","media-source":"","media-time":12.3}"#;
    let imported = import(file.as_bytes(), Format::Otr).expect("words");
    assert_eq!(
        rows(&imported.transcript),
        ["1500|Ann|Good ", "2357||day. ", "3000|Bo|Yes & ", "3600||no ", "4000|Ann|a < ", "4110||b ", "4220|Bo|late"]
    );
    assert_eq!(lines_of(&imported), [1, 5], "paragraphs");
    assert!(matches!(import(b"{\"media\":\"x\"}", Format::Otr), Err(SubtitleError::NotATranscript { .. })));
}

#[test]
fn ohms_knows_where_each_minute_begins() {
    let file = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ROOT xmlns=\"https://www.weareavp.com/nunncenter/ohms\">\n<record id=\"1\">\n\
                <title>Not said</title>\n<sync>1:|2(3)|4(2)|x|9(1)</sync>\n<transcript>ANN LEE: Good day\nand {0:00:30} welcome here.\n\
                \nBO: Yes[[footnote]]1[[/footnote]] indeed.\nANN LEE: So.\nBO: Hm.\n[[footnotes]]\n[[note]]Not said either.[[/note]]\n[[/footnotes]]\n\
                </transcript>\n<transcript_alt>Inte sagt</transcript_alt>\n</record>\n</ROOT>";
    let imported = import(file.as_bytes(), Format::Ohms).expect("words");
    assert_eq!(whole(&imported.transcript), "Good day and welcome here. Yes indeed. So. Hm.");
    let seen = rows(&imported.transcript);
    assert_eq!(seen[0], "0|ANN LEE|Good ");
    // The time in the text counts as a word, as it did where the file was made.
    assert!(seen[3].starts_with("60000||welcome") && seen[5].starts_with("120000|BO|Yes"), "{seen:?}");
    assert_eq!(imported.skipped, []);

    let vtt = "<ROOT><record><sync></sync><transcript></transcript><vtt_transcript>WEBVTT\n\n00:01.000 --> 00:02.000\n\
               &lt;v Ann&gt;Good day\n</vtt_transcript></record></ROOT>";
    assert_eq!(rows(&transcript(vtt, Format::Ohms)), ["1000|Ann|Good ", "1571||day"]);
    let unsynchronised = import(b"<ROOT><record><transcript>Good day</transcript></record></ROOT>", Format::Ohms);
    assert_eq!(lines_of(&unsynchronised.expect("words")), [1]);
    assert!(matches!(import(b"<ROOT><record/></ROOT>", Format::Ohms), Err(SubtitleError::NotATranscript { .. })));
}

#[test]
fn a_sheet_has_a_column_of_times_and_one_of_texts() {
    let expected = ["1000|Ann|Good ", "1571||day. ", "3000|Bo|Yes."];
    for (what, file) in [
        ("clocks", "start,end,speaker,text\n00:00:01.000,00:00:02.000,Ann,Good day.\n0:03,0:04,Bo,Yes.\n"),
        (
            "semicolons, other names and order",
            "\u{feff}Text;Who;Begin;Stop\r\n\"Good\nday.\";Ann;00:00:01,000;00:00:02,000\r\nYes.;Bo;0:03;0:04\r\n",
        ),
        ("seconds", "Start (s)\tDuration\tName\tTranscript\n1.0\t1.0\tAnn\tGood day.\n3\t1\tBo\tYes.\n"),
        ("milliseconds", "start_ms,end_ms,speaker,text\n1000,2000,Ann,Good day.\n3000,4000,Bo,Yes.\n"),
        (
            "Whisper's table, with speakers",
            "start\tend\ttext\tspeaker\n1000\t2000\tGood day.\tAnn\n3000\t4000\tYes.\tBo\n",
        ),
        ("whole seconds", "start,end,text,speaker\n1,2,Good day.,Ann\n3,4,Yes.,Bo\n"),
        ("a title above", "The talk,,,\n,,,\nstart,end,speaker,text\n0:01,0:02,Ann,Good day.\n0:03,0:04,Bo,Yes.\n"),
    ] {
        let imported = import(file.as_bytes(), Format::Csv).expect(what);
        assert_eq!(rows(&imported.transcript), expected, "{what}");
        assert_eq!((imported.skipped.len(), exact(&imported.transcript)), (0, Some(false)), "{what}");
    }
    // What stands in the text does not stand between the columns.
    for (table, last) in [
        ("start;end;speaker;text\n0,5;1,5;Ann;Well, yes, I came here, you know, in May\n", "in May"),
        ("start,end,text\n0.5,1.5,\"One; two; three; four; five\"\n", "four; five"),
    ] {
        let words = transcript(table, Format::Csv);
        assert!(rows(&words)[0].starts_with("500|") && whole(&words).ends_with(last), "{table}");
    }
    let wordwise = "word,start,end\nGood,1.0,1.25\nday,1.5,1.75\n";
    let words = transcript(wordwise, Format::Csv);
    assert_eq!((rows(&words), exact(&words)), (vec!["1000||Good ".to_owned(), "1500||day".to_owned()], Some(true)));
    let without_ends = import(b"time,text\n0:01,one two\n0:02,three\nlater,lost\n", Format::Csv).expect("words");
    assert_eq!(rows(&without_ends.transcript), ["1000||one ", "1500||two ", "2000||three"]);
    assert_eq!(lines_of(&without_ends), [4]);
    assert!(matches!(import(b"a,b\n1,2\n", Format::Csv), Err(SubtitleError::NotATranscript { .. })));
}

#[test]
fn opentranscribe_names_its_speakers_in_objects() {
    let file = r#"{"transcript_segments": [
        {"start_time": 1.0, "end_time": 2.0, "text": "Good day.", "speaker_label": "SPEAKER_00", "speaker": {"name": "SPEAKER_00", "display_name": "Ann Lee"}},
        {"start_time": 3.0, "end_time": 4.0, "text": "Yes.", "speaker_label": "SPEAKER_01", "speaker": null},
        {"start_time": 5.0, "end_time": 6.0, "text": "No.", "speaker": {"name": "SPEAKER_02", "display_name": ""}}]}"#;
    let imported = import(file.as_bytes(), Format::Json).expect("words");
    assert_eq!(
        rows(&imported.transcript),
        ["1000|Ann Lee|Good ", "1571||day. ", "3000|SPEAKER_01|Yes. ", "5000|SPEAKER_02|No."]
    );
    assert_eq!(imported.origin, Origin::Foreign);
    assert_eq!(imported.transcript.words[0].language, Language::UNKNOWN);
}
