//! `aloud export`: transcripts as files for players, people and other programs.

use std::path::{Path, PathBuf};

use indexer::subtitles::write::{self, ExportFormat};

use super::colour::safe;
use super::{Context, Exit, Failure, Format, print_aside, recording};
use crate::catalogue::recordings::Recording;
use crate::library::{Library, files};
use crate::{export, ingest};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    #[arg(required_unless_present = "all")]
    recording: Option<String>,
    /// Export every recording that has words, each into a file of its own.
    #[arg(long, conflicts_with = "recording", requires = "to")]
    all: bool,
    /// The folder or file to write to [default: standard output]. Only earlier exports are replaced.
    #[arg(long, value_name = "DIR|FILE")]
    to: Option<PathBuf>,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let format = match context.format {
        Format::Text => ExportFormat::Txt,
        Format::Json => ExportFormat::Json,
        Format::Csv => ExportFormat::Csv,
        Format::Vtt => ExportFormat::Vtt,
        Format::Srt => ExportFormat::Srt,
        Format::Md => ExportFormat::Md,
        Format::Ttml => ExportFormat::Ttml,
    };
    let library = Library::open_to_read(&context.library).await?;
    let recordings = match &arguments.recording {
        Some(named) => vec![recording::find(&library.catalogue, named).await?],
        None => library.catalogue.recordings().await?,
    };
    let (recordings, without): (Vec<_>, Vec<_>) = recordings.into_iter().partition(|it| it.revision.is_some());
    for recording in &without {
        print_aside(format_args!("{}: it has no words yet; its state: aloud status", safe(&recording.title)));
    }
    let mut exit = if without.is_empty() { Exit::Done } else { Exit::SomeFailed };
    // Named among all, so that a recording keeps its name when others get their words.
    let titles: Vec<_> = recordings.iter().map(|recording| (recording.id, recording.title.as_str())).collect();
    let names = export::file_names(&titles, format);
    for (recording, name) in recordings.iter().zip(names) {
        let text = text(&library, recording, format, context)?;
        let Some(to) = &arguments.to else {
            print(&text);
            continue;
        };
        let is_folder = arguments.all || to.is_dir() || to.as_os_str().as_encoded_bytes().ends_with(b"/");
        let path = if is_folder { to.join(name) } else { to.clone() };
        match put(&path, &text) {
            Ok(()) => print_aside(format_args!("{}", ingest::shown(&path))),
            Err(problem) => {
                exit = Exit::SomeFailed;
                print_aside(format_args!("{}: {problem}", ingest::shown(&path)));
            }
        }
    }
    Ok(exit)
}

fn text(library: &Library, recording: &Recording, format: ExportFormat, context: &Context) -> Result<String, Failure> {
    let public_url = context.config.public_url.as_deref();
    export::text(library, recording, format, public_url).map_err(|error| Failure::new(Exit::Unusable, error))
}

/// Writes a file, making its folder. A file that is there and was not exported by this program stays as it is.
fn put(path: &Path, text: &str) -> Result<(), String> {
    match std::fs::read(path) {
        Ok(bytes) if write::is_ours(&bytes) || bytes == text.as_bytes() => {}
        Ok(_) => {
            return Err("there is a file that this program did not export; move it away or choose another name".into());
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("cannot be looked at ({error})")),
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("its folder cannot be made ({error})"))?;
    }
    files::write_whole(path, text.as_bytes()).map_err(|error| format!("cannot be written ({error})"))
}

/// Prints a document as it is; a reader that went away ends the program quietly.
fn print(text: &str) {
    use std::io::Write;
    if std::io::stdout().write_all(text.as_bytes()).is_err() {
        std::process::exit(0);
    }
}
