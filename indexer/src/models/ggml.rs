//! The ggml file is the form of a model that whisper.cpp loads (`whisper_model_load` in `whisper.cpp`, version 1.8.3).
//!
//! A header, the mel filters, the vocabulary, then tensors until the end of the file; every number is little-endian.

pub(super) mod write;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use half::f16;

use super::bytes::Bytes;
use super::dimensions::{SOUND_POSITIONS, TEXT_POSITIONS};
use super::layout::{self, Tensor};
use super::{Dimensions, ModelError, ModelSummary, WeightType, kind, mel};

/// The first four bytes, "ggml" as a number.
const MAGIC: u32 = 0x6767_6d6c;

/// The type code in the header is the type plus this many times the version of the block formats.
const VERSION_FACTOR: i32 = 1000;

/// The version of the block formats; before it they had other sizes (`GGML_QNT_VERSION` in `ggml.h`).
const BLOCK_FORMATS: i32 = 2;

/// The longest token of the published vocabularies has 128 bytes.
const MAX_TOKEN_BYTES: u32 = 1024;

/// The longest name of a tensor has 41 bytes.
const MAX_NAME_BYTES: u32 = 128;

/// Weights that are read at once: a multiple of every block and of every row's alignment, small beside any model.
pub(super) const CHUNK_WEIGHTS: u64 = 1 << 16;

/// Everything of a model that is not a tensor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) dimensions: Dimensions,
    /// Band by band, [`mel::SPECTRUM`] factors each.
    pub(super) filters: Vec<f32>,
    /// What the text tokens stand for.
    pub(super) tokens: Vec<Vec<u8>>,
}

/// A ggml file whose header and tensors' places have been read and found right.
#[derive(Debug)]
pub(super) struct Model<R = File> {
    bytes: Bytes<R>,
    header: Header,
    weights: WeightType,
    /// Every tensor of the layout, with the position of its first byte.
    tensors: Vec<(Tensor, u64)>,
}

impl Model<File> {
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        Self::read(Bytes::open(path)?)
    }
}

