//! Writing a ggml file, tensor by tensor.

use std::io::{self, Write};

use half::f16;

use super::super::layout::Tensor;
use super::super::{WeightType, mel, q8_0};
use super::{BLOCK_FORMATS, Header, MAGIC, SOUND_POSITIONS, TEXT_POSITIONS, VERSION_FACTOR};

/// Writes all that stands before the first tensor.
pub(crate) fn header(out: &mut impl Write, header: &Header, weights: WeightType) -> io::Result<()> {
    let sizes = &header.dimensions;
    let version = if weights.is_quantised() { BLOCK_FORMATS } else { 0 };
    let fields = [
        MAGIC,
        sizes.vocabulary,
        SOUND_POSITIONS,
        sizes.width,
        sizes.heads(),
        sizes.encoder_layers,
        TEXT_POSITIONS,
        sizes.width,
        sizes.heads(),
        sizes.decoder_layers,
        sizes.mel_bands,
        (version * VERSION_FACTOR + weights.file_code()).cast_unsigned(),
        sizes.mel_bands,
        mel::SPECTRUM,
    ];
    fields.iter().try_for_each(|field| out.write_all(&field.to_le_bytes()))?;
    header.filters.iter().try_for_each(|factor| out.write_all(&factor.to_le_bytes()))?;
    out.write_all(&length(header.tokens.len()).to_le_bytes())?;
    for token in &header.tokens {
        out.write_all(&length(token.len()).to_le_bytes())?;
        out.write_all(token)?;
    }
    Ok(())
}

/// Writes what stands before the weights of one tensor.
pub(crate) fn tensor(out: &mut impl Write, tensor: &Tensor, stored: WeightType) -> io::Result<()> {
    let fields = [length(tensor.shape.len()), length(tensor.name.len()), stored.tensor_code().cast_unsigned()];
    let shape = tensor.shape.iter().rev();
    fields.iter().chain(shape).try_for_each(|field| out.write_all(&field.to_le_bytes()))?;
    out.write_all(tensor.name.as_bytes())
}

/// Appends weights in the form in which a file stores them: `f32`, `f16` or `q8_0`.
pub(crate) fn encode(weights: &[f32], stored: WeightType, out: &mut Vec<u8>) {
    match stored {
        WeightType::F32 => out.extend(weights.iter().flat_map(|weight| weight.to_le_bytes())),
        WeightType::Q8_0 => q8_0::encode(weights, out),
        _ => out.extend(weights.iter().flat_map(|&weight| f16::from_f32(weight).to_le_bytes())),
    }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).expect("counted by 32 bits in every source")
}
