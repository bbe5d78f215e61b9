//! A file is one path under which a recording's media were seen; several paths may hold one recording.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

use super::{Catalogue, Result, bytes_of, id_of, metadata, path_of};

/// What tells whether a file was changed since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Length in bytes.
    pub size: u64,
    /// Time of the last change, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The file's number on its disk.
    pub inode: u64,
}

/// A file as it was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFile {
    /// What told whether it changed.
    pub stamp: Stamp,
    /// The recording that it held.
    pub recording: RecordingId,
    /// Whether it was not there when it was last looked for.
    pub is_missing: bool,
}

/// A file that was read just now.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// Where it is.
    pub path: PathBuf,
    /// What tells whether it changes.
    pub stamp: Stamp,
    /// The recording that it holds.
    pub recording: RecordingId,
    /// What the recording is called, if it is new.
    pub title: String,
}

/// What became of the catalogue when files were taken.
#[derive(Debug, Default)]
pub struct Taken {
    /// Recordings that were not known before.
    pub new: Vec<RecordingId>,
    /// Recordings that were known at another path, which is gone.
    pub moved: Vec<RecordingId>,
    /// Recordings whose last file holds other bytes now; their words stay.
    pub changed: Vec<RecordingId>,
    /// Recordings whose last file holds other bytes now and that never had words: what a person said of them is said of
    /// the new one, and nothing else is left.
    pub forgotten: Vec<(RecordingId, String)>,
}

#[derive(Debug)]
struct Row {
    path: Vec<u8>,
    size: i64,
    mtime_ns: i64,
    inode: i64,
    recording: String,
    missing: bool,
}

from_columns!(Row { path, size, mtime_ns, inode, recording, missing });

