//! A switch is something that a person turned on and that stays on until it is turned off: the pause of the work.

use super::{Catalogue, Result};

impl Catalogue {
    /// Returns since when the work is paused, if it is.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn paused_since(&self) -> Result<Option<String>> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT since FROM switches WHERE name = 'paused'").fetch_optional(&self.readers).await?;
        Ok(row.map(|(since,)| since))
    }

    /// Pauses the work or lets it go on; returns whether that changed anything.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_paused(&self, paused: bool) -> Result<bool> {
        let change = if paused {
            sqlx::query("INSERT INTO switches (name, since) VALUES ('paused', ?) ON CONFLICT DO NOTHING")
                .bind(jiff::Timestamp::now().to_string())
        } else {
            sqlx::query("DELETE FROM switches WHERE name = 'paused'")
        };
        Ok(change.execute(&self.writer).await?.rows_affected() > 0)
    }
}
