//! `aloud remove`: everything that was made of a recording goes; its media stay.

use super::{Context, Exit, Failure, Format, print, print_json, recording, remote};
use crate::library::Library;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    recording: String,
    /// Let a removed recording be taken in again.
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
    let library = Library::open(&context.library).await?;
    if arguments.forget {
        let lifted = library.catalogue.forget_removed(&arguments.recording.to_ascii_lowercase()).await?;
        if lifted == 0 {
            let message = format!("nothing was removed under the id {}", arguments.recording);
            return Err(Failure::new(Exit::Usage, message));
        }
        return say(context, "it can be taken in again with: aloud index PATH");
    }
    let recording = recording::find(&library.catalogue, &arguments.recording).await?;
    library.remove(recording.id).await?;
    say(context, &format!("removed {}; its media are untouched", recording.title))
}

fn say(context: &Context, text: &str) -> Result<Exit, Failure> {
    match context.format {
        Format::Json => print_json(&serde_json::json!({ "done": text }))?,
        _ => print(text),
    }
    Ok(Exit::Done)
}
