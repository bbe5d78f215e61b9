//! What the sources say of recordings, and what of it is in effect.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;
use sqlx::{Sqlite, Transaction};

use super::{Catalogue, CatalogueError, Result, bytes_of, id_of, path_of};
use crate::metadata::statements::Statement;
use crate::metadata::{Conflict, Edit, EditError, Field, Source, Statements};

struct Row {
    field: String,
    source: String,
    value: String,
    against: Option<String>,
}

from_columns!(Row { field, source, value, against });

/// The columns of `recordings` that hold what is in effect.
const SETTLE: &str = "
    UPDATE recordings SET title = coalesce(?, title), date = ?, people = ?, place = ?, description = ?, language = ?,
           rights = ?, source_url = ?, folder = ? WHERE id = ?";

/// A document beside the media, as it was read.
#[derive(Debug)]
pub struct ReadDocument<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// What tells whether it changed since.
    pub stamp: &'a str,
    /// What it states; `None` when it could not be read: then what it stated before stays.
    pub values: Option<BTreeMap<Field, String>>,
    /// What cannot be used of it, in words.
    pub problem: Option<String>,
}

/// How an edit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// Done; whether anything is otherwise than before.
    Done(bool),
    /// There is no such recording.
    Gone,
    /// It cannot be done.
    Refused(EditError),
}

impl Catalogue {
    /// Returns what the sources say of a recording.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn statements(&self, recording: RecordingId) -> Result<Statements> {
        let rows: Vec<Row> = sqlx::query_as("SELECT field, source, value, against FROM statements WHERE recording = ?")
            .bind(recording.to_string())
            .fetch_all(&self.readers)
            .await?;
        statements(recording, rows)
    }

    /// Changes fields of a recording in the name of a person or a table.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn edit(&self, recording: RecordingId, edit: &Edit, by: Source) -> Result<Edited> {
        let mut change = self.begin().await?;
        let known: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM recordings WHERE id = ?")
            .bind(recording.to_string())
            .fetch_optional(&mut *change)
            .await?;
        if known.is_none() {
            return Ok(Edited::Gone);
        }
        let before = load(&mut change, recording).await?;
        let mut after = before.clone();
        if let Err(error) = after.edit(edit, by) {
            return Ok(Edited::Refused(error));
        }
        store(&mut change, recording, &after).await?;
        change.commit().await?;
        Ok(Edited::Done(before != after))
    }

    /// Stores what the document beside a recording's media states; returns where a person must decide now and did not
    /// have to before.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_document(&self, recording: RecordingId, document: ReadDocument<'_>) -> Result<Vec<Conflict>> {
        let mut change = self.begin().await?;
        sqlx::query("INSERT OR REPLACE INTO documents (recording, path, stamp, problem) VALUES (?, ?, ?, ?)")
            .bind(recording.to_string())
            .bind(bytes_of(document.path))
            .bind(document.stamp)
            .bind(&document.problem)
            .execute(&mut *change)
            .await?;
        let mut new = Vec::new();
        if let Some(values) = document.values {
            let mut statements = load(&mut change, recording).await?;
            let before: Vec<Conflict> = statements.conflicts().collect();
            statements.say(Source::Sidecar, values);
            store(&mut change, recording, &statements).await?;
            new.extend(statements.conflicts().filter(|conflict| !before.contains(conflict)));
        }
        change.commit().await?;
        Ok(new)
    }

    /// Forgets that a recording has a document; what it stated stays.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn forget_document(&self, recording: RecordingId) -> Result<()> {
        sqlx::query("DELETE FROM documents WHERE recording = ?")
            .bind(recording.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns the document of every recording that has one, and what tells whether it changed since it was read.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn documents(&self) -> Result<HashMap<RecordingId, (PathBuf, String)>> {
        let rows: Vec<(String, Vec<u8>, String)> =
            sqlx::query_as("SELECT recording, path, stamp FROM documents").fetch_all(&self.readers).await?;
        rows.into_iter().map(|(id, path, stamp)| Ok((id_of(&id)?, (path_of(path), stamp)))).collect()
    }

    /// Returns where a person must decide, for one recording or all.
    pub(super) async fn conflicts(&self, of: Option<RecordingId>) -> Result<HashMap<String, Vec<Conflict>>> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT e.recording, e.field, e.value, s.value
               FROM statements e INDEXED BY edits
               JOIN statements s ON s.recording = e.recording AND s.field = e.field AND s.source = 'sidecar'
              WHERE e.source IN ('csv', 'person') AND s.value <> e.value AND e.against IS NOT s.value
                AND (?1 IS NULL OR e.recording = ?1)",
        )
        .bind(of.map(|id| id.to_string()))
        .fetch_all(&self.readers)
        .await?;
        let mut conflicts: HashMap<String, Vec<Conflict>> = HashMap::new();
        for (recording, field, value, sidecar) in rows {
            let field = field.parse().map_err(|_| CatalogueError::Damaged(format!("field {field}")))?;
            conflicts.entry(recording).or_default().push(Conflict { field, value, sidecar });
        }
        for conflicts in conflicts.values_mut() {
            conflicts.sort_by_key(|conflict| conflict.field);
        }
        Ok(conflicts)
    }
}

