//! A skipped file could not be read when it was last looked at: it is no recording yet, and people are told why.

use std::path::PathBuf;

use super::{Catalogue, Result, bytes_of, path_of};

impl Catalogue {
    /// Returns the files that could not be read, with the reason, by path.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn skipped(&self) -> Result<Vec<(PathBuf, String)>> {
        let rows: Vec<(Vec<u8>, String)> =
            sqlx::query_as("SELECT path, reason FROM skipped ORDER BY path").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|(path, reason)| (path_of(path), reason)).collect())
    }

    /// Notes files that cannot be read, and forgets others.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_skipped(&self, skipped: &[(PathBuf, String)], forgotten: &[PathBuf]) -> Result<()> {
        if skipped.is_empty() && forgotten.is_empty() {
            return Ok(());
        }
        let now = jiff::Timestamp::now().to_string();
        let mut change = self.begin().await?;
        for (path, reason) in skipped {
            sqlx::query(
                "INSERT INTO skipped (path, reason, since) VALUES (?, ?, ?)
                 ON CONFLICT DO UPDATE SET reason = excluded.reason",
            )
            .bind(bytes_of(path))
            .bind(reason)
            .bind(&now)
            .execute(&mut *change)
            .await?;
        }
        for path in forgotten {
            sqlx::query("DELETE FROM skipped WHERE path = ?").bind(bytes_of(path)).execute(&mut *change).await?;
        }
        Ok(change.commit().await?)
    }
}
