//! The worker: a child process that does what can crash, decoding and recognition, on several threads.
//!
//! It never opens the catalogue. It ends when it is told to, when nobody needs it for a while, and when the program that
//! started it is gone, which it sees at the end of its standard input.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use indexer::audio::{Ffmpeg, MediaError, MediaInfo, Options, Selection, Sound};
use indexer::cancel::Cancel;
use indexer::pipeline::{self, Channels, Plan, PlanError, PlanOptions, SegmentSink, SoundSource, SourceError};
use indexer::recording::Language;
use indexer::time::{Millis, TimeSpan};
use indexer::transcribe::tries::Profile;
use indexer::transcribe::whisper::{self, Model, Recogniser};
use indexer::transcribe::{Excerpt, Heard, RecognitionError, Transcriber};
use indexer::transcript;

use super::folder::WorkFolder;
use super::protocol::{
    BEAT, CaptionFile, Heartbeat, LeaseAnswer, LeaseId, LeaseRequest, MediaReport, Outcome, PlanTask, SegmentTask,
    SoundTrack, Task, WirePath, WorkFailure,
};
use crate::catalogue::files::Stamp;
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
    /// What decodes the sound that is not decoded here.
    pub ffmpeg: Option<Ffmpeg>,
}

/// A worker without work for so long ends, and its weights leave the memory.
const IDLE: Duration = Duration::from_secs(60);

/// The shortest time between two reports of progress.
const PROGRESS: Duration = Duration::from_millis(500);

/// A file that was changed so lately may still be copied or recorded.
const FRESH: Duration = Duration::from_secs(60);

/// How long one request may take; storing a long transcript on a slow disk is the slowest.
const REQUEST: Duration = Duration::from_secs(120);

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
        std::process::exit(0);
    });
    be_the_one_to_die();
    let weights = Arc::new(Weights { folder: options.models.clone(), loaded: Mutex::default() });
    let foreman = Foreman::new(&options.address, token.trim());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads)
            .map(|_| {
                let hand = Hand {
                    foreman: foreman.clone(),
                    worker: options.worker,
                    ffmpeg: options.ffmpeg.clone(),
                    recogniser: Lazy::new(weights.clone()),
                };
                scope.spawn(|| hand.work())
            })
            .collect();
        for thread in threads {
            match thread.join() {
                Ok(done) => done?,
                // A panic is a crash like any other: the process ends, and the job is tried alone.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })
}

/// Asks the system to end this process, and no other, when memory runs out: what it did is done again or given up.
fn be_the_one_to_die() {
    // Only Linux has this file, and some containers forbid it; then the system chooses for itself.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

/// The program that started this worker, as it is spoken to.
#[derive(Debug, Clone)]
struct Foreman {
    agent: ureq::Agent,
    address: String,
    authorization: String,
}

impl Foreman {
    fn new(address: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(REQUEST))
            // The program is on this machine, whatever proxy the user has.
            .proxy(None)
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), address: address.to_owned(), authorization: format!("Bearer {token}") }
    }

    fn post(&self, path: &str, body: &impl serde::Serialize) -> io::Result<ureq::http::Response<ureq::Body>> {
        self.agent
            .post(format!("{}/work/v1/{path}", self.address))
            .header("authorization", &self.authorization)
            .send_json(body)
            .map_err(io::Error::other)
    }

    fn lease(&self, worker: u64) -> io::Result<LeaseAnswer> {
        let mut answer = self.post("lease", &LeaseRequest { worker })?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("no work was given: {}", answer.status())));
        }
        answer.body_mut().read_json().map_err(io::Error::other)
    }

    fn sound(&self, lease: LeaseId) -> io::Result<Vec<i16>> {
        let answer = self
            .agent
            .get(format!("{}/work/v1/sound/{lease}", self.address))
            .header("authorization", &self.authorization)
            .call()
            .map_err(io::Error::other)?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("the sound was not given: {}", answer.status())));
        }
        let mut bytes = Vec::new();
        answer.into_body().into_reader().read_to_end(&mut bytes)?;
        Ok(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}

/// One thread of a worker.
struct Hand {
    foreman: Foreman,
    worker: u64,
    ffmpeg: Option<Ffmpeg>,
    recogniser: Lazy,
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
        let folder = WorkFolder::at(task.folder.0.clone());
        let languages = task.declared.map_or_else(|| task.languages.clone(), |language| vec![language]);
        let mut reading = Reading { task, folder: &folder, recogniser: &mut self.recogniser, languages, pulse };

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
        let captions = taken
            .captions
            .iter()
            .map(|file| CaptionFile { path: WirePath(file.path.clone()), language: file.language })
            .collect();
        let tracks = tracks(&info);
        let mut media = MediaReport {
            has_video: info.has_video,
            duration_ms: info.duration.unwrap_or_default(),
            full_hash: None,
            damage: None,
            title: info.title,
            date: info.date,
            captions,
            tracks,
        };
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
        Ok(Outcome::Planned { media, plan })
    }

    fn segment(&mut self, lease: LeaseId, task: &SegmentTask, pulse: &Pulse) -> Result<Outcome, WorkFailure> {
        let sound = self.foreman.sound(lease).map_err(|error| passing(error.to_string(), "it is tried again"))?;
        let profile = if task.fast { Profile::Fast } else { Profile::Careful };
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
        .map_err(|error| recognition_failure(&error))?;
        Ok(Outcome::Recognised(words))
    }
}

