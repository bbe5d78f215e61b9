//! What is known of recordings besides their words: where it comes from, who may change it, and how it is found.

use std::ffi::OsStr;

use serde_json::{Value, json};

use crate::support::{Place, Ran, Server, ffmpeg};

const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Left>The local museum opened its archive to volunteers.\n\n\
                    00:06.000 --> 00:09.500\n<v Right>And who paid for the budget?\n\n\
                    00:10.000 --> 00:15.000\n<v Ann>Nobody paid, the volunteers came on Saturdays.\n";

const DOCUMENT: &str = "dc:title: 'Board: the first meeting'\ncreated: 2021-05-31\ncreator: [Ann Lee, Bo Ek]\n\
                        place: Malmö\ndescription: How the harbour was rebuilt\nlanguage: en\nfolder: Partnerships\n";

/// Asks the server to change something; returns the status and what it answers.
fn patch(server: &Server, path: &str, body: &Value, headers: &[(&str, &str)]) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let mut request = agent.patch(format!("{}{path}", server.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.send_json(body).expect("an answer");
    (answer.status().as_u16(), answer.body_mut().read_json().expect("JSON"))
}

/// Returns the titles of the recordings that a query finds by what is known of them or by their words.
fn found(place: &Place, query: &str) -> Vec<String> {
    let answer = place.run(["search", "--format", "json", query]).json();
    let title = |recording: &Value| recording["title"].as_str().expect("a title").to_owned();
    let named = answer["recordings"]["first"].as_array().expect("recordings").iter().map(title);
    let mut titles: Vec<_> = named
        .chain(answer["groups"].as_array().expect("groups").iter().map(|group| title(&group["recording"])))
        .collect();
    titles.sort();
    titles.dedup();
    titles
}

/// Asserts that a command did its work.
#[track_caller]
fn done(ran: Ran) -> Ran {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran
}

/// Makes two interviews: one with a document beside it, one whose title and date are in its tags.
fn interviews() -> (Place, String) {
    let place = Place::new();
    let talk = place.interview("Board_talk.mp4", TALK);
    std::fs::write(place.media().join("Board_talk.meta.yaml"), DOCUMENT).expect("writing");
    let tagged = place.media().join("tagged.mp4");
    let tags = ["-c", "copy", "-metadata", "title=From the tags", "-metadata", "date=2020-02-03"];
    let (talk, tagged) = (talk.as_os_str(), tagged.as_os_str());
    ffmpeg([OsStr::new("-i"), talk].into_iter().chain(tags.map(OsStr::new)).chain([tagged]));
    std::fs::write(place.media().join("tagged.srt"), "1\n00:00:01,000 --> 00:00:03,000\nQuite another subject.\n")
        .expect("writing");
    done(place.run(["index", "media"]));
    let shown = done(place.run(["show", "--format", "json", "media/Board_talk.mp4"])).json();
    let id = shown["recording"]["id"].as_str().expect("an id").to_owned();
    (place, id)
}

#[test]
fn what_is_known_comes_from_files_and_people_and_is_found() {
    let (place, id) = interviews();
    let known = |named: &str| done(place.run(["show", "--format", "json", named])).json()["metadata"].clone();
    let both = (known("media/Board_talk.mp4"), known("media/tagged.mp4"));
    assert_eq!(both.0["title"], json!({"value": "Board: the first meeting", "source": "sidecar"}));
    assert_eq!(both.0["people"], json!({"value": "Ann Lee; Bo Ek", "source": "sidecar"}));
    assert_eq!(both.0["rights"], json!({"value": null, "source": null}));
    assert_eq!(both.1["title"], json!({"value": "From the tags", "source": "tag"}));
    assert_eq!(both.1["date"], json!({"value": "2020-02-03", "source": "tag"}));

    let board = "Board: the first meeting";
    for (query, expected) in [
        ("harbour", &[board][..]),
        ("malmö", &[board]),
        ("people:\"bo ek\" museum", &[board]),
        ("volunteers place:malmo", &[board]),
        ("volunteers folder:partnerships", &[board]),
        ("volunteers date:2021", &[board]),
        ("subject title:tags", &["From the tags"]),
        ("subject place:malmo", &[]),
    ] {
        assert_eq!(found(&place, query), expected, "{query}");
    }

    let edited =
        done(place.run(["edit", &id, "--title", "Mine", "--rights", "CC BY", "--people", "", "--language", "sv,en"]));
    assert_eq!(
        edited.out,
        "title: Mine (person)\npeople: none (person)\nlanguage: sv, en (person)\nrights: CC BY (person)\n"
    );
    for (arguments, problem) in [
        (&["--date", "soon"][..], "\"soon\" is no date"),
        (&["--title", ""], "needs a title"),
        (&["--keep", "title"], "nothing is to be decided"),
        (&["--clear", "titel"], "is no field"),
        (&[], "say what to change"),
    ] {
        let refused = place.run(["edit", &id].iter().chain(arguments));
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.err.contains(problem), "{refused:?}");
    }

    // Nothing that is done anew takes it back, and a document that was changed since asks.
    done(place.run(["reindex"]));
    std::fs::write(place.media().join("Board_talk.vtt"), TALK.replace("museum", "library")).expect("writing");
    let changed = DOCUMENT.replace("first", "second").replace("Malmö", "Lund");
    std::fs::write(place.media().join("Board_talk.meta.yaml"), changed).expect("writing");
    let asked = done(place.run(["index", "media"]));
    assert!(
        asked.err.contains("says something else than a person did about title; decide with: aloud show"),
        "{asked:?}"
    );
    let again = done(place.run(["index", "media"]));
    assert_eq!(again.err.trim(), "2 media files, 0 new, 0 to do", "it asks once");
    assert_eq!(found(&place, "library place:lund"), ["Mine"], "what nobody edited follows the document");
    let conflict = json!([{"field": "title", "value": "Mine", "sidecar": "Board: the second meeting"}]);
    for command in [&["show", &id][..], &["status"]] {
        let shown = done(place.run(command.iter().chain(&["--format", "json"]))).json();
        let mut views = shown["recordings"].as_array().into_iter().flatten().chain(shown.get("recording"));
        assert_eq!(views.find(|it| it["id"] == id).expect("it")["conflicts"], conflict, "{command:?}");
        let text = done(place.run(command)).out;
        assert!(text.contains(&format!("aloud edit {} --take-sidecar title, or --keep title", &id[..8])), "{text}");
    }
    done(place.run(["edit", &id, "--take-sidecar", "title", "--clear", "people"]));
    assert_eq!(known(&id)["title"], json!({"value": "Board: the second meeting", "source": "sidecar"}));
    assert_eq!(known(&id)["people"]["value"], "Ann Lee; Bo Ek");
    assert_eq!(known(&id)["language"], json!({"value": "sv, en", "source": "person"}));
}