impl<R: Read + Seek> Model<R> {
    /// Reads all but the weights.
    pub(super) fn read(mut bytes: Bytes<R>) -> Result<Self, ModelError> {
        let start = bytes.take(bytes.len().min(kind::START_BYTES as u64), "its start")?;
        if !start.starts_with(&MAGIC.to_le_bytes()) {
            return Err(ModelError::not_a_model(bytes.path(), kind::describe(&start)));
        }
        bytes.seek(size_of_val(&MAGIC) as u64, "its start")?;
        let (dimensions, weights) = read_dimensions(&mut bytes)?;
        let filters = read_filters(&mut bytes, dimensions.mel_bands)?;
        let tokens = read_tokens(&mut bytes, &dimensions)?;
        let tensors = read_directory(&mut bytes, &dimensions, weights)?;
        Ok(Self { bytes, header: Header { dimensions, filters, tokens }, weights, tensors })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn weights(&self) -> WeightType {
        self.weights
    }

    pub(super) fn summary(&self) -> ModelSummary {
        ModelSummary { dimensions: self.header.dimensions, weights: self.weights, bytes: self.bytes.len() }
    }

    /// Reads every weight, or its scale, and refuses what is not a finite number.
    pub(super) fn read_weights(&mut self) -> Result<(), ModelError> {
        let path = self.bytes.path().to_owned();
        for at in 0..self.tensors.len() {
            self.chunks(at, |tensor, stored, chunk| {
                if stored.is_finite(chunk) {
                    return Ok(());
                }
                Err(ModelError::damaged(&path, format!("{} holds what is not a number", tensor.name)))
            })?;
        }
        Ok(())
    }

    /// Hands the weights of a tensor that is not quantised to `sink`, some at a time.
    pub(super) fn read_tensor(
        &mut self,
        name: &str,
        sink: &mut dyn FnMut(&[f32]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let at = self.tensors.iter().position(|(tensor, _)| tensor.name == name).expect("every name of the layout");
        let mut floats = Vec::new();
        self.chunks(at, |_, stored, chunk| {
            floats.clear();
            match stored {
                WeightType::F32 => floats.extend(chunk.as_chunks().0.iter().map(|&it| f32::from_le_bytes(it))),
                _ => floats.extend(chunk.as_chunks().0.iter().map(|&it| f16::from_le_bytes(it).to_f32())),
            }
            sink(&floats)
        })
    }

    /// Hands the bytes of a tensor to `sink`, some whole blocks at a time.
    fn chunks(
        &mut self,
        at: usize,
        mut sink: impl FnMut(&Tensor, WeightType, &[u8]) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let (tensor, position) = &self.tensors[at];
        let stored = tensor.stored_as(self.weights);
        let chunk_bytes = CHUNK_WEIGHTS / stored.block_weights() as u64 * stored.block_bytes() as u64;
        let mut left = tensor.bytes(stored);
        self.bytes.seek(*position, &tensor.name)?;
        while left > 0 {
            let chunk = self.bytes.take(left.min(chunk_bytes), &tensor.name)?;
            left -= chunk.len() as u64;
            sink(tensor, stored, &chunk)?;
        }
        Ok(())
    }
}

fn read_dimensions<R: Read + Seek>(bytes: &mut Bytes<R>) -> Result<(Dimensions, WeightType), ModelError> {
    let mut field = || bytes.u32("its header");
    let [vocabulary, sound_positions, width, heads, encoder_layers] =
        [field()?, field()?, field()?, field()?, field()?];
    let [text_positions, text_width, text_heads, decoder_layers, mel_bands] =
        [field()?, field()?, field()?, field()?, field()?];
    let code = bytes.i32("its header")?;
    let dimensions = Dimensions { vocabulary, width, encoder_layers, decoder_layers, mel_bands };
    let implausible = dimensions.implausible().or_else(|| {
        if (sound_positions, text_positions) != (SOUND_POSITIONS, TEXT_POSITIONS) {
            return Some(format!(
                "it has {sound_positions} and {text_positions} positions ({SOUND_POSITIONS} and {TEXT_POSITIONS})"
            ));
        }
        if text_width != width {
            return Some(format!("its encoder is {width} wide and its decoder {text_width} (the same)"));
        }
        let heads_differ = [heads, text_heads] != [dimensions.heads(); 2];
        heads_differ.then(|| format!("it has {heads} and {text_heads} heads ({} at its width)", dimensions.heads()))
    });
    if let Some(reason) = implausible {
        return Err(ModelError::not_a_model(bytes.path(), format!("it is a ggml file, but its header says {reason}")));
    }
    let weights = WeightType::of_file_code(code % VERSION_FACTOR).ok_or_else(|| {
        ModelError::unsupported(
            bytes.path(),
            format!("its weights are stored in the unknown way {code}; take the float16 file of the same model"),
        )
    })?;
    if weights.is_quantised() && code / VERSION_FACTOR != BLOCK_FORMATS {
        let reason = format!("it was quantised to {weights} by a program of another time; take the float16 file");
        return Err(ModelError::unsupported(bytes.path(), reason));
    }
    Ok((dimensions, weights))
}

fn read_filters<R: Read + Seek>(bytes: &mut Bytes<R>, bands: u32) -> Result<Vec<f32>, ModelError> {
    let part = "its mel filters";
    let found = [bytes.u32(part)?, bytes.u32(part)?];
    if found != [bands, mel::SPECTRUM] {
        let [bands, bins] = found;
        return Err(ModelError::damaged(bytes.path(), format!("its mel filters are {bands} of {bins} factors")));
    }
    let factors = bytes.take(u64::from(bands) * u64::from(mel::SPECTRUM) * 4, part)?;
    let filters: Vec<f32> = factors.as_chunks().0.iter().map(|&it| f32::from_le_bytes(it)).collect();
    if !filters.iter().all(|factor| factor.is_finite()) {
        return Err(ModelError::damaged(bytes.path(), "its mel filters hold what is not a number"));
    }
    Ok(filters)
}

fn read_tokens<R: Read + Seek>(bytes: &mut Bytes<R>, dimensions: &Dimensions) -> Result<Vec<Vec<u8>>, ModelError> {
    let part = "its vocabulary";
    let count = bytes.u32(part)?;
    // Converters differ in whether they also write some of the tokens that follow the text; whisper.cpp knows those.
    if !(dimensions.text_tokens()..=dimensions.vocabulary).contains(&count) {
        let reason = format!("its vocabulary has {count} tokens where its header says {}", dimensions.vocabulary);
        return Err(ModelError::damaged(bytes.path(), reason));
    }
    let mut tokens = Vec::with_capacity(count as usize);
    for id in 0..count {
        let length = bytes.u32(part)?;
        if length > MAX_TOKEN_BYTES {
            return Err(ModelError::damaged(bytes.path(), format!("token {id} is {length} bytes long")));
        }
        tokens.push(bytes.take(length.into(), part)?);
    }
    Ok(tokens)
}

fn read_directory<R: Read + Seek>(
    bytes: &mut Bytes<R>,
    dimensions: &Dimensions,
    weights: WeightType,
) -> Result<Vec<(Tensor, u64)>, ModelError> {
    let layout = layout::tensors(dimensions);
    if let Some(tensor) =
        layout.iter().find(|it| !(it.row_weights() as usize).is_multiple_of(it.stored_as(weights).block_weights()))
    {
        let reason = format!("the rows of {} do not divide into blocks of {weights}; take a q8_0 file", tensor.name);
        return Err(ModelError::unsupported(bytes.path(), reason));
    }
    let by_name: HashMap<&str, usize> = layout.iter().enumerate().map(|(at, it)| (it.name.as_str(), at)).collect();
    let mut positions = vec![None; layout.len()];
    while bytes.left() > 0 {
        let TensorHeader { name, shape, stored } = TensorHeader::read(bytes)?;
        let refuse = |reason: String| Err(ModelError::damaged(bytes.path(), reason));
        let Some(&at) = str::from_utf8(&name).ok().and_then(|name| by_name.get(name)) else {
            let name = name.escape_ascii();
            return refuse(format!("after {} tensors comes \"{name}\", which no whisper model has", found(&positions)));
        };
        let tensor = &layout[at];
        if !tensor.shape.iter().rev().eq(&shape) {
            return refuse(format!(
                "{} has the shape {shape:?}, the reverse of {:?} belongs there",
                tensor.name, tensor.shape
            ));
        }
        let expected = tensor.stored_as(weights);
        if stored != Some(expected) {
            let stored = stored.map_or("something unknown".into(), |stored| stored.to_string());
            return refuse(format!("{} is stored as {stored} where {expected} belongs", tensor.name));
        }
        if positions[at].replace(bytes.position()).is_some() {
            return refuse(format!("{} comes twice", tensor.name));
        }
        bytes.skip(tensor.bytes(expected), &tensor.name)?;
    }
    if let Some(missing) = positions.iter().position(Option::is_none) {
        let (name, found, all) = (&layout[missing].name, found(&positions), layout.len());
        return Err(ModelError::damaged(bytes.path(), format!("it holds {found} of {all} tensors, {name} is missing")));
    }
    Ok(layout.into_iter().zip(positions.into_iter().flatten()).collect())
}

fn found(positions: &[Option<u64>]) -> usize {
    positions.iter().flatten().count()
}

/// What stands before the weights of a tensor.
struct TensorHeader {
    name: Vec<u8>,
    /// The fastest first.
    shape: Vec<u32>,
    stored: Option<WeightType>,
}

impl TensorHeader {
    fn read<R: Read + Seek>(bytes: &mut Bytes<R>) -> Result<Self, ModelError> {
        let part = "a tensor's header";
        let [rank, name_bytes] = [bytes.u32(part)?, bytes.u32(part)?];
        let stored = WeightType::of_tensor_code(bytes.i32(part)?);
        if !(1..=3).contains(&rank) || name_bytes > MAX_NAME_BYTES {
            let reason = format!("at byte {} there is no tensor where one belongs", bytes.position());
            return Err(ModelError::damaged(bytes.path(), reason));
        }
        let shape = (0..rank).map(|_| bytes.u32(part)).collect::<Result<_, _>>()?;
        Ok(Self { name: bytes.take(name_bytes.into(), part)?, shape, stored })
    }
}
