//! Captions are sidecars in other languages: shown with the video, not taken as its transcript.

use std::path::PathBuf;

use indexer::recording::{Language, RecordingId};

use super::{Catalogue, Result, bytes_of, path_of};

/// One caption file of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captions {
    /// Where the file is.
    pub path: PathBuf,
    /// Its language.
    pub language: Language,
}

impl Catalogue {
    /// Returns a recording's caption files.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn captions(&self, recording: RecordingId) -> Result<Vec<Captions>> {
        let rows: Vec<(Vec<u8>, String)> =
            sqlx::query_as("SELECT path, language FROM captions WHERE recording = ? ORDER BY language, path")
                .bind(recording.to_string())
                .fetch_all(&self.readers)
                .await?;
        let captions = |(path, language): (Vec<u8>, String)| Captions {
            path: path_of(path),
            language: Language::from_tag(&language).unwrap_or(Language::UNKNOWN),
        };
        Ok(rows.into_iter().map(captions).collect())
    }

    /// Replaces a recording's caption files.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_captions(&self, recording: RecordingId, captions: &[Captions]) -> Result<()> {
        let mut change = self.begin().await?;
        sqlx::query("DELETE FROM captions WHERE recording = ?")
            .bind(recording.to_string())
            .execute(&mut *change)
            .await?;
        for caption in captions {
            sqlx::query("INSERT INTO captions (recording, path, language) VALUES (?, ?, ?)")
                .bind(recording.to_string())
                .bind(bytes_of(&caption.path))
                .bind(caption.language.as_str())
                .execute(&mut *change)
                .await?;
        }
        Ok(change.commit().await?)
    }
}
