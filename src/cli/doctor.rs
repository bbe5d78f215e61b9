//! `aloud doctor`: is everything in place?

use serde::Serialize;

use super::colour::{bold, safe};
use super::{Context, Exit, Failure, Format, print, print_json};
use crate::library::{Library, OpenError};
use crate::{ffmpeg, models};

/// What one look found.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    found: String,
    next: String,
}

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let mut findings = vec![cpu(), model(context), decoder(), space(context)];
    match Library::open_to_read(&context.library).await {
        Ok(library) => findings.extend(look_into(&library).await?),
        Err(error @ OpenError::Missing(_)) => {
            findings.push(Finding { what: "library", good: true, found: error.to_string(), next: String::new() });
        }
        Err(error) => {
            findings.push(Finding { what: "library", good: false, found: error.to_string(), next: String::new() });
        }
    }
    let good = findings.iter().all(|finding| finding.good);
    if context.format == Format::Json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            let mark = if finding.good { "ok  " } else { "FAIL" };
            print(format_args!("{} {:<12} {}", bold(mark, context.colour), finding.what, safe(&finding.found)));
            if !finding.next.is_empty() {
                print(format_args!("{:18}{}", "", safe(&finding.next)));
            }
        }
    }
    Ok(if good { Exit::Done } else { Exit::Unusable })
}

fn cpu() -> Finding {
    let checked = indexer::transcribe::cpu::check();
    let found = checked.as_ref().map_or_else(ToString::to_string, |()| "has what the recogniser needs".into());
    Finding { what: "processor", good: checked.is_ok(), found, next: String::new() }
}

fn model(context: &Context) -> Finding {
    let (folder, name) = (&context.config.models, &context.config.model);
    let path = models::path(folder, name);
    match indexer::models::check(&path) {
        Ok(summary) => Finding {
            what: "model",
            good: true,
            found: format!("{name}, {} MB, {}", summary.bytes / 1_000_000, path.display()),
            next: String::new(),
        },
        Err(error) => Finding {
            what: "model",
            good: false,
            found: error.to_string(),
            next: format!("fetch it with: aloud models get {name}"),
        },
    }
}

fn decoder() -> Finding {
    let Some(ffmpeg) = ffmpeg::find() else {
        let found = "not found; only AVI, Windows Media, MPEG streams and rare codecs need ffmpeg and ffprobe".into();
        return Finding { what: "ffmpeg", good: true, found, next: String::new() };
    };
    let path = ffmpeg.path();
    match ffmpeg::version(path) {
        Some(version) => {
            let found = format!("{}, {version}", path.display());
            Finding { what: "ffmpeg", good: true, found, next: String::new() }
        }
        None => Finding {
            what: "ffmpeg",
            good: false,
            found: format!("{} does not run", path.display()),
            next: "install it again, or take it off the PATH".into(),
        },
    }
}

/// The free space under which new recordings will soon not fit.
const LITTLE_SPACE: u64 = 1 << 30;

fn space(context: &Context) -> Finding {
    let existing = context.library.ancestors().find(|path| path.exists()).unwrap_or(std::path::Path::new("/"));
    match rustix::fs::statvfs(existing) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let good = free >= LITTLE_SPACE;
            let found = format!("{} MB free in {}", free / 1_000_000, existing.display());
            let next = if good { String::new() } else { "make room, or choose another library with --library".into() };
            Finding { what: "disk", good, found, next }
        }
        Err(error) => Finding { what: "disk", good: false, found: error.to_string(), next: String::new() },
    }
}

/// Looks at every recording: is its file there, can its words be read, does the index hold them?
async fn look_into(library: &Library) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let recordings = library.catalogue.recordings().await?;
    for recording in &recordings {
        if !recording.files.iter().any(|path| path.is_file()) {
            let place = recording.files.first().map_or_else(String::new, |path| crate::ingest::shown(path));
            findings.push(Finding {
                what: "media",
                good: false,
                found: format!("{}: the media are gone: {place}", recording.title),
                next: "bring the file back, or index the folder to which it moved".into(),
            });
        }
        let Some(revision) = recording.revision else { continue };
        if let Err(error) = library.transcripts.read(recording.id, revision) {
            findings.push(Finding {
                what: "transcript",
                good: false,
                found: format!("{}: {error}", recording.title),
                next: format!("make it again with: aloud transcribe {}", recording.id),
            });
        }
    }
    let wanted: std::collections::BTreeMap<_, _> =
        recordings.iter().filter_map(|recording| Some((recording.id, recording.revision?))).collect();
    let indexed: std::collections::BTreeMap<_, _> = library.index.recordings().into_iter().collect();
    if indexed == wanted {
        let found = format!("{} recordings, the index agrees with the catalogue", recordings.len());
        findings.push(Finding { what: "library", good: true, found, next: String::new() });
    } else {
        findings.push(Finding {
            what: "index",
            good: false,
            found: format!("it holds {} transcripts, the catalogue {}", indexed.len(), wanted.len()),
            next: "mend it with: aloud reindex".into(),
        });
    }
    Ok(findings)
}
