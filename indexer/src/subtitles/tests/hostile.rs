//! Whatever bytes come: reading answers, and what it answers is a transcript.

use proptest::prelude::*;

use super::import;
use super::round_trip::essence;
use crate::subtitles::{Format, write};
use crate::transcript::file;

/// Files that between them hold every construct that the readers know.
const SAMPLES: [(Format, &str); 12] = [
    (
        Format::Vtt,
        "WEBVTT\nLanguage: en\n\nNOTE x\n\nSTYLE\n::cue{}\n\n1\n00:00:00.160 --> 00:00:02.389 align:start\n \n\
        <v Ann Lee>hello<00:00:00.480><c.x> world</c> &amp; <lang sv>på</lang>\n\n00:02.389 --> 00:02.399\nhello world\n\n\
        00:00:02.399 --> 00:00:04.000\nhello world\nnext<00:00:03.000><c> line</c>\n",
    ),
    (
        Format::Srt,
        "1\n00:00:01,000 --> 00:00:02,000\nAnn: {\\an8}<i>Good</i> day\n- Bo: yes\n\n2\n00:00:01,500 --> 00:00:04,000\n\
        Ann: no\n\n\n3\n00:00:05,000 --> 00:00:04,000\nBo: 私たちは「美術館」で\n",
    ),
    (
        Format::Json,
        r#"{"language":"en","segments":[{"start":1.0,"end":2.0,"text":" Good day.","words":[{"word":" Good",
        "start":1.0,"end":1.4,"probability":0.5},{"word":" day."}]}]}"#,
    ),
    (
        Format::Json,
        r#"{"result":{"language":"de"},"transcription":[{"offsets":{"from":0,"to":3000},"text":" Wir für",
        "tokens":[{"text":" Wir","offsets":{"from":100,"to":500},"p":0.9}]}]}"#,
    ),
    (Format::Json, r#"{"word_segments":[{"word":"In","start":1.0,"end":1.2,"score":NaN},{"word":"2014"}]}"#),
    (
        Format::Ttml,
        "<?xml version=\"1.0\"?><tt xml:lang=\"en\" frameRate=\"25\" tickRate=\"1000\"><head><metadata><ttm:agent xml:id=\"a\">\
        <ttm:name>Ann</ttm:name></ttm:agent></metadata></head><body begin=\"1s\"><div timeContainer=\"seq\"><p dur=\"2s\" \
        ttm:agent=\"a\">Hello<br/><span begin=\"500ms\" end=\"50f\">day &amp; night</span></p><p dur=\"00:00:01:12\" \
        xml:lang=\"sv\">p\u{e5}</p></div></body></tt>",
    ),
    (
        Format::Sbv,
        "0:00:00.599,0:00:04.160\n>> ALICE: Hi, my\n[br]name\n\n0:00:04.160,0:00:06.770\n>> BOB: Hi\n\n0:00:07.000,0:00:06.000\n>> ALICE: x",
    ),
    (
        Format::Otr,
        "{\"text\":\"<p>x<span class=\\\"timestamp\\\" data-timestamp=\\\"1.5\\\">0:01</span>&nbsp;Ann: Good<br>day</p>\
        <p><span class=\\\"timestamp\\\">00:04</span> Yes &lt;3</p>\",\"media\":\"a.mp3\",\"media-time\":2}",
    ),
    (
        Format::Ohms,
        "<ROOT><record><sync>1:|3(2)|4(1)</sync><transcript>ANN: Good {0:30} day\n\nBO: no[[footnote]]1[[/footnote]] yes\nlast\n\
        [[footnotes]]\n[[note]]x[[/note]]\n[[/footnotes]]</transcript></record></ROOT>",
    ),
    (
        Format::Text,
        "Title\n\n[00:01] Ann: Good (0:02) day [00:00:02.5] x\nBo Lee  0:03\nyes\n[00:01] back\n[00:05.0 --> 00:06.0] z",
    ),
    (Format::Text, "0:01 one\n1:02 - two\nTranscribed by https://otter.ai"),
    (Format::Csv, "x\nstart;end;speaker;text\n0:01;0:02;Ann;\"a; b\"\n2.5;2,75;Bo;c\n;;;\nx;y;z;lost\n"),
];

