//! `aloud config`: each setting, its value and where it came from.

use serde::Serialize;

use super::{Context, Exit, Failure, Format, print, print_json};
use crate::config::KEYS;

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    value: &'a str,
    origin: String,
}

pub(super) fn run(context: &Context) -> Result<Exit, Failure> {
    let rows = context.config.origins.iter().map(|(key, value, origin)| Row { key, value, origin: origin.to_string() });
    if context.format == Format::Json {
        let rows: Vec<_> = rows.collect();
        print_json(&serde_json::json!({ "library": context.library, "settings": rows }))?;
        return Ok(Exit::Done);
    }
    print(format_args!("library = \"{}\"", context.library.display()));
    for (row, key) in rows.zip(&KEYS) {
        print(format_args!("\n# {}\n{} = {:?}   # {}", key.help, row.key, row.value, row.origin));
    }
    Ok(Exit::Done)
}
