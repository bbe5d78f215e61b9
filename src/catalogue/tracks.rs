//! The sound tracks of a recording's media file: interpreters, separate microphones, commentary.

use indexer::recording::{Language, RecordingId};

use super::{Catalogue, CatalogueError, Result, count_of};

/// One sound track; its number is its place in the list, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its language, when the file says so.
    pub language: Option<Language>,
    /// Its codec.
    pub codec: String,
    /// How many channels it has; 0 when the file does not say.
    pub channels: u16,
    /// Whether a player plays it when nobody chooses.
    pub is_default: bool,
    /// Whether it was read when the media were read last.
    pub is_read: bool,
}

struct Row {
    language: Option<String>,
    codec: String,
    channels: i64,
    is_default: bool,
    is_read: bool,
}

from_columns!(Row { language, codec, channels, is_default, is_read });

impl Catalogue {
    /// Returns a recording's sound tracks in file order; none before its media were read.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn tracks(&self, recording: RecordingId) -> Result<Vec<Track>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT language, codec, channels, is_default, is_read FROM tracks WHERE recording = ? ORDER BY number",
        )
        .bind(recording.to_string())
        .fetch_all(&self.readers)
        .await?;
        let track = |row: Row| {
            let channels = u16::try_from(count_of(row.channels)?);
            Ok(Track {
                language: row.language.as_deref().and_then(Language::from_tag),
                codec: row.codec,
                channels: channels.map_err(|_| CatalogueError::Damaged(format!("tracks of {recording}")))?,
                is_default: row.is_default,
                is_read: row.is_read,
            })
        };
        rows.into_iter().map(track).collect()
    }

    /// Replaces what is known of a recording's sound tracks.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn set_tracks(&self, recording: RecordingId, tracks: &[Track]) -> Result<()> {
        let mut change = self.begin().await?;
        sqlx::query("DELETE FROM tracks WHERE recording = ?").bind(recording.to_string()).execute(&mut *change).await?;
        for (number, track) in (1_i64..).zip(tracks) {
            sqlx::query(
                "INSERT INTO tracks (recording, number, language, codec, channels, is_default, is_read)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(recording.to_string())
            .bind(number)
            .bind(track.language.map(|language| language.to_string()))
            .bind(&track.codec)
            .bind(track.channels)
            .bind(track.is_default)
            .bind(track.is_read)
            .execute(&mut *change)
            .await?;
        }
        Ok(change.commit().await?)
    }
}
