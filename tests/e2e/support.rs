//! A library of its own for each test, the program to run on it, and media to put into it.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use indexer::transcript::{Transcript, file};
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

    /// Returns the current words of a file's recording with all that is kept of them.
    pub(crate) fn transcript(&self, path: &Path) -> Transcript {
        let shown = self.run(["show", "--format", "json", &path.display().to_string()]).json();
        let id = shown["recording"]["id"].as_str().expect("an identity");
        let revision = &shown["recording"]["revision"];
        let bytes = std::fs::read(self.library().join(format!("transcripts/{id}/{revision}.json.zst")));
        file::read(&bytes.expect("a transcript")).expect("a transcript of our own")
    }

    /// Makes `talk<number>.wav` with a hum and a `WebVTT` sidecar of the given text.
    pub(crate) fn talk(&self, number: u32, vtt: &str) -> PathBuf {
        let path = self.media().join(format!("talk{number}.wav"));
        std::fs::write(&path, wav(10, number)).expect("a hum");
        std::fs::write(path.with_extension("vtt"), vtt).expect("a sidecar");
        path
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
        let picture = "color=gray:size=160x90:rate=5:duration=20";
        let arguments = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", &tone, "-shortest"];
        let arguments: Vec<_> = arguments.iter().chain(format).copied().collect();
        std::fs::copy(made_once(&arguments, name), &path).expect("copying");
        std::fs::write(path.with_extension("vtt"), vtt).expect("a sidecar");
        path
    }
}

/// Returns a WAV file of so many seconds, 8 kHz mono, whose sound and bytes depend on a number; quick to make and read.
pub(crate) fn wav(seconds: u32, number: u32) -> Vec<u8> {
    let samples = 8000 * seconds;
    let mut bytes = Vec::with_capacity(samples as usize * 2 + 44);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + samples * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel, 8,000 frames and 16,000 bytes a second, two bytes a frame, 16 bits.
    for half in [1_u16, 1, 8000, 0, 16_000, 0, 2, 16] {
        bytes.extend_from_slice(&half.to_le_bytes());
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&(samples * 2).to_le_bytes());
    let half_wave = 10 + number % 30;
    for sample in 0..samples {
        let level: i16 = if (sample / half_wave).is_multiple_of(2) { 900 } else { -900 };
        bytes.extend_from_slice(&level.to_le_bytes());
    }
    bytes[44..48].copy_from_slice(&number.to_le_bytes());
    bytes
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

/// Returns the file that ffmpeg makes by some arguments; it is kept under `target/tmp`.
fn made_once(arguments: &[&str], name: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    arguments.hash(&mut hasher);
    let extension = Path::new(name).extension().expect("an extension");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let made = folder.join(format!("{:016x}", hasher.finish())).with_extension(extension);
    if !made.exists() {
        let being_made = tempfile::tempdir_in(folder).expect("a folder");
        let path = being_made.path().join("made").with_extension(extension);
        ffmpeg(arguments.iter().map(OsStr::new).chain([path.as_os_str()]));
        // Whoever else made it meanwhile made the same.
        std::fs::rename(path, &made).expect("a place for it");
    }
    made
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
        Self::start_with(place, arguments, |command| command)
    }

    /// Starts it with something else changed, such as where it logs.
    pub(crate) fn start_with(
        place: &Place,
        arguments: &[&str],
        change: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let mut command = place.aloud();
        command.args(["serve", "--port", "0"]).args(arguments).stdout(Stdio::piped());
        let mut child = change(&mut command).spawn().expect("the server starts");
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

    /// Asks with another method than GET, as the page does; returns the status.
    pub(crate) fn send(&self, method: &str, path: &str) -> u16 {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let agent: ureq::Agent = config.into();
        let address = format!("{}{path}", self.address);
        let response = match method {
            "DELETE" => agent.delete(address).call(),
            _ => agent.post(address).send_json(serde_json::json!({})),
        };
        response.expect("an answer").status().as_u16()
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let got = self.get(path, &[]);
        assert_eq!(got.status, 200, "{path}: {}", String::from_utf8_lossy(&got.body));
        serde_json::from_slice(&got.body).expect("JSON")
    }

    /// Opens the stream of events, as a page does, and leaves it open.
    pub(crate) fn listen(&self) -> std::net::TcpStream {
        use std::io::Write;
        let address = self.address.strip_prefix("http://").expect("an address");
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        write!(stream, "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a request");
        stream
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

/// Sends a signal to a process that this test started.
pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// Numbers from a seed (splitmix64), which is told.
pub(crate) struct Random(u64);

impl Random {
    /// Takes the seed that is asked for, or another each time where chance is to find more; otherwise always the same.
    #[expect(clippy::print_stderr, reason = "what a failure is repeated with")]
    pub(crate) fn new(other_each_time: bool) -> Self {
        let asked = std::env::var("ALOUD_TORTURE_SEED").ok().and_then(|seed| seed.parse().ok());
        let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
        let seed = asked.unwrap_or_else(|| if other_each_time { now() } else { 1 });
        eprintln!("ALOUD_TORTURE_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a part of a time, now and then a little more than all of it.
    pub(crate) fn part_of(&mut self, time: Duration) -> Duration {
        time * u32::try_from(self.next() % 105).expect("a small number") / 100
    }
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

/// Runs a script as root in a mount namespace of its own, with the program as `$0`; `None` where this user may not make
/// one.
pub(crate) fn in_namespace(place: &Place, script: &str) -> Option<(String, String)> {
    let ran = Command::new("unshare")
        .args(["--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_aloud")])
        .env("ALOUD_LIBRARY", place.library())
        .current_dir(place.media().parent().expect("a folder"))
        .output()
        .expect("unshare runs");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (!err.starts_with("unshare:") && !err.starts_with("mount:")).then(|| (out.into_owned(), err.into_owned()))
}
