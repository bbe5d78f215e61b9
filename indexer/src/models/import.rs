//! An import turns a published model, in whichever form, into the ggml file that is kept.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ct2::Folder;
use super::ggml::{Header, Model, write};
use super::layout::{self, Tensor};
use super::{ModelError, ModelSummary, WeightType, check};

/// What the name of a file ends in until it is complete and checked.
const UNFINISHED: &str = ".import.part";

/// How a model is imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Keeps weights in 16 bits: nearly twice the memory, slower, no better in any measured transcript.
    pub keep_f16: bool,
}

/// Makes the ggml file `destination` of the model at `source`: a ggml file, or the folder of a CTranslate2 model.
///
/// The weights are stored as `q8_0`, or as `f16` if the options say so; a ggml file that is already quantised is kept as it
/// is, for nothing could be won back. The file appears under its name, replacing another, only when it is complete, on
/// the disk and has passed [`check`]. Weights pass through memory in small pieces.
///
/// # Errors
/// When the source cannot be used (as for [`check`]), or the destination cannot be written.
pub fn import(source: &Path, destination: &Path, options: ImportOptions) -> Result<ModelSummary, ModelError> {
    let wanted = if options.keep_f16 { WeightType::F16 } else { WeightType::Q8_0 };
    let mut model = Source::open(source)?;
    let unfinished = Unfinished::beside(destination, source)?;
    match &mut model {
        Source::Ggml(model) if model.weights().is_quantised() || model.weights() == wanted => {
            model.read_weights()?;
            copy(source, &unfinished.0)?;
        }
        model => model.convert(wanted, source, &unfinished.0)?,
    }
    unfinished.finish(destination)
}

/// A model in the form in which it was published.
enum Source {
    Ggml(Model),
    Folder(Folder),
}

impl Source {
    fn open(path: &Path) -> Result<Self, ModelError> {
        if path.is_dir() {
            return Folder::open(path).map(Self::Folder);
        }
        Model::open(path).map(Self::Ggml)
    }

    fn header(&self) -> &Header {
        match self {
            Self::Ggml(model) => model.header(),
            Self::Folder(folder) => folder.header(),
        }
    }

    fn read_tensor(
        &mut self,
        tensor: &Tensor,
        sink: &mut dyn FnMut(&[f32]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        match self {
            Self::Ggml(model) => model.read_tensor(&tensor.name, sink),
            Self::Folder(folder) => folder.read_tensor(tensor, sink),
        }
    }

    fn convert(&mut self, wanted: WeightType, source: &Path, path: &Path) -> Result<(), ModelError> {
        let write_error = |error| ModelError::io("write", path)(error);
        let mut out = BufWriter::new(File::create(path).map_err(write_error)?);
        write::header(&mut out, self.header(), wanted).map_err(write_error)?;
        let mut encoded = Vec::new();
        for tensor in layout::tensors(&self.header().dimensions) {
            let stored = tensor.stored_as(wanted);
            write::tensor(&mut out, &tensor, stored).map_err(write_error)?;
            self.read_tensor(&tensor, &mut |weights| {
                encoded.clear();
                write::encode(weights, stored, &mut encoded);
                if !weights.iter().all(|weight| weight.is_finite()) || !stored.is_finite(&encoded) {
                    let reason = format!("{} holds what is not a number of {stored}", tensor.name);
                    return Err(ModelError::damaged(source, reason));
                }
                out.write_all(&encoded).map_err(write_error)
            })?;
        }
        out.flush().map_err(write_error)
    }
}

/// Copies the bytes alone: a file that may only be read would otherwise make one that cannot be finished.
fn copy(source: &Path, path: &Path) -> Result<(), ModelError> {
    let mut from = File::open(source).map_err(ModelError::io("read", source))?;
    let mut to = File::create(path).map_err(ModelError::io("write", path))?;
    io::copy(&mut from, &mut to).map(drop).map_err(ModelError::io("copy to", path))
}

/// A file that is removed unless it is finished.
struct Unfinished(PathBuf);

impl Unfinished {
    /// Names the file beside `destination`, whose folder is made if need be. What an import that was killed left there
    /// is written over.
    fn beside(destination: &Path, source: &Path) -> Result<Self, ModelError> {
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder).map_err(ModelError::io("make", folder))?;
        }
        let mut path = destination.as_os_str().to_owned();
        path.push(UNFINISHED);
        let path = PathBuf::from(path);
        if path.canonicalize().is_ok_and(|path| source.canonicalize().is_ok_and(|source| source == path)) {
            let error = io::Error::other("the model to import has the name of an unfinished import; rename it");
            return Err(ModelError::io("write", &path)(error));
        }
        Ok(Self(path))
    }

    fn finish(self, destination: &Path) -> Result<ModelSummary, ModelError> {
        let file = File::options().write(true).open(&self.0).map_err(ModelError::io("write", &self.0))?;
        file.sync_all().map_err(ModelError::io("write", &self.0))?;
        let summary = check(&self.0)?;
        fs::rename(&self.0, destination).map_err(ModelError::io("write", destination))?;
        // The name is on the disk only when its folder is; where folders cannot be opened this is not needed.
        if let Some(Ok(folder)) = destination.parent().map(File::open) {
            folder.sync_all().map_err(ModelError::io("write", destination))?;
        }
        Ok(summary)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After a success there is nothing to remove; after a failure that failure is what counts.
        let _ = fs::remove_file(&self.0);
    }
}