#[test]
fn a_running_server_changes_metadata_and_speakers_for_pages_and_commands() {
    let (place, id) = interviews();
    let server = Server::start(&place, &["--public-url", "https://talks.example.org/"]);
    let path = format!("/api/v1/recordings/{id}");
    let title = json!({"set": {"title": "Mine"}});
    assert_eq!(patch(&server, &path, &title, &[("origin", "http://evil.example.com")]).0, 403);
    for (path, body, status) in [
        (&*path, json!({"set": {"date": "soon"}}), 400),
        (&path, json!({"set": {"colour": "red"}}), 400),
        (&path, json!({"keep": ["title"]}), 400),
        (&path, json!("title"), 400),
        (&format!("/api/v1/recordings/{}", "0".repeat(32)), title.clone(), 404),
        (&format!("{path}/speakers"), json!({"rename": [{"from": "Nobody", "to": "x"}]}), 400),
    ] {
        let (got, answer) = patch(&server, path, &body, &[]);
        assert_eq!(got, status, "{body}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{answer}");
    }
    let (status, shown) = patch(&server, &path, &title, &[]);
    assert_eq!((status, &shown["title"]), (200, &json!("Mine")));
    assert_eq!(shown["public_url"], "https://talks.example.org");
    std::fs::write(place.media().join("Board_talk.meta.yaml"), "title: Theirs\n").expect("writing");
    done(place.run(["index", "media"]));
    let shown = server.json(&path);
    assert_eq!(shown["conflicts"], json!([{"field": "title", "value": "Mine", "sidecar": "Theirs"}]));
    done(place.run(["edit", &id, "--keep", "title", "--place", "Lund"]));
    let shown = server.json(&path);
    assert_eq!((&shown["conflicts"], &shown["title"]), (&json!([]), &json!("Mine")));
    assert_eq!(shown["metadata"]["place"], json!({"value": "Lund", "source": "person"}));

    // Names are found at once, in the index as it is.
    let revision = shown["revision"].clone();
    let speakers = |arguments: &[&str]| done(place.run(["speakers", &id].iter().chain(arguments))).out;
    assert_eq!(speakers(&[]), "Left\nRight\nAnn\n");
    speakers(&["rename", "Left", "Ann Lee"]);
    assert_eq!(server.json("/api/v1/search?q=archive%20speaker:lee")["groups"][0]["hits"][0]["speaker"], "Ann Lee");
    let taken = place.run(["speakers", &id, "rename", "Ann", "Ann Lee"]);
    assert!(taken.code == Some(2) && taken.err.contains("merge them"), "{taken:?}");
    let merged = speakers(&["merge", "Ann", "Ann Lee"]);
    assert_eq!(merged, "Ann Lee  (in the transcript: Left, Ann)\nRight\n");
    let body = json!({"rename": [{"from": "Right", "to": "Bo Ek"}]});
    let (status, shown) = patch(&server, &format!("{path}/speakers"), &body, &[]);
    assert_eq!((status, &shown["speakers"]), (200, &json!(["Ann Lee", "Bo Ek"])));
    assert_eq!(shown["revision"], revision);
    let answer = server.json("/api/v1/search?q=volunteers%20speaker:%22ann%20lee%22&facets=true");
    let matches = answer["groups"][0]["hits"][0]["matches"].as_array();
    assert_eq!(matches.map(Vec::len), Some(2), "both are hers: {answer}");
    assert_eq!(answer["facets"]["speaker"]["values"], json!([{"value": "Ann Lee", "hits": 1}]));
    assert_eq!(server.json("/api/v1/search?q=speaker:left")["total_hits"], 0);
    let words = server.json(&format!("{path}/transcript"));
    assert_eq!(words["speakers"], json!(["Ann Lee", "Bo Ek"]));
    assert!(words["words"]["speaker"].as_array().is_some_and(|all| all.iter().all(|it| it.as_u64() < Some(2))));

    // A transcript that is made anew has the same speakers under the same names.
    std::fs::write(place.media().join("Board_talk.vtt"), TALK.replace("museum", "library")).expect("writing");
    done(place.run(["index", "media"]));
    let shown = server.json(&path);
    assert_ne!(shown["revision"], revision);
    assert_eq!(shown["speakers"], json!(["Ann Lee", "Bo Ek"]));
    assert_eq!(speakers(&["reset", "Ann Lee"]), "Left\nBo Ek  (in the transcript: Right)\nAnn\n");

    let table = "file;title;date\nBoard_talk.mp4;Listed;2022\ngone.mp4;x;\ntagged.mp4;y;soon\n";
    std::fs::write(place.media().join("metadata.csv"), table).expect("writing");
    let taken = place.run(["edit", "--csv", "media/metadata.csv"]);
    assert_eq!(taken.code, Some(3), "{taken:?}");
    assert!(taken.out.contains("line 3: there is no recording gone.mp4"), "{taken:?}");
    assert!(taken.out.contains("line 4: date: \"soon\" is no date"), "{taken:?}");
    assert_eq!(server.json(&path)["metadata"]["title"], json!({"value": "Listed", "source": "csv"}));
    drop(server);
    let template = done(place.run(["edit", "--csv-template", "media"])).out;
    assert!(template.starts_with("file,title,date,people,"), "{template}");
    assert!(template.contains("\nBoard_talk.mp4,Listed,2022,"), "{template}");
    std::fs::write(place.media().join("metadata.csv"), template).expect("writing");
    let taken = done(place.run(["edit", "--csv", "media/metadata.csv"]));
    assert_eq!(taken.out.trim(), "lines used: 2, recordings changed: 0, lines not used: 0", "it says nothing new");
}
