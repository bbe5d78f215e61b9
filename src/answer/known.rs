//! What the catalogue adds to answers: read once after each change of the catalogue, and then kept.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use indexer::query::{About, Label, Labels};
use indexer::recording::RecordingId;
use tokio::sync::Mutex;

use crate::catalogue::CatalogueError;
use crate::catalogue::recordings::{Coverage, Recording};
use crate::library::Library;

/// What is known of all recordings.
pub struct Known {
    /// In the order of their titles.
    pub(super) entries: Vec<Entry>,
    /// Where each recording is in that order.
    numbers: HashMap<RecordingId, u32, BuildHasherDefault<IdHasher>>,
    /// What is told of each, in the order of [`Entry::by_date`]: title, people, place and description, in which
    /// words are found too.
    pub(super) told: Labels,
    /// Where the recordings in that order are among the entries.
    pub(super) dated: Vec<usize>,
    /// What facets count: the names, folders and years of all recordings, each once.
    pub(super) values: Vec<String>,
    /// How much of the library search can answer for.
    pub coverage: Coverage,
}

/// What is known of one recording.
pub(super) struct Entry {
    pub(super) recording: Recording,
    pub(super) about: About,
    /// The names of its speakers, by ordinal.
    pub(super) speakers: Vec<Label>,
    /// Its place among all by date, the newest first and those without one last, and then by title.
    pub(super) by_date: u32,
    pub(super) counted: Counted,
}

/// By what the hits of a recording are counted: places in [`Known::values`].
pub(super) struct Counted {
    /// By ordinal.
    pub(super) speakers: Vec<u32>,
    /// Of all recordings, those in which it is found: its own, and those that they lie in.
    pub(super) folders: Vec<u32>,
    pub(super) year: Option<u32>,
}

/// Texts, each once, with its place.
#[derive(Default)]
struct Values {
    all: Vec<String>,
    places: HashMap<String, u32>,
}

impl Values {
    fn place(&mut self, text: &str) -> u32 {
        if let Some(&place) = self.places.get(text) {
            return place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(text.to_owned());
        self.places.insert(text.to_owned(), place);
        place
    }
}

impl Known {
    /// Reads what the catalogue knows.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn of(library: &Library) -> Result<Self, CatalogueError> {
        let recordings = library.catalogue.recordings().await?;
        let coverage = library.catalogue.coverage().await?;
        let mut by_date: Vec<usize> = (0..recordings.len()).collect();
        by_date.sort_by_key(|&index| Reverse(recordings[index].date.as_deref().unwrap_or_default()));
        let mut places = vec![0; recordings.len()];
        for (place, &index) in (0..).zip(&by_date) {
            places[index] = place;
        }
        let told = Labels::new(by_date.iter().map(|&index| told(&recordings[index])).collect());
        let numbers = (0..).zip(&recordings).map(|(number, recording)| (recording.id, number)).collect();
        let mut values = Values::default();
        let entries = recordings.into_iter().zip(places);
        let mut entries: Vec<_> =
            entries.map(|(recording, by_date)| Entry::new(recording, by_date, &mut values)).collect();
        count_in_folders(&mut entries, &mut values);
        Ok(Self { entries, numbers, told, dated: by_date, values: values.all, coverage })
    }

    /// Returns the number of a recording, which is its place by title, and what is known of it.
    pub(super) fn get(&self, id: RecordingId) -> Option<(u32, &Entry)> {
        let &number = self.numbers.get(&id)?;
        Some((number, self.entries.get(number as usize)?))
    }
}

impl Entry {
    fn new(recording: Recording, by_date: u32, values: &mut Values) -> Self {
        let label = |text: &Option<String>| Label::new(text.as_deref().unwrap_or_default());
        let mut folders: Vec<_> = recording.files.iter().filter_map(|file| file.parent()).collect();
        folders.dedup();
        let folders = folders.into_iter().map(|folder| Label::new(&folder.to_string_lossy()));
        let folders: Vec<Label> = recording.folder.iter().map(|folder| Label::new(folder)).chain(folders).collect();
        let year = recording.date.as_deref().and_then(|date| date.get(..4));
        Self {
            counted: Counted {
                speakers: recording.speakers.iter().map(|name| values.place(name)).collect(),
                folders: Vec::new(),
                year: year.map(|year| values.place(year)),
            },
            about: About {
                title: Label::new(&recording.title),
                people: label(&recording.people),
                place: label(&recording.place),
                folders,
                date: recording.date.clone(),
            },
            speakers: recording.speakers.iter().map(|name| Label::new(name)).collect(),
            by_date,
            recording,
        }
    }
}

/// Notes in which folders of the library each recording is found.
fn count_in_folders(entries: &mut [Entry], values: &mut Values) {
    let mut named: HashMap<String, BTreeSet<u32>> = HashMap::new();
    for folder in entries.iter().flat_map(|entry| &entry.about.folders) {
        named.entry(folder.row()).or_default().insert(values.place(folder.text()));
    }
    // Most recordings share theirs.
    let mut holding: HashMap<String, Vec<u32>> = HashMap::new();
    for Entry { about, counted, .. } in entries {
        for folder in &about.folders {
            let places = holding
                .entry(folder.row())
                .or_insert_with(|| folder.rows().filter_map(|row| named.get(&row)).flatten().copied().collect());
            counted.folders.extend_from_slice(places);
        }
        counted.folders.sort_unstable();
        counted.folders.dedup();
    }
}

fn told(recording: &Recording) -> Vec<Label> {
    let Recording { title, people, place, description, .. } = recording;
    let told = [Some(title), people.as_ref(), place.as_ref(), description.as_ref()];
    told.into_iter().flatten().map(|text| Label::new(text)).collect()
}

/// Hashes ids, which are hashes already and asked for by the thousand.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut number = [0; 8];
            number[..eight.len()].copy_from_slice(eight);
            self.0 = (self.0.rotate_left(23) ^ u64::from_le_bytes(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What was read of the catalogue, with the state in which it was.
type Kept = Option<(i64, Arc<Known>)>;

/// Keeps what is known as long as the catalogue stays as it is; clones share it.
#[derive(Clone, Default)]
pub struct KnownKeeper(Arc<Mutex<Kept>>);

impl KnownKeeper {
    /// Returns what the catalogue knows now.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn known(&self, library: &Library) -> Result<Arc<Known>, CatalogueError> {
        let mut kept = self.0.lock().await;
        // Asked before reading: what changes while it is read is read again next time.
        let state = library.catalogue.state().await?;
        if let Some((known_state, known)) = &*kept
            && *known_state == state
        {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(Known::of(library).await?);
        *kept = Some((state, Arc::clone(&known)));
        Ok(known)
    }
}
