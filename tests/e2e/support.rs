//! A library of its own for each test, the program to run on it, and media to put into it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a library that is not there yet and a place for media.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub(crate) fn media(&self) -> PathBuf {
        let media = self.folder.path().join("media");
        std::fs::create_dir_all(&media).expect("a folder for media");
        media
    }

    /// Returns the program on this library; nothing of the user's surroundings but the models reaches it.
    pub(crate) fn aloud(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aloud"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ALOUD_")) {
            if name != "ALOUD_MODELS" {
                command.env_remove(name);
            }
        }
        command.env("ALOUD_LIBRARY", self.library()).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Ran {
        let output = self.aloud().args(arguments).output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let ran = Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        ran
    }

    /// Makes `name` with a tone and a `WebVTT` sidecar of the given text; the picture is grey.
    ///
    /// The tone depends on the name: equal bytes would be one recording.
    pub(crate) fn interview(&self, name: &str, vtt: &str) -> PathBuf {
        let path = self.media().join(name);
        let format = if name.ends_with(".webm") {
            &["-c:v", "libvpx", "-c:a", "libopus"]
        } else {
            &["-c:v", "libx264", "-c:a", "aac"]
        };
        let pitch = 200 + name.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 800);
        let tone = format!("sine=frequency={pitch}:duration=20");
        ffmpeg(
            ["-f", "lavfi", "-i", "color=gray:size=160x90:rate=5:duration=20", "-f", "lavfi"]
                .into_iter()
                .chain(["-i", &tone, "-shortest"])
                .chain(format.iter().copied())
                .map(OsStr::new)
                .chain([path.as_os_str()]),
        );
        std::fs::write(path.with_extension("vtt"), vtt).expect("a sidecar");
        path
    }
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(crate) fn ffmpeg<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) {
    let done = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).output();
    let done = done.expect("ffmpeg is installed: ./setup test");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Speaks a text; returns how long it is, in milliseconds.
pub(crate) fn say(voice: &str, text: &str, to: &Path) -> u32 {
    let said = Command::new("espeak-ng").args(["-v", voice, "-s", "150", "-w"]).arg(to).arg(text).status();
    assert!(said.expect("espeak-ng is installed: ./setup test").success());
    // 22,050 samples a second of two bytes, behind a head of 44 bytes.
    let bytes = std::fs::metadata(to).expect("a sound").len() - 44;
    u32::try_from(bytes * 1000 / 44_100).expect("a short text")
}

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut child = place
            .aloud()
            .args(["serve", "--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("its first line");
        let address = line.trim().strip_prefix("serving ").expect("an address").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn agent() -> ureq::Agent {
        ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into()
    }

    /// Asks for a path; returns status, headers and body, whatever the status.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = Self::agent().get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Got::of(request.call().expect("an answer"))
    }

    /// Sends JSON without any token, as a page would.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Got {
        Got::of(Self::agent().post(format!("{}{path}", self.address)).send_json(body).expect("an answer"))
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let got = self.get(path, &[]);
        assert_eq!(got.status, 200, "{path}: {}", String::from_utf8_lossy(&got.body));
        serde_json::from_slice(&got.body).expect("JSON")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the server to end, as a service manager does.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        signal("TERM", self.child.id());
        self.child.wait().expect("its end")
    }
}

impl Got {
    fn of(response: ureq::http::Response<ureq::Body>) -> Self {
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let status = response.status().as_u16();
        let mut body = Vec::new();
        response.into_body().into_reader().read_to_end(&mut body).expect("a body");
        Self { status, headers, body }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: std::collections::HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Sends a signal to a process that this test started.
pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// The real recordings that the set-up installs.
pub(crate) fn librivox() -> &'static Path {
    let folder = Path::new("/usr/share/pocketsphinx/test/data/librivox");
    assert!(folder.is_dir(), "the package pocketsphinx-testdata is missing: ./setup test");
    folder
}

/// Returns the child of a process, as Linux lists it.
pub(crate) fn child_of(pid: u32) -> Option<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let children = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    children.flat_map(|line| line.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).next()
}
