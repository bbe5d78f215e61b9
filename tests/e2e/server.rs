//! The server: what it answers, whom it lets in, and how it shares the library with commands.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use crate::support::{Got, Place, Server, child_of, ffmpeg};

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann>The local museum opened its archive.\n\n\
                    00:06.000 --> 00:09.500\n<v Bo>And the volunteers came.\n";

fn indexed() -> Place {
    let place = Place::new();
    place.interview("talk.mp4", TALK);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    place
}

#[test]
fn the_interface_answers_from_search_to_media() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let found = server.json("/api/v1/search?q=local%20museum");
    let hit = &found["groups"][0]["hits"][0];
    let id = found["groups"][0]["recording"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(found["coverage"]["searchable"], 1);

    let words = server.json(&format!("/api/v1/recordings/{id}/transcript"));
    let first = hit["matches"][0]["first_word"].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a word");
    assert_eq!(words["words"]["text"][first], "local ");
    assert_eq!(words["words"]["start_ms"][first], hit["start_ms"], "the link is the start of the first matched word");

    let captions = server.get(&format!("/api/v1/recordings/{id}/captions.vtt"), &[]);
    assert_eq!(captions.headers["content-type"], "text/vtt; charset=utf-8");
    assert!(captions.body.starts_with(b"WEBVTT"));

    let file = std::fs::read(place.media().join("talk.mp4")).expect("the media");
    let part = server.get(&format!("/media/{id}"), &[("range", "bytes=100-199")]);
    assert_eq!((part.status, part.headers["content-range"].as_str()), (206, &*format!("bytes 100-199/{}", file.len())));
    assert_eq!(part.body, file[100..200]);
    assert_eq!(part.headers["content-type"], "video/mp4");
    let whole = server.get(&format!("/media/{id}"), &[("accept-encoding", "gzip")]);
    assert_eq!((whole.status, whole.body.len()), (200, file.len()), "media are not compressed");
    assert_eq!(server.get(&format!("/media/{id}"), &[("range", "bytes=999999999-")]).status, 416);

    let page = server.get(&format!("/r/{id}?t=1.5"), &[]);
    assert!(page.headers["content-security-policy"].contains("default-src 'self'"));
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(server.get("/healthz", &[]).body, b"ok");

    let table = server.get("/api/v1/search?q=local%20museum&format=csv&limit=0", &[]);
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(table.headers["content-disposition"], "attachment; filename=\"aloud.csv\"");
    let table = String::from_utf8(table.body).expect("UTF-8");
    let lines: Vec<_> = table.split_terminator("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}recording,title,start_ms"), "{table}");
    assert!(lines[1].starts_with(&format!("{id},talk,")) && lines[1].contains(",Ann,"), "{table}");
    assert!(lines[1].contains(&format!("{}/r/{id}?t=", server.address)), "{table}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn the_page_is_kept_by_browsers_until_there_is_another() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let page = server.get("/", &[]);
    assert_eq!(page.headers["cache-control"], "no-cache");
    let tag = page.headers["etag"].as_str();
    assert_eq!(server.get("/", &[("if-none-match", tag)]).status, 304);
    let html = String::from_utf8(page.body.clone()).expect("UTF-8");
    let named: Vec<_> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(named.len() > 40 && named.iter().any(|path| path.ends_with("/js/router.js")), "{html}");
    assert!(!named.iter().any(|path| path.contains("/languages/")), "each reader needs one of them");
    let version = named[0].split('/').nth(2).expect("a version");
    for path in &named {
        let asset = server.get(path, &[]);
        assert_eq!((asset.status, path.split('/').nth(2)), (200, Some(version)), "{path}");
        assert_eq!(asset.headers["cache-control"], "public, max-age=31536000, immutable", "{path}");
    }
    // A page that is open while the program changes still gets what it asks for.
    let old = server.get("/assets/000000000000/js/app.js", &[]);
    assert_eq!((old.status, old.headers["cache-control"].as_str()), (200, "no-cache"));
    assert_eq!(server.get(&format!("/assets/{version}/js/nothing.js"), &[]).status, 404);
    assert_eq!(server.get("/assets/../Cargo.toml", &[]).status, 404);

    let lost = server.get("/libary", &[("accept", "text/html,*/*")]);
    assert_eq!((lost.status, lost.body == page.body), (404, true), "a person is told by the page");
    assert_eq!(server.get("/api/v1/libary", &[("accept", "text/html")]).headers["content-type"], "application/json");
}

