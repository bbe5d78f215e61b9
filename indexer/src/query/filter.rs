//! A filter restricts where a query looks: which recordings, and whose words in them.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use super::Label;
use crate::recording::Language;

/// One restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Whether what it describes is left out.
    pub is_excluded: bool,
    /// What it describes.
    pub value: Value,
}

/// What a filter looks at, and what it wants there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words said by somebody whose name holds this.
    Speaker(Label),
    /// Words in this language.
    Language(Language),
    /// Words in stretches that are doubtful, or in others.
    Doubtful(bool),
    /// Recordings whose title holds this.
    Title(Label),
    /// Recordings with people whose names hold this.
    People(Label),
    /// Recordings made at a place whose name holds this.
    Place(Label),
    /// Recordings with a file in a folder whose path holds this, or in a collection whose name does.
    Folder(Label),
    /// Recordings of these days.
    Date(DateRange),
}

/// Days as they were typed: `2021`, `2021-05` or `2021-05-31`. Two dates are compared as far as both are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateRange {
    /// From one to another, both counted; without one, it is open on that side.
    Between(Option<String>, Option<String>),
    /// Later than this.
    After(String),
    /// Earlier than this.
    Before(String),
}

/// All filters of a query, no two the same.
///
/// Of several filters on speakers, languages, trust or folders one must fit; on titles, people, places and dates each must. An
/// excluded one must never fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters(Vec<Filter>);

/// What filters ask of a recording.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its title.
    pub title: Label,
    /// The names of those who are in it.
    pub people: Vec<Label>,
    /// Where it was made.
    pub place: Label,
    /// The folders that hold its files, and the collection it belongs to.
    pub folders: Vec<Label>,
    /// Its date, ISO 8601.
    pub date: Option<String>,
}

impl Value {
    /// Returns what is written before the colon.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Speaker(_) => "speaker",
            Self::Language(_) => "lang",
            Self::Doubtful(_) => "trust",
            Self::Title(_) => "title",
            Self::People(_) => "people",
            Self::Place(_) => "place",
            Self::Folder(_) => "folder",
            Self::Date(DateRange::Between(..)) => "date",
            Self::Date(DateRange::After(_)) => "after",
            Self::Date(DateRange::Before(_)) => "before",
        }
    }

    /// Returns whether it looks at single words, not at recordings as a whole.
    #[must_use]
    pub fn is_about_words(&self) -> bool {
        matches!(self, Self::Speaker(_) | Self::Language(_) | Self::Doubtful(_))
    }

    /// Reads what stands after the colon of a filter; `None` when it means nothing.
    pub(super) fn read(name: &str, text: &str) -> Option<Self> {
        let label = || Some(Label::new(text)).filter(|label| !label.is_empty());
        match name {
            "speaker" => label().map(Self::Speaker),
            "title" => label().map(Self::Title),
            "people" => label().map(Self::People),
            "place" => label().map(Self::Place),
            "folder" => label().map(Self::Folder),
            "lang" => Language::from_tag(text).map(|language| Self::Language(language.shortest())),
            "trust" => match text.to_ascii_lowercase().as_str() {
                "doubtful" => Some(Self::Doubtful(true)),
                "good" => Some(Self::Doubtful(false)),
                _ => None,
            },
            "after" => day(text).map(|day| Self::Date(DateRange::After(day))),
            "before" => day(text).map(|day| Self::Date(DateRange::Before(day))),
            "date" => {
                let bound = |text: &str| if text.is_empty() { Some(None) } else { day(text).map(Some) };
                let (from, to) = text.split_once("..").unwrap_or((text, text));
                match (bound(from)?, bound(to)?) {
                    (None, None) => None,
                    (Some(from), Some(to)) if compare(&from, &to).is_gt() => None,
                    (from, to) => Some(Self::Date(DateRange::Between(from, to))),
                }
            }
            _ => None,
        }
    }
}

/// Returns a year, month or day when it is written like one and the calendar has it.
fn day(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let number = |part: &str, digits| {
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok())?
    };
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| number(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| number(part, 2))?;
    let is_there = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day) && parts.next().is_none();
    is_there.then(|| text.to_owned())
}

/// Returns how many days a month has.
const fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(400) || year.is_multiple_of(4) && !year.is_multiple_of(100) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Compares two days as far as both are known.
fn compare(one: &str, other: &str) -> Ordering {
    let known = one.len().min(other.len());
    one.as_bytes()[..known].cmp(&other.as_bytes()[..known])
}

impl DateRange {
    fn holds(&self, date: &str) -> bool {
        match self {
            Self::Between(from, to) => {
                from.as_ref().is_none_or(|from| compare(date, from).is_ge())
                    && to.as_ref().is_none_or(|to| compare(date, to).is_le())
            }
            Self::After(day) => compare(date, day).is_gt(),
            Self::Before(day) => compare(date, day).is_lt(),
        }
    }
}

impl Display for DateRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(from, to) if from == to => f.write_str(from.as_deref().unwrap_or_default()),
            Self::Between(from, to) => {
                write!(f, "{}..{}", from.as_deref().unwrap_or_default(), to.as_deref().unwrap_or_default())
            }
            Self::After(day) | Self::Before(day) => f.write_str(day),
        }
    }
}

impl Filters {
    /// Adds a filter unless it is there.
    pub(super) fn add(&mut self, filter: Filter) {
        if !self.0.contains(&filter) {
            self.0.push(filter);
        }
    }

