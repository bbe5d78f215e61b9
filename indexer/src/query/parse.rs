//! Parsing never fails: whatever is typed means something, and what could not be honoured becomes a note.

use super::note::{Kind, Notes};
use super::{Note, Part, Query, QueryWord, REACH_WORDS};
use crate::term::{letters, split_words, terms};

/// The longest text that is read, in bytes: a page of typing, far beyond any question.
const MAX_BYTES: usize = 10_000;

/// The most parts that are looked for, required and excluded together; each costs a walk through its occurrences.
const MAX_PARTS: usize = 64;

/// Filters of the query language that are not available yet.
const FILTERS: [&str; 10] =
    ["speaker", "lang", "title", "people", "folder", "date", "after", "before", "trust", "within"];

/// The prefix that asks for a word's exact form, which is not available yet.
const EXACT: &str = "exact";

/// A query and what there is to say about how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What is looked for.
    pub query: Query,
    /// What could not be honoured.
    pub notes: Vec<Note>,
}

/// Reads what a person typed.
///
/// Bare words are looked for close together, `"a phrase"` as it stands, and a dash directly before either excludes
/// it. Curly quotes count as quotes. At most 10,000 bytes, 64 parts and, of a phrase, 150 words are read.
#[must_use]
pub fn parse(input: &str) -> Parsed {
    let mut parser = Parser::default();
    let read = &input[..input.floor_char_boundary(MAX_BYTES)];
    if read.len() < input.len() {
        parser.notes.add(Kind::TooLong, &format!("{MAX_BYTES} bytes"));
    }
    parser.read(&cleaned(read));
    if parser.query.required.is_empty() && !parser.query.excluded.is_empty() {
        parser.notes.add(Kind::NothingRequired, "");
    }
    Parsed { query: parser.query, notes: parser.notes.finish() }
}

/// Returns whether a word of a query may be written without quotes and is still read as that word.
pub(super) fn is_plain(text: &str) -> bool {
    !text.contains(':') && !["OR", "AND"].contains(&text)
}

/// Returns whether two words are still two when nothing is put between them.
pub(super) fn stay_apart(first: &str, second: &str) -> bool {
    split_words(&format!("{first}{second}")) == [first, second]
}

/// One kind of quote and of space; a quote inside a Hebrew abbreviation becomes the sign that it stands for.
fn cleaned(input: &str) -> String {
    let is_hebrew = |c: Option<char>| c.is_some_and(|c| ('\u{5D0}'..='\u{5EA}').contains(&c));
    let mut chars = input.chars().peekable();
    let (mut cleaned, mut previous) = (String::with_capacity(input.len()), None);
    while let Some(c) = chars.next() {
        cleaned.push(match c {
            '"' if is_hebrew(previous) && is_hebrew(chars.peek().copied()) => '\u{5F4}',
            '\u{201C}'..='\u{201F}' | '«' | '»' | '\u{FF02}' => '"',
            c if c.is_control() => ' ',
            c => c,
        });
        previous = Some(c);
    }
    cleaned
}

/// Space between words; the narrow no-break space joins the digits of one number (UAX #29, `ExtendNumLet`).
fn is_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{202F}'
}

#[derive(Default)]
struct Parser {
    query: Query,
    notes: Notes,
    /// For each open parenthesis whether what it holds is excluded.
    groups: Vec<bool>,
}

impl Parser {
    fn read(&mut self, text: &str) {
        let mut rest = text.trim_start_matches(is_space);
        while let Some(first) = rest.chars().next() {
            rest = match first {
                '(' => self.open_group(&rest[1..], false),
                ')' => {
                    self.groups.pop();
                    &rest[1..]
                }
                '-' => self.after_dash(rest.trim_start_matches('-')),
                _ => self.operand(rest, false),
            };
            rest = rest.trim_start_matches(is_space);
        }
    }

