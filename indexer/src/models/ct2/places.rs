//! Where CTranslate2 keeps the tensors that ggml names.

/// Layers of a block as ggml and CTranslate2 name them, which part of the variable's rows they are, of how many.
///
/// CTranslate2 stacks query, key and value, and gives keys a bias, which ggml leaves out: it adds the same to the score of
/// every position, so attention does not change.
const BLOCK: [(&str, &str, u32, u32); 13] = [
    ("attn_ln", "self_attention/layer_norm", 0, 1),
    ("attn.query", "self_attention/linear_0", 0, 3),
    ("attn.key", "self_attention/linear_0", 1, 3),
    ("attn.value", "self_attention/linear_0", 2, 3),
    ("attn.out", "self_attention/linear_1", 0, 1),
    ("cross_attn_ln", "attention/layer_norm", 0, 1),
    ("cross_attn.query", "attention/linear_0", 0, 1),
    ("cross_attn.key", "attention/linear_1", 0, 2),
    ("cross_attn.value", "attention/linear_1", 1, 2),
    ("cross_attn.out", "attention/linear_2", 0, 1),
    ("mlp_ln", "ffn/layer_norm", 0, 1),
    ("mlp.0", "ffn/linear_0", 0, 1),
    ("mlp.2", "ffn/linear_1", 0, 1),
];

/// Returns the variable of a tensor, and which part of its rows the tensor is, of how many.
pub(super) fn place_of(tensor: &str) -> (String, u32, u32) {
    let (layer, kind) = tensor.rsplit_once('.').expect("every name of the layout has a point");
    if let Some((side, block)) = layer.split_once(".blocks.") {
        let (number, layer) = block.split_once('.').expect("a layer follows the block");
        let row = BLOCK.iter().find(|(ggml, ..)| *ggml == layer);
        let &(_, variable, part, parts) = row.expect("the table holds every layer of a block");
        return (format!("{side}/layer_{number}/{}", with_kind(variable, kind)), part, parts);
    }
    let name = match tensor {
        "encoder.positional_embedding" => "encoder/position_encodings/encodings".into(),
        "decoder.positional_embedding" => "decoder/position_encodings/encodings".into(),
        "decoder.token_embedding.weight" => "decoder/embeddings/weight".into(),
        _ => match layer {
            "encoder.ln_post" => with_kind("encoder/layer_norm", kind),
            "decoder.ln" => with_kind("decoder/layer_norm", kind),
            convolution => with_kind(&convolution.replace('.', "/"), kind),
        },
    };
    (name, 0, 1)
}

/// Appends what a variable is for, which norms call gamma and beta.
fn with_kind(layer: &str, kind: &str) -> String {
    let kind = match (layer.ends_with("layer_norm"), kind) {
        (true, "weight") => "gamma",
        (true, _) => "beta",
        (false, kind) => kind,
    };
    format!("{layer}/{kind}")
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn tensors_are_found_where_ctranslate2_keeps_them() {
        for (tensor, variable, part, parts) in [
            ("encoder.conv2.bias", "encoder/conv2/bias", 0, 1),
            ("encoder.ln_post.weight", "encoder/layer_norm/gamma", 0, 1),
            ("decoder.ln.bias", "decoder/layer_norm/beta", 0, 1),
            ("decoder.token_embedding.weight", "decoder/embeddings/weight", 0, 1),
            ("encoder.blocks.11.attn.key.weight", "encoder/layer_11/self_attention/linear_0/weight", 1, 3),
            ("decoder.blocks.2.cross_attn.value.bias", "decoder/layer_2/attention/linear_1/bias", 1, 2),
            ("decoder.blocks.2.cross_attn_ln.bias", "decoder/layer_2/attention/layer_norm/beta", 0, 1),
            ("decoder.blocks.0.mlp.2.weight", "decoder/layer_0/ffn/linear_1/weight", 0, 1),
        ] {
            assert_eq!(place_of(tensor), (variable.into(), part, parts));
        }
    }
}