#[test]
fn a_film_that_browsers_cannot_play_gets_a_copy_that_goes_with_it() {
    let place = Place::new();
    let film = place.media().join("old.avi");
    let sources =
        ["-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=3", "-f", "lavfi", "-i", "sine=frequency=440:duration=3"];
    ffmpeg(sources.iter().chain(&["-c:v", "mpeg4", "-c:a", "mp2"]).map(OsStr::new).chain([film.as_os_str()]));
    std::fs::write(film.with_extension("vtt"), TALK).expect("a sidecar");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let server = Server::start(&place, &[]);
    let id = server.json("/api/v1/recordings")["recordings"][0]["id"].as_str().expect("an id").to_owned();
    let address = format!("/api/v1/recordings/{id}/access");
    let look = || server.json(&address);

    let before = look();
    assert_eq!((&before["state"], &before["possible"]), (&json!("none"), &json!(true)), "{before}");
    assert_eq!(before["codecs"], json!(["MPEG-4 video", "MP2"]));
    assert!(before["command"].as_str().expect("a command").starts_with("ffmpeg -i '/"), "{before}");
    assert_eq!(server.get(&format!("/media/{id}/access"), &[]).status, 404);

    assert_eq!(server.send("POST", &address), 202);
    while matches!(look()["state"].as_str(), Some("waiting" | "running")) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(look()["state"], "ready", "{}", look());
    let copy = server.get(&format!("/media/{id}/access"), &[("range", "bytes=4-7")]);
    assert_eq!((copy.status, copy.body.as_slice()), (206, &b"ftyp"[..]));
    assert_eq!(copy.headers["content-type"], "video/mp4");
    let kept = place.library().join("access").join(format!("{id}.mp4"));
    assert!(kept.is_file());
    assert_eq!(server.send("DELETE", &address), 200);
    assert!(!kept.exists() && film.is_file());

    assert_eq!(server.send("POST", &address), 202);
    assert_eq!(server.send("DELETE", &format!("/api/v1/recordings/{id}")), 200);
    std::thread::sleep(Duration::from_secs(1));
    let left: Vec<_> = std::fs::read_dir(place.library().join("access")).expect("a folder").flatten().collect();
    assert!(left.is_empty(), "what is removed is not made after all: {left:?}");
}

#[track_caller]
fn refused(got: &Got, status: u16, code: &str, what: &str) {
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap_or_else(|error| panic!("{error}: {got:?}"));
    assert_eq!((got.status, body["error"]["code"].as_str()), (status, Some(code)), "{what}: {body}");
    assert!(body["error"]["message"].is_string() && body["error"]["hint"].is_string(), "{what}: {body}");
}

#[test]
fn what_cannot_be_answered_is_said_in_the_same_form() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let missing = "0".repeat(32);
    for (path, status, code) in [
        (format!("/api/v1/recordings/{missing}"), 404, "not_found"),
        ("/api/v1/recordings/nonsense/transcript".into(), 404, "not_found"),
        (format!("/media/{missing}"), 404, "not_found"),
        ("/api/v1/recordings/%ff".into(), 404, "not_found"),
        ("/api/v1/nothing".into(), 404, "not_found"),
        ("/api/v1/search?q=x&offset=99999999".into(), 400, "bad_request"),
        ("/api/v1/search?q=x&limit=many".into(), 400, "bad_request"),
        ("/api/v1/search?q=x&sort=magic".into(), 400, "bad_request"),
    ] {
        refused(&server.get(&path, &[]), status, code, &path);
    }
    let id = server.json("/api/v1/recordings")["recordings"][0]["id"].as_str().expect("an id").to_owned();
    let transcribe = format!("/api/v1/recordings/{id}/transcribe");
    let long = json!({ "glossary": "x".repeat(1 << 20) });
    for (path, body, status, code) in [
        // What would stall or fail later is refused before anything is queued.
        (transcribe.as_str(), json!({"languages": ["en", "xx"]}), 400, "bad_request"),
        (&transcribe, json!({"model": "../../etc/passwd"}), 400, "bad_request"),
        (&transcribe, json!({"model": 7}), 400, "bad_request"),
        (&transcribe, json!({"modell": "base"}), 400, "bad_request"),
        (&transcribe, json!({"glossary": "A\0nn"}), 400, "bad_request"),
        (&transcribe, long, 413, "too_long"),
        ("/api/v1/intake", json!("paths"), 400, "bad_request"),
        ("/api/v1/folders", json!({}), 400, "bad_request"),
        ("/api/v1/recordings", json!({}), 405, "wrong_method"),
    ] {
        let got = server.post(path, &body);
        refused(&got, status, code, path);
        assert_eq!(got.headers.contains_key("allow"), status == 405, "{got:?}");
    }
    assert_eq!(server.json("/api/v1/work")["recordings_left"], 0);
    for query in ["", "%22", "-", "-museum", "%00%01", "((((", "OR%20OR", "%E2%80%AE", &"a%20".repeat(2000)] {
        let got = server.get(&format!("/api/v1/search?q={query}"), &[]);
        assert_eq!(got.status, 200, "{query}");
    }
}

