//! Statements are what the sources say of one recording: which of them is in effect, and where a person must decide.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BadValue, Field};

/// Where a value comes from, the weakest first: of two that state a field, the later one is in effect.
///
/// A person and a table are both edits; of these the one made last counts, and the other is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The name of the media file.
    Name,
    /// The tags inside the media file.
    Tag,
    /// The document beside the media file.
    Sidecar,
    /// A table of metadata for many recordings.
    Csv,
    /// A person, on the command line or the page.
    Person,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::Name, Self::Tag, Self::Sidecar, Self::Csv, Self::Person];

    /// Returns the name used in the catalogue and over HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Tag => "tag",
            Self::Sidecar => "sidecar",
            Self::Csv => "csv",
            Self::Person => "person",
        }
    }
}

impl FromStr for Source {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|source| source.as_str() == name).ok_or(())
    }
}

/// What the sources edit with.
const EDITS: [Source; 2] = [Source::Csv, Source::Person];

/// What one source says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The value; empty when the source says that there is none.
    pub value: String,
    /// What the sidecar said when an edit was made or kept; `None` for nothing, and for what is no edit.
    pub against: Option<String>,
}

/// What all sources say of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements(BTreeMap<(Field, Source), Statement>);

/// A field of which the sidecar says something else than an edit, and was written later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: Field,
    /// What is in effect; empty for none.
    pub value: String,
    /// What the sidecar says.
    pub sidecar: String,
}

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// It has this value; empty for none.
    Set(String),
    /// The edit is forgotten: the file's own sources count again.
    Clear,
    /// The sidecar is right.
    TakeSidecar,
    /// The edit stays, whatever the sidecar says now.
    Keep,
}

/// Changes to the fields of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit(BTreeMap<Field, Change>);

/// Why fields cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A field cannot have this value.
    #[error(transparent)]
    Value(#[from] BadValue),
    /// Two things are asked of one field.
    #[error("{0}: two changes are asked for; choose one")]
    Twice(Field),
    /// Nothing is to be decided about a field.
    #[error("{0}: nothing is to be decided; the sidecar says nothing else than what is in effect")]
    NoConflict(Field),
}

impl Edit {
    /// Puts changes together: values to set, fields whose edits are forgotten, fields that are as the sidecar says, and
    /// fields that stay as they were edited.
    ///
    /// # Errors
    /// When a field cannot have its value, or is named twice.
    pub fn new(
        set: impl IntoIterator<Item = (Field, String)>,
        clear: impl IntoIterator<Item = Field>,
        take_sidecar: impl IntoIterator<Item = Field>,
        keep: impl IntoIterator<Item = Field>,
    ) -> Result<Self, EditError> {
        let mut edit = Self::default();
        for (field, text) in set {
            edit.add(field, Change::Set(field.read(&text)?))?;
        }
        clear.into_iter().try_for_each(|field| edit.add(field, Change::Clear))?;
        take_sidecar.into_iter().try_for_each(|field| edit.add(field, Change::TakeSidecar))?;
        keep.into_iter().try_for_each(|field| edit.add(field, Change::Keep))?;
        Ok(edit)
    }

    fn add(&mut self, field: Field, change: Change) -> Result<(), EditError> {
        match self.0.insert(field, change) {
            None => Ok(()),
            Some(_) => Err(EditError::Twice(field)),
        }
    }

