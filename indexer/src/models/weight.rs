//! A weight type is the way in which ggml stores the numbers of a tensor: plainly, or in blocks that share a scale.

use std::fmt;

/// The way in which the numbers of a tensor are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(non_camel_case_types, reason = "these are ggml's own names, and Q8_0 is not Q80")]
#[expect(missing_docs, reason = "the names are the definition; the table below holds what they mean")]
pub enum WeightType {
    F32,
    F16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
}

use WeightType::{F16, F32, Q2_K, Q3_K, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0};

/// What ggml fixes for one weight type.
struct Row {
    weight_type: WeightType,
    name: &'static str,
    /// `enum ggml_type` in `ggml.h`, written beside every tensor.
    tensor_code: i32,
    /// `enum ggml_ftype` in `ggml.h`, written once in the header.
    file_code: i32,
    block_weights: usize,
    block_bytes: usize,
    /// Where in a block its f16 scales stand: the structs in `ggml-common.h`.
    scales: &'static [usize],
}

const fn row(
    weight_type: WeightType,
    name: &'static str,
    (tensor_code, file_code): (i32, i32),
    (block_weights, block_bytes): (usize, usize),
    scales: &'static [usize],
) -> Row {
    Row { weight_type, name, tensor_code, file_code, block_weights, block_bytes, scales }
}

/// The types that whisper.cpp's own converter and quantiser write.
const TABLE: [Row; 12] = [
    row(F32, "f32", (0, 0), (1, 4), &[]),
    row(F16, "f16", (1, 1), (1, 2), &[0]),
    row(Q4_0, "q4_0", (2, 2), (32, 18), &[0]),
    row(Q4_1, "q4_1", (3, 3), (32, 20), &[0, 2]),
    row(Q5_0, "q5_0", (6, 8), (32, 22), &[0]),
    row(Q5_1, "q5_1", (7, 9), (32, 24), &[0, 2]),
    row(Q8_0, "q8_0", (8, 7), (32, 34), &[0]),
    row(Q2_K, "q2_k", (10, 10), (256, 84), &[80, 82]),
    row(Q3_K, "q3_k", (11, 11), (256, 110), &[108]),
    row(Q4_K, "q4_k", (12, 12), (256, 144), &[0, 2]),
    row(Q5_K, "q5_k", (13, 13), (256, 176), &[0, 2]),
    row(Q6_K, "q6_k", (14, 14), (256, 210), &[208]),
];

impl WeightType {
    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.weight_type == self).expect("the table holds every type")
    }

    /// Returns the type that a tensor's header names.
    pub(super) fn of_tensor_code(code: i32) -> Option<Self> {
        TABLE.iter().find(|row| row.tensor_code == code).map(|row| row.weight_type)
    }

    /// Returns the type that a file's header names.
    pub(super) fn of_file_code(code: i32) -> Option<Self> {
        TABLE.iter().find(|row| row.file_code == code).map(|row| row.weight_type)
    }

    pub(super) fn tensor_code(self) -> i32 {
        self.row().tensor_code
    }

    pub(super) fn file_code(self) -> i32 {
        self.row().file_code
    }

    /// Returns whether weights share a scale in blocks.
    #[must_use]
    pub fn is_quantised(self) -> bool {
        self.block_weights() > 1
    }

    /// Returns the number of weights that share a block.
    pub(super) fn block_weights(self) -> usize {
        self.row().block_weights
    }

    /// Returns the length of a block in bytes.
    pub(super) fn block_bytes(self) -> usize {
        self.row().block_bytes
    }

    /// Returns whether every scale and every unquantised weight in whole blocks is a finite number.
    pub(super) fn is_finite(self, blocks: &[u8]) -> bool {
        let row = self.row();
        if self == F32 {
            return blocks.as_chunks::<4>().0.iter().all(|&bytes| f32::from_le_bytes(bytes).is_finite());
        }
        // An f16 whose five exponent bits are all set is an infinity or not a number (IEEE 754-2008, binary16).
        let finite = |block: &[u8]| row.scales.iter().all(|&at| block[at + 1] & 0x7c != 0x7c);
        blocks.chunks_exact(row.block_bytes).all(finite)
    }
}

impl fmt::Display for WeightType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_type_once_under_its_codes() {
        for row in &TABLE {
            assert_eq!(row.weight_type.row().name, row.name);
            assert_eq!(WeightType::of_tensor_code(row.tensor_code), Some(row.weight_type));
            assert_eq!(WeightType::of_file_code(row.file_code), Some(row.weight_type));
            assert!(row.scales.iter().all(|at| at + 2 <= row.block_bytes));
        }
        assert_eq!(WeightType::of_tensor_code(4), None);
        assert_eq!(WeightType::of_file_code(-1), None);
    }

    #[test]
    fn numbers_that_are_not_are_seen() {
        assert!(F32.is_finite(&1.5f32.to_le_bytes()));
        assert!(!F32.is_finite(&f32::NAN.to_le_bytes()));
        assert!(F16.is_finite(&[0xff, 0x7b]));
        assert!(!F16.is_finite(&[0x00, 0xfc]));
        let mut block = [0xff; 34];
        assert!(!Q8_0.is_finite(&block));
        block[1] = 0x2b;
        assert!(Q8_0.is_finite(&block));
    }
}
