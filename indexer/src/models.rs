//! A model is the trained weights of Whisper, in one ggml file that whisper.cpp loads (`docs/models.md`).
//!
//! whisper.cpp aborts the process on much of what can be wrong in such a file, so [`check`] reads it first and refuses
//! by name what would not load. [`import()`] makes such a file of the two forms in which models are published.

mod error;
mod weight;
mod dimensions;
mod layout;
mod vocabulary;
mod mel;
mod q8_0;
mod bytes;
mod kind;
mod ggml;
mod ct2;
mod import;
pub mod hash;
pub mod catalog;

use std::path::Path;

pub use dimensions::Dimensions;
pub use error::ModelError;
pub use import::{ImportOptions, import};
pub use weight::WeightType;

/// What a model that whisper.cpp can load is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelSummary {
    /// The sizes of its layers.
    pub dimensions: Dimensions,
    /// How the large matrices, nearly all of the file, are stored.
    pub weights: WeightType,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// Reads the whole of the ggml file at `path` and returns what it holds.
///
/// Every tensor that whisper.cpp will ask for is present once, in the shape and the type that it will ask for, every
/// scale and every unquantised weight is a finite number, and nothing follows the last tensor.
/// A flipped bit inside a weight cannot be seen; only a hash shows it ([`catalog`]).
///
/// # Errors
/// When the file cannot be read, is not a Whisper model, is damaged or has a form that whisper.cpp cannot load.
pub fn check(path: &Path) -> Result<ModelSummary, ModelError> {
    let mut model = ggml::Model::open(path)?;
    model.read_weights()?;
    Ok(model.summary())
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
