//! What an archive may run already: the core of Elasticsearch 7.0 on the loopback, one document a passage.
//!
//! `benches/search/install-elasticsearch` fetches it. One shard, one segment, offsets stored for highlighting: what
//! makes its answers fastest. It is asked for the same answer: twenty snippets, the total, how many recordings, and
//! facets by speaker, language and year. It finds no other forms of words, and nothing across the border of a passage.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use aloud::library::Library;
use indexer::passage::passages;
use serde_json::{Value, json};

use crate::client::{get, put};
use crate::mix::{Asked, Form, NEAR};
use crate::speech;

/// How much is sent at a time.
const BULK_BYTES: usize = 8_000_000;

/// Its memory, and as much again is the system's for its files.
const HEAP: &str = "1g";

/// Elasticsearch, serving a folder; it ends when this is dropped.
pub(crate) struct Elastic {
    child: Child,
    pub(crate) address: String,
}

impl Elastic {
    /// Returns the folder into which it was installed, if it was.
    pub(crate) fn installed() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/elasticsearch");
        folder.join("classes/Server.class").exists().then_some(folder)
    }

    pub(crate) fn start(installed: &Path, folder: &Path) -> Self {
        let classes = installed.join("classes");
        let mut child = Command::new("java")
            .args([&format!("-Xms{HEAP}"), &format!("-Xmx{HEAP}"), "-Dsun.net.httpserver.nodelay=true"])
            .arg(format!("-Dlog4j2.configurationFile=file:{}", installed.join("log4j2.properties").display()))
            .args(["-Dlog4j2.disable.jmx=true", "-cp"])
            .arg(&classes)
            .arg("Launch")
            .arg(&classes)
            .arg(installed.join("elasticsearch.jar"))
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Java");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("http://")?.to_owned()));
        let address = address.expect("an address").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Puts the transcripts of a library into it.
    pub(crate) async fn build(&self, library: &Library) {
        let mut connection = BufReader::new(TcpStream::connect(&self.address).expect("a server"));
        let keyword = json!({"type": "keyword"});
        let settings = json!({"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"});
        let text = json!({"type": "text", "analyzer": "standard", "index_options": "offsets"});
        let fields = json!({"text": text, "recording": keyword, "speaker": keyword, "language": keyword,
                            "start_ms": {"type": "integer"}, "year": {"type": "short"}});
        let index = json!({"settings": settings, "mappings": {"properties": fields}});
        put(&mut connection, "PUT", "/said", &index.to_string());
        let mut bulk = String::new();
        for (id, revision) in library.catalogue.revisions_to_index(true).await.expect("recordings") {
            let transcript = library.transcripts.read(id, revision).expect("a transcript");
            let year = speech::date(speech::number(id))[..4].parse::<u32>().expect("a year");
            for passage in passages(&transcript) {
                let first = &transcript.words[passage.words.start as usize];
                let speaker = first.speaker.map(|speaker| transcript.speakers[usize::from(speaker)].as_str());
                let document = json!({"text": transcript.text(passage.words), "recording": id, "speaker": speaker,
                                      "language": first.language, "start_ms": first.span.start(), "year": year});
                let _ = write!(bulk, "{{\"index\":{{}}}}\n{document}\n");
            }
            if bulk.len() > BULK_BYTES {
                send(&mut connection, &std::mem::take(&mut bulk));
            }
        }
        if !bulk.is_empty() {
            send(&mut connection, &bulk);
        }
        put(&mut connection, "POST", "/said/_forcemerge?max_num_segments=1", "");
        put(&mut connection, "POST", "/said/_flush", "");
        put(&mut connection, "POST", "/said/_refresh", "");
        let count: Value = serde_json::from_slice(&get(&mut connection, "/said/_count")).expect("JSON");
        assert!(count["count"].as_u64() > Some(0), "{count}");
    }
}

fn send(connection: &mut BufReader<TcpStream>, bulk: &str) {
    let answer: Value = serde_json::from_slice(&put(connection, "POST", "/said/_bulk", bulk)).expect("JSON");
    assert_eq!(answer["errors"], false, "{answer}");
}

/// Returns the address of a query.
pub(crate) fn path(asked: &Asked) -> String {
    let text = |kind: &str, value: Value| json!({kind: {"text": value}});
    let query = match &asked.form {
        Form::Words(words) => text("match", json!({"query": words.join(" "), "operator": "and"})),
        Form::Phrase(words) => text("match_phrase", json!(words.join(" "))),
        Form::Prefix(prefix) => text("prefix", json!(prefix)),
        Form::Fuzzy(word) => text("fuzzy", json!({"value": word, "fuzziness": 1})),
        Form::Near(words) => {
            let clauses = words.iter().map(|word| text("span_term", json!(word))).collect::<Vec<_>>();
            json!({"span_near": {"clauses": clauses, "slop": NEAR, "in_order": false}})
        }
    };
    let filter = asked.language.map(|language| json!({"term": {"language": language}}));
    let filter: Vec<Value> = filter.into_iter().collect();
    let facet = |field: &str| json!({"terms": {"field": field, "size": 50}});
    let recordings = json!({"cardinality": {"field": "recording", "precision_threshold": 40000}});
    let body = json!({
        "size": 20,
        "track_total_hits": true,
        "_source": ["recording", "start_ms", "speaker", "language"],
        "query": {"bool": {"must": [query], "filter": filter}},
        "highlight": {"fields": {"text": {"number_of_fragments": 1, "fragment_size": 250}}},
        "aggs": {"speaker": facet("speaker"), "language": facet("language"), "year": facet("year"), "recordings": recordings},
    });
    let source =
        percent_encoding::utf8_percent_encode(&body.to_string(), percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("/said/_search?source_content_type=application%2Fjson&source={source}")
}

impl Drop for Elastic {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
