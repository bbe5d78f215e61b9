//! Reads the operands, operators and filters of a query, one after the other.

use crate::query::note::{Kind, Notes};
use crate::query::{Filter, Filters, Likeness, Part, QueryWord, REACH_WORDS, Reach, Value};
use crate::term::{letters, split_words, terms};
use crate::time::Millis;

/// The longest text that is read, in bytes: a page of typing, far beyond any question.
const MAX_BYTES: usize = 10_000;

/// The most different words and phrases that are looked for, required and excluded together; each costs a walk through
/// its occurrences.
const MAX_PARTS: usize = 64;

/// The most words and phrases that are read, the same ones counted each time: they cost comparing.
const MAX_OPERANDS_READ: usize = 256;

/// The deepest that parentheses are read: nobody means more, and each level is a call.
const MAX_DEPTH: usize = 20;

/// The most words that may lie between words near each other: further apart, they are merely in one moment.
const MAX_DISTANCE: u32 = 100;

/// The widest reach: an hour of speech. What is found is read as a whole.
const MAX_REACH_WORDS: u32 = 9000;
const MAX_REACH_TIME: Millis = Millis::from_seconds(3600);

/// The most changes that a word is found through: with three, most short words become each other.
const MAX_CHANGES: u8 = 2;

/// How long both sides of a colon are, at least, where a filter is meant and no ending, as in `tv:n` or `EU:s`.
const FILTER_LETTERS: usize = 3;

/// How long a misspelt name is, at least, for what stands after its colon to be of any length, as in `spaeker:bo`.
const MISSPELT_LETTERS: usize = 5;

/// What may stand before a colon.
const FIELDS: [&str; 12] =
    ["speaker", "lang", "title", "people", "place", "folder", "date", "after", "before", "trust", WITHIN, EXACT];
const WITHIN: &str = "within";
const EXACT: &str = "exact";

/// What is read of a query before its parts are put together. Each [`Token::Open`] has its [`Token::Close`].
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) filters: Filters,
    pub(super) reach: Reach,
    pub(super) notes: Notes,
}

#[derive(Debug)]
pub(super) enum Token {
    Open {
        is_excluded: bool,
    },
    Close,
    Or,
    Near(u32),
    /// Words and phrases: with a distance near each other, without one behind each other.
    Operand {
        operands: Vec<Vec<QueryWord>>,
        distance: Option<u32>,
        is_excluded: bool,
    },
}

pub(super) fn lex(input: &str) -> Lexed {
    let mut lexer = Lexer::default();
    let read = &input[..input.floor_char_boundary(MAX_BYTES)];
    if read.len() < input.len() {
        lexer.note(Kind::TooLong, &format!("{MAX_BYTES} bytes"));
    }
    lexer.read(&cleaned(read));
    if lexer.depth > 0 {
        lexer.note(Kind::UnpairedParenthesis, "");
    }
    lexer.lexed.tokens.extend((0..lexer.depth).map(|_| Token::Close));
    lexer.lexed
}

/// One kind of quote, of space, of the other signs that mean something, and of the dash before a word, none of the marks
/// of direction; a quote inside a Hebrew abbreviation becomes the sign that it stands for.
fn cleaned(input: &str) -> String {
    let is_hebrew = |c: Option<char>| c.is_some_and(|c| ('\u{5D0}'..='\u{5EA}').contains(&c));
    let mut chars = input.chars().filter(|&c| !is_direction(c)).peekable();
    let (mut cleaned, mut previous) = (String::with_capacity(input.len()), None);
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let is_before_word = || previous.is_none_or(|c| is_space(c) || c == '(') && next.is_some_and(|c| !is_space(c));
        let c = match c {
            '"' if is_hebrew(previous) && is_hebrew(next) => '\u{5F4}',
            '\u{201C}'..='\u{201F}' | '«' | '»' | '\u{FF02}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' if is_before_word() => '-',
            '\u{FF08}' => '(',
            '\u{FF09}' => ')',
            '\u{FF0A}' => '*',
            '\u{FF1A}' => ':',
            c if c.is_control() => ' ',
            c => c,
        };
        cleaned.push(c);
        previous = Some(c);
    }
    cleaned
}

/// Whether a character only says which way to write, as keyboards and copied text bring it along unseen.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Returns whether what stands after this name and a colon may be several words, which then are in quotes.
#[must_use]
pub fn takes_words(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == EXACT || Value::read(&name, "two words").is_some()
}

