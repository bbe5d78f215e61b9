//! `aloud import`: transcripts that were made elsewhere become the words of recordings.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use indexer::audio::TrackChoice;
use indexer::recording::RecordingId;
use indexer::subtitles::{MAX_BYTES, write};

use super::colour::safe;
use super::remote::Server;
use super::{Context, Exit, Failure, Format, index, print, print_json, recording, remote};
use crate::catalogue::Catalogue;
use crate::ingest::known::{self, KnowError};
use crate::ingest::pairing::{self, pair};
use crate::ingest::{absolute, shown};
use crate::library::Library;
use crate::work::foreman::{Foreman, ImportError, ImportReport, ImportRequest};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    #[arg(required_unless_present = "folder")]
    recording: Option<String>,
    /// The transcript; - reads the standard input.
    #[arg(required_unless_present = "folder")]
    file: Option<PathBuf>,
    /// Take every transcript in a folder, and those inside, for the recording that bears its name.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["recording", "file"])]
    folder: Option<PathBuf>,
    /// What it is, when name and content do not tell: vtt, srt, json, ttml, sbv, otr, ohms, csv or text.
    #[arg(long = "as", id = "as", value_name = "FORMAT")]
    written_as: Option<String>,
    /// Give the words the times at which they are heard in the sound; recognises it if that was not done before.
    #[arg(long)]
    align: bool,
}

/// Who takes the files: the server that holds the library, or this program.
enum Taker {
    Server(Server),
    Own(Foreman),
}

/// One file to be taken.
struct Job {
    recording: Result<RecordingId, String>,
    path: PathBuf,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open(&context.library).await?,
    };
    let taker = match server {
        Some(server) => Taker::Server(server),
        None => Taker::Own(Foreman::new(library.clone()).await?),
    };
    // A server has its own model.
    if arguments.align && matches!(taker, Taker::Own(_)) {
        super::need_model(&context.config.models, &context.config.model)?;
    }
    let jobs = jobs(arguments, &taker, &library.catalogue).await?;
    let is_folder = arguments.folder.is_some();
    let (mut reports, mut failed) = (Vec::new(), false);
    let mut taken: HashMap<RecordingId, PathBuf> = HashMap::new();
    for mut job in jobs {
        if let Some(other) = job.recording.as_ref().ok().and_then(|id| taken.get(id)) {
            job.recording = Err(format!("{} is taken for the same recording", shown(other)));
        }
        let name = job.path.file_name().unwrap_or(job.path.as_os_str()).to_string_lossy().into_owned();
        let request = ImportRequest {
            file: name,
            format: arguments.written_as.clone(),
            language: match context.config.languages.as_slice() {
                [only] => Some(*only),
                _ => None,
            },
            align: arguments.align,
        };
        match take(&taker, &job, &request, context, is_folder).await {
            Ok(report) => {
                say(&report, context)?;
                taken.insert(report.recording, job.path);
                reports.push(report);
            }
            Err(problem) => {
                failed = true;
                refuse(&job.path, &problem, context)?;
            }
        }
    }
    let exit = finish(&taker, &reports, &library, context).await?;
    library.catalogue.close().await;
    Ok(if exit == Exit::Done && failed { Exit::SomeFailed } else { exit })
}

/// Returns what there is to take.
async fn jobs(arguments: &Arguments, taker: &Taker, catalogue: &Catalogue) -> Result<Vec<Job>, Failure> {
    if let Some(folder) = &arguments.folder {
        let folder = absolute(folder);
        let failed = |error| Failure::new(Exit::Usage, format!("{} cannot be listed ({error})", shown(&folder)));
        let found = pairing::transcripts(&folder).map_err(failed)?;
        if found.is_empty() {
            return Err(Failure::new(Exit::Usage, format!("there are no transcripts in {}", shown(&folder))));
        }
        let pairs = pair(found, &catalogue.recordings().await?);
        return Ok(pairs.into_iter().map(|pair| Job { recording: pair.recording, path: pair.path }).collect());
    }
    let (Some(named), Some(file)) = (&arguments.recording, &arguments.file) else { return Ok(Vec::new()) };
    let id = match recording::find(catalogue, named).await {
        Ok(recording) => recording.id,
        // A media file that nobody has indexed yet, because its words are to come from here.
        Err(_) if Path::new(named).is_file() => know(taker, Path::new(named)).await?,
        Err(failure) => return Err(failure),
    };
    Ok(vec![Job { recording: Ok(id), path: file.clone() }])
}

