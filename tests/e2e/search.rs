//! Search as a person meets it: the whole query language over the interface and in the terminal.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Place, Server};

const TALK: &str = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:05.000\n<v Ann Lee>The local museum opened its archive to volunteers.\n\n\
                    00:06.000 --> 00:09.500\n<v Bo>And the budget of the museum was recieved.\n";
const VISIT: &str = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:05.000\n<v Bo>A volunteer asked about the harbour.\n";

fn indexed() -> Place {
    let place = Place::new();
    place.interview("talk.mp4", TALK);
    place.interview("museum visit.mp4", VISIT);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    place
}

fn search(server: &Server, query: &str, more: &str) -> Value {
    let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    server.json(&format!("/api/v1/search?q={query}{more}"))
}

#[test]
fn the_whole_language_is_understood() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    for (query, hits) in [
        ("volunteer", 2),
        ("exact:volunteer", 1),
        ("harbour OR archive", 2),
        ("(harbour asked) OR nothing", 1),
        ("museum -budget", 0),
        ("museum -\"archive of\"", 1),
        ("arch*", 1),
        ("received~2", 1),
        ("\"archive museum\"~3", 1),
        ("local NEAR/2 archive", 0),
        ("museum speaker:bo", 1),
        ("archive speaker:bo", 0),
        ("volunteer title:visit", 1),
        ("volunteer -title:visit", 1),
        ("volunteer folder:media", 2),
        ("volunteer date:2021", 0),
        ("archive budget within:40w", 1),
        ("archive budget within:2w", 0),
        ("speaker:\"Ann Lee\"", 1),
        ("-museum", 0),
    ] {
        let answer = search(&server, query, "");
        assert_eq!(answer["total_hits"], hits, "{query}: {answer}");
        let again = search(&server, answer["understood"].as_str().expect("a query"), "");
        assert_eq!((&again["understood"], &again["total_hits"]), (&answer["understood"], &answer["total_hits"]));
    }
    assert!(search(&server, "spaeker:bo", "")["notes"][0]["message"].as_str().expect("a note").contains("speaker:"));
    let named = &search(&server, "museum", "")["recordings"];
    assert_eq!((&named["total"], &named["first"][0]["title"]), (&1.into(), &"museum visit".into()));

    // Within one recording it means the same.
    let id = search(&server, "archive", "")["groups"][0]["recording"]["id"].as_str().expect("an id").to_owned();
    let within = search(&server, "museum speaker:bo", &format!("&recording={id}"));
    assert_eq!((&within["total_hits"], within["groups"][0]["hits"].as_array().map(Vec::len)), (&1.into(), Some(1)));
    assert_eq!(server.get(&format!("/api/v1/search?q=museum&recording={}", "0".repeat(32)), &[]).status, 404);
    let table = server.get("/api/v1/search?q=museum%20%22archive&format=csv", &[]).body;
    assert!(
        String::from_utf8(table)
            .expect("UTF-8")
            .ends_with("\r\nthe quote was not closed; read to the end as a phrase\r\n")
    );
}

#[test]
fn facets_ignore_their_own_filter() {
    let place = Place::new();
    place.interview("talk.mp4", TALK);
    std::fs::create_dir(place.media().join("visits")).expect("a folder");
    place.interview("visits/museum visit.mp4", VISIT);
    assert_eq!(place.run(["index", "media"]).code, Some(0));
    let server = Server::start(&place, &[]);
    let speakers = |query: &str| {
        let facets = search(&server, query, "&facets=true")["facets"].clone();
        let values = facets["speaker"]["values"].as_array().expect("values").clone();
        values
            .iter()
            .map(|it| (it["value"].as_str().expect("a name").to_owned(), it["hits"].clone()))
            .collect::<Vec<_>>()
    };
    let both: [(String, Value); 2] = [("Ann Lee".to_owned(), 1.into()), ("Bo".to_owned(), 1.into())];
    assert_eq!(speakers("volunteer"), both);
    assert_eq!(speakers("volunteer speaker:bo"), both);
    assert_eq!(speakers("volunteer title:visit"), both[1..]);
    assert_eq!(search(&server, "volunteer", "")["facets"], Value::Null);
    // Whichever value is chosen, so many hits are left.
    let facets = search(&server, "museum OR volunteer", "&facets=true")["facets"].clone();
    let folders = facets["folder"]["values"].as_array().expect("values");
    assert_eq!(folders.len(), 2);
    for folder in folders {
        let chosen = format!("museum OR volunteer folder:{}", folder["value"]);
        assert_eq!(search(&server, &chosen, "")["total_hits"], folder["hits"], "{chosen}");
    }
}