#[test]
fn strangers_stay_outside() {
    let place = indexed();
    let refused = place.run(["serve", "--host", "0.0.0.0", "--port", "0"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("--password-file") && refused.err.contains("--open-to-everyone"), "{refused:?}");

    let file = place.media().join("password");
    std::fs::write(&file, "correct horse\n").expect("writing");
    let server = Server::start(&place, &["--host", "0.0.0.0", "--password-file", &file.display().to_string()]);
    assert_eq!(server.get("/api/v1/recordings", &[]).status, 401);
    assert_eq!(server.get("/", &[("authorization", "Bearer wrong")]).status, 401);
    assert_eq!(server.get("/", &[("authorization", "Bearer correct horse")]).status, 200);
    // "x:correct horse" in base64.
    assert_eq!(server.get("/", &[("authorization", "Basic eDpjb3JyZWN0IGhvcnNl")]).status, 200);
    let rebound = [("host", "evil.example.com"), ("authorization", "Bearer correct horse")];
    assert_eq!(server.get("/", &rebound).status, 403);
}

#[test]
fn commands_share_the_library_with_the_server() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let second = place.run(["serve", "--port", "0"]);
    assert_eq!(second.code, Some(6));
    assert!(second.err.contains(&server.pid().to_string()), "{second:?}");

    place.interview("new.webm", "WEBVTT\n\n00:01.000 --> 00:03.000\nEntirely new harbour.\n");
    let handed = place.run(["index", "media"]);
    assert_eq!(handed.code, Some(0), "{handed:?}");
    assert_eq!(server.json("/api/v1/search?q=harbour")["total_hits"], 1);
    assert_eq!(place.run(["search", "harbour"]).code, Some(0), "another process sees it too");
    assert_eq!(place.run(["reindex"]).code, Some(0));

    let names: Vec<_> = ["index".to_owned()].into_iter().chain((0..9000).map(|n| format!("{n:0>100}.wav"))).collect();
    let many = place.run(&names);
    assert!(many.code == Some(3) && many.err.contains("0 media files"), "{:?}", &many.err[..300]);

    // Only with the token of the lock file, which the page does not have.
    let body = serde_json::json!({"paths": ["/etc"], "transcribe": false, "how": {}, "order": "name"});
    assert_eq!(server.post("/api/v1/intake", &body).status, 403);

    assert!(server.terminate().success());
    assert_eq!(place.run(["index", "media"]).code, Some(0), "the lock went with the server");
}

#[test]
fn a_model_that_is_missing_is_said_and_holds_up_only_what_needs_it() {
    let place = Place::new();
    let bare = place.talk(0, TALK);
    std::fs::remove_file(bare.with_extension("vtt")).expect("removing");
    assert_eq!(place.run(["index", "media", "--model", "other"]).code, Some(5));
    // The job that asks for it fails for itself when another model is configured.
    place.talk(1, TALK);
    let indexed = place.run(["index", "media/talk1.wav", "--model", "nosuch"]);
    assert_eq!(indexed.code, Some(0), "{indexed:?}");
    assert!(place.run(["status"]).out.contains("other.ggml"), "{:?}", place.run(["status"]));

    // The configured one keeps a server from going on: commands say so and end.
    let server = Server::start(&place, &["--model", "nosuch"]);
    let refused = place.run(["transcribe", "media/talk0.wav", "--model", "third"]);
    assert!(refused.code == Some(2) && refused.err.contains("there is no \"third\""), "{refused:?}");
    let refused = place.run(["index", "media", "--model", "third"]);
    assert!(refused.code == Some(2) && refused.err.contains("there is no \"third\""), "{refused:?}");
    let stalled = place.run(["transcribe", "media/talk0.wav"]);
    assert!(stalled.code == Some(3) && stalled.err.contains("nosuch.ggml"), "{stalled:?}");
    assert!(server.json("/api/v1/work")["trouble"].is_string());
    let status = place.run(["status"]);
    assert!(status.out.contains("nothing goes on: ") && status.out.contains("nosuch.ggml"), "{status:?}");
}

/// Returns how far back in the queue for the processor a process is, -20 to 19.
fn niceness(pid: u32) -> i32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    // Behind the name, which may hold anything, the third field of proc_pid_stat(5) follows.
    let mut fields = stat.rsplit_once(") ").expect("a name").1.split(' ');
    fields.nth(16).and_then(|field| field.parse().ok()).expect("a number")
}

