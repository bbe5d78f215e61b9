//! `aloud folder`: which folders the server watches for new, changed and vanished recordings.

use std::path::{Path, PathBuf};

use super::colour::{bold, dim};
use super::{Context, Exit, Failure, Format, print, print_json, remote};
use crate::catalogue::folders::Folder;
use crate::http::FolderRequest;
use crate::ingest::patterns::Patterns;
use crate::ingest::shown;
use crate::library::Library;
use crate::work::protocol::WirePath;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Watch a folder with all folders inside, or give a watched one other patterns.
    Add {
        /// The folder.
        path: PathBuf,
        /// Take only files that match this pattern, such as '*.mp4' or '2021/**'; may be given several times.
        #[arg(long, value_name = "PATTERN")]
        include: Vec<String>,
        /// Leave out files and folders that match this pattern, such as 'drafts'; may be given several times.
        #[arg(long, value_name = "PATTERN")]
        exclude: Vec<String>,
    },
    /// Watch a folder no more; its recordings stay in the library.
    Remove {
        /// The folder.
        path: PathBuf,
    },
    /// List the watched folders.
    List,
}

pub(super) async fn run(command: &Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Add { path, include, exclude } => add(path, include, exclude, context).await,
        Command::Remove { path } => remove(path, context).await,
        Command::List => list(context).await,
    }
}

async fn add(path: &Path, include: &[String], exclude: &[String], context: &Context) -> Result<Exit, Failure> {
    Patterns::new(include, exclude).map_err(|error| Failure::new(Exit::Usage, error))?;
    let path = whole(path);
    if !path.is_dir() {
        let message = format!("{} is not a folder that can be read; check the path", shown(&path));
        return Err(Failure::new(Exit::Usage, message));
    }
    let (include, exclude) = (include.to_vec(), exclude.to_vec());
    let server = remote::server(&context.library);
    let is_new = if let Some(server) = &server {
        server.folder(&FolderRequest::Add { path: path.as_path().into(), include, exclude })?
    } else {
        let library = Library::open(&context.library).await?;
        library.catalogue.add_folder(&Folder { path: path.clone(), include, exclude }).await?
    };
    let verb = if is_new { "watching" } else { "watching, with these patterns from now on:" };
    let next = if server.is_some() { "" } else { "; its recordings are taken in by: aloud serve" };
    say(context, &format!("{verb} {}{next}", shown(&path)))
}

async fn remove(path: &Path, context: &Context) -> Result<Exit, Failure> {
    let path = whole(path);
    let was_watched = match remote::server(&context.library) {
        Some(server) => server.folder(&FolderRequest::Remove { path: WirePath(path.clone()) })?,
        None => Library::open_existing(&context.library).await?.catalogue.remove_folder(&path).await?,
    };
    if !was_watched {
        let message = format!("{} is not watched; list the folders with: aloud folder list", shown(&path));
        return Err(Failure::new(Exit::Usage, message));
    }
    say(context, &format!("not watching {} any more; its recordings stay in the library", shown(&path)))
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let folders = Library::open_to_read(&context.library).await?.catalogue.folders().await?;
    if context.format == Format::Json {
        let folders = folders.iter().map(|Folder { path, include, exclude }| {
            let available = path.is_dir();
            serde_json::json!({ "path": shown(path), "include": include, "exclude": exclude, "available": available })
        });
        print_json(&folders.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if folders.is_empty() {
        print("no folder is watched; add one with: aloud folder add FOLDER");
    }
    for Folder { path, include, exclude } in folders {
        let there = if path.is_dir() { "" } else { "  (not there now)" };
        print(format_args!("{}{there}", bold(&shown(&path), context.colour)));
        for (what, patterns) in [("only", include), ("without", exclude)] {
            if !patterns.is_empty() {
                print(format_args!("    {} {}", dim(what, context.colour), patterns.join(" ")));
            }
        }
    }
    Ok(Exit::Done)
}

/// Returns a path as the system tells of changes in it: absolute and without links, where that can be found out.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn say(context: &Context, text: &str) -> Result<Exit, Failure> {
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "done": text }))?,
        _ => print(text),
    }
    Ok(Exit::Done)
}
