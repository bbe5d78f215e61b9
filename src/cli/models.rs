//! `aloud models`: the models on this machine, and how to get them.

use std::path::PathBuf;

use indexer::models::catalog::{KNOWN, Languages};
use indexer::models::{ImportOptions, check, import};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Context, Exit, Failure, Format, print, print_json};
use crate::models::{self, FetchError, Watch};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the models that are here, and those that can be fetched.
    List,
    /// Fetch a model by name.
    Get {
        /// The name, such as base.
        name: String,
        /// Keep 16-bit weights: nearly twice the memory, no better.
        #[arg(long)]
        keep_f16: bool,
    },
    /// Take a model from a ggml file or a CTranslate2 (faster-whisper) folder.
    Import {
        /// The file or folder.
        path: PathBuf,
        /// The name to give it [default: the file's or folder's].
        #[arg(long)]
        name: Option<String>,
        /// Keep 16-bit weights.
        #[arg(long)]
        keep_f16: bool,
    },
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::List => list(context),
        Command::Get { name, keep_f16 } => get(name, *keep_f16, context),
        Command::Import { path, name, keep_f16 } => take(path, name.as_deref(), *keep_f16, context),
    }
}

fn list(context: &Context) -> Result<Exit, Failure> {
    let folder = &context.config.models;
    let here = models::names(folder)
        .map_err(|error| Failure::new(Exit::Unusable, format!("cannot list {}: {error}", folder.display())))?;
    if context.format == Format::Json {
        let known: Vec<_> = KNOWN.iter().map(|model| model.name).collect();
        print_json(&serde_json::json!({ "folder": folder, "here": here, "known": known }))?;
        return Ok(Exit::Done);
    }
    print(format_args!("in {}:", folder.display()));
    for name in &here {
        let bytes = std::fs::metadata(models::path(folder, name)).map_or(0, |metadata| metadata.len());
        let used = if *name == context.config.model { "  (used)" } else { "" };
        print(format_args!("  {name:<22} {:>6} MB{used}", bytes / 1_000_000));
    }
    if here.is_empty() {
        print("  none; fetch one with: aloud models get base");
    }
    print("can be fetched (megabytes to load):");
    for model in KNOWN.iter().filter(|model| !here.iter().any(|name| name == model.name)) {
        let languages = match model.languages {
            Languages::Many => "about 100 languages",
            Languages::English => "English only",
        };
        print(format_args!("  {:<22} {:>6} MB  {languages}", model.name, model.bytes / 1_000_000));
    }
    Ok(Exit::Done)
}

fn get(name: &str, keep_f16: bool, context: &Context) -> Result<Exit, Failure> {
    let folder = &context.config.models;
    let path = models::path(folder, name);
    if path.is_file() && check(&path).is_ok() {
        return said(context, name, "it is here already");
    }
    let mut bar = Bar(ProgressBar::hidden());
    models::get(name, folder, keep_f16, &mut bar).map_err(|error| {
        let exit = if matches!(error, FetchError::Unknown(_)) { Exit::Usage } else { Exit::NoModel };
        Failure::new(exit, error)
    })?;
    bar.0.finish_and_clear();
    said(context, name, &format!("stored in {}", path.display()))
}

fn take(path: &std::path::Path, name: Option<&str>, keep_f16: bool, context: &Context) -> Result<Exit, Failure> {
    let folder = &context.config.models;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.unwrap_or_else(|| stem.strip_prefix("ggml-").unwrap_or(&stem));
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return Err(Failure::new(Exit::Usage, format!("{name:?} is no name for a model; give one with --name")));
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(Exit::Unusable, format!("cannot make {}: {error}", folder.display())))?;
    let destination = models::path(folder, name);
    import(path, &destination, ImportOptions { keep_f16 }).map_err(|error| Failure::new(Exit::NoModel, error))?;
    said(context, name, &format!("stored in {}; use it with --model {name}", destination.display()))
}

fn said(context: &Context, name: &str, text: &str) -> Result<Exit, Failure> {
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "model": name, "done": text }))?,
        _ => print(format_args!("{name}: {text}")),
    }
    Ok(Exit::Done)
}

/// Shows a download on standard error.
struct Bar(ProgressBar);

impl Watch for Bar {
    fn say(&mut self, text: &str) {
        self.0.finish_and_clear();
        self.0 = ProgressBar::hidden();
        // Nothing can be done about a standard error that is closed.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{text}\n"));
    }

    fn bytes(&mut self, done: u64, total: u64) {
        if self.0.is_hidden() {
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left");
            self.0 = ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
        self.0.set_position(done);
    }
}
