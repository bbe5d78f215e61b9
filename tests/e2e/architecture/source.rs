//! A source file as the rules read it: its code by line, without comments, and the modules that it names.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold no source of ours.
const FOREIGN: [&str; 4] = [".git", ".venv", "node_modules", "target"];

/// A text file of the checkout.
pub(crate) struct Source {
    /// Path from the root of the checkout, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A module named in the code: the line that names it, and its full path from the root of the crate.
pub(crate) struct Reference {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

impl Source {
    /// Reads every text file of the checkout under `folder`, in the order of their paths.
    pub(crate) fn read_all(folder: &str) -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files);
        files.sort();
        files
            .into_iter()
            .filter_map(|file| {
                let text = fs::read_to_string(&file).ok()?;
                let path = file.strip_prefix(root).expect("inside the root").to_string_lossy().replace('\\', "/");
                Some(Source { path, text })
            })
            .collect()
    }

    /// Reads every Rust file under `folder`.
    pub(crate) fn rust(folder: &str) -> Vec<Source> {
        Source::read_all(folder)
            .into_iter()
            .filter(|source| Path::new(&source.path).extension().is_some_and(|ending| ending == "rs"))
            .collect()
    }

    /// Says whether the file is the module's tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// Says whether the file is `module` (a path without `.rs`) or lies in its folder.
    pub(crate) fn belongs_to(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// Returns the lines with their numbers from 1, comments blanked.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines().map(without_comment))
    }

    /// Returns the lines before the inline tests, which stand last in a file; none when the whole file is tests.
    pub(crate) fn code_without_tests(&self) -> Vec<(usize, &str)> {
        let lines: Vec<_> = self.code().collect();
        let tests = lines.windows(2).position(|pair| {
            pair[0].1.trim() == "#[cfg(test)]" && pair[1].1.starts_with("mod ") && pair[1].1.ends_with('{')
        });
        match tests {
            _ if self.is_test() => Vec::new(),
            Some(first) => lines[..first].to_vec(),
            None => lines,
        }
    }

    /// Returns the module path of this file inside the crate whose sources lie in `folder`: empty for its root.
    pub(crate) fn module(&self, folder: &str) -> Vec<String> {
        let inside = self.path.strip_prefix(folder).unwrap_or(&self.path).trim_matches('/');
        let inside = inside.strip_suffix(".rs").unwrap_or(inside);
        let segments = inside.split('/').map(str::to_owned).collect::<Vec<_>>();
        if segments == ["lib"] || segments == ["main"] { Vec::new() } else { segments }
    }

    /// Returns what the code outside tests names by `crate::`, `super::` or `self::`, groups in braces expanded.
    pub(crate) fn references(&self, folder: &str) -> Vec<Reference> {
        let here = self.module(folder);
        let lines = self.code_without_tests();
        let mut found = Vec::new();
        for (at, (line, code)) in lines.iter().enumerate() {
            for start in ["crate", "super", "self"].iter().flat_map(|root| words(code, root)) {
                let before = code[..start].chars().next_back();
                if matches!(before, Some(':' | '$')) || !starts_path(&code[start..]) {
                    continue;
                }
                let rest = lines[at + 1..].iter().map(|(_, code)| *code);
                let statement = std::iter::once(&code[start..]).chain(rest).collect::<Vec<_>>().join("\n");
                let mut paths = Vec::new();
                read_tree(&statement, &mut Vec::new(), &mut paths);
                found.extend(paths.into_iter().map(|path| Reference { line: *line, path: resolve(&here, &path) }));
            }
        }
        found
    }
}