#[test]
fn a_worker_of_the_server_lets_others_go_first_and_has_a_thread_for_each_core() {
    let place = Place::new();
    place.talk(1, TALK);
    let server = Server::start(&place, &[]);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    // It waits a while for more to do.
    let worker = child_of(server.pid()).expect("a worker");
    assert_eq!(niceness(worker), (niceness(server.pid()) + 10).min(19));
    let siblings = |cpu: usize| {
        std::fs::read_to_string(format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")).ok()
    };
    let cores: HashSet<_> = (0..1024).filter_map(siblings).collect();
    let most = std::thread::available_parallelism().map_or(1, usize::from).min(cores.len());
    let started = std::fs::read_to_string(format!("/proc/{worker}/cmdline")).expect("a command");
    assert!(started.contains(&format!("--threads\0{most}\0")), "{started:?} on {} cores", cores.len());
}

#[test]
fn changes_are_told_as_they_happen() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let stream = server.listen();
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
    place.interview("new.webm", "WEBVTT\n\n00:01.000 --> 00:03.000\nEntirely new harbour.\n");
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let found = BufReader::new(stream).lines().map_while(Result::ok).find_map(|line| {
        let change: serde_json::Value = serde_json::from_str(line.strip_prefix("data: ")?).expect("JSON");
        (change["recording"]["state"] == "searchable").then_some(change)
    });
    assert_eq!(found.expect("a message")["recording"]["title"], "new");
}

#[test]
fn a_port_in_use_is_said_with_the_next_step() {
    let place = indexed();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let refused = place.run(["serve", "--port", &port]);
    assert_eq!(refused.code, Some(4));
    assert!(refused.err.contains(&port) && refused.err.contains("--port"), "{refused:?}");
}

#[test]
fn what_the_server_does_can_be_followed_by_metrics_and_a_log() {
    let place = indexed();
    let file = place.media().join("password");
    std::fs::write(&file, "correct horse\n").expect("writing");
    let log = place.media().join("log");
    let (server, log) = {
        let errors = std::fs::File::create(&log).expect("a log");
        let password = file.display().to_string();
        let flags = ["--password-file", password.as_str(), "--log-format", "json"];
        (Server::start_with(&place, &flags, |command| command.stderr(errors)), move || {
            std::fs::read_to_string(&log).expect("the log")
        })
    };
    let password = ("authorization", "Bearer correct horse");
    assert_eq!(server.get("/metrics", &[]).status, 401, "the password guards it as it guards everything");
    assert_eq!(server.get("/api/v1/search?q=museum", &[password]).status, 200);
    let metrics = server.get("/metrics", &[password]);
    assert_eq!(metrics.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let metrics = String::from_utf8(metrics.body).expect("UTF-8");
    for line in [
        concat!("aloud_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        "aloud_recordings{state=\"searchable\"} 1",
        "aloud_recordings{state=\"failed\"} 0",
        "aloud_search_seconds_count 1",
        "aloud_http_responses_total{class=\"4xx\"} 1",
        "aloud_jobs_failed_total{kind=\"plan\"} 0",
        "aloud_jobs{kind=\"segment\",state=\"ready\"} 0",
        "aloud_work_stalled 0",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}: {metrics}");
    }
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a value");
        let name = name.split('{').next().expect("a name");
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
        assert!(value.parse::<f64>().is_ok() && metrics.contains(&format!("# TYPE {name} ")), "{line}");
    }

    // An error is logged once, with the id that its answer carries; what was searched for is not.
    std::fs::remove_dir_all(place.library().join("transcripts")).expect("removing");
    let found: serde_json::Value =
        serde_json::from_slice(&server.get("/api/v1/search?q=archive", &[password]).body).expect("JSON");
    let id = found["groups"][0]["recording"]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/recordings/{id}/transcript");
    let failed = server.get(&path, &[password, ("x-request-id", "from-a-proxy.7")]);
    assert_eq!((failed.status, failed.headers["x-request-id"].as_str()), (500, "from-a-proxy.7"));
    let own = server.get(&path, &[password]).headers["x-request-id"].clone();
    let log = log();
    for id in ["from-a-proxy.7", own.as_str()] {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
        assert_eq!(lines.len(), 1, "{id}: {log}");
        let line: serde_json::Value = serde_json::from_str(lines[0]).expect("JSON");
        assert_eq!((&line["level"], &line["span"]["path"]), (&"ERROR".into(), &path.as_str().into()), "{line}");
    }
    assert!(!log.contains("archive"), "{log}");
}
