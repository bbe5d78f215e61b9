//! The worker: a child process that does what can crash, decoding and recognition, on several threads.
//!
//! It never opens the catalogue. It ends when it is told to, when nobody needs it for a while, and when the program that
//! started it is gone, which it sees at the end of its standard input.

use std::io::{self, BufRead, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use indexer::audio::{Ffmpeg, MediaInfo, Options, Selection, Sound};
use indexer::pipeline::{self, Channels};
use indexer::transcribe::tries::Profile;
use indexer::transcribe::whisper;
use indexer::transcript;

mod failure;
mod foreman;
mod pulse;
mod reading;
mod weights;

use self::failure::{cannot_store, media_failure, passing, recognition_failure};
use self::foreman::Foreman;
use self::pulse::Pulse;
use self::reading::{Reading, damage, full_hash, read_through, tracks};
use self::weights::{Lazy, Wanted, Weights};
use super::folder::WorkFolder;
use super::protocol::{
    CaptionFile, LeaseAnswer, LeaseId, MediaReport, Outcome, PlanTask, SegmentTask, Task, WirePath, WorkFailure,
};
use crate::catalogue::captions::Captions;
use crate::ingest::sidecars::Taken;
use crate::ingest::{identity, sidecars};
use crate::models;

/// How a worker is started.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Where the work protocol is spoken: `http://127.0.0.1:40123`.
    pub address: String,
    /// The number that the program gave this worker.
    pub worker: u64,
    /// How many jobs it does at a time.
    pub threads: usize,
    /// The folder that holds models.
    pub models: PathBuf,
    /// The configured model.
    pub model: String,
    /// What decodes the sound that is not decoded here.
    pub ffmpeg: Option<Ffmpeg>,
}

/// A worker without work for so long ends, and its weights leave the memory.
const IDLE: Duration = Duration::from_secs(60);

/// Runs until there is nothing more to do. The token is the first line of the standard input.
///
/// # Errors
/// When there is no token or the program cannot be reached.
pub fn run(options: &WorkerOptions) -> io::Result<()> {
    let mut token = String::new();
    io::stdin().lock().read_line(&mut token)?;
    std::thread::spawn(|| {
        // Nothing more is ever written to us: an end means that the program died, and our work is nobody's.
        let _ = io::stdin().lock().read(&mut [0]);
        die();
    });
    be_the_one_to_die();
    tell_panics();
    let weights = Arc::new(Weights::new(options.models.clone()));
    let configured = models::path(&options.models, &options.model);
    let foreman = Foreman::new(&options.address, token.trim());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads)
            .map(|_| {
                let hand = Hand {
                    foreman: foreman.clone(),
                    worker: options.worker,
                    ffmpeg: options.ffmpeg.clone(),
                    recogniser: Lazy::new(weights.clone()),
                    configured: configured.clone(),
                };
                scope.spawn(|| die_of_panics(|| hand.work()))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })
}

/// Lets a panic be told in one line, which is all that is kept of a worker's last words.
fn tell_panics() {
    panic::set_hook(Box::new(|panic| {
        let what = panic.payload_as_str().unwrap_or("a panic").split_whitespace().collect::<Vec<_>>().join(" ");
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        // Whoever would read it may be gone.
        let _ = writeln!(io::stderr(), "{what}{place}");
    }));
}

/// Runs what a thread does; a panic that nobody inside caught is a crash like any other: the whole process ends at once,
/// since its other threads would go on, and the jobs in flight are tried alone.
fn die_of_panics<T>(work: impl FnOnce() -> T) -> T {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| std::process::abort())
}