    /// Returns whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Statements {
    /// Puts statements together as they were kept.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = ((Field, Source), Statement)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Returns the statements as they are kept.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Source, &Statement)> {
        self.0.iter().map(|(&(field, source), statement)| (field, source, statement))
    }

    /// Replaces all that a source says that is no edit.
    pub fn say(&mut self, source: Source, values: impl IntoIterator<Item = (Field, String)>) {
        self.0.retain(|&(_, other), _| other != source);
        let statement = |(field, value)| ((field, source), Statement { value, against: None });
        self.0.extend(values.into_iter().map(statement));
    }

    /// Changes fields in the name of a person or a table.
    ///
    /// # Errors
    /// When there is nothing to decide about a field; then nothing is changed.
    pub fn edit(&mut self, edit: &Edit, by: Source) -> Result<(), EditError> {
        let mut edited = self.clone();
        for (&field, change) in &edit.0 {
            let against = self.of_source(field, Source::Sidecar).map(|statement| statement.value.clone());
            let is_so = |value: &str| self.in_effect(field).map_or("", |(_, value)| value) == value;
            match change {
                // Who fills in a template repeats most of what is known; that makes it no edit.
                Change::Set(value) if by == Source::Csv && is_so(value) => {}
                Change::Set(value) => {
                    edited.forget_edits(field);
                    edited.0.insert((field, by), Statement { value: value.clone(), against });
                }
                Change::Clear => edited.forget_edits(field),
                Change::TakeSidecar if self.conflict(field).is_some() => edited.forget_edits(field),
                Change::Keep if self.conflict(field).is_some() => {
                    for source in EDITS {
                        edited.0.entry((field, source)).and_modify(|edit| edit.against.clone_from(&against));
                    }
                }
                Change::TakeSidecar | Change::Keep => return Err(EditError::NoConflict(field)),
            }
        }
        *self = edited;
        Ok(())
    }

    /// Returns the value of a field that is in effect, and where it comes from; an empty one says that there is none.
    #[must_use]
    pub fn in_effect(&self, field: Field) -> Option<(Source, &str)> {
        let said = |source| self.of_source(field, source).map(|statement| (source, statement.value.as_str()));
        Source::ALL.into_iter().rev().find_map(said)
    }

    /// Returns where a sidecar that was written later says something else than an edit.
    pub fn conflicts(&self) -> impl Iterator<Item = Conflict> {
        Field::ALL.into_iter().filter_map(|field| self.conflict(field))
    }

    fn conflict(&self, field: Field) -> Option<Conflict> {
        let edit = EDITS.into_iter().find_map(|source| self.of_source(field, source))?;
        let sidecar = &self.of_source(field, Source::Sidecar)?.value;
        let is_open = *sidecar != edit.value && edit.against.as_ref() != Some(sidecar);
        is_open.then(|| Conflict { field, value: edit.value.clone(), sidecar: sidecar.clone() })
    }

    fn of_source(&self, field: Field, source: Source) -> Option<&Statement> {
        self.0.get(&(field, source))
    }

    fn forget_edits(&mut self, field: Field) {
        self.0.retain(|&(other, source), _| other != field || !EDITS.contains(&source));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(text: &str) -> [(Field, String); 1] {
        [(Field::Title, text.into())]
    }

    fn set(text: &str) -> Edit {
        Edit::new(title(text), [], [], []).expect("a title")
    }

    fn shown(statements: &Statements) -> String {
        let (source, value) = statements.in_effect(Field::Title).expect("a title");
        let conflict = statements.conflicts().next().map_or_else(String::new, |it| format!(" ({} asks)", it.sidecar));
        format!("{value} by {}{conflict}", source.as_str())
    }

    #[test]
    fn the_strongest_source_is_in_effect() {
        let mut said = Statements::default();
        for (source, expected) in [
            (Source::Name, "name by name"),
            (Source::Sidecar, "sidecar by sidecar"),
            (Source::Tag, "sidecar by sidecar"),
        ] {
            said.say(source, title(source.as_str()));
            assert_eq!(shown(&said), expected);
        }
        said.say(Source::Sidecar, []);
        assert_eq!(shown(&said), "tag by tag", "what a sidecar no longer says");
        said.edit(&set("mine"), Source::Person).expect("an edit");
        assert_eq!(shown(&said), "mine by person");
        said.edit(&set("listed"), Source::Csv).expect("an edit");
        assert_eq!(shown(&said), "listed by csv", "the last edit counts");
        said.edit(&set("listed"), Source::Person).expect("an edit");
        said.edit(&set("listed"), Source::Csv).expect("an edit");
        assert_eq!(shown(&said), "listed by person", "a table that repeats what is so says nothing");
        said.edit(&set("mine"), Source::Person).expect("an edit");
        said.edit(&Edit::new([], [Field::Title], [], []).expect("an edit"), Source::Person).expect("clearing");
        assert_eq!(shown(&said), "tag by tag", "no older edit comes back");
    }

    #[test]
    fn a_sidecar_that_was_written_later_asks() {
        let mut said = Statements::default();
        said.say(Source::Sidecar, title("first"));
        said.edit(&set("mine"), Source::Person).expect("an edit");
        assert_eq!(shown(&said), "mine by person", "it was known when the edit was made");
        said.say(Source::Sidecar, title("second"));
        assert_eq!(shown(&said), "mine by person (second asks)");
        said.say(Source::Sidecar, title("mine"));
        assert_eq!(shown(&said), "mine by person", "they agree");
        said.say(Source::Sidecar, title("third"));
        let keep = Edit::new([], [], [], [Field::Title]).expect("an edit");
        said.edit(&keep, Source::Person).expect("keeping");
        assert_eq!(shown(&said), "mine by person");
        assert_eq!(said.edit(&keep, Source::Person), Err(EditError::NoConflict(Field::Title)));
        said.say(Source::Sidecar, title("fourth"));
        assert_eq!(shown(&said), "mine by person (fourth asks)");
        let take = Edit::new([], [], [Field::Title], []).expect("an edit");
        said.edit(&take, Source::Person).expect("taking");
        assert_eq!(shown(&said), "fourth by sidecar");
        said.say(Source::Sidecar, title("fifth"));
        assert_eq!(shown(&said), "fifth by sidecar", "who took it follows it");
    }

    #[test]
    fn a_first_sidecar_asks_and_what_a_person_emptied_stays_empty() {
        let mut said = Statements::default();
        let none = Edit::new([(Field::Place, " ".into())], [], [], []).expect("an edit");
        said.edit(&none, Source::Person).expect("an edit");
        assert_eq!(said.in_effect(Field::Place), Some((Source::Person, "")));
        said.say(Source::Sidecar, [(Field::Place, "Malmö".into())]);
        assert_eq!(said.in_effect(Field::Place), Some((Source::Person, "")));
        assert_eq!(said.conflicts().count(), 1);
    }

    #[test]
    fn an_edit_names_a_field_once() {
        assert_eq!(Edit::new(title("x"), [Field::Title], [], []), Err(EditError::Twice(Field::Title)));
        assert!(matches!(Edit::new(title(" "), [], [], []), Err(EditError::Value(_))));
    }
}
