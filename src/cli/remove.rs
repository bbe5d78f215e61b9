//! `aloud remove`: everything that was made of a recording goes; its media stay.

use std::path::Path;

use indexer::recording::RecordingId;

use super::{Context, Exit, Failure, Format, print, print_json, recording, remote};
use crate::catalogue::Catalogue;
use crate::ingest::identity;
use crate::library::Library;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    recording: String,
    /// Let a recording that was removed be taken in again.
    #[arg(long)]
    forget: bool,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    if let Some(server) = remote::server(&context.library) {
        if arguments.forget {
            let message = format!("a server is running at {}; stop it first", server.address());
            return Err(Failure::new(Exit::InUse, message));
        }
        let library = Library::open_to_read(&context.library).await?;
        let recording = recording::find(&library.catalogue, &arguments.recording).await?;
        server.remove(recording.id)?;
        return say(context, &format!("removed {}; its media are untouched", recording.title));
    }
    let library = Library::open_existing(&context.library).await?;
    if arguments.forget {
        let removed = removed(&library.catalogue, &arguments.recording).await?;
        library.catalogue.forget_removed(removed).await?;
        return say(context, "it can be taken in again with: aloud index PATH");
    }
    let recording = recording::find(&library.catalogue, &arguments.recording).await?;
    library.remove(recording.id).await?;
    say(context, &format!("removed {}; its media are untouched", recording.title))
}

/// Finds the removed recording that a person means: by its media, or by a prefix of its id.
async fn removed(catalogue: &Catalogue, named: &str) -> Result<RecordingId, Failure> {
    let all = catalogue.removed().await?;
    let path = Path::new(named);
    let of_media = identity::stamp(path).and_then(|stamp| identity::identify(path, stamp));
    if let Some(id) = of_media.ok().filter(|id| all.contains(id)) {
        return Ok(id);
    }
    let usage = |problem: String| Failure::new(Exit::Usage, problem);
    let prefix = recording::prefix(named).ok_or_else(|| {
        usage(format!("{named:?} is neither media that were removed nor four digits of an id or more"))
    })?;
    let mut found = all.into_iter().filter(|id| id.to_string().starts_with(&prefix));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => Err(usage(format!("nothing was removed under the id {named}"))),
        _ => Err(usage(format!("several that were removed begin with {named}; give more of the id"))),
    }
}

fn say(context: &Context, text: &str) -> Result<Exit, Failure> {
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "done": text }))?,
        _ => print(text),
    }
    Ok(Exit::Done)
}
