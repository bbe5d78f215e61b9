//! Files that are either whole or not there: written beside, flushed, renamed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file so that nobody ever sees half of it, also after a power cut.
///
/// # Errors
/// When a step fails; then the file is as it was before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let written = (|| {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        // The rename itself lasts only when the folder is flushed too.
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // What is left of a failed try helps nobody; on a full disk it even hurts.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Removes a file or folder with all that is in it; nothing being there is fine.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("plan.json");
        write_whole(&path, b"one").expect("writing");
        write_whole(&path, b"two").expect("writing again");
        assert_eq!(fs::read(&path).expect("reading"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("listing").count(), 1);
        assert!(write_whole(&folder.path().join("no/such/folder"), b"x").is_err());
        remove(&path).expect("removing");
        remove(&path).expect("removing what is gone");
    }
}
