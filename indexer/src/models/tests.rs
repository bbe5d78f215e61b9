//! What is accepted, what is refused, and that weights survive an import.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::bytes::Bytes;
use super::fixture::{self, Ct2, DIMENSIONS, GGML, Stored};
use super::ggml::Model;
use super::layout::Tensor;
use super::{ImportOptions, ModelError, ModelSummary, WeightType, check, import, layout, q8_0};

const KEEP_F16: ImportOptions = ImportOptions { keep_f16: true };
const QUANTISE: ImportOptions = ImportOptions { keep_f16: false };

/// Does to bytes in memory what [`check`] does to a file.
fn check_bytes(bytes: &[u8]) -> Result<ModelSummary, ModelError> {
    let mut model = Model::read(Bytes::new(Cursor::new(bytes), Path::new("test.bin"))?)?;
    model.read_weights()?;
    Ok(model.summary())
}

/// Returns what is said of the fixture after `change`.
fn complaint(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = GGML.clone();
    change(&mut bytes);
    check_bytes(&bytes).expect_err("a changed file").to_string()
}

/// Returns every tensor with where its header starts and where its weights do, in a file of the fixture's layout.
fn places(file: &[u8], weights: WeightType) -> Vec<(Tensor, usize, usize)> {
    let mut end = file.len();
    let mut places = Vec::new();
    for tensor in layout::tensors(&DIMENSIONS).into_iter().rev() {
        let data = end - usize::try_from(tensor.bytes(tensor.stored_as(weights))).expect("small");
        end = data - 12 - 4 * tensor.shape.len() - tensor.name.len();
        places.push((tensor, end, data));
    }
    places.reverse();
    places
}

/// Returns where the header of a tensor of the fixture starts and where its weights do.
fn place(name: &str) -> (usize, usize) {
    let places = places(&GGML, WeightType::F16);
    let (_, header, data) = places.into_iter().find(|(tensor, ..)| tensor.name == name).expect("the layout has it");
    (header, data)
}

