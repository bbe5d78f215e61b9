//! What tantivy stores of a recording, and how words become its terms.

use std::collections::HashMap;
use std::fmt::Write as _;

use tantivy::schema::{BytesOptions, FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{TantivyDocument, Term};

use crate::passage::Passage;
use crate::recording::{Language, RecordingId};
use crate::term::{is_folded, stem, terms};
use crate::transcript::{Transcript, Trust, Word, WordRange};

/// The name under which [`FormsTokenizer`] is known.
pub(super) const TOKENIZER: &str = "forms";

/// Begins the term of a word's exact form. Every word has one.
const EXACT: char = '=';

/// Begins the term of a word's folded form; only for words in which it differs from the exact one, so that most words
/// take one term. A word thus matches a folded query word under `=` or under `~`, and never under both.
const FOLDED: char = '~';

/// Begins the term of a word's stem, with the language and a colon before it; only for words in which it differs from
/// the folded form. The others are found by their folded form and the language they are in.
const STEM: char = '#';

/// Ends the forms of one word; no term holds a control character.
const WORD_END: char = '\n';

/// Ends one form.
const FORM_END: char = '\t';

/// The fields of the schema. A recording's id stands in it twice: as a term to delete by, and as two numbers that are
/// read by document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) recording: Field,
    pub(super) forms: Field,
    id_high: Field,
    id_low: Field,
    revision: Field,
    words: Field,
    passages: Field,
    doubtful: Field,
    speakers: Field,
    languages: Field,
}

/// The names of the columns, one value a document or (from the passages on) many.
pub(super) const ID_HIGH: &str = "id_high";
pub(super) const ID_LOW: &str = "id_low";
pub(super) const REVISION: &str = "revision";
pub(super) const WORDS: &str = "words";
/// The ordinals at which passages start.
pub(super) const PASSAGES: &str = "passages";
/// Start and end of each range of doubtful words.
pub(super) const DOUBTFUL: &str = "doubtful";
/// The start of each run of words of one speaker, and the speaker's ordinal plus one; 0 when not known.
pub(super) const SPEAKERS: &str = "speakers";
/// The start of each run of words in one language, and the language as [`number_of_language`] writes it.
pub(super) const LANGUAGES: &str = "languages";

/// Returns the schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let forms = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(false);
    let fields = Fields {
        recording: builder.add_bytes_field("recording", BytesOptions::default().set_indexed()),
        forms: builder.add_text_field("forms", TextOptions::default().set_indexing_options(forms)),
        id_high: builder.add_u64_field(ID_HIGH, FAST),
        id_low: builder.add_u64_field(ID_LOW, FAST),
        revision: builder.add_u64_field(REVISION, FAST),
        words: builder.add_u64_field(WORDS, FAST),
        passages: builder.add_u64_field(PASSAGES, FAST),
        doubtful: builder.add_u64_field(DOUBTFUL, FAST),
        speakers: builder.add_u64_field(SPEAKERS, FAST),
        languages: builder.add_u64_field(LANGUAGES, FAST),
    };
    (builder.build(), fields)
}

impl Fields {
    /// Returns the term by which a recording is found.
    pub(super) fn recording_term(&self, recording: RecordingId) -> Term {
        Term::from_field_bytes(self.recording, recording.as_bytes())
    }

    /// Returns the term of words said in this very form.
    pub(super) fn exact_term(&self, exact: &str) -> Term {
        Term::from_field_text(self.forms, &format!("{EXACT}{exact}"))
    }

    /// Returns the term of words said with marks that are not in this folded form.
    pub(super) fn folded_term(&self, folded: &str) -> Term {
        Term::from_field_text(self.forms, &format!("{FOLDED}{folded}"))
    }

    /// Returns the term of words in a language whose stem this is, but for those that are their own stem.
    pub(super) fn stem_term(&self, language: Language, stem: &str) -> Term {
        Term::from_field_text(self.forms, &format!("{STEM}{language}:{stem}"))
    }

    /// Returns the folded form that a term stands for, if it stands for one.
    pub(super) fn folded_of(term: &[u8]) -> Option<&str> {
        let term = std::str::from_utf8(term).ok()?;
        term.strip_prefix(FOLDED).or_else(|| term.strip_prefix(EXACT).filter(|exact| is_folded(exact)))
    }

    /// Returns the beginnings of all terms that can stand for a folded form.
    pub(super) const fn folded_prefixes() -> [char; 2] {
        [EXACT, FOLDED]
    }

    /// Returns what is stored of a transcript.
    pub(super) fn document(
        &self,
        transcript: &Transcript,
        passages: &[Passage],
        known: &mut KnownForms,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let (high, low) = id_numbers(transcript.recording);
        document.add_bytes(self.recording, transcript.recording.as_bytes());
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        document.add_u64(self.revision, transcript.revision.into());
        document.add_u64(self.words, transcript.words.len() as u64);
        document.add_text(self.forms, known.of(transcript));
        for passage in passages {
            document.add_u64(self.passages, passage.words.start.into());
        }
        for range in doubtful(transcript) {
            document.add_u64(self.doubtful, range.start.into());
            document.add_u64(self.doubtful, range.end.into());
        }
        let runs = |of: &dyn Fn(&Word) -> u64| {
            let mut runs = Vec::new();
            let mut before = None;
            for (ordinal, word) in (0_u64..).zip(&transcript.words) {
                let value = of(word);
                if before != Some(value) {
                    runs.extend([ordinal, value]);
                }
                before = Some(value);
            }
            runs
        };
        let speakers = runs(&|word| word.speaker.map_or(0, |speaker| u64::from(speaker) + 1));
        for number in speakers {
            document.add_u64(self.speakers, number);
        }
        let languages = runs(&|word| number_of_language(word.language).into());
        for number in languages {
            document.add_u64(self.languages, number);
        }
        document
    }
}

