//! `aloud reindex`: the index made anew from the current transcripts; nothing is transcribed.

use super::{Context, Exit, Failure, Format, print, print_json, remote};
use crate::library::Library;

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let count = match remote::server(&context.library) {
        Some(server) => server.reindex()?,
        None => Library::open(&context.library).await?.rebuild_index().await?,
    };
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "recordings": count }))?,
        _ => print(format_args!("{count} recordings indexed")),
    }
    Ok(Exit::Done)
}
