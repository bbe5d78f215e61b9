//! `aloud show`: one recording and its words.

use indexer::passage::passages;
use indexer::time::Millis;

use super::colour::{bold, dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json, recording};
use crate::catalogue::tracks::Track;
use crate::library::Library;
use crate::view::{self, FieldView, RecordingView, TrackView};

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
    let tracks = library.catalogue.tracks(recording.id).await?;
    let statements = library.catalogue.statements(recording.id).await?;
    if context.format == Format::Json {
        let text = transcript.as_ref().map(|transcript| {
            let all = indexer::transcript::WordRange::new(0, u32::try_from(transcript.words.len()).unwrap_or(u32::MAX));
            transcript.text(all)
        });
        let files: Vec<_> = recording.files.iter().map(|path| crate::ingest::shown(path)).collect();
        let tracks: Vec<_> = tracks.into_iter().map(TrackView::from).collect();
        print_json(&serde_json::json!({
            "recording": view, "files": files, "tracks": tracks, "text": text,
            "metadata": view::metadata(&statements),
            "voices": view::speakers(&library.catalogue.speakers(recording.id).await?),
        }))?;
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
    for (field, FieldView { value, source }) in view::metadata(&statements) {
        if let (Some(value), Some(source)) = (value, source) {
            let value = value.lines().map(safe).collect::<Vec<_>>().join("\n             ");
            let name = format!("{field}:");
            print(format_args!("{name:<12} {value} {}", dim(&format!("({})", source.as_str()), colour)));
        }
    }
    for line in conflicts(&view) {
        print(line);
    }
    for path in &recording.files {
        print(format_args!("file      {}", crate::ingest::shown(path)));
    }
    for (number, track) in (1..).zip(&tracks) {
        print(format_args!("track {number}   {}", facts(track)));
    }
    if !view.speakers.is_empty() {
        print(format_args!("speakers  {}", safe(&view.speakers.join(", "))));
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

/// Returns what a person must decide about a recording's metadata, and what is wrong with the document beside it.
pub(super) fn conflicts(view: &RecordingView) -> Vec<String> {
    let id = &view.id.to_string()[..8];
    let mut lines = Vec::new();
    for conflict in &view.conflicts {
        let (field, sidecar) = (conflict.field, safe(&conflict.sidecar));
        let flag = field.name();
        lines.push(format!("decide    the document beside the media says another {field}: {sidecar}"));
        lines.push(format!("          aloud edit {id} --take-sidecar {flag}, or --keep {flag}"));
    }
    lines.extend(view.metadata_problem.iter().map(|problem| format!("problem   {}", safe(problem))));
    lines
}

/// Returns what is known of a sound track on one line: `sv, AAC, 2 channels (default, used)`.
fn facts(track: &Track) -> String {
    let language = track.language.map_or_else(|| "language not stated".into(), |language| language.to_string());
    let channels = match track.channels {
        0 => "channels not stated".into(),
        1 => "1 channel".into(),
        channels => format!("{channels} channels"),
    };
    let marks = [(track.is_default, "default"), (track.is_read, "used")];
    let marks: Vec<_> = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    format!("{language}, {}, {channels}{marks}", safe(&track.codec))
}