/// Returns a language as a number: its letters as the lowest bytes.
pub(super) fn number_of_language(language: Language) -> u32 {
    language.as_str().bytes().fold(0, |number, byte| number << 8 | u32::from(byte))
}

/// Returns the language of a number.
pub(super) fn language_of_number(number: u32) -> Language {
    let bytes = number.to_be_bytes();
    let unused = number.leading_zeros() / 8;
    std::str::from_utf8(&bytes[unused as usize..]).ok().and_then(Language::from_tag).unwrap_or(Language::UNKNOWN)
}

/// Returns the doubtful words of a transcript as rising ranges.
fn doubtful(transcript: &Transcript) -> Vec<WordRange> {
    let mut ranges: Vec<WordRange> = Vec::new();
    for stretch in transcript.stretches.iter().filter(|stretch| matches!(stretch.trust, Trust::Doubtful(_))) {
        match ranges.last_mut().filter(|range| range.end == stretch.words.start) {
            Some(range) => range.end = stretch.words.end,
            None => ranges.push(stretch.words),
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

fn id_numbers(recording: RecordingId) -> (u64, u64) {
    let id = recording.as_bytes();
    let number = |half: usize| u64::from_be_bytes(std::array::from_fn(|byte| id[half * 8 + byte]));
    (number(0), number(1))
}

/// Returns the id that was stored as two numbers.
pub(super) fn id_of_numbers(high: u64, low: u64) -> RecordingId {
    RecordingId::new((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}

/// The most words whose forms are kept: some ten megabytes.
const MOST_KNOWN: usize = 100_000;

/// The forms of words that came before: nearly all words of a talk do, and a stem takes longer than a look.
#[derive(Debug, Default)]
pub(super) struct KnownForms {
    by_language: HashMap<Language, HashMap<String, String>>,
    count: usize,
}

impl KnownForms {
    /// Returns the forms of all words as one text, which [`FormsTokenizer`] takes apart. It takes a few bytes more than
    /// the terms themselves; tantivy's own list of tokens is kept as JSON with some 90 bytes for each.
    fn of(&mut self, transcript: &Transcript) -> String {
        let mut text = String::with_capacity(transcript.words.len() * 16);
        for words in transcript.words.chunk_by(|word, next| word.language == next.language) {
            if self.count >= MOST_KNOWN {
                *self = Self::default();
            }
            let known = self.by_language.entry(words[0].language).or_default();
            let before = known.len();
            for word in words {
                if let Some(forms) = known.get(&word.text) {
                    text.push_str(forms);
                } else {
                    let forms = forms_of(word);
                    text.push_str(&forms);
                    known.insert(word.text.clone(), forms);
                }
            }
            self.count += known.len() - before;
        }
        text
    }
}

fn forms_of(word: &Word) -> String {
    let terms = terms(&word.text);
    let mut text = String::new();
    if !terms.exact.is_empty() {
        let _ = write!(text, "{EXACT}{}{FORM_END}", terms.exact);
        if terms.folded != terms.exact {
            let _ = write!(text, "{FOLDED}{}{FORM_END}", terms.folded);
        }
        if let Some(stem) = stem(&terms.exact, word.language).filter(|stem| *stem != terms.folded) {
            let _ = write!(text, "{STEM}{}:{stem}{FORM_END}", word.language);
        }
    }
    text.push(WORD_END);
    text
}

/// Reads the text made by [`KnownForms::of`]: every form a token, every word a position.
#[derive(Debug, Clone, Default)]
pub(super) struct FormsTokenizer {
    token: Token,
}

impl Tokenizer for FormsTokenizer {
    type TokenStream<'a> = FormsStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FormsStream<'a> {
        self.token.reset();
        self.token.position = 0;
        FormsStream { rest: text, token: &mut self.token }
    }
}

/// The tokens of one transcript.
pub(super) struct FormsStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for FormsStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(rest) = self.rest.strip_prefix(WORD_END) {
            self.token.position += 1;
            self.rest = rest;
        }
        let Some((form, rest)) = self.rest.split_once(FORM_END) else { return false };
        self.token.text.clear();
        self.token.text.push_str(form);
        self.rest = rest;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tests::transcript;

    #[test]
    fn every_form_of_a_word_has_its_position() {
        let mut transcript = transcript(1, 1, &[(None, "Le café"), (None, "…"), (None, "à Łódź villes")]);
        for word in &mut transcript.words {
            word.language = Language::from_tag("fr").expect("a language");
        }
        let text = KnownForms::default().of(&transcript);
        let mut tokenizer = FormsTokenizer::default();
        let mut stream = tokenizer.token_stream(&text);
        let mut found = Vec::new();
        while let Some(token) = stream.next() {
            found.push((token.position, token.text.clone()));
        }
        let found: Vec<_> = found.iter().map(|(position, text)| (*position, text.as_str())).collect();
        let expected = [
            (0, "=le"),
            (1, "=café"),
            (1, "~cafe"),
            (1, "#fr:caf"),
            (3, "=à"),
            (3, "~a"),
            (4, "=łódź"),
            (4, "~lodz"),
            (5, "=villes"),
            (5, "#fr:vill"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn ids_and_languages_survive_as_numbers() {
        let recording = RecordingId::new(*b"0123456789abcdef");
        let (high, low) = id_numbers(recording);
        assert_eq!(id_of_numbers(high, low), recording);
        for tag in ["sv", "yue", "und"] {
            let language = Language::from_tag(tag).expect("a language");
            assert_eq!(language_of_number(number_of_language(language)), language);
        }
    }
}
