//! Finding media files: what a person named, and what lies in the folders a person named or has watched.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::identity::{self, FoundFile};
use super::patterns::Patterns;

/// Endings of files that are looked at in folders; a file that is named itself may end in anything.
const EXTENSIONS: [&str; 36] = [
    "mp4", "m4a", "m4v", "mov", "webm", "mkv", "mka", "ogg", "oga", "ogv", "opus", "mp3", "flac", "wav", "aif", "aiff",
    "caf", "aac", "avi", "wmv", "wma", "flv", "3gp", "ts", "mts", "m2ts", "asf", "mpg", "mpeg", "vob", "weba", "amr",
    "ac3", "eac3", "dts", "w64",
];

/// Endings that programs give to files that they have not finished, also before the last ending.
const UNFINISHED: [&str; 13] = [
    "part",
    "partial",
    "filepart",
    "crdownload",
    "download",
    "opdownload",
    "tmp",
    "temp",
    "!ut",
    "!qb",
    "aria2",
    "ytdl",
    "swp",
];

/// Folders in which systems keep what is not for people.
const SYSTEM: [&str; 5] = ["$recycle.bin", "#recycle", "@eadir", "system volume information", "lost+found"];

/// How deep folders are searched; deeper ones are a mistake or an attack.
const MAX_DEPTH: usize = 64;

/// What is said of pipes, sockets and devices, which could keep a reader waiting for ever.
const NOT_REGULAR: &str = "it is a pipe, socket or device; copy what it gives into a file first";

/// A place that was looked at, so that what is not found there is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// A folder, a file, or nothing any more.
    pub path: PathBuf,
    /// Whether folders inside were looked at, too.
    pub deep: bool,
}

impl Looked {
    /// Returns whether a file would have been found here.
    #[must_use]
    pub fn is_around(&self, file: &Path) -> bool {
        let lies_in = if self.deep { file.starts_with(&self.path) } else { file.parent() == Some(&self.path) };
        lies_in || file == self.path
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Media files, by path.
    pub files: Vec<FoundFile>,
    /// What was named and is not there, or holds nothing, with the reason.
    pub refused: Vec<(PathBuf, String)>,
    /// What could not be read in a folder, with the reason.
    pub problems: Vec<(PathBuf, String)>,
    /// Where was looked.
    pub looked: Vec<Looked>,
}

/// A watched folder as finding needs it.
#[derive(Debug, Clone)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// What counts in it.
    pub patterns: Patterns,
}

/// Finds the media in some files and folders, as absolute paths in order.
///
/// Hidden names and names that say "unfinished" are left out in folders; links to folders are not followed, so that no
/// circle can be walked.
#[must_use]
pub fn media(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        let path = super::absolute(path);
        found.looked.push(Looked { path: path.clone(), deep: true });
        let before = (found.files.len(), found.problems.len());
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                Walk { root: &path, patterns: &Patterns::default(), others: &[], deep: true }
                    .folder(&path, 0, &mut found);
                if (found.files.len(), found.problems.len()) == before {
                    let reason = "there are no media files in this folder".to_owned();
                    found.refused.push((path, reason));
                }
            }
            Ok(metadata) if metadata.is_file() => found.add(path, &metadata),
            Ok(_) => found.refused.push((path, NOT_REGULAR.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                found.refused.push((path, "there is no such file or folder; check the path".into()));
            }
            Err(error) => found.refused.push((path, super::unreadable(&error))),
        }
    }
    found.sort();
    found
}

/// Finds the media in places that lie in watched folders. The deepest watched folder around a place says what counts.
#[must_use]
pub fn watched(roots: &[Root], places: &[Looked]) -> Found {
    let mut found = Found::default();
    for place in places {
        let around = roots.iter().filter(|root| place.path.starts_with(&root.path));
        let Some(root) = around.max_by_key(|root| root.path.as_os_str().len()) else { continue };
        found.looked.push(place.clone());
        let way = place.path.strip_prefix(&root.path).unwrap_or(Path::new(""));
        if root.patterns.leave_out(way) || way.iter().any(|name| is_ignored(Path::new(name))) {
            continue;
        }
        let others: Vec<&Path> = roots.iter().map(|root| root.path.as_path()).collect();
        let walk = Walk { root: &root.path, patterns: &root.patterns, others: &others, deep: place.deep };
        // What is gone, or is no folder, has nothing in it.
        if place.path.is_dir() {
            walk.folder(&place.path, way.iter().count(), &mut found);
        }
    }
    found.sort();
    found
}

impl Found {
    fn add(&mut self, path: PathBuf, metadata: &Metadata) {
        self.files.push(FoundFile { path, stamp: identity::stamp_of(metadata) });
    }

    fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.files.dedup_by(|a, b| a.path == b.path);
    }
}

/// How a folder is walked.
struct Walk<'a> {
    root: &'a Path,
    patterns: &'a Patterns,
    /// Watched folders, which are looked at for themselves.
    others: &'a [&'a Path],
    deep: bool,
}

impl Walk<'_> {
    fn folder(&self, folder: &Path, depth: usize, found: &mut Found) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return found.problems.push((folder.to_owned(), super::unreadable(&error))),
        };
        if depth >= MAX_DEPTH {
            return found.problems.push((folder.to_owned(), format!("folders are nested more than {MAX_DEPTH} deep")));
        }
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if is_ignored(&path) {
                continue;
            }
            let way = path.strip_prefix(self.root).unwrap_or(&path);
            if kind.is_dir() {
                if self.deep && !self.others.contains(&path.as_path()) && !self.patterns.leave_out(way) {
                    self.folder(&path, depth + 1, found);
                }
            } else if is_media(&path) && self.patterns.let_in(way) {
                match fs::metadata(&path) {
                    Ok(metadata) if metadata.is_file() => found.add(path, &metadata),
                    // A link to a folder.
                    Ok(metadata) if metadata.is_dir() => {}
                    Ok(_) => found.problems.push((path, NOT_REGULAR.into())),
                    Err(error) => found.problems.push((path, super::unreadable(&error))),
                }
            }
        }
    }
}

fn is_media(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Returns whether a name is one that programs give to files that are not finished, or that are not for people.
#[must_use]
pub fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    // talk.mp4.part, talk.part.mp4: one of the last two endings says it; the first part of a name is no ending.
    let endings = name.split('.').skip(1).collect::<Vec<_>>();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || SYSTEM.contains(&name.as_str())
        || endings.iter().rev().take(2).any(|ending| UNFINISHED.contains(ending))
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
        let names: Vec<_> =
            found.files.iter().map(|file| file.path.strip_prefix(folder.path()).expect("inside")).collect();
        let expected = [&b"a b.MP4"[..], b"deep/er/\"q\"\n.webm", b"notes.txt", b"\xff.mp3"];
        assert_eq!(names, expected.map(|name| Path::new(std::ffi::OsStr::from_bytes(name))));
        assert_eq!(found.refused.len(), 1);
        assert!(found.refused[0].1.contains("no such file"));
    }

    #[test]
    fn a_folder_without_media_is_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(media(&[folder.path().to_owned()]).refused[0].1.contains("no media files"));
    }

    #[test]
    fn unfinished_and_foreign_names_are_ignored() {
        for (name, expected) in [
            ("talk.mp4", false),
            ("talk.part.one.of.two.mp4", false),
            ("part.mp4", false),
            ("a tmp talk.mp4", false),
            ("talk.mp4.part", true),
            ("talk.part.mp4", true),
            ("Talk.mp4.CRDOWNLOAD", true),
            ("talk.temp.mp4", true),
            ("talk.mp4.!ut", true),
            ("~$talk.mp4", true),
            (".talk.mp4", true),
            ("talk.mp4~", true),
            ("@eaDir", true),
            ("$RECYCLE.BIN", true),
        ] {
            assert_eq!(is_ignored(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn the_deepest_watched_folder_says_what_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["a.mp4", "a.mov", "raw/b.mp4", "raw/b.mov", "drafts/c.mp4"] {
            fs::create_dir_all(at(name).parent().expect("a folder")).expect("folders");
            fs::write(at(name), b"x").expect("files");
        }
        let root = |path: PathBuf, include: &[&str], exclude: &[&str]| {
            let owned = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
            Root { path, patterns: Patterns::new(&owned(include), &owned(exclude)).expect("patterns") }
        };
        let roots = [root(folder.path().into(), &["*.mp4"], &["drafts"]), root(at("raw"), &["*.mov"], &[])];
        let names = |places: &[(&str, bool)]| {
            let places: Vec<_> = places.iter().map(|&(name, deep)| Looked { path: at(name), deep }).collect();
            let found = watched(&roots, &places);
            let names = found.files.iter().map(|file| file.path.strip_prefix(folder.path()).expect("inside"));
            names.map(|name| name.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(&[("", true)]), ["a.mp4"]);
        assert_eq!(names(&[("", true), ("raw", true)]), ["a.mp4", "raw/b.mov"]);
        assert_eq!(names(&[("", false)]), ["a.mp4"]);
        assert!(names(&[("drafts", true), ("gone", true)]).is_empty());
    }
}
