//! Edits: what is known of recordings and what their speakers are called, changed by a person or a table.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use indexer::recording::RecordingId;
use serde::{Deserialize, Serialize};

use super::App;
use super::asked::{Asked, Id};
use super::error::ApiError;
use super::intake::only_with_token;
use super::recordings::{self, Shown};
use crate::catalogue::metadata::Edited;
use crate::catalogue::speakers::SpeakerChange;
use crate::metadata::{Edit, EditError, Field, Source};
use crate::report::Event;

/// How the metadata of one recording are to be changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EditRequest {
    /// New values; an empty one says that there is none.
    pub set: BTreeMap<Field, String>,
    /// Fields that are as the file and what lies beside it say again.
    pub clear: Vec<Field>,
    /// Fields of which the sidecar is right.
    pub take_sidecar: Vec<Field>,
    /// Fields that stay as they were edited.
    pub keep: Vec<Field>,
}

impl TryFrom<EditRequest> for Edit {
    type Error = EditError;

    fn try_from(request: EditRequest) -> Result<Self, EditError> {
        Self::new(request.set, request.clear, request.take_sidecar, request.keep)
    }
}

/// A line of a table: values for one recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowRequest {
    /// The recording.
    pub recording: RecordingId,
    /// New values.
    pub set: BTreeMap<Field, String>,
}

/// How the speakers of one recording are to be called; what is asked is done in this order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpeakersRequest {
    /// Speakers who get a name that nobody has.
    pub rename: Vec<Renamed>,
    /// Speakers who are one person with another.
    pub merge: Vec<Merged>,
    /// Names of speakers who are called as in the transcript again.
    pub reset: Vec<String>,
}

/// A new name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// The name until now.
    pub from: String,
    /// The name from now on.
    pub to: String,
}

/// Two speakers who are one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// Whose name goes.
    pub from: String,
    /// Whose name stays.
    pub into: String,
}

impl From<SpeakersRequest> for Vec<SpeakerChange> {
    fn from(request: SpeakersRequest) -> Self {
        let rename = request.rename.into_iter().map(|Renamed { from, to }| SpeakerChange::Rename { from, to });
        let merge = request.merge.into_iter().map(|Merged { from, into }| SpeakerChange::Merge { from, into });
        rename.chain(merge).chain(request.reset.into_iter().map(|name| SpeakerChange::Reset { name })).collect()
    }
}

/// Changes the metadata of a recording in the name of a person; shows all that is known of it then.
pub(crate) async fn edit(
    State(app): State<App>,
    Id(id): Id,
    Asked(request): Asked<EditRequest>,
) -> Result<Json<Shown>, ApiError> {
    let refused = |error: EditError| ApiError::bad_request(error.to_string(), "nothing was changed");
    let edit = Edit::try_from(request).map_err(refused)?;
    match app.foreman.library().catalogue.edit(id, &edit, Source::Person).await? {
        Edited::Done(_) => {}
        Edited::Gone => return Err(ApiError::no_recording(id)),
        Edited::Refused(error) => return Err(refused(error)),
    }
    tell(&app, id).await?;
    recordings::whole(&app, id).await
}

/// Changes the metadata of many recordings in the name of a table; returns those that are otherwise than before.
pub(crate) async fn edit_all(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(rows): Asked<Vec<RowRequest>>,
) -> Result<Json<Vec<RecordingId>>, ApiError> {
    only_with_token(&app, &headers)?;
    let mut changed = Vec::new();
    for RowRequest { recording, set } in rows {
        let edit = Edit::new(set, [], [], [])
            .map_err(|error| ApiError::bad_request(error.to_string(), "nothing more was changed"))?;
        // One that was removed this moment needs no metadata.
        if app.foreman.library().catalogue.edit(recording, &edit, Source::Csv).await? == Edited::Done(true) {
            tell(&app, recording).await?;
            changed.push(recording);
        }
    }
    Ok(Json(changed))
}

/// Changes what the speakers of a recording are called; shows all that is known of it then.
pub(crate) async fn speakers(
    State(app): State<App>,
    Id(id): Id,
    Asked(request): Asked<SpeakersRequest>,
) -> Result<Json<Shown>, ApiError> {
    let changes = Vec::from(request);
    let catalogue = &app.foreman.library().catalogue;
    if catalogue.recording(id).await?.is_none() {
        return Err(ApiError::no_recording(id));
    }
    let done = catalogue.change_speakers(id, &changes).await?;
    done.map_err(|error| ApiError::bad_request(error.to_string(), "nothing was changed"))?;
    tell(&app, id).await?;
    recordings::whole(&app, id).await
}

async fn tell(app: &App, id: RecordingId) -> Result<(), ApiError> {
    if let Some(recording) = app.foreman.library().catalogue.recording(id).await? {
        app.foreman.tell(Event::Edited { recording: id, title: recording.title });
    }
    Ok(())
}