/// Pieces that matter to a reader; bytes alone hardly ever make one.
const TOKENS: [&str; 24] = [
    "-->",
    "\n\n",
    "\r",
    "<",
    ">",
    "<00:00:01.500>",
    "</v>",
    "<v Bo>",
    "&lt;",
    ":",
    "\u{feff}",
    "99:99:99.999",
    "-1e99",
    "{\\",
    "\"",
    "🎬",
    "[00:01]",
    "\n0:02  ",
    "1e300",
    "</p>",
    "<span begin=\"1s\">",
    "|9(9)",
    ";",
    "[[footnotes]]",
];

fn check(bytes: &[u8], format: Format) {
    let Ok(imported) = import(bytes, format) else { return };
    let transcript = imported.transcript;
    assert!(!transcript.words.is_empty());
    assert!(transcript.words.is_sorted_by_key(|word| word.span.start()), "starts go back");
    assert!(transcript.words.iter().all(|word| word.text.contains(char::is_alphanumeric)), "a word without letters");
    // The file's reader checks the rest: stretches that partition the words, speakers that are listed.
    assert_eq!(file::read(&file::write(&transcript)).expect("a valid transcript"), transcript);
    let again = import(write::vtt(&transcript).as_bytes(), Format::Vtt).expect("words").transcript;
    assert_eq!(essence(&again), essence(&transcript), "{}", write::vtt(&transcript));
}

/// A small generator (Knuth's, MMIX): the same mutations on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

#[test]
fn names_that_would_break_a_file_are_written_all_the_same() {
    // The first was found by fuzzing: it makes an arrow.
    for name in ["Ann --", "Ann -->", "-", "A\nB\u{1}C", &"é&".repeat(300), "  ", "</v>"] {
        let segment = serde_json::json!({"start": 1, "end": 2, "text": "Good day.", "speaker": name});
        let file = serde_json::json!({"segments": [segment]}).to_string();
        check(file.as_bytes(), Format::Json);
        let transcript = import(file.as_bytes(), Format::Json).expect("words").transcript;
        assert_eq!(transcript.speakers.len(), usize::from(!name.trim().is_empty()), "{name:?}");
    }
}

#[test]
fn two_thousand_mutations_give_transcripts_or_errors() {
    let mut dice = Dice(1);
    for round in 0..2000 {
        let (format, sample) = SAMPLES[round % SAMPLES.len()];
        let mut bytes = sample.as_bytes().to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            let end = (at + dice.below(12)).min(bytes.len());
            match dice.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes[at] = u8::try_from(dice.below(256)).expect("a byte"),
                2 => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].bytes())),
                3 => bytes.extend_from_within(at..),
                _ => bytes.truncate(at + 1),
            }
        }
        check(&bytes, format);
    }
}

#[test]
fn long_runs_of_openings_are_read_in_time() {
    for text in [
        "<",
        "&",
        "{\\",
        "<00:00:01.000>",
        "a\n",
        "-->\n",
        "<v x>",
        "Ann: x\n",
        "NOTE\n",
        "\u{feff}",
        "é",
        "[",
        "[0:01]",
        "<p>",
        "<p begin='1s'>",
        "<!--",
        "&#",
        "\"",
        "0:01\n",
        "Ann  0:01\n",
        "<span timestamp>",
        "[[footnotes]]",
        "{",
        ";",
        "<sync>1:|1(1)</sync>",
    ] {
        let file = format!("1\n00:00:00,000 --> 00:10:00,000\n{}", text.repeat(5000));
        for format in Format::ALL {
            check(file.as_bytes(), format);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_transcript_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in Format::ALL {
            check(&bytes, format);
        }
    }

    #[test]
    fn any_text_in_a_cue_gives_a_transcript_or_an_error(text in "(\\PC|[<>&{\\n:])*", start: u32, end: u32) {
        let clock = |time: u32| format!("{}:{:02}:{:02},{:03}", time / 3_600_000, time / 60_000 % 60, time / 1000 % 60, time % 1000);
        let file = format!("1\n{} --> {}\n{text}", clock(start), clock(end));
        for format in [Format::Vtt, Format::Srt, Format::Text] {
            check(file.as_bytes(), format);
        }
    }
}
