//! A tag in a file name states a language: `en`, `pt-BR`, `ger`, `en-orig`.
//!
//! A name has many parts between dots, and most three letters are some language (`old`, `new`, `raw`, `mov`). So only
//! what files are really named by is believed: the two-letter codes of ISO 639-1, and the three-letter codes of
//! ISO 639-2 (both kinds, `deu` and `ger`) for the languages that Whisper knows.

use crate::recording::Language;

/// ISO 639-1, and Whisper's old code for Javanese (`jw`).
const TWO_LETTERS: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en \
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja \
    jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na \
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// The languages of Whisper that have no two-letter code.
const ONLY_THREE: [&str; 2] = ["haw", "yue"];

/// Reads a language tag of a file name: a known language, then subtags of two to eight letters or digits.
pub(super) fn language(tag: &str) -> Option<Language> {
    let mut subtags = tag.split(['-', '_']);
    let primary = subtags.next()?.to_ascii_lowercase();
    if !subtags.all(|subtag| matches!(subtag.len(), 2..=8) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return None;
    }
    let short = Language::from_tag(&primary)?.shortest();
    let is_known = |code: &&str| short.as_str() == *code;
    (TWO_LETTERS.split(' ').any(|code| is_known(&code)) || ONLY_THREE.iter().any(is_known)).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_languages_are_languages() {
        for (tag, code) in [
            ("en", "en"),
            ("EN", "en"),
            ("pt-BR", "pt"),
            ("zh_Hans", "zh"),
            ("en-orig", "en"),
            ("ger", "de"),
            ("deu", "de"),
            ("swe", "sv"),
            ("yue", "yue"),
            ("zh-Hant-TW", "zh"),
            ("es-419", "es"),
        ] {
            assert_eq!(language(tag).map(|l| l.to_string()).as_deref(), Some(code), "{tag}");
        }
        for other in
            ["", "info", "meta", "mp4", "mov", "old", "new", "raw", "bak", "xx", "e", "en-", "-en", "part2", "en us"]
        {
            assert_eq!(language(other), None, "{other:?}");
        }
    }
}
