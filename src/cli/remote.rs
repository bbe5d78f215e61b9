//! A server that already runs on the library: commands hand their work to it.

use std::path::Path;
use std::time::Duration;

use indexer::recording::RecordingId;
use serde::de::DeserializeOwned;

use super::exit::{Exit, Failure};
use crate::http::{
    EditRequest, FolderRequest, IntakeAnswer, IntakeRequest, RowRequest, SpeakersRequest, TranscribeRequest, Work,
};
use crate::library::lock::current_holder;
use crate::view::RecordingView;
use crate::work::foreman::{ImportReport, ImportRequest};
use crate::work::protocol::WirePath;

/// A running server of the same user.
pub(super) struct Server {
    agent: ureq::Agent,
    address: String,
    token: String,
}

/// How long a server may take for one request; taking in a large folder is the longest.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long a server may take to say how far it is.
const SHORT_PATIENCE: Duration = Duration::from_secs(30);

/// Returns the server that holds a library, if one does.
pub(super) fn server(library: &Path) -> Option<Server> {
    let holder = current_holder(&library.join("lock"))?;
    let config =
        ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).proxy(None).http_status_as_error(false).build();
    Some(Server { agent: config.into(), address: holder.address?, token: holder.token? })
}

impl Server {
    /// Returns where it listens.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    fn answer<T: DeserializeOwned>(
        &self,
        sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, Failure> {
        let failed = |problem: String| {
            Failure::new(Exit::Unusable, format!("the server at {} did not do it: {problem}", self.address))
        };
        let mut answer = sent.map_err(|error| failed(error.to_string()))?;
        if answer.status().is_success() {
            return answer.body_mut().read_json().map_err(|error| failed(error.to_string()));
        }
        let is_asked_wrongly = answer.status().as_u16() == 400;
        let text = answer.body_mut().read_to_string().unwrap_or_default();
        let error: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let part = |name: &str| error["error"][name].as_str().unwrap_or_default().to_owned();
        let problem = format!("{}; {}", part("message"), part("hint"));
        Err(if is_asked_wrongly { Failure::new(Exit::Usage, problem) } else { failed(problem) })
    }

    fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &impl serde::Serialize) -> Result<T, Failure> {
        let request = self.agent.post(format!("{}{path}", self.address)).header("authorization", self.authorization());
        self.answer(request.send_json(body))
    }

    fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl serde::Serialize) -> Result<T, Failure> {
        let request = self.agent.patch(format!("{}{path}", self.address)).header("authorization", self.authorization());
        self.answer(request.send_json(body))
    }

    /// Changes the metadata of a recording.
    pub(super) fn edit(&self, id: RecordingId, request: &EditRequest) -> Result<(), Failure> {
        self.patch::<serde_json::Value>(&format!("/api/v1/recordings/{id}"), request).map(|_| ())
    }

    /// Changes the metadata of many recordings; returns those that are otherwise than before.
    pub(super) fn edit_all(&self, rows: &[RowRequest]) -> Result<Vec<RecordingId>, Failure> {
        self.post("/api/v1/edits", &rows)
    }

    /// Changes what the speakers of a recording are called.
    pub(super) fn speakers(&self, id: RecordingId, request: &SpeakersRequest) -> Result<(), Failure> {
        self.patch::<serde_json::Value>(&format!("/api/v1/recordings/{id}/speakers"), request).map(|_| ())
    }

    /// Hands files over.
    pub(super) fn take_in(&self, request: &IntakeRequest) -> Result<IntakeAnswer, Failure> {
        self.post("/api/v1/intake", request)
    }

    /// Asks for a recording to be transcribed again.
    pub(super) fn transcribe(&self, id: RecordingId, request: &TranscribeRequest) -> Result<(), Failure> {
        self.post::<serde_json::Value>(&format!("/api/v1/recordings/{id}/transcribe"), request).map(|_| ())
    }

    /// Makes a media file known without asking for its words; returns its recording.
    pub(super) fn know(&self, path: &Path) -> Result<RecordingId, Failure> {
        self.post("/api/v1/know", &WirePath::from(path))
    }

    /// Hands over the bytes of a transcript.
    pub(super) fn import(
        &self,
        id: RecordingId,
        request: &ImportRequest,
        bytes: &[u8],
    ) -> Result<ImportReport, Failure> {
        let address = format!("{}/api/v1/recordings/{id}/import", self.address);
        let mut sending = self.agent.post(address).header("authorization", self.authorization());
        sending = sending.query("file", &request.file).query("align", if request.align { "true" } else { "false" });
        if let Some(format) = &request.format {
            sending = sending.query("as", format);
        }
        if let Some(language) = request.language {
            sending = sending.query("language", language.as_str());
        }
        self.answer(sending.send(bytes))
    }

    /// Tries again what failed of a recording.
    pub(super) fn retry(&self, id: RecordingId) -> Result<(), Failure> {
        self.post::<serde_json::Value>(&format!("/api/v1/recordings/{id}/retry"), &()).map(|_| ())
    }

    /// Lets a recording come before all others.
    pub(super) fn put_first(&self, id: RecordingId) -> Result<(), Failure> {
        self.post::<serde_json::Value>(&format!("/api/v1/recordings/{id}/first"), &()).map(|_| ())
    }

    /// Pauses the work or lets it go on.
    pub(super) fn set_paused(&self, paused: bool) -> Result<(), Failure> {
        let path = if paused { "/api/v1/jobs/pause" } else { "/api/v1/jobs/resume" };
        self.post::<serde_json::Value>(path, &()).map(|_| ())
    }

    /// Changes which folders are watched; returns whether that changed anything.
    pub(super) fn folder(&self, request: &FolderRequest) -> Result<bool, Failure> {
        self.post("/api/v1/folders", request)
    }

    /// Returns how much is left to do, and what keeps it from being done.
    pub(super) fn work(&self) -> Result<Work, Failure> {
        let request = self.agent.get(format!("{}/api/v1/work", self.address));
        let request = request.config().timeout_global(Some(SHORT_PATIENCE)).build();
        self.answer(request.header("authorization", self.authorization()).call())
    }

    /// Asks for the index to be made anew; returns how many recordings it holds.
    pub(super) fn reindex(&self) -> Result<usize, Failure> {
        self.post("/api/v1/reindex", &())
    }

    /// Removes a recording.
    pub(super) fn remove(&self, id: RecordingId) -> Result<(), Failure> {
        let address = format!("{}/api/v1/recordings/{id}", self.address);
        let request = self.agent.delete(address).header("authorization", self.authorization());
        self.answer::<serde_json::Value>(request.call()).map(|_| ())
    }

    /// Returns every recording as it stands now.
    pub(super) fn recordings(&self) -> Result<Vec<RecordingView>, Failure> {
        #[derive(serde::Deserialize)]
        struct List {
            recordings: Vec<RecordingView>,
        }
        let address = format!("{}/api/v1/recordings", self.address);
        let request = self.agent.get(address).header("authorization", self.authorization());
        Ok(self.answer::<List>(request.call())?.recordings)
    }
}
