//! The one door from text to what is indexed and asked for.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

/// Splits a text into words as [`crate::transcript::Word`] defines them; joined, they are the text again.
///
/// A text without a letter or digit gives one word when it is not empty, else none.
#[must_use]
pub fn split_words(text: &str) -> Vec<&str> {
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let mut words = Vec::new();
    let (mut start, mut previous, mut has_word) = (0, 0, false);
    for boundary in segmenter.segment_str(text) {
        if text[previous..boundary].chars().any(char::is_alphanumeric) {
            if has_word {
                words.push(&text[start..previous]);
                start = previous;
            }
            has_word = true;
        }
        previous = boundary;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}
