//! What one would use instead: `SQLite` FTS5, one row a passage or one row a caption, behind the same kind of handler.
//!
//! It gives what it can of the same answer: the total, the first twenty by BM25 with snippets, and facets by speaker,
//! language and year. Words that a border parts, inflected forms and misspellings it does not find; the time that it
//! links to is that of the row, not of the word.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use aloud::library::Library;
use axum::extract::{Query, State};
use axum::{Json, Router, routing::get};
use indexer::passage::passages;
use indexer::transcript::{Transcript, WordRange};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};

use crate::mix::{Asked, Form, NEAR};
use crate::speech;

/// The longest caption, in words.
const CAPTION_WORDS: u32 = 14;

/// What one row holds.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Passage,
    Caption,
}

/// Puts the transcripts of a library into a database.
pub(crate) async fn build(file: &Path, library: &Library, unit: Unit) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Off).pragma("cache_size", "-200000");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("a database");
    let make = "CREATE VIRTUAL TABLE said USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
                CREATE TABLE about (id INTEGER PRIMARY KEY, recording INTEGER, start_ms INTEGER, speaker TEXT,
                                    language TEXT, year INTEGER);";
    sqlx::raw_sql(make).execute(&pool).await.expect("tables");
    let known = library.catalogue.revisions_to_index(true).await.expect("recordings");
    let mut change = pool.begin().await.expect("a transaction");
    let mut row = 0_i64;
    for (id, revision) in known {
        let transcript = library.transcripts.read(id, revision).expect("a transcript");
        let number = speech::number(id);
        let units = match unit {
            Unit::Passage => passages(&transcript).into_iter().map(|passage| passage.words).collect(),
            Unit::Caption => captions(&transcript),
        };
        for words in units {
            let first = &transcript.words[words.start as usize];
            let speaker = first.speaker.map(|speaker| transcript.speakers[usize::from(speaker)].as_str());
            row += 1;
            sqlx::query("INSERT INTO said (rowid, text) VALUES (?, ?)")
                .bind(row)
                .bind(transcript.text(words))
                .execute(&mut *change)
                .await
                .expect("a row");
            sqlx::query("INSERT INTO about VALUES (?, ?, ?, ?, ?, ?)")
                .bind(row)
                .bind(number)
                .bind(first.span.start().get())
                .bind(speaker)
                .bind(first.language.as_str())
                .bind(speech::date(number)[..4].parse::<i64>().expect("a year"))
                .execute(&mut *change)
                .await
                .expect("a row");
        }
    }
    change.commit().await.expect("committed");
    sqlx::raw_sql("INSERT INTO said (said) VALUES ('optimize')").execute(&pool).await.expect("one segment");
    pool.close().await;
}

fn captions(transcript: &Transcript) -> Vec<WordRange> {
    let (mut captions, mut start) = (Vec::new(), 0);
    for (end, word) in (1..).zip(&transcript.words) {
        if end - start == CAPTION_WORDS || word.text.contains('.') || end as usize == transcript.words.len() {
            captions.push(WordRange::new(start, end));
            start = end;
        }
    }
    captions
}

/// Serves a database until the program ends; returns its address.
pub(crate) async fn serve(file: &Path) -> String {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let options = options.pragma("mmap_size", "4000000000").pragma("cache_size", "-65536");
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await.expect("a database");
    let router = Router::new().route("/search", get(search)).with_state(Arc::new(pool));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Returns the address of a query; `None` for what FTS5 cannot be asked.
pub(crate) fn path(asked: &Asked) -> Option<String> {
    let all = |words: &[String]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
    let query = match &asked.form {
        Form::Words(words) => all(words),
        Form::Phrase(words) => format!("\"{}\"", words.join(" ")),
        Form::Prefix(prefix) => format!("\"{prefix}\"*"),
        Form::Fuzzy(_) => return None,
        Form::Near(words) => format!("NEAR({}, {NEAR})", all(words)),
    };
    let language = asked.language.map_or(String::new(), |language| format!("&lang={language}"));
    Some(format!("/search?q={}{language}", utf8_percent_encode(&query, NON_ALPHANUMERIC)))
}

#[derive(Deserialize)]
struct Parameters {
    q: String,
    lang: Option<String>,
}

async fn search(State(pool): State<Arc<SqlitePool>>, Query(parameters): Query<Parameters>) -> Json<Value> {
    let filter = if parameters.lang.is_some() { "AND about.language = ?2" } else { "AND ?2 IS NULL" };
    let from = format!("FROM said JOIN about ON about.id = said.rowid WHERE said MATCH ?1 {filter}");
    let counts = format!("SELECT recording, speaker, language, year, count(*) AS hits {from} GROUP BY 1, 2, 3, 4");
    let counts = sqlx::query(sqlx::AssertSqlSafe(counts)).bind(&parameters.q).bind(&parameters.lang);
    let counts = counts.fetch_all(&*pool).await.expect("counts");
    let (mut total, mut recordings) = (0, HashSet::new());
    let mut facets: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &counts {
        let hits: i64 = row.get("hits");
        total += hits;
        recordings.insert(row.get::<i64, _>("recording"));
        let year = row.get::<i64, _>("year").to_string();
        for (name, value) in [("speaker", row.get("speaker")), ("language", row.get("language")), ("year", year)] {
            *facets.entry(name).or_default().entry(value).or_default() += hits;
        }
    }
    let first = format!(
        "SELECT snippet(said, 0, '[', ']', '…', 32) AS text, recording, start_ms, speaker, language {from}
          ORDER BY rank LIMIT 20"
    );
    let first = sqlx::query(sqlx::AssertSqlSafe(first)).bind(&parameters.q).bind(&parameters.lang);
    let first = first.fetch_all(&*pool).await.expect("hits");
    let hits: Vec<Value> = first
        .iter()
        .map(|row| {
            let (text, speaker, language): (String, String, String) =
                (row.get("text"), row.get("speaker"), row.get("language"));
            let (recording, start): (i64, i64) = (row.get("recording"), row.get("start_ms"));
            json!({"text": text, "recording": recording, "start_ms": start, "speaker": speaker, "language": language})
        })
        .collect();
    Json(json!({"total_hits": total, "total_recordings": recordings.len(), "hits": hits, "facets": facets}))
}