/// Makes a source of the file say these values and no others.
pub(super) async fn say(
    change: &mut Transaction<'static, Sqlite>,
    recording: RecordingId,
    source: Source,
    values: impl IntoIterator<Item = (Field, String)>,
) -> Result<()> {
    let before = load(change, recording).await?;
    let mut after = before.clone();
    after.say(source, values);
    if before == after { Ok(()) } else { store(change, recording, &after).await }
}

/// Puts in effect what the sources say of a recording.
pub(super) async fn settle(change: &mut Transaction<'static, Sqlite>, recording: RecordingId) -> Result<()> {
    let said = load(change, recording).await?;
    store(change, recording, &said).await
}

async fn load(change: &mut Transaction<'static, Sqlite>, recording: RecordingId) -> Result<Statements> {
    let rows: Vec<Row> = sqlx::query_as("SELECT field, source, value, against FROM statements WHERE recording = ?")
        .bind(recording.to_string())
        .fetch_all(&mut **change)
        .await?;
    statements(recording, rows)
}

fn statements(recording: RecordingId, rows: Vec<Row>) -> Result<Statements> {
    let statement = |row: Row| {
        let damaged = || CatalogueError::Damaged(format!("metadata of recording {recording}"));
        let field = row.field.parse().map_err(|_| damaged())?;
        let source = row.source.parse().map_err(|()| damaged())?;
        Ok(((field, source), Statement { value: row.value, against: row.against }))
    };
    Ok(Statements::of(rows.into_iter().map(statement).collect::<Result<Vec<_>>>()?))
}

/// Replaces the statements of a recording, and with them what is in effect.
async fn store(change: &mut Transaction<'static, Sqlite>, recording: RecordingId, said: &Statements) -> Result<()> {
    let id = recording.to_string();
    sqlx::query("DELETE FROM statements WHERE recording = ?").bind(&id).execute(&mut **change).await?;
    for (field, source, statement) in said.iter() {
        sqlx::query("INSERT INTO statements (recording, field, source, value, against) VALUES (?, ?, ?, ?, ?)")
            .bind(&id)
            .bind(field.name())
            .bind(source.as_str())
            .bind(&statement.value)
            .bind(&statement.against)
            .execute(&mut **change)
            .await?;
    }
    let mut settle = sqlx::query(SETTLE);
    // In the order of the columns above.
    for field in Field::ALL {
        let value = said.in_effect(field).map(|(_, value)| value).filter(|value| !value.is_empty());
        settle = settle.bind(value.map(str::to_owned));
    }
    settle.bind(&id).execute(&mut **change).await?;
    Ok(())
}
