//! A field is one thing that is known of a recording, with the form in which it is kept.

use std::fmt;
use std::str::FromStr;

use indexer::recording::Language;
use serde::{Deserialize, Serialize};

use super::{date, on_one_line};

/// The longest value of one line, in characters; a longer one is a mistake, such as a whole text in the wrong column.
const LONGEST_LINE: usize = 1_000;

/// The longest description, in characters: some pages.
const LONGEST_TEXT: usize = 20_000;

/// One thing that is known of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Field {
    /// What people call it; every recording has one.
    Title,
    /// When it was recorded: `2021`, `2021-05` or `2021-05-31`.
    Date,
    /// Who is in it.
    People,
    /// Where it was recorded.
    Place,
    /// What it is about; the only field of several lines.
    Description,
    /// The languages that are spoken in it, as codes.
    Language,
    /// What may be done with it.
    Rights,
    /// Where it was published.
    SourceUrl,
    /// The collection it belongs to, wherever its file lies.
    Folder,
}

/// A value that a field cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct BadValue {
    /// The field.
    pub field: Field,
    /// What is wrong with the value, and what to write.
    pub problem: String,
}

/// A name that no field has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no field; there are {all}", all = Field::ALL.map(Field::name).join(", "))]
pub struct NoField(pub String);

/// Other names for fields, most of them of Dublin Core, without the signs between words.
const ALIASES: [(&str, Field); 25] = [
    ("created", Field::Date),
    ("issued", Field::Date),
    ("recorded", Field::Date),
    ("creator", Field::People),
    ("contributor", Field::People),
    ("contributors", Field::People),
    ("author", Field::People),
    ("person", Field::People),
    ("interviewee", Field::People),
    ("interviewer", Field::People),
    ("speakers", Field::People),
    ("coverage", Field::Place),
    ("spatial", Field::Place),
    ("location", Field::Place),
    ("abstract", Field::Description),
    ("summary", Field::Description),
    ("lang", Field::Language),
    ("languages", Field::Language),
    ("license", Field::Rights),
    ("licence", Field::Rights),
    ("accessrights", Field::Rights),
    ("source", Field::SourceUrl),
    ("url", Field::SourceUrl),
    ("ispartof", Field::Folder),
    ("collection", Field::Folder),
];

impl Field {
    /// Every field, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Date,
        Self::People,
        Self::Place,
        Self::Description,
        Self::Language,
        Self::Rights,
        Self::SourceUrl,
        Self::Folder,
    ];

    /// Returns the name used in files, over HTTP and in the catalogue.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Date => "date",
            Self::People => "people",
            Self::Place => "place",
            Self::Description => "description",
            Self::Language => "language",
            Self::Rights => "rights",
            Self::SourceUrl => "source_url",
            Self::Folder => "folder",
        }
    }

    /// Returns the field that a key of a file means: its name, or one of Dublin Core, with `dc:` or without, in any
    /// case.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let plain = plain(key);
        let is_named = |field: &Self| field.name().replace('_', "") == plain;
        let alias = || ALIASES.iter().find(|(alias, _)| *alias == plain).map(|&(_, field)| field);
        Self::ALL.into_iter().find(is_named).or_else(alias)
    }

    /// Returns the name of a field that a key is nearly, as a typing mistake makes it.
    #[must_use]
    pub fn nearly(key: &str) -> Option<&'static str> {
        let plain = plain(key);
        let distance = |field: &Self| strsim::osa_distance(&plain, &field.name().replace('_', ""));
        let nearest = Self::ALL.into_iter().min_by_key(distance)?;
        // One wrong letter in three is a mistake, more is another word.
        (!plain.is_empty() && distance(&nearest) * 3 <= plain.len()).then(|| nearest.name())
    }

    /// Returns a value in the form in which it is kept; an empty one means that there is none.
    ///
    /// # Errors
    /// When the field cannot have this value; the error says what to write.
    pub fn read(self, text: &str) -> Result<String, BadValue> {
        let bad = |problem: String| BadValue { field: self, problem };
        let (value, longest) = match self {
            Self::Description => (paragraphs(text), LONGEST_TEXT),
            _ => (on_one_line(text), LONGEST_LINE),
        };
        if value.chars().count() > longest {
            return Err(bad(format!("longer than {longest} characters; shorten it")));
        }
        if value.is_empty() {
            return match self {
                Self::Title => Err(bad("a recording needs a title; clear it to go back to that of its file".into())),
                _ => Ok(value),
            };
        }
        match self {
            Self::Date => date::read(&value)
                .ok_or_else(|| bad(format!("{value:?} is no date; write 2021, 2021-05 or 2021-05-31"))),
            Self::Language => languages(&value)
                .ok_or_else(|| bad(format!("{value:?} is no language; write a code such as sv, or several: en, sv"))),
            Self::SourceUrl if !is_web_address(&value) => {
                Err(bad(format!("{value:?} is no web address; write one that begins with https://")))
            }
            _ => Ok(value),
        }
    }

    /// Returns a value that a file's tags state, or nothing where they state none that can be used.
    #[must_use]
    pub fn read_tag(self, text: &str) -> Option<String> {
        let value = self.read(text).ok().filter(|value| !value.is_empty())?;
        // What clocks and containers that were never set count from.
        let is_unset = self == Self::Date && matches!(&*value, "1904-01-01" | "1970-01-01");
        (!is_unset).then_some(value)
    }
}

