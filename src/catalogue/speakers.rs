//! Speakers are the people in a recording: as its transcript calls them, and as a person does.

use indexer::recording::RecordingId;

use super::{Catalogue, Result};
use crate::metadata::on_one_line;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// One speaker of a transcript; its place in the list is its ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// What the transcript calls them: `Left`, or the name in a subtitle file.
    pub spoken_as: String,
    /// What they are called. Several that are called the same are one person.
    pub name: String,
}

/// A change to what speakers are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeakerChange {
    /// One gets a name that nobody has.
    Rename {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// Two are one person, called as the second is.
    Merge {
        /// Whose name goes.
        from: String,
        /// Whose name stays.
        into: String,
    },
    /// Those who are called so are called as in the transcript again.
    Reset {
        /// The name until now.
        name: String,
    },
}

/// Why speakers cannot be called so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeakerError {
    /// Nobody has this name.
    #[error("nobody in this recording is called {0:?}; {known}", known = known(.1))]
    Unknown(String, Vec<String>),
    /// Somebody has this name.
    #[error("somebody is called {0:?} already; if both are one person, merge them")]
    Taken(String),
    /// The name is empty or too long.
    #[error("a name has between 1 and {LONGEST} characters")]
    Name,
    /// Somebody cannot be merged with themselves.
    #[error("{0:?} is one person already; name another to merge with")]
    Same(String),
}

fn known(names: &[String]) -> String {
    if names.is_empty() { "its transcript names no speakers".into() } else { format!("there are {}", names.join(", ")) }
}

/// Returns the names of people, each once, in the order of their first ordinals.
#[must_use]
pub fn people(names: &[String]) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for name in names {
        if !people.contains(name) {
            people.push(name.clone());
        }
    }
    people
}

/// Changes what speakers are called.
fn change(speakers: &mut [Speaker], change: &SpeakerChange) -> Result<(), SpeakerError> {
    let names = people(&speakers.iter().map(|speaker| speaker.name.clone()).collect::<Vec<_>>());
    let find = |wanted: &str| {
        let same_case = names.iter().find(|name| *name == wanted);
        let any_case = || names.iter().find(|name| name.to_lowercase() == wanted.to_lowercase());
        same_case.or_else(any_case).ok_or_else(|| SpeakerError::Unknown(wanted.to_owned(), names.clone()))
    };
    match change {
        SpeakerChange::Rename { from, to } => {
            let (from, to) = (find(&on_one_line(from))?, on_one_line(to));
            if to.is_empty() || to.chars().count() > LONGEST {
                return Err(SpeakerError::Name);
            }
            if to != *from && names.contains(&to) {
                return Err(SpeakerError::Taken(to));
            }
            call(speakers, from, |_| to.clone());
        }
        SpeakerChange::Merge { from, into } => {
            let (from, into) = (find(&on_one_line(from))?, find(&on_one_line(into))?);
            if from == into {
                return Err(SpeakerError::Same(from.clone()));
            }
            call(speakers, from, |_| into.clone());
        }
        SpeakerChange::Reset { name } => {
            let name = find(&on_one_line(name))?;
            call(speakers, name, |speaker| speaker.spoken_as.clone());
        }
    }
    Ok(())
}

fn call(speakers: &mut [Speaker], name: &str, called: impl Fn(&Speaker) -> String) {
    for speaker in speakers.iter_mut().filter(|speaker| speaker.name == name) {
        speaker.name = called(speaker);
    }
}

struct Row {
    spoken_as: String,
    name: String,
}

from_columns!(Row { spoken_as, name });

impl From<Row> for Speaker {
    fn from(Row { spoken_as, name }: Row) -> Self {
        Self { spoken_as, name }
    }
}

const SPEAKERS: &str = "
    SELECT s.name AS spoken_as, coalesce(n.name, s.name) AS name FROM speakers s
      LEFT JOIN speaker_names n ON n.recording = s.recording AND n.spoken_as = s.name
     WHERE s.recording = ? ORDER BY s.ordinal";

