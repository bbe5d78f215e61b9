//! `aloud index`: finds media, transcribes what is new and indexes it, with progress.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indexer::audio::TrackChoice;
use indexer::recording::RecordingId;
use jiff::Timestamp;
use tokio::sync::broadcast::error::RecvError;

use super::remote::Server;
use super::{Context, Exit, Failure, Format, need_model, print, print_json, remote};
use crate::catalogue::jobs::{JobOptions, Scope};
use crate::catalogue::recordings::{self, State};
use crate::config::{Config, ConfigError};
use crate::http::{self, IntakeRequest, TranscribeRequest};
use crate::ingest::order::Order;
use crate::ingest::preview::{Preview, Verdict, preview};
use crate::ingest::{self, READERS, Request, find};
use crate::library::{Library, OpenError};
use crate::report::{Event, Reporter, Stage, bars::Bars, lines};
use crate::view::RecordingView;
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
    /// Which new recordings come first.
    #[arg(long, value_enum, default_value_t)]
    order: Order,
    /// How many files or pieces of sound are worked on at a time [default: files 4, sound one a core]; a server that
    /// runs on the library keeps to its own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// The sound track, in recordings that are transcribed now: its number among the sound tracks, counted from 1, or
    /// its language, such as sv [default: the one that a player plays].
    #[arg(long, value_name = "TRACK", default_value_t, hide_default_value = true)]
    track: TrackChoice,
}

/// How often a running server is asked how far it is.
const POLL: Duration = Duration::from_millis(700);

/// How often it is said how much is left.
const TELL_LEFT: Duration = Duration::from_secs(5);

/// A command waits for another try of a job that comes within this time; later ones are left to the next command.
const SOON: Duration = Duration::from_secs(60);

/// What is said of work that waits.
const PAUSED: &str = "the work is paused; let it go on with: aloud resume";

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    if arguments.dry_run {
        return dry_run(arguments, context).await;
    }
    let mut reporter = reporter(context);
    if let Some(server) = remote::server(&context.library) {
        return hand_over(&server, arguments, &context.config, reporter.as_mut()).await;
    }
    let library = Library::open(&context.library).await?;
    let foreman = Foreman::new(library.clone()).await?;
    let options = job_options(&context.config, arguments.transcribe, arguments.track)?;
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |event| told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(event);
    let found = find::media(&arguments.paths);
    let intake = ingest::take_in(&library, found, &arguments.request(&options), &tell).await?;
    // Whoever names files wants them now.
    library.catalogue.hurry(&intake.queued).await?;
    for event in told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        reporter.show(&event);
    }
    let threads = arguments.jobs.map_or(context.config.threads, usize::from);
    let worked = work(&foreman, context, threads, reporter.as_mut()).await?;
    let failed = report_failed(&library, &intake.recordings, &worked, reporter.as_mut()).await?;
    reporter.finish();
    library.catalogue.close().await;
    Ok(if worked.exit == Exit::Done && (intake.skipped > 0 || failed) { Exit::SomeFailed } else { worked.exit })
}

impl Arguments {
    fn request<'a>(&self, options: &'a JobOptions) -> Request<'a> {
        let threads = self.jobs.map_or(READERS, usize::from);
        Request { options, order: self.order, threads, is_ready: &|_| true }
    }
}

