//! The invariants of ARCHITECTURE.md that reading the sources can hold. A failure names file, line and rule.

mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::{Source, words};

/// Each outside crate and the one module (a file and its folder) that may name it.
const HOMES: [(&str, &str); 18] = [
    ("whisper_rs", "indexer/src/transcribe/whisper"),
    ("whisper_rs_sys", "indexer/src/transcribe/whisper"),
    ("symphonia", "indexer/src/audio/decode"),
    ("symphonia_adapter_libopus", "indexer/src/audio/decode"),
    ("rubato", "indexer/src/audio/resample"),
    ("audioadapter", "indexer/src/audio/resample"),
    ("audioadapter_buffers", "indexer/src/audio/resample"),
    ("earshot", "indexer/src/transcribe/frame"),
    ("tantivy", "indexer/src/search/engine"),
    ("chardetng", "indexer/src/subtitles/decode"),
    ("encoding_rs", "indexer/src/subtitles/decode"),
    // Tables and documents of metadata are read in the crate that knows them.
    ("encoding_rs", "src/metadata"),
    ("quick_xml", "indexer/src/subtitles/xml"),
    ("sqlx", "src/catalogue"),
    ("tar", "src/upkeep/archive"),
    ("saphyr_parser", "src/metadata/yaml"),
    ("globset", "src/ingest/patterns"),
    ("notify", "src/ingest/watch"),
];

/// Crates of the outer world, which the indexer does without.
const OUTSIDE_THE_INDEXER: [&str; 8] = ["tokio", "axum", "sqlx", "reqwest", "ureq", "tracing", "log", "clap"];

/// What the indexer never says: output, environment, addresses.
const SILENT: [&str; 9] =
    ["println!", "eprintln!", "print!", "eprint!", "dbg!", "std::env", "env::var", "http://", "https://"];

/// The folders of sources, one a crate.
const CRATES: [&str; 2] = ["indexer/src", "src"];

/// Fails with all that was found, a line each.
#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Says whether `code` names the crate: at the start of a path, or alone in a `use`.
fn names_crate(code: &str, name: &str) -> bool {
    words(code, name).into_iter().any(|start| {
        let used = code[..start].ends_with("use ");
        let begins = !code[..start].ends_with("::") || code[..start].ends_with(" ::");
        begins && (used || code[start + name.len()..].starts_with("::"))
    })
}

#[test]
fn an_outside_crate_is_named_in_one_place() {
    let mut found = Vec::new();
    for source in CRATES.iter().flat_map(|folder| Source::rust(folder)) {
        let is_home = |name: &str| HOMES.iter().any(|(it, home)| *it == name && source.belongs_to(home));
        for (name, home) in HOMES.iter().filter(|(name, _)| !is_home(name)) {
            for (line, _) in source.code().filter(|(_, code)| names_crate(code, name)) {
                found.push(format!("{}:{line}: {name} is named in {home}.rs or {home}/ only", source.path));
            }
        }
    }
    none(&found);
}

#[test]
fn the_indexer_is_silent_and_alone() {
    let mut found = Vec::new();
    for source in Source::rust("indexer/src") {
        for (line, code) in source.code_without_tests() {
            for name in OUTSIDE_THE_INDEXER.iter().filter(|name| names_crate(code, name)) {
                found.push(format!("{}:{line}: the indexer does without {name}", source.path));
            }
            // The name of a namespace looks like an address and is none.
            let code = code.replace("http://www.w3.org/ns/", "");
            for word in SILENT.iter().filter(|word| code.contains(**word)) {
                found.push(format!("{}:{line}: the indexer is silent and knows no surroundings: {word}", source.path));
            }
        }
    }
    none(&found);
}

/// Returns the modules that the root of a crate declares, in order.
fn declared(folder: &str) -> Vec<String> {
    let root = Source::rust(folder).into_iter().find(|source| source.path == format!("{folder}/lib.rs"));
    let declared_by = |code: &str| {
        let name = code.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod ")?;
        name.strip_suffix(';').map(str::to_owned)
    };
    root.expect("a library").code().filter_map(|(_, code)| declared_by(code)).collect()
}

