//! `aloud status`: what is done, waiting or failed, and why.

use indexer::time::Millis;
use serde::Serialize;

use super::colour::{bold, dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json};
use crate::library::Library;
use crate::report::lines::time_of_day;
use crate::view::RecordingView;

#[derive(Serialize)]
struct Status {
    library: String,
    paused_since: Option<String>,
    skipped: Vec<Skipped>,
    recordings: Vec<RecordingView>,
}

/// A file that could not be read.
#[derive(Serialize)]
struct Skipped {
    path: String,
    reason: String,
}

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let recordings = library.catalogue.recordings().await?;
    let views: Vec<_> = recordings.iter().map(|recording| RecordingView::new(recording, Millis::ZERO)).collect();
    let paused = library.catalogue.paused_since().await?;
    let skipped = library.catalogue.skipped().await?;
    if context.format == Format::Json {
        let skipped = skipped.into_iter().map(|(path, reason)| Skipped { path: crate::ingest::shown(&path), reason });
        print_json(&Status {
            library: context.library.display().to_string(),
            paused_since: paused,
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
    for (path, reason) in &skipped {
        print(format_args!("not taken  {}: {}", crate::ingest::shown(path), safe(reason)));
    }
    for view in views {
        let id = view.id.to_string();
        let length = view.duration_ms.map_or_else(|| "?".into(), |duration| duration.to_string());
        let languages = view.languages.join(",");
        let line = format!("{:<12} {:>12}  {languages:<6} {:>6} words", view.state, length, view.words);
        print(format_args!("{}  {line}  {}", dim(&id[..8], context.colour), bold(&safe(&view.title), context.colour)));
        if let Some(damage) = &view.damage {
            print(format_args!("          {}", safe(damage)));
        }
        for line in super::show::conflicts(&view) {
            print(format_args!("          {line}"));
        }
        if let Some(progress) = view.progress {
            let total = progress.total_ms.map_or_else(|| "?".into(), |total| total.to_string());
            print(format_args!("          {} of {total}", progress.done_ms));
        }
        if let Some(failure) = view.failure {
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
    Ok(Exit::Done)
}
