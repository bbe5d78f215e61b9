//! A library of so many hours on disk, as `aloud` itself writes one; and what it costs to build it and to add to it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use aloud::catalogue::recordings::{Kind, MediaFacts};
use aloud::catalogue::revisions::{RevisionFacts, Source};
use aloud::library::Library;
use indexer::time::Millis;
use indexer::transcript::Transcript;

use crate::speech;
use crate::vocabulary::Vocabulary;

/// How many recordings are added one by one.
pub(crate) const ADDED: u32 = 100;

/// Opens a library with the transcripts of `hours` recordings. Those that are not in it are written; then they are not
/// indexed yet.
pub(crate) async fn open(root: &Path, hours: u32, vocabularies: &[Vocabulary]) -> Library {
    let library = Library::open(root).await.expect("a library");
    let known = library.catalogue.revisions_to_index(true).await.expect("recordings");
    let known: HashSet<u32> = known.into_iter().map(|(id, _)| speech::number(id)).collect();
    for number in (0..hours).filter(|number| !known.contains(number)) {
        store(&library, number, &speech::recording(number, vocabularies)).await;
    }
    library
}

async fn store(library: &Library, number: u32, transcript: &Transcript) {
    let id = transcript.recording;
    let hash = library.transcripts.write(transcript).expect("a transcript");
    library.catalogue.add_recording(id, &format!("Interview {number}")).await.expect("a recording");
    let duration = transcript.words.last().map_or(Millis::ZERO, |word| word.span.end());
    let media = MediaFacts {
        kind: Kind::Video,
        duration,
        full_hash: None,
        damage: None,
        date: Some(speech::date(number)),
        title: None,
    };
    library.catalogue.set_media(id, &media).await.expect("facts");
    let facts = RevisionFacts { source: Source::Recognised, sidecars: None, missing: None, by_hand: false };
    library.catalogue.store_revision(transcript, &facts, &hash).await.expect("a revision");
}

/// What adding a recording costs.
pub(crate) struct Adding {
    /// From the transcript's being stored to its being found.
    pub(crate) took: Vec<Duration>,
    /// What was written to the index for each, on average.
    pub(crate) bytes: u64,
}

/// Adds recordings one by one, each as it comes when its transcript is done.
pub(crate) async fn add(library: &Library, hours: u32, vocabularies: &[Vocabulary]) -> Adding {
    let mut adding = Adding { took: Vec::new(), bytes: 0 };
    for number in hours..hours + ADDED {
        let transcript = speech::recording(number, vocabularies);
        store(library, number, &transcript).await;
        let (began, before) = (Instant::now(), written());
        library.index_revisions(&[(transcript.recording, 1)]).await.expect("indexed");
        adding.took.push(began.elapsed());
        adding.bytes += written() - before;
    }
    adding.bytes /= u64::from(ADDED);
    adding
}

/// Removes what was added.
pub(crate) async fn restore(library: &Library, hours: u32) {
    for (id, _) in library.catalogue.revisions_to_index(true).await.expect("recordings") {
        if speech::number(id) >= hours {
            library.remove(id).await.expect("removed");
        }
    }
}

/// Returns how much this process has written so far, to any file.
fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").expect("Linux");
    io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok()).expect("a number")
}

/// Returns the size of what is in a folder, by the ending of the files.
pub(crate) fn sizes(folder: &Path) -> Vec<(String, u64)> {
    let mut sizes = std::collections::BTreeMap::<String, u64>::new();
    each_file(folder, &mut |path| {
        let ending = path.extension().map_or("other".into(), |ending| ending.to_string_lossy().into_owned());
        *sizes.entry(ending).or_default() += fs::metadata(path).map_or(0, |file| file.len());
    });
    sizes.into_iter().collect()
}

/// Lets the system forget what it holds of the files in a folder, so that they are read from the disk again.
pub(crate) fn forget(folder: &Path) {
    each_file(folder, &mut |path| {
        if let Ok(file) = fs::File::open(path) {
            let _ = file.sync_all();
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        }
    });
}

/// Reads all files of a folder, or one file, so that the system holds them in memory.
pub(crate) fn remember(path: &Path) {
    if path.is_dir() {
        each_file(path, &mut remember);
    } else if let Ok(mut file) = fs::File::open(path) {
        std::io::copy(&mut file, &mut std::io::sink()).expect("read");
    }
}

fn each_file(folder: &Path, with: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { each_file(&path, with) } else { with(&path) }
    }
}
