//! What watches over a case: how long it may take, how much memory it may have, and which panics were caught inside.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A case that runs longer hangs. The slowest takes seconds, on a machine that does nothing else.
const LONGEST: Duration = Duration::from_secs(60);

/// How much address space this process may have, most of it for its threads' heaps; a header that asks for gigabytes is
/// noticed.
const MEMORY: u64 = 2 << 30;

/// Where the libraries panicked although a caller caught it, and how often.
static CAUGHT: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// Whether our own code panicked, even where somebody caught it.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Ends the process when a case hangs.
pub(crate) struct Watch {
    running: Arc<Mutex<Option<(Instant, PathBuf)>>>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let limit = Rlimit { current: Some(MEMORY), maximum: getrlimit(Resource::As).maximum };
            setrlimit(Resource::As, limit).expect("a lower limit is always allowed");
            keep_panics_quiet();
        });
        let running = Arc::<Mutex<Option<(Instant, PathBuf)>>>::default();
        let watched = Arc::downgrade(&running);
        std::thread::spawn(move || {
            while let Some(running) = watched.upgrade() {
                let hung = running.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some((_, path)) = hung.filter(|(began, _)| began.elapsed() > LONGEST) {
                    let _ = writeln!(std::io::stderr(), "{} hangs", path.display());
                    std::process::abort();
                }
                drop(running);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        Self { running }
    }

    /// Runs a case; returns what it gave, or `None` when our code panicked, and how long it took.
    pub(crate) fn over<T>(&self, path: PathBuf, case: impl FnOnce() -> T) -> (Option<T>, Duration) {
        let began = Instant::now();
        let set = |to| *self.running.lock().unwrap_or_else(PoisonError::into_inner) = to;
        set(Some((began, path)));
        OURS.set(false);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(case)).ok();
        set(None);
        (outcome.filter(|_| !OURS.get()), began.elapsed())
    }
}

/// Returns where libraries panicked so far, one place a line.
pub(crate) fn caught() -> String {
    let caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
    caught.iter().map(|(place, times)| format!("  {times} × {place}\n")).collect()
}

/// Returns the most memory that this process had, in Linux' words.
pub(crate) fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("memory unknown");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts panics of other people's code, which the decoder catches, and shows only our own.
fn keep_panics_quiet() {
    let show = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| match panic.location() {
        Some(place) if std::path::Path::new(place.file()).is_absolute() => {
            let file = std::path::Path::new(place.file()).components().rev().take(3).collect::<Vec<_>>();
            let file: PathBuf = file.into_iter().rev().collect();
            let place = format!("{}:{}", file.display(), place.line());
            *CAUGHT.lock().unwrap_or_else(PoisonError::into_inner).entry(place).or_default() += 1;
        }
        _ => {
            OURS.set(true);
            show(panic);
        }
    }));
}
