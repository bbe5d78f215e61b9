//! A sidecar is a subtitle file beside a media file that bears its name (`docs/sidecars.md`).
//!
//! Only names are looked at here. Whoever uses the answer reads the files, and leaves out before [`choose`] those that
//! [`super::read`] refuses (any `talk.json` may lie beside `talk.mp4`) or that are [`super::Origin::Ours`].

use std::ffi::{OsStr, OsString};

use unicode_normalization::UnicodeNormalization;

use super::Format;
use crate::recording::Language;

mod tag;

/// A file that may hold a recording's words, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The file's name.
    pub name: OsString,
    /// The format that its extension promises.
    pub format: Format,
    /// The language that the name states.
    pub language: Option<Language>,
}

/// What is to be done with a recording's sidecars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This one is the transcript.
    Take {
        /// The file.
        transcript: Candidate,
        /// The language of its words when it is declared, detected or in its name.
        language: Option<Language>,
    },
    /// There are only transcripts in several languages, and which of them is spoken must be detected first.
    Detect,
    /// None of them is in the language that is spoken, or there are none.
    Nothing,
}

/// Finds the sidecars of a media file among the names in its folder.
///
/// `talk.vtt`, `talk.en.srt`, `talk.mp4.json` and `talk.mp4.pt-BR.vtt` belong to `talk.mp4`; the case of extensions
/// does not matter. Names may be any bytes. The order is that of preference: WebVTT, SubRip, JSON, TTML, SBV, oTranscribe; with
/// the media file's whole name before without its extension; without a language before with one.
#[must_use]
pub fn candidates<'a>(media: &OsStr, folder: impl IntoIterator<Item = &'a OsStr>) -> Vec<Candidate> {
    let media = media.as_encoded_bytes();
    let stem = stem(media);
    let folder: Vec<&OsStr> = folder.into_iter().collect();
    let mut found = Vec::new();
    for name in &folder {
        let bytes = name.as_encoded_bytes();
        let whole = rest(bytes, media).and_then(parse);
        let Some((format, language)) = whole.or_else(|| rest(bytes, stem).and_then(parse)) else { continue };
        // `talk.en.vtt` beside `talk.en.mp4` is that file's own.
        let is_of_another = language.is_some()
            && folder.iter().map(|other| other.as_encoded_bytes()).any(|other| {
                other != media && other != bytes && self::stem(other) == self::stem(bytes) && !is_subtitle(other)
            });
        if !is_of_another {
            let candidate = Candidate { name: (*name).to_owned(), format, language };
            found.push(((format, whole.is_none(), language), candidate));
        }
    }
    found.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.name.cmp(&b.name)));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Returns the names that a transcript's file name may mean, the surest first, in the form in which names are compared.
///
/// `Talk.en.vtt` may belong to `Talk.en.mp4`, or, in English, to `Talk.mp4`. Case and the ways to write `é` do not matter.
#[must_use]
pub fn names(transcript: &str) -> Vec<(String, Option<Language>)> {
    let whole = transcript.rsplit_once('.').map_or(transcript, |(name, _)| name);
    let tagged = whole.rsplit_once('.').and_then(|(name, tag)| Some((key(name), Some(tag::language(tag)?))));
    [(key(whole), None)].into_iter().chain(tagged).collect()
}

/// Returns the form in which names are compared: composed and without case.
#[must_use]
pub fn key(name: &str) -> String {
    name.to_lowercase().nfc().collect()
}

/// Chooses the sidecar that becomes the transcript.
///
/// `spoken` is the language that is declared or was detected. With it the first candidate that is in that language or
/// states none is taken. Without it the first that states none; else, when all state the same language, the first,
/// which so declares it.
#[must_use]
pub fn choose(candidates: &[Candidate], spoken: Option<Language>) -> Choice {
    let take = |transcript: &Candidate| Choice::Take {
        transcript: transcript.clone(),
        language: spoken.or(transcript.language),
    };
    let fits = |candidate: &&Candidate| candidate.language.is_none() || candidate.language == spoken;
    if let Some(candidate) = candidates.iter().find(fits) {
        return take(candidate);
    }
    match candidates {
        [] => Choice::Nothing,
        _ if spoken.is_some() => Choice::Nothing,
        [first, others @ ..] if others.iter().all(|other| other.language == first.language) => take(first),
        _ => Choice::Detect,
    }
}

/// Returns the caption tracks that are shown beside a transcript: the first candidate of every other language.
#[must_use]
pub fn tracks(candidates: &[Candidate], spoken: Option<Language>) -> Vec<Candidate> {
    let mut tracks: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let is_other = candidate.language.is_some() && candidate.language != spoken;
        if is_other && tracks.iter().all(|track| track.language != candidate.language) {
            tracks.push(candidate.clone());
        }
    }
    tracks
}

/// Returns a name without its extension.
fn stem(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

/// Returns what follows a name and a dot.
fn rest<'a>(name: &'a [u8], before: &[u8]) -> Option<&'a [u8]> {
    name.strip_prefix(before)?.strip_prefix(b".")
}

/// Reads `vtt` or `en.vtt`.
fn parse(rest: &[u8]) -> Option<(Format, Option<Language>)> {
    let rest = std::str::from_utf8(rest).ok()?;
    match rest.split_once('.') {
        None => Some((Format::of_sidecar(rest)?, None)),
        Some((tag, extension)) => Some((Format::of_sidecar(extension)?, Some(tag::language(tag)?))),
    }
}