/// The names in a value, through the first of each list.
fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) => {
            let below = |(name, value): (&String, &Value)| {
                let below = names(value).into_iter().map(|inner| format!("{name}.{inner}")).collect::<Vec<_>>();
                [name.clone()].into_iter().chain(below).collect::<Vec<_>>()
            };
            fields.iter().flat_map(below).collect()
        }
        Value::Array(values) => values.first().map(names).unwrap_or_default(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn an_answer_has_the_documented_form() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let page = include_str!("../../docs/http-api.md");
    let section = page.split_once("\n## Search\n").expect("a section").1;
    let example = section.split_once("```json").expect("an example").1.split_once("```").expect("its end").0;
    let documented: Value = serde_json::from_str(example).expect("JSON");
    // A note, a recording named so, and a hit; no recording here has a date, so that no year can be counted.
    let mut documented = names(&documented);
    documented.retain(|name| !name.starts_with("facets.year.values."));
    assert_eq!(names(&search(&server, "museum OR \"visit", "&facets=true")), documented);
}

#[test]
fn where_nothing_is_found_something_else_is_suggested() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let suggestions = |query: &str| search(&server, query, "")["suggestions"].clone();
    assert_eq!(suggestions("museum"), Value::Null);
    let misspelt = suggestions("musuem volunteers");
    assert_eq!(misspelt["missing"], serde_json::json!(["musuem"]));
    assert_eq!(misspelt["instead"], serde_json::json!([{"query": "museum volunteers", "hits": 1}]));
    assert_eq!(misspelt["without"], serde_json::json!([{"left_out": "musuem", "query": "volunteers", "hits": 2}]));
    let in_phrase = suggestions("\"the local zzzz museum\" opened its archive");
    let without =
        [("zzzz", "\"the local museum\" opened its archive"), ("\"the local zzzz museum\"", "opened its archive")];
    let without = without.map(|(left_out, query)| serde_json::json!({"left_out": left_out, "query": query, "hits": 1}));
    assert_eq!(in_phrase["without"], Value::from(without.to_vec()));
    let crowded = suggestions("\"archive museum\" speaker:ann");
    let without = [(Value::Null, "archive museum speaker:ann")];
    let without = without.map(|(left_out, query)| serde_json::json!({"left_out": left_out, "query": query, "hits": 1}));
    assert_eq!(crowded["without"], Value::from(without.to_vec()));
    let page = include_str!("../../docs/http-api.md");
    let example = page.split_once("Each suggested query finds something:\n```json").expect("an example").1;
    let example: Value = serde_json::from_str(example.split_once("```").expect("its end").0).expect("JSON");
    assert_eq!(names(&misspelt), names(&example));

    let said = place.run(["search", "musuem", "harbour"]).out;
    assert!(said.contains("said nowhere: musuem") && said.contains("without musuem: harbour (1 hit)"), "{said}");
}