/// What is needed to read a recording's sound once.
struct Reading<'a> {
    task: &'a PlanTask,
    folder: &'a WorkFolder,
    recogniser: &'a mut Lazy,
    languages: Vec<Language>,
    pulse: &'a Pulse,
}

impl Reading<'_> {
    fn plan(&mut self, sound: &mut Sound) -> Result<Plan, WorkFailure> {
        self.recogniser.choose(Wanted { model: self.task.model.clone(), ..Wanted::default() });
        if let Some(duration) = sound.info().duration {
            self.pulse.total(duration);
        }
        let options = PlanOptions {
            languages: self.languages.clone(),
            segment: Millis::from_seconds(self.task.segment_seconds),
            channels: self.task.channels,
        };
        pipeline::plan(
            &mut Source(sound, self.pulse),
            self.recogniser,
            &options,
            &mut Sink { folder: self.folder, count: 0 },
            &mut |until| self.pulse.done(until),
            &self.pulse.cancel,
        )
        .map_err(|error| plan_failure(&error, &self.task.media.0))
    }
}

/// A media file's sound as the pipeline reads it.
struct Source<'a>(&'a mut Sound, &'a Pulse);

impl SoundSource for Source<'_> {
    fn channels(&self) -> usize {
        self.0.channels()
    }

    fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SourceError> {
        out.clear();
        self.1.moved();
        Ok(self.0.read(out)?)
    }
}

/// A work folder as the pipeline writes it.
struct Sink<'a> {
    folder: &'a WorkFolder,
    /// How many segments there are.
    count: u32,
}

impl SegmentSink for Sink<'_> {
    fn write(&mut self, ordinal: u32, _span: TimeSpan, samples: &[i16]) -> io::Result<()> {
        self.count = ordinal + 1;
        self.folder.write_sound(ordinal, samples)
    }

    fn keep(&mut self, ordinals: &[u32]) -> io::Result<()> {
        self.folder.keep_sounds(ordinals, self.count)?;
        self.count = u32::try_from(ordinals.len()).unwrap_or(u32::MAX);
        Ok(())
    }
}

/// Returns a file's sound tracks as they are reported.
fn tracks(info: &MediaInfo) -> Vec<SoundTrack> {
    let report = |(index, track): (usize, &indexer::audio::AudioTrack)| SoundTrack {
        language: track.language,
        codec: track.codec.clone(),
        channels: track.channels,
        is_default: track.is_default,
        is_read: index == info.track,
    };
    info.tracks.iter().enumerate().map(report).collect()
}

/// Reads a recording whose words are known, only to find its damage; says why when it cannot be read to its end.
fn read_through(sound: &mut Sound, pulse: &Pulse) -> Result<(), String> {
    let (mut samples, mut count) = (Vec::new(), 0);
    while sound.read(&mut samples).map_err(|error| error.to_string())? {
        count += (samples.len() / sound.channels()) as u64;
        samples.clear();
        pulse.done(Millis::from_samples(count));
        if pulse.cancel.is_cancelled() {
            return Err("reading it was broken off".into());
        }
    }
    Ok(())
}

/// Returns what is wrong with a file that was read to its end, in words; `before` is what it looked like at first.
fn damage(sound: &Sound, path: &Path, before: Option<Stamp>) -> Option<String> {
    let damage = sound.damage();
    let mut words: Vec<_> = (!damage.is_none()).then(|| damage.to_string()).into_iter().collect();
    if identity::stamp(path).ok() != before {
        words.push("changed while it was read: index it again when it is complete".into());
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// Reads the whole file once more, mostly from memory; a file that vanished has no hash.
fn full_hash(path: &Path, pulse: &Pulse) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(Moving(std::fs::File::open(path).ok()?, pulse)).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// A file that says it is being read.
struct Moving<'a>(std::fs::File, &'a Pulse);

impl Read for Moving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.moved();
        self.0.read(buffer)
    }
}

fn passing(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), passing: true }
}

fn lasting(reason: String, hint: &str) -> WorkFailure {
    WorkFailure { reason, hint: hint.to_owned(), passing: false }
}

fn media_failure(error: &MediaError, path: &Path) -> WorkFailure {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let is_fresh = matches!(error, MediaError::Empty(_) | MediaError::NoIndex(_) | MediaError::Damaged { .. })
        && modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age < FRESH);
    lasting(
        error.to_string(),
        if is_fresh { "if it is still being written, index it again when it is complete" } else { "" },
    )
}

fn recognition_failure(error: &RecognitionError) -> WorkFailure {
    match error {
        RecognitionError::Model(_) => passing(error.to_string(), "then run the same command again"),
        _ => lasting(error.to_string(), "try it again with: aloud transcribe"),
    }
}

