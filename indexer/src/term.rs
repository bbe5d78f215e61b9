//! A term is the form in which a word is indexed and asked for; this is the one door from text to terms.
//!
//! Text is cut into words by the word boundaries of Unicode (UAX #29). Scripts that do not separate words are cut
//! into grapheme clusters instead: a dictionary would cut 東京都 differently inside 東京都庁, so that a word would be
//! found or not depending on its neighbours. A run of such clusters in a query is a phrase.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{GraphemeClusterSegmenter, GraphemeClusterSegmenterBorrowed, WordSegmenter, WordSegmenterBorrowed};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

mod stem;

pub use stem::{stem, stemmer};

/// The version of what [`split_words`], [`terms`] and [`stem()`] return; an index made with another version must be rebuilt.
pub const VERSION: u32 = 4;

/// The longest term in bytes. Nothing that is said comes near; it keeps a hostile import from filling the dictionary.
const MAX_TERM_BYTES: usize = 120;

static WORDS: WordSegmenterBorrowed<'static> =
    WordSegmenter::new_for_non_complex_scripts(WordBreakInvariantOptions::default());
static CLUSTERS: GraphemeClusterSegmenterBorrowed<'static> = GraphemeClusterSegmenter::new();
static CASES: CaseMapperBorrowed<'static> = CaseMapper::new();
static IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();

static CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::<GeneralCategory>::new();

/// What is typed in the place of an apostrophe, each with a sign of as many bytes that joins the letters on its sides.
const LIKE_APOSTROPHES: [(char, char); 3] = [('`', '\''), ('\u{B4}', '\u{B7}'), ('\u{2032}', '\u{2019}')];

/// The scripts that do not put spaces between words.
const UNSPACED: [Script; 7] =
    [Script::Han, Script::Hiragana, Script::Katakana, Script::Thai, Script::Lao, Script::Khmer, Script::Myanmar];

/// The first code point of any script in [`UNSPACED`] (Thai).
const FIRST_UNSPACED: char = '\u{E00}';

/// Splits a text into words as [`crate::transcript::Word`] defines them; joined, they are the text again.
///
/// A text without a letter or digit gives one word when it is not empty, else none.
#[must_use]
pub fn split_words(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut previous = 0;
    for boundary in WORDS.segment_str(&with_apostrophes(text, |joins| joins)) {
        word_starts(text, previous, boundary, &mut starts);
        previous = boundary;
    }
    let Some(first) = starts.first_mut() else {
        return if text.is_empty() { Vec::new() } else { vec![text] };
    };
    *first = 0;
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
}

/// Returns a text with other signs for what stands in the place of an apostrophe between letters; `sign` makes them of
/// those that join letters.
fn with_apostrophes(text: &str, sign: impl Fn(char) -> char) -> Cow<'_, str> {
    if !text.contains(LIKE_APOSTROPHES.map(|(typed, _)| typed)) {
        return text.into();
    }
    let mut chars = text.chars().peekable();
    let mut is_after_letter = false;
    let mut changed = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let joins = LIKE_APOSTROPHES.iter().find(|(typed, _)| *typed == c).map(|&(_, joins)| joins);
        let is_between = is_after_letter && chars.peek().is_some_and(|next| next.is_alphabetic());
        changed.push(joins.filter(|_| is_between).map_or(c, &sign));
        is_after_letter = c.is_alphabetic() || is_combining_mark(c);
    }
    changed.into()
}

/// Adds where words start inside one word-boundary segment: nowhere when it holds no letter or digit.
fn word_starts(text: &str, start: usize, end: usize, starts: &mut Vec<usize>) {
    let segment = &text[start..end];
    if !segment.chars().any(is_unspaced) {
        // Not the segmenter's own word type, which is none for a word that ends in a combining mark.
        starts.extend(segment.contains(char::is_alphanumeric).then_some(start));
        return;
    }
    let (mut previous, mut in_spaced_run) = (0, false);
    for boundary in CLUSTERS.segment_str(segment).skip(1) {
        let cluster = &segment[previous..boundary];
        let unspaced = cluster.contains(is_unspaced);
        if cluster.contains(char::is_alphanumeric) && (unspaced || !in_spaced_run) {
            starts.push(start + previous);
            in_spaced_run = !unspaced;
        }
        previous = boundary;
    }
}

/// Whether a character is of a script that does not put spaces between words; the digits of a number belong together.
pub(crate) fn is_unspaced(c: char) -> bool {
    c >= FIRST_UNSPACED
        && !is_digit(c)
        && UNSPACED.iter().any(|&script| ScriptWithExtensions::new().has_script(c, script))
}

