//! The dimensions of a model are the sizes of its layers; they decide which tensors it must have.

/// Positions of sound that the encoder sees: one per 20 ms of its 30 s.
pub(super) const SOUND_POSITIONS: u32 = 1500;

/// Tokens that the decoder sees.
pub(super) const TEXT_POSITIONS: u32 = 448;

/// Every Whisper model has attention heads of this width.
const HEAD_WIDTH: u32 = 64;

/// Twice what the largest published model has (1280 wide, 32 layers).
const MAX_WIDTH: u32 = 2560;
const MAX_LAYERS: u32 = 64;

/// The vocabulary of the models that know English alone.
pub(super) const ENGLISH_VOCABULARY: u32 = 51_864;

/// The vocabularies of the models that know 99 and 100 languages. whisper.cpp reads past its tables for any other.
const MULTILINGUAL_VOCABULARIES: [u32; 2] = [51_865, 51_866];

/// The sizes of a model's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dimensions {
    /// Tokens that it can write: text, languages, times and commands.
    pub vocabulary: u32,
    /// Width of every layer.
    pub width: u32,
    /// Layers that listen.
    pub encoder_layers: u32,
    /// Layers that write.
    pub decoder_layers: u32,
    /// Bands of the spectrum that it hears: 80, or 128 since large-v3.
    pub mel_bands: u32,
}

impl Dimensions {
    /// Returns the attention heads of every layer.
    #[must_use]
    pub fn heads(&self) -> u32 {
        self.width / HEAD_WIDTH
    }

    /// Returns whether it knows English alone.
    #[must_use]
    pub fn is_english_only(&self) -> bool {
        self.vocabulary == ENGLISH_VOCABULARY
    }

    /// Returns how many tokens stand for text; the end of text, languages, commands and times follow.
    pub(super) fn text_tokens(&self) -> u32 {
        if self.is_english_only() { 50_256 } else { 50_257 }
    }

    /// Returns the name of the published model with these dimensions; fine-tuned models share it.
    #[must_use]
    pub fn architecture(&self) -> Option<&'static str> {
        Some(match (self.width, self.encoder_layers, self.decoder_layers) {
            (384, 4, 4) => "tiny",
            (512, 6, 6) => "base",
            (768, 12, 12) => "small",
            (1024, 24, 24) => "medium",
            (1280, 32, 32) => "large",
            (1280, 32, 4) => "large-v3-turbo",
            _ => return None,
        })
    }

    /// Returns what no Whisper model has, if these dimensions have it.
    pub(super) fn implausible(&self) -> Option<String> {
        let Self { vocabulary, width, encoder_layers, decoder_layers, mel_bands } = *self;
        if vocabulary != ENGLISH_VOCABULARY && !MULTILINGUAL_VOCABULARIES.contains(&vocabulary) {
            return Some(format!("it has {vocabulary} tokens (a whisper model has 51864, 51865 or 51866)"));
        }
        if width == 0 || !width.is_multiple_of(HEAD_WIDTH) || width > MAX_WIDTH {
            return Some(format!("its layers are {width} wide (a multiple of {HEAD_WIDTH} up to {MAX_WIDTH})"));
        }
        if ![encoder_layers, decoder_layers].iter().all(|layers| (1..=MAX_LAYERS).contains(layers)) {
            return Some(format!("it has {encoder_layers} and {decoder_layers} layers (1 to {MAX_LAYERS})"));
        }
        if ![80, 128].contains(&mel_bands) {
            return Some(format!("it hears {mel_bands} bands (80 or 128)"));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dimensions_of_whisper_are_plausible() {
        let base = Dimensions { vocabulary: 51_865, width: 512, encoder_layers: 6, decoder_layers: 6, mel_bands: 80 };
        assert_eq!((base.implausible(), base.architecture(), base.heads()), (None, Some("base"), 8));
        for wrong in [
            Dimensions { vocabulary: 51_867, ..base },
            Dimensions { width: 0, ..base },
            Dimensions { width: 500, ..base },
            Dimensions { width: 1 << 20, ..base },
            Dimensions { encoder_layers: 0, ..base },
            Dimensions { decoder_layers: u32::MAX, ..base },
            Dimensions { mel_bands: 81, ..base },
        ] {
            assert!(wrong.implausible().is_some(), "{wrong:?}");
        }
    }
}