fn is_subtitle(name: &[u8]) -> bool {
    let extension = &name[stem(name).len()..];
    extension.strip_prefix(b".").and_then(|e| std::str::from_utf8(e).ok()).and_then(Format::of_sidecar).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(media: &str, folder: &[&str]) -> Vec<String> {
        let names = folder.iter().map(OsStr::new);
        candidates(OsStr::new(media), names).into_iter().map(|found| found.name.into_string().expect("UTF-8")).collect()
    }

    fn language(tag: &str) -> Option<Language> {
        Language::from_tag(tag)
    }

    #[test]
    fn files_that_bear_the_name_are_found_in_order() {
        let folder = [
            "talk.json",
            "talk.srt",
            "talk.vtt",
            "talk.mp4.vtt",
            "talk.sv.vtt",
            "talk.en.VTT",
            "talk.PT-br.Srt",
            "talk.mp4",
            "talk.info.json",
            "talk.meta.json",
            "talk.old.srt",
            "talk.txt",
            "talk2.vtt",
            "Talk.vtt",
            "talk.en.x.vtt",
            "talk",
            "talkvtt",
            "talk..vtt",
            ".vtt",
            "",
        ];
        let expected =
            ["talk.mp4.vtt", "talk.vtt", "talk.en.VTT", "talk.sv.vtt", "talk.srt", "talk.PT-br.Srt", "talk.json"];
        assert_eq!(found("talk.mp4", &folder), expected);
        assert_eq!(found("talk", &["talk.vtt", "talk.de.srt"]), ["talk.vtt", "talk.de.srt"]);
        assert_eq!(found("a \"b\"\n🎬.webm", &["a \"b\"\n🎬.vtt", "a.vtt"]), ["a \"b\"\n🎬.vtt"]);
    }

    #[test]
    fn a_name_may_state_a_language_or_not() {
        let seen: Vec<_> = names("Caf\u{e9} Talk.EN.vtt").into_iter().collect();
        assert_eq!(seen, [("café talk.en".to_owned(), None), ("café talk".to_owned(), language("en"))]);
        assert_eq!(names("cafe\u{301} talk.mp4.srt")[0].0, "café talk.mp4");
        assert_eq!(names("talk.old.srt").len(), 1);
        assert_eq!(key("CAFE\u{301}"), key("café"));
    }

    #[test]
    fn a_file_of_another_recording_is_left_to_it() {
        assert_eq!(found("talk.mp4", &["talk.en.vtt", "talk.en.mp4"]), [""; 0]);
        assert_eq!(found("talk.en.mp4", &["talk.en.vtt", "talk.mp4"]), ["talk.en.vtt"]);
        assert_eq!(found("talk.mp4", &["talk.en.vtt", "talk.en.srt"]), ["talk.en.vtt", "talk.en.srt"]);
        assert_eq!(found("talk.mp4", &["talk.vtt", "talk.wav"]), ["talk.vtt"]);
    }

    #[cfg(unix)]
    #[test]
    fn names_may_be_any_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let [media, own, other] =
            [b"t\xe4lk.mp4".as_slice(), b"t\xe4lk.en.vtt", b"t\xe4lk.\xe4.vtt"].map(OsStr::from_bytes);
        let found = candidates(media, [other, own]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_os_str(), found[0].language), (own, language("en")));
    }

    #[test]
    fn the_transcript_is_the_one_in_the_language_spoken() {
        type Row<'a> = (&'a [&'a str], &'a str, &'a str, &'a str, &'a [&'a str]);
        // The folder, the language that is known, the file taken, its language, the tracks.
        let rows: [Row<'_>; 9] = [
            (&["talk.vtt", "talk.en.vtt", "talk.json"], "", "talk.vtt", "", &["talk.en.vtt"]),
            (&["talk.vtt", "talk.en.vtt"], "sv", "talk.vtt", "sv", &["talk.en.vtt"]),
            (&["talk.srt", "talk.en.vtt", "talk.sv.vtt"], "sv", "talk.sv.vtt", "sv", &["talk.en.vtt"]),
            (&["talk.en.vtt", "talk.en.srt"], "", "talk.en.vtt", "en", &[]),
            (&["talk.en.srt"], "en", "talk.en.srt", "en", &[]),
            (&["talk.en.vtt", "talk.en.srt"], "sv", "nothing", "", &["talk.en.vtt"]),
            (&["talk.en.vtt", "talk.sv.srt"], "", "detect", "", &["talk.en.vtt", "talk.sv.srt"]),
            (&["talk.pt-BR.vtt", "talk.pt.vtt"], "pt", "talk.pt-BR.vtt", "pt", &[]),
            (&["other.vtt"], "", "nothing", "", &[]),
        ];
        for (folder, spoken, taken, declared, others) in rows {
            let found = candidates(OsStr::new("talk.mp4"), folder.iter().map(OsStr::new));
            let (name, by_name) = match choose(&found, language(spoken)) {
                Choice::Take { transcript, language } => (transcript.name, language),
                Choice::Detect => ("detect".into(), None),
                Choice::Nothing => ("nothing".into(), None),
            };
            assert_eq!((name.to_str(), by_name), (Some(taken), language(declared)), "{folder:?} {spoken}");
            let tracks = tracks(&found, language(spoken).or(by_name));
            assert_eq!(tracks.iter().map(|track| track.name.to_str().expect("UTF-8")).collect::<Vec<_>>(), others);
        }
    }
}