#[test]
fn a_module_uses_only_those_declared_above_it() {
    let mut found = Vec::new();
    for folder in CRATES {
        let order = declared(folder);
        let place = |name: Option<&String>| order.iter().position(|module| Some(module) == name);
        for source in Source::rust(folder) {
            let Some(here) = place(source.module(folder).first()) else { continue };
            for reference in source.references(folder) {
                if place(reference.path.first()).is_some_and(|there| there > here) {
                    let (path, line, used) = (&source.path, reference.line, &reference.path[0]);
                    found.push(format!("{path}:{line}: {used} is declared below {} in lib.rs", order[here]));
                }
            }
        }
    }
    none(&found);
}

/// Returns which module names which, with the place of the first naming. A module, what it lies in and what lies in
/// it are one room: arrows between them are not counted.
fn arrows(folder: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let sources = Source::rust(folder);
    let modules: BTreeSet<Vec<String>> = sources.iter().map(|source| source.module(folder)).collect();
    let mut arrows: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in &sources {
        let here = source.module(folder);
        for reference in source.references(folder) {
            let longest = (1..=reference.path.len()).rev().map(|length| &reference.path[..length]);
            let Some(there) = longest.into_iter().find(|path| modules.contains(*path)) else { continue };
            if !here.starts_with(there) && !there.starts_with(&here) {
                let place = format!("{}:{}", source.path, reference.line);
                arrows.entry(here.join("::")).or_default().entry(there.join("::")).or_insert(place);
            }
        }
    }
    arrows
}

/// Returns the modules that `start` reaches, each with the module it was reached from.
fn reached(arrows: &BTreeMap<String, BTreeMap<String, String>>, start: &str) -> BTreeMap<String, String> {
    let mut reached = BTreeMap::new();
    let mut open = vec![start.to_owned()];
    while let Some(module) = open.pop() {
        for next in arrows.get(&module).into_iter().flat_map(BTreeMap::keys) {
            if !reached.contains_key(next) {
                reached.insert(next.clone(), module.clone());
                open.push(next.clone());
            }
        }
    }
    reached
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let mut found = Vec::new();
    for folder in CRATES {
        let arrows = arrows(folder);
        for module in arrows.keys() {
            if let Some(last) = reached(&arrows, module).get(module) {
                let place = &arrows[last][module];
                found.push(format!("{place}: {last} names {module}, which needs {last}: an import circle"));
            }
        }
    }
    none(&found);
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not trip over itself.
    let stubs = [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[ig", "nore")];
    let mut found = Vec::new();
    for source in Source::rust(".") {
        for (line, code) in source.code() {
            for stub in stubs.iter().filter(|stub| code.contains(**stub)) {
                found.push(format!("{}:{line}: left undone: {stub}", source.path));
            }
        }
    }
    none(&found);
}

#[test]
fn a_file_opens_with_what_it_is() {
    let without = |source: &Source| !source.text.starts_with("//! ");
    let found = Source::rust(".").into_iter().filter(without);
    none(&found.map(|source| format!("{}:1: no //! line says what this file is", source.path)).collect::<Vec<_>>());
}

#[test]
fn no_registry_and_no_machine_is_named() {
    let names = [
        concat!("crates", ".io"),
        concat!("pypi", ".org"),
        concat!("python", "hosted"),
        concat!("npm", "js."),
        concat!("deb.", "debian.org"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let mut found = Vec::new();
    for source in Source::read_all(".").into_iter().filter(|source| !source.path.ends_with("lock")) {
        for (line, text) in (1..).zip(source.text.lines()) {
            for name in names.iter().filter(|name| text.contains(**name)) {
                found.push(format!("{}:{line}: names a registry or a machine: {name}", source.path));
            }
        }
    }
    none(&found);
}
