//! The supervisor keeps one worker process running while there is work, and starts another when it dies.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::foreman::{Crash, Foreman};
use super::protocol::PATIENCE;
use crate::library::StoreError;

/// How a supervisor starts workers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the work protocol is spoken.
    pub address: String,
    /// The token that opens it.
    pub token: String,
    /// Recognition threads.
    pub threads: usize,
    /// The folder that holds models.
    pub models: PathBuf,
    /// The configured model.
    pub model: String,
    /// Whether workers run at a lower priority, so that the machine stays usable.
    pub nice: bool,
}

/// How long a worker has to end by itself when the program ends; its unfinished jobs are done again later.
const GRACE: Duration = Duration::from_secs(2);

/// The pause after a worker died before it had any work: something outside the work is wrong.
const PAUSE: Duration = Duration::from_secs(2);

/// How long after trouble, such as a full disk, the work is tried again.
const RETRY: Duration = Duration::from_secs(60);

/// How many workers may die in a row without having had any work.
const BARREN: u32 = 5;

/// The signal with which the system ends a process when memory runs out.
const KILLED: i32 = 9;

/// Runs workers and finishes recordings until the foreman stops.
///
/// # Errors
/// When the catalogue or a file fails, or workers cannot be started.
pub async fn run(foreman: &Foreman, settings: &Settings) -> Result<(), StoreError> {
    tokio::try_join!(workers(foreman, settings), finish(foreman))?;
    Ok(())
}

/// Merges and indexes whatever is complete, again and again.
async fn finish(foreman: &Foreman) -> Result<(), StoreError> {
    let mut listener = foreman.listen();
    while !foreman.is_stopping() {
        match foreman.finish_recordings().await {
            Ok(true) => foreman.work_changed(),
            Ok(false) => listener.wait_for_change().await,
            Err(error) => {
                foreman.stall(&error);
                listener.wait_for_change().await;
            }
        }
    }
    Ok(())
}

async fn workers(foreman: &Foreman, settings: &Settings) -> Result<(), StoreError> {
    let mut worker = 0;
    let mut barren = 0;
    let mut troubled_since = None;
    let mut listener = foreman.listen();
    while !foreman.is_stopping() {
        if foreman.trouble().is_some() {
            if troubled_since.get_or_insert_with(Instant::now).elapsed() > RETRY {
                troubled_since = None;
                // What could not even be given back is marked as running, while nobody has it.
                if foreman.start_over().await.is_ok() {
                    foreman.forget_trouble();
                }
            }
            listener.wait_for_change().await;
            continue;
        }
        troubled_since = None;
        if foreman.is_paused() || !foreman.library().catalogue.has_work(Duration::ZERO).await? {
            listener.wait_for_change().await;
            continue;
        }
        worker += 1;
        let threads = if foreman.worker_starts(worker) { 1 } else { settings.threads };
        let leased = foreman.leases_given();
        let crash = match start(worker, threads, settings).await {
            Ok(child) => watch(child, foreman).await?,
            Err(error) => Some(Crash { how: format!("it cannot be started: {error}"), was_killed: false }),
        };
        foreman.worker_ended(crash.as_ref()).await?;
        match crash {
            Some(crash) if foreman.leases_given() == leased => {
                barren += 1;
                if barren >= BARREN {
                    let Crash { how, .. } = crash;
                    foreman.set_trouble(format!("the worker process ends before it begins ({how}); run aloud doctor"));
                }
                tokio::time::sleep(PAUSE).await;
            }
            _ => barren = 0,
        }
    }
    Ok(())
}

async fn start(worker: u64, threads: usize, settings: &Settings) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("worker")
        .args(["--address", &settings.address])
        .args(["--worker", &worker.to_string()])
        .args(["--threads", &threads.to_string()])
        .arg("--models")
        .arg(&settings.models)
        .args(["--model", &settings.model])
        // An arena for each thread would keep some ten megabytes more; what is large is a map of its own anyway.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if settings.nice {
        command.arg("--nice");
    }
    // Ctrl-C in a terminal reaches a whole group: the program decides when its worker ends.
    command.process_group(0);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Not as an argument: other users of the machine can read those.
        stdin.write_all(format!("{}\n", settings.token).as_bytes()).await?;
        // Kept open for as long as we live: its end is how the worker knows that we are gone.
        child.stdin = Some(stdin);
    }
    Ok(child)
}

/// Waits for a worker's end; returns how it died, if it did not end well.
async fn watch(mut child: Child, foreman: &Foreman) -> Result<Option<Crash>, StoreError> {
    let stdin = child.stdin.take();
    let last_words = tokio::spawn(last_words(child.stderr.take()));
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            () = tokio::time::sleep(PATIENCE) => {}
            () = foreman.wait_until_stopping() => {
                if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
                    break status;
                }
                // Whatever it was doing is done again next time. It may have ended this very moment.
                let _ = child.kill().await;
                return Ok(None);
            }
        }
        if foreman.has_silent_lease() {
            let _ = child.kill().await;
            return Ok(Some(Crash { how: "it did not answer for a minute".into(), was_killed: false }));
        }
        if foreman.give_up_stuck().await? {
            // Which job was at fault is known, so that its neighbours need not be tried alone.
            let _ = child.kill().await;
            return Ok(None);
        }
    };
    drop(stdin);
    let words = last_words.await.unwrap_or_default();
    let was_killed = status.as_ref().is_ok_and(|status| status.signal() == Some(KILLED));
    let how = match status {
        Ok(status) if status.success() => return Ok(None),
        Ok(status) if words.is_empty() => status.to_string(),
        Ok(status) => format!("{status}; its last words: {words}"),
        Err(error) => error.to_string(),
    };
    Ok(Some(Crash { how, was_killed }))
}

/// Returns the last line that a worker wrote to its standard error.
async fn last_words(stderr: Option<tokio::process::ChildStderr>) -> String {
    let Some(stderr) = stderr else { return String::new() };
    let mut lines = BufReader::new(stderr).lines();
    let mut last = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        tracing::debug!(%line, "worker");
        if !line.trim().is_empty() {
            last = line;
        }
    }
    last
}
