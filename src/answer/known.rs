//! What the catalogue adds to answers: read once after each change of the catalogue, and then kept.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use indexer::query::{About, Label, Labels};
use indexer::recording::RecordingId;
use indexer::search::Roll;
use tokio::sync::Mutex;

use crate::catalogue::CatalogueError;
use crate::catalogue::recordings::{Coverage, Recording};
use crate::library::Library;

/// What is known of all recordings.
pub struct Known {
    /// In the order of their titles.
    pub(super) entries: Vec<Entry>,
    /// The recordings in that order.
    pub(super) roll: Roll,
    /// The place of each among all by date, the newest first and those without one last, and then by title.
    pub(super) places: Vec<u32>,
    /// What is told of each, in the order of [`places`](Self::places): title, people, place and description, in which
    /// words are found too.
    pub(super) told: Labels,
    /// Where the recordings in that order are among the entries.
    pub(super) dated: Vec<usize>,
    /// What facets count: the names, folders and years of all recordings, each once.
    pub(super) values: Vec<String>,
    pub(super) counted: Counted,
    /// How much of the library search can answer for.
    pub coverage: Coverage,
}

/// What is known of one recording.
pub(super) struct Entry {
    pub(super) recording: Recording,
    pub(super) about: About,
    /// The names of its speakers, by ordinal.
    pub(super) speakers: Vec<Label>,
}

/// By what the hits of each recording are counted: places in [`Known::values`].
#[derive(Default)]
pub(super) struct Counted {
    /// By ordinal.
    pub(super) speakers: Lists,
    /// Of all recordings, those in which it is found: its own, and those that they lie in.
    pub(super) folders: Lists,
    /// One at most.
    pub(super) years: Lists,
}

/// A list of places for each recording, one after the other: each search of a common word looks into all.
#[derive(Default)]
pub(super) struct Lists {
    ends: Vec<usize>,
    places: Vec<u32>,
}

impl Lists {
    fn push(&mut self, places: impl IntoIterator<Item = u32>) {
        self.places.extend(places);
        self.ends.push(self.places.len());
    }

    /// Returns the list of the recording of a number.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(number).and_then(|&end| self.places.get(start..end)).unwrap_or_default()
    }
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
        let roll = Roll::new(recordings.iter().map(|recording| recording.id));
        let entries: Vec<_> = recordings.into_iter().map(Entry::new).collect();
        let mut values = Values::default();
        let counted = Counted::of(&entries, &mut values);
        Ok(Self { entries, roll, places, told, dated: by_date, values: values.all, counted, coverage })
    }

    /// Returns whether there is such a recording.
    #[must_use]
    pub fn has(&self, id: RecordingId) -> bool {
        self.get(id).is_some()
    }

    /// Returns what is known of a recording; the index may still hold one that was removed this moment.
    pub(super) fn get(&self, id: RecordingId) -> Option<&Entry> {
        self.entries.get(self.roll.number(id)? as usize)
    }
}

impl Entry {
    fn new(recording: Recording) -> Self {
        let label = |text: &Option<String>| Label::new(text.as_deref().unwrap_or_default());
        let mut folders: Vec<_> = recording.files.iter().filter_map(|file| file.parent()).collect();
        folders.dedup();
        let folders = folders.into_iter().map(|folder| Label::new(&folder.to_string_lossy()));
        let folders: Vec<Label> = recording.folder.iter().map(|folder| Label::new(folder)).chain(folders).collect();
        Self {
            about: About {
                title: Label::new(&recording.title),
                people: names(&recording).map(Label::new).collect(),
                place: label(&recording.place),
                folders,
                date: recording.date.clone(),
            },
            speakers: recording.speakers.iter().map(|name| Label::new(name)).collect(),
            recording,
        }
    }
}

impl Counted {
    fn of(entries: &[Entry], values: &mut Values) -> Self {
        let mut named: HashMap<String, BTreeSet<u32>> = HashMap::new();
        for folder in entries.iter().flat_map(|entry| &entry.about.folders) {
            named.entry(folder.row()).or_default().insert(values.place(folder.text()));
        }
        // Most recordings share theirs.
        let mut holding: HashMap<String, Vec<u32>> = HashMap::new();
        let mut counted = Self::default();
        for Entry { recording, about, .. } in entries {
            let mut folders = BTreeSet::new();
            for folder in &about.folders {
                let places = holding
                    .entry(folder.row())
                    .or_insert_with(|| folder.rows().filter_map(|row| named.get(&row)).flatten().copied().collect());
                folders.extend(places.iter().copied());
            }
            counted.folders.push(folders);
            counted.speakers.push(recording.speakers.iter().map(|name| values.place(name)));
            let year = recording.date.as_deref().and_then(|date| date.get(..4));
            counted.years.push(year.map(|year| values.place(year)));
        }
        counted
    }
}

fn told(recording: &Recording) -> Vec<Label> {
    let Recording { title, place, description, .. } = recording;
    let told = [Some(title), place.as_ref(), description.as_ref()].into_iter().flatten();
    told.map(String::as_str).chain(names(recording)).map(Label::new).collect()
}

/// The names of those who are in a recording (`docs/metadata.md`).
fn names(recording: &Recording) -> impl Iterator<Item = &str> {
    recording.people.iter().flat_map(|people| people.split(';'))
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