async fn know(taker: &Taker, media: &Path) -> Result<RecordingId, Failure> {
    let media = absolute(media);
    match taker {
        Taker::Server(server) => server.know(&media),
        Taker::Own(foreman) => match known::know(&foreman.library().catalogue, &media).await {
            Ok(id) => Ok(id),
            Err(KnowError::Refused(reason)) => Err(Failure::new(Exit::Usage, reason)),
            Err(KnowError::Catalogue(error)) => Err(error.into()),
        },
    }
}

/// Takes one file; returns why it was not taken.
async fn take(
    taker: &Taker,
    job: &Job,
    request: &ImportRequest,
    context: &Context,
    is_folder: bool,
) -> Result<ImportReport, String> {
    let id = job.recording.clone()?;
    let bytes = bytes_of(&job.path).map_err(|error| format!("cannot be read ({error})"))?;
    if is_folder && write::is_ours(&bytes) {
        return Err("this program exported it; to take it all the same, name it: aloud import ID FILE".into());
    }
    match taker {
        Taker::Server(server) => server.import(id, request, &bytes).map_err(|failure| failure.message),
        Taker::Own(foreman) => {
            let options =
                index::job_options(&context.config, true, TrackChoice::Default).map_err(|error| error.to_string())?;
            let taken: Result<_, ImportError> = foreman.import(id, request, bytes, &options).await;
            taken.map_err(|error| error.to_string())
        }
    }
}

/// Reads a file or, for `-`, the standard input; one byte more than may be, so that a longer one is refused.
fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Waits until what was taken can be searched and what was asked for is done.
async fn finish(
    taker: &Taker,
    reports: &[ImportReport],
    library: &Library,
    context: &Context,
) -> Result<Exit, Failure> {
    if reports.is_empty() {
        return Ok(Exit::Done);
    }
    let ids: Vec<_> = reports.iter().map(|report| report.recording).collect();
    let mut reporter = index::reporter(context);
    match taker {
        Taker::Server(server) => index::follow(server, ids, &[], reporter.as_mut()).await,
        Taker::Own(foreman) => {
            foreman.finish_recordings().await?;
            let mut has_work = false;
            for id in &ids {
                has_work |= library.catalogue.has_jobs(*id).await?;
            }
            if !has_work {
                return Ok(Exit::Done);
            }
            let worked = index::work(foreman, context, context.config.threads, reporter.as_mut()).await?;
            let failed = index::report_failed(library, &ids, &worked, reporter.as_mut()).await?;
            reporter.finish();
            Ok(if worked.exit == Exit::Done && failed { Exit::SomeFailed } else { worked.exit })
        }
    }
}

fn say(report: &ImportReport, context: &Context) -> Result<(), Failure> {
    if context.format == Format::Json {
        return print_json(report);
    }
    let times = match report.exact {
        _ if report.aligning => "their times follow when the sound is recognised".to_owned(),
        exact if exact == report.words => "each with its time".to_owned(),
        0 => "with approximate times".to_owned(),
        exact => format!("{exact} of them with their times, the others approximate"),
    };
    let (file, title, words, kind) = (safe(&report.file), safe(&report.title), report.words, &report.format);
    let state = if report.new { "" } else { "; they were there already" };
    print(format_args!("{file} → {title}: {words} words ({kind}), {times}{state}"));
    for part in &report.skipped {
        print(format_args!("  {}: {}", part.place, part.reason));
    }
    Ok(())
}

fn refuse(path: &Path, problem: &str, context: &Context) -> Result<(), Failure> {
    if context.format == Format::Json {
        return print_json(&serde_json::json!({ "file": shown(path), "problem": problem }));
    }
    print(format_args!("{}: {}", shown(path), safe(problem)));
    Ok(())
}
