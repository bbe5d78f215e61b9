//! `aloud transcribe`: new words for recordings that are known; the old ones stay current until the new are there.

use indexer::audio::TrackChoice;

use super::{Context, Exit, Failure, index, recording, remote};
use crate::catalogue::jobs::{JobOptions, Scope};
use crate::ingest;
use crate::library::Library;
use crate::work::foreman::Foreman;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    #[arg(required_unless_present = "all")]
    recording: Option<String>,
    /// Transcribe every recording again.
    #[arg(long, conflicts_with = "recording")]
    all: bool,
    /// The sound track: its number among the sound tracks, counted from 1, or its language, such as sv; `aloud show`
    /// lists them [default: the one that a player plays].
    #[arg(long, value_name = "TRACK", default_value_t, hide_default_value = true)]
    track: TrackChoice,
    /// Before everything else that waits.
    #[arg(long)]
    first: bool,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open_existing(&context.library).await?,
    };
    let recordings = match &arguments.recording {
        Some(named) => vec![recording::find(&library.catalogue, named).await?],
        None => library.catalogue.recordings().await?,
    };
    // What only is configured must not go before what a recording states.
    let languages_for = if context.config.is_flag("languages") { Scope::Recording } else { Scope::Library };
    let mut reporter = index::reporter(context);
    if let Some(server) = server {
        let mut request = index::asked(&context.config, arguments.track)?;
        request.languages = request.languages.filter(|_| languages_for == Scope::Recording);
        for recording in &recordings {
            server.transcribe(recording.id, &request)?;
            if arguments.first {
                server.put_first(recording.id)?;
            }
        }
        return index::follow(&server, recordings.iter().map(|it| it.id).collect(), &[], reporter.as_mut()).await;
    }
    super::need_model(&context.config.models, &context.config.model)?;
    let foreman = Foreman::new(library.clone()).await?;
    let options = index::job_options(&context.config, true, arguments.track)?;
    let options = JobOptions { languages_for, ..options };
    for recording in &recordings {
        ingest::ask_again(&library, recording, &options).await?;
        if arguments.first {
            library.catalogue.put_first(recording.id).await?;
        }
    }
    let worked = index::work(&foreman, context, context.config.threads, reporter.as_mut()).await?;
    let ids: Vec<_> = recordings.iter().map(|recording| recording.id).collect();
    let failed = index::report_failed(&library, &ids, &worked, reporter.as_mut()).await?;
    reporter.finish();
    Ok(if worked.exit == Exit::Done && failed { Exit::SomeFailed } else { worked.exit })
}