    /// Returns the filters in the order in which they were typed.
    pub fn iter(&self) -> impl Iterator<Item = &Filter> {
        self.0.iter()
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the filters but those that look at what `is_left_out` says.
    #[must_use]
    pub fn without(&self, is_left_out: impl Fn(&Value) -> bool) -> Self {
        Self(self.0.iter().filter(|filter| !is_left_out(&filter.value)).cloned().collect())
    }

    /// Returns the filters but this one.
    pub(super) fn but(&self, left_out: &Filter) -> Self {
        Self(self.0.iter().filter(|filter| *filter != left_out).cloned().collect())
    }

    /// Returns whether a recording may hold hits.
    #[must_use]
    pub fn admit(&self, about: &About) -> bool {
        let dates = |range: &DateRange| about.date.as_ref().is_some_and(|date| range.holds(date));
        self.each(|value| match value {
            Value::Title(label) => Some(about.title.holds(label)),
            Value::People(label) => Some(about.people.iter().any(|name| name.holds(label))),
            Value::Place(label) => Some(about.place.holds(label)),
            Value::Date(range) => Some(dates(range)),
            _ => None,
        }) && self.any(|value| match value {
            Value::Folder(label) => Some(about.folders.iter().any(|folder| folder.holds(label))),
            _ => None,
        })
    }

    /// Returns whether what somebody says counts; `None` is somebody whose name is not known.
    #[must_use]
    pub fn admit_speaker(&self, name: Option<&Label>) -> bool {
        self.any(|value| match value {
            Value::Speaker(label) => Some(name.is_some_and(|name| name.holds(label))),
            _ => None,
        })
    }

    /// Returns whether words in a language count.
    #[must_use]
    pub fn admit_language(&self, language: Language) -> bool {
        self.any(|value| if let Value::Language(wanted) = value { Some(*wanted == language) } else { None })
    }

    /// Returns whether words in a stretch count.
    #[must_use]
    pub fn admit_trust(&self, is_doubtful: bool) -> bool {
        self.any(|value| if let Value::Doubtful(wanted) = value { Some(*wanted == is_doubtful) } else { None })
    }

    /// Whether no excluded filter that `fits` looks at fits, and each other one does.
    fn each(&self, fits: impl Fn(&Value) -> Option<bool>) -> bool {
        self.0.iter().all(|filter| fits(&filter.value).is_none_or(|fits| fits != filter.is_excluded))
    }

    /// Whether no excluded filter that `fits` looks at fits, and one of the others does, if there are any.
    fn any(&self, fits: impl Fn(&Value) -> Option<bool>) -> bool {
        let (mut has_wanted, mut has_fitting) = (false, false);
        for filter in &self.0 {
            match fits(&filter.value) {
                None => {}
                Some(true) if filter.is_excluded => return false,
                Some(_) if filter.is_excluded => {}
                Some(fits) => (has_wanted, has_fitting) = (true, has_fitting || fits),
            }
        }
        has_fitting || !has_wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn about() -> About {
        About {
            title: Label::new("Museum partnership"),
            people: vec![Label::new("Ann Lee"), Label::new("Bo Ek")],
            place: Label::new("Malmö, Sweden"),
            folders: vec![Label::new("/talks/Malmö")],
            date: Some("2021-05-31".into()),
        }
    }

    #[test]
    fn recordings_are_chosen() {
        for (query, expected) in [
            ("", true),
            ("title:museum", true),
            ("title:museum title:budget", false),
            ("-title:museum", false),
            ("people:\"ann lee\" people:ek", true),
            ("people:\"bo lee\"", false),
            ("people:\"lee bo\"", false),
            ("place:malmo place:sweden", true),
            ("-place:malmo", false),
            ("folder:malmo", true),
            ("folder:lund folder:malmo", true),
            ("-folder:malmo", false),
            ("date:2021", true),
            ("date:2021-05..2021-06", true),
            ("date:2021-06..", false),
            ("date:..2021-05-30", false),
            ("after:2021", false),
            ("after:2021-05-30", true),
            ("before:2022 after:2020", true),
            ("before:2021-05", false),
            ("-date:2021", false),
        ] {
            assert_eq!(parse(query).query.filters.admit(&about()), expected, "{query:?}");
        }
        let undated = About { date: None, ..about() };
        assert!(!parse("date:2021").query.filters.admit(&undated));
        assert!(parse("-date:2021").query.filters.admit(&undated));
    }

    #[test]
    fn voices_are_chosen() {
        let name = Label::new("Ann Lee");
        for (query, expected, unknown) in [
            ("", true, true),
            ("speaker:ann", true, false),
            ("speaker:bo", false, false),
            ("speaker:bo speaker:lee", true, false),
            ("-speaker:ann", false, true),
            ("speaker:ann -speaker:lee", false, false),
        ] {
            let filters = parse(query).query.filters;
            assert_eq!(filters.admit_speaker(Some(&name)), expected, "{query:?}");
            assert_eq!(filters.admit_speaker(None), unknown, "{query:?}");
        }
        let filters = parse("lang:swe trust:Doubtful -lang:eng").query.filters;
        let language = |tag| Language::from_tag(tag).expect("a tag");
        assert!(filters.admit_language(language("sv")) && !filters.admit_language(language("fr")));
        assert!(filters.admit_trust(true) && !filters.admit_trust(false));
        assert!(filters.without(|value| matches!(value, Value::Language(_))).admit_language(language("fr")));
    }
}