fn plan_failure(error: &PlanError, path: &Path) -> WorkFailure {
    match error {
        PlanError::Source(error) => match error.downcast_ref::<MediaError>() {
            Some(error) => media_failure(error, path),
            None => lasting(error.to_string(), ""),
        },
        PlanError::Sink { .. } => {
            passing(error.to_string(), "make room in the library's folder; the work then goes on")
        }
        PlanError::Recognition(error) => recognition_failure(error),
        _ => lasting(error.to_string(), ""),
    }
}

/// The models that are in memory, shared by all threads.
struct Weights {
    folder: PathBuf,
    loaded: Mutex<Vec<(String, Model)>>,
}

impl Weights {
    fn model(&self, name: &str) -> Result<Model, RecognitionError> {
        // Held while loading, so that two threads do not load the same weights.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, model)) = loaded.iter().find(|(loaded, _)| loaded == name) {
            return Ok(model.clone());
        }
        let path = models::path(&self.folder, name);
        // whisper.cpp ends the process on a damaged file.
        indexer::models::check(&path).map_err(|_| RecognitionError::Model(path.clone()))?;
        let model = Model::load(&path)?;
        loaded.push((name.to_owned(), model.clone()));
        Ok(model)
    }
}

/// What a recogniser is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wanted {
    model: String,
    profile: Profile,
    glossary: String,
}

/// A recogniser that loads its model when it is first needed: taking sidecars needs none.
struct Lazy {
    weights: Arc<Weights>,
    wanted: Wanted,
    ready: Option<(Wanted, Recogniser)>,
}

impl Lazy {
    fn new(weights: Arc<Weights>) -> Self {
        Self { weights, wanted: Wanted::default(), ready: None }
    }

    fn choose(&mut self, wanted: Wanted) {
        self.wanted = wanted;
    }

    fn recogniser(&mut self) -> Result<&mut Recogniser, RecognitionError> {
        if self.ready.as_ref().is_none_or(|(made, _)| *made != self.wanted) {
            let model = self.weights.model(&self.wanted.model)?;
            let recogniser = model.recogniser(self.wanted.profile, &self.wanted.glossary);
            self.ready = Some((self.wanted.clone(), recogniser));
        }
        match &mut self.ready {
            Some((_, recogniser)) => Ok(recogniser),
            None => Err(RecognitionError::Failed("no model is loaded".into())),
        }
    }
}

impl Transcriber for Lazy {
    fn transcribe(&mut self, excerpt: &Excerpt<'_>, cancel: &Cancel) -> Result<Heard, RecognitionError> {
        self.recogniser()?.transcribe(excerpt, cancel)
    }

    fn detect(&mut self, sound: &[f32]) -> Result<Vec<(Language, f32)>, RecognitionError> {
        self.recogniser()?.detect(sound)
    }
}

/// Says in the background that a job lives and how far it is, and hears when its lease has run out.
struct Pulse {
    done: Arc<AtomicU32>,
    total: Arc<AtomicU32>,
    /// Goes up whenever the job gets on.
    moves: Arc<AtomicU64>,
    ended: Cancel,
    /// Set when the lease has run out.
    cancel: Cancel,
}

impl Pulse {
    fn new(foreman: Foreman, lease: LeaseId) -> Self {
        let (ended, cancel) = (Cancel::new(), Cancel::new());
        let pulse = Self { done: Arc::default(), total: Arc::default(), moves: Arc::default(), ended, cancel };
        let (done, total, moves) = (pulse.done.clone(), pulse.total.clone(), pulse.moves.clone());
        let (ended, cancel) = (pulse.ended.clone(), pulse.cancel.clone());
        std::thread::spawn(move || {
            let (mut told, mut beaten) = (0, Instant::now());
            let (mut seen, mut moved) = (0, Instant::now());
            while !ended.is_cancelled() {
                std::thread::sleep(PROGRESS);
                let moves = moves.load(Ordering::Relaxed);
                if moves != seen {
                    (seen, moved) = (moves, Instant::now());
                }
                let now = done.load(Ordering::Relaxed);
                if now == told && beaten.elapsed() < BEAT || ended.is_cancelled() {
                    continue;
                }
                let total = Some(total.load(Ordering::Relaxed)).filter(|&total| total > 0).map(Millis::new);
                let still_ms = Millis::new(u32::try_from(moved.elapsed().as_millis()).unwrap_or(u32::MAX));
                let beat = Heartbeat { lease, done_ms: Millis::new(now), total_ms: total, still_ms };
                match foreman.post("heartbeat", &beat) {
                    Ok(answer) if answer.status() == 410 => return cancel.cancel(),
                    // A beat that is lost is followed by the next; a program that is gone ends this process.
                    _ => (told, beaten) = (now, Instant::now()),
                }
            }
        });
        pulse
    }

    fn moved(&self) {
        self.moves.fetch_add(1, Ordering::Relaxed);
    }

    fn done(&self, time: Millis) {
        self.moved();
        self.done.store(time.get(), Ordering::Relaxed);
    }

    fn total(&self, time: Millis) {
        self.total.store(time.get(), Ordering::Relaxed);
    }

    fn stop(&self) {
        self.ended.cancel();
    }
}
