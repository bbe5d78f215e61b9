//! `aloud doctor`: is everything in place? With `--fix` what is derived is mended.

use std::collections::BTreeMap;
use std::path::Path;

use indexer::audio::TrackChoice;

use super::colour::{bold, safe};
use super::{Context, Exit, Failure, Format, index, print, print_json};
use crate::library::lock::current_holder;
use crate::library::{Library, OpenError};
use crate::upkeep::check::{self, RESTORE};
use crate::upkeep::{Finding, mend};
use crate::{ffmpeg, models};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Mend what is derived: index what differs, ask for lost words again, remove what nothing names.
    #[arg(long)]
    fix: bool,
}

/// How many findings of a kind are printed for people: a disk that is not there takes all its media with it.
const SHOWN: usize = 5;

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut findings = vec![cpu(), model(context), decoder(), space(context)];
    if arguments.fix && context.library.join("aloud.sqlite").exists() {
        // What is mended must be no one else's work.
        let library = Library::open(&context.library).await?;
        let options = index::job_options(&context.config, false, TrackChoice::Default)?;
        let done = mend::mend(&library, &options).await?;
        findings.extend(done.into_iter().map(|done| Finding::good("mended", done)));
        findings.extend(check::check(&library, false).await);
        library.catalogue.close().await;
    } else {
        findings.extend(look(context).await);
    }
    if context.format == Format::Json {
        print_json(&findings)?;
    } else {
        show(&findings, context.colour);
    }
    Ok(if findings.iter().any(|finding| !finding.good && finding.recording.is_none()) {
        Exit::Unusable
    } else if findings.iter().any(|finding| !finding.good) {
        Exit::SomeFailed
    } else {
        Exit::Done
    })
}

fn show(findings: &[Finding], colour: bool) {
    let kind = |finding: &Finding| (finding.what, finding.good, finding.next.clone());
    let mut left = BTreeMap::<_, usize>::new();
    for finding in findings {
        *left.entry(kind(finding)).or_default() += 1;
    }
    let all = left.clone();
    for finding in findings {
        let (all, left) = (all[&kind(finding)], left.entry(kind(finding)).or_default());
        *left = left.saturating_sub(1);
        let printed = all - *left;
        if all > SHOWN && printed > SHOWN {
            if *left == 0 {
                let more = all - SHOWN;
                print(format_args!(
                    "     {:<12} and {more} more; all of them: aloud doctor --format json",
                    finding.what
                ));
            }
            continue;
        }
        let mark = if finding.good { "ok  " } else { "FAIL" };
        print(format_args!("{} {:<12} {}", bold(mark, colour), finding.what, safe(&finding.found)));
        if !finding.next.is_empty() {
            print(format_args!("{:18}{}", "", safe(&finding.next)));
        }
    }
}

/// Looks at the library beside whoever works in it.
async fn look(context: &Context) -> Vec<Finding> {
    let is_in_use = current_holder(&context.library.join("lock")).is_some();
    match Library::open_to_read(&context.library).await {
        Ok(library) => check::check(&library, is_in_use).await,
        Err(error @ OpenError::Missing(_)) => vec![Finding::good("library", error.to_string())],
        Err(error @ OpenError::Index { .. }) => {
            vec![Finding::bad("index", error.to_string(), "mend it with: aloud reindex")]
        }
        Err(error @ OpenError::Catalogue(_)) => vec![Finding::bad("catalogue", error.to_string(), RESTORE)],
        Err(error) => vec![Finding::bad("library", error.to_string(), "")],
    }
}

fn cpu() -> Finding {
    match indexer::transcribe::cpu::check() {
        Ok(()) => Finding::good("processor", "has what the recogniser needs"),
        Err(error) => Finding::bad("processor", error.to_string(), ""),
    }
}

fn model(context: &Context) -> Finding {
    let (folder, name) = (&context.config.models, &context.config.model);
    let path = models::path(folder, name);
    match indexer::models::check(&path) {
        Ok(summary) => Finding::good("model", format!("{name}, {} MB, {}", summary.bytes / 1_000_000, path.display())),
        Err(error) => Finding::bad("model", error.to_string(), format!("fetch it with: aloud models get {name}")),
    }
}

fn decoder() -> Finding {
    let Some(ffmpeg) = ffmpeg::find() else {
        let found = "not found; only AVI, Windows Media, MPEG streams and rare codecs need ffmpeg and ffprobe";
        return Finding::good("ffmpeg", found);
    };
    let path = ffmpeg.path();
    match ffmpeg::version(path) {
        Some(version) => Finding::good("ffmpeg", format!("{}, {version}", path.display())),
        None => Finding::bad(
            "ffmpeg",
            format!("{} does not run", path.display()),
            "install it again, or take it off the PATH",
        ),
    }
}

/// The free space under which new recordings will soon not fit.
const LITTLE_SPACE: u64 = 1 << 30;

fn space(context: &Context) -> Finding {
    let existing = context.library.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(existing) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let found = format!("{} MB free in {}", free / 1_000_000, existing.display());
            if free >= LITTLE_SPACE {
                Finding::good("disk", found)
            } else {
                Finding::bad("disk", found, "make room, or choose another library with --library")
            }
        }
        Err(error) => Finding::bad("disk", error.to_string(), ""),
    }
}
