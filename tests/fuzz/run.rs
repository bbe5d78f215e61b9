//! A run bends seeds of one target again and again, and remembers which cases led somewhere new.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::mutation::{Dice, mutate};
use crate::watch::{Watch, caught, peak};

/// How many mutations a run without a time has.
const MUTATIONS: u64 = 10_000;

/// No more cases than this are kept to be mutated further.
const POOL: usize = 4000;

/// How long, or how far, a run goes.
#[derive(Clone, Copy)]
enum Until {
    Count(u64),
    Time(Instant),
}

impl Until {
    fn of_environment() -> Self {
        let minutes: Option<u64> = std::env::var("ALOUD_FUZZ_MINUTES").ok().and_then(|minutes| minutes.parse().ok());
        minutes.map_or(Self::Count(MUTATIONS), |minutes| Self::Time(Instant::now() + Duration::from_secs(60 * minutes)))
    }

    fn has_come(self, count: u64) -> bool {
        match self {
            Self::Count(limit) => count >= limit,
            Self::Time(time) => Instant::now() >= time,
        }
    }

    fn dice(self) -> u64 {
        match self {
            Self::Count(_) => 1,
            Self::Time(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs()),
        }
    }
}

/// Writes a file in place of the last one. It is not emptied first, for then some file systems wait for the disk.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().create(true).write(true).truncate(false).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)
}

/// Fuzzes a target: `case` reads a file, given as path and as bytes, and says in words what came of it.
#[expect(clippy::print_stdout, reason = "what a long run found is what it is run for")]
pub(crate) fn fuzz(name: &str, seeds: Vec<Vec<u8>>, case: &dyn Fn(&Path, &[u8]) -> String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    std::fs::create_dir_all(&folder).expect("a folder for what is found");
    let path = folder.join(format!("{name}-running"));
    let until = Until::of_environment();
    let (mut dice, watch) = (Dice::new(until.dice()), Watch::new());
    let (mut pool, mut seen, mut found) = (seeds, HashSet::new(), Vec::new());
    let (mut count, mut slowest) = (0, (Duration::ZERO, PathBuf::new()));

    let mut run = |bytes: Vec<u8>, pool: &mut Vec<Vec<u8>>| {
        write(&path, &bytes).expect("the case is written");
        let (outcome, took) = watch.over(path.clone(), || case(&path, &bytes));
        if took > slowest.0 {
            let slow = folder.join(format!("{name}-slowest"));
            write(&slow, &bytes).expect("the slowest is kept");
            slowest = (took, slow);
        }
        match outcome {
            None => {
                let kept = folder.join(format!("{name}-{}", &blake3::hash(&bytes).to_hex()[..12]));
                std::fs::write(&kept, &bytes).expect("what was found is kept");
                found.push(kept);
            }
            Some(outcome) => {
                if seen.insert(outcome) && pool.len() < POOL {
                    pool.push(bytes);
                }
            }
        }
    };
    for seed in pool.clone() {
        run(seed, &mut pool);
    }
    while !until.has_come(count) {
        let bytes = mutate(&pool, &mut dice);
        run(bytes, &mut pool);
        count += 1;
    }
    println!(
        "{name}: {count} mutations, {} outcomes, {} panics, the slowest took {} ms, {}; caught inside:\n{}",
        seen.len(),
        found.len(),
        slowest.0.as_millis(),
        peak(),
        caught(),
    );
    // There is nothing to remove when nothing was run.
    let _ = std::fs::remove_file(path);
    assert!(found.is_empty(), "these files make {name} panic: {found:#?}");
}
