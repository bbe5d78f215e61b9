//! A removed file holds a recording that was removed on purpose: as long as it stays as it is, no scan reads it again.

use std::collections::HashMap;
use std::path::PathBuf;

use indexer::recording::RecordingId;

use super::files::{Stamp, signed, unsigned};
use super::{Catalogue, Result, bytes_of, id_of, path_of};

impl Catalogue {
    /// Returns the files of removed recordings as they were when they were read last, by path.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn removed_files(&self) -> Result<HashMap<PathBuf, (Stamp, RecordingId)>> {
        let rows: Vec<(Vec<u8>, i64, i64, i64, String)> =
            sqlx::query_as("SELECT path, size, mtime_ns, inode, recording FROM removed_files")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(path, size, mtime_ns, inode, recording)| {
                let stamp = Stamp { size: unsigned(size), mtime_ns, inode: unsigned(inode) };
                Ok((path_of(path), (stamp, id_of(&recording)?)))
            })
            .collect()
    }

    /// Notes files that were read and hold removed recordings.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn add_removed_files(&self, files: &[(PathBuf, Stamp, RecordingId)]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        let mut change = self.begin().await?;
        for (path, stamp, recording) in files {
            // A tombstone that was lifted this moment has no files.
            sqlx::query(
                "INSERT OR REPLACE INTO removed_files (path, size, mtime_ns, inode, recording)
                 SELECT ?, ?, ?, ?, recording FROM removed WHERE recording = ?",
            )
            .bind(bytes_of(path))
            .bind(signed(stamp.size))
            .bind(stamp.mtime_ns)
            .bind(signed(stamp.inode))
            .bind(recording.to_string())
            .execute(&mut *change)
            .await?;
        }
        Ok(change.commit().await?)
    }
}
