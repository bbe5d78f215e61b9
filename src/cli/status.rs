//! `aloud status`: what is done, waiting or failed, and why.

use indexer::time::Millis;
use serde::Serialize;

use super::colour::{bold, dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json};
use crate::library::Library;
use crate::view::RecordingView;

#[derive(Serialize)]
struct Status {
    library: String,
    recordings: Vec<RecordingView>,
}

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let recordings = library.catalogue.recordings().await?;
    let views: Vec<_> = recordings.iter().map(|recording| RecordingView::new(recording, Millis::ZERO)).collect();
    if context.format == Format::Json {
        print_json(&Status { library: context.library.display().to_string(), recordings: views })?;
        return Ok(Exit::Done);
    }
    let coverage = library.catalogue.coverage().await?;
    print(format_args!(
        "{} of {} recordings can be searched, {} waiting, {} failed",
        coverage.searchable, coverage.recordings, coverage.waiting, coverage.failed
    ));
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
    }
    Ok(Exit::Done)
}
