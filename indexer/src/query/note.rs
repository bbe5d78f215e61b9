//! A note says what of a query could not be honoured, so that nothing is dropped in silence.

use std::fmt::Write as _;

/// Something that the person who asked should know about how the query was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A stable name for programs, such as `unclosed_quote`.
    pub code: &'static str,
    /// A sentence fragment for people.
    pub message: String,
}

/// What there is to say; each is said once, with what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    TooLong,
    TooManyParts,
    PhraseCut,
    UnclosedQuote,
    LoneDash,
    NoLetters,
    OperatorUnknown,
    FormUnknown,
    FilterUnknown,
    AndNotNeeded,
    NotIsAWord,
    NothingRequired,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::TooManyParts => "too_many_parts",
            Self::PhraseCut => "phrase_cut",
            Self::UnclosedQuote => "unclosed_quote",
            Self::LoneDash => "lone_dash",
            Self::NoLetters => "no_letters",
            Self::OperatorUnknown => "operator_not_available",
            Self::FormUnknown => "form_not_available",
            Self::FilterUnknown => "filter_not_available",
            Self::AndNotNeeded => "and_not_needed",
            Self::NotIsAWord => "not_is_a_word",
            Self::NothingRequired => "nothing_required",
        }
    }

    fn message(self, about: &str) -> String {
        match self {
            Self::TooLong => format!("the query is longer than {about}; the rest was not read"),
            Self::TooManyParts => format!("only the first {about} parts are looked for"),
            Self::PhraseCut => format!("a phrase is looked for up to its {about}th word"),
            Self::UnclosedQuote => "the quote was not closed; read to the end as a phrase".into(),
            Self::LoneDash => "a dash alone excludes nothing; write it directly before a word".into(),
            Self::NoLetters => format!("{about} holds no letter or digit and was left out"),
            Self::OperatorUnknown => {
                format!("{about}: not available yet; every word is looked for, close together")
            }
            Self::FormUnknown => format!("{about}: not available yet; looked for as plain words"),
            Self::FilterUnknown => format!("{about}: not available yet and left out, so more is found than was asked"),
            Self::AndNotNeeded => "AND is not needed; all words are looked for, close together".into(),
            Self::NotIsAWord => "NOT is looked for as a word; write -word to exclude one".into(),
            Self::NothingRequired => "only exclusions were given; add a word to look for".into(),
        }
    }
}

/// Collects notes in the order in which they come up.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(Kind, Vec<String>)>);

/// How many things one note names before it only counts.
const NAMED: usize = 3;

/// The longest name of a thing in a note, in characters.
const NAME_CHARS: usize = 40;

impl Notes {
    /// Adds what a note is about.
    pub(super) fn add(&mut self, kind: Kind, about: &str) {
        let mut name: String = about.chars().take(NAME_CHARS).collect();
        if name.len() < about.len() {
            name.push('…');
        }
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => self.0.push((kind, vec![name])),
        }
    }

    /// Returns one note for each kind.
    pub(super) fn finish(self) -> Vec<Note> {
        let note = |(kind, names): (Kind, Vec<String>)| {
            let mut about = names[..names.len().min(NAMED)].join(", ");
            if names.len() > NAMED {
                let _ = write!(about, " and {} more", names.len() - NAMED);
            }
            Note { code: kind.code(), message: kind.message(&about) }
        };
        self.0.into_iter().map(note).collect()
    }
}
