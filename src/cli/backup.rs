//! `aloud backup`: everything that cannot be made again, in one file, also while a server runs.

use std::path::PathBuf;

use super::colour::safe;
use super::{Context, Exit, Failure, Format, print, print_json};
use crate::upkeep::backup::{self, BackupError};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file to write, which is not there yet; a tar file compressed with Zstandard.
    file: PathBuf,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let done = backup::backup(&context.library, &arguments.file).await?;
    if context.format == Format::Json {
        let file = arguments.file.display().to_string();
        print_json(&serde_json::json!({
            "file": file, "bytes": done.bytes, "backup": done.manifest, "problems": done.problems
        }))?;
    } else {
        print(format_args!(
            "{}: {} recordings, {} transcripts, {} kB; the media are not in it",
            safe(&arguments.file.display().to_string()),
            done.manifest.recordings,
            done.manifest.transcripts,
            done.bytes.div_ceil(1000)
        ));
        for problem in &done.problems {
            print(format_args!("not as it was written: {}; see what can be done with: aloud doctor", safe(problem)));
        }
    }
    Ok(if done.problems.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Exists(_) => Self::new(Exit::Usage, error),
            BackupError::Busy(_) => Self::new(Exit::InUse, error),
            _ => Self::new(Exit::Unusable, error),
        }
    }
}
