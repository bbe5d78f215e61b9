//! `aloud retry`, `first`, `pause` and `resume`: what a person decides about the work that waits.

use indexer::audio::TrackChoice;

use super::{Context, Exit, Failure, Format, index, print, print_json, recording, remote};
use crate::catalogue::recordings::Recording;
use crate::ingest;
use crate::library::Library;
use crate::work::foreman::Foreman;

#[derive(clap::Args)]
pub(super) struct RetryArguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    #[arg(required_unless_present = "all")]
    recording: Option<String>,
    /// Try again everything that failed or waits for another try.
    #[arg(long, conflicts_with = "recording")]
    all: bool,
}

#[derive(clap::Args)]
pub(super) struct FirstArguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    recording: String,
}

pub(super) async fn retry(arguments: &RetryArguments, context: &Context) -> Result<Exit, Failure> {
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open_existing(&context.library).await?,
    };
    // One that has older words can still be searched, whatever failed since.
    let failed = |recording: &Recording| recording.failure.is_some() || recording.next_try.is_some();
    let recordings: Vec<_> = match &arguments.recording {
        Some(named) => vec![recording::find(&library.catalogue, named).await?],
        None => library.catalogue.recordings().await?.into_iter().filter(failed).collect(),
    };
    if let [one] = recordings.as_slice()
        && !failed(one)
    {
        let message = format!("nothing of {} failed; to make its words anew: aloud transcribe", one.title);
        return Err(Failure::new(Exit::Usage, message));
    }
    let mut reporter = index::reporter(context);
    let ids: Vec<_> = recordings.iter().map(|recording| recording.id).collect();
    if let Some(server) = server {
        for &id in &ids {
            server.retry(id)?;
        }
        return index::follow(&server, ids, &[], reporter.as_mut()).await;
    }
    let foreman = Foreman::new(library.clone()).await?;
    let options = index::job_options(&context.config, false, TrackChoice::Default)?;
    for recording in &recordings {
        ingest::retry(&library, recording, &options).await?;
    }
    let worked = index::work(&foreman, context, context.config.threads, reporter.as_mut()).await?;
    let failed = index::report_failed(&library, &ids, &worked, reporter.as_mut()).await?;
    reporter.finish();
    Ok(if worked.exit == Exit::Done && failed { Exit::SomeFailed } else { worked.exit })
}

pub(super) async fn put_first(arguments: &FirstArguments, context: &Context) -> Result<Exit, Failure> {
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open_existing(&context.library).await?,
    };
    let recording = recording::find(&library.catalogue, &arguments.recording).await?;
    if !library.catalogue.has_jobs(recording.id).await? {
        return Err(Failure::new(Exit::Usage, format!("there is nothing to do for {}", recording.title)));
    }
    match server {
        Some(server) => server.put_first(recording.id)?,
        None => {
            library.catalogue.put_first(recording.id).await?;
        }
    }
    say(context, &format!("{} comes first", recording.title))
}

pub(super) async fn set_paused(paused: bool, context: &Context) -> Result<Exit, Failure> {
    match remote::server(&context.library) {
        Some(server) => server.set_paused(paused)?,
        None => {
            Library::open_existing(&context.library).await?.catalogue.set_paused(paused).await?;
        }
    }
    let text = if paused {
        "paused; what is being done is done to its end; to go on: aloud resume"
    } else {
        "the work goes on, in aloud serve or with the next aloud index"
    };
    say(context, text)
}

fn say(context: &Context, text: &str) -> Result<Exit, Failure> {
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "done": text }))?,
        _ => print(text),
    }
    Ok(Exit::Done)
}
