//! `aloud reindex`: the index made anew from the current transcripts; nothing is transcribed.

use super::colour::safe;
use super::{Context, Exit, Failure, Format, print, print_json, remote};
use crate::library::Library;

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let (count, library) = if let Some(server) = remote::server(&context.library) {
        (server.reindex()?, Library::open_to_read(&context.library).await?)
    } else {
        let library = Library::open_existing(&context.library).await?;
        (library.rebuild_index().await?, library)
    };
    let mut lost = library.catalogue.stored_revisions().await?;
    lost.retain(|revision| revision.is_current && revision.is_lost);
    if context.format == Format::Json {
        let lost: Vec<_> = lost.iter().map(|revision| revision.recording).collect();
        print_json(&serde_json::json!({ "recordings": count, "lost": lost }))?;
    } else {
        for revision in &lost {
            let title = safe(&revision.title);
            print(format_args!("{title}: its transcript cannot be read; see what can be done with: aloud doctor"));
        }
        print(format_args!("{count} recordings indexed"));
    }
    Ok(if lost.is_empty() { Exit::Done } else { Exit::SomeFailed })
}
