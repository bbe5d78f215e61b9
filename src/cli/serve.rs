//! `aloud serve`: the page, its interface, and work in the background.

use std::net::SocketAddr;

use indexer::audio::TrackChoice;
use tokio::net::TcpListener;

use super::{Context, Exit, Failure, index, need_model, print};
use crate::config::Config;
use crate::http::{self, App, Guard};
use crate::ingest::READERS;
use crate::ingest::watch::{self, Changes};
use crate::library::Library;
use crate::library::lock::Holder;
use crate::report::Event;
use crate::work::foreman::Foreman;
use crate::work::supervisor::{self, Settings};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Let everybody who can reach this machine read and hear everything.
    #[arg(long)]
    open_to_everyone: bool,
}

/// Returns how a server that listens on an address is reached from its own machine.
pub(super) fn site(bound: SocketAddr) -> String {
    let is_everywhere = bound.ip().is_unspecified();
    format!("http://{}", if is_everywhere { SocketAddr::new([127, 0, 0, 1].into(), bound.port()) } else { bound })
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let config = &context.config;
    let password = password(config)?;
    if !config.host.is_loopback() && password.is_none() && !arguments.open_to_everyone {
        let message = format!(
            "interviews are confidential: listening on {} needs --password-file FILE, or --open-to-everyone if \
             everybody who can reach this machine may read and hear everything",
            config.host
        );
        return Err(Failure::new(Exit::Usage, message));
    }
    let options = index::job_options(config, false, TrackChoice::Default)?;
    let library = Library::open(&context.library).await?;
    if let Err(failure) = need_model(&config.models, &config.model) {
        // What is there can be searched all the same, and transcripts beside the media need no model.
        tracing::error!("{}; until then nothing is transcribed", failure.message);
    }
    let address = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let message = format!("cannot listen on {address}: {error}; choose another port with --port, or --port 0");
        Failure::new(Exit::Unusable, message)
    })?;
    let failed = |error: std::io::Error| Failure::new(Exit::Unusable, error);
    let bound = listener.local_addr().map_err(failed)?;
    let foreman = Foreman::new(library.clone()).await?;
    let token = http::work::random_token().map_err(failed)?;
    let holder = Holder { pid: std::process::id(), address: Some(site(bound)), token: Some(token.clone()) };
    library.announce(&holder).map_err(failed)?;
    let door = http::work::open(foreman.clone()).await.map_err(failed)?;
    let settings = Settings {
        address: door.address,
        token: door.token,
        threads: config.threads,
        models: config.models.clone(),
        model: config.model.clone(),
        nice: true,
    };
    let supervised = tokio::spawn(supervise(foreman.clone(), settings));
    let guard = Guard { password, token: token.clone(), hosts: hosts(config) };
    let changes = Changes::default();
    let app = App::new(foreman.clone(), options.clone(), &config.models, &token, changes.clone())
        .at(config.public_url.as_deref());
    let watching = watch::Settings { options, rest: config.rest, rescan: config.rescan, threads: READERS };
    let watched = tokio::spawn({
        let (foreman, library) = (foreman.clone(), library.clone());
        async move {
            let tell = |event| {
                if let Event::Skipped { path, reason } = &event {
                    tracing::debug!(%path, %reason, "not taken");
                }
                let is_work = matches!(event, Event::Scanned { queued: 1.., .. });
                foreman.tell(event);
                if is_work {
                    foreman.work_changed();
                }
            };
            watch::run(&library, &changes, &watching, &tell).await;
        }
    });
    print(format_args!("serving {}/", site(bound)));
    let end = {
        let foreman = foreman.clone();
        async move {
            asked_to_end().await;
            foreman.stop();
            tokio::spawn(async {
                // Whoever asks twice does not want to wait.
                asked_to_end().await;
                std::process::exit(Exit::Interrupted as i32);
            });
        }
    };
    tokio::select! {
        served = http::serve(listener, app, guard, end) => served.map_err(failed)?,
        // Streams of events and media are open as long as somebody looks; they do not keep the program.
        () = grace(&foreman) => {}
    }
    foreman.stop();
    watched.abort();
    let ended = async {
        supervised.await.map_err(|panic| Failure::new(Exit::Unusable, panic))?;
        library.catalogue.close().await;
        Ok(Exit::Done)
    };
    // What takes longer is begun anew next time, as after a power cut: a merge, or what a disk does not answer.
    tokio::time::timeout(LAST_GRACE, ended).await.unwrap_or(Ok(Exit::Done))
}

/// Works in the background until the foreman stops.
async fn supervise(foreman: Foreman, settings: Settings) {
    while let Err(error) = supervisor::run(&foreman, &settings).await {
        tracing::error!(%error, "the background work stopped and is tried again; searching goes on");
        foreman.stall(&error);
        while !foreman.is_stopping() {
            let _ = tokio::time::timeout(RETRY, foreman.wait_until_stopping()).await;
            if foreman.start_over().await.is_ok() {
                foreman.forget_trouble();
                break;
            }
        }
    }
}

/// How long after the background work stopped it is tried again: another program had the catalogue, or a disk was full.
const RETRY: std::time::Duration = std::time::Duration::from_secs(10);

/// How long open connections may last after the end was asked for.
const GRACE: std::time::Duration = std::time::Duration::from_secs(3);

/// How long the worker and what it brought last may take then. With [`GRACE`] and what the runtime waits for, a server
/// ends within ten seconds: service managers kill what takes longer.
const LAST_GRACE: std::time::Duration = std::time::Duration::from_secs(5);

async fn grace(foreman: &Foreman) {
    foreman.wait_until_stopping().await;
    tokio::time::sleep(GRACE).await;
}

/// Waits for Ctrl-C or for the system's wish that the program end.
async fn asked_to_end() {
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        // Without the second kind of signal the first still works.
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Returns the password that stands in the configured file.
fn password(config: &Config) -> Result<Option<String>, Failure> {
    let Some(path) = &config.password_file else { return Ok(None) };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Unusable, format!("cannot read the password file {}: {error}", path.display()))
    })?;
    let password = text.lines().next().unwrap_or_default().trim().to_owned();
    if password.is_empty() {
        let message =
            format!("the first line of the password file {} is empty; write a password there", path.display());
        return Err(Failure::new(Exit::Unusable, message));
    }
    Ok(Some(password))
}

/// Returns the names under which browsers may come: those configured, and the one in the public address.
fn hosts(config: &Config) -> Vec<String> {
    let public = config.public_url.as_deref().and_then(|url| {
        let authority = url.split_once("://")?.1.split('/').next()?;
        Some(authority.split(':').next()?.to_owned())
    });
    config.hosts.iter().cloned().chain(public).collect()
}