#[test]
fn a_sound_file_is_described() {
    let summary = check_bytes(&GGML).expect("the fixture is sound");
    assert_eq!((summary.dimensions, summary.weights, summary.bytes), (DIMENSIONS, WeightType::F16, GGML.len() as u64));
    assert_eq!(check_bytes(&fixture::ggml(WeightType::F32)).expect("sound").weights, WeightType::F32);
    assert_eq!(check_bytes(&fixture::ggml(WeightType::Q8_0)).expect("sound").weights, WeightType::Q8_0);
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    let mut ends: Vec<usize> = (0..=60).chain([64_376, 64_380, 64_382, 100_000]).collect();
    for (_, header, data) in places(&GGML, WeightType::F16) {
        ends.extend([header, data, data + 1]);
    }
    let (header, data) = place("decoder.ln.bias");
    ends.extend((header..data).chain([GGML.len() - 1]));
    for end in ends {
        let error = check_bytes(&GGML[..end]).expect_err("a part of the file");
        assert!(!matches!(error, ModelError::Io { .. }), "{end}: {error}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let set =
        |at: usize, value: u32| move |bytes: &mut Vec<u8>| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    let (embedding, embedding_data) = place("decoder.token_embedding.weight");
    let (norm, norm_data) = place("decoder.ln.weight");
    let (last, _) = place("decoder.ln.bias");
    for (said, named) in [
        (complaint(set(0, 0x0403_4b50)), "test.bin is not a whisper model: it starts with a ZIP header"),
        (complaint(Vec::clear), "it is empty"),
        (complaint(set(4, 7)), "7 tokens"),
        (complaint(set(8, 750)), "750 and 448 positions"),
        (complaint(set(12, u32::MAX)), "4294967295 wide"),
        (complaint(set(16, 3)), "3 and 1 heads"),
        (complaint(set(20, 2)), "is damaged: it holds 50 of 65 tensors, encoder.blocks.1.attn_ln.weight is missing"),
        (complaint(set(28, 128)), "its encoder is 64 wide and its decoder 128"),
        (complaint(set(44, 99)), "stored in the unknown way 99"),
        (complaint(set(44, 1007)), "quantised to q8_0 by a program of another time"),
        (complaint(set(44, 2007)), "encoder.blocks.0.attn.query.weight is stored as f16 where q8_0 belongs"),
        (complaint(set(44, 2012)), "do not divide into blocks of q4_k; take a q8_0 file"),
        (complaint(set(48, 81)), "its mel filters are 81 of 201"),
        (complaint(set(56, 0x7f80_0000)), "its mel filters hold what is not a number"),
        (complaint(set(56 + 80 * 201 * 4, 60_000)), "its vocabulary has 60000 tokens"),
        (complaint(set(60 + 80 * 201 * 4, 1 << 30)), "token 0 is 1073741824 bytes long"),
        (complaint(set(norm, 0)), "there is no tensor where one belongs"),
        (complaint(set(norm + 8, 1)), "decoder.ln.weight is stored as f16 where f32 belongs"),
        (complaint(set(embedding + 12, 128)), "decoder.token_embedding.weight has the shape [128, 51865]"),
        (complaint(set(norm_data - 4, 0x2020_2020)), "\"decoder.ln.we    \", which no whisper model has"),
        (complaint(set(embedding_data, 0x7c00)), "decoder.token_embedding.weight holds what is not a number"),
        (complaint(|bytes| bytes.truncate(last)), "49 of 50 tensors, decoder.ln.bias is missing"),
        (complaint(|bytes| bytes.extend_from_within(last..)), "decoder.ln.bias comes twice"),
        (complaint(|bytes| bytes.push(0)), "ends in the middle of a tensor's header"),
        (complaint(|bytes| bytes.extend([0; 12])), "there is no tensor where one belongs"),
    ] {
        assert!(said.contains(named), "{said:?} does not name {named:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A flipped byte is refused, or it stands in a number, in a token or in a name that is still one.
    #[test]
    fn a_file_with_a_flipped_byte_is_read_without_panic(
        at in prop_oneof![0..64_usize, 64_370..65_000_usize, any::<prop::sample::Index>().prop_map(|it| it.index(GGML.len()))],
        flip in 1..=255_u8,
        tensor in any::<prop::sample::Index>(),
        in_tensor_header in any::<bool>(),
        offset in 0..40_usize,
    ) {
        let places = places(&GGML, WeightType::F16);
        let at = if in_tensor_header { places[tensor.index(places.len())].1 + offset } else { at };
        let mut bytes = GGML.clone();
        bytes[at] ^= flip;
        if let Ok(summary) = check_bytes(&bytes) {
            prop_assert_eq!((summary.dimensions, summary.bytes), (DIMENSIONS, GGML.len() as u64));
        }
    }
}

proptest! {
    // Each case imports a whole model, which takes seconds.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 100 + 1))]

    /// The same for the form that only the importer reads; the data of the embeddings come after the first 400 kB.
    #[test]
    fn a_folder_with_a_flipped_byte_is_read_without_panic(
        at in prop_oneof![0..400_usize, 0..400_000_usize],
        flip in 1..=255_u8,
    ) {
        static INT8: LazyLock<Vec<u8>> = LazyLock::new(|| Ct2::new(Stored::Int8).model());
        static VOCABULARY: LazyLock<String> = LazyLock::new(|| fixture::vocabulary().join("\n"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut bytes = INT8.clone();
        bytes[at] ^= flip;
        fs::write(folder.path().join("model.bin"), bytes).expect("a temporary folder can be written");
        fs::write(folder.path().join("vocabulary.txt"), &*VOCABULARY).expect("as above");
        let made = folder.path().join("made.bin");
        prop_assert_eq!(import(folder.path(), &made, QUANTISE).is_ok(), made.exists());
    }
}

/// Imports `source` and returns the weights of every tensor of the result, in the order of the layout.
fn imported(source: &Path, folder: &TempDir, options: ImportOptions) -> (ModelSummary, Vec<Vec<f32>>) {
    let made = folder.path().join("models/made.bin");
    let summary = import(source, &made, options).expect("a sound model");
    assert_eq!(summary, check(&made).expect("what was made is sound"));
    assert_eq!(fs::read_dir(made.parent().expect("it has one")).expect("it is there").count(), 1, "nothing is left");
    let bytes = fs::read(&made).expect("it was made");
    let decode = |(tensor, _, data): (Tensor, usize, usize)| {
        let stored = tensor.stored_as(summary.weights);
        let data = &bytes[data..][..usize::try_from(tensor.bytes(stored)).expect("small")];
        match stored {
            WeightType::F32 => data.as_chunks().0.iter().map(|&it| f32::from_le_bytes(it)).collect(),
            WeightType::F16 => data.as_chunks().0.iter().map(|&it| half::f16::from_le_bytes(it).to_f32()).collect(),
            _ => q8_0::decode(data),
        }
    };
    (summary, places(&bytes, summary.weights).into_iter().map(decode).collect())
}

/// Asserts that every weight differs from the fixture's by at most `bound`.
fn assert_near(tensors: &[Vec<f32>], bound: f32) {
    for (tensor, weights) in layout::tensors(&DIMENSIONS).iter().zip(tensors) {
        let expected = fixture::weights(&tensor.name, weights.len());
        let worst = weights.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max);
        assert!(worst <= bound, "{} is off by {worst}", tensor.name);
    }
}

/// Half a step of 1/127, and what rounding the scale to 16 bits adds.
const Q8_0_BOUND: f32 = 0.0045;

#[test]
fn both_forms_give_the_same_weights() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ggml, ct2) = (folder.path().join("ggml.bin"), folder.path().join("ct2"));
    fs::write(&ggml, &*GGML).expect("a temporary folder can be written");
    fs::create_dir(&ct2).expect("as above");
    for (source, stored) in [(&ggml, Stored::F16), (&ct2, Stored::F16), (&ct2, Stored::F32)] {
        Ct2::new(stored).write(&ct2);
        for (options, weights, bound) in [(KEEP_F16, WeightType::F16, 0.0), (QUANTISE, WeightType::Q8_0, Q8_0_BOUND)] {
            let (summary, tensors) = imported(source, &folder, options);
            assert_eq!((summary.weights, summary.dimensions), (weights, DIMENSIONS));
            assert_near(&tensors, bound);
        }
    }
    Ct2::new(Stored::Int8).write(&ct2);
    // Half a step of 1/127, and what 16 bits take from it.
    assert_near(&imported(&ct2, &folder, KEEP_F16).1, 0.0045);
}

/// `_alias_variables` in `model_spec.py` keeps one of any two equal variables.
#[test]
fn an_alias_stands_for_its_variable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut ct2 = Ct2::new(Stored::F16);
    ct2.variables.retain(|(name, ..)| name != "encoder/layer_norm/beta");
    ct2.alias("encoder/layer_norm/beta", "decoder/layer_norm/beta");
    ct2.write(folder.path());
    let (_, tensors) = imported(folder.path(), &folder, KEEP_F16);
    let at = layout::tensors(&DIMENSIONS).iter().position(|it| it.name == "encoder.ln_post.bias");
    assert_eq!(tensors[at.expect("the layout has it")], fixture::weights("decoder.ln.bias", 64));
}

#[test]
fn a_file_of_32_bits_is_converted_and_a_quantised_one_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source.bin");
    fs::write(&source, fixture::ggml(WeightType::F32)).expect("a temporary folder can be written");
    let (summary, tensors) = imported(&source, &folder, KEEP_F16);
    assert_eq!(summary.weights, WeightType::F16);
    assert_near(&tensors, 0.0);
    let quantised = fixture::ggml(WeightType::Q8_0);
    fs::write(&source, &quantised).expect("as above");
    imported(&source, &folder, KEEP_F16);
    assert_eq!(fs::read(folder.path().join("models/made.bin")).expect("it was made"), quantised);
}

#[test]
fn a_vocabulary_may_be_json() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Ct2::new(Stored::F16).write(folder.path());
    let made = [folder.path().join("a.bin"), folder.path().join("b.bin")];
    import(folder.path(), &made[0], QUANTISE).expect("a sound folder");
    fs::remove_file(folder.path().join("vocabulary.txt")).expect("it was there");
    let json = serde_json::to_string(&fixture::vocabulary()).expect("strings");
    fs::write(folder.path().join("vocabulary.json"), json).expect("a temporary folder can be written");
    import(folder.path(), &made[1], QUANTISE).expect("a sound folder");
    assert!(fs::read(&made[0]).expect("made") == fs::read(&made[1]).expect("made"));
}