    fn open_group<'a>(&mut self, rest: &'a str, is_excluded: bool) -> &'a str {
        self.notes.add(Kind::OperatorUnknown, "( )");
        self.groups.push(is_excluded || self.groups.last() == Some(&true));
        rest
    }

    fn after_dash<'a>(&mut self, rest: &'a str) -> &'a str {
        match rest.chars().next() {
            Some('(') => self.open_group(&rest[1..], true),
            Some(c) if c != ')' && !is_space(c) => self.operand(rest, true),
            _ => {
                self.notes.add(Kind::LoneDash, "");
                rest
            }
        }
    }

    /// Reads a phrase, a filter or what stands up to the next space.
    fn operand<'a>(&mut self, rest: &'a str, is_excluded: bool) -> &'a str {
        if let Some(rest) = rest.strip_prefix('"') {
            return self.phrase(rest, is_excluded);
        }
        let end = rest.find(|c| is_space(c) || matches!(c, '"' | '(' | ')')).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let (name, value) = token.split_once(':').unwrap_or(("", token));
        let is_quoted = value.is_empty() && after.starts_with('"');
        if FILTERS.iter().any(|filter| filter.eq_ignore_ascii_case(name)) && (is_quoted || !value.is_empty()) {
            let end = if is_quoted { after[1..].find('"').map_or(after.len(), |end| end + 2) } else { 0 };
            self.notes.add(Kind::FilterUnknown, &format!("{token}{}", &after[..end]));
            return &after[end..];
        }
        if name.eq_ignore_ascii_case(EXACT) && (is_quoted || !value.is_empty()) {
            self.notes.add(Kind::FormUnknown, &format!("{EXACT}:"));
            return if is_quoted {
                self.phrase(&after[1..], is_excluded)
            } else {
                self.bare(value, is_excluded);
                after
            };
        }
        self.bare(token, is_excluded);
        after
    }

    /// Reads a phrase after its opening quote.
    fn phrase<'a>(&mut self, rest: &'a str, is_excluded: bool) -> &'a str {
        let (inside, mut after) = rest.split_once('"').unwrap_or_else(|| {
            self.notes.add(Kind::UnclosedQuote, "");
            (rest, "")
        });
        if after.starts_with('~') {
            let operator = 1 + after[1..].bytes().take_while(u8::is_ascii_digit).count();
            self.notes.add(Kind::FormUnknown, &format!("\"…\"{}", &after[..operator]));
            after = &after[operator..];
        }
        let mut phrase = String::with_capacity(inside.len());
        for (number, token) in inside.split(is_space).enumerate() {
            phrase.push_str(if number == 0 { "" } else { " " });
            phrase.push_str(self.without_suffix(token));
        }
        let quoted = format!("\"{inside}\"");
        self.add(&phrase, &quoted, is_excluded);
        after
    }

    fn bare(&mut self, token: &str, is_excluded: bool) {
        let is_near = token.strip_prefix("NEAR/").is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit()));
        match token {
            "OR" => self.notes.add(Kind::OperatorUnknown, token),
            "AND" => self.notes.add(Kind::AndNotNeeded, token),
            _ if is_near => self.notes.add(Kind::OperatorUnknown, token),
            _ => {
                if token == "NOT" {
                    self.notes.add(Kind::NotIsAWord, token);
                }
                let word = self.without_suffix(token);
                self.add(word, token, is_excluded);
            }
        }
    }

    /// Takes off what asks for other words like this one: `pre*`, `word~`, `word~2`.
    fn without_suffix<'a>(&mut self, token: &'a str) -> &'a str {
        let fuzzy = token.rsplit_once('~').filter(|(_, distance)| distance.bytes().all(|byte| byte.is_ascii_digit()));
        let word = fuzzy.map_or(token, |(word, _)| word);
        let word = word.strip_suffix('*').unwrap_or(word);
        if word.len() < token.len() && !letters(word).is_empty() {
            self.notes.add(Kind::FormUnknown, token);
        }
        word
    }

    fn add(&mut self, text: &str, typed: &str, is_excluded: bool) {
        let word = |text: &str| QueryWord { text: letters(text).to_owned(), terms: terms(text) };
        let mut words: Vec<QueryWord> = split_words(text).into_iter().map(word).collect();
        words.retain(|word| !word.terms.exact.is_empty());
        if words.len() > REACH_WORDS as usize {
            self.notes.add(Kind::PhraseCut, &REACH_WORDS.to_string());
            words.truncate(REACH_WORDS as usize);
        }
        let part = match words.len() {
            0 => return self.notes.add(Kind::NoLetters, typed),
            1 => Part::Word(words.remove(0)),
            _ => Part::Phrase(words),
        };
        let is_full = self.query.required.len() + self.query.excluded.len() == MAX_PARTS;
        let is_excluded = is_excluded || self.groups.last() == Some(&true);
        let parts = if is_excluded { &mut self.query.excluded } else { &mut self.query.required };
        if parts.iter().any(|known| known.is_same(&part)) {
            return;
        }
        if is_full {
            return self.notes.add(Kind::TooManyParts, &MAX_PARTS.to_string());
        }
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(input: &str, understood: &str, codes: &[&str]) {
        let parsed = parse(input);
        let found: Vec<_> = parsed.notes.iter().map(|note| note.code).collect();
        assert_eq!((parsed.query.to_string().as_str(), found.as_slice()), (understood, codes), "{input:?}");
    }

    #[test]
    fn words_phrases_and_exclusions() {
        for (input, understood) in [
            ("", ""),
            (" \u{7}\t ", ""),
            ("volunteers \"local museum\" -budget", "volunteers \"local museum\" -budget"),
            ("-\"a phrase\" word", "word -\"a phrase\""),
            ("Cost, cost COST!", "Cost"),
            ("\"cost\" cost", "cost"),
            ("“local museum” „zwei Worte“ «deux mots»", "\"local museum\" \"zwei Worte\" \"deux mots\""),
            ("state-of-the-art a-b", "\"state of the art\" \"a b\""),
            ("-a-b c", "c -\"a b\""),
            ("--x y", "y -x"),
            ("don't don’t", "don't"),
            ("東京都 GLAMの", "\"東京都\" \"GLAMの\""),
            ("\"or\" or \"OR\"", "or"),
            ("\"OR\" x", "\"OR\" x"),
            ("foo\"bar baz\"qux", "foo \"bar baz\" qux"),
            ("12:30 EU:s", "\"12 30\" \"EU:s\""),
            ("צה\"ל", "צה״ל"),
            ("naïve naive", "naïve naive"),
        ] {
            check(input, understood, &[]);
        }
    }

    #[test]
    fn what_is_not_honoured_is_said() {
        for (input, understood, codes) in [
            ("\"never closed", "\"never closed\"", &["unclosed_quote"][..]),
            ("word \"", "word", &["unclosed_quote", "no_letters"]),
            ("a - b", "a b", &["lone_dash"]),
            ("-", "", &["lone_dash"]),
            ("-only", "-only", &["nothing_required"]),
            ("*** &", "", &["no_letters"]),
            ("fund* cost~2 word~", "fund cost word", &["form_not_available"]),
            ("\"fund* the~1 work\"~3", "\"fund the work\"", &["form_not_available"]),
            ("exact:Word exact:\"two words\"", "Word \"two words\"", &["form_not_available"]),
            ("cats OR dogs", "cats dogs", &["operator_not_available"]),
            ("cats NEAR/3 dogs", "cats dogs", &["operator_not_available"]),
            ("(cats dogs)", "cats dogs", &["operator_not_available"]),
            ("-(cats dogs) (x)", "x -cats -dogs", &["operator_not_available"]),
            ("cats AND dogs", "cats dogs", &["and_not_needed"]),
            ("cats NOT dogs", "cats NOT dogs", &["not_is_a_word"]),
            ("speaker:\"Ann Lee\" lang:sv cost", "cost", &["filter_not_available"]),
            ("-Speaker:Ann cost", "cost", &["filter_not_available"]),
            ("title: cost", "title cost", &[]),
        ] {
            check(input, understood, codes);
        }
        let note = &parse("lang:sv speaker:\"Ann Lee\" after:2020 before:2021 x").notes[0];
        assert!(note.message.starts_with("lang:sv, speaker:\"Ann Lee\", after:2020 and 1 more: "), "{}", note.message);
    }

    #[test]
    fn limits_are_said() {
        let many = (0..10_000).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
        let parsed = parse(&many);
        assert_eq!(parsed.query.required.len(), MAX_PARTS);
        assert_eq!(parsed.notes.iter().map(|note| note.code).collect::<Vec<_>>(), ["too_long", "too_many_parts"]);
        let parsed = parse(&format!("\"{}\"", "so ".repeat(200)));
        assert_eq!(parsed.query.required[0].words().len(), REACH_WORDS as usize);
        assert_eq!(parsed.notes[0].code, "phrase_cut");
        check(&"(".repeat(9_999), "", &["operator_not_available"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_query(
            input in prop_oneof![
                any::<String>(),
                "([a-cA-C]{1,3}|OR|AND|NOT|NEAR/3|title:|exact:|\"|-|~2|\\*|\\(|\\)|'|’|:|東京|ไทย|\u{301}|\u{202F}|½| ){0,20}",
            ]
        ) {
            let query = parse(&input).query;
            prop_assert_eq!(&parse(&query.to_string()).query, &query);
        }
    }
}