impl Catalogue {
    /// Returns the speakers of a recording's current transcript, by ordinal.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn speakers(&self, recording: RecordingId) -> Result<Vec<Speaker>> {
        let rows: Vec<Row> = sqlx::query_as(SPEAKERS).bind(recording.to_string()).fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(Speaker::from).collect())
    }

    /// Changes what speakers of a recording are called, one change after the other; all are made or none.
    ///
    /// # Errors
    /// When the catalogue fails; the inner error says which change cannot be made.
    pub async fn change_speakers(
        &self,
        recording: RecordingId,
        changes: &[SpeakerChange],
    ) -> Result<Result<Vec<Speaker>, SpeakerError>> {
        let id = recording.to_string();
        let mut transaction = self.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(SPEAKERS).bind(&id).fetch_all(&mut *transaction).await?;
        let mut speakers: Vec<Speaker> = rows.into_iter().map(Speaker::from).collect();
        for wanted in changes {
            if let Err(error) = change(&mut speakers, wanted) {
                return Ok(Err(error));
            }
        }
        for speaker in &speakers {
            // A name for somebody whom this transcript does not know stays: another may.
            sqlx::query("DELETE FROM speaker_names WHERE recording = ? AND spoken_as = ?")
                .bind(&id)
                .bind(&speaker.spoken_as)
                .execute(&mut *transaction)
                .await?;
            if speaker.name != speaker.spoken_as {
                sqlx::query("INSERT INTO speaker_names (recording, spoken_as, name) VALUES (?, ?, ?)")
                    .bind(&id)
                    .bind(&speaker.spoken_as)
                    .bind(&speaker.name)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(Ok(speakers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes changes to Left, Right and Ann, and returns what they are called then, or why the last cannot be made.
    fn called(changes: &[SpeakerChange]) -> Result<String, String> {
        let speaker = |name: &str| Speaker { spoken_as: name.into(), name: name.into() };
        let mut speakers = ["Left", "Right", "Ann"].map(speaker);
        for wanted in changes {
            change(&mut speakers, wanted).map_err(|error| error.to_string())?;
        }
        Ok(speakers.map(|speaker| speaker.name).join(","))
    }

    #[test]
    fn speakers_are_renamed_merged_and_called_as_before() {
        let rename = |from: &str, to: &str| SpeakerChange::Rename { from: from.into(), to: to.into() };
        let merge = |from: &str, into: &str| SpeakerChange::Merge { from: from.into(), into: into.into() };
        let reset = |name: &str| SpeakerChange::Reset { name: name.into() };
        let known = |name: &str| format!("nobody in this recording is called {name:?}; there are Left, Right, Ann");
        for (changes, expected) in [
            (vec![rename("Left", " Ann\nLee ")], Ok("Ann Lee,Right,Ann")),
            (vec![rename("left", "Bo")], Ok("Bo,Right,Ann")),
            (vec![rename("Left", "LEFT")], Ok("LEFT,Right,Ann")),
            (vec![rename("Left", "Ann Lee"), merge("Ann", "Ann Lee")], Ok("Ann Lee,Right,Ann Lee")),
            (vec![merge("Ann", "Left"), rename("Left", "Bo")], Ok("Bo,Right,Bo")),
            (vec![merge("Ann", "Left"), rename("Left", "Bo"), reset("Bo")], Ok("Left,Right,Ann")),
            (vec![rename("Lft", "Bo")], Err(known("Lft"))),
            (vec![rename("Left", "Ann")], Err(SpeakerError::Taken("Ann".into()).to_string())),
            (vec![rename("Left", " ")], Err(SpeakerError::Name.to_string())),
            (vec![rename("Left", &"x".repeat(201))], Err(SpeakerError::Name.to_string())),
            (vec![merge("Left", "left")], Err(SpeakerError::Same("Left".into()).to_string())),
            (vec![merge("Left", "Bo")], Err(known("Bo"))),
        ] {
            assert_eq!(called(&changes), expected.map(str::to_owned), "{changes:?}");
        }
        assert_eq!(people(&["A", "B", "A"].map(str::to_owned)), ["A", "B"]);
    }
}
