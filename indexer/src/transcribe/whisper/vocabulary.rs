//! The tokens of a model: which are words, times and marks, and which must never be written.

use whisper_rs::WhisperContext;

/// The number of a token.
pub(super) type TokenId = i32;

/// What Whisper's authors suppress because it is not spoken (`tokenizer.py` of openai/whisper, `non_speech_tokens`).
const UNSPOKEN: &str = "\" # ( ) * + / : ; < = > @ [ \\ ] ^ _ ` { | } ~ 「 」 『 』 << >> <<< >>> -- --- -( -[ (' (\" \
    (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪ ♩ ♪ ♫ ♬ ♭ ♮ ♯";

/// Hyphen and apostrophe stand between letters, never before a word.
const NOT_BEFORE_A_WORD: [&str; 2] = [" -", " '"];

/// The tokens of a model by what they are for.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Ends a text; all below are text.
    pub(super) end: TokenId,
    /// Begins a text.
    pub(super) start: TokenId,
    /// Stands before what was said earlier, such as a glossary.
    pub(super) earlier: TokenId,
    /// Asks to write what is said.
    pub(super) transcribe: TokenId,
    /// Says that nobody speaks.
    pub(super) no_speech: TokenId,
    /// The time 0; all above are times.
    pub(super) first_time: TokenId,
    /// The tokens of the languages, in whisper.cpp's order; none for a model of one language.
    pub(super) languages: Vec<TokenId>,
    pub(super) never_written: Vec<bool>,
}

impl Vocabulary {
    /// Reads the tokens of a model.
    pub(super) fn of(context: &WhisperContext) -> Self {
        let end = context.token_eot();
        let languages = if context.is_multilingual() { context.token_translate() - context.token_lang(0) } else { 0 };
        let never_written = (0..end).map(|id| context.token_to_bytes(id).is_ok_and(is_never_written)).collect();
        Self {
            end,
            start: context.token_sot(),
            earlier: context.token_prev(),
            transcribe: context.token_transcribe(),
            no_speech: context.token_nosp(),
            first_time: context.token_beg(),
            languages: (0..languages).map(|id| context.token_lang(id)).collect(),
            never_written,
        }
    }

    /// Returns whether a text token is suppressed.
    pub(super) fn is_never_written(&self, id: usize) -> bool {
        self.never_written.get(id).copied().unwrap_or(true)
    }
}

fn is_never_written(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    NOT_BEFORE_A_WORD.contains(&text) || UNSPOKEN.split(' ').any(|it| it == text.strip_prefix(' ').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_not_spoken() {
        for (token, expected) in [
            ("\"", true),
            (" (", true),
            ("♪♪", true),
            ("♯", true),
            ("((", true),
            (" -", true),
            (" '", true),
            ("-", false),
            ("'", false),
            (",", false),
            (" the", false),
            ("", false),
            (" ", false),
        ] {
            assert_eq!(is_never_written(token.as_bytes()), expected, "{token:?}");
        }
        assert!(!is_never_written(b"\xc3"), "a part of a letter");
    }
}
