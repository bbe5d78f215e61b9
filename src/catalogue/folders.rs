//! A folder is a place that is looked through again and again for new, changed and vanished media.

use std::path::{Path, PathBuf};

use super::{Catalogue, CatalogueError, Result, bytes_of, path_of};

/// One watched folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Only files that match one of these patterns are taken; all where there are none.
    pub include: Vec<String>,
    /// Files and folders that match one of these patterns are left out.
    pub exclude: Vec<String>,
}

impl Catalogue {
    /// Returns the watched folders by path.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn folders(&self) -> Result<Vec<Folder>> {
        let rows: Vec<(Vec<u8>, String, String)> =
            sqlx::query_as("SELECT path, include, exclude FROM folders ORDER BY path").fetch_all(&self.readers).await?;
        rows.into_iter()
            .map(|(path, include, exclude)| {
                let path = path_of(path);
                let damaged = |_| CatalogueError::Damaged(format!("the patterns of the folder {}", path.display()));
                let include = serde_json::from_str(&include).map_err(damaged)?;
                let exclude = serde_json::from_str(&exclude).map_err(damaged)?;
                Ok(Folder { path, include, exclude })
            })
            .collect()
    }

    /// Adds a folder, or gives one that is there other patterns; returns whether it is new.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn add_folder(&self, folder: &Folder) -> Result<bool> {
        let mut change = self.begin().await?;
        let added = sqlx::query(
            "INSERT INTO folders (path, include, exclude, added_at) VALUES (?, '[]', '[]', ?) ON CONFLICT DO NOTHING",
        )
        .bind(bytes_of(&folder.path))
        .bind(jiff::Timestamp::now().to_string())
        .execute(&mut *change)
        .await?;
        sqlx::query("UPDATE folders SET include = ?, exclude = ? WHERE path = ?")
            .bind(serde_json::to_string(&folder.include).unwrap_or_default())
            .bind(serde_json::to_string(&folder.exclude).unwrap_or_default())
            .bind(bytes_of(&folder.path))
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(added.rows_affected() > 0)
    }

    /// Watches a folder no more; its recordings stay. Returns whether it was watched.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn remove_folder(&self, path: &Path) -> Result<bool> {
        let done = sqlx::query("DELETE FROM folders WHERE path = ?").bind(bytes_of(path)).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }
}
