//! How the program ends: the exit codes, which scripts can rely on.

use std::fmt::Display;
use std::process::ExitCode;

use crate::catalogue::CatalogueError;
use crate::config::ConfigError;
use crate::library::OpenError;
use crate::library::StoreError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// Everything is done.
    Done = 0,
    /// Search found nothing.
    Nothing = 1,
    /// The command line means nothing; clap uses the same number.
    Usage = 2,
    /// Some recordings failed, the rest is done.
    SomeFailed = 3,
    /// The library or the configuration cannot be used.
    Unusable = 4,
    /// A model is missing.
    NoModel = 5,
    /// Another process holds the library.
    InUse = 6,
    /// Somebody stopped it; the work done so far is kept.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An end with something to say about it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
    /// Whether room on the disk would help.
    disk_full: bool,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string(), disk_full: false }
    }

    /// Somebody must make room in the library.
    pub(super) fn disk_full(message: impl Display) -> Self {
        Self { disk_full: true, ..Self::new(Exit::Unusable, message) }
    }
}

impl Failure {
    /// Says what to do about a full disk, and where.
    pub(super) fn on_disk_of(mut self, library: &std::path::Path) -> Self {
        if self.disk_full {
            let next = "make room, then run the same command again; what was done is kept";
            self.message = format!("no space left on the disk of {}: {}; {next}", library.display(), self.message);
        }
        self
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let exit = if matches!(error, OpenError::InUse { .. }) { Exit::InUse } else { Exit::Unusable };
        Self { disk_full: error.is_disk_full(), ..Self::new(exit, error) }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Exit::Unusable, error)
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { disk_full: error.is_disk_full(), ..Self::new(Exit::Unusable, error) }
    }
}
