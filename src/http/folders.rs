//! Folders: commands of the same user add and remove what the running server watches.
//!
//! As for intake, which folders are read is never decided over the network: only the token in the library's lock file
//! opens this.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::App;
use super::asked::Asked;
use super::error::ApiError;
use super::intake::only_with_token;
use crate::catalogue::folders::Folder;
use crate::ingest::patterns::Patterns;
use crate::work::protocol::WirePath;

/// A change of the watched folders.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderRequest {
    /// Watch a folder from now on, or with other patterns.
    Add {
        /// The folder, absolute.
        path: WirePath,
        /// What is let in.
        include: Vec<String>,
        /// What is left out.
        exclude: Vec<String>,
    },
    /// Watch a folder no more.
    Remove {
        /// The folder, absolute.
        path: WirePath,
    },
}

/// Adds or removes a folder; answers whether it was not watched before, or was.
pub(crate) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(request): Asked<FolderRequest>,
) -> Result<Json<bool>, ApiError> {
    only_with_token(&app, &headers)?;
    let catalogue = &app.foreman.library().catalogue;
    let changed = match request {
        FolderRequest::Add { path, include, exclude } => {
            Patterns::new(&include, &exclude)
                .map_err(|error| ApiError::bad_request(error.to_string(), "write patterns such as *.mp4"))?;
            catalogue.add_folder(&Folder { path: path.0, include, exclude }).await?
        }
        FolderRequest::Remove { path } => catalogue.remove_folder(&path.0).await?,
    };
    app.changes.everywhere();
    Ok(Json(changed))
}
