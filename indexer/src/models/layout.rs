//! The layout is the list of tensors that a model of given dimensions has, under the names and in the shapes by which
//! whisper.cpp asks for them (`whisper_model_load` in `whisper.cpp`, names in `whisper-arch.h`, version 1.8.3).

use super::dimensions::{Dimensions, SOUND_POSITIONS, TEXT_POSITIONS};
use super::weight::WeightType;

/// What a tensor is for, which decides how its numbers may be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Biases, norms and positions: added rather than multiplied, always `f32`.
    Addend,
    /// The two convolutions: never quantised.
    Convolution,
    /// The rest, stored in the file's own type.
    Matrix,
}

/// A tensor that a model must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tensor {
    pub(super) name: String,
    /// Rows first; a ggml file writes it reversed.
    pub(super) shape: Vec<u32>,
    role: Role,
}

impl Tensor {
    /// Returns the number of weights.
    pub(super) fn weights(&self) -> u64 {
        self.shape.iter().map(|&size| u64::from(size)).product()
    }

    /// Returns the number of weights that follow each other in memory.
    pub(super) fn row_weights(&self) -> u32 {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Returns the type in which a file of the given type stores it.
    pub(super) fn stored_as(&self, file: WeightType) -> WeightType {
        match self.role {
            Role::Addend => WeightType::F32,
            Role::Convolution if file == WeightType::F32 => WeightType::F32,
            Role::Convolution => WeightType::F16,
            Role::Matrix => file,
        }
    }

    /// Returns its length in bytes when it is stored in `weight_type`.
    pub(super) fn bytes(&self, weight_type: WeightType) -> u64 {
        self.weights() / weight_type.block_weights() as u64 * weight_type.block_bytes() as u64
    }
}

/// Returns every tensor of a model, in the order in which they are computed with.
pub(super) fn tensors(dimensions: &Dimensions) -> Vec<Tensor> {
    let Dimensions { vocabulary, width, encoder_layers, decoder_layers, mel_bands } = *dimensions;
    let mut list = List(Vec::new());
    list.add("encoder.positional_embedding", &[SOUND_POSITIONS, width], Role::Addend);
    list.add("encoder.conv1.weight", &[width, mel_bands, 3], Role::Convolution);
    list.add("encoder.conv1.bias", &[width, 1], Role::Addend);
    list.add("encoder.conv2.weight", &[width, width, 3], Role::Convolution);
    list.add("encoder.conv2.bias", &[width, 1], Role::Addend);
    for layer in 0..encoder_layers {
        let block = format!("encoder.blocks.{layer}");
        list.attention(&format!("{block}.attn"), width);
        list.perceptron(&format!("{block}.mlp"), width);
    }
    list.norm("encoder.ln_post", width);
    list.add("decoder.positional_embedding", &[TEXT_POSITIONS, width], Role::Addend);
    list.add("decoder.token_embedding.weight", &[vocabulary, width], Role::Matrix);
    for layer in 0..decoder_layers {
        let block = format!("decoder.blocks.{layer}");
        list.attention(&format!("{block}.attn"), width);
        list.attention(&format!("{block}.cross_attn"), width);
        list.perceptron(&format!("{block}.mlp"), width);
    }
    list.norm("decoder.ln", width);
    list.0
}

struct List(Vec<Tensor>);

impl List {
    fn add(&mut self, name: &str, shape: &[u32], role: Role) {
        self.0.push(Tensor { name: name.into(), shape: shape.into(), role });
    }

    fn norm(&mut self, name: &str, width: u32) {
        self.add(&format!("{name}.weight"), &[width], Role::Addend);
        self.add(&format!("{name}.bias"), &[width], Role::Addend);
    }

    fn linear(&mut self, name: &str, rows: u32, columns: u32) {
        self.add(&format!("{name}.weight"), &[rows, columns], Role::Matrix);
        self.add(&format!("{name}.bias"), &[rows], Role::Addend);
    }

    fn attention(&mut self, name: &str, width: u32) {
        self.norm(&format!("{name}_ln"), width);
        self.linear(&format!("{name}.query"), width, width);
        self.add(&format!("{name}.key.weight"), &[width, width], Role::Matrix);
        self.linear(&format!("{name}.value"), width, width);
        self.linear(&format!("{name}.out"), width, width);
    }

    fn perceptron(&mut self, name: &str, width: u32) {
        self.norm(&format!("{name}_ln"), width);
        self.linear(&format!("{name}.0"), 4 * width, width);
        self.linear(&format!("{name}.2"), width, 4 * width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// whisper.cpp reserves `10 + 15 + 15 * encoder + 24 * decoder` tensors, of which 11 are never made.
    #[test]
    fn the_layout_of_base_has_the_tensors_that_whisper_cpp_makes() {
        let base = Dimensions { vocabulary: 51_865, width: 512, encoder_layers: 6, decoder_layers: 6, mel_bands: 80 };
        let tensors = tensors(&base);
        assert_eq!(tensors.len(), 245);
        let weights: u64 = tensors.iter().map(Tensor::weights).sum();
        assert_eq!(weights, 72_593_920, "the published base has 72.6 million parameters");
        let embedding = tensors.iter().find(|it| it.name == "decoder.token_embedding.weight").expect("it is there");
        assert_eq!(embedding.bytes(WeightType::Q8_0), 51_865 * 512 / 32 * 34);
    }
}
