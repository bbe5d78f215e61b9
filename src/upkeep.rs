//! Upkeep: what keeps a library in order for years. It is looked over, mended, backed up and restored.
//!
//! Only what is derived is ever mended or removed: media are not touched, and a transcript that cannot be read is put
//! aside, not deleted.

mod finding;
mod blobs;
mod leftovers;
mod indexed;
pub mod check;
pub mod mend;
mod archive;
pub mod backup;
pub mod restore;

pub use finding::Finding;