/// Says what would be done with each file; makes no library where there is none.
async fn dry_run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let library = match Library::open_to_read(&context.library).await {
        Ok(library) => Some(library),
        Err(OpenError::Missing(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let options = job_options(&context.config, arguments.transcribe, arguments.track)?;
    let found = find::media(&arguments.paths);
    let catalogue = library.as_ref().map(|library| &library.catalogue);
    let previews = preview(catalogue, found, &arguments.request(&options)).await?;
    let mut counts = BTreeMap::<Verdict, usize>::new();
    for Preview { path, verdict, reason } in &previews {
        *counts.entry(*verdict).or_default() += 1;
        let path = ingest::shown(path);
        match context.format {
            Format::Json => {
                print_json(&serde_json::json!({ "path": path, "verdict": verdict, "reason": reason }))?;
            }
            _ if *verdict == Verdict::Nothing => {}
            _ => {
                let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                print(format_args!("{:<10}  {path}{reason}", said(*verdict)));
            }
        }
    }
    if context.format != Format::Json {
        let counts: Vec<_> = counts.iter().map(|(verdict, count)| format!("{count} {}", said(*verdict))).collect();
        print(format_args!("{} files: {}; nothing was done", previews.len(), counts.join(", ")));
    }
    Ok(if counts.contains_key(&Verdict::Skip) { Exit::SomeFailed } else { Exit::Done })
}

/// Returns a verdict as a person would say it.
const fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Transcribe => "transcribe",
        Verdict::Import => "import",
        Verdict::Again => "go on",
        Verdict::Moved => "moved",
        Verdict::Nothing => "done",
        Verdict::Removed => "removed",
        Verdict::Skip => "skip",
    }
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
///
/// # Errors
/// When the glossary cannot be read.
pub(super) fn job_options(config: &Config, transcribe: bool, track: TrackChoice) -> Result<JobOptions, ConfigError> {
    Ok(JobOptions {
        model: config.model.clone(),
        languages: config.languages.clone(),
        languages_for: Scope::Library,
        fast: config.fast,
        glossary: config.glossary()?,
        segment_seconds: config.segment_seconds,
        track,
        channels: config.channels,
        transcribe,
        sidecars: None,
        facts_only: false,
        align: None,
    })
}

/// Returns how a server is asked to transcribe: what was said here, by a flag or otherwise; for the rest it has its own
/// configuration.
///
/// # Errors
/// When the glossary cannot be read.
pub(super) fn asked(config: &Config, track: TrackChoice) -> Result<TranscribeRequest, ConfigError> {
    let glossary = if config.is_given("glossary") { Some(config.glossary()?) } else { None };
    Ok(TranscribeRequest {
        model: config.is_given("model").then(|| config.model.clone()),
        languages: config.is_given("languages").then(|| config.languages.clone()),
        fast: config.is_given("fast").then_some(config.fast),
        glossary,
        track: Some(track),
        channels: config.is_given("channels").then_some(config.channels),
    })
}

/// How working ended.
pub(super) struct Worked {
    pub(super) exit: Exit,
    /// The recordings whose failure was shown.
    failed: HashSet<RecordingId>,
}

/// Works until nothing is left to do soon, somebody stops it, or it cannot go on.
pub(super) async fn work(
    foreman: &Foreman,
    context: &Context,
    threads: usize,
    reporter: &mut dyn Reporter,
) -> Result<Worked, Failure> {
    if foreman.is_paused() {
        reporter.show(&Event::Stalled { reason: PAUSED.into() });
        return Ok(Worked { exit: Exit::Done, failed: HashSet::new() });
    }
    // What asks for another model that is not there fails alone.
    let configured = &context.config.model;
    if foreman.library().catalogue.models_needed().await?.contains(configured) {
        need_model(&context.config.models, configured)?;
    }
    let door = http::work::open(foreman.clone()).await.map_err(|error| Failure::new(Exit::Unusable, error))?;
    let settings = Settings {
        address: door.address,
        token: door.token,
        threads,
        models: context.config.models.clone(),
        model: configured.clone(),
        nice: false,
    };
    let mut events = foreman.events();
    let mut failed = HashSet::new();
    let mut show = |event: &Event| {
        if let Event::Failed { recording, .. } | Event::Postponed { recording, .. } = event {
            failed.insert(*recording);
        }
        if let Event::Searchable { recording, .. } = event {
            // What was to be tried again was.
            failed.remove(recording);
        }
        reporter.show(event);
    };
    let supervised = tokio::spawn({
        let foreman = foreman.clone();
        async move { supervisor::run(&foreman, &settings).await }
    });
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut told = Instant::now();
    let mut listener = foreman.listen();
    let exit = loop {
        if told.elapsed() > TELL_LEFT {
            told = Instant::now();
            let (recordings, left_ms) = foreman.left().await?;
            show(&Event::Left { recordings, left_ms });
        }
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
            () = listener.wait_for_change() => {}
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
    Ok(!catalogue.has_work(SOON).await?
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
    let wanted: HashSet<_> = recordings.iter().collect();
    for recording in library.catalogue.recordings().await? {
        let is_wanted = wanted.contains(&recording.id);
        if is_wanted && (recording.next_try.is_some() || matches!(recording.state, State::Failed | State::Partly)) {
            failed = true;
            if let Some(failure) = recording.failure.filter(|_| !worked.failed.contains(&recording.id)) {
                reporter.show(&failed_event(recording.id, recording.title, failure, recording.next_try));
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
    let request = IntakeRequest {
        paths: arguments.paths.iter().map(|path| WirePath(ingest::absolute(path))).collect(),
        transcribe: arguments.transcribe,
        how: asked(config, arguments.track)?,
        order: arguments.order,
    };
    let answer = server.take_in(&request)?;
    let skipped = answer.events.iter().any(|event| matches!(event, Event::Skipped { .. }));
    answer.events.iter().for_each(|event| reporter.show(event));
    let exit = follow(server, answer.queued, &answer.recordings, reporter).await?;
    Ok(if exit == Exit::Done && skipped { Exit::SomeFailed } else { exit })
}

/// Returns the event of something that failed or waits for another try.
fn failed_event(
    recording: RecordingId,
    title: String,
    failure: recordings::Failure,
    next_try: Option<Timestamp>,
) -> Event {
    let recordings::Failure { reason, hint } = failure;
    match next_try {
        Some(next_try) => Event::Postponed { recording, title, reason, hint, next_try },
        None => Event::Failed { recording, title, reason, hint },
    }
}

/// Shows what a server does with some recordings until each has come to an end or is gone, or nothing goes on; and which
/// of others failed before.
pub(super) async fn follow(
    server: &Server,
    queued: Vec<RecordingId>,
    others: &[RecordingId],
    reporter: &mut dyn Reporter,
) -> Result<Exit, Failure> {
    let mut waiting: HashSet<_> = queued.into_iter().collect();
    let mut others: HashSet<_> = others.iter().filter(|id| !waiting.contains(id)).copied().collect();
    let mut exit = Exit::Done;
    let mut trouble = None;
    let mut told = Instant::now();
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    while !waiting.is_empty() || !others.is_empty() {
        let began = Instant::now();
        let listed = server.recordings()?;
        // Those that are not listed are gone.
        let there: HashSet<_> = listed.iter().map(|view| view.id).collect();
        waiting.retain(|id| there.contains(id));
        for view in listed {
            let is_other = others.remove(&view.id);
            if !is_other && !waiting.contains(&view.id) {
                continue;
            }
            // Older words are found while new ones are made.
            let is_found = matches!(view.state.as_str(), "searchable" | "partly");
            if is_found && view.pending && !is_other && view.next_try.is_none() {
                continue;
            }
            let Some(event) = event_of(view, is_other) else { continue };
            if matches!(event, Event::Failed { .. } | Event::Postponed { .. }) {
                exit = Exit::SomeFailed;
            }
            if let Event::Failed { recording, .. }
            | Event::Postponed { recording, .. }
            | Event::Searchable { recording, .. } = event
            {
                waiting.remove(&recording);
            }
            reporter.show(&event);
        }
        others.clear();
        if waiting.is_empty() {
            break;
        }
        let work = server.work()?;
        if work.paused {
            reporter.show(&Event::Stalled { reason: PAUSED.into() });
            break;
        }
        // What is told once may be of before these came.
        let before = std::mem::replace(&mut trouble, work.trouble);
        if let Some(reason) = trouble.clone().filter(|_| trouble == before) {
            reporter.show(&Event::Stalled { reason });
            exit = Exit::SomeFailed;
            break;
        }
        if told.elapsed() > TELL_LEFT {
            told = Instant::now();
            reporter.show(&Event::Left { recordings: work.recordings_left, left_ms: work.left_ms });
        }
        // A large library takes long to list, and the server has other things to do.
        let pause = POLL.max(began.elapsed() * 10);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // The server goes on; only the watching ends.
            _ = &mut interrupt => { reporter.finish(); return Ok(Exit::Interrupted) }
        }
    }
    reporter.finish();
    Ok(exit)
}

/// Returns what a server's view of a recording tells; `only_failures` where nothing was to be done with it.
fn event_of(view: RecordingView, only_failures: bool) -> Option<Event> {
    let (recording, title) = (view.id, view.title);
    let next_try = view.next_try.and_then(|time| time.parse().ok());
    let failure = view.failure.map(|it| recordings::Failure { reason: it.reason, hint: it.hint });
    match (view.state.as_str(), failure) {
        (_, Some(failure)) if next_try.is_some() => Some(failed_event(recording, title, failure, next_try)),
        ("failed", failure) => {
            let none = || recordings::Failure { reason: "it failed".into(), hint: String::new() };
            Some(failed_event(recording, title, failure.unwrap_or_else(none), None))
        }
        ("partly", Some(failure)) if only_failures => Some(failed_event(recording, title, failure, None)),
        _ if only_failures => None,
        ("searchable" | "partly", missing) => Some(Event::Searchable {
            recording,
            title,
            words: view.words,
            duration_ms: view.duration_ms.unwrap_or_default(),
            missing: missing.map(|failure| failure.reason),
            damage: view.damage,
        }),
        ("transcribing", _) => {
            let progress = view.progress;
            Some(Event::Progress {
                recording,
                title,
                stage: Stage::Transcribing,
                done_ms: progress.as_ref().map_or_else(Default::default, |progress| progress.done_ms),
                total_ms: progress.and_then(|progress| progress.total_ms),
            })
        }
        _ => None,
    }
}