/// Returns a key without `dc:`, signs and capitals.
fn plain(key: &str) -> String {
    let key = key.trim().to_lowercase();
    let bare = ["dcterms", "dc"].iter().find_map(|prefix| key.strip_prefix(prefix)?.strip_prefix([':', '.']));
    bare.unwrap_or(&key).replace(['_', '-', ' '], "")
}

/// Returns a text with its lines, without other control characters.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean = |line: &str| line.replace(char::is_control, " ").trim_end().to_owned();
    text.lines().map(clean).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Returns codes of languages, each once.
fn languages(text: &str) -> Option<String> {
    let mut codes: Vec<String> = Vec::new();
    for tag in text.split([',', ';', ' ']).filter(|tag| !tag.is_empty()) {
        let code = Language::from_tag(tag)?.shortest().to_string();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    (!codes.is_empty()).then(|| codes.join(", "))
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !text.contains([' ', '"', '<', '>']))
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Field {
    type Err = NoField;

    fn from_str(name: &str) -> Result<Self, NoField> {
        // As a flag is written, too.
        let written = name.replace('-', "_");
        Self::ALL.into_iter().find(|field| field.name() == written).ok_or_else(|| NoField(name.to_owned()))
    }
}

impl TryFrom<String> for Field {
    type Error = NoField;

    fn try_from(name: String) -> Result<Self, NoField> {
        name.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_dublin_core_mean_fields() {
        for (key, expected) in [
            ("title", Some(Field::Title)),
            ("DC:Title", Some(Field::Title)),
            ("dcterms.created", Some(Field::Date)),
            ("Contributor", Some(Field::People)),
            ("coverage", Some(Field::Place)),
            ("source URL", Some(Field::SourceUrl)),
            ("source-url", Some(Field::SourceUrl)),
            ("dc:isPartOf", Some(Field::Folder)),
            ("dcx:title", None),
            ("publisher", None),
            ("", None),
        ] {
            assert_eq!(Field::of_key(key), expected, "{key:?}");
        }
        assert_eq!([Field::nearly("Titel"), Field::nearly("camera"), Field::nearly("")], [Some("title"), None, None]);
        assert_eq!("source-url".parse(), Ok(Field::SourceUrl));
    }

    #[test]
    fn values_have_one_form() {
        let long = "x".repeat(1_001);
        for (field, text, expected) in [
            (Field::Title, " The\nmuseum ", Ok("The museum")),
            (Field::Title, " ", Err("needs a title")),
            (Field::Title, &long, Err("longer than 1000 characters")),
            (Field::Date, "2021/5/31", Ok("2021-05-31")),
            (Field::Date, "soon", Err("\"soon\" is no date; write 2021")),
            (Field::Date, "", Ok("")),
            (Field::Language, "swe; en-GB, sv", Ok("sv, en")),
            (Field::Language, "Swedish", Err("is no language; write a code such as sv")),
            (Field::Description, "\u{7}one\r\n\r\ntwo\u{7} \n", Ok("one\n\ntwo")),
            (Field::SourceUrl, "https://example.org/a?b#c", Ok("https://example.org/a?b#c")),
            (Field::SourceUrl, "javascript:alert(1)", Err("begins with https://")),
            (Field::SourceUrl, "https:///x", Err("is no web address")),
            (Field::SourceUrl, "https://x/\" onclick", Err("is no web address")),
            (Field::People, "Ann Lee;  Bo Ek", Ok("Ann Lee; Bo Ek")),
        ] {
            match (field.read(text).map_err(|error| error.to_string()), expected) {
                (Ok(value), Ok(expected)) => assert_eq!(value, expected),
                (Err(problem), Err(expected)) => assert!(problem.contains(expected), "{problem}"),
                (got, expected) => panic!("{field} {text:?}: {got:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn tags_that_were_never_set_say_nothing() {
        for (field, text, expected) in [
            (Field::Date, "1904-01-01T00:00:00Z", None),
            (Field::Date, "2021-05-31T10:00:00Z", Some("2021-05-31")),
            (Field::Date, "Tuesday", None),
            (Field::Title, " \u{0} ", None),
            (Field::Title, "Board\u{0}", Some("Board")),
        ] {
            assert_eq!(field.read_tag(text).as_deref(), expected, "{text:?}");
        }
    }
}