/// Ends this process at once: an exit would take down what the recogniser's threads are still using, and crash.
fn die() -> ! {
    use rustix::process::{Signal, getpid, kill_process};
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

/// Asks the system to end this process, and no other, when memory runs out: what it did is done again or given up.
fn be_the_one_to_die() {
    // Only Linux has this file, and some containers forbid it; then the system chooses for itself.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

/// One thread of a worker.
struct Hand {
    foreman: Foreman,
    worker: u64,
    ffmpeg: Option<Ffmpeg>,
    recogniser: Lazy,
    /// Where the configured model is kept.
    configured: PathBuf,
}

impl Hand {
    fn work(mut self) -> io::Result<()> {
        let mut idle_since = Instant::now();
        loop {
            match self.foreman.lease(self.worker)? {
                LeaseAnswer::Stop => return Ok(()),
                LeaseAnswer::Wait if idle_since.elapsed() > IDLE => return Ok(()),
                LeaseAnswer::Wait => {}
                LeaseAnswer::Job { lease, task } => {
                    self.job(lease, &task)?;
                    idle_since = Instant::now();
                }
            }
        }
    }

    fn job(&mut self, lease: LeaseId, task: &Task) -> io::Result<()> {
        let pulse = Pulse::new(self.foreman.clone(), lease);
        let result = match task {
            Task::Plan(task) => self.plan(task, &pulse),
            Task::Segment(task) => self.segment(lease, task, &pulse),
        };
        pulse.stop();
        // A lease that ran out answers 410, and then the result is somebody else's by now.
        match result {
            Ok(outcome) => self.foreman.post(&format!("complete/{lease}"), &outcome)?,
            Err(_) if pulse.cancel.is_cancelled() => self.foreman.post(&format!("release/{lease}"), &())?,
            Err(failure) => self.foreman.post(&format!("fail/{lease}"), &failure)?,
        };
        Ok(())
    }

    fn plan(&mut self, task: &PlanTask, pulse: &Pulse) -> Result<Outcome, WorkFailure> {
        let path = &task.media.0;
        let stamp = identity::stamp(path).ok();
        let selection = Selection { track: task.track, sides: task.channels != Channels::Mix };
        let options = Options { selection, ffmpeg: self.ffmpeg.clone() };
        let mut sound = Sound::open_with(path, &options).map_err(|error| media_failure(&error, path))?;
        let info = sound.info().clone();
        if task.facts_only {
            let taken = sidecars::take(task.recording, path, task.declared, &mut || None);
            let mut media = report(info, &taken);
            let unreadable = read_through(&mut sound, pulse).err();
            media.full_hash = full_hash(path, pulse);
            media.damage = unreadable.or_else(|| damage(&sound, path, stamp));
            media.tracks.iter_mut().for_each(|track| track.is_read = false);
            return Ok(Outcome::Read(media));
        }
        let folder = WorkFolder::at(task.folder.0.clone());
        let configured = &self.configured;
        let recogniser = &mut self.recogniser;
        let mut reading = Reading { task, folder: &folder, recogniser, configured, pulse };

        let mut planned = None;
        let mut trouble = None;
        let mut detect = || match reading.plan(&mut sound) {
            Ok(plan) => {
                let language = plan.languages.first().copied();
                planned = Some(plan);
                language
            }
            Err(failure) => {
                trouble = Some(failure);
                None
            }
        };
        let taken = sidecars::take(task.recording, path, task.declared, &mut detect);
        let mut media = report(info, &taken);
        if let Some(imported) = taken.transcript.filter(|_| task.take_sidecar) {
            let transcript =
                base64::engine::general_purpose::STANDARD.encode(transcript::file::write(&imported.transcript));
            let unreadable = if planned.is_some() { None } else { read_through(&mut sound, pulse).err() };
            media.full_hash = full_hash(path, pulse);
            media.damage = unreadable.or_else(|| damage(&sound, path, stamp));
            media.tracks.iter_mut().for_each(|track| track.is_read = false);
            return Ok(Outcome::Imported { media, transcript });
        }
        if let Some(failure) = trouble {
            return Err(failure);
        }
        let plan = match planned {
            Some(plan) => plan,
            None => reading.plan(&mut sound)?,
        };
        media.duration_ms = media.duration_ms.max(plan.duration);
        media.full_hash = full_hash(path, pulse);
        media.damage = damage(&sound, path, stamp);
        folder.flush().map_err(|error| cannot_store(&error))?;
        Ok(Outcome::Planned { media, plan })
    }

    fn segment(&mut self, lease: LeaseId, task: &SegmentTask, pulse: &Pulse) -> Result<Outcome, WorkFailure> {
        let sound = self.foreman.sound(lease).map_err(|error| passing(error.to_string(), "it is tried again"))?;
        let profile = profile(task.fast);
        self.recogniser.choose(Wanted { model: task.model.clone(), profile, glossary: task.glossary.clone() });
        let all = whisper::languages();
        pulse.total(task.plan.done(task.plan.span.end()));
        let words = pipeline::segment(
            &sound,
            &task.plan,
            &task.languages,
            if task.allowed.is_empty() { &all } else { &task.allowed },
            &mut self.recogniser,
            &mut |until| pulse.done(task.plan.done(until)),
            &pulse.cancel,
        )
        .map_err(|error| recognition_failure(&error, &self.configured))?;
        Ok(Outcome::Recognised(words))
    }
}

/// How much work a recording is worth.
fn profile(fast: bool) -> Profile {
    if fast { Profile::Fast } else { Profile::Careful }
}

/// Says what a media file is and what lies beside it, as far as that is known before it is read.
fn report(info: MediaInfo, taken: &Taken) -> MediaReport {
    let caption = |file: &Captions| CaptionFile { path: WirePath(file.path.clone()), language: file.language };
    MediaReport {
        has_video: info.has_video,
        duration_ms: info.duration.unwrap_or_default(),
        full_hash: None,
        damage: None,
        tracks: tracks(&info),
        title: info.title,
        date: info.date,
        captions: taken.captions.iter().map(caption).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Command;

    use super::*;

    /// Set in the process that dies.
    const DYING: &str = "ALOUD_TEST_DYING";

    #[test]
    fn a_panic_in_one_thread_ends_the_process_and_is_told_last() {
        if std::env::var_os(DYING).is_some() {
            tell_panics();
            assert!(panic::catch_unwind(|| panic!("a decoder's, which is caught")).is_err());
            std::thread::scope(|scope| {
                scope.spawn(|| die_of_panics(|| panic!("nobody\ncatches it")));
                std::thread::sleep(Duration::from_secs(60));
            });
        }
        let this = std::env::current_exe().expect("the test's program");
        let name = "work::worker::tests::a_panic_in_one_thread_ends_the_process_and_is_told_last";
        let dead = Command::new(this).args(["--exact", name, "--nocapture"]).env(DYING, "1").output().expect("it runs");
        let told = String::from_utf8_lossy(&dead.stderr);
        let last = told.lines().last().unwrap_or_default();
        assert_eq!(dead.status.signal(), Some(6), "{told}");
        assert!(last.starts_with("nobody catches it at src/work/worker.rs:"), "{told}");
    }
}
