//! The backlog: what is left to be read and recognised, in time of recordings and, where that is not known yet, bytes.

use std::collections::HashMap;
use std::path::Path;

use indexer::time::Millis;

use super::{Catalogue, Result, count_of, path_of};

/// A recording that was not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// How long it is, where that is known from an earlier reading.
    pub duration: Option<Millis>,
    /// How many bytes its file has.
    pub bytes: u64,
    /// The ending of its file, in small letters.
    pub ending: String,
    /// Whether its words are recognised and not taken from a sidecar.
    pub is_recognised: bool,
}

/// What is left to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many recordings have something left to do.
    pub recordings: u32,
    /// Those that were not read yet.
    pub unread: Vec<Unread>,
    /// How much of the others is not recognised yet.
    pub unrecognised: Millis,
}

/// How long recordings are for their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Density {
    /// The length of some recordings, milliseconds.
    pub length_ms: u64,
    /// Their size.
    pub bytes: u64,
}

struct Plan {
    duration_ms: Option<i64>,
    size: Option<i64>,
    path: Option<Vec<u8>>,
    is_recognised: bool,
}

from_columns!(Plan { duration_ms, size, path, is_recognised });

fn ending(path: Vec<u8>) -> String {
    let path = path_of(path);
    path.extension().map(Path::new).map_or_else(String::new, |ending| ending.to_string_lossy().to_lowercase())
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

impl Catalogue {
    /// Returns what is left to do.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn backlog(&self) -> Result<Backlog> {
        let (recordings,): (i64,) =
            sqlx::query_as("SELECT count(DISTINCT recording) FROM jobs WHERE state IN ('ready', 'running')")
                .fetch_one(&self.readers)
                .await?;
        let (unrecognised,): (i64,) = sqlx::query_as(
            "SELECT coalesce(sum(length_ms), 0) FROM jobs WHERE kind = 'segment' AND state IN ('ready', 'running')",
        )
        .fetch_one(&self.readers)
        .await?;
        let plans: Vec<Plan> = sqlx::query_as(
            "SELECT r.duration_ms, f.size, f.path,
                    j.options ->> 'sidecars' IS NULL OR j.options ->> 'transcribe' AS is_recognised
               FROM jobs j JOIN recordings r ON r.id = j.recording
               LEFT JOIN files f ON f.path = (SELECT min(path) FROM files WHERE recording = r.id)
              WHERE j.kind = 'plan' AND j.state IN ('ready', 'running')",
        )
        .fetch_all(&self.readers)
        .await?;
        let unread = plans.into_iter().map(|plan| {
            Ok(Unread {
                duration: plan.duration_ms.map(count_of).transpose()?.map(Millis::new),
                bytes: unsigned(plan.size.unwrap_or(0)),
                ending: plan.path.map_or_else(String::new, ending),
                is_recognised: plan.is_recognised,
            })
        });
        Ok(Backlog {
            recordings: count_of(recordings)?,
            unread: unread.collect::<Result<_>>()?,
            unrecognised: Millis::new(u32::try_from(unrecognised).unwrap_or(u32::MAX)),
        })
    }

    /// Returns how long the recordings that were read are for their bytes, by the ending of their files.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn densities(&self) -> Result<HashMap<String, Density>> {
        let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT r.duration_ms, f.size, f.path FROM recordings r JOIN files f ON f.recording = r.id
              WHERE r.duration_ms IS NOT NULL",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut densities = HashMap::<String, Density>::new();
        for (length, bytes, path) in rows {
            let density = densities.entry(ending(path)).or_default();
            density.length_ms += unsigned(length);
            density.bytes += unsigned(bytes);
        }
        Ok(densities)
    }
}
