//! A rebuild is the next generation of the index while it is made; the one in use answers until the end.

use std::sync::Arc;

use super::generation::{Current, Generation};
use super::{Index, Writer, schema};
use crate::search::Error;

/// An index in the making; dropped before the end it changes nothing.
pub struct Rebuild {
    index: Index,
    number: u32,
    generation: Arc<Generation>,
    writer: Writer,
}

impl Rebuild {
    pub(super) fn new(index: Index) -> Result<Self, Error> {
        let folder = &index.0.folder;
        let used = [index.generation().number, Current::read(folder)?.map(|current| current.number)];
        let number = used.into_iter().flatten().max().map_or(1, |number| number.saturating_add(1));
        let generation = Generation::create(folder, number, schema::schema().0, &index.0.fields)?;
        let generation = Arc::new(generation);
        let writer = Writer::new(Arc::clone(&generation), index.0.fields)?;
        Ok(Self { index, number, generation, writer })
    }

    /// Returns the writer into which every transcript goes.
    pub fn writer(&mut self) -> &mut Writer {
        &mut self.writer
    }

    /// Puts what was written in the place of the index in use, for all its clones and, once they reload, for other
    /// processes; earlier generations go.
    ///
    /// # Errors
    /// When the disk cannot be written; then the index in use stays.
    pub fn finish(mut self) -> Result<(), Error> {
        self.writer.commit()?;
        self.writer.finish()?;
        // Which segments are merged depends on how large the library is, which is known only now.
        let mut merging = Writer::new(Arc::clone(&self.generation), self.index.0.fields)?;
        merging.gather_alone();
        merging.commit()?;
        merging.gather()?;
        merging.finish()?;
        let folder = &self.index.0.folder;
        let current = Current::new(self.number);
        current.write(folder)?;
        self.index.use_generation(Generation::open(folder, &current, &schema::schema().0, &self.index.0.fields)?);
        self.index.sweep();
        // A new writer removes the files of what was merged, which could be searched until now.
        self.index.writer()?.finish()
    }
}
