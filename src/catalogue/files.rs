//! A file is one path under which a recording's media were seen; several paths may hold one recording.

use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

use super::{Catalogue, CatalogueError, Result, bytes_of, path_of};

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

/// Numbers of a file system may use all 64 bits; the catalogue keeps the same bits as a signed number.
const fn signed(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
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
        row.map(|(id,)| id.parse().map_err(|_| CatalogueError::Damaged(format!("recording id {id}")))).transpose()
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
        row.map(|(id,)| id.parse().map_err(|_| CatalogueError::Damaged(format!("recording id {id}")))).transpose()
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
