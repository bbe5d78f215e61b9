//! The smallest Whisper model there can be, made up for tests: one layer on each side, 64 wide.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use half::f16;

use super::ggml::{Header, write};
use super::{Dimensions, WeightType, layout, mel};

pub(super) const DIMENSIONS: Dimensions =
    Dimensions { vocabulary: 51_865, width: 64, encoder_layers: 1, decoder_layers: 1, mel_bands: 80 };

/// The model as a ggml file of 16 bits.
pub(super) static GGML: LazyLock<Vec<u8>> = LazyLock::new(|| ggml(WeightType::F16));

/// Returns the model as a ggml file.
pub(super) fn ggml(weights: WeightType) -> Vec<u8> {
    let tokens = (0..DIMENSIONS.text_tokens()).map(|id| token(id).into_bytes()).collect();
    let header = Header { dimensions: DIMENSIONS, filters: mel::filters(80), tokens };
    let mut file = Vec::new();
    write::header(&mut file, &header, weights).expect("memory can be written");
    for tensor in layout::tensors(&DIMENSIONS) {
        let stored = tensor.stored_as(weights);
        write::tensor(&mut file, &tensor, stored).expect("memory can be written");
        let count = usize::try_from(tensor.weights()).expect("small");
        write::encode(&self::weights(&tensor.name, count), stored, &mut file);
    }
    file
}

/// Returns the made-up weights of a tensor under its ggml name: an f16 each, between -1 and 1, by a linear
/// congruence (Numerical Recipes, 1992).
pub(super) fn weights(name: &str, count: usize) -> Vec<f32> {
    let mut state = name.bytes().fold(1_u32, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f16::from_f64(f64::from(state >> 16) / 32_768.0 - 1.0).to_f32()
    };
    (0..count).map(|_| next()).collect()
}

fn token(id: u32) -> String {
    format!("t{id}")
}

/// How the numbers of a CTranslate2 folder are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    F16,
    F32,
    Int8,
}

/// A CTranslate2 folder in the making. It states the names and the stacking of CTranslate2 a second time, from
/// `ctranslate2/specs/whisper_spec.py`, so that the table which the reader uses is tested against something.
pub(super) struct Ct2 {
    stored: Stored,
    /// Name, shape and numbers of every variable.
    pub(super) variables: Vec<(String, Vec<u32>, Vec<f32>)>,
    /// Names that stand for other variables.
    pub(super) aliases: Vec<(String, String)>,
    pub(super) version: u32,
}

impl Ct2 {
    pub(super) fn new(stored: Stored) -> Self {
        let mut folder = Self { stored, variables: Vec::new(), aliases: Vec::new(), version: 6 };
        folder.alias("decoder/projection/weight", "decoder/embeddings/weight");
        folder.add("encoder/conv1/weight", &[64, 80, 3], &["encoder.conv1.weight"]);
        folder.add("encoder/conv1/bias", &[64], &["encoder.conv1.bias"]);
        folder.add("encoder/conv2/weight", &[64, 64, 3], &["encoder.conv2.weight"]);
        folder.add("encoder/conv2/bias", &[64], &["encoder.conv2.bias"]);
        folder.add("encoder/position_encodings/encodings", &[1500, 64], &["encoder.positional_embedding"]);
        folder.add("decoder/position_encodings/encodings", &[448, 64], &["decoder.positional_embedding"]);
        folder.add("decoder/embeddings/weight", &[51_865, 64], &["decoder.token_embedding.weight"]);
        folder.norm("encoder/layer_norm", "encoder.ln_post");
        folder.norm("decoder/layer_norm", "decoder.ln");
        for side in ["encoder", "decoder"] {
            let (layer, block) = (format!("{side}/layer_0"), format!("{side}.blocks.0"));
            let attn = |part: &str| format!("{block}.attn.{part}");
            folder.norm(&format!("{layer}/self_attention/layer_norm"), &format!("{block}.attn_ln"));
            let stacked = [attn("query"), attn("key"), attn("value")];
            folder.linear(&format!("{layer}/self_attention/linear_0"), 64, 64, &stacked);
            folder.linear(&format!("{layer}/self_attention/linear_1"), 64, 64, &[attn("out")]);
            folder.norm(&format!("{layer}/ffn/layer_norm"), &format!("{block}.mlp_ln"));
            folder.linear(&format!("{layer}/ffn/linear_0"), 256, 64, &[format!("{block}.mlp.0")]);
            folder.linear(&format!("{layer}/ffn/linear_1"), 64, 256, &[format!("{block}.mlp.2")]);
        }
        let cross = |part: &str| format!("decoder.blocks.0.cross_attn.{part}");
        folder.norm("decoder/layer_0/attention/layer_norm", "decoder.blocks.0.cross_attn_ln");
        folder.linear("decoder/layer_0/attention/linear_0", 64, 64, &[cross("query")]);
        folder.linear("decoder/layer_0/attention/linear_1", 64, 64, &[cross("key"), cross("value")]);
        folder.linear("decoder/layer_0/attention/linear_2", 64, 64, &[cross("out")]);
        folder
    }

