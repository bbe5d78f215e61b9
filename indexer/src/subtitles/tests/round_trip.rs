//! What is written is read again: the same words, speakers, languages and starts.

use proptest::prelude::*;

use crate::recording::{Language, RecordingId};
use crate::subtitles::caption::{captions, said, shown};
use crate::subtitles::write::{About, ExportFormat};
use crate::subtitles::{Format, Imported, Origin, read, write};
use crate::term::split_words;
use crate::time::{Millis, TimeSpan};
use crate::transcript::{Percent, Provenance, Stretch, Transcript, Trust, Word, WordRange};

/// Speaks a text: `step` gives each word's time since the start of the one before, its length, and who says it.
fn speak(text: &str, steps: &[(u32, u32, u8)]) -> Transcript {
    let languages = [Language::from_tag("en"), Language::from_tag("sv")].map(|l| l.expect("a language"));
    let mut start = 0;
    let texts: Vec<&str> = split_words(text).into_iter().filter(|text| text.contains(char::is_alphanumeric)).collect();
    let word = |(index, text): (usize, &&str)| {
        let (step, length, who) = steps[index % steps.len()];
        start += step;
        Word {
            text: (*text).to_owned(),
            span: TimeSpan::at_least_one(Millis::new(start), Millis::new(start + length)),
            confidence: Percent::new(who),
            language: languages[usize::from(who % 11 == 0)],
            speaker: [None, Some(0), Some(1)][usize::from(who / 86)],
        }
    };
    let words: Vec<Word> = texts.iter().enumerate().map(word).collect();
    let stretch = Stretch {
        words: WordRange::new(0, u32::try_from(words.len()).expect("few")),
        language: languages[0],
        trust: Trust::Good,
        provenance: Provenance::Recognised { model: "base".into() },
    };
    let speakers = vec!["Ann & <Lee>".to_owned(), "Bo".to_owned()];
    Transcript {
        recording: RecordingId::new([7; 16]),
        revision: 3,
        words,
        stretches: vec![stretch],
        gaps: vec![],
        speakers,
    }
}

fn read_back(file: &str, format: Format) -> Imported {
    read(file.as_bytes(), format, "talk", Language::UNKNOWN, RecordingId::new([7; 16]), 3).expect("words")
}

/// What must be the same: text but for the kind of white space, start, speaker's name, language.
pub(super) fn essence(transcript: &Transcript) -> Vec<(String, Millis, Option<&str>, Language)> {
    let name = |word: &Word| word.speaker.map(|ordinal| transcript.speakers[usize::from(ordinal)].as_str());
    let text = |word: &Word| {
        let spaced = word.text.split([' ', '\n', '\t']).collect::<Vec<_>>();
        let mut kept: Vec<&str> = spaced.iter().copied().filter(|part| !part.is_empty()).collect();
        if spaced.len() > 1 && spaced.last() == Some(&"") {
            kept.push("");
        }
        kept.join(" ")
    };
    let mut rows: Vec<_> =
        transcript.words.iter().map(|word| (text(word), word.span.start(), name(word), word.language)).collect();
    if let Some((text, ..)) = rows.last_mut() {
        text.truncate(text.trim_end().len());
    }
    rows
}

/// Texts of words, signs and spaces of several scripts.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zé]{1,9}", 4 => Just(" ".to_owned()), 1 => "[.,!?…:;-]", 1 => "[“”\"(«»)]", 1 => "[&<>]",
        1 => "[私美術館で。、「」]{1,4}", 1 => "[0-9]{1,4}", 1 => Just("\n".to_owned()), 1 => Just("\u{a0}".to_owned()),
        1 => Just("don't".to_owned()), 1 => Just("สวัสดี".to_owned()),
    ];
    proptest::collection::vec(piece, 1..120).prop_map(|pieces| pieces.concat().trim().to_owned())
}

fn steps() -> impl Strategy<Value = Vec<(u32, u32, u8)>> {
    let step = prop_oneof![6 => 100..600_u32, 2 => 0..3_u32, 1 => 1000..20_000_u32];
    proptest::collection::vec((step, 0..900_u32, prop_oneof![20 => 87..99_u8, 1 => 0..=255_u8]), 1..40)
}