/// Returns where `word` stands in `code` as a whole identifier.
pub(crate) fn words(code: &str, word: &str) -> Vec<usize> {
    code.match_indices(word)
        .map(|(start, _)| start)
        .filter(|&start| {
            let before = code[..start].chars().next_back();
            let after = code[start + word.len()..].chars().next();
            !before.is_some_and(is_identifier) && !after.is_some_and(is_identifier)
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let name = entry.file_name();
        let kind = entry.file_type().expect("a kind of file");
        if kind.is_dir() && !FOREIGN.iter().any(|foreign| name == *foreign) {
            collect(&entry.path(), files);
        } else if kind.is_file() && name != ".git" {
            files.push(entry.path());
        }
    }
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

fn is_identifier(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn starts_path(code: &str) -> bool {
    code.trim_start_matches(is_identifier).starts_with("::")
}

/// Reads one use tree (`a::b`, `a::{b, c::d}`) from the start of `text`; returns what follows it.
fn read_tree<'text>(text: &'text str, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> &'text str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            let after = read_tree(rest, prefix, paths);
            // Past an alias ("as x"), to what ends this branch.
            let Some(end) = after.find([',', '}']) else { return "" };
            rest = after[end..].strip_prefix(',').unwrap_or(&after[end..]);
        }
    }
    let end = text.find(|letter| !is_identifier(letter)).unwrap_or(text.len());
    let (segment, rest) = text.split_at(end);
    if segment.is_empty() {
        paths.push(prefix.clone());
        return rest;
    }
    prefix.push(segment.to_owned());
    let rest = if let Some(deeper) = rest.strip_prefix("::") {
        read_tree(deeper, prefix, paths)
    } else {
        paths.push(prefix.clone());
        rest
    };
    prefix.pop();
    rest
}

fn resolve(here: &[String], path: &[String]) -> Vec<String> {
    let mut resolved = here.to_vec();
    for (ordinal, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" if ordinal == 0 => resolved.clear(),
            "super" => drop(resolved.pop()),
            "self" => {}
            name => resolved.push(name.to_owned()),
        }
    }
    resolved
}

mod tests {
    use super::*;

    fn check_references(path: &str, text: &str, expected: &[(usize, &str)]) {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let found = source.references("indexer/src");
        let found: Vec<_> = found.iter().map(|found| (found.line, found.path.join("::"))).collect();
        let expected: Vec<_> = expected.iter().map(|(line, path)| (*line, (*path).to_owned())).collect();
        assert_eq!(found, expected, "{path}: {text}");
    }

    #[test]
    fn references_are_read_from_paths_and_groups() {
        let file = "indexer/src/audio/clock.rs";
        check_references(file, "use crate::time::Millis;", &[(1, "time::Millis")]);
        check_references(file, "use super::Sound;\nuse super::super::time;", &[(1, "audio::Sound"), (2, "time")]);
        check_references(
            file,
            "use crate::{\n    time::{Millis, TimeSpan as Span},\n    term,\n};",
            &[(1, "time::Millis"), (1, "time::TimeSpan"), (1, "term")],
        );
        check_references(file, "fn f() -> crate::time::Millis {}", &[(1, "time::Millis")]);
        check_references(file, "// crate::time\nlet a = 1; // crate::time\npub(crate) fn f() {}", &[]);
        check_references(file, "#[cfg(test)]\nmod tests {\n    use crate::search::Hit;\n}", &[]);
        check_references("indexer/src/audio/clock/tests.rs", "use crate::search::Hit;", &[]);
        check_references("indexer/src/lib.rs", "use self::time::Millis;", &[(1, "time::Millis")]);
    }

    #[test]
    fn a_module_is_its_file_and_its_folder() {
        for (path, module, expected) in [
            ("src/catalogue.rs", "src/catalogue", true),
            ("src/catalogue/jobs.rs", "src/catalogue", true),
            ("src/catalogue_old.rs", "src/catalogue", false),
            ("indexer/src/catalogue.rs", "src/catalogue", false),
        ] {
            let source = Source { path: path.to_owned(), text: String::new() };
            assert_eq!(source.belongs_to(module), expected, "{path} in {module}");
        }
    }
}
