//! `aloud speakers`: who speaks in a recording, and what they are called.

use super::colour::{dim, safe};
use super::{Context, Exit, Failure, Format, print, print_json, recording, remote};
use crate::catalogue::speakers::SpeakerChange;
use crate::http::{Merged, Renamed, SpeakersRequest};
use crate::library::Library;
use crate::view;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The recording: its id, a prefix of it, or the path of its media.
    recording: String,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Clone, clap::Subcommand)]
enum Action {
    /// Give a speaker a name that nobody has.
    Rename {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// Say that two speakers are one person.
    Merge {
        /// Whose name goes.
        from: String,
        /// Whose name stays.
        into: String,
    },
    /// Call a speaker as the transcript does again; those who were merged part.
    Reset {
        /// The name until now.
        name: String,
    },
}

impl From<Action> for SpeakersRequest {
    fn from(action: Action) -> Self {
        match action {
            Action::Rename { from, to } => Self { rename: vec![Renamed { from, to }], ..Self::default() },
            Action::Merge { from, into } => Self { merge: vec![Merged { from, into }], ..Self::default() },
            Action::Reset { name } => Self { reset: vec![name], ..Self::default() },
        }
    }
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let server = remote::server(&context.library);
    let library = match (&arguments.action, &server) {
        (Some(_), None) => Library::open_existing(&context.library).await?,
        _ => Library::open_to_read(&context.library).await?,
    };
    let id = recording::find(&library.catalogue, &arguments.recording).await?.id;
    if let Some(action) = arguments.action.clone() {
        let request = SpeakersRequest::from(action);
        if let Some(server) = server {
            server.speakers(id, &request)?;
        } else {
            let changes = Vec::<SpeakerChange>::from(request);
            let done = library.catalogue.change_speakers(id, &changes).await?;
            done.map_err(|error| Failure::new(Exit::Usage, error))?;
        }
    }
    let speakers = view::speakers(&library.catalogue.speakers(id).await?);
    if context.format == Format::Json {
        print_json(&serde_json::json!({ "id": id, "speakers": speakers }))?;
        return Ok(Exit::Done);
    }
    if speakers.is_empty() {
        print("its transcript names no speakers");
    }
    for view::SpeakerView { name, spoken_as } in speakers {
        let is_same = spoken_as.iter().all(|spoken_as| *spoken_as == name);
        let before = if is_same {
            String::new()
        } else {
            dim(&format!("  (in the transcript: {})", safe(&spoken_as.join(", "))), context.colour)
        };
        print(format_args!("{}{before}", safe(&name)));
    }
    Ok(Exit::Done)
}
