//! A tombstone keeps a recording that was removed on purpose from coming back with the next scan.

use std::collections::HashSet;

use indexer::recording::RecordingId;

use super::{Catalogue, Result, id_of};

impl Catalogue {
    /// Returns all recordings that were removed on purpose.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn removed(&self) -> Result<HashSet<RecordingId>> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT recording FROM removed").fetch_all(&self.readers).await?;
        rows.into_iter().map(|(id,)| id_of(&id)).collect()
    }

    /// Lifts the tombstone of a recording.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn forget_removed(&self, recording: RecordingId) -> Result<()> {
        sqlx::query("DELETE FROM removed WHERE recording = ?")
            .bind(recording.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
