//! `aloud show`: one recording and its words.

use indexer::passage::passages;
use indexer::time::Millis;

use super::colour::{bold, dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json, recording};
use crate::library::Library;
use crate::view::RecordingView;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    recording: String,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let library = Library::open_to_read(&context.library).await?;
    let recording = recording::find(&library.catalogue, &arguments.recording).await?;
    let view = RecordingView::new(&recording, Millis::ZERO);
    let transcript = match recording.revision {
        Some(revision) => {
            let read = library.transcripts.read(recording.id, revision);
            Some(read.map_err(|error| Failure::new(Exit::Unusable, error))?)
        }
        None => None,
    };
    if context.format == Format::Json {
        let text = transcript.as_ref().map(|transcript| {
            let all = indexer::transcript::WordRange::new(0, u32::try_from(transcript.words.len()).unwrap_or(u32::MAX));
            transcript.text(all)
        });
        let files: Vec<_> = recording.files.iter().map(|path| crate::ingest::shown(path)).collect();
        print_json(&serde_json::json!({ "recording": view, "files": files, "text": text }))?;
        return Ok(Exit::Done);
    }
    let colour = context.colour;
    print(bold(&safe(&recording.title), colour));
    let length = recording.duration.map_or_else(|| "unknown".into(), |duration| duration.to_string());
    print(format_args!("id        {}", recording.id));
    print(format_args!("state     {}", view.state));
    print(format_args!("length    {length}"));
    print(format_args!("kind      {}", view.kind));
    print(format_args!("languages {}", view.languages.join(", ")));
    for path in &recording.files {
        print(format_args!("file      {}", crate::ingest::shown(path)));
    }
    for caption in library.catalogue.captions(recording.id).await? {
        print(format_args!("captions  {} ({})", crate::ingest::shown(&caption.path), caption.language));
    }
    if let Some(damage) = &recording.damage {
        print(format_args!("damage    {}", safe(damage)));
    }
    if let Some(failure) = &recording.failure {
        print(format_args!("problem   {}", safe(&failure.reason)));
    }
    let Some(transcript) = transcript else { return Ok(Exit::Done) };
    for passage in passages(&transcript) {
        let speaker = transcript.words[passage.words.start as usize].speaker;
        let speaker = speaker.and_then(|ordinal| recording.speakers.get(usize::from(ordinal)));
        let speaker = speaker.map_or_else(String::new, |name| format!(" {}", bold(&safe(name), colour)));
        let time = dim(&passage.span.start().to_string(), colour);
        print(format_args!("\n{time}{speaker}\n{}", safe(transcript.text(passage.words).trim())));
    }
    Ok(Exit::Done)
}