#[test]
fn a_transcript_is_written_as_readable_captions() {
    let text = "Good morning. “How did the museum find its first volunteers, and who wrote to them?” She smiles.";
    let transcript = speak(text, &[(450, 300, 90)]);
    let expected = "WEBVTT\n\nNOTE made by aloud, recording 07070707070707070707070707070707, revision 3\nlanguage: en\n\n\
        00:00:00.450 --> 00:00:01.283\n<v Ann &amp; &lt;Lee&gt;>Good <00:00:00.750><00:00:00.900>morning.<00:00:01.200></v>\n";
    let file = write::vtt(&transcript);
    assert_eq!(&file[..expected.len()], expected, "{file}");
    assert!(write::srt(&transcript).ends_with("She smiles.\n"));
    let lines: Vec<String> = write::srt(&transcript).lines().map(str::to_owned).collect();
    assert_eq!(
        lines[6..=11],
        [
            "Ann & <Lee>: Good morning.",
            "",
            "3",
            "00:00:01,350 --> 00:00:07,050",
            "“How did the museum find its first",
            "volunteers, and who wrote to them?”"
        ],
        "{lines:#?}"
    );
    let prose = "A talk\n2021-05-31\nmade by aloud, recording 07070707070707070707070707070707, revision 3\n\n[00:00:00] Ann & <Lee>: \
                 Good morning. “How did the museum find its first volunteers, and who wrote to them?” She smiles.\n";
    let about = About { title: Some("A talk"), date: Some("2021-05-31"), link: Some("http://localhost/r/07?t=") };
    assert_eq!(write::txt(&transcript, &about), prose);
    let markdown = write::markdown(&transcript, &about);
    assert!(markdown.starts_with("# A talk\n\n<!-- made by aloud, "), "{markdown}");
    let said = "\n[00:00:00](<http://localhost/r/07?t=0.450>) **Ann \\& \\<Lee\\>:** Good morning. “How";
    assert!(markdown.contains(said), "{markdown}");
    let table = write::csv(&transcript, &about);
    let row =
        "07070707070707070707070707070707,A talk,00:00:00.450,00:00:01.200,450,1200,Ann & <Lee>,en,Good morning.,3\r\n";
    assert_eq!(table.lines().nth(1), row.lines().next(), "{table}");
    let ttml = write::ttml(&transcript, &about);
    let said = "<p begin=\"00:00:00.450\" end=\"00:00:01.283\" ttm:agent=\"s0\">Good morning.</p>";
    assert!(ttml.contains(said) && ttml.contains("find its first<br/>volunteers"), "{ttml}");
}

#[test]
fn our_own_files_are_known() {
    let transcript = speak("Good morning to you.", &[(400, 300, 90)]);
    for (format, file) in [
        (Format::Vtt, ExportFormat::Vtt),
        (Format::Srt, ExportFormat::Srt),
        (Format::Json, ExportFormat::Json),
        (Format::Ttml, ExportFormat::Ttml),
        (Format::Csv, ExportFormat::Csv),
        (Format::Text, ExportFormat::Txt),
        (Format::Text, ExportFormat::Md),
    ] {
        let about = About { title: Some("[A] *talk*: \"=1+1\""), date: Some("2021"), link: None };
        let file = write::write(&transcript, file, &about);
        assert!(write::is_ours(file.as_bytes()), "{file}");
        if file.starts_with('#') {
            continue;
        }
        let imported = read_back(&file, format);
        assert_eq!(imported.origin, Origin::Ours, "{format:?}");
        assert_eq!(imported.skipped, [], "{format:?}");
        let text: String = imported.transcript.words.iter().map(|word| word.text.as_str()).collect();
        assert!(text.ends_with("Good morning to you."), "{format:?}: {text}");
        assert_eq!(
            imported.transcript.words[0].span.start(),
            Millis::new(if format == Format::Text { 0 } else { 400 })
        );
    }
}

