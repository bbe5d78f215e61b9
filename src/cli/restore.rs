//! `aloud restore`: a library again, of a backup.

use std::path::PathBuf;

use super::{Context, Exit, Failure, Format, print, print_json};
use crate::upkeep::restore::{self, RestoreError};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file that `aloud backup` wrote.
    file: PathBuf,
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let (library, manifest) = restore::restore(&arguments.file, &context.library).await?;
    library.catalogue.close().await;
    if context.format == Format::Json {
        print_json(&serde_json::json!({ "library": context.library.display().to_string(), "backup": manifest }))?;
    } else {
        print(format_args!(
            "{} recordings and {} transcripts of {} are back in {}",
            manifest.recordings,
            manifest.transcripts,
            manifest.created_at,
            context.library.display()
        ));
        print("where media lie elsewhere now, index their folder; see that all is well with: aloud doctor");
    }
    Ok(Exit::Done)
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Open(error) => error.into(),
            RestoreError::Catalogue(error) => error.into(),
            RestoreError::Occupied(_) => Self::new(Exit::Usage, error),
            RestoreError::Folder { ref source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                Self::disk_full(error)
            }
            _ => Self::new(Exit::Unusable, error),
        }
    }
}
