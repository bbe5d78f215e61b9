//! The normaliser: what counts as the same word.
//!
//! NFKC; lower case; apostrophes go (`don't` = `dont`); everything that is neither letter, mark nor figure parts words;
//! `um`, `uh`, `uhm`, `er`, `erm`, `hm`, `hmm`, `mm` and `mhm` are no words. The English numbers up to ten are their
//! figures; other numbers and spellings stay as they are written, so `20` for `twenty` counts as an error for every way
//! alike. Han, kana, Thai, Lao, Khmer and Burmese count by character (this makes their rate a character error rate).

use indexer::term::split_words;

/// Sounds of hesitation.
const NO_WORDS: [&str; 9] = ["um", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mhm"];

/// English numbers from one on.
const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Returns the words of a text as they are compared.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text: String = unicode_normalization::UnicodeNormalization::nfkc(text)
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '‘'))
        .map(|c| if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) { c } else { ' ' })
        .collect();
    let words = text.split_whitespace().filter(|word| !NO_WORDS.contains(word));
    let figure = |word: &str| match NUMBERS.iter().position(|number| *number == word) {
        Some(place) => (place + 1).to_string(),
        None => word.to_owned(),
    };
    words.flat_map(|word| split_words(word).into_iter().map(figure)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_the_same_is_the_same() {
        for (text, expected) in [
            ("Don’t, DON'T!", "dont dont"),
            ("um — well-known, uh … Hmm.", "well known"),
            ("Ünïcode ｆｕｌｌ ﬁne", "ünïcode full fine"),
            ("2 cents; two tens, Ten", "2 cents 2 tens 10"),
            ("你好", "你 好"),
            ("", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
