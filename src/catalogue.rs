//! The catalogue: everything about recordings except their words, in one `SQLite` file.
//!
//! The only place that knows SQL. One connection writes, so that writers queue here and never meet in the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indexer::recording::RecordingId;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

/// How long a statement waits for another program's lock on the file.
const BUSY: Duration = Duration::from_secs(10);

/// Readers at a time.
const READERS: u32 = 4;

/// Returns the steps that make a catalogue of this version, oldest first; a step that was released never changes.
///
/// Given here and not by sqlx's macro, which would compile `SQLite` a second time for the compiler's own use.
fn migrations() -> Migrator {
    let steps = [
        (1, "init", include_str!("catalogue/migrations/0001_init.sql")),
        (2, "tracks", include_str!("catalogue/migrations/0002_tracks.sql")),
        (3, "folders", include_str!("catalogue/migrations/0003_folders.sql")),
        (4, "metadata", include_str!("catalogue/migrations/0004_metadata.sql")),
        (8, "hashes", include_str!("catalogue/migrations/0008_hashes.sql")),
        (9, "imports", include_str!("catalogue/migrations/0009_imports.sql")),
        (10, "removed_files", include_str!("catalogue/migrations/0010_removed_files.sql")),
        (11, "deaths", include_str!("catalogue/migrations/0011_deaths.sql")),
    ];
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
    };
    Migrator::with_migrations(steps.into_iter().map(migration).collect())
}

/// Reads each field of a row from the column of its name.
macro_rules! from_columns {
    ($row:ty { $($field:ident),* $(,)? }) => {
        impl<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> for $row {
            fn from_row(row: &'r sqlx::sqlite::SqliteRow) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { $($field: row.try_get(stringify!($field))?),* })
            }
        }
    };
}

pub mod backlog;
pub mod captions;
pub mod files;
pub mod folders;
pub mod health;
pub mod jobs;
pub mod metadata;
pub mod queue;
pub mod recordings;
pub mod removed_files;
pub mod revisions;
pub mod skipped;
pub mod speakers;
pub mod standing;
pub mod switches;
pub mod tombstones;
pub mod tracks;

/// An open catalogue; clones share its connections.
#[derive(Debug, Clone)]
pub struct Catalogue {
    readers: SqlitePool,
    writer: SqlitePool,
    /// One connection that lasts and never writes: it sees whether others did.
    watcher: SqlitePool,
}

/// Why the catalogue could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The file was written by a newer program.
    #[error("the library was written by a newer aloud (catalogue version {0}); install that version or newer")]
    TooNew(i64),
    /// The file was written by an older program, and reading alone does not change it.
    #[error("the library was written by an older aloud; bring it up to date with: aloud reindex")]
    TooOld,
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What `SQLite` said.
        source: sqlx::Error,
    },
    /// A statement failed.
    #[error("the catalogue failed: {0}")]
    Sql(#[source] sqlx::Error),
    /// Another program keeps the file to itself.
    #[error(
        "the catalogue is locked by another program (waited {} s); close what has aloud.sqlite open, such as a database \
         browser or a copying program, then try again",
        BUSY.as_secs()
    )]
    Locked,
    /// A row holds what this program never writes, or the file is not what `SQLite` writes.
    #[error("the catalogue is damaged: {0}; run aloud doctor")]
    Damaged(String),
    /// It cannot be copied.
    #[error("cannot copy the catalogue: {0}")]
    Copy(String),
}

/// Returns the result code of `SQLite` (<https://www.sqlite.org/rescode.html>) behind an error.
fn result_code(error: &sqlx::Error) -> Option<u32> {
    let sqlx::Error::Database(error) = error else { return None };
    error.code()?.parse().ok()
}

impl From<sqlx::Error> for CatalogueError {
    fn from(error: sqlx::Error) -> Self {
        match result_code(&error).map(|code| code & 0xff) {
            // SQLITE_BUSY, SQLITE_LOCKED
            Some(5 | 6) => Self::Locked,
            // SQLITE_CORRUPT, SQLITE_NOTADB
            Some(11 | 26) => Self::Damaged(error.to_string()),
            // Whoever has the connection waits for the file.
            _ if matches!(error, sqlx::Error::PoolTimedOut) => Self::Locked,
            _ => Self::Sql(error),
        }
    }
}

impl CatalogueError {
    /// Returns whether the disk has no room left, which passes when somebody makes room.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        let (Self::Sql(error) | Self::Open { source: error, .. }) = self else { return false };
        // SQLITE_FULL, and SQLITE_IOERR_SHMSIZE for the file beside the log, which cannot grow for no other reason.
        matches!(result_code(error), Some(13 | 4874))
    }

    /// Makes an error of opening a file.
    fn opening(path: &Path) -> impl Fn(sqlx::Error) -> Self {
        move |error| match Self::from(error) {
            Self::Sql(source) => Self::Open { path: path.to_owned(), source },
            other => other,
        }
    }
}

/// Shorthand for what the catalogue returns.
pub type Result<T, E = CatalogueError> = std::result::Result<T, E>;

