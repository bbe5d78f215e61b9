//! `docs/openapi.json` says what the server does: its addresses are those of `src/http.rs`, its schemas fit answers.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Got, Place, Server};

const DOCUMENT: &str = include_str!("../../docs/openapi.json");

/// Where the addresses are put together.
const ROUTES: &str = include_str!("../../src/http.rs");

/// The addresses of people: the page and what it is made of.
const PAGES: [&str; 4] = ["/", "/library", "/r/{id}", "/assets/{version}/{*path}"];

const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];

/// What the checker knows of the language of schemas; the last four are for readers.
const KEYWORDS: [&str; 14] = [
    "$ref",
    "allOf",
    "oneOf",
    "type",
    "enum",
    "minimum",
    "maximum",
    "required",
    "properties",
    "items",
    "description",
    "discriminator",
    "format",
    "pattern",
];

/// The schemas that no answer here is of: bodies of requests, answers to who has the token, and what only recognition
/// gives.
const UNMET: [&str; 12] = [
    "EditRequest",
    "FolderRequest",
    "Gap",
    "IntakeAnswer",
    "IntakeEvent",
    "IntakeRequest",
    "Path",
    "Progress",
    "Row",
    "SpeakersRequest",
    "TranscribeRequest",
    "Values",
];

/// How long a change may take to be told.
const PATIENCE: Duration = Duration::from_secs(60);

const TALK: &str = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:05.000\n<v Ann>The local museum opened its archive.\n\n\
                    00:06.000 --> 00:09.500\nAnd the volunteers came.\n";

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("JSON")
}

/// Returns the addresses and methods that a router's code names, without those of people.
fn routes(code: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for call in code.split(".route(").skip(1) {
        let mut open = 1;
        let end = call.find(|sign: char| {
            open += match sign {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            open == 0
        });
        let call = call[..end.expect("the end of the call")].trim_start().trim_start_matches('"');
        let (path, handlers) = call.split_once('"').expect("a path in quotes");
        for (at, _) in handlers.match_indices('(') {
            let method = handlers[..at].rsplit(|sign: char| !sign.is_ascii_alphanumeric()).next().unwrap_or_default();
            assert!(METHODS.contains(&method), "{path}: this test does not know {method}");
            if !PAGES.contains(&path) {
                found.insert((path.to_owned(), method.to_owned()));
            }
        }
    }
    found
}

/// Returns the addresses and methods that the document describes.
fn described(document: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        found.extend(methods.map(|method| (path.clone(), (*method).to_owned())));
    }
    found
}

/// Compares answers with the document.
struct Checker<'a> {
    document: &'a Value,
    /// The named schemas that something fitted.
    met: BTreeSet<&'a str>,
}

impl<'a> Checker<'a> {
    fn new(document: &'a Value) -> Self {
        Self { document, met: BTreeSet::new() }
    }

