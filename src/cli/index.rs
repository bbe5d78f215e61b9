//! `aloud index`: finds media, transcribes what is new and indexes it, with progress.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use indexer::audio::TrackChoice;
use indexer::recording::RecordingId;
use tokio::sync::broadcast::error::RecvError;

use super::remote::Server;
use super::{Context, Exit, Failure, Format, need_model, remote};
use crate::catalogue::jobs::JobOptions;
use crate::catalogue::recordings::State;
use crate::config::Config;
use crate::http::{self, IntakeRequest};
use crate::ingest;
use crate::library::Library;
use crate::report::{Event, Reporter, Stage, bars::Bars, lines};
use crate::work::foreman::Foreman;
use crate::work::protocol::WirePath;
use crate::work::supervisor::{self, Settings};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Media files, and folders to look for them in.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Transcribe even where a transcript lies beside the media.
    #[arg(long)]
    transcribe: bool,
    /// The sound track, in recordings that are transcribed now: its number among the sound tracks, counted from 1, or
    /// its language, such as sv [default: the one that a player plays].
    #[arg(long, value_name = "TRACK", default_value_t, hide_default_value = true)]
    track: TrackChoice,
}

/// How often a running server is asked how far it is.
const POLL: Duration = Duration::from_millis(700);

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let mut reporter = reporter(context);
    if let Some(server) = remote::server(&context.library) {
        return hand_over(&server, arguments, &context.config, reporter.as_mut()).await;
    }
    let library = Library::open(&context.library).await?;
    let foreman = Foreman::new(library.clone()).await?;
    let options = job_options(&context.config, arguments.transcribe, arguments.track);
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |event| told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
    let intake = ingest::take_in(&library.catalogue, &arguments.paths, &options, &tell).await?;
    for event in told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        reporter.show(&event);
    }
    let worked = work(&foreman, context, reporter.as_mut()).await?;
    let failed = report_failed(&library, &intake.recordings, &worked, reporter.as_mut()).await?;
    reporter.finish();
    library.catalogue.close().await;
    Ok(if worked.exit == Exit::Done && (intake.skipped > 0 || failed) { Exit::SomeFailed } else { worked.exit })
}

/// Returns what shows events in the way that was asked for.
pub(super) fn reporter(context: &Context) -> Box<dyn Reporter> {
    use std::io::IsTerminal;
    match context.format {
        Format::Json => Box::new(lines::Json),
        _ if std::io::stderr().is_terminal() => Box::new(Bars::new()),
        _ => Box::new(lines::Plain::default()),
    }
}

/// Returns what recordings are transcribed with.
pub(super) fn job_options(config: &Config, transcribe: bool, track: TrackChoice) -> JobOptions {
    JobOptions {
        model: config.model.clone(),
        languages: config.languages.clone(),
        fast: config.fast,
        glossary: config.glossary.clone(),
        segment_seconds: config.segment_seconds,
        track,
        channels: config.channels,
        transcribe,
        sidecars: None,
        facts_only: false,
        align: None,
    }
}

/// How working ended.
pub(super) struct Worked {
    pub(super) exit: Exit,
    /// The recordings whose failure was shown.
    failed: HashSet<RecordingId>,
}

/// Works until nothing is left to do, somebody stops it, or it cannot go on.
pub(super) async fn work(foreman: &Foreman, context: &Context, reporter: &mut dyn Reporter) -> Result<Worked, Failure> {
    for model in foreman.library().catalogue.models_needed().await? {
        need_model(&context.config.models, &model)?;
    }
    let door = http::work::open(foreman.clone()).await.map_err(|error| Failure::new(Exit::Unusable, error))?;
    let settings = Settings {
        address: door.address,
        token: door.token,
        threads: context.config.threads,
        models: context.config.models.clone(),
        nice: false,
    };
    let mut events = foreman.events();
    let mut failed = HashSet::new();
    let mut show = |event: &Event| {
        if let Event::Failed { recording, .. } = event {
            failed.insert(*recording);
        }
        reporter.show(event);
    };
    let supervised = tokio::spawn({
        let foreman = foreman.clone();
        async move { supervisor::run(&foreman, &settings).await }
    });
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let exit = loop {
        if supervised.is_finished() || is_done(foreman).await? {
            break Exit::Done;
        }
        if foreman.trouble().is_some() {
            break Exit::SomeFailed;
        }
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => show(&event),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break Exit::Done,
            },
            () = foreman.wait_for_change() => {}
            _ = &mut interrupt => break Exit::Interrupted,
        }
    };
    foreman.stop();
    let ended = supervised.await.map_err(|panic| Failure::new(Exit::Unusable, panic))?;
    while let Ok(event) = events.try_recv() {
        show(&event);
    }
    ended?;
    Ok(Worked { exit, failed })
}