/// Returns what of a word carries its meaning: from its first letter or digit to its last, marks included.
///
/// Empty for a word without a letter or digit.
#[must_use]
pub fn letters(word: &str) -> &str {
    let Some(start) = word.find(char::is_alphanumeric) else { return "" };
    let last = word.rfind(char::is_alphanumeric).unwrap_or(start);
    let tail = word[last..].char_indices().skip(1).find(|&(_, c)| !is_combining_mark(c));
    &word[start..tail.map_or(word.len(), |(offset, _)| last + offset)]
}

/// The forms of one word that are indexed; the same for a word of a transcript and a word of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Compatibility-normalised (NFKC), with one kind of apostrophe and without case; empty without letter or digit.
    pub exact: String,
    /// [`Terms::exact`] without marks, é→e, ł→l, ø→o, æ→ae, and with digits of one kind; folding it again changes
    /// nothing.
    pub folded: String,
}

/// Returns the terms of a word.
///
/// Punctuation and space around the word do not matter; a term is at most 120 bytes long.
#[must_use]
pub fn terms(word: &str) -> Terms {
    let letters = letters(word);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'`';
    if letters.len() <= MAX_TERM_BYTES && letters.bytes().all(is_plain) {
        let exact = letters.to_ascii_lowercase();
        return Terms { folded: exact.clone(), exact };
    }
    let exact = exact(letters);
    let folded = folded(&exact);
    Terms { exact, folded }
}

fn exact(text: &str) -> String {
    let normal: String = with_apostrophes(text, |_| '\'').nfkc().collect();
    let kept = |c: &char| !c.is_whitespace() && !c.is_control() && !IGNORABLE.contains(*c);
    // Folding can undo the normalisation and leaving characters out can bring others together, so it is done again.
    let mut is_after_i = false;
    let is_letter = |c: &char| {
        // The Turkish İ is folded to i and its dot, which the i of no other word has.
        let is_dot = is_after_i && *c == '\u{307}';
        is_after_i = *c == 'i' || is_dot;
        !is_dot
    };
    let folded = CASES.fold_string(&normal);
    let exact: String = folded.chars().filter(kept).filter(is_letter).map(one_apostrophe).nfkc().collect();
    let exact = with_apostrophes(letters(&exact), |_| '\'');
    letters(&exact[..exact.floor_char_boundary(MAX_TERM_BYTES)]).to_owned()
}

/// Typed and typographic apostrophes are one, and so are the quotes that stand inside Hebrew abbreviations.
fn one_apostrophe(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2BB}' | '\u{2BC}' | '\u{2BD}' | '\u{5F3}' => '\'',
        '"' => '\u{5F4}',
        c => c,
    }
}