#[test]
fn whatever_is_typed_is_answered() {
    let place = indexed();
    let server = Server::start(&place, &[]);
    let deep = format!("{}a", "(".repeat(3000));
    let near = format!("\"{}\"~100", "the ".repeat(200));
    let many = "a OR b ".repeat(700);
    // As many different words as a query of the longest length can have.
    let different: String = (0..2_200).map(|number| format!("{number} ")).collect();
    assert!((9_000..=10_000).contains(&different.len()));
    // Six pairs are 64 ways; each of them excludes as many, and each of those as many again.
    let pairs =
        |letter: char| (0..6).map(|number| format!("({letter}{number} OR {number}{letter})")).collect::<String>();
    let nested = format!("{} -({} -({}))", pairs('a'), pairs('b'), pairs('c'));
    for query in [
        "",
        "\"",
        "-",
        "OR",
        "((((",
        "OR - ( ) \" NEAR/2 OR",
        "the of and a to in",
        "NEAR/3",
        "\u{0}\u{1}",
        "\u{202E}abc",
        "\u{200F}",
        "\u{202B}museum\u{202C} \u{200E}archive",
        "*",
        "~",
        "a:",
        &deep,
        &near,
        &many,
        &different,
        &nested,
    ] {
        search(&server, query, "&facets=true");
    }
    // Half a pair of surrogates, as a careless program writes it.
    assert!(matches!(server.get("/api/v1/search?q=%ED%A0%80", &[]).status, 200 | 400));
    // As JSON writes it, it is six letters and digits.
    search(&server, "\\ud800", "");
    let ten_thousand: String = (0..10_000).map(|number| format!("{number}+")).collect();
    let long = format!("/api/v1/search?q={ten_thousand}");
    for refused in
        [&long, "/api/v1/search?q=a&offset=99999999", "/api/v1/search?q=a&limit=-1", "/api/v1/search?q=a&sort=x"]
    {
        let got = server.get(refused, &[]);
        let error: Value = serde_json::from_slice(&got.body).expect("JSON");
        assert!(got.status == 400 && error["error"]["hint"].is_string(), "{refused}: {error}");
    }
    let past = search(&server, "museum", "&offset=999999&limit=0");
    assert_eq!((&past["groups"], &past["limit"]), (&Value::from(Vec::<Value>::new()), &1.into()));
}

#[test]
fn the_terminal_shows_moments() {
    let place = indexed();
    let found = place.run(["search", "museum", "speaker:ann"]);
    assert!(
        found.out.contains("  0:01.") && found.out.contains(" Ann Lee: The local [museum] opened its"),
        "{found:?}"
    );
    let table = place.run(["search", "--format", "csv", "--sort", "time", "volunteer"]);
    let rows: Vec<&str> = table.out.lines().collect();
    assert_eq!(
        (rows.len(), rows[0]),
        (3, "recording,title,start_ms,time,speaker,text,link,date,language,uncertain"),
        "{table:?}"
    );
    let row = rows[1];
    assert!(
        row.contains(",museum visit,1")
            && row.contains(",Bo,A volunteer asked about the harbour.,http://127.0.0.1:25683/r/"),
        "{row}"
    );
    assert_eq!(place.run(["search", "nothing"]).code, Some(1));
    let grouped = place.run(["search", "(museum OR harbour)", "budget"]);
    assert!(grouped.out.contains("1 hit in 1 recording"), "{grouped:?}");
    assert!(place.run(["search", "()"]).out.contains("nothing is asked for"));
    let cut = place.run(["search", "volunteer \"archive", "--format", "csv"]);
    assert!(cut.err.contains("read as: volunteer") && cut.err.contains("the quote was not closed"), "{cut:?}");
    let cut = place.run(["search", "museum", "OR", "harbour", "--limit", "1"]);
    assert!(cut.out.contains("and 1 more recording: --limit 2"), "{cut:?}");
    let cut = place.run(["search", "volunteer", "--format", "csv", "--limit", "1"]);
    assert_eq!((cut.out.lines().count(), cut.err.as_str()), (2, "1 hit left out by --limit\n"));
    assert_eq!(place.run(["search", "museum", "--budget"]).code, Some(2));
    let sorted = place.run(["search", "--sort", "time", "--format", "json", "volunteer"]).json();
    assert_eq!(sorted["groups"][0]["recording"]["title"], "museum visit");
}