#[test]
fn times_that_were_shared_out_stay_approximate() {
    let mut transcript = speak("Good morning to you.", &[(400, 300, 90)]);
    for exact_times in [true, false] {
        transcript.stretches[0].provenance = Provenance::Imported { file: "talk".into(), exact_times };
        for (format, file) in
            [(Format::Vtt, write::vtt(&transcript)), (Format::Json, write::json(&transcript, &About::default()))]
        {
            let imported = read_back(&file, format).transcript;
            assert_eq!(essence(&imported), essence(&transcript));
            assert_eq!(imported.stretches[0].provenance, transcript.stretches[0].provenance, "{file}");
        }
    }
}

#[test]
fn a_formula_in_a_table_is_text() {
    let transcript = speak("=HYPERLINK(\"x\") said, \"quoted\"", &[(400, 300, 90)]);
    let table = write::csv(&transcript, &About { title: Some("@talk"), ..About::default() });
    assert!(
        table.contains(",'@talk,") && table.contains(",\"'=HYPERLINK(\"\"x\"\") said, \"\"quoted\"\"\","),
        "{table}"
    );
}

proptest! {
    #[test]
    fn captions_can_be_read(text in texts(), steps in steps()) {
        let transcript = speak(&text, &steps);
        let captions = captions(&transcript);
        for (index, caption) in captions.iter().enumerate() {
            let (said, shown) = (said(&transcript, caption), shown(&transcript, caption));
            let next = captions.get(index + 1).map(|next| transcript.words[next.words.start].span.start());
            prop_assert!(shown.start() == said.start() && shown.end() >= said.end());
            prop_assert!(next.is_none_or(|next| shown.end() <= next.max(said.end())));
            prop_assert!(caption.lines.len() <= 2);
            // Whoever speaks on leaves no more time; otherwise every column has a seventeenth of a second.
            let columns: usize = caption.lines.iter().flatten().map(|part| part.text.chars().count()).sum();
            let needed = u32::try_from(columns * 1000 / 17).expect("few").clamp(833, 7000);
            prop_assert!(shown.duration().get() >= needed || next.is_some_and(|next| next <= shown.end()), "{caption:?}");
        }
    }

    #[test]
    fn webvtt_keeps_words_speakers_and_starts(text in texts(), steps in steps()) {
        let transcript = speak(&text, &steps);
        prop_assume!(!transcript.words.is_empty());
        let file = write::vtt(&transcript);
        let imported = read_back(&file, Format::Vtt);
        prop_assert_eq!(essence(&imported.transcript), essence(&transcript), "{}", file);
        prop_assert_eq!(imported.skipped, vec![]);
        // From there on nothing changes any more.
        let again = write::vtt(&imported.transcript);
        prop_assert_eq!(write::vtt(&read_back(&again, Format::Vtt).transcript), again);
    }

    #[test]
    fn a_table_and_ttml_keep_text_and_speakers(text in texts(), steps in steps()) {
        let transcript = speak(&text, &steps);
        prop_assume!(!transcript.words.is_empty());
        let whole = |transcript: &Transcript| transcript.words.iter().map(|word| word.text.split_whitespace().collect::<String>()).collect::<String>();
        for (format, export) in [(Format::Csv, ExportFormat::Csv), (Format::Ttml, ExportFormat::Ttml)] {
            let file = write::write(&transcript, export, &About::default());
            let imported = read_back(&file, format);
            let own = |text: String| text.replace('\'', "");
            prop_assert_eq!(own(whole(&imported.transcript)), own(whole(&transcript)), "{}", file);
        }
    }

    #[test]
    fn webvtt_keeps_the_ends_of_words_that_do_not_overlap(text in texts()) {
        let transcript = speak(&text, &[(300, 200, 90), (700, 300, 90)]);
        prop_assume!(!transcript.words.is_empty());
        let ends = |transcript: &Transcript| transcript.words.iter().map(|word| word.span.end()).collect::<Vec<_>>();
        prop_assert_eq!(ends(&read_back(&write::vtt(&transcript), Format::Vtt).transcript), ends(&transcript));
    }

    #[test]
    fn json_keeps_words_speakers_and_times(text in texts(), steps in steps()) {
        let transcript = speak(&text, &steps);
        prop_assume!(!transcript.words.is_empty());
        let imported = read_back(&write::json(&transcript, &About::default()), Format::Json);
        prop_assert_eq!(essence(&imported.transcript), essence(&transcript));
    }
}
