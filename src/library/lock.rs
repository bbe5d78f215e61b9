//! The lock of a library: one program at a time may write, and says where it can be reached.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Who holds a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Where its server listens, when it is a server: `http://127.0.0.1:25683`.
    pub address: Option<String>,
    /// What a program of the same user shows to be let in.
    pub token: Option<String>,
}

/// A library held for writing, until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the lock; `Err(Some(holder))` when another process holds it.
    ///
    /// # Errors
    /// When somebody else holds it (then who, if that can be read), or the file cannot be made.
    pub fn take(path: &Path) -> Result<Self, TakeError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // The token inside is for the owner alone.
            options.mode(0o600);
        }
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(TakeError::Held(holder(path))),
            Err(std::fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut lock = Self(file);
        lock.announce(&Holder { pid: std::process::id(), address: None, token: None })?;
        Ok(lock)
    }

    /// Says in the file who holds the lock and where to reach it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announce(&mut self, holder: &Holder) -> io::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        self.0.write_all(&serde_json::to_vec(holder)?)
    }
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Another process holds it; who, if it says so.
    #[error("another process holds it")]
    Held(Option<Holder>),
    /// The file cannot be made.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Returns who holds a library now, if anybody does.
#[must_use]
pub fn current_holder(path: &Path) -> Option<Holder> {
    let file = File::open(path).ok()?;
    // The lock is let go at once; a program that starts in this very moment tries again.
    if file.try_lock_shared().is_ok() { None } else { holder(path) }
}

fn holder(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(path).ok()?.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_who_can_be_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("lock");
        assert_eq!(current_holder(&path), None);
        let mut lock = Lock::take(&path).expect("a free lock");
        let holder = Holder { pid: 7, address: Some("http://127.0.0.1:1".into()), token: Some("t".into()) };
        lock.announce(&holder).expect("announcing");
        assert_eq!(current_holder(&path), Some(holder.clone()));
        assert!(matches!(Lock::take(&path), Err(TakeError::Held(Some(found))) if found == holder));
        drop(lock);
        assert_eq!(current_holder(&path), None);
        Lock::take(&path).expect("a lock that was let go");
    }
}
