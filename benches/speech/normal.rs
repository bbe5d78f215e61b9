//! The normaliser: what counts as the same word.
//!
//! NFKC; lower case; apostrophes go (`don't` = `dont`); everything that is neither letter, mark nor figure parts words;
//! `um`, `uh`, `uhm`, `er`, `erm`, `hm`, `hmm`, `mm` and `mhm` are no words. Numbers and spellings stay as they are
//! written, so `2` for `two` counts as an error for every way alike. Han, kana, Thai, Lao, Khmer and Burmese count by
//! character (this makes their rate a character error rate).

use indexer::term::split_words;

/// Sounds of hesitation.
const NO_WORDS: [&str; 9] = ["um", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mhm"];

/// Returns the words of a text as they are compared.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text: String = unicode_normalization::UnicodeNormalization::nfkc(text)
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '‘'))
        .map(|c| if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) { c } else { ' ' })
        .collect();
    let words = text.split_whitespace().filter(|word| !NO_WORDS.contains(word));
    words.flat_map(|word| split_words(word).into_iter().map(str::to_owned)).collect()
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
            ("2 cents; two", "2 cents two"),
            ("你好", "你 好"),
            ("", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
