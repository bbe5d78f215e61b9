//! Documents on disk: the metadata that lie beside a media file (`docs/metadata.md`).

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;

use super::identity;
use super::sidecars::Listing;
use crate::catalogue::metadata::ReadDocument;
use crate::catalogue::{Catalogue, CatalogueError};
use crate::metadata::document::{self, Document, ENDINGS, Format};
use crate::metadata::{Conflict, Field};
use crate::report::Event;

/// The documents that were read before.
#[derive(Debug)]
pub struct Documents(HashMap<RecordingId, (PathBuf, String)>);

impl Documents {
    /// Asks the catalogue for them, once for a whole scan.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn known(catalogue: &Catalogue) -> Result<Self, CatalogueError> {
        Ok(Self(catalogue.documents().await?))
    }

    /// Reads a document that was found beside a recording's media, unless it is as it was; returns what a person should
    /// know about it.
    ///
    /// A document that is gone takes nothing back, for nobody says that what it stated is wrong, but its problem goes.
    ///
    /// # Errors
    /// When the catalogue fails; what is wrong with the document is stored and returned.
    pub async fn take(
        &self,
        catalogue: &Catalogue,
        recording: RecordingId,
        found: Option<FoundDocument>,
    ) -> Result<Vec<Event>, CatalogueError> {
        let before = self.0.get(&recording);
        let Some(FoundDocument { path, format, stamp }) = found else {
            // One that lies beside a copy of the media elsewhere is not gone.
            if before.is_some_and(|(path, _)| !path.exists()) {
                catalogue.forget_document(recording).await?;
            }
            return Ok(Vec::new());
        };
        if before.is_some_and(|(_, before)| *before == stamp) {
            return Ok(Vec::new());
        }
        let (values, problem) = match read(&path, format) {
            Ok(Document { values, problems }) => (Some(values), (!problems.is_empty()).then(|| problems.join("; "))),
            Err(problem) => (None, Some(problem)),
        };
        let read = ReadDocument { path: &path, stamp: &stamp, values, problem: problem.clone() };
        let conflicts = catalogue.set_document(recording, read).await?;
        let shown = super::shown(&path);
        let skipped = problem.map(|reason| Event::Skipped { path: shown.clone(), reason });
        let differs = (!conflicts.is_empty()).then(|| Event::Differs {
            recording,
            path: shown.clone(),
            fields: fields(&conflicts).into_iter().map(|field| field.name().to_owned()).collect(),
        });
        Ok(skipped.into_iter().chain(differs).collect())
    }
}

fn fields(conflicts: &[Conflict]) -> Vec<Field> {
    conflicts.iter().map(|conflict| conflict.field).collect()
}

/// A document beside a media file.
#[derive(Debug)]
pub struct FoundDocument {
    path: PathBuf,
    format: Format,
    /// A hash over its path, size and time.
    stamp: String,
}

/// Returns the document of a media file: one with its whole name goes before one with its stem.
#[must_use]
pub fn find(media: &Path, listing: &Listing) -> Option<FoundDocument> {
    [media.file_name(), media.file_stem()].into_iter().flatten().find_map(|name| {
        ENDINGS.iter().find_map(|&(ending, format)| {
            let mut name = name.to_owned();
            name.push(OsStr::new(ending));
            listing.holds(&name).then(|| {
                let path = media.with_file_name(name);
                FoundDocument { stamp: stamp(&path), path, format }
            })
        })
    })
}

/// Returns a hash over a document's path, size and time.
fn stamp(path: &Path) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(path.as_os_str().as_encoded_bytes());
    if let Ok(stamp) = identity::stamp(path) {
        hasher.update(&stamp.size.to_le_bytes());
        hasher.update(&stamp.mtime_ns.to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

fn read(path: &Path, format: Format) -> Result<Document, String> {
    let cannot = |error: std::io::Error| super::unreadable(&error);
    let about = fs::metadata(path).map_err(cannot)?;
    // A pipe could keep us waiting for ever, and what is too long is no metadata.
    if !about.is_file() || about.len() > document::MAX_BYTES as u64 {
        return Err(format!("no file of at most {} KiB, as metadata are", document::MAX_BYTES / 1024));
    }
    document::read(&fs::read(path).map_err(cannot)?, format)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::metadata::{Edit, Source};

    #[tokio::test]
    async fn a_document_is_read_when_it_changed_and_never_takes_back_an_edit() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(&folder.path().join("library")).await.expect("a library");
        let catalogue = &library.catalogue;
        let id = RecordingId::new([1; 16]);
        catalogue.add_recording(id, "talk").await.expect("a recording");
        let media = folder.path().join("talk.mp4");
        let take = async || {
            let known = Documents::known(catalogue).await.expect("an answer");
            let found = find(&media, &Listing::around(&media));
            let told = known.take(catalogue, id, found).await.expect("an answer");
            let recording = catalogue.recording(id).await.expect("an answer").expect("a recording");
            (recording, told)
        };
        assert_eq!(take().await.1, []);

        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writing");
        write("talk.meta.yaml", "title: Board\ndate: soon\nlanguage: [sv, en]\n");
        let (recording, told) = take().await;
        assert_eq!((recording.title.as_str(), recording.stated_languages.len()), ("Board", 2));
        assert!(matches!(&told[..], [Event::Skipped { reason, .. }] if reason.contains("line 2, date")), "{told:?}");
        assert!(recording.document_problem.is_some_and(|it| it.path.ends_with("talk.meta.yaml")));
        assert_eq!(take().await.1, [], "it is not read again");

        let edit = Edit::new([(Field::Title, "Mine".into())], [], [], []).expect("an edit");
        catalogue.edit(id, &edit, Source::Person).await.expect("an answer");
        // A name with the whole name of the media goes first.
        write("talk.mp4.meta.json", r#"{"title": "Council", "date": "2021"}"#);
        let (recording, told) = take().await;
        assert_eq!((recording.title.as_str(), recording.date.as_deref()), ("Mine", Some("2021")));
        assert!(matches!(&told[..], [Event::Differs { fields, .. }] if fields == &["title"]), "{told:?}");
        assert_eq!(recording.conflicts[0].sidecar, "Council");
        assert_eq!((recording.document_problem, recording.stated_languages), (None, vec![]));

        write("talk.mp4.meta.json", "{");
        let (recording, told) = take().await;
        assert_eq!(recording.date.as_deref(), Some("2021"), "what cannot be read takes nothing back");
        assert!(matches!(&told[..], [Event::Skipped { .. }]), "{told:?}");
        assert!(recording.document_problem.is_some());
        for name in ["talk.mp4.meta.json", "talk.meta.yaml"] {
            fs::remove_file(folder.path().join(name)).expect("removing");
        }
        let (recording, _) = take().await;
        assert_eq!(
            (recording.date.as_deref(), recording.document_problem),
            (Some("2021"), None),
            "nor does what is gone"
        );
    }
}