impl Catalogue {
    /// Opens the catalogue for reading and writing, creating it when there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, or a newer program wrote it.
    pub async fn open(path: &Path) -> Result<Self> {
        let open = CatalogueError::opening(path);
        if !path.exists() {
            // Made beside, so that a catalogue that is there is a whole one. What a killed program left goes, and so does
            // the log of a catalogue that is no more: `SQLite` would take it for one of the new file.
            for ending in ["sqlite.part", "sqlite.part-journal", "sqlite-wal", "sqlite-shm"] {
                let _ = std::fs::remove_file(path.with_extension(ending));
            }
            let beside = path.with_extension("sqlite.part");
            // Without a log: closing writes a log back into the file, and does not say when it could not.
            write(&beside, SqliteJournalMode::Delete).await?.1.close().await;
            std::fs::rename(&beside, path).map_err(|error| open(error.into()))?;
        }
        let (options, writer) = write(path, SqliteJournalMode::Wal).await?;
        let options = options.read_only(true);
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options.clone());
        Ok(Self { readers, writer, watcher: watcher(options) })
    }

    /// Opens an existing catalogue for reading only, also on a disk that cannot be written.
    ///
    /// # Errors
    /// When the file cannot be opened, or a newer program wrote it.
    pub async fn open_to_read(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY);
        let pool = |options| SqlitePoolOptions::new().max_connections(READERS).connect_with(options);
        let open = CatalogueError::opening(path);
        let readers = pool(options.clone()).await.map_err(&open)?;
        // A write-ahead log needs a shared-memory file beside it; where that cannot be made, nobody writes either.
        let (readers, options) = match sqlx::query("SELECT 1 FROM recordings LIMIT 1").fetch_optional(&readers).await {
            Ok(_) => (readers, options),
            // What is in the log only would be overlooked, and half of a change seen.
            Err(error) if has_log(path) => return Err(open(error)),
            Err(_) => (pool(options.clone().immutable(true)).await.map_err(&open)?, options.immutable(true)),
        };
        let known = migrations().iter().map(|m| m.version).max().unwrap_or(0);
        let (found,): (i64,) =
            sqlx::query_as("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(&readers).await?;
        if found > known {
            return Err(CatalogueError::TooNew(found));
        }
        if found < known {
            return Err(CatalogueError::TooOld);
        }
        Ok(Self { writer: readers.clone(), readers, watcher: watcher(options) })
    }

    /// Returns a number that is another after each change.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn state(&self) -> Result<i64> {
        let (state,): (i64,) = sqlx::query_as("PRAGMA data_version").fetch_one(&self.watcher).await?;
        Ok(state)
    }

    /// Writes everything back into the one file and lets go of it.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
        self.watcher.close().await;
    }

    /// Writes everything back into the one file, so that it can be moved alone.
    ///
    /// # Errors
    /// When that is not possible: the disk is full, or another program reads it.
    pub async fn write_back(path: &Path) -> Result<()> {
        let (_, writer) = write(path, SqliteJournalMode::Delete).await?;
        writer.close().await;
        Ok(())
    }

    /// Begins a change that sees and shows all or nothing.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Opens a file to write in it, made and brought up to date as needed; one connection writes.
async fn write(path: &Path, journal: SqliteJournalMode) -> Result<(SqliteConnectOptions, SqlitePool)> {
    use sqlx::Connection as _;
    use sqlx::migrate::MigrateError;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(journal)
        // A power cut may cost the last moments, never the file; what they recorded is done again.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY);
    let open = CatalogueError::opening(path);
    // On a full disk SQLite rolls back by itself, which the connection does not notice: no change could begin on it ever
    // again, so that it is replaced.
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }));
    let writer = writer.connect_with(options.clone()).await.map_err(&open)?;
    match migrations().run(&writer).await {
        Ok(()) => Ok((options, writer)),
        Err(MigrateError::VersionMissing(version)) => Err(CatalogueError::TooNew(version)),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => Err(open(error)),
        Err(error) => Err(CatalogueError::Damaged(error.to_string())),
    }
}

/// Returns whether there are changes that are not written back into the one file.
fn has_log(path: &Path) -> bool {
    path.with_extension("sqlite-wal").metadata().is_ok_and(|log| log.len() > 0)
}

/// The numbers of [`Catalogue::state`] can be compared only as long as one connection gives them.
fn watcher(options: SqliteConnectOptions) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    // A file does not go away as a server may: asking first whether it answers would double what each search waits.
    pool.test_before_acquire(false).connect_lazy_with(options)
}

/// Reads the id of a recording as it is stored.
fn id_of(text: &str) -> Result<RecordingId> {
    text.parse().map_err(|_| CatalogueError::Damaged(format!("recording id {text}")))
}

/// Turns a stored path back into what the operating system gave.
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// Returns a path as it is stored: file names need not be UTF-8.
fn bytes_of(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes()
}

/// Reads a stored count or length; negative ones are never written.
fn count_of(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| CatalogueError::Damaged(format!("{value} is not a count")))
}
