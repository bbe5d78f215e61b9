//! An entry is one key of a file with the texts under it; together they become the values of fields.

use std::collections::BTreeMap;

use super::Field;

/// One key with what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The line of the key, counted from 1, where the file's form tells it.
    pub(super) line: Option<u64>,
    /// The texts under it, or why there are none.
    pub(super) texts: Result<Vec<String>, &'static str>,
}

/// What is said of a value that is no text.
pub(super) const NO_TEXT: &str = "neither a text nor a list of texts";

/// Values by their field, each in the form in which it is kept and none empty.
pub(super) type Values = BTreeMap<Field, String>;

/// Returns what entries say of fields, and what cannot be used of them, in words.
///
/// Where several keys mean one field, people are taken from all, and of other fields the one under its own name, else
/// the first. Keys that mean none are passed over unless they look like a typing mistake.
pub(super) fn values(entries: &[Entry]) -> (Values, Vec<String>) {
    let (mut values, mut problems) = (Values::new(), Vec::new());
    let mut texts: BTreeMap<Field, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        match (Field::of_key(&entry.key), Field::nearly(&entry.key)) {
            (Some(field), _) => texts.entry(field).or_default().push(entry),
            (None, Some(meant)) => problems.push(entry.problem(&format!("no field; do you mean {meant}?"))),
            (None, None) => {}
        }
    }
    for (field, mut entries) in texts {
        let is_plain = |entry: &&Entry| entry.key.trim().eq_ignore_ascii_case(field.name());
        entries.sort_by_key(|entry| !is_plain(entry));
        let mut said: Vec<&str> = Vec::new();
        let mut first = None;
        for entry in entries {
            match &entry.texts {
                Err(problem) => problems.push(entry.problem(problem)),
                Ok(texts) => {
                    let texts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
                    if first.is_none() || field == Field::People {
                        let new: Vec<&str> = texts.filter(|text| !said.contains(text)).collect();
                        first = first.or((!new.is_empty()).then_some(entry));
                        said.extend(new);
                    }
                }
            }
        }
        let Some(first) = first else { continue };
        match field.read(&said.join(if field == Field::Description { "\n" } else { "; " })) {
            Ok(value) => drop(values.insert(field, value)),
            Err(error) => problems.push(first.problem(&error.problem)),
        }
    }
    (values, problems)
}

impl Entry {
    /// Returns a sentence about it: `line 3, date: "soon" is no date`.
    fn problem(&self, what: &str) -> String {
        let key = super::on_one_line(&self.key);
        self.line.map_or_else(|| format!("{key}: {what}"), |line| format!("line {line}, {key}: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, texts: &[&str]) -> Entry {
        let texts = texts.iter().map(|&text| text.to_owned()).collect();
        Entry { key: key.into(), line: Some(2), texts: Ok(texts) }
    }

    #[test]
    fn keys_of_one_field_come_together() {
        let entries = [
            entry("dc:creator", &["Bo Ek", "Ann Lee"]),
            entry("people", &["Ann Lee"]),
            entry("contributor", &["Cy"]),
            entry("created", &["2020"]),
            entry("date", &["2021"]),
            entry("issued", &["2022"]),
            entry("titel", &["x"]),
            entry("camera", &["x"]),
            entry("rights", &["", " "]),
            entry("url", &["example.org"]),
            Entry { key: "place".into(), line: None, texts: Err(NO_TEXT) },
        ];
        let (values, problems) = values(&entries);
        let said: Vec<_> = values.iter().map(|(field, value)| (field.name(), value.as_str())).collect();
        assert_eq!(said, [("date", "2021"), ("people", "Ann Lee; Bo Ek; Cy")]);
        assert_eq!(problems[0], "line 2, titel: no field; do you mean title?");
        assert_eq!(problems[1], "place: neither a text nor a list of texts");
        assert!(problems[2].starts_with("line 2, url: \"example.org\" is no web address"), "{problems:?}");
    }
}
