//! The archive of a backup: a tar file compressed with Zstandard, so that common tools can open it too.
//!
//! `aloud-backup.json` says what it is; then come `aloud.sqlite`, `config.toml` if there is one, and
//! `transcripts/<recording>/<revision>.json.zst`. No media, nothing that can be derived.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use indexer::recording::RecordingId;
use serde::{Deserialize, Serialize};

/// The version of the format that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// The name of the first entry.
const MANIFEST: &str = "aloud-backup.json";

/// The longest manifest.
const LONGEST_MANIFEST: u64 = 1 << 16;

/// Transcripts are compressed already; the catalogue shrinks to a fifth at any level.
const LEVEL: i32 = 3;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    /// When it was made.
    pub created_at: String,
    /// How many recordings it knows.
    pub recordings: usize,
    /// How many transcripts it holds.
    pub transcripts: usize,
}

impl Manifest {
    /// Describes a backup that is made now.
    pub(super) fn new(recordings: usize, transcripts: usize) -> Self {
        let (version, created_at) = (env!("CARGO_PKG_VERSION").to_owned(), jiff::Timestamp::now().to_string());
        Self { format: FORMAT, version, created_at, recordings, transcripts }
    }
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    Catalogue,
    Config,
    Transcript(&'a Path),
}

impl<'a> Entry<'a> {
    /// Returns what a name stands for; a name that no backup holds is not followed anywhere.
    fn of(name: &'a Path) -> Option<Self> {
        let parts: Vec<&str> = name.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
        match parts.as_slice() {
            ["aloud.sqlite"] => Some(Self::Catalogue),
            ["config.toml"] => Some(Self::Config),
            ["transcripts", recording, file] => {
                recording.parse::<RecordingId>().ok()?;
                file.strip_suffix(".json.zst")?.parse::<u32>().ok()?;
                Some(Self::Transcript(name))
            }
            _ => None,
        }
    }
}

/// An archive in the making.
pub(super) struct Writer(tar::Builder<zstd::Encoder<'static, File>>);

impl Writer {
    pub(super) fn new(file: File, manifest: &Manifest) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(file, LEVEL)?;
        // So that damage to the archive shows when it is read.
        encoder.include_checksum(true)?;
        let mut writer = Self(tar::Builder::new(encoder));
        writer.add(MANIFEST, &serde_json::to_vec_pretty(manifest)?)?;
        Ok(writer)
    }

    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.0.append_data(&mut head(bytes.len() as u64), name, bytes)
    }

    pub(super) fn add_file(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        self.0.append_data(&mut head(file.metadata()?.len()), name, file)
    }

    /// Ends the archive; returns its file, which is yet to be flushed.
    pub(super) fn finish(self) -> io::Result<File> {
        self.0.into_inner()?.finish()
    }
}

fn head(size: u64) -> tar::Header {
    let mut head = tar::Header::new_gnu();
    head.set_size(size);
    head.set_mode(0o600);
    head.set_entry_type(tar::EntryType::Regular);
    head
}

/// Reads an archive: hands out each entry after the manifest, and returns that once all is read and right.
pub(super) fn read(
    file: File,
    each: &mut dyn FnMut(Entry<'_>, &mut dyn Read) -> io::Result<()>,
) -> io::Result<Manifest> {
    let damaged = |problem: String| io::Error::new(io::ErrorKind::InvalidData, problem);
    let mut archive = tar::Archive::new(zstd::Decoder::new(file)?);
    let mut manifest: Option<Manifest> = None;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.into_owned();
        if !entry.header().entry_type().is_file() {
            return Err(damaged(format!("{} is not a file", name.display())));
        }
        if manifest.is_none() {
            if name != Path::new(MANIFEST) {
                return Err(damaged("it is no backup of aloud".into()));
            }
            let mut text = Vec::new();
            (&mut entry).take(LONGEST_MANIFEST).read_to_end(&mut text)?;
            let read: Manifest = serde_json::from_slice(&text)?;
            if read.format > FORMAT {
                return Err(damaged(format!("aloud {} wrote it; install that version or newer", read.version)));
            }
            manifest = Some(read);
            continue;
        }
        let known = Entry::of(&name).ok_or_else(|| damaged(format!("no backup holds {}", name.display())))?;
        each(known, &mut entry)?;
    }
    // The checksum stands at the very end.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    manifest.ok_or_else(|| damaged("it is empty".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_backup_holds_is_taken_out() {
        let id = "0123456789abcdef0123456789abcdef";
        let transcript = format!("transcripts/{id}/3.json.zst");
        for (name, is_known) in [
            ("aloud.sqlite", true),
            ("config.toml", true),
            (transcript.as_str(), true),
            ("/etc/passwd", false),
            ("../aloud.sqlite", false),
            ("./aloud.sqlite", false),
            ("transcripts/../3.json.zst", false),
            ("transcripts/0123456789abcdef0123456789abcdef/x.json.zst", false),
            ("transcripts/0123456789abcdef0123456789abcdef/3.json.zst/x", false),
            ("lock", false),
        ] {
            assert_eq!(Entry::of(Path::new(name)).is_some(), is_known, "{name}");
        }
    }

    #[test]
    fn any_damage_to_an_archive_shows() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("backup");
        let manifest = Manifest::new(1, 0);
        let mut writer = Writer::new(File::create(&path).expect("a file"), &manifest).expect("a writer");
        writer.add("config.toml", &b"threads = 1\n".repeat(100)).expect("adding");
        writer.finish().expect("an archive");
        let good = std::fs::read(&path).expect("reading");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("writing");
            read(File::open(&path).expect("a file"), &mut |_, entry| io::copy(entry, &mut io::sink()).map(|_| ()))
        };
        assert_eq!(read(&good).expect("all of it"), manifest);
        for length in 0..good.len() {
            assert!(read(&good[..length]).is_err(), "cut off at {length}");
        }
        for place in 0..good.len() {
            let mut bent = good.clone();
            bent[place] ^= 0x10;
            // A byte that says how it is compressed may be bent without changing what comes out.
            if let Ok(same) = read(&bent) {
                assert_eq!(same, manifest, "bent at {place}");
            }
        }
        assert!(read(b"Dear Ann, this is a letter.").is_err());
    }
}
