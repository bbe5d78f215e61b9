//! A tombstone keeps a recording that was removed on purpose from coming back with the next scan.

use indexer::recording::RecordingId;

use super::{Catalogue, Result};

impl Catalogue {
    /// Returns whether a recording was removed on purpose.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn is_removed(&self, recording: RecordingId) -> Result<bool> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM removed WHERE recording = ?")
            .bind(recording.to_string())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Lifts the tombstones whose ids begin with some hex digits; returns how many there were.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn forget_removed(&self, prefix: &str) -> Result<u64> {
        let done = sqlx::query("DELETE FROM removed WHERE substr(recording, 1, length(?1)) = ?1")
            .bind(prefix)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}
