//! Finding media files: what a person named, and what lies in the folders a person named.

use std::fs;
use std::path::{Path, PathBuf};

/// Endings of files that are looked at in folders; a file that is named itself may end in anything.
const EXTENSIONS: [&str; 36] = [
    "mp4", "m4a", "m4v", "mov", "webm", "mkv", "mka", "ogg", "oga", "ogv", "opus", "mp3", "flac", "wav", "aif", "aiff",
    "caf", "aac", "avi", "wmv", "wma", "flv", "3gp", "ts", "mts", "m2ts", "asf", "mpg", "mpeg", "vob", "weba", "amr",
    "ac3", "eac3", "dts", "w64",
];

/// How deep folders are searched; deeper ones are a mistake or an attack.
const MAX_DEPTH: usize = 64;

/// What is said of pipes, sockets and devices, which could keep a reader waiting for ever.
const NOT_REGULAR: &str = "it is a pipe, socket or device; copy what it gives into a file first";

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Media files, by path.
    pub files: Vec<PathBuf>,
    /// What could not be looked at, with the reason.
    pub problems: Vec<(PathBuf, String)>,
}

/// Finds the media in some files and folders, as absolute paths in order.
///
/// Hidden names and names that say "unfinished" are left out in folders; links to folders are not followed, so that no
/// circle can be walked.
#[must_use]
pub fn media(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let before = (found.files.len(), found.problems.len());
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                walk(&path, 0, &mut found);
                if (found.files.len(), found.problems.len()) == before {
                    let reason = "there are no media files in this folder".to_owned();
                    found.problems.push((path, reason));
                }
            }
            Ok(metadata) if metadata.is_file() => found.files.push(path),
            Ok(_) => found.problems.push((path, NOT_REGULAR.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                found.problems.push((path, "there is no such file or folder; check the path".into()));
            }
            Err(error) => found.problems.push((path, super::unreadable(&error))),
        }
    }
    found.files.sort();
    found.files.dedup();
    found
}

fn walk(folder: &Path, depth: usize, found: &mut Found) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return found.problems.push((folder.to_owned(), super::unreadable(&error))),
    };
    if depth >= MAX_DEPTH {
        return found.problems.push((folder.to_owned(), format!("folders are nested more than {MAX_DEPTH} deep")));
    }
    for entry in entries.flatten() {
        let path = entry.path();
        if is_hidden_or_unfinished(&path) {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(&path, depth + 1, found);
        } else if is_media(&path) {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => found.files.push(path),
                // A link to a folder.
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => found.problems.push((path, NOT_REGULAR.into())),
                Err(error) => found.problems.push((path, super::unreadable(&error))),
            }
        }
    }
}

fn is_media(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Names that programs give to files that are not finished, or that are not for people.
fn is_hidden_or_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.starts_with('.') || name.starts_with("~$") || name.ends_with(".part") || name.contains(".part.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_are_found_in_folders_and_odd_names_are_no_matter() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(name));
        fs::create_dir_all(at(b"deep/er")).expect("folders");
        for name in [&b"a b.MP4"[..], b"deep/er/\"q\"\n.webm", b"\xff.mp3", b".hidden.mp4", b"x.part.mp4", b"notes.txt"]
        {
            fs::write(at(name), b"x").expect("files");
        }
        std::os::unix::fs::symlink(folder.path(), at(b"circle")).expect("a link");
        let found = media(&[folder.path().to_owned(), at(b"a b.MP4"), at(b"notes.txt"), at(b"gone.mp4")]);
        let names: Vec<_> = found.files.iter().map(|path| path.strip_prefix(folder.path()).expect("inside")).collect();
        let expected = [&b"a b.MP4"[..], b"deep/er/\"q\"\n.webm", b"notes.txt", b"\xff.mp3"];
        assert_eq!(names, expected.map(|name| Path::new(std::ffi::OsStr::from_bytes(name))));
        assert_eq!(found.problems.len(), 1);
        assert!(found.problems[0].1.contains("no such file"));
    }

    #[test]
    fn a_folder_without_media_is_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(media(&[folder.path().to_owned()]).problems[0].1.contains("no media files"));
    }
}
