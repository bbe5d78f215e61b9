//! The JSON that is written is what `docs/transcript.schema.json` says.

use serde_json::{Value, json};

use super::transcript;
use crate::subtitles::Format;
use crate::subtitles::write::{self, About};

const SCHEMA: &str = include_str!("../../../../docs/transcript.schema.json");

/// Says where a value differs from a schema, as far as ours uses the language of schemas.
fn differences(value: &Value, schema: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_kind = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        other => panic!("{other:?} is a type that this test does not know"),
    };
    if !is_kind {
        found.push(format!("{place} is another type: {value}"));
    }
    let number = value.as_f64().unwrap_or_default();
    if schema["minimum"].as_f64().is_some_and(|least| number < least)
        || schema["maximum"].as_f64().is_some_and(|most| number > most)
    {
        found.push(format!("{place} is out of range: {value}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            found.push(format!("{place} has no {name}"));
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => found.extend(differences(field, schema, &format!("{place}.{name}"))),
            None => found.push(format!("{place}.{name} is not in the schema")),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(differences(item, &schema["items"], &format!("{place}[]")));
    }
    found
}

#[test]
fn what_is_written_as_json_follows_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let file = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:02.000\n<v Ann>Good <lang sv>dag</lang></v>\n\n00:03.000 --> 00:04.000\nYes.\n";
    let about = About { title: Some("A talk"), date: Some("2021"), link: None };
    let mut document: Value = serde_json::from_str(&write::json(&transcript(file, Format::Vtt), &about)).expect("JSON");
    assert_eq!(differences(&document, &schema, "it"), [""; 0]);
    document["segments"][0]["words"][0]["probability"] = json!(1.5);
    document["segments"][0]["speaker_name"] = json!("Ann");
    document["made_by_aloud"] = json!({"recording": 7});
    assert_eq!(differences(&document, &schema, "it").len(), 4, "the test can fail");
}
