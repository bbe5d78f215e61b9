//! A note says what of a query could not be honoured, so that nothing is dropped in silence.

use std::fmt::Write as _;

use super::MAX_BRANCHES;

/// Something that the person who asked should know about how the query was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A stable name for programs, such as `unclosed_quote`.
    pub code: &'static str,
    /// A sentence fragment for people.
    pub message: String,
}

impl Note {
    /// Makes the note that of the words that count as one of the query's not all were looked for.
    #[must_use]
    pub fn expansion_cut(word: &str, used: usize, found: usize) -> Self {
        let message = format!("{word} stands for {found} words; the {used} commonest are looked for");
        Self { code: "expansion_cut", message }
    }
}

/// What there is to say; each is said once, with what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    TooLong,
    TooManyParts,
    TooManyBranches,
    TooDeep,
    PhraseCut,
    NearCut,
    DistanceCut,
    ReachCut,
    UnclosedQuote,
    LoneDash,
    LoneOperator,
    NearGroup,
    NearDistances,
    NoLetters,
    NoDistance,
    ChangesCut,
    ExactForm,
    FilterValue,
    FilterInGroup,
    UnknownField,
    SpaceAfterColon,
    SignLeftOut,
    WithinTwice,
    UnpairedParenthesis,
    AndNotNeeded,
    OrIsWritten,
    NotIsAWord,
    NotAnOperator,
    NothingRequired,
    ExclusionAlone,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::TooManyParts => "too_many_parts",
            Self::TooManyBranches => "too_many_alternatives",
            Self::TooDeep => "too_deep",
            Self::PhraseCut => "phrase_cut",
            Self::NearCut => "near_cut",
            Self::DistanceCut => "distance_cut",
            Self::ReachCut => "reach_cut",
            Self::UnclosedQuote => "unclosed_quote",
            Self::LoneDash => "lone_dash",
            Self::LoneOperator => "lone_operator",
            Self::NearGroup => "near_group",
            Self::NearDistances => "near_distances",
            Self::NoLetters => "no_letters",
            Self::NoDistance => "no_distance",
            Self::ChangesCut => "changes_cut",
            Self::ExactForm => "exact_form",
            Self::FilterValue => "filter_value",
            Self::FilterInGroup => "filter_in_group",
            Self::UnknownField => "unknown_field",
            Self::SpaceAfterColon => "space_after_colon",
            Self::SignLeftOut => "sign_left_out",
            Self::WithinTwice => "within_twice",
            Self::UnpairedParenthesis => "unpaired_parenthesis",
            Self::AndNotNeeded => "and_not_needed",
            Self::OrIsWritten => "or_is_written",
            Self::NotIsAWord => "not_is_a_word",
            Self::NotAnOperator => "not_an_operator",
            Self::NothingRequired => "nothing_required",
            Self::ExclusionAlone => "exclusion_alone",
        }
    }

    fn message(self, about: &str) -> String {
        match self {
            Self::TooLong => format!("the query is longer than {about}; the rest was not read"),
            Self::TooManyParts => format!("only the first {about} words and phrases are looked for"),
            Self::TooManyBranches => {
                format!(
                    "the alternatives combine in more than {MAX_BRANCHES} ways; the first {MAX_BRANCHES} are looked for"
                )
            }
            Self::TooDeep => format!("parentheses deeper than {about} were left out"),
            Self::PhraseCut => format!("a phrase is looked for up to its {about}th word"),
            Self::NearCut => format!("of words near each other the first {about} are looked for"),
            Self::DistanceCut => format!("near means at most {about} words between"),
            Self::ReachCut => format!("within: goes from 1w to {about}"),
            Self::UnclosedQuote => "the quote was not closed; read to the end as a phrase".into(),
            Self::LoneDash => "a dash alone excludes nothing; write it directly before a word".into(),
            Self::LoneOperator => format!("{about} needs something to look for on both sides; left out"),
            Self::NearGroup => {
                "NEAR stands between words, phrases and alternatives of them; other groups are looked for close by"
                    .into()
            }
            Self::NearDistances => "a chain of NEAR has one distance; the largest is used".into(),
            Self::NoLetters => format!("{about} holds no letter or digit and was left out"),
            Self::NoDistance => "~ after a phrase needs a number, as in \"a phrase\"~3; read as the phrase".into(),
            Self::ChangesCut => format!("{about}: a word may be changed in at most two places"),
            Self::ExactForm => format!("{about}: what is exact has no * or ~; looked for without"),
            Self::FilterValue => format!("{about} was left out; {FILTER_FORMS}"),
            Self::FilterInGroup => format!("{about} counts for the whole query, not for its group alone"),
            Self::UnknownField => format!("there is no such filter; read as words: {about}"),
            Self::SpaceAfterColon => format!("{about} is read as a word; write the value directly after the colon"),
            Self::SignLeftOut => {
                format!("{about}: * and ~ count at the end of a word that is looked for, ? nowhere; read without")
            }
            Self::WithinTwice => format!("within: counts once; the last, {about}, is used"),
            Self::UnpairedParenthesis => {
                "parentheses do not pair; an open one reaches to the end, a closing one alone was left out".into()
            }
            Self::AndNotNeeded => "AND is not needed; all words are looked for, close together".into(),
            Self::OrIsWritten => format!("{about} was left out; write OR for either"),
            Self::NotIsAWord => "NOT is looked for as a word; write -word to exclude one".into(),
            Self::NotAnOperator => {
                format!(
                    "{about} is looked for as words; write a NEAR/5 b for words near each other, -word to exclude one"
                )
            }
            Self::ExclusionAlone => "an alternative that only excludes finds nothing".into(),
            Self::NothingRequired => {
                "nothing was given to look for, only what to leave out or how close; add a word".into()
            }
        }
    }
}

/// How the values of filters are written.
const FILTER_FORMS: &str = "write lang:sv, date:2021..2022-05, after:2021-05-31, trust:doubtful or good, within:90s or 40w, speaker:\"Ann Lee\"";

/// Collects notes in the order in which they come up.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(Kind, Vec<String>)>);

/// How many things one note names before it only counts.
const NAMED: usize = 3;

/// The longest name of a thing in a note, in characters.
const NAME_CHARS: usize = 60;

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
