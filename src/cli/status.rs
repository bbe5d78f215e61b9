//! `aloud status`: what is done, waiting or failed, and why, on one screen.

use indexer::time::Millis;
use serde::Serialize;

use super::colour::{bold, dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json, remote};
use crate::library::Library;
use crate::report::lines::{clock, time_of_day};
use crate::view::RecordingView;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// List every recording, however many there are.
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Status {
    library: String,
    paused_since: Option<String>,
    /// What keeps the server that runs here from going on.
    trouble: Option<String>,
    /// How long it will take to do what is left, once that can be told.
    left_ms: Option<Millis>,
    skipped: Vec<Skipped>,
    recordings: Vec<RecordingView>,
}

/// A file that could not be read.
#[derive(Serialize)]
struct Skipped {
    path: String,
    reason: String,
}

/// How many recordings are listed one by one.
const LISTED: usize = 20;

/// How many of each group are shown of more recordings.
const SHOWN: usize = 4;

/// A group of recordings that somebody may want to know of.
struct Group {
    name: &'static str,
    is_in: fn(&RecordingView) -> bool,
}

/// The groups in the order in which they are shown; a recording is in the first that takes it.
const GROUPS: [Group; 5] = [
    Group { name: "transcribed now", is_in: |view| view.state == "transcribing" && view.next_try.is_none() },
    Group { name: "waiting for another try", is_in: |view| view.next_try.is_some() },
    Group { name: "failed", is_in: |view| view.failure.is_some() },
    Group { name: "to decide", is_in: |view| !view.conflicts.is_empty() || view.metadata_problem.is_some() },
    Group { name: "without their media", is_in: |view| view.media.state != "there" },
];

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let recordings = library.catalogue.recordings().await?;
    let views: Vec<_> = recordings.iter().map(|recording| RecordingView::new(recording, Millis::ZERO)).collect();
    let paused = library.catalogue.paused_since().await?;
    let skipped = library.catalogue.skipped().await?;
    // One that does not answer is no reason to say nothing.
    let work = remote::server(&context.library).and_then(|server| server.work().ok());
    let (trouble, left_ms) = work.map_or((None, None), |work| (work.trouble, work.left_ms));
    if context.format == Format::Json {
        let skipped = skipped.into_iter().map(|(path, reason)| Skipped { path: crate::ingest::shown(&path), reason });
        print_json(&Status {
            library: context.library.display().to_string(),
            paused_since: paused,
            trouble,
            left_ms,
            skipped: skipped.collect(),
            recordings: views,
        })?;
        return Ok(Exit::Done);
    }
    let coverage = library.catalogue.coverage().await?;
    let missing = if coverage.missing > 0 { format!(", {} without media", coverage.missing) } else { String::new() };
    print(format_args!(
        "{} of {} recordings can be searched, {} waiting, {} failed{missing}",
        coverage.searchable, coverage.recordings, coverage.waiting, coverage.failed
    ));
    if let Some(since) = &paused {
        print(format_args!("the work is paused since {since}; let it go on with: aloud resume"));
    }
    if let Some(trouble) = &trouble {
        print(format_args!("nothing goes on: {}", safe(trouble)));
    } else if let Some(left) = left_ms {
        print(format_args!("the rest takes about {}", clock(left)));
    }
    let shown = if arguments.all { skipped.len() } else { SHOWN };
    for (path, reason) in skipped.iter().take(shown) {
        print(format_args!("not taken  {}: {}", crate::ingest::shown(path), safe(reason)));
    }
    if skipped.len() > shown {
        print(format_args!("           and {} more files not taken", skipped.len() - shown));
    }
    if arguments.all || views.len() <= LISTED {
        for view in &views {
            show(view, context.colour);
        }
        return Ok(Exit::Done);
    }
    let mut rest = views;
    for Group { name, is_in } in GROUPS {
        let those: Vec<_> = rest.extract_if(.., |view| is_in(view)).collect();
        for view in those.iter().take(SHOWN) {
            show(view, context.colour);
        }
        if those.len() > SHOWN {
            print(format_args!("          and {} more {name}", those.len() - SHOWN));
        }
    }
    print("every recording: aloud status --all");
    Ok(Exit::Done)
}

fn show(view: &RecordingView, colour: bool) {
    let id = view.id.to_string();
    let length = view.duration_ms.map_or_else(|| "?".into(), |duration| duration.to_string());
    let languages = view.languages.join(",");
    let line = format!("{:<12} {:>12}  {languages:<6} {:>6} words", view.state, length, view.words);
    print(format_args!("{}  {line}  {}", dim(&id[..8], colour), bold(&safe(&view.title), colour)));
    if let Some(damage) = &view.damage {
        print(format_args!("          {}", safe(damage)));
    }
    for line in super::show::conflicts(view) {
        print(format_args!("          {line}"));
    }
    if let Some(progress) = &view.progress {
        let total = progress.total_ms.map_or_else(|| "?".into(), |total| total.to_string());
        print(format_args!("          {} of {total}", progress.done_ms));
    }
    if let Some(failure) = &view.failure {
        print(format_args!("          {}", safe(&failure.reason)));
        if !failure.hint.is_empty() {
            print(format_args!("          {}", safe(&failure.hint)));
        }
    }
    if let Some(next) = view.next_try.as_ref().and_then(|time| time.parse().ok()) {
        let (tries, time) = (view.attempts, time_of_day(next));
        print(format_args!("          tried {tries} times in vain, again at {time}"));
    }
    match view.media.state.as_str() {
        "missing" => {
            print("          its media are gone; bring them back, or index the folder to which they moved");
        }
        "changed" => print("          its media were changed: the new file is a recording of its own"),
        _ => {}
    }
}
