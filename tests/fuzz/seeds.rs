//! Seeds are the small real files with which fuzzing begins.

use std::ffi::OsString;
use std::process::Command;
use std::sync::LazyLock;

/// Every container and codec that is decoded, each half a second long: file name, and how ffmpeg makes it.
const MEDIA: [(&str, &str); 21] = [
    ("aac.mp4", "-map 0 -map 1 -c:v mpeg4 -c:a aac -movflags +faststart"),
    ("titled.mp4", "-map 1 -c:a aac -metadata title=Ann -metadata date=2021"),
    ("fragments.mp4", "-map 1 -c:a aac -movflags frag_keyframe+empty_moov -frag_duration 100000"),
    ("opus.mp4", "-map 1 -c:a libopus"),
    ("alac.m4a", "-map 1 -c:a alac"),
    ("pcm.mov", "-map 0 -map 1 -c:v mpeg4 -c:a pcm_s16le"),
    ("opus.webm", "-map 0 -map 1 -c:v libvpx -c:a libopus -cluster_time_limit 100"),
    ("live.webm", "-map 1 -c:a libvorbis -f webm -live 1"),
    ("flac.mkv", "-map 1 -c:a flac"),
    ("aac.mkv", "-map 1 -c:a aac"),
    ("mp3.mkv", "-map 1 -c:a libmp3lame"),
    ("vorbis.ogg", "-map 1 -c:a libvorbis"),
    ("opus.ogg", "-map 1 -c:a libopus -page_duration 100000"),
    ("flac.ogg", "-map 1 -c:a flac"),
    ("sound.mp3", "-map 1 -c:a libmp3lame"),
    ("sound.flac", "-map 1 -c:a flac"),
    ("pcm.wav", "-map 1 -c:a pcm_s24le -ac 3"),
    ("adpcm.wav", "-map 1 -c:a adpcm_ima_wav -rf64 always"),
    ("sound.aiff", "-map 1 -c:a pcm_s16be"),
    ("alac.caf", "-map 1 -c:a alac"),
    ("sound.aac", "-map 1 -c:a aac"),
];

/// Subtitles that between them hold every construct that the readers know.
const SUBTITLES: [&str; 12] = [
    "WEBVTT\nLanguage: en\n\nNOTE x\n\nSTYLE\n::cue{}\n\n1\n00:00:00.160 --> 00:00:02.389 align:start\n \n\
     <v Ann Lee>hello<00:00:00.480><c.x> world</c> &amp; <lang sv>på</lang>\n\n00:02.389 --> 00:02.399\nhello world\n\n\
     00:00:02.399 --> 00:00:04.000\nhello world\nnext<00:00:03.000><c> line</c>\n",
    "1\n00:00:01,000 --> 00:00:02,000\nAnn: {\\an8}<i>Good</i> day\n- Bo: yes\n\n2\n00:00:01,500 --> 00:00:04,000\n\
     Ann: no\n\n\n3\n00:00:05,000 --> 00:00:04,000\nBo: 私たちは「美術館」で\n",
    r#"{"language":"en","segments":[{"start":1.0,"end":2.0,"text":" Good day.","words":[{"word":" Good","start":1.0,
     "end":1.4,"probability":0.5},{"word":" day."}]}]}"#,
    r#"{"result":{"language":"de"},"transcription":[{"offsets":{"from":0,"to":3000},"text":" Wir für",
     "tokens":[{"text":" Wir","offsets":{"from":100,"to":500},"p":0.9}]}]}"#,
    r#"{"word_segments":[{"word":"In","start":1.0,"end":1.2,"score":NaN},{"word":"2014"}]}"#,
    r#"<?xml version="1.0" encoding="utf-8"?><tt xml:lang="en" ttp:frameRate="25" ttp:tickRate="1000"><head><metadata>
     <ttm:agent xml:id="a"><ttm:name>Ann</ttm:name></ttm:agent></metadata></head><body begin="1s"><div timeContainer="seq">
     <p dur="2s" ttm:agent="a">Hello<br/><span begin="500ms" end="50f">day &amp; night</span></p><p dur="00:00:01:12"
     xml:lang="sv">på &#228; <![CDATA[x]]></p></div></body></tt>"#,
    "0:00:00.599,0:00:04.160\n>> ALICE: Hi, my\n[br]name\n\n0:00:04.160,0:00:06.770\n>> BOB: Hi\n\n0:00:07.000,0:00:06.000\nx",
    r#"{"text":"<p>x<span class=\"timestamp\" data-timestamp=\"1.5\">0:01</span>&nbsp;Ann: Good<br>day</p><p><span
     class=\"timestamp\">00:04</span> Yes &lt;3</p>","media":"a.mp3","media-time":2}"#,
    "<ROOT><record><sync>1:|3(2)|4(1)</sync><transcript>ANN: Good {0:30} day\n\nBO: no[[footnote]]1[[/footnote]] yes\n\
     last\n[[footnotes]]\n[[note]]x[[/note]]\n[[/footnotes]]</transcript><vtt_transcript/></record></ROOT>",
    "Title\n\n[00:01] Ann: Good (0:02) day [00:00:02.5] x\nBo Lee  0:03\nyes\n[00:01] back\n[00:05.0 --> 00:06.0] z",
    "x\nstart;end;speaker;text\n0:01;0:02;Ann;\"a; b\"\n2.5;2,75;Bo;c\n;;;\nx;y;z;lost\n",
    "\u{feff}word\tstart_ms\tend_ms\tlang\nGood\t1000\t1200\ten\nday\t1500\t1700\tsv\n",
];