/// Numbers of a file system may use all 64 bits; the catalogue keeps the same bits as a signed number.
pub(super) const fn signed(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

/// Gives those bits back as the number that they were.
pub(super) const fn unsigned(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}

impl Catalogue {
    /// Returns which recording a path held when it was last read, if the file is still the same.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn file(&self, path: &Path, stamp: Stamp) -> Result<Option<RecordingId>> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT recording FROM files WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ?")
                .bind(bytes_of(path))
                .bind(signed(stamp.size))
                .bind(stamp.mtime_ns)
                .bind(signed(stamp.inode))
                .fetch_optional(&self.readers)
                .await?;
        row.map(|(id,)| id_of(&id)).transpose()
    }

    /// Returns what told whether a file changed when it was last read.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn stamp_of(&self, path: &Path) -> Result<Option<Stamp>> {
        let row: Option<(i64, i64, i64)> = sqlx::query_as("SELECT size, mtime_ns, inode FROM files WHERE path = ?")
            .bind(bytes_of(path))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(size, mtime_ns, inode)| Stamp { size: unsigned(size), mtime_ns, inode: unsigned(inode) }))
    }

    /// Returns every file that was seen at some paths and in the folders there.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn files_at(&self, places: &[PathBuf]) -> Result<BTreeMap<PathBuf, KnownFile>> {
        let mut files = BTreeMap::new();
        for place in places {
            // All that begins with the folder's name and a slash; the byte after the slash ends it.
            let folder = bytes_of(place).strip_suffix(b"/").unwrap_or(bytes_of(place));
            let (first, end) = ([folder, b"/"].concat(), [folder, b"0"].concat());
            let rows: Vec<Row> = sqlx::query_as(
                "SELECT path, size, mtime_ns, inode, recording, missing_since IS NOT NULL AS missing
                   FROM files WHERE path = ? OR path >= ? AND path < ?",
            )
            .bind(bytes_of(place))
            .bind(first)
            .bind(end)
            .fetch_all(&self.readers)
            .await?;
            for row in rows {
                let stamp = Stamp { size: unsigned(row.size), mtime_ns: row.mtime_ns, inode: unsigned(row.inode) };
                let known = KnownFile { stamp, recording: id_of(&row.recording)?, is_missing: row.missing };
                files.insert(path_of(row.path), known);
            }
        }
        Ok(files)
    }

    /// Stores which files are gone and which are there again. A recording that has another file forgets the one that
    /// is gone: it was moved. What waits for a file that is there again is due at once.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_presence(&self, gone: &[PathBuf], back: &[PathBuf]) -> Result<()> {
        if gone.is_empty() && back.is_empty() {
            return Ok(());
        }
        let now = jiff::Timestamp::now().to_string();
        let mut change = self.begin().await?;
        for path in gone {
            sqlx::query("UPDATE files SET missing_since = coalesce(missing_since, ?) WHERE path = ?")
                .bind(&now)
                .bind(bytes_of(path))
                .execute(&mut *change)
                .await?;
            sqlx::query(
                "DELETE FROM files AS f WHERE path = ? AND EXISTS
                        (SELECT 1 FROM files o WHERE o.recording = f.recording AND o.missing_since IS NULL)",
            )
            .bind(bytes_of(path))
            .execute(&mut *change)
            .await?;
        }
        for path in back {
            sqlx::query("UPDATE files SET missing_since = NULL WHERE path = ?")
                .bind(bytes_of(path))
                .execute(&mut *change)
                .await?;
            sqlx::query(
                "UPDATE jobs SET next_try_ms = NULL
                  WHERE next_try_ms IS NOT NULL AND recording = (SELECT recording FROM files WHERE path = ?)",
            )
            .bind(bytes_of(path))
            .execute(&mut *change)
            .await?;
        }
        Ok(change.commit().await?)
    }

    /// Stores what files hold that were read, together, and what became of what they held before.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn take_files(&self, files: &[ReadFile]) -> Result<Taken> {
        let mut taken = Taken::default();
        if files.is_empty() {
            return Ok(taken);
        }
        let now = jiff::Timestamp::now().to_string();
        let mut change = self.begin().await?;
        for file in files {
            let id = file.recording.to_string();
            let added =
                sqlx::query("INSERT INTO recordings (id, title, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                    .bind(&id)
                    .bind(&file.title)
                    .bind(&now)
                    .execute(&mut *change)
                    .await?;
            let before: Option<(String,)> = sqlx::query_as("SELECT recording FROM files WHERE path = ?")
                .bind(bytes_of(&file.path))
                .fetch_optional(&mut *change)
                .await?;
            sqlx::query("INSERT OR REPLACE INTO files (path, size, mtime_ns, inode, recording) VALUES (?, ?, ?, ?, ?)")
                .bind(bytes_of(&file.path))
                .bind(signed(file.stamp.size))
                .bind(file.stamp.mtime_ns)
                .bind(signed(file.stamp.inode))
                .bind(&id)
                .execute(&mut *change)
                .await?;
            if added.rows_affected() > 0 {
                taken.new.push(file.recording);
            } else {
                sqlx::query("UPDATE recordings SET changed_path = NULL WHERE id = ? AND changed_path IS NOT NULL")
                    .bind(&id)
                    .execute(&mut *change)
                    .await?;
                sqlx::query("UPDATE jobs SET next_try_ms = NULL WHERE recording = ? AND next_try_ms IS NOT NULL")
                    .bind(&id)
                    .execute(&mut *change)
                    .await?;
                let left = sqlx::query("DELETE FROM files WHERE recording = ? AND missing_since IS NOT NULL")
                    .bind(&id)
                    .execute(&mut *change)
                    .await?;
                if left.rows_affected() > 0 {
                    taken.moved.push(file.recording);
                }
            }
            if let Some((old,)) = before.filter(|(old,)| *old != id) {
                if added.rows_affected() > 0 {
                    hand_on_edits(&mut change, &old, file.recording).await?;
                }
                lose_file(&mut change, &old, &file.path, &mut taken).await?;
            }
        }
        change.commit().await?;
        Ok(taken)
    }

    /// Returns which recording was last seen at a path, changed since or not.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn recording_at(&self, path: &Path) -> Result<Option<RecordingId>> {
        let row: Option<(String,)> = sqlx::query_as("SELECT recording FROM files WHERE path = ?")
            .bind(bytes_of(path))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|(id,)| id_of(&id)).transpose()
    }

    /// Stores that a path holds a recording, in place of what it held.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_file(&self, path: &Path, stamp: Stamp, recording: RecordingId) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO files (path, size, mtime_ns, inode, recording) VALUES (?, ?, ?, ?, ?)")
            .bind(bytes_of(path))
            .bind(signed(stamp.size))
            .bind(stamp.mtime_ns)
            .bind(signed(stamp.inode))
            .bind(recording.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns the paths at which a recording was seen.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn files_of(&self, recording: RecordingId) -> Result<Vec<PathBuf>> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT path FROM files WHERE recording = ? ORDER BY path")
            .bind(recording.to_string())
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(|(path,)| path_of(path)).collect())
    }
}

