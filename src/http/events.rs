//! Events: what changes, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use indexer::recording::RecordingId;
use serde::Serialize;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

use super::App;
use super::recordings::view;
use crate::report::Event;
use crate::view::RecordingView;

/// How often a quiet stream says that it lives.
const PING: Duration = Duration::from_secs(15);

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum Change {
    Recording {
        recording: Box<RecordingView>,
    },
    Removed {
        id: RecordingId,
    },
    /// What `GET /api/v1/work` tells is different.
    Work,
}

/// Streams every change; a reader that fell behind misses some and should load the list again.
pub(crate) async fn stream(State(app): State<App>) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let events = BroadcastStream::new(app.foreman.events()).filter_map(Result::ok);
    let messages = events.then(move |event| message(app.clone(), event)).filter_map(|message| message.map(Ok));
    Sse::new(messages).keep_alive(KeepAlive::new().interval(PING))
}

async fn message(app: App, event: Event) -> Option<Message> {
    let change = match event {
        Event::Progress { recording, .. }
        | Event::Searchable { recording, .. }
        | Event::Failed { recording, .. }
        | Event::Postponed { recording, .. }
        | Event::Media { recording, .. }
        | Event::Edited { recording, .. }
        | Event::Differs { recording, .. } => {
            Change::Recording { recording: Box::new(view(&app, recording).await.ok()??) }
        }
        Event::Removed { recording, .. } => Change::Removed { id: recording },
        Event::Scanned { .. } | Event::Stalled { .. } => Change::Work,
        Event::Skipped { .. } | Event::Left { .. } => return None,
    };
    Message::default().json_data(change).ok()
}