#[test]
fn a_folder_that_is_not_a_whisper_model_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source");
    fs::create_dir(&source).expect("a temporary folder can be written");
    let destination = folder.path().join("made.bin");
    let refused = |named: &str| {
        let error = import(&source, &destination, QUANTISE).expect_err("a wrong folder").to_string();
        assert!(error.contains(named), "{error:?} does not name {named:?}");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1, "{named}: something is left");
    };
    refused("has no model.bin");
    fs::write(source.join("model.safetensors"), "").expect("as above");
    refused("ct2-transformers-converter");
    let write = |change: &dyn Fn(&mut Ct2)| {
        let mut ct2 = Ct2::new(Stored::F16);
        change(&mut ct2);
        ct2.write(&source);
    };
    let find = |ct2: &Ct2, name: &str| ct2.variables.iter().position(|it| it.0 == name).expect("the fixture has it");
    write(&|ct2| ct2.version = 7);
    refused("version 7, 6 is read");
    write(&|ct2| drop(ct2.variables.remove(find(ct2, "decoder/layer_0/ffn/linear_1/bias"))));
    refused("no variable decoder/layer_0/ffn/linear_1/bias");
    write(&|ct2| ct2.variables.push(ct2.variables[0].clone()));
    refused("encoder/conv1/weight comes twice");
    write(&|ct2| {
        let at = find(ct2, "encoder/layer_norm/gamma");
        ct2.variables[at].1 = vec![32];
    });
    refused("encoder/layer_norm/gamma has the shape [32] where [64] belongs");
    write(&|ct2| {
        let at = find(ct2, "encoder/layer_norm/gamma");
        ct2.variables[at].2.pop();
    });
    refused("encoder/layer_norm/gamma has 126 bytes");
    write(&|ct2| {
        let at = find(ct2, "decoder/layer_0/ffn/linear_1/bias");
        ct2.variables[at].2[5] = f32::INFINITY;
    });
    refused("decoder.blocks.0.mlp.2.bias holds what is not a number of f32");
    write(&|ct2| {
        ct2.aliases.clear();
        ct2.variables.push(("decoder/projection/weight".into(), vec![1], vec![0.0]));
    });
    refused("writes with other weights than it reads");
    let whole = Ct2::new(Stored::F16).model();
    for end in [0, 3, 6, 17, 18, 26, 30, 1000, whole.len() - 1] {
        fs::write(source.join("model.bin"), &whole[..end]).expect("as above");
        refused("source");
    }
    fs::write(source.join("model.bin"), [&whole[..], b"more"].concat()).expect("as above");
    refused("4 bytes follow its end");
    fs::write(source.join("model.bin"), &whole).expect("as above");
    fs::write(source.join("vocabulary.txt"), "a\nb\n<|endoftext|>\n").expect("as above");
    refused("vocabulary.txt is damaged: <|endoftext|> follows 2 tokens where 50257 belong");
    fs::remove_file(source.join("vocabulary.txt")).expect("it was there");
    refused("neither vocabulary.json nor vocabulary.txt");
}

#[test]
fn an_import_never_writes_over_its_source() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("made.bin.import.part");
    fs::write(&source, &*GGML).expect("a temporary folder can be written");
    let error = import(&source, &folder.path().join("made.bin"), QUANTISE).expect_err("it would be overwritten");
    assert!(error.to_string().contains("rename it"), "{error}");
    assert!(fs::read(&source).expect("it is still there") == *GGML);
    let same = folder.path().join("same.bin");
    fs::rename(&source, &same).expect("a temporary folder can be written");
    assert_eq!(import(&same, &same, QUANTISE).expect("it is replaced when all is done").weights, WeightType::Q8_0);
}
