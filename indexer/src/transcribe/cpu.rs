//! What the processor must be able to do for the recogniser's portable build (`.cargo/config.toml`, x86-64-v3).
//!
//! Without these the recogniser would die with an illegal instruction; so a program looks here first.

/// The processor lacks instructions that the program was built for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this processor lacks {}, which speech recognition was built for; \
     build aloud on this machine with GGML_AVX2, GGML_FMA, GGML_F16C and GGML_BMI2 set to OFF in .cargo/config.toml",
    .0.join(", ")
)]
pub struct MissingFeatures(Vec<&'static str>);

/// Checks that the processor can run the recogniser.
///
/// # Errors
/// When features are missing; the error names them.
pub fn check() -> Result<(), MissingFeatures> {
    of(&available())
}

fn of(features: &[(&'static str, bool)]) -> Result<(), MissingFeatures> {
    let missing: Vec<_> = features.iter().filter(|(_, there)| !there).map(|&(name, _)| name).collect();
    if missing.is_empty() { Ok(()) } else { Err(MissingFeatures(missing)) }
}

#[cfg(target_arch = "x86_64")]
fn available() -> Vec<(&'static str, bool)> {
    vec![
        ("SSE4.2", is_x86_feature_detected!("sse4.2")),
        ("AVX", is_x86_feature_detected!("avx")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("FMA", is_x86_feature_detected!("fma")),
        ("F16C", is_x86_feature_detected!("f16c")),
        ("BMI2", is_x86_feature_detected!("bmi2")),
    ]
}

/// Elsewhere the recogniser is built for the baseline of its architecture.
#[cfg(not(target_arch = "x86_64"))]
fn available() -> Vec<(&'static str, bool)> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(of(&[("AVX", true), ("AVX2", true)]), Ok(()));
        let error = of(&[("AVX", true), ("AVX2", false), ("FMA", false)]).expect_err("two are missing");
        assert!(error.to_string().starts_with("this processor lacks AVX2, FMA, which"), "{error}");
    }
}
