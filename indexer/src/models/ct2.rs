//! The CTranslate2 folder is the form in which faster-whisper and most fine-tuned models are published: `model.bin`
//! beside `vocabulary.json` or `vocabulary.txt`.

mod places;
mod variables;

use std::fs::File;
use std::path::Path;

use self::places::place_of;
use self::variables::{Number, Variables};
use super::bytes::Bytes;
use super::ggml::{CHUNK_WEIGHTS, Header};
use super::layout::{self, Tensor};
use super::{Dimensions, ModelError, mel, vocabulary};

/// The vocabulary of large-v3 has 1.1 MB.
const MAX_VOCABULARY_BYTES: u64 = 16 << 20;

/// A CTranslate2 model whose variables have been found to be those of a Whisper model.
#[derive(Debug)]
pub(super) struct Folder {
    bytes: Bytes,
    variables: Variables,
    header: Header,
}

impl Folder {
    /// Opens the folder at `path` and reads all but the weights.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = path.join("model.bin");
        if !file.is_file() {
            return Err(ModelError::not_a_model(path, what_stands_in(path)));
        }
        let mut bytes = Bytes::open(&file)?;
        let variables = Variables::read(&mut bytes)?;
        let dimensions = dimensions(&variables, &file)?;
        let folder = Self {
            header: Header {
                dimensions,
                filters: mel::filters(dimensions.mel_bands),
                tokens: read_vocabulary(path, &dimensions)?,
            },
            bytes,
            variables,
        };
        for tensor in layout::tensors(&dimensions) {
            folder.source_of(&tensor)?;
        }
        Ok(folder)
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Hands the weights of a tensor of the layout to `sink`, some at a time.
    pub(super) fn read_tensor(
        &mut self,
        tensor: &Tensor,
        sink: &mut dyn FnMut(&[f32]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let source = self.source_of(tensor)?;
        let scales = self.scales_of(&source)?;
        let number = source.number;
        let (first, row_weights) = (source.first, tensor.weights() / u64::from(tensor.shape[0]));
        self.bytes.seek(source.position + first * number.bytes(), &source.name)?;
        let mut floats = Vec::new();
        let mut done = 0;
        while done < tensor.weights() {
            let count = CHUNK_WEIGHTS.min(tensor.weights() - done);
            floats.clear();
            number.decode(&self.bytes.take(count * number.bytes(), &source.name)?, &mut floats);
            if let Some(scales) = &scales {
                for (weight, at) in floats.iter_mut().zip(first + done..) {
                    *weight /= scales.of_row(at / row_weights);
                }
            }
            sink(&floats)?;
            done += count;
        }
        Ok(())
    }

    /// Finds the variable that holds a tensor, and checks that it can.
    fn source_of(&self, tensor: &Tensor) -> Result<Source, ModelError> {
        let (name, part, parts) = place_of(&tensor.name);
        let damaged = |reason: String| ModelError::damaged(self.bytes.path(), reason);
        let variable = self.variables.get(&name).ok_or_else(|| damaged(format!("it has no variable {name}")))?;
        let mut shape = tensor.shape.clone();
        shape[0] *= parts;
        // ggml stores the biases of the convolutions as columns.
        if shape.len() == 2 && shape[1] == 1 {
            shape.pop();
        }
        if variable.shape != shape {
            return Err(damaged(format!("{name} has the shape {:?} where {shape:?} belongs", variable.shape)));
        }
        let number = variable.number.ok_or_else(|| damaged(format!("{name} holds no weights")))?;
        if variable.count().and_then(|count| count.checked_mul(number.bytes())) != Some(variable.bytes) {
            return Err(damaged(format!("{name} has {} bytes, which its shape {shape:?} denies", variable.bytes)));
        }
        Ok(Source {
            position: variable.position,
            first: tensor.weights() * u64::from(part),
            number,
            rows: shape[0],
            name,
        })
    }

    /// Reads what the integers of a quantised variable were multiplied by: a number for each row, or one for all.
    fn scales_of(&mut self, source: &Source) -> Result<Option<Scales>, ModelError> {
        if !source.number.is_integer() {
            return Ok(None);
        }
        let name = format!("{}_scale", self.variables.kept_as(&source.name));
        let damaged = |path: &Path| ModelError::damaged(path, format!("{name} does not fit {}", source.name));
        let variable = self.variables.get(&name).cloned().ok_or_else(|| damaged(self.bytes.path()))?;
        let number = variable.number.filter(|number| !number.is_integer());
        let number = number.ok_or_else(|| damaged(self.bytes.path()))?;
        let count = variable.bytes / number.bytes();
        if variable.count() != Some(count) || ![1, u64::from(source.rows)].contains(&count) {
            return Err(damaged(self.bytes.path()));
        }
        self.bytes.seek(variable.position, &name)?;
        let mut scales = Vec::new();
        number.decode(&self.bytes.take(count * number.bytes(), &name)?, &mut scales);
        Ok(Some(Scales(scales)))
    }
}

/// Where the weights of a tensor stand.
struct Source {
    name: String,
    /// First byte of the variable.
    position: u64,
    /// Weights of the variable that belong to the tensors before.
    first: u64,
    number: Number,
    /// Rows of the whole variable.
    rows: u32,
}

struct Scales(Vec<f32>);

impl Scales {
    fn of_row(&self, row: u64) -> f32 {
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        self.0[row.min(self.0.len() - 1)]
    }
}

fn what_stands_in(folder: &Path) -> String {
    if folder.join("model.safetensors").exists() || folder.join("pytorch_model.bin").exists() {
        return "the folder holds a model for PyTorch; convert it with ct2-transformers-converter first".into();
    }
    "the folder has no model.bin".into()
}

fn dimensions(variables: &Variables, file: &Path) -> Result<Dimensions, ModelError> {
    let size = |name: &str, axis: usize| {
        let size = variables.get(name).and_then(|variable| variable.shape.get(axis)).copied();
        size.ok_or_else(|| ModelError::damaged(file, format!("it has no variable {name}")))
    };
    let layers = |side: &str| {
        let exists = |layer: u32| variables.get(&format!("{side}/layer_{layer}/ffn/linear_0/weight")).is_some();
        let mut count = 0;
        while exists(count) {
            count += 1;
        }
        count
    };
    let dimensions = Dimensions {
        vocabulary: size("decoder/embeddings/weight", 0)?,
        width: size("encoder/conv1/weight", 0)?,
        encoder_layers: layers("encoder"),
        decoder_layers: layers("decoder"),
        mel_bands: size("encoder/conv1/weight", 1)?,
    };
    if let Some(reason) = dimensions.implausible() {
        return Err(ModelError::not_a_model(file, reason));
    }
    // Every published model reads and writes tokens with the same weights, of which CTranslate2 keeps one.
    let [written, read] = ["decoder/projection/weight", "decoder/embeddings/weight"].map(|it| variables.kept_as(it));
    if written != read {
        return Err(ModelError::unsupported(
            file,
            "it writes with other weights than it reads, which ggml has no place for",
        ));
    }
    Ok(dimensions)
}

fn read_vocabulary(folder: &Path, dimensions: &Dimensions) -> Result<Vec<Vec<u8>>, ModelError> {
    let [json, text] = ["vocabulary.json", "vocabulary.txt"].map(|name| folder.join(name));
    let file = if json.is_file() { json } else { text };
    if !file.is_file() {
        return Err(ModelError::not_a_model(folder, "the folder has neither vocabulary.json nor vocabulary.txt"));
    }
    let content = read_small(&file)?;
    let tokens = if file.extension().is_some_and(|extension| extension == "json") {
        let tokens: Result<Vec<String>, _> = serde_json::from_str(&content);
        tokens.map_err(|error| ModelError::damaged(&file, format!("it is not a JSON list of tokens ({error})")))?
    } else {
        content.lines().map(str::to_owned).collect()
    };
    vocabulary::text_tokens(tokens.iter().map(String::as_str), dimensions.text_tokens())
        .map_err(|reason| ModelError::damaged(&file, reason))
}

fn read_small(file: &Path) -> Result<String, ModelError> {
    let mut bytes = Bytes::<File>::open(file)?;
    if bytes.len() > MAX_VOCABULARY_BYTES {
        return Err(ModelError::damaged(file, format!("a vocabulary does not have {} bytes", bytes.len())));
    }
    let content = bytes.take(bytes.len(), "its text")?;
    String::from_utf8(content).map_err(|_| ModelError::damaged(file, "it is not UTF-8 text"))
}
