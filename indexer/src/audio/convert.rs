//! The one command that turns a recording into one that can be decoded.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the command does with the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    /// Its codec fits into an mp4 as it is, which takes seconds.
    Copied,
    /// It must be encoded again, which takes minutes.
    Encoded,
}

/// Returns a command for a POSIX shell that writes `talk.mp4` (or `talk-aac.mp4`) beside the recording.
pub(super) fn command(input: &Path, picture: Picture) -> String {
    let stem = input.file_stem().unwrap_or(OsStr::new("recording")).to_owned();
    let mut name = stem.clone();
    name.push(".mp4");
    if input.file_name().is_some_and(|old| old.eq_ignore_ascii_case(&name)) {
        name = stem;
        name.push("-aac.mp4");
    }
    let video = if picture == Picture::Copied { "-c:v copy " } else { "" };
    format!("ffmpeg -i {} {video}-c:a aac {}", quoted(input), quoted(&input.with_file_name(name)))
}

/// Quotes a path so that a shell, and ffmpeg behind it, take it for nothing but this file.
fn quoted(path: &Path) -> String {
    // A relative name could be read as an option (`-x.mp4`) or as a protocol (`a:b.mp4`).
    let path = if path.is_absolute() { path.to_owned() } else { PathBuf::from(".").join(path) };
    match path.to_str() {
        Some(text) if !text.chars().any(char::is_control) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => escaped(path.as_os_str().as_encoded_bytes()),
    }
}

/// Quotes bytes as `$'…'`, which POSIX shells since 2024 and all common ones read.
fn escaped(bytes: &[u8]) -> String {
    let mut quoted = String::from("$'");
    for &byte in bytes {
        match byte {
            b'\'' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            // Three octal digits, because a hexadecimal escape would swallow digits that follow it.
            _ => write!(quoted, "\\{byte:03o}").unwrap_or_default(),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_safe_in_a_shell() {
        for (path, shown) in [
            ("/a/talk.avi", "'/a/talk.avi'"),
            ("talk.avi", "'./talk.avi'"),
            ("-i.avi", "'./-i.avi'"),
            ("a:b.avi", "'./a:b.avi'"),
            ("/it's $HOME `x`.avi", r"'/it'\''s $HOME `x`.avi'"),
            ("/två\n1.avi", r"$'/tv\303\245\0121.avi'"),
        ] {
            assert_eq!(quoted(Path::new(path)), shown);
        }
    }

    #[test]
    fn the_recording_itself_is_never_overwritten() {
        for (input, output) in [("/a/x.wmv", "/a/x.mp4"), ("/a/x.mp4", "/a/x-aac.mp4"), ("/a/x.MP4", "/a/x-aac.mp4")] {
            assert_eq!(
                command(Path::new(input), Picture::Copied),
                format!("ffmpeg -i '{input}' -c:v copy -c:a aac '{output}'")
            );
        }
        assert_eq!(command(Path::new("/x.wmv"), Picture::Encoded), "ffmpeg -i '/x.wmv' -c:a aac '/x.mp4'");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_the_very_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = b"/a'b\\c\xff\n1 $(x)\t\"\xc3\xa9.avi";
        let script = format!("printf %s {}", quoted(Path::new(OsStr::from_bytes(bytes))));
        let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash");
        assert_eq!(output.stdout, bytes);
    }
}
