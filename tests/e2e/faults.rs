//! Faults of the surroundings: a full disk, media that go away, a clock that jumps, a catalogue that another program holds,
//! a system that ends the server.

#![expect(clippy::print_stderr, reason = "what a machine cannot show is said")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use sqlx::Connection as _;

use crate::support::{Place, Server, child_of, in_namespace, librivox, signal, wav};

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann>The local museum opened.\n";

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

fn is_torture() -> bool {
    std::env::var_os("ALOUD_TORTURE").is_some()
}

#[test]
fn a_full_disk_at_any_stage_is_said_harms_nothing_and_room_lets_it_go_on() {
    let place = Place::new();
    for number in 0..4 {
        place.talk(number, TALK);
    }
    if is_torture() {
        // Recognition writes sound and words of its own.
        fs::copy(librivox().join("sense_and_sensibility_01_austen_64kb-0880.wav"), place.media().join("speech.wav"))
            .expect("copying");
    }
    let library = place.library().display().to_string();
    fs::create_dir_all(&library).expect("a folder");
    // How much room there is, in kilobytes: from none to enough, so that it runs out at every stage.
    let rooms: Vec<u32> = if is_torture() { (0..1600).step_by(40).collect() } else { vec![0, 90, 220, 420, 640, 900] };
    let rooms = rooms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let script = format!(
        "mount -t tmpfs -o size=2g none '{library}' || exit 9
         leave() {{ mount -o remount,size=$(($(du -sk '{library}' | cut -f1) + $1 + 8))k '{library}'; }}
         enough() {{ mount -o remount,size=2g '{library}'; }}
         found() {{ echo \"found $(\"$0\" search --format csv museum | wc -l)\"; }}
         try() {{ \"$@\" >/dev/null 2>said; echo \"code $?\"; sed 's/^/said /' said; }}
         for room in {rooms}; do
             echo \"stage index with $room kB\"
             rm -rf '{library}'/*; leave $room; try \"$0\" index media; enough
             echo then; try \"$0\" index media; found; \"$0\" doctor --format json; echo \"code $?\"
         done
         \"$0\" backup media/good >/dev/null
         for room in 0 40 200; do
             echo \"stage reindex with $room kB\"
             leave $room; try \"$0\" reindex; enough
             echo then; try \"$0\" reindex; found; \"$0\" doctor --format json; echo \"code $?\"
             echo \"stage backup with $room kB\"
             leave $room; try \"$0\" backup '{library}'/backup; rm -f '{library}'/backup; enough
             echo then; try \"$0\" backup '{library}'/backup; found; \"$0\" doctor --format json; echo \"code $?\"
             rm '{library}'/backup*
         done
         for room in 0 100 300; do
             echo \"stage restore with $room kB\"
             rm -rf '{library}'/*; leave $room; try \"$0\" restore media/good; enough
             [ -e '{library}'/aloud.sqlite ] && next=reindex || next='restore media/good'
             echo then; try \"$0\" $next; found; \"$0\" doctor --format json; echo \"code $?\"
         done"
    );
    let Some((out, err)) = in_namespace(&place, &script) else {
        return eprintln!("not tested: a small disk can be mounted by root only");
    };
    assert!(err.is_empty(), "{err}");
    let (mut full, mut stages) = (0, 0);
    for stage in out.split("stage ").skip(1) {
        stages += 1;
        let (first, then) = stage.split_once("then\n").unwrap_or_else(|| panic!("{out}"));
        let (said, code) = (first.to_lowercase(), first.lines().find_map(|line| line.strip_prefix("code ")));
        assert!(!stage.contains("panicked"), "{stage}");
        if code != Some("0") {
            full += 1;
            assert!(matches!(code, Some("3" | "4")), "{stage}");
            assert!(said.contains("no space left") || said.contains("disk is full"), "{stage}");
            assert!(said.contains("make room"), "{stage}");
        }
        let codes: Vec<&str> = then.lines().filter_map(|line| line.strip_prefix("code ")).collect();
        assert_eq!(codes, ["0", "0"], "it goes on, and the doctor finds nothing: {stage}");
        assert!(then.lines().any(|line| line == "found 5"), "a head and four hits: {stage}");
    }
    assert!(full > 6 && full < stages, "{full} of {stages} found the disk full:\n{out}");
    eprintln!("the disk was full in {full} of {stages} stages");
}

/// Returns whether a process has a file open.
fn has_open(pid: u32, path: &Path) -> bool {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file == path)
}

#[test]
fn media_that_go_away_or_shrink_while_they_are_read_cost_nothing_else() {
    for shrinks in [false, true] {
        let place = Place::new();
        place.talk(0, TALK);
        // Ten minutes of silence, most of it a hole in the file.
        let path = place.media().join("long.wav");
        let mut head = wav(1, 7);
        let bytes = 10 * 60 * 16_000_u32;
        head[4..8].copy_from_slice(&(bytes + 36).to_le_bytes());
        head[40..44].copy_from_slice(&bytes.to_le_bytes());
        head[48..].fill(0);
        let whole = || {
            fs::write(&path, &head).expect("writing");
            File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_len(u64::from(bytes) + 44))
                .expect("a hole");
        };
        whole();
        let mut child =
            place.aloud().args(["index", "media"]).stderr(Stdio::piped()).spawn().expect("the program starts");
        let began = Instant::now();
        let worker = loop {
            assert!(began.elapsed() < PATIENCE && child.try_wait().expect("its state").is_none(), "it was never read");
            if let Some(worker) = child_of(child.id()).filter(|&worker| has_open(worker, &path)) {
                break worker;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        signal("STOP", worker);
        if shrinks {
            File::options().write(true).open(&path).and_then(|file| file.set_len(20_000)).expect("shrinking");
        } else {
            fs::remove_file(&path).expect("removing");
        }
        signal("CONT", worker);
        let ended = child.wait_with_output().expect("its end");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(matches!(ended.status.code(), Some(0 | 3)) && !said.contains("panicked"), "{ended:?}");
        assert_eq!(place.run(["search", "museum"]).code, Some(0), "the other is there");
        if !shrinks {
            let doctor = place.run(["doctor"]);
            assert!(doctor.code == Some(3) && doctor.out.contains("the media are gone"), "{doctor:?}");
        }
        // It comes back as it was.
        whole();
        let again = place.run(["index", "media", "--transcribe", "--format", "json"]);
        assert_eq!(again.code, Some(0), "{again:?}");
        let states = place.run(["status"]).out;
        assert!(states.contains("of 2 recordings can be searched, 0 waiting, 0 failed") || shrinks, "{states}");
        assert_eq!(place.run(["doctor"]).code, Some(0), "{states}");
    }
}

/// The clock of the machine, which jumps back a day after it was looked at thirty times.
const JUMPING_CLOCK: &str = "
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static long looks;
static long shift(void) { return __sync_add_and_fetch(&looks, 1) > 30 ? -86400 : 0; }
int clock_gettime(clockid_t id, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, \"clock_gettime\");
    int done = real(id, now);
    if (done == 0 && id == CLOCK_REALTIME) now->tv_sec += shift();
    return done;
}
int gettimeofday(struct timeval *now, void *zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, \"gettimeofday\");
    int done = real(now, zone);
    if (done == 0) now->tv_sec += shift();
    return done;
}
time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
";

#[test]
fn a_clock_that_jumps_back_a_day_changes_nothing() {
    let place = Place::new();
    let source = place.media().join("clock.c");
    fs::write(&source, JUMPING_CLOCK).expect("writing");
    let clock = source.with_extension("so");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&clock).arg(&source).arg("-ldl").status();
    assert!(built.expect("a C compiler, which building needs too").success());
    let jumping = |arguments: &[&str]| {
        let output = place.aloud().env("LD_PRELOAD", &clock).args(arguments).output().expect("the program runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for number in 0..3 {
        let media = place.talk(number, TALK);
        // What was written by another machine may be of tomorrow.
        let tomorrow = SystemTime::now() + Duration::from_hours(24);
        File::options().write(true).open(media).and_then(|file| file.set_modified(tomorrow)).expect("a time");
    }
    jumping(&["index", "media"]);
    let found = place.run(["search", "--format", "csv", "museum"]);
    assert_eq!(found.out.lines().count(), 4, "{found:?}");
    assert_eq!(jumping(&["search", "--format", "csv", "museum"]), found.out);
    let again = place.run(["index", "media"]);
    assert!(again.err.contains("3 media files, 0 new, 0 to do"), "{again:?}");

    let server = Server::start_with(&place, &[], |command| command.env("LD_PRELOAD", &clock));
    place.talk(3, TALK);
    jumping(&["index", "media"]);
    jumping(&["reindex"]);
    assert_eq!(server.json("/api/v1/search?q=museum")["total_hits"], 4);
    assert!(server.terminate().success());
    jumping(&["backup", "media/backup"]);
    assert_eq!(place.run(["doctor"]).code, Some(0));
}

#[test]
fn a_catalogue_that_another_program_holds_is_said_and_readers_go_on() {
    let place = Place::new();
    place.talk(0, TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let path = place.library().join("aloud.sqlite");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut other = runtime.block_on(sqlx::SqliteConnection::connect_with(&options)).expect("the catalogue");
    runtime.block_on(sqlx::query("BEGIN EXCLUSIVE").execute(&mut other)).expect("a lock");
    assert_eq!(place.run(["search", "museum"]).code, Some(0));
    assert!(place.run(["status"]).out.starts_with("1 of 1"));
    let refused = place.run(["index", "media"]);
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.err.contains("locked by another program (waited 10 s)"), "{refused:?}");
    runtime.block_on(sqlx::query("ROLLBACK").execute(&mut other)).expect("its end");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
}

#[test]
fn a_server_that_is_asked_to_end_leaves_nothing_running() {
    let place = Place::new();
    for wav in fs::read_dir(librivox()).expect("the recordings").flatten().take(3) {
        if wav.path().extension().is_some_and(|it| it == "wav") {
            fs::copy(wav.path(), place.media().join(wav.file_name())).expect("copying");
        }
    }
    let server = Server::start(&place, &[]);
    let pid = server.pid();
    // A page that is open stays connected, and a command follows the work.
    let open = server.listen();
    let mut command = place.aloud().args(["index", "media"]).stderr(Stdio::null()).spawn().expect("it starts");
    let began = Instant::now();
    let busy = |jobs: &serde_json::Value| {
        jobs["jobs"].as_array().is_some_and(|jobs| jobs.iter().any(|job| job["state"] == "running"))
    };
    while !busy(&server.json("/api/v1/jobs")) {
        assert!(began.elapsed() < PATIENCE, "nothing was ever begun");
        std::thread::sleep(Duration::from_millis(20));
    }
    let worker = child_of(pid).expect("a worker");
    let asked = Instant::now();
    assert!(server.terminate().success());
    eprintln!("the server ended after {:.1} s", asked.elapsed().as_secs_f64());
    let began = Instant::now();
    while Path::new(&format!("/proc/{worker}/stat")).exists() {
        assert!(began.elapsed() < PATIENCE, "the worker outlives its server");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(open);
    // It lost its server, which it says.
    assert_ne!(command.wait().expect("its end").code(), Some(0));
    let path = place.library().join("aloud.sqlite");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let running: (i64,) = runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut catalogue = sqlx::SqliteConnection::connect_with(&options).await.expect("the catalogue");
        sqlx::query_as("SELECT count(*) FROM jobs WHERE state = 'running'")
            .fetch_one(&mut catalogue)
            .await
            .expect("a row")
    });
    assert_eq!(running.0, 0, "what was in flight is released");
}
