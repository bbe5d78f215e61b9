//! `aloud edit --csv FILE`: the metadata of many recordings from one table, and the table to begin with.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use indexer::recording::RecordingId;
use indexer::subtitles::sidecar;

use super::super::colour::safe;
use super::super::{Context, Exit, Failure, Format, print, print_json, remote};
use crate::catalogue::metadata::Edited;
use crate::catalogue::recordings::Recording;
use crate::http::RowRequest;
use crate::ingest::absolute;
use crate::library::Library;
use crate::metadata::table::{self, MAX_BYTES, Problem, Row, Table};
use crate::metadata::{Edit, Field, Source};
use crate::view;

/// Lines that a server is handed at a time, so that no request grows beyond what it takes.
const AT_A_TIME: usize = 20;

/// The shortest prefix of an id that a line may name.
const SHORTEST_ID: usize = 8;

/// Changes recordings as a table says; lines that cannot be used are listed and the others done.
pub(super) async fn take(file: &Path, context: &Context) -> Result<Exit, Failure> {
    let cannot = |problem: String| Failure::new(Exit::Usage, format!("{}: {problem}", file.display()));
    let (bytes, folder) = read(file).map_err(|error| cannot(format!("cannot be read ({error})")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(cannot(format!("longer than {} MiB; divide it", MAX_BYTES >> 20)));
    }
    let Table { rows, mut problems } = table::read(&bytes).map_err(cannot)?;
    let server = remote::server(&context.library);
    let library = match server {
        Some(_) => Library::open_to_read(&context.library).await?,
        None => Library::open_existing(&context.library).await?,
    };
    let recordings = library.catalogue.recordings().await?;
    let rows = matched(rows, &Named::new(&recordings, folder), &mut problems);
    let count = rows.len();
    let mut changed = Vec::new();
    match server {
        Some(server) => {
            for rows in rows.chunks(AT_A_TIME) {
                changed.extend(server.edit_all(rows)?);
            }
        }
        None => {
            for RowRequest { recording, set } in rows {
                let edit = Edit::new(set, [], [], []).map_err(|error| Failure::new(Exit::Usage, error))?;
                if library.catalogue.edit(recording, &edit, Source::Csv).await? == Edited::Done(true) {
                    changed.push(recording);
                }
            }
        }
    }
    problems.sort_by_key(|problem| problem.line);
    if context.format == Format::Json {
        let shown = |problem: &Problem| serde_json::json!({ "line": problem.line, "message": problem.message });
        let problems: Vec<_> = problems.iter().map(shown).collect();
        print_json(&serde_json::json!({ "lines": count, "changed": changed, "problems": problems }))?;
    } else {
        for Problem { line, message } in &problems {
            print(format_args!("line {line}: {}", safe(message)));
        }
        let (changed, left) = (changed.len(), problems.len());
        print(format_args!("lines used: {count}, recordings changed: {changed}, lines not used: {left}"));
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

/// Reads a table; paths in it begin in its own folder, or in the working folder when it comes from standard input.
fn read(file: &Path) -> std::io::Result<(Vec<u8>, PathBuf)> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        return Ok((bytes, std::env::current_dir()?));
    }
    std::fs::File::open(file)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes, absolute(file).parent().unwrap_or(Path::new("/")).to_owned()))
}

/// The recordings by all that a line may call them.
struct Named<'a> {
    folder: PathBuf,
    by_path: HashMap<&'a Path, RecordingId>,
    /// By the last part of a path, as names are compared; several recordings may share it.
    by_name: HashMap<String, Vec<(&'a Path, RecordingId)>>,
    ids: Vec<(String, RecordingId)>,
}

impl<'a> Named<'a> {
    fn new(recordings: &'a [Recording], folder: PathBuf) -> Self {
        let files = recordings.iter().flat_map(|it| it.files.iter().map(|path| (path.as_path(), it.id)));
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (path, id) in files.clone() {
            by_name.entry(name_key(path)).or_default().push((path, id));
        }
        let ids = recordings.iter().map(|recording| (recording.id.to_string(), recording.id)).collect();
        Self { folder, by_path: files.collect(), by_name, ids }
    }

    /// Finds the recording that a line is about: by a path, from the table's folder or the end of one, or by its id.
    fn find(&self, named: &str) -> Result<RecordingId, String> {
        let path = Path::new(named);
        if let Some(&id) = self.by_path.get(absolute(&self.folder.join(path)).as_path()) {
            return Ok(id);
        }
        let of_name = self.by_name.get(&name_key(path)).map_or(&[][..], Vec::as_slice);
        let is_same = |other: &Path| other.ends_with(path);
        // A table and a disk may write the same name in two ways: composed or not, large or small.
        let is_alike = |other: &Path| PathBuf::from(key(other)).ends_with(key(path));
        for is_end in [&is_same as &dyn Fn(&Path) -> bool, &is_alike] {
            let mut ends = of_name.iter().filter(|(other, _)| is_end(other)).map(|&(_, id)| id);
            if let Some(id) = ends.next() {
                let is_one = ends.all(|other| other == id);
                return if is_one { Ok(id) } else { Err(several(named, "write more of the path")) };
            }
        }
        let prefix = named.to_ascii_lowercase();
        if prefix.len() >= SHORTEST_ID && prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let mut ids = self.ids.iter().filter(|(id, _)| id.starts_with(&prefix)).map(|&(_, id)| id);
            match (ids.next(), ids.next()) {
                (Some(id), None) => return Ok(id),
                (Some(_), Some(_)) => return Err(several(named, "write more of the id")),
                _ => {}
            }
        }
        Err(format!("there is no recording {named}; is it indexed, and is the path that of its media?"))
    }
}