    /// Returns the part of the document that a reference names.
    fn named(&mut self, reference: &'a str) -> &'a Value {
        if let Some(schema) = reference.strip_prefix("#/components/schemas/") {
            self.met.insert(schema);
        }
        let document = self.document;
        let place = reference.strip_prefix('#').expect("a place in the document");
        document.pointer(place).unwrap_or_else(|| panic!("{reference} is not in the document"))
    }

    /// Returns all that must hold of a value at once: a schema, what it names, and what it is put together of.
    fn parts(&mut self, schema: &'a Value) -> Vec<&'a Value> {
        let mut parts = vec![schema];
        if let Some(reference) = schema["$ref"].as_str() {
            let named = self.named(reference);
            parts.extend(self.parts(named));
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            parts.extend(self.parts(part));
        }
        parts
    }

    /// Says where a value differs from a schema.
    fn differences(&mut self, value: &Value, schema: &'a Value, place: &str) -> Vec<String> {
        let parts = self.parts(schema);
        let mut found: Vec<String> = parts.iter().flat_map(|part| contradictions(value, part, place)).collect();
        let choices: Vec<&'a Value> = parts.iter().filter_map(|part| part["oneOf"].as_array()).flatten().collect();
        if !choices.is_empty() {
            found.extend(self.choice(value, &choices, place));
            return found;
        }
        for (name, field) in value.as_object().into_iter().flatten() {
            let schemas: Vec<&'a Value> = parts.iter().filter_map(|part| part["properties"].get(name)).collect();
            found.extend(self.inside(field, &schemas, &format!("{place}.{name}")));
        }
        for (n, item) in value.as_array().into_iter().flatten().enumerate() {
            let schemas: Vec<&'a Value> = parts.iter().filter_map(|part| part.get("items")).collect();
            found.extend(self.inside(item, &schemas, &format!("{place}[{n}]")));
        }
        found
    }

    /// Says where a field or item differs from all that is said of it.
    fn inside(&mut self, value: &Value, schemas: &[&'a Value], place: &str) -> Vec<String> {
        if schemas.is_empty() {
            return vec![format!("{place} is not in the schema")];
        }
        schemas.iter().flat_map(|&schema| self.differences(value, schema, place)).collect()
    }

    /// Says what keeps a value from being one of several things: how it differs from the one that is most like it.
    fn choice(&mut self, value: &Value, choices: &[&'a Value], place: &str) -> Vec<String> {
        let mut tried: Vec<Vec<String>> = Vec::new();
        for &choice in choices {
            let met = self.met.clone();
            let found = self.differences(value, choice, place);
            if !found.is_empty() {
                self.met = met;
            }
            tried.push(found);
        }
        match tried.iter().filter(|found| found.is_empty()).count() {
            0 => tried.into_iter().min_by_key(Vec::len).unwrap_or_default(),
            1 => Vec::new(),
            several => vec![format!("{place} is {several} things at once")],
        }
    }

    /// Says where an answer differs from what the document says of it: its status, its type and its body.
    fn answer(&mut self, method: &str, path: &str, got: &Got) -> Vec<String> {
        let place = format!("{method} {path} ({})", got.status);
        let document = self.document;
        let responses = &document["paths"][path][method]["responses"];
        let Some(mut response) = responses.get(got.status.to_string()).or_else(|| responses.get("default")) else {
            return vec![format!("{place} is not in the document")];
        };
        if let Some(reference) = response["$ref"].as_str() {
            response = self.named(reference);
        }
        let Some(content) = response.get("content") else {
            return if got.body.is_empty() { Vec::new() } else { vec![format!("{place} has a body")] };
        };
        let kind = got.headers.get("content-type").and_then(|kind| kind.split(';').next()).unwrap_or_default();
        let Some(media) = content.get(kind).or_else(|| content.get("*/*")) else {
            return vec![format!("{place} is of type {kind}")];
        };
        match media.get("schema") {
            Some(schema) if kind == "application/json" => {
                let body: Value = serde_json::from_slice(&got.body).expect("JSON");
                self.differences(&body, schema, &place)
            }
            _ => Vec::new(),
        }
    }
}

/// Says what of a schema a value contradicts itself, whatever is inside it.
fn contradictions(value: &Value, schema: &Value, place: &str) -> Vec<String> {
    for keyword in schema.as_object().expect("a schema is an object").keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{place}: this checker does not know {keyword}");
    }
    let mut found = Vec::new();
    let types: Vec<&Value> = match &schema["type"] {
        Value::Null => Vec::new(),
        Value::Array(types) => types.iter().collect(),
        one => vec![one],
    };
    if !types.is_empty() && !types.iter().any(|name| is_of_type(value, name)) {
        found.push(format!("{place} is of another type: {value}"));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        found.push(format!("{place} is none of those: {value}"));
    }
    let is_outside = |number: f64| {
        schema["minimum"].as_f64().is_some_and(|least| number < least)
            || schema["maximum"].as_f64().is_some_and(|most| number > most)
    };
    if value.as_f64().is_some_and(is_outside) {
        found.push(format!("{place} is out of range: {value}"));
    }
    if let Some(fields) = value.as_object() {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| !fields.contains_key(*name));
        found.extend(missing.map(|name| format!("{place} has no {name}")));
    }
    found
}

fn is_of_type(value: &Value, name: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        other => panic!("{other:?} is a type that this checker does not know"),
    }
}

#[test]
fn every_address_is_described_and_no_other() {
    let two = routes("Router::new().route(\"/a/{id}\", get(a::show)\n.delete(a::get)).route(\n\"/\", get(b))");
    let expected = ["delete", "get"].map(|method| ("/a/{id}".to_owned(), method.to_owned()));
    assert_eq!(two, BTreeSet::from(expected), "the test can read");

    let (there, described) = (routes(ROUTES), described(&document()));
    let missing: Vec<_> = there.difference(&described).collect();
    let invented: Vec<_> = described.difference(&there).collect();
    assert!(missing.is_empty(), "not in docs/openapi.json: {missing:?}");
    assert!(invented.is_empty(), "not in src/http.rs: {invented:?}");
}

#[test]
fn everything_that_is_referred_to_is_there() {
    let document = document();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            let place = reference.strip_prefix('#').expect("a place in the document");
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

#[test]
fn the_checker_can_fail() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let mut checker = Checker::new(&document);
    let job = json!({
        "recording": 7, "title": "Talk", "kind": "plan", "ordinal": -1, "state": "asleep", "attempts": 1.5,
        "reason": null, "hint": "", "next_try": null, "priority": 0
    });
    let skipped = json!({"path": "/talk.mp4", "reason": "cannot be read", "since": "today"});
    let jobs = json!({"jobs": [job], "paused": "no", "recordings_left": 1, "left_ms": null, "skipped": [skipped]});
    let mut found = checker.differences(&jobs, &schemas["Jobs"], "it");
    found.sort();
    let expected = [
        "it has no trouble",
        "it.jobs[0].attempts is of another type: 1.5",
        "it.jobs[0].ordinal is out of range: -1",
        "it.jobs[0].recording is of another type: 7",
        "it.jobs[0].state is none of those: \"asleep\"",
        "it.paused is of another type: \"no\"",
        "it.skipped[0].since is not in the schema",
    ];
    assert_eq!(found, expected);

    assert_eq!(checker.differences(&json!({"type": "removed"}), &schemas["Change"], "it"), ["it has no id"]);
    let html = HashMap::from([("content-type".to_owned(), "text/html".to_owned())]);
    let page = Got { status: 200, headers: html, body: Vec::new() };
    assert_eq!(checker.answer("get", "/healthz", &page), ["get /healthz (200) is of type text/html"]);
    assert_eq!(checker.answer("get", "/health", &page), ["get /health (200) is not in the document"]);
}

/// Makes a library in which a recording has captions, words of nobody and a conflict, another failed, and a file cannot
/// be read.
fn library() -> Place {
    let place = Place::new();
    let talk = place.talk(1, TALK);
    let beside = |ending: &str, text: &str| std::fs::write(talk.with_extension(ending), text).expect("writing");
    beside("sv.vtt", "WEBVTT\n\n00:01.000 --> 00:05.000\nMuseet visade sitt arkiv.\n");
    beside("meta.yaml", "title: Museum partnership\ndate: 2021-05-31\n");
    std::fs::write(place.media().join("broken.wav"), "no sound").expect("writing");
    std::os::unix::fs::symlink("nowhere", place.media().join("gone.mp4")).expect("a link");
    // 3 says that not all could be used.
    assert_eq!(place.run(["index", "media"]).code, Some(3));
    assert_eq!(place.run(["edit", "media/talk1.wav", "--title", "Mine"]).code, Some(0));
    beside("meta.yaml", "title: Theirs\n");
    assert_eq!(place.run(["index", "media"]).code, Some(3));
    place
}

/// Returns the ids of three recordings: one with words, one that failed, one that there is not.
fn ids(server: &Server) -> [String; 3] {
    let list = server.json("/api/v1/recordings");
    let id = |title: &str| {
        let mut recordings = list["recordings"].as_array().expect("a list").iter();
        let recording = recordings.find(|recording| recording["title"] == title).expect("a recording");
        recording["id"].as_str().expect("an id").to_owned()
    };
    [id("Mine"), id("broken"), "0".repeat(32)]
}

/// Says where what can be looked at differs from the document.
fn looked_at(checker: &mut Checker<'_>, server: &Server, [talk, broken, unknown]: [&str; 3]) -> Vec<String> {
    let asked = [
        ("/api/v1/search", "", "?q=%22museum%20opened&facets=true", 200),
        ("/api/v1/search", "", "?q=museum%20%22opened&facets=true", 200),
        ("/api/v1/search", "", "?q=volunteers&group=none", 200),
        ("/api/v1/search", "", "?q=speaker:ann", 200),
        ("/api/v1/search", "", "?q=musuem", 200),
        ("/api/v1/search", "", "?q=%22museum%20local%22", 200),
        ("/api/v1/search", "", "?q=mine", 200),
        ("/api/v1/search", "", "?q=museum&format=csv", 200),
        ("/api/v1/search", "", "?sort=magic", 400),
        ("/api/v1/recordings", "", "", 200),
        ("/api/v1/recordings/{id}", talk, "", 200),
        ("/api/v1/recordings/{id}", broken, "", 200),
        ("/api/v1/recordings/{id}", unknown, "", 404),
        ("/api/v1/recordings/{id}/transcript", talk, "", 200),
        ("/api/v1/recordings/{id}/transcript", broken, "", 404),
        ("/api/v1/recordings/{id}/captions.vtt", talk, "", 200),
        ("/api/v1/recordings/{id}/captions.vtt", talk, "?lang=sv", 200),
        ("/api/v1/recordings/{id}/captions.vtt", talk, "?lang=fi", 404),
        ("/api/v1/recordings/{id}/export", talk, "?format=vtt", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=srt", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=txt", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=json", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=csv", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=md", 200),
        ("/api/v1/recordings/{id}/export", talk, "?format=ttml", 200),
        ("/api/v1/recordings/{id}/export", talk, "", 400),
        ("/api/v1/recordings/{id}/access", talk, "", 200),
        ("/api/v1/jobs", "", "", 200),
        ("/api/v1/work", "", "", 200),
        ("/api/v1/coverage", "", "", 200),
        ("/media/{id}", talk, "", 200),
        ("/media/{id}", unknown, "", 404),
        ("/media/{id}/access", talk, "", 404),
        ("/metrics", "", "", 200),
        ("/healthz", "", "", 200),
        ("/openapi.json", "", "", 200),
    ];
    let mut found = Vec::new();
    for (path, id, query, status) in asked {
        let got = server.get(&format!("{}{query}", path.replace("{id}", id)), &[]);
        assert_eq!(got.status, status, "{path}{query}");
        found.extend(checker.answer("get", path, &got));
    }
    for (range, status) in [("bytes=0-3", 206), ("bytes=999999999-", 416)] {
        let part = server.get(&format!("/media/{talk}"), &[("range", range)]);
        assert_eq!(part.status, status, "{range}");
        found.extend(checker.answer("get", "/media/{id}", &part));
    }
    let mut left = described(checker.document);
    left.retain(|(path, method)| method == "get" && asked.iter().all(|(asked, ..)| *asked != path.as_str()));
    assert_eq!(left, BTreeSet::from([("/api/v1/events".to_owned(), "get".to_owned())]), "all others are asked");
    found
}

/// Says where the answers to what is done differ from the document.
fn done(checker: &mut Checker<'_>, server: &Server, [talk, broken, unknown]: [&str; 3]) -> Vec<String> {
    let segments = json!({"segments": [{"start": 1.0, "end": 2.0, "text": "Good day."}, {"text": "No time."}]});
    let folder = json!({"remove": {"path": "/talks"}});
    let intake = json!({"paths": [], "transcribe": false, "order": "name"});
    let mut found = Vec::new();
    for (path, id, query, body, status) in [
        ("/api/v1/jobs/resume", "", "", json!({}), 200),
        ("/api/v1/jobs/pause", "", "", json!({}), 200),
        ("/api/v1/recordings/{id}/transcribe", talk, "", json!({}), 202),
        ("/api/v1/recordings/{id}/transcribe", talk, "", json!({"languages": ["xx"]}), 400),
        ("/api/v1/recordings/{id}/transcribe", talk, "", json!({"colour": "red"}), 400),
        ("/api/v1/recordings/{id}/first", talk, "", json!({}), 202),
        ("/api/v1/recordings/{id}/first", broken, "", json!({}), 409),
        ("/api/v1/recordings/{id}/retry", talk, "", json!({}), 409),
        ("/api/v1/recordings/{id}/import", broken, "?file=talk.json", segments, 200),
        ("/api/v1/recordings/{id}/import", broken, "", json!({}), 400),
        ("/api/v1/recordings/{id}/access", unknown, "", json!({}), 404),
        ("/api/v1/edits", "", "", json!([]), 403),
        ("/api/v1/folders", "", "", folder, 403),
        ("/api/v1/intake", "", "", intake, 403),
        ("/api/v1/know", "", "", json!("/talk.mp4"), 403),
        ("/api/v1/reindex", "", "", json!({}), 403),
    ] {
        let got = server.post(&format!("{}{query}", path.replace("{id}", id)), &body);
        assert_eq!(got.status, status, "{path}{query}: {}", String::from_utf8_lossy(&got.body));
        found.extend(checker.answer("post", path, &got));
    }
    // Now a job is ready, too.
    found.extend(checker.answer("get", "/api/v1/jobs", &server.get("/api/v1/jobs", &[])));
    found
}

/// Says where what is told of changes differs from the document.
fn told(checker: &mut Checker<'_>, server: &Server, place: &Place, [talk, broken, _]: [&str; 3]) -> Vec<String> {
    let document = checker.document;
    let answers = &document["paths"]["/api/v1/events"]["get"]["responses"];
    let schema = &answers["200"]["content"]["text/event-stream"]["schema"];
    let stream = server.listen();
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    // Nothing is missed once the head of the answer is there.
    assert!(lines.any(|line| line.is_empty()), "an answer");
    assert_eq!(place.run(["edit", talk, "--place", "Lund"]).code, Some(0));
    assert_eq!(server.send("DELETE", &format!("/api/v1/recordings/{broken}")), 200);
    assert_eq!(place.run(["folder", "add", "media"]).code, Some(0));
    let began = Instant::now();
    let (mut found, mut types) = (Vec::new(), BTreeSet::new());
    // A quiet stream pings, so that lines never end.
    for line in lines.take_while(|_| began.elapsed() < PATIENCE) {
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let change: Value = serde_json::from_str(data).expect("JSON");
        found.extend(checker.differences(&change, schema, "a change"));
        types.insert(change["type"].to_string());
        if types.len() == 3 {
            return found;
        }
    }
    panic!("only these were told: {types:?}")
}

#[test]
fn answers_are_what_is_described() {
    let document = document();
    let mut checker = Checker::new(&document);
    let place = library();
    let server = Server::start(&place, &[]);
    let ids = ids(&server);
    let ids = ids.each_ref().map(String::as_str);
    let mut found = looked_at(&mut checker, &server, ids);
    found.extend(done(&mut checker, &server, ids));
    found.extend(told(&mut checker, &server, &place, ids));
    assert_eq!(found, [""; 0]);

    // A schema that nothing is compared with may say anything.
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let unmet: BTreeSet<&str> = schemas.keys().map(String::as_str).filter(|name| !checker.met.contains(name)).collect();
    assert_eq!(unmet, BTreeSet::from(UNMET));

    let served = server.get("/openapi.json", &[]);
    assert_eq!((served.status, served.headers["content-type"].as_str()), (200, "application/json"));
    assert_eq!(serde_json::from_slice::<Value>(&served.body).expect("JSON"), document);
}
