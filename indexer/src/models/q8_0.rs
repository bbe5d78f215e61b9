//! `q8_0` is ggml's block format of eight bits a weight: 32 weights share a scale, 34 bytes in all.
//!
//! A block is the scale d = max |x| / 127 as a little-endian f16 and 32 signed bytes round(x / d), as
//! `quantize_row_q8_0_ref` in `ggml-quants.c` writes it.

use half::f16;

/// Weights that share a scale.
pub(super) const BLOCK_WEIGHTS: usize = 32;

/// Appends the blocks of `weights`, whose number must be a multiple of [`BLOCK_WEIGHTS`].
pub(super) fn encode(weights: &[f32], out: &mut Vec<u8>) {
    let (blocks, rest) = weights.as_chunks::<BLOCK_WEIGHTS>();
    debug_assert!(rest.is_empty(), "rows are a multiple of 64 wide");
    for block in blocks {
        let largest = block.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        out.extend(f16::from_f32(scale).to_le_bytes());
        out.extend(block.map(|weight| rounded(weight * inverse)));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 127 by the choice of the scale")]
fn rounded(steps: f32) -> u8 {
    steps.round() as i8 as u8
}

/// Returns the weights of whole blocks.
#[cfg(test)]
pub(super) fn decode(blocks: &[u8]) -> Vec<f32> {
    let decode = |block: &[u8; BLOCK_WEIGHTS + 2]| {
        let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
        let steps: [u8; BLOCK_WEIGHTS] = std::array::from_fn(|at| block[at + 2]);
        steps.map(|step| f32::from(step.cast_signed()) * scale)
    };
    blocks.as_chunks().0.iter().flat_map(decode).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_block_is_laid_out_as_ggml_lays_it_out() {
        let mut weights = [0.0; BLOCK_WEIGHTS];
        (weights[0], weights[1], weights[31]) = (127.0, -63.5, 1.4);
        let mut block = Vec::new();
        encode(&weights, &mut block);
        assert_eq!(block.len(), 34);
        assert_eq!(block[..2], f16::from_f32(1.0).to_le_bytes());
        assert_eq!((block[2].cast_signed(), block[3].cast_signed(), block[33]), (127, -64, 1));
        block.clear();
        encode(&[0.0; BLOCK_WEIGHTS], &mut block);
        assert_eq!(block, [0; 34]);
    }

    proptest! {
        /// Half a step from rounding to a byte, and 127 steps times the relative error 2^-11 of an f16 scale.
        #[test]
        fn a_weight_comes_back_within_its_error_bound(weights in prop::array::uniform32(-8.0_f32..8.0)) {
            let mut block = Vec::new();
            encode(&weights, &mut block);
            let step = weights.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs())) / 127.0;
            for (before, after) in weights.iter().zip(decode(&block)) {
                prop_assert!((before - after).abs() <= step * (0.501 + 127.0 / 2048.0), "{before} became {after}");
            }
        }
    }
}
