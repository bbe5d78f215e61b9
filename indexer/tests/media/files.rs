//! The files of a row are made by ffmpeg, and where it has no way to write them, from what it wrote. They are kept under
//! `target/tmp` until somebody changes how files are made.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A 50 ms beep at 2, 5 and 8 s.
const BEEPS: &str = "0.8*sin(2*PI*1000*t)*(between(t\\,2\\,2.05)+between(t\\,5\\,5.05)+between(t\\,8\\,8.05))";

/// Names of the layouts of 1 to 8 channels.
const LAYOUTS: [&str; 8] = ["mono", "stereo", "3.0", "4.0", "5.0", "5.1", "6.1", "7.1"];

/// All that says how files are made.
const RECIPES: [&str; 2] = [include_str!("files.rs"), include_str!("rows.rs")];

/// What a folder holds once its files are complete.
const COMPLETE: &str = "complete";

/// Returns the folder of all files, empty when they were made in another way.
pub(crate) fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    RECIPES.hash(&mut hasher);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("media");
    let folder = all.join(format!("{:016x}", hasher.finish()));
    if !folder.is_dir() {
        // It may not be there.
        let _ = fs::remove_dir_all(&all);
        fs::create_dir_all(&folder).expect("target/tmp takes folders");
    }
    folder
}

/// The files of one row.
pub(crate) struct Files {
    folder: PathBuf,
    /// Whether an earlier run made them.
    are_made: bool,
}

impl Files {
    /// Lets files be made in a folder, unless they are there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let are_made = folder.join(COMPLETE).is_file();
        if !are_made {
            fs::create_dir_all(&folder).expect("target/tmp takes folders");
        }
        Self { folder, are_made }
    }

    /// Says that all are made.
    pub(crate) fn complete(&self) {
        self.write(COMPLETE, "");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs ffmpeg in the folder, once for each command between `&&`. `BEEPS@44100` stands for 10 s of beeps,
    /// `BEEPS@44100x6` for as many equal channels, `PICTURE` for 12 s of moving picture.
    pub(crate) fn ffmpeg(&self, commands: &str) {
        for command in commands.split(" && ").filter(|_| !self.are_made) {
            let arguments = command.split_whitespace().flat_map(|argument| match argument.split_once('@') {
                Some(("BEEPS", kind)) => source(&beeps(kind)),
                None if argument == "PICTURE" => source("testsrc=s=64x48:r=10:d=12"),
                _ => vec![argument.to_owned()],
            });
            let output = Command::new("ffmpeg")
                .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
                .args(arguments)
                .current_dir(&self.folder)
                .output()
                .expect("ffmpeg is installed by the set-up");
            assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        if !self.are_made {
            fs::write(self.path(name), bytes).expect("the folder takes files");
        }
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
    /// Of a hundred, one of those that are loud within the first 10 ms.
    const LOUD_SOON: u32 = 48;
    let mut file = b"#!AMR\n".to_vec();
    let mut state = LOUD_SOON;
    for frame in 0..500 {
        let at = frame * 20;
        file.push(0x3c);
        if [2000, 5000, 8000].iter().any(|beep| (*beep..beep + 60).contains(&at)) {
            file.extend((0..31).map(|_| {
                // Numerical Recipes' generator.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            }));
        } else {
            state = LOUD_SOON;
            file.extend([0; 31]);
        }
    }
    file
}

/// Makes a wave file whose lengths have 64 bits, nearly all of it a hole: 8 channels of 64 bit float at 192 kHz, beeps every
/// two seconds from some second on, which is behind the first 4 GiB if it is the 350th, and a chunk of noise behind the sound.
pub(crate) fn wide_wave(files: &Files, kind: [u8; 4], first_beep: u64) -> PathBuf {
    const FRAME: u64 = 64;
    const RATE: u64 = 192_000;
    let data = (first_beep + 6) * RATE * FRAME;
    let path = files.path("wide.wav");
    if files.are_made {
        return path;
    }
    let format = [3_u16.to_le_bytes(), 8_u16.to_le_bytes()].concat();
    let rates = [192_000_u32.to_le_bytes(), 12_288_000_u32.to_le_bytes()].concat();
    let mut head = kind.to_vec();
    head.extend(b"\xff\xff\xff\xffWAVEds64\x1c\0\0\0");
    head.extend((data + 1000).to_le_bytes().iter().chain(&data.to_le_bytes()).chain(&[0; 12]));
    head.extend(b"fmt \x10\0\0\0".iter().chain(&format).chain(&rates).chain(&[64, 0, 64, 0]));
    head.extend(b"data\xff\xff\xff\xff");

    let mut file = File::create(&path).expect("the folder takes files");
    file.write_all(&head).expect("room");
    for second in [0, 2, 4].map(|later| first_beep + later) {
        let beep = (0..RATE / 20).flat_map(|frame| {
            let sample = if frame % 192 < 96 { 0.5_f64 } else { -0.5 };
            sample.to_le_bytes().repeat(8)
        });
        file.seek(SeekFrom::Start(head.len() as u64 + second * RATE * FRAME)).expect("a place");
        file.write_all(&beep.collect::<Vec<_>>()).expect("room");
    }
    file.seek(SeekFrom::Start(head.len() as u64 + data)).expect("a place");
    file.write_all(b"LIST\xe8\x03\0\0").expect("room");
    file.write_all(&[0x7f; 1000]).expect("room");
    path
}