async fn is_done(foreman: &Foreman) -> Result<bool, Failure> {
    let catalogue = &foreman.library().catalogue;
    Ok(!catalogue.has_work().await?
        && catalogue.plans_to_merge().await?.is_empty()
        && catalogue.revisions_to_index(false).await?.is_empty())
}

/// Shows the recordings that failed, also those that failed the last time; returns whether there are any.
pub(super) async fn report_failed(
    library: &Library,
    recordings: &[RecordingId],
    worked: &Worked,
    reporter: &mut dyn Reporter,
) -> Result<bool, Failure> {
    // One that has older words can still be searched.
    let mut failed = recordings.iter().any(|id| worked.failed.contains(id));
    for &id in recordings {
        let Some(recording) = library.catalogue.recording(id).await? else { continue };
        if matches!(recording.state, State::Failed | State::Partly) {
            failed = true;
            if let Some(failure) = recording.failure.filter(|_| !worked.failed.contains(&id)) {
                let (title, reason, hint) = (recording.title, failure.reason, failure.hint);
                reporter.show(&Event::Failed { recording: id, title, reason, hint });
            }
        }
    }
    Ok(failed)
}

/// Gives the files to the server that runs on the library, and follows what it does with them.
async fn hand_over(
    server: &Server,
    arguments: &Arguments,
    config: &Config,
    reporter: &mut dyn Reporter,
) -> Result<Exit, Failure> {
    let absolute = |path: &PathBuf| WirePath(std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    let request = IntakeRequest {
        paths: arguments.paths.iter().map(absolute).collect(),
        transcribe: arguments.transcribe,
        track: arguments.track,
        channels: config.channels,
    };
    let answer = server.take_in(&request)?;
    let skipped = answer.events.iter().any(|event| matches!(event, Event::Skipped { .. }));
    answer.events.iter().for_each(|event| reporter.show(event));
    let exit = follow(server, answer.recordings, reporter).await?;
    Ok(if exit == Exit::Done && skipped { Exit::SomeFailed } else { exit })
}

/// Shows what a server does with some recordings until each has come to an end.
pub(super) async fn follow(
    server: &Server,
    recordings: Vec<RecordingId>,
    reporter: &mut dyn Reporter,
) -> Result<Exit, Failure> {
    let mut waiting: HashSet<_> = recordings.into_iter().collect();
    let mut exit = Exit::Done;
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    while !waiting.is_empty() {
        for view in server.recordings()? {
            if !waiting.contains(&view.id) {
                continue;
            }
            let (recording, title) = (view.id, view.title);
            let event = match (view.state.as_str(), view.failure) {
                ("failed", failure) => {
                    let (reason, hint) = failure.map_or_else(Default::default, |it| (it.reason, it.hint));
                    exit = Exit::SomeFailed;
                    Event::Failed { recording, title, reason, hint }
                }
                ("searchable" | "partly", missing) => Event::Searchable {
                    recording,
                    title,
                    words: view.words,
                    duration_ms: view.duration_ms.unwrap_or_default(),
                    missing: missing.map(|failure| failure.reason),
                    damage: view.damage,
                },
                ("transcribing", _) => {
                    let progress = view.progress;
                    Event::Progress {
                        recording,
                        title,
                        stage: Stage::Transcribing,
                        done_ms: progress.as_ref().map_or_else(Default::default, |progress| progress.done_ms),
                        total_ms: progress.and_then(|progress| progress.total_ms),
                    }
                }
                _ => continue,
            };
            if !matches!(event, Event::Progress { .. }) {
                waiting.remove(&recording);
            }
            reporter.show(&event);
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            // The server goes on; only the watching ends.
            _ = &mut interrupt => { reporter.finish(); return Ok(Exit::Interrupted) }
        }
    }
    reporter.finish();
    Ok(exit)
}
