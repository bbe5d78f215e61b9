//! A table states the metadata of many recordings, a line each, as spreadsheets save it (CSV).

use std::collections::BTreeMap;

use super::cells::{self, Line};
use super::entry::{self, Entry};
use super::{Field, text_of};

/// The longest table, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// What a table states of one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins, counted from 1.
    pub line: u64,
    /// The media file, or the recording's id.
    pub file: String,
    /// Values by their field; an empty cell states nothing.
    pub values: BTreeMap<Field, String>,
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// What a table states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Its lines.
    pub rows: Vec<Row>,
    /// The lines that cannot be used.
    pub problems: Vec<Problem>,
}

/// Names of the column that says which recording a line is about.
const FILE: [&str; 4] = ["file", "path", "filename", "id"];

/// Reads a table whose first line names the columns; commas, semicolons or tabs stand between them.
///
/// # Errors
/// When no column says which recording a line is about.
pub fn read(bytes: &[u8]) -> Result<Table, String> {
    let text = text_of(bytes);
    let mut lines = cells::lines(&text, separator(&text)).into_iter();
    let mut head = lines.next().unwrap_or_default();
    // What Excel writes above to say what stands between the columns.
    if head.cells.first().is_some_and(|cell| cell.starts_with("sep=")) {
        head = lines.next().unwrap_or_default();
    }
    let columns: Vec<&str> = head.cells.iter().map(|name| name.trim()).collect();
    let names_files = |name: &str| FILE.iter().any(|file| file.eq_ignore_ascii_case(name));
    if !columns.iter().any(|name| names_files(name)) {
        return Err("no column is named file; the first line names the columns: file,title,date,…".into());
    }
    let mut table = Table::default();
    for name in columns.iter().filter(|name| Field::of_key(name).is_none()) {
        if let Some(meant) = Field::nearly(name) {
            table.problems.push(Problem { line: 1, message: format!("{name} is no field; do you mean {meant}?") });
        }
    }
    for Line { number: line, is_open, cells } in lines {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let entry = |(name, cell): (&&str, &String)| Entry {
            key: (*name).to_owned(),
            line: None,
            texts: Ok(vec![cell.clone()]),
        };
        let is_field = |(name, _): &(&&str, &String)| Field::of_key(name).is_some();
        let entries: Vec<Entry> = columns.iter().zip(&cells).filter(is_field).map(entry).collect();
        let (values, problems) = entry::values(&entries);
        let named = columns.iter().zip(&cells).filter(|(name, _)| names_files(name)).map(|(_, cell)| cell.trim());
        let file = named.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default().to_owned();
        let problem = match problems.into_iter().next() {
            _ if is_open => Some("a quotation mark is never closed; what follows it was not read".into()),
            _ if cells.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) => {
                Some("more cells than columns; quote a cell that holds the separator".into())
            }
            _ if file.is_empty() => Some("no file is named".into()),
            problem => problem,
        };
        match problem {
            Some(message) => table.problems.push(Problem { line, message }),
            None => table.rows.push(Row { line, file, values }),
        }
    }
    Ok(table)
}

/// Returns what stands between the columns: of the usual signs, the one that the first line has most of.
fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    // Of equals the last wins.
    ['\t', ';', ','].into_iter().max_by_key(|&sign| first.matches(sign).count()).unwrap_or(',')
}

/// Writes a table: a line for each file with its values.
#[must_use]
pub fn write(rows: impl IntoIterator<Item = (String, BTreeMap<Field, String>)>) -> String {
    let mut text = String::new();
    cells::write(&mut text, [FILE[0]].into_iter().chain(Field::ALL.map(Field::name)));
    for (file, values) in rows {
        let value = |field| values.get(&field).map_or("", String::as_str);
        cells::write(&mut text, [file.as_str()].into_iter().chain(Field::ALL.map(value)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        match read(text.as_bytes()) {
            Err(problem) => vec![format!("!! {problem}")],
            Ok(table) => {
                let values = |row: &Row| {
                    let values = row.values.iter().map(|(field, value)| format!(" {field}={value}"));
                    format!("{}: {}{}", row.line, row.file, values.collect::<String>())
                };
                let problem = |problem: &Problem| format!("! {}: {}", problem.line, problem.message);
                table.rows.iter().map(values).chain(table.problems.iter().map(problem)).collect()
            }
        }
    }

    #[test]
    fn a_table_is_read_as_spreadsheets_save_it() {
        for (text, expected) in [
            (
                "file,title,date\na.mp4,Board,2021\n\nb.mp4,,2022-05\n",
                &["2: a.mp4 title=Board date=2021", "4: b.mp4 date=2022-05"][..],
            ),
            (
                "\u{feff}File;Title;Creator\r\n\"a;b.mp4\";\"The \"\"Board\"\"\";Ann\r\n",
                &["2: a;b.mp4 title=The \"Board\" people=Ann"],
            ),
            ("file\tdc:title\na.mp4\tone, two\n", &["2: a.mp4 title=one, two"]),
            (
                "file,description,date\n\"a.mp4\",\"two\nlines\",soon\nb.mp4,x,2021\n",
                &[
                    "4: b.mp4 date=2021 description=x",
                    "! 2: date: \"soon\" is no date; write 2021, 2021-05 or 2021-05-31",
                ],
            ),
            ("file,title\n,x\n,\n", &["! 2: no file is named"]),
            (
                "file,title\na,b,c\nd\n",
                &["3: d", "! 2: more cells than columns; quote a cell that holds the separator"],
            ),
            ("file,titel\na,b\nc,d\n", &["2: a", "3: c", "! 1: titel is no field; do you mean title?"]),
            ("file,note\na,b\n", &["2: a"]),
            ("file;title\na;b;;\n", &["2: a title=b"]),
            ("sep=;\nfile;title\na;b, c\n", &["3: a title=b, c"]),
            ("id,file,title\n,a,b\n01,,c\n", &["2: a title=b", "3: 01 title=c"]),
            (
                "file,title\na,b\nc,\"d\ne,f\n",
                &["2: a title=b", "! 3: a quotation mark is never closed; what follows it was not read"],
            ),
            ("title\nx\n", &["!! no column is named file; the first line names the columns: file,title,date,…"]),
            ("", &["!! no column is named file; the first line names the columns: file,title,date,…"]),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let values = [(Field::Title, "A, \"B\""), (Field::Description, "one\n\ntwo")];
        let values: BTreeMap<_, _> = values.map(|(field, value)| (field, value.to_owned())).into();
        let table = read(write([("x;y.mp4".to_owned(), values.clone())]).as_bytes()).expect("a table");
        assert_eq!(table, Table { rows: vec![Row { line: 2, file: "x;y.mp4".into(), values }], problems: vec![] });
    }
}