fn folded(exact: &str) -> String {
    if exact.is_ascii() {
        return exact.to_owned();
    }
    let mut folded = String::with_capacity(exact.len());
    for c in exact.nfkd().filter(|&c| !is_removed_mark(c)) {
        match c {
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ŋ' => folded.push('n'),
            'ŧ' => folded.push('t'),
            c if is_digit(c) => folded.push(ascii_digit(c)),
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

/// Whether a character is a digit of a decimal number.
fn is_digit(c: char) -> bool {
    c.is_numeric() && CATEGORIES.get(c) == GeneralCategory::DecimalNumber
}

/// Returns the digit of the same value from 0 to 9: the digits of a script follow one another.
fn ascii_digit(digit: char) -> char {
    let before = (0..u32::from(digit)).rev().map_while(char::from_u32).take_while(|&c| is_digit(c));
    char::from(b'0' + before.take(9).map(|_| 1).sum::<u8>())
}

/// Returns whether an exact form is its own folded form.
#[must_use]
pub fn is_folded(exact: &str) -> bool {
    exact.is_ascii() || folded(exact) == exact
}

/// Marks that a person may leave out when typing, by canonical combining class (UAX #44): overlays, Hebrew and
/// Arabic vowel signs, and everything above, below or attached. Not viramas, nuktas, kana voicing and Thai or Lao
/// vowels, which make another letter.
fn is_removed_mark(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=240)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_at_boundaries() {
        for (text, words) in [
            ("", &[][..]),
            ("…", &["…"]),
            ("Hello, world!", &["Hello, ", "world!"]),
            (" « Bonjour » dit-il.", &[" « Bonjour » ", "dit-", "il."]),
            ("she said: (well) don't", &["she ", "said: (", "well) ", "don't"]),
            ("state-of-the-art GLAM-Wiki", &["state-", "of-", "the-", "art ", "GLAM-", "Wiki"]),
            ("में cafe\u{301} et", &["में ", "cafe\u{301} ", "et"]),
            ("3.14 and 1,000 - U.S.", &["3.14 ", "and ", "1,000 - ", "U.S."]),
            ("東京都庁。ラーメン", &["東", "京", "都", "庁。", "ラ", "ー", "メ", "ン"]),
            ("GLAMの東京3年", &["GLAM", "の", "東", "京", "3", "年"]),
            ("ไทยนี้ ok", &["ไ", "ท", "ย", "นี้ ", "ok"]),
            ("ភាសា", &["ភា", "សា"]),
            ("မြန်", &["မြ", "န်"]),
            ("한국어 단어", &["한국어 ", "단어"]),
            ("ปี ๒๕๖๔ ปี๒๕๖๔", &["ปี ", "๒๕๖๔ ", "ปี", "๒๕๖๔"]),
            ("don´t l`ami d′or 'a` 5′ b", &["don´t ", "l`ami ", "d′or '", "a` ", "5′ ", "b"]),
            ("🙂 hi 🙂🙂 there", &["🙂 hi 🙂🙂 ", "there"]),
        ] {
            assert_eq!(split_words(text), words, "{text:?}");
        }
    }

    #[test]
    fn letters_leave_out_what_stands_around() {
        for (word, expected) in [
            ("don't, ", "don't"),
            (" «Bonjour» ", "Bonjour"),
            ("cafe\u{301} ", "cafe\u{301}"),
            ("U.S.", "U.S"),
            ("—", ""),
            ("", ""),
        ] {
            assert_eq!(letters(word), expected, "{word:?}");
        }
    }

    #[test]
    fn terms_of_words() {
        for (word, exact, folded) in [
            ("Hello, ", "hello", "hello"),
            ("naïve", "naïve", "naive"),
            ("cafe\u{301} ", "café", "cafe"),
            ("Łódź", "łódź", "lodz"),
            ("Straße", "strasse", "strasse"),
            ("Smørrebrød", "smørrebrød", "smorrebrod"),
            ("Æsop", "æsop", "aesop"),
            ("ĐIỆN", "điện", "dien"),
            ("organização", "organização", "organizacao"),
            ("DON’T", "don't", "don't"),
            ("don´t", "don't", "don't"),
            ("L`ami", "l'ami", "l'ami"),
            ("d′été", "d'été", "d'ete"),
            ("٢٠٢١", "٢٠٢١", "2021"),
            ("२०२१", "२०२१", "2021"),
            ("๒๕๖๔", "๒๕๖๔", "2564"),
            ("ΛΌΓΟΣ", "λόγοσ", "λογοσ"),
            ("İstanbul", "istanbul", "istanbul"),
            ("i\u{307}\u{307}\u{301}", "í", "i"),
            ("ﬁnance", "finance", "finance"),
            ("ＡＢＣ１", "abc1", "abc1"),
            ("co\u{AD}operate", "cooperate", "cooperate"),
            ("مُدَرِّس", "مُدَرِّس", "مدرس"),
            ("が", "が", "が"),
            ("ｶﾞ", "ガ", "ガ"),
            ("हिन्दी", "हिन्दी", "हिन्दी"),
            ("นี้", "นี้", "นี้"),
            ("한국어", "한국어", "한국어"),
            ("צה\"ל", "צה״ל", "צה״ל"),
            ("10\u{202F}000", "10000", "10000"),
            ("!?", "", ""),
        ] {
            assert_eq!(terms(word), Terms { exact: exact.into(), folded: folded.into() }, "{word:?}");
        }
        assert_eq!(terms(&"é".repeat(500)).exact.len(), MAX_TERM_BYTES);
    }

    /// Text in which rare things meet: scripts, marks, quotes, joiners, spaces of all kinds.
    fn text() -> impl Strategy<Value = String> {
        let odd = "[a-cA-CéßØŁ'’`´′\"., _:\\-–ʼ\u{301}\u{308}\u{AD}\u{200B}\u{200D}\u{202F}\u{FEFF}\u{1F1E6}٣٤२๔אבक्षिไทยนี้កាြန်東の゙ーカﾞ한１²½🙂\n]{0,24}";
        prop_oneof![odd, any::<String>()]
    }

    proptest! {
        #[test]
        fn joined_words_are_the_text(text in text()) {
            prop_assert_eq!(split_words(&text).concat(), text);
        }

        #[test]
        fn any_run_of_words_is_split_again_as_before(text in text(), from in 0_usize..8, count in 0_usize..8) {
            let words = split_words(&text);
            let run = &words[from.min(words.len())..(from + count).min(words.len())];
            let joined = run.concat();
            prop_assert_eq!(split_words(&joined), run);
        }

        #[test]
        fn terms_of_terms_are_the_same(text in text()) {
            for word in split_words(&text) {
                let of_word = terms(word);
                prop_assert_eq!(&terms(&of_word.exact), &of_word);
                prop_assert_eq!(&terms(&of_word.folded).exact, &of_word.folded);
                prop_assert_eq!(&terms(&of_word.folded).folded, &of_word.folded);
                prop_assert!(of_word.exact.len() <= MAX_TERM_BYTES);
            }
        }
    }
}