/// Of a recording that has neither words nor a file.
const IS_LOST: &str = "revision IS NULL AND NOT EXISTS (SELECT 1 FROM files f WHERE f.recording = r.id)";

/// Gives what a person said of a recording to the new one that took its place, if the old one has nothing else.
async fn hand_on_edits(
    change: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    old: &str,
    new: RecordingId,
) -> Result<()> {
    let handed = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE statements SET recording = ?2
          WHERE recording = ?1 AND source IN ('csv', 'person')
            AND EXISTS (SELECT 1 FROM recordings r WHERE id = ?1 AND {IS_LOST})"
    )))
    .bind(old)
    .bind(new.to_string())
    .execute(&mut **change)
    .await?;
    if handed.rows_affected() > 0 { metadata::settle(change, new).await } else { Ok(()) }
}

/// Notes that other bytes took the place of a recording's media, unless it has another file.
async fn lose_file(
    change: &mut sqlx::Transaction<'static, sqlx::Sqlite>,
    recording: &str,
    path: &Path,
    taken: &mut Taken,
) -> Result<()> {
    let forgotten: Option<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "DELETE FROM recordings AS r WHERE id = ? AND {IS_LOST}
            AND NOT EXISTS (SELECT 1 FROM statements s WHERE s.recording = r.id AND s.source IN ('csv', 'person'))
         RETURNING title"
    )))
    .bind(recording)
    .fetch_optional(&mut **change)
    .await?;
    if let Some((title,)) = forgotten {
        taken.forgotten.push((id_of(recording)?, title));
        return Ok(());
    }
    let changed = sqlx::query(
        "UPDATE recordings AS r SET changed_path = ?
          WHERE id = ? AND NOT EXISTS (SELECT 1 FROM files f WHERE f.recording = r.id)",
    )
    .bind(bytes_of(path))
    .bind(recording)
    .execute(&mut **change)
    .await?;
    if changed.rows_affected() > 0 {
        taken.changed.push(id_of(recording)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::jobs::{JobOptions, Wish};
    use crate::catalogue::recordings::Media;
    use crate::metadata::{Edit, Field, Source};

    fn file(path: &str, number: u8) -> ReadFile {
        let stamp = Stamp { size: number.into(), mtime_ns: -1, inode: u64::MAX };
        ReadFile { path: path.into(), stamp, recording: RecordingId::new([number; 16]), title: path.into() }
    }

    async fn media(catalogue: &Catalogue, number: u8) -> Option<(Media, Vec<PathBuf>)> {
        let recording = catalogue.recording(RecordingId::new([number; 16])).await.expect("an answer")?;
        Some((recording.media, recording.files))
    }

    #[tokio::test]
    async fn files_come_move_go_and_change() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalogue = Catalogue::open(&folder.path().join("aloud.sqlite")).await.expect("a catalogue");
        let take = async |files: &[ReadFile]| catalogue.take_files(files).await.expect("taken");
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        let presence = async |gone: &[&str], back: &[&str]| {
            catalogue.set_presence(&paths(gone), &paths(back)).await.expect("noted");
        };
        let first = take(&[file("/a/x", 1), file("/a/y", 1), file("/ab/z", 2)]).await;
        assert_eq!(first.new.len(), 2);
        let known = catalogue.files_at(&paths(&["/a"])).await.expect("files");
        assert_eq!(known.keys().cloned().collect::<Vec<_>>(), paths(&["/a/x", "/a/y"]));
        assert_eq!(known[Path::new("/a/x")].stamp, file("/a/x", 1).stamp, "all 64 bits");

        // One of two copies is gone: it is forgotten. The last one is missing, and found elsewhere it was moved.
        presence(&["/a/x"], &[]).await;
        assert_eq!(media(&catalogue, 1).await, Some((Media::There, paths(&["/a/y"]))));
        presence(&["/a/y"], &[]).await;
        assert_eq!(media(&catalogue, 1).await, Some((Media::Missing, paths(&["/a/y"]))));
        let moved = take(&[file("/b/y", 1)]).await;
        assert_eq!((moved.moved.len(), media(&catalogue, 1).await), (1, Some((Media::There, paths(&["/b/y"])))));

        // Other bytes where it was: without words nothing is left of it, with words they stay; and the bytes may return.
        let changed = take(&[file("/ab/z", 3)]).await;
        assert_eq!(changed.forgotten.len(), 1);
        assert_eq!(media(&catalogue, 2).await, None);
        sqlx::query("UPDATE recordings SET revision = 1").execute(&catalogue.writer).await.expect("words");
        // What a person said goes over to what took its place, if that is new; else the recording stays with it.
        let titled = async |number: u8| {
            let recording = catalogue.recording(RecordingId::new([number; 16])).await.expect("an answer")?;
            Some(recording.title)
        };
        let edit = Edit::new([(Field::Title, "Mine".into())], [], [], []).expect("an edit");
        take(&[file("/c/x", 5)]).await;
        catalogue.edit(RecordingId::new([5; 16]), &edit, Source::Person).await.expect("an edit");
        assert_eq!(take(&[file("/c/x", 6)]).await.forgotten.len(), 1);
        assert_eq!((titled(5).await, titled(6).await.as_deref()), (None, Some("Mine")));
        take(&[file("/c/z", 7)]).await;
        assert_eq!(take(&[file("/c/x", 7)]).await.changed, [RecordingId::new([6; 16])]);
        assert_eq!((titled(6).await.as_deref(), titled(7).await.as_deref()), (Some("Mine"), Some("/c/z")));

        let changed = take(&[file("/b/y", 4)]).await;
        assert_eq!(changed.changed, [RecordingId::new([1; 16])]);
        assert_eq!(media(&catalogue, 1).await, Some((Media::Changed, Vec::new())));
        take(&[file("/b/y", 1)]).await;
        assert_eq!(media(&catalogue, 1).await, Some((Media::There, paths(&["/b/y"]))));
        assert_eq!(media(&catalogue, 4).await, None);
    }

    #[tokio::test]
    async fn what_waits_for_a_file_is_due_when_it_is_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let catalogue = Catalogue::open(&folder.path().join("aloud.sqlite")).await.expect("a catalogue");
        catalogue.take_files(&[file("/x", 1)]).await.expect("taken");
        let wish = Wish { recording: RecordingId::new([1; 16]), options: JobOptions::default(), place: 0 };
        catalogue.add_plans(&[wish]).await.expect("a job");
        catalogue.set_presence(&["/x".into()], &[]).await.expect("noted");
        let soon = jiff::Timestamp::now().as_millisecond() + 60_000;
        sqlx::query("UPDATE jobs SET next_try_ms = ?").bind(soon).execute(&catalogue.writer).await.expect("a pause");
        assert!(catalogue.take_job().await.expect("an answer").is_none());
        catalogue.set_presence(&[], &["/x".into()]).await.expect("noted");
        assert!(catalogue.take_job().await.expect("an answer").is_some());
    }
}