    pub(super) fn alias(&mut self, name: &str, kept_as: &str) {
        self.aliases.push((name.into(), kept_as.into()));
    }

    fn add(&mut self, name: &str, shape: &[u32], stacked: &[&str]) {
        let count = shape.iter().product::<u32>() as usize / stacked.len();
        let numbers = stacked.iter().flat_map(|part| weights(part, count)).collect();
        self.variables.push((name.into(), shape.into(), numbers));
    }

    fn norm(&mut self, name: &str, layer: &str) {
        self.add(&format!("{name}/gamma"), &[64], &[&format!("{layer}.weight")]);
        self.add(&format!("{name}/beta"), &[64], &[&format!("{layer}.bias")]);
    }

    fn linear(&mut self, name: &str, rows: u32, columns: u32, layers: &[String]) {
        let rows = rows * u32::try_from(layers.len()).expect("at most three");
        for (kind, shape) in [("weight", &[rows, columns][..]), ("bias", &[rows])] {
            let stacked: Vec<String> = layers.iter().map(|layer| format!("{layer}.{kind}")).collect();
            let stacked: Vec<&str> = stacked.iter().map(String::as_str).collect();
            self.add(&format!("{name}/{kind}"), shape, &stacked);
        }
    }

    /// Returns the bytes of `model.bin`.
    pub(super) fn model(&self) -> Vec<u8> {
        let quantised = |name: &str| self.stored == Stored::Int8 && name.ends_with("/weight");
        let scales = self.variables.iter().filter(|(name, ..)| quantised(name)).count();
        let mut file = Vec::new();
        file.extend(self.version.to_le_bytes());
        put_name(&mut file, "WhisperSpec");
        file.extend(3_u32.to_le_bytes());
        file.extend(u32::try_from(self.variables.len() + scales + 1).expect("few").to_le_bytes());
        put(&mut file, "decoder/num_heads", &[], 2, &1_u16.to_le_bytes());
        for (name, shape, numbers) in &self.variables {
            if quantised(name) {
                // `_quantize` in `model_spec.py`: each row is multiplied by 127 over its largest magnitude.
                let rows = numbers.chunks_exact(numbers.len() / shape[0] as usize);
                let scales: Vec<f32> =
                    rows.clone().map(|row| 127.0 / row.iter().fold(0.0, |a, b| b.abs().max(a))).collect();
                #[expect(clippy::cast_possible_truncation, reason = "at most 127 by the choice of the scale")]
                let step = |(scale, row): (&f32, &[f32])| row.iter().map(|it| (it * scale).round() as i8).collect();
                let steps: Vec<Vec<i8>> = scales.iter().zip(rows).map(step).collect();
                let bytes: Vec<u8> = steps.concat().into_iter().map(i8::cast_unsigned).collect();
                put(&mut file, name, shape, 1, &bytes);
                let bytes: Vec<u8> = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
                put(&mut file, &format!("{name}_scale"), &shape[..1], 0, &bytes);
            } else if self.stored == Stored::F32 {
                let bytes: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
                put(&mut file, name, shape, 0, &bytes);
            } else {
                let bytes: Vec<u8> = numbers.iter().flat_map(|&it| f16::from_f32(it).to_le_bytes()).collect();
                put(&mut file, name, shape, 4, &bytes);
            }
        }
        file.extend(u32::try_from(self.aliases.len()).expect("few").to_le_bytes());
        for (name, kept_as) in &self.aliases {
            put_name(&mut file, name);
            put_name(&mut file, kept_as);
        }
        file
    }

    /// Writes `model.bin` and `vocabulary.txt` into `folder`.
    pub(super) fn write(&self, folder: &Path) {
        fs::write(folder.join("model.bin"), self.model()).expect("a temporary folder can be written");
        fs::write(folder.join("vocabulary.txt"), vocabulary().join("\n") + "\n").expect("as above");
    }
}

/// Returns the tokens of a published vocabulary's length.
pub(super) fn vocabulary() -> Vec<String> {
    let mut tokens: Vec<String> = (0..DIMENSIONS.vocabulary).map(token).collect();
    tokens[DIMENSIONS.text_tokens() as usize] = "<|endoftext|>".into();
    tokens
}

fn put_name(file: &mut Vec<u8>, name: &str) {
    file.extend(u16::try_from(name.len() + 1).expect("short").to_le_bytes());
    file.extend(name.bytes());
    file.push(0);
}

fn put(file: &mut Vec<u8>, name: &str, shape: &[u32], code: u8, bytes: &[u8]) {
    put_name(file, name);
    file.push(u8::try_from(shape.len()).expect("at most three"));
    file.extend(shape.iter().flat_map(|size| size.to_le_bytes()));
    file.push(code);
    file.extend(u32::try_from(bytes.len()).expect("small").to_le_bytes());
    file.extend(bytes);
}