/// Whether a word looks like an operator of other programs.
fn is_foreign_operator(token: &str) -> bool {
    let name = token.trim_end_matches(|c: char| c.is_ascii_digit() || c == '/');
    let is_sign = token.strip_prefix(['!', '+']).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    is_sign || ["NEAR", "ADJ"].contains(&name) || token.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("near/"))
}

/// Whether a word is of Korean syllables, at least two: particles are written on to its end, and no stemmer takes them off.
fn takes_particles(word: &str) -> bool {
    word.chars().all(|c| ('\u{AC00}'..='\u{D7A3}').contains(&c)) && word.chars().nth(1).is_some()
}

/// Returns the field that a name is most like: at most two changes away, and one where two would leave little of it.
fn nearest_field(name: &str) -> Option<&'static str> {
    let distance = |field: &&str| strsim::osa_distance(field, name);
    let most = if name.len() < MISSPELT_LETTERS { 1 } else { 2 };
    FIELDS.into_iter().min_by_key(distance).filter(|field| distance(field) <= most)
}

/// Space between words; the narrow no-break space joins the digits of one number (UAX #29, `ExtendNumLet`).
fn is_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{202F}'
}

#[derive(Default)]
struct Lexer {
    lexed: Lexed,
    /// What is looked for, each once.
    parts: Vec<Part>,
    operands_read: usize,
    depth: usize,
    /// How many open parentheses are too deep to count.
    too_deep: usize,
    /// The reach that was asked for.
    reach: Option<Reach>,
}

impl Lexer {
    fn read(&mut self, text: &str) {
        let mut rest = text.trim_start_matches(is_space);
        while let Some(first) = rest.chars().next() {
            rest = match first {
                '(' => self.open(&rest[1..], false),
                ')' => self.close(&rest[1..]),
                '-' => self.after_dash(rest.trim_start_matches('-')),
                _ => self.operand(rest, false),
            };
            rest = rest.trim_start_matches(is_space);
        }
    }

