//! The kind of a file is told by its first bytes, to name what somebody gave instead of a model.

/// Bytes from the start that are enough to tell.
pub(super) const START_BYTES: usize = 64;

/// Returns what a file that starts with these bytes is, as the end of "is not a whisper model: …".
pub(super) fn describe(start: &[u8]) -> String {
    let known: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "it starts with a ZIP header, as PyTorch models (.pt) and packages do"),
        (b"GGUF", "it is a GGUF file, which holds other kinds of models"),
        (b"tjgg", "it is a language model of an old ggml form"),
        (b"version https:/", "it is a Git LFS pointer, the address of a file instead of the file"),
        (b"\x1f\x8b", "it is compressed with gzip"),
        (b"\x28\xb5\x2f\xfd", "it is compressed with Zstandard"),
        (b"BZh", "it is compressed with bzip2"),
        (b"\xfd7zXZ", "it is compressed with xz"),
        (b"\x08\x07\x12", "it is an ONNX model"),
    ];
    if start.is_empty() {
        return "it is empty".into();
    }
    if let Some((_, what)) = known.iter().find(|(magic, _)| start.starts_with(magic)) {
        return (*what).into();
    }
    let text = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
    if text.starts_with("<!doctype") || text.starts_with("<html") || text.starts_with("<?xml") {
        return "it is a web page, probably an error message saved in place of the file".into();
    }
    if text.contains("whisperspec") {
        return "it is the model.bin of a CTranslate2 model: give the folder that holds it".into();
    }
    if start.len() > 9 && start[8] == b'{' {
        return "it is a safetensors file; convert the model with ct2-transformers-converter and give its folder"
            .into();
    }
    let shown: Vec<String> = start.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("it starts with the bytes {}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn what_people_give_by_mistake_is_named() {
        for (start, named) in [
            (&b""[..], "empty"),
            (b"PK\x03\x04\x14", "ZIP"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"\n<html lang=en>", "web page"),
            (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
            (b"GGUF\x03\0\0\0", "GGUF"),
            (b"\x06\0\0\0\x0c\0WhisperSpec\0", "folder"),
            (b"\x10\x20\0\0\0\0\0\0{\"a\":1}", "safetensors"),
            (b"\x01\x02\x03", "01 02 03"),
        ] {
            assert!(describe(start).contains(named), "{start:?} is described as {:?}", describe(start));
        }
    }
}
