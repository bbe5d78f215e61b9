//! A document is a file that lies beside the media and states their metadata: `talk.meta.json` or `talk.meta.yaml`.

use serde_json::Value;

use super::entry::{self, Entry};
use super::{Field, text_of, yaml};

/// The longest document, in bytes: more than any description fills.
pub const MAX_BYTES: usize = 256 * 1024;

/// The forms in which documents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, one object.
    Json,
    /// YAML 1.2, one mapping.
    Yaml,
}

/// What a document states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Values by their field.
    pub values: std::collections::BTreeMap<Field, String>,
    /// What cannot be used, in words.
    pub problems: Vec<String>,
}

/// The endings of documents' names, after the name of the media or its stem; the first that is there counts.
pub const ENDINGS: [(&str, Format); 3] =
    [(".meta.json", Format::Json), (".meta.yaml", Format::Yaml), (".meta.yml", Format::Yaml)];

/// Reads a document.
///
/// # Errors
/// When it is not written in its form; the error says where.
pub fn read(bytes: &[u8], format: Format) -> Result<Document, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("longer than {} KiB, which is no metadata", MAX_BYTES / 1024));
    }
    let text = text_of(bytes);
    let entries = match format {
        Format::Json => json(&text)?,
        Format::Yaml => yaml::entries(&text)?,
    };
    let (values, problems) = entry::values(&entries);
    Ok(Document { values, problems })
}

fn json(text: &str) -> Result<Vec<Entry>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Object(object) = value else {
        return Err("not an object of fields, such as {\"title\": \"…\"}".into());
    };
    let entry = |(key, value)| Entry { key, line: None, texts: texts(value) };
    Ok(object.into_iter().map(entry).collect())
}

fn texts(value: Value) -> Result<Vec<String>, &'static str> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text]),
        Value::Number(number) => Ok(vec![number.to_string()]),
        Value::Array(values) if !values.iter().any(Value::is_array) => {
            values.into_iter().map(texts).collect::<Result<Vec<_>, _>>().map(|texts| texts.concat())
        }
        _ => Err(entry::NO_TEXT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what a document states on one line, then its problems.
    #[track_caller]
    fn check(format: Format, text: &str, expected: &str) {
        let shown = match read(text.as_bytes(), format) {
            Ok(Document { values, problems }) => {
                let values = values.iter().map(|(field, value)| format!("{field}={value}"));
                let problems = problems.iter().map(|problem| format!("!{problem}"));
                values.chain(problems).collect::<Vec<_>>().join(" | ")
            }
            Err(problem) => format!("!!{problem}"),
        };
        assert!(
            if let Some(start) = expected.strip_suffix('…') { shown.starts_with(start) } else { shown == expected },
            "{shown}"
        );
    }

    #[test]
    fn json_states_fields() {
        for (text, expected) in [
            (
                r#"{"title": "Board", "date": 2021, "people": ["Ann", "Bo"]}"#,
                "title=Board | date=2021 | people=Ann; Bo",
            ),
            (r#"{"dc:title": "Board \ud83c\udfa4", "rights": null}"#, "title=Board 🎤"),
            (r#"{"place": {"city": "Malmö"}}"#, "!place: neither a text nor a list of texts"),
            (r#"{"people": [["Ann"]], "title": true}"#, "!title: neither…"),
            (r#"["title"]"#, "!!not an object of fields…"),
            ("{\"title\":\n \"x\"", "!!not JSON: EOF while parsing an object at line 2…"),
            ("", "!!not JSON…"),
            (&"[".repeat(100_000), "!!not JSON: recursion limit…"),
        ] {
            check(Format::Json, text, expected);
        }
    }

    #[test]
    fn yaml_states_fields() {
        for (text, expected) in [
            ("---\n# a note\ntitle: 'Board: part 1'\ndate: 2021-05-31\n", "title=Board: part 1 | date=2021-05-31"),
            ("creator:\n  - Ann Lee\n  - Bo\nlanguage: [sv, en]\n", "people=Ann Lee; Bo | language=sv, en"),
            ("description: |\n  one\n\n  two\n", "description=one\n\ntwo"),
            ("rights: ~\nplace: null\nfolder:\nsource_url: \"\"\n", ""),
            ("place:\n  city: Malmö\n  deep: [{a: [b]}]\ntitle: x\n", "title=x | !line 1, place: neither…"),
            ("a: &x Ann\npeople: *x\n", "!line 2, people: an alias; write the text itself"),
            ("title: Board: part 1\n", "!!line 1…"),
            ("- title\n", "!!not a mapping of fields…"),
            ("", ""),
            ("# nothing\n", ""),
            ("title: a\n---\ntitle: b\n", "title=a"),
            ("? [a]\n: b\ntitle: x\n", "title=x"),
        ] {
            check(Format::Yaml, text, expected);
        }
        // Neither depth nor size takes the program down.
        assert!(read("[".repeat(100_000).as_bytes(), Format::Yaml).is_err());
        assert!(read(&vec![b' '; MAX_BYTES + 1], Format::Yaml).is_err());
    }
}