    fn open<'a>(&mut self, rest: &'a str, is_excluded: bool) -> &'a str {
        if self.depth == MAX_DEPTH {
            self.too_deep += 1;
            self.note(Kind::TooDeep, &MAX_DEPTH.to_string());
        } else {
            self.depth += 1;
            self.lexed.tokens.push(Token::Open { is_excluded });
        }
        rest
    }

    fn close<'a>(&mut self, rest: &'a str) -> &'a str {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if self.depth > 0 {
            self.depth -= 1;
            self.lexed.tokens.push(Token::Close);
        } else {
            self.note(Kind::UnpairedParenthesis, "");
        }
        rest
    }

    fn after_dash<'a>(&mut self, rest: &'a str) -> &'a str {
        match rest.chars().next() {
            Some('(') => self.open(&rest[1..], true),
            Some(c) if c != ')' && !is_space(c) => self.operand(rest, true),
            _ => {
                self.note(Kind::LoneDash, "");
                rest
            }
        }
    }

    /// Reads a phrase, a filter or what stands up to the next space.
    fn operand<'a>(&mut self, rest: &'a str, is_excluded: bool) -> &'a str {
        if let Some(rest) = rest.strip_prefix('"') {
            return self.phrase(rest, is_excluded, false);
        }
        let end = rest.find(|c| is_space(c) || matches!(c, '"' | '(' | ')')).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let Some((name, value)) = token.split_once(':') else {
            self.bare(token, is_excluded);
            return after;
        };
        let is_quoted = value.is_empty() && after.starts_with('"');
        let typed_name = name;
        let name = name.to_ascii_lowercase();
        if value.is_empty() && !is_quoted {
            if FIELDS.contains(&name.as_str()) {
                self.note(Kind::SpaceAfterColon, token);
            }
            self.word(token, is_excluded, false);
            return after;
        }
        if name == EXACT {
            if is_quoted {
                return self.phrase(&after[1..], is_excluded, true);
            }
            self.word(value, is_excluded, true);
            return after;
        }
        if !FIELDS.contains(&name.as_str()) {
            let is_misspelt = name.len() >= MISSPELT_LETTERS && nearest_field(&name).is_some();
            let is_meant = name == typed_name && (is_quoted || is_misspelt || value.len() >= FILTER_LETTERS);
            if is_meant && name.len() >= FILTER_LETTERS && name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                self.note_unknown(&name, token);
                self.word(&token.replace(':', "-"), is_excluded, false);
            } else {
                self.word(token, is_excluded, false);
            }
            return after;
        }
        let (value, after) = if is_quoted { self.quoted(&after[1..]) } else { (value, after) };
        self.filter(&name, value, is_excluded);
        after
    }

    /// Says that a field is not known; names the one that is most like it.
    fn note_unknown(&mut self, name: &str, token: &str) {
        let hint = nearest_field(name).map_or_else(String::new, |field| format!(" (did you mean {field}:?)"));
        self.note(Kind::UnknownField, &format!("{token}{hint}"));
    }

    fn filter(&mut self, name: &str, value: &str, is_excluded: bool) {
        let typed = format!("{}{name}:{value}", if is_excluded { "-" } else { "" });
        if self.depth > 0 {
            self.note(Kind::FilterInGroup, &typed);
        }
        if name == WITHIN && !is_excluded {
            match self.reach(value) {
                Some(reach) => {
                    if self.reach.replace(reach).is_some_and(|before| before != reach) {
                        self.note(Kind::WithinTwice, &typed);
                    }
                    self.lexed.reach = reach;
                }
                None => self.note(Kind::FilterValue, &typed),
            }
            return;
        }
        if value.contains('*') || value.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with('~') {
            self.note(Kind::SignLeftOut, &typed);
        }
        match Value::read(name, value) {
            Some(value) => self.lexed.filters.add(Filter { is_excluded, value }),
            None => self.note(Kind::FilterValue, &typed),
        }
    }

    fn reach(&mut self, value: &str) -> Option<Reach> {
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = if digits == 0 { return None } else { value[..digits].parse().unwrap_or(u32::MAX) };
        let asked = match value[digits..].to_ascii_lowercase().as_str() {
            "w" => Reach::Words(number),
            "ms" => Reach::Time(Millis::new(number)),
            "s" => Reach::Time(Millis::new(number.saturating_mul(1000))),
            "m" | "min" => Reach::Time(Millis::new(number.saturating_mul(60_000))),
            "h" => Reach::Time(Millis::new(number.saturating_mul(3_600_000))),
            _ => return None,
        };
        let kept = match asked {
            Reach::Words(words) => Reach::Words(words.clamp(1, MAX_REACH_WORDS)),
            Reach::Time(time) => Reach::Time(time.clamp(Millis::new(1), MAX_REACH_TIME)),
        };
        if kept != asked {
            self.note(Kind::ReachCut, &format!("{MAX_REACH_WORDS}w, or to an hour"));
        }
        Some(kept)
    }

    /// Returns what stands up to the closing quote, and what follows it.
    fn quoted<'a>(&mut self, rest: &'a str) -> (&'a str, &'a str) {
        rest.split_once('"').unwrap_or_else(|| {
            self.note(Kind::UnclosedQuote, "");
            (rest, "")
        })
    }

    /// Reads a phrase after its opening quote.
    fn phrase<'a>(&mut self, rest: &'a str, is_excluded: bool, is_exact: bool) -> &'a str {
        let (inside, mut after) = self.quoted(rest);
        let mut distance = None;
        if let Some(suffix) = after.strip_prefix('~') {
            let digits = suffix.bytes().take_while(u8::is_ascii_digit).count();
            match digits {
                0 => self.note(Kind::NoDistance, ""),
                _ => distance = Some(self.distance(&suffix[..digits])),
            }
            after = &suffix[digits..];
        }
        if inside.split(is_space).any(|token| token == "*") {
            self.note(Kind::SignLeftOut, &format!("\"{inside}\""));
        }
        let operands = inside.split(is_space).map(|token| self.words(token, is_exact)).collect();
        self.add(operands, distance, is_excluded, &format!("\"{inside}\""));
        after
    }

    fn distance(&mut self, digits: &str) -> u32 {
        let distance = digits.parse().unwrap_or(u32::MAX);
        if distance > MAX_DISTANCE {
            self.note(Kind::DistanceCut, &MAX_DISTANCE.to_string());
        }
        distance.min(MAX_DISTANCE)
    }

    /// Reads a word or an operator.
    fn bare(&mut self, token: &str, is_excluded: bool) {
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let near = token.strip_prefix("NEAR/").filter(is_number);
        match token {
            "OR" if !is_excluded => self.lexed.tokens.push(Token::Or),
            "AND" if !is_excluded => self.note(Kind::AndNotNeeded, token),
            "|" | "||" => self.note(Kind::OrIsWritten, token),
            _ if near.is_some() && !is_excluded => {
                let distance = self.distance(near.unwrap_or_default());
                self.lexed.tokens.push(Token::Near(distance));
            }
            _ => {
                if token == "NOT" {
                    self.note(Kind::NotIsAWord, token);
                } else if is_foreign_operator(token) {
                    self.note(Kind::NotAnOperator, token);
                }
                self.word(token, is_excluded, false);
            }
        }
    }

    fn word(&mut self, token: &str, is_excluded: bool, is_exact: bool) {
        let words = self.words(token, is_exact);
        self.add(vec![words], None, is_excluded, token);
    }

    /// Reads the words of what stands between spaces; what asks for other words like it counts for the last.
    fn words(&mut self, token: &str, is_exact: bool) -> Vec<QueryWord> {
        let (text, asked) = self.without_suffix(token);
        let word = |text| {
            let terms = terms(text);
            let likeness = match is_exact {
                true => Likeness::Exact,
                false if takes_particles(&terms.exact) => Likeness::Prefix,
                false => Likeness::Inflected,
            };
            QueryWord { text: letters(text).to_owned(), terms, likeness }
        };
        let mut words: Vec<QueryWord> = split_words(text).into_iter().map(word).collect();
        words.retain(|word| !word.terms.exact.is_empty());
        let is_sign_inside = |(at, _): (usize, &str)| {
            text[..at].ends_with(char::is_alphanumeric) && text[at + 1..].starts_with(char::is_alphanumeric)
        };
        if (text.contains(['*', '~']) || text.match_indices('?').any(is_sign_inside)) && !words.is_empty() {
            self.note(Kind::SignLeftOut, token);
        }
        match (words.last_mut(), asked) {
            (Some(_), Some(_)) if is_exact => self.note(Kind::ExactForm, token),
            (Some(last), Some(asked)) => last.likeness = asked,
            _ => {}
        }
        words
    }

    /// Takes off what asks for other words like this one: `pre*`, `word~`, `word~2`.
    fn without_suffix<'a>(&mut self, token: &'a str) -> (&'a str, Option<Likeness>) {
        let fuzzy = token.rsplit_once('~').filter(|(_, changes)| changes.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some((word, changes)) = fuzzy {
            let asked = if changes.is_empty() { 1 } else { changes.parse().unwrap_or(u8::MAX) };
            if asked > MAX_CHANGES {
                self.note(Kind::ChangesCut, token);
            }
            return (word, (asked > 0).then_some(Likeness::Fuzzy(asked.min(MAX_CHANGES))));
        }
        match token.strip_suffix('*') {
            Some(word) => (word, Some(Likeness::Prefix)),
            None => (token, None),
        }
    }

    fn add(&mut self, mut operands: Vec<Vec<QueryWord>>, distance: Option<u32>, is_excluded: bool, typed: &str) {
        operands.retain(|words| !words.is_empty());
        if operands.is_empty() {
            return self.note(Kind::NoLetters, typed);
        }
        let mut room = REACH_WORDS as usize;
        if operands.iter().map(Vec::len).sum::<usize>() > room {
            self.note(Kind::PhraseCut, &REACH_WORDS.to_string());
        }
        for words in &mut operands {
            words.truncate(room);
            room -= words.len();
        }
        operands.retain(|words| !words.is_empty());
        if self.operands_read == MAX_OPERANDS_READ {
            return self.note(Kind::TooManyParts, &MAX_OPERANDS_READ.to_string());
        }
        self.operands_read += 1;
        let part = match distance {
            Some(distance) => Part::near(operands.clone(), distance),
            None => Part::row(operands.concat()),
        };
        if let Some(part) = part.filter(|part| !self.parts.iter().any(|known| known.is_same(part))) {
            if self.parts.len() == MAX_PARTS {
                return self.note(Kind::TooManyParts, &format!("{MAX_PARTS} different"));
            }
            self.parts.push(part);
        }
        self.lexed.tokens.push(Token::Operand { operands, distance, is_excluded });
    }

    fn note(&mut self, kind: Kind, about: &str) {
        self.lexed.notes.add(kind, about);
    }
}
