//! The server: what it answers, whom it lets in, and how it shares the library with commands.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::{Place, Server};

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
        ("/api/v1/nothing".into(), 404, "not_found"),
        ("/api/v1/search?q=x&offset=99999999".into(), 400, "bad_request"),
        ("/api/v1/search?q=x&limit=many".into(), 400, "bad_request"),
        ("/api/v1/search?q=x&sort=magic".into(), 400, "bad_request"),
    ] {
        let got = server.get(&path, &[]);
        let body: serde_json::Value = serde_json::from_slice(&got.body).expect("JSON");
        assert_eq!((got.status, body["error"]["code"].as_str()), (status, Some(code)), "{path}");
        assert!(body["error"]["message"].is_string() && body["error"]["hint"].is_string());
    }
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

    // Only with the token of the lock file, which the page does not have.
    let body = serde_json::json!({"paths": ["/etc"], "transcribe": false, "track": "default", "channels": "auto", "order": "name"});
    assert_eq!(server.post("/api/v1/intake", &body).status, 403);

    assert!(server.terminate().success());
    assert_eq!(place.run(["index", "media"]).code, Some(0), "the lock went with the server");
}

#[test]
fn changes_are_told_as_they_happen() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let address = server.address.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
    write!(stream, "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a request");
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