/// Queries that between them hold every construct of the language.
const QUERIES: [&str; 6] = [
    "volunteers \"local museum\" -budget -\"open day\" don’t naïve",
    "(gift OR donation OR (a b)) museum -(budget cost) x (a OR -b)",
    "fund* recieve~ recieve~2 \"the muse* of~ art\" \"open day museum\"~5",
    "volunteers NEAR/10 \"open day\" NEAR/3 (c OR d) within:20s within:40w exact:musée exact:\"a b\"~2",
    "speaker:\"Ann Lee\" -lang:sv trust:doubtful title:a people:b folder:/x date:2021..2022-05 after:2021 before:2023",
    "東京都 GLAMの ไทย 한국어 «deux mots» صה\"ל 12:30 AND NOT OR \"",
];

/// Documents and tables that state metadata in every way that is read.
const METADATA: [&str; 3] = [
    "---\n# x\ndc:title: 'Board: 1'\ndate: 2021-05-31T10:00\ncreator: [Ann Lee, \"Bo\"]\nplace:\n  - Malmö\nrights: ~\n\
     description: |\n  one\n\n  two\nlanguage: sv, en\nsource_url: https://example.org/a\na: &b {c: [*b]}\n? [x]\n: y\ntitel: z\n",
    r#"{"title": "Board \ud83c\udfa4", "date": 2021, "people": ["Ann", null], "dcterms:spatial": "Lund", "url": {"a": []}}"#,
    "\u{feff}File;title;created;People\r\na.mp4;\"The \"\"Board\"\"\r\n2\";2021;\r\n\r\nb.mp4;x;soon;y\r\n;z;;\r\n",
];

static MADE: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| made(&MEDIA));

/// Returns the media files.
pub(crate) fn media() -> Vec<Vec<u8>> {
    MADE.clone()
}

/// Returns those that consist of boxes.
pub(crate) fn boxes() -> Vec<Vec<u8>> {
    MADE[..6].to_vec()
}

/// Returns the queries.
pub(crate) fn queries() -> Vec<Vec<u8>> {
    QUERIES.iter().map(|query| query.as_bytes().to_vec()).collect()
}

/// Returns the subtitles.
pub(crate) fn subtitles() -> Vec<Vec<u8>> {
    // Not needed here, but ffmpeg must have ended before the first target limits the memory of this process.
    LazyLock::force(&MADE);
    SUBTITLES.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Returns the documents and tables.
pub(crate) fn metadata() -> Vec<Vec<u8>> {
    METADATA.map(|text| text.as_bytes().to_vec()).to_vec()
}

fn made(files: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = "-f lavfi -i testsrc=s=32x24:r=5:d=0.5 -f lavfi -i sine=frequency=440:sample_rate=24000:duration=0.5";
    let mut arguments: Vec<OsString> = ["-nostdin", "-v", "error"].map(Into::into).to_vec();
    arguments.extend(sources.split(' ').map(Into::into));
    for (name, how) in files {
        // The same bytes every time: without the date and the version of the encoder.
        arguments.extend("-fflags +bitexact -flags +bitexact".split(' ').map(OsString::from));
        arguments.extend(how.split(' ').map(Into::into));
        arguments.push(folder.path().join(name).into());
    }
    let made = Command::new("ffmpeg").args(arguments).output().expect("ffmpeg is installed: ./setup test");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    files.iter().map(|(name, _)| std::fs::read(folder.path().join(name)).expect("a file that was made")).collect()
}