/// Returns the form in which paths are compared.
fn key(path: &Path) -> String {
    sidecar::key(&path.to_string_lossy())
}

fn name_key(path: &Path) -> String {
    key(Path::new(path.file_name().unwrap_or_default()))
}

fn several(named: &str, next: &str) -> String {
    format!("several recordings are called {named}; {next}")
}

/// Returns the lines with their recordings; those without one, and second ones of a recording, become problems.
fn matched(rows: Vec<Row>, named: &Named<'_>, problems: &mut Vec<Problem>) -> Vec<RowRequest> {
    let mut lines: HashMap<RecordingId, u64> = HashMap::new();
    let mut matched = Vec::new();
    for Row { line, file, values } in rows {
        let found = named.find(&file).and_then(|id| match lines.insert(id, line) {
            None => Ok(id),
            Some(first) => Err(format!("{file} is the recording of line {first} again; only that line is used")),
        });
        match found {
            Ok(recording) => matched.push(RowRequest { recording, set: values }),
            Err(message) => problems.push(Problem { line, message }),
        }
    }
    matched
}

/// Prints a table for the recordings in a folder, with what is in effect.
pub(super) async fn template(folder: &Path, context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let folder = absolute(folder);
    let mut rows: BTreeMap<String, BTreeMap<Field, String>> = BTreeMap::new();
    for recording in library.catalogue.recordings().await? {
        let Some(inside) = recording.files.iter().find_map(|path| path.strip_prefix(&folder).ok()) else { continue };
        // A name that no table can hold is written as the id.
        let named = inside.to_str().filter(|name| !name.contains(char::is_control) && name.trim() == *name);
        let named = named.map_or_else(|| recording.id.to_string(), str::to_owned);
        let known = view::metadata(&library.catalogue.statements(recording.id).await?);
        rows.insert(named, known.into_iter().filter_map(|(field, view)| Some((field, view.value?))).collect());
    }
    if rows.is_empty() {
        let message = format!("no recording has a file in {}; add some with: aloud index FOLDER", folder.display());
        return Err(Failure::new(Exit::Usage, message));
    }
    let text = table::write(rows);
    print(text.trim_end_matches('\n'));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[tokio::test]
    async fn lines_find_their_recordings() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(folder.path()).await.expect("a library");
        let stamp = crate::catalogue::files::Stamp { size: 1, mtime_ns: 1, inode: 1 };
        for (number, path) in [
            (1, "/talks/a.mp4"),
            (2, "/talks/old/b.mp4"),
            (3, "/talks/new/b.mp4"),
            (1, "/copy/a.mp4"),
            (4, "/talks/Café.mp4"),
        ] {
            let id = RecordingId::new([number; 16]);
            library.catalogue.add_recording(id, path).await.expect("a recording");
            library.catalogue.set_file(Path::new(path), stamp, id).await.expect("a file");
        }
        let recordings = library.catalogue.recordings().await.expect("recordings");
        let named = Named::new(&recordings, "/talks/new".into());
        for (text, expected) in [
            ("/talks/a.mp4", Ok(1)),
            ("a.mp4", Ok(1)),
            ("b.mp4", Ok(3)),
            ("old/b.mp4", Ok(2)),
            ("/talks/cafe\u{301}.mp4", Ok(4)),
            ("02020202", Ok(2)),
            ("0202", Err("there is no recording 0202")),
            ("lks/a.mp4", Err("there is no recording")),
            ("..", Err("there is no recording ..")),
        ] {
            match (named.find(text), expected) {
                (Ok(id), Ok(number)) => assert_eq!(id, RecordingId::new([number; 16]), "{text}"),
                (Err(problem), Err(expected)) => assert!(problem.starts_with(expected), "{problem}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
        assert!(
            Named::new(&recordings, "/".into()).find("b.mp4").is_err_and(|it| it.contains("write more of the path"))
        );

        let row = |line, file: &str| Row { line, file: file.into(), values: BTreeMap::new() };
        let mut problems = Vec::new();
        assert_eq!(matched(vec![row(2, "a.mp4"), row(3, "/copy/a.mp4"), row(4, "x")], &named, &mut problems).len(), 1);
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 4]);
        assert!(problems[0].message.contains("the recording of line 2 again"), "{problems:?}");
    }
}
