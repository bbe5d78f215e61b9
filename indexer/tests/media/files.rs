//! Files are made in a temporary folder: by ffmpeg, and where it has no way to write them, from what it wrote.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A 50 ms beep at 2, 5 and 8 s.
const BEEPS: &str = "0.8*sin(2*PI*1000*t)*(between(t\\,2\\,2.05)+between(t\\,5\\,5.05)+between(t\\,8\\,8.05))";

/// Names of the layouts of 1 to 8 channels.
const LAYOUTS: [&str; 8] = ["mono", "stereo", "3.0", "4.0", "5.0", "5.1", "6.1", "7.1"];

pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs ffmpeg in the folder, once for each command between `&&`. `BEEPS@44100` stands for 10 s of beeps,
    /// `BEEPS@44100x6` for as many equal channels, `PICTURE` for 12 s of moving picture.
    pub(crate) fn ffmpeg(&self, commands: &str) {
        for command in commands.split(" && ") {
            let arguments = command.split_whitespace().flat_map(|argument| match argument.split_once('@') {
                Some(("BEEPS", kind)) => source(&beeps(kind)),
                None if argument == "PICTURE" => source("testsrc=s=64x48:r=10:d=12"),
                _ => vec![argument.to_owned()],
            });
            let output = Command::new("ffmpeg")
                .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
                .args(arguments)
                .current_dir(self.folder.path())
                .output()
                .expect("ffmpeg is installed by the set-up");
            assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), bytes).expect("the temporary folder takes files");
        self.path(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("a file that was made")
    }
}

fn source(graph: &str) -> Vec<String> {
    ["-f", "lavfi", "-i", graph].map(str::to_owned).to_vec()
}

fn beeps(kind: &str) -> String {
    let (rate, channels) = kind.split_once('x').unwrap_or((kind, "1"));
    let channels: usize = channels.parse().expect("a number of channels");
    format!("aevalsrc={}:c={}:s={rate}:d=10", vec![BEEPS; channels].join("|"), LAYOUTS[channels - 1])
}

/// Replaces the box of a kind by another, deep inside `moov`, which must stand behind the sound.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "callers write b\"elst\"")]
pub(crate) fn with_box(bytes: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    const HOLDERS: [&[u8; 4]; 3] = [b"moov", b"trak", b"edts"];
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes(*head.first_chunk().expect("4 bytes")) as usize;
        let old = &bytes[at + 8..at + length];
        let name = &head[4..];
        let new = match name {
            name if name == kind => body.to_vec(),
            name if HOLDERS.iter().any(|holder| name == *holder) => with_box(old, kind, body),
            _ => old.to_vec(),
        };
        out.extend(u32::try_from(new.len() + 8).expect("a small box").to_be_bytes());
        out.extend(name);
        out.extend(new);
        at += length;
    }
    out
}

/// Makes the lengths of all clusters unknown, as recorders in browsers write them.
pub(crate) fn with_unknown_clusters(mut bytes: Vec<u8>) -> Vec<u8> {
    let clusters = bytes.windows(4).enumerate().filter(|(_, id)| *id == b"\x1f\x43\xb6\x75").map(|(at, _)| at + 4);
    for at in clusters.collect::<Vec<_>>() {
        let length = bytes[at].leading_zeros() as usize + 1;
        bytes[at] = 0xff >> (length - 1);
        bytes[at + 1..at + length].fill(0xff);
    }
    bytes
}

/// Says of a file of AAC-LC at 24 kHz that it is HE-AAC: the core at 24 kHz, 48 kHz in all. Decoders then double the
/// rate, though nothing fills the upper half.
pub(crate) fn as_he_aac(mut bytes: Vec<u8>) -> Vec<u8> {
    let plain = [0x13, 0x08, 0x56, 0xe5, 0x00];
    let at = bytes.windows(5).position(|window| window == plain).expect("the configuration of ffmpeg's encoder");
    bytes[at..at + 5].copy_from_slice(&[0x2b, 0x09, 0x88, 0x00, 0x00]);
    bytes
}

/// Writes an AMR file by hand, for ffmpeg has no encoder: bursts of noise that is loud as it happens, and quiet.
pub(crate) fn amr() -> Vec<u8> {
    let mut file = b"#!AMR\n".to_vec();
    let mut state = 7_u32;
    for frame in 0..500 {
        let is_loud = [2000, 5000, 8000].iter().any(|beep| (*beep..beep + 60).contains(&(frame * 20)));
        file.push(0x3c);
        file.extend((0..31).map(|_| {
            // Numerical Recipes' generator.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if is_loud { state.to_be_bytes()[0] } else { 0 }
        }));
    }
    file
}

/// Writes a wave file of more than 4 GiB, nearly all of it a hole: 8 channels of 32 bits at 192 kHz, with beeps at
/// 702, 705 and 708 s, which lie behind the first 4 GiB, and with a chunk of noise behind the sound.
pub(crate) fn huge_wave(path: &Path, kind: [u8; 4]) {
    const FRAME: u64 = 32;
    const RATE: u64 = 192_000;
    const DATA: u64 = 710 * RATE * FRAME;
    let format = [1_u16.to_le_bytes(), 8_u16.to_le_bytes()].concat();
    let rates = [192_000_u32.to_le_bytes(), 6_144_000_u32.to_le_bytes()].concat();
    let mut head = kind.to_vec();
    head.extend(b"\xff\xff\xff\xffWAVEds64\x1c\0\0\0");
    head.extend((DATA + 1000).to_le_bytes().iter().chain(&DATA.to_le_bytes()).chain(&[0; 12]));
    head.extend(b"fmt \x10\0\0\0".iter().chain(&format).chain(&rates).chain(&[32, 0, 32, 0]));
    head.extend(b"data\xff\xff\xff\xff");

    let mut file = File::create(path).expect("the temporary folder takes files");
    file.write_all(&head).expect("room");
    for second in [702, 705, 708] {
        let beep = (0..RATE / 20).flat_map(|frame| {
            let sample = if frame % 192 < 96 { i32::MAX / 2 } else { i32::MIN / 2 };
            sample.to_le_bytes().repeat(8)
        });
        file.seek(SeekFrom::Start(head.len() as u64 + second * RATE * FRAME)).expect("a place");
        file.write_all(&beep.collect::<Vec<_>>()).expect("room");
    }
    file.seek(SeekFrom::Start(head.len() as u64 + DATA)).expect("a place");
    file.write_all(b"LIST\xe8\x03\0\0").expect("room");
    file.write_all(&[0x7f; 1000]).expect("room");
}
